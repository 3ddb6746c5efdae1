"""Delivery over real SMTP: what arrives, what is tried again, what comes back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from civic.db import db
from civic.mail.delivery import BACK_OFF_MINUTES, deliver
from civic.mail.models import MailState, OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import Inbox, free_port, queued, smtp_server


def one() -> OutgoingMail:
    db.session.expire_all()
    return db.session.scalars(select(OutgoingMail)).one()


def test_a_mail_arrives(app: Flask, inbox: Inbox) -> None:
    app.config.update(CONTACT_EMAIL="hulp@example.nl", SITE_NAME="Samen in Flevoland")
    with app.app_context():
        queued()
        assert deliver(NOW) == {"sent": 1}
        row = one()
        assert row.state is MailState.SENT
        assert row.sent_at == NOW
        assert row.claimed_by is None
    (message,) = inbox.taken
    assert inbox.recipients == ["kees@example.nl"]
    assert message["To"] == "kees@example.nl"
    assert message["From"] == "Samen in Flevoland <noreply@example.nl>"
    assert message["Reply-To"] == "hulp@example.nl"
    assert message["Subject"] == "Een beloofde datum is voorbij: 20 november 2026"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f]{40}@regio\.example\.nl>", message["Message-ID"])


def test_it_has_text_and_html_that_say_the_same(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        queued(name="Zoë <b>Ünal</b>")
        deliver(NOW)
    (message,) = inbox.taken
    assert message.get_content_type() == "multipart/alternative"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Beste Zoë <b>Ünal</b>," in text.get_content()
    assert "Beste Zoë &lt;b&gt;Ünal&lt;/b&gt;," in html.get_content()
    assert '<a href="https://regio.example.nl/initiatieven/12">' in html.get_content()


def test_a_second_round_sends_nothing_twice(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        queued()
        deliver(NOW)
        assert deliver(NOW + timedelta(days=1)) == {}
    assert len(inbox.taken) == 1


def test_one_connection_carries_a_batch(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        for number in range(25):
            queued(f"test:{number}", to=f"bewoner{number}@example.nl")
        assert deliver(NOW) == {"sent": 25}
    assert inbox.connections == 1
    assert inbox.recipients == [f"bewoner{number}@example.nl" for number in range(25)]
    assert len({message["Message-ID"] for message in inbox.taken}) == 25


def test_nothing_goes_out_before_its_time(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        mail = queued()
        mail.next_at = NOW + timedelta(hours=2)
        db.session.commit()
        assert deliver(NOW + timedelta(hours=1)) == {}
        assert deliver(NOW + timedelta(hours=2)) == {"sent": 1}


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(app: Flask, inbox: Inbox) -> None:
    inbox.data_answers = ["451 Kom later terug", "452 Vol"]
    with app.app_context():
        queued()
        assert deliver(NOW) == {"later": 1}
        row = one()
        assert (row.state, row.attempts, row.error_code) == (MailState.WAITING, 1, "451")
        assert row.next_at == NOW + timedelta(minutes=1)
        assert deliver(NOW + timedelta(seconds=59)) == {}
        assert deliver(NOW + timedelta(minutes=1)) == {"later": 1}
        assert one().next_at == NOW + timedelta(minutes=6)
        assert deliver(NOW + timedelta(minutes=6)) == {"sent": 1}
        assert one().error_code is None
    assert len(inbox.taken) == 1


def test_the_message_id_is_the_same_at_every_attempt(app: Flask) -> None:
    from civic.mail.message import compose

    with app.app_context():
        row = queued()
        first, second = compose(row, NOW), compose(row, NOW + timedelta(days=1))
        assert first["Message-ID"] == second["Message-ID"]
        assert "test" not in first["Message-ID"]


def test_after_eight_attempts_it_fails(app: Flask, inbox: Inbox) -> None:
    inbox.data_answers = ["451 Nog niet"] * 20
    at = NOW
    with app.app_context():
        queued()
        for minutes in BACK_OFF_MINUTES:
            assert deliver(at) == {"later": 1}
            at += timedelta(minutes=minutes)
        assert deliver(at) == {"later": 1}
        row = one()
        assert (row.state, row.attempts, row.error_code) == (MailState.FAILED, 8, "451")
        assert deliver(at + timedelta(days=30)) == {}
    assert BACK_OFF_MINUTES[:5] == (1, 5, 15, 60, 240)


def test_an_unknown_mailbox_bounces_and_the_rest_goes_on(app: Flask, inbox: Inbox) -> None:
    inbox.rcpt_answers = {"weg@example.nl": "550 5.1.1 Onbekend"}
    with app.app_context():
        queued("test:1", to="weg@example.nl")
        queued("test:2", to="kees@example.nl")
        assert deliver(NOW) == {"bounced": 1, "sent": 1}
        bounced = db.session.scalars(select(OutgoingMail).where(OutgoingMail.dedup_key == "test:1")).one()
        assert (bounced.state, bounced.error_code, bounced.sent_at) == (MailState.BOUNCED, "550", None)
    assert inbox.recipients == ["kees@example.nl"]


def test_greylisting_is_no_bounce(app: Flask, inbox: Inbox) -> None:
    inbox.rcpt_answers = {"kees@example.nl": "450 4.2.0 Greylisted"}
    with app.app_context():
        queued()
        assert deliver(NOW) == {"later": 1}
        inbox.rcpt_answers = {}
        assert deliver(NOW + timedelta(minutes=1)) == {"sent": 1}


def test_a_refused_message_fails_for_good(app: Flask, inbox: Inbox) -> None:
    inbox.data_answers = ["554 5.7.1 Spam"]
    with app.app_context():
        queued()
        assert deliver(NOW) == {"failed": 1}
        assert (one().state, one().error_code) == (MailState.FAILED, "554")


def test_a_server_that_is_away_keeps_the_queue(app: Flask) -> None:
    port = free_port()
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
    with app.app_context():
        for number in range(3):
            queued(f"test:{number}")
        assert deliver(NOW) == {"no_connection": 1}
        rows = list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
        assert [row.attempts for row in rows] == [1, 0, 0]
        assert {row.state for row in rows} == {MailState.WAITING}
        assert rows[0].error_code == "ConnectionRefusedError"
        box = Inbox()
        with smtp_server(box, port):
            assert deliver(NOW + timedelta(minutes=1)) == {"sent": 3}


def test_a_server_that_hangs_up_in_the_middle(app: Flask, inbox: Inbox) -> None:
    inbox.rcpt_answers = {"kees@example.nl": "421 Ik stop"}
    with app.app_context():
        queued("test:1")
        queued("test:2", to="piet@example.nl")
        assert deliver(NOW) == {"later": 1, "sent": 1}
    assert inbox.connections == 2


def test_an_unreadable_row_fails_and_blocks_nothing(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        broken = queued("test:1").id
        queued("test:2", to="piet@example.nl")
        db.session.execute(
            update(OutgoingMail).where(OutgoingMail.id == broken).values(text_sealed="v1.k1.onzin.onzin")
        )
        db.session.commit()
        assert deliver(NOW) == {"failed": 1, "sent": 1}
        row = db.session.get_one(OutgoingMail, broken)
        assert (row.state, row.error_code) == (MailState.FAILED, "unreadable")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("subject", "Hallo\nBcc: iedereen@example.nl", "header"),
        ("address", "kees@example.nl\r\nBcc: iedereen@example.nl", "header"),
        ("address", None, "incomplete"),
        ("address", "kees@" + "a" * 70 + ".nl", "domain"),
    ],
)
def test_a_header_cannot_be_injected(
    app: Flask, inbox: Inbox, column: str, value: str | None, code: str
) -> None:
    with app.app_context():
        row = queued()
        setattr(row, column, value)  # past the checks of `queue`, as a changed database could
        db.session.commit()
        assert deliver(NOW) == {"failed": 1}
        assert one().error_code in {code, "domain"}
    assert inbox.taken == []


def test_a_host_with_an_accent_goes_out_in_ascii(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        queued(to="kees@café-zeewolde.nl")
        assert deliver(NOW) == {"sent": 1}
    assert inbox.recipients == ["kees@xn--caf-zeewolde-deb.nl"]


def test_an_address_the_server_cannot_take_bounces(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        queued("test:1", to="zoë@example.nl")
        queued("test:2", to="piet@example.nl")
        outcome = deliver(NOW)
    assert outcome["sent"] >= 1
    assert "piet@example.nl" in inbox.recipients


def test_without_a_server_the_mailbox_keeps_it(app: Flask) -> None:
    with app.app_context():
        queued()
        assert deliver(NOW) == {"sent": 1}
        row = one()
        assert row.state is MailState.SENT
        assert row.text is not None


def test_a_claim_of_a_dead_process_is_taken_over(app: Flask, inbox: Inbox) -> None:
    with app.app_context():
        row = queued()
        row.claimed_by, row.claimed_at = "dead:1", NOW
        db.session.commit()
        assert deliver(NOW + timedelta(seconds=30)) == {}
        assert deliver(NOW + timedelta(seconds=90)) == {"sent": 1}


def test_a_password_is_used_when_it_is_set(app: Flask, inbox: Inbox) -> None:
    """The server of the test offers no login, so that signing in fails and the mail waits."""
    app.config.update(SMTP_USER="site", SMTP_PASSWORD="geheim")
    with app.app_context():
        queued()
        assert deliver(NOW) == {"no_connection": 1}
        assert one().error_code == "SMTPNotSupportedError"
    assert inbox.taken == []


def test_starttls_is_demanded_when_it_is_set(app: Flask, inbox: Inbox) -> None:
    app.config.update(SMTP_STARTTLS=True)
    with app.app_context():
        queued()
        assert deliver(NOW) == {"no_connection": 1}
    assert inbox.taken == []
