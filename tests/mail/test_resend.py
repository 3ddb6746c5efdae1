"""Sending a mail once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from civic.accounts.states import Role
from civic.db import db, now
from civic.events.models import Event
from civic.mail.delivery import deliver
from civic.mail.message import message_id
from civic.mail.models import MailState, OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import Inbox, queued

SignIn = Callable[..., FlaskClient]


def a_mail(app: Flask, state: MailState) -> int:
    with app.app_context():
        mail = queued()
        mail.state = state
        mail.sent_at = NOW if state is MailState.SENT else None
        db.session.commit()
        return mail.id


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.BOUNCED, MailState.SENT])
def test_a_copy_goes_out(app: Flask, inbox: Inbox, sign_in: SignIn, state: MailState) -> None:
    number = a_mail(app, state)
    response = sign_in(Role.ADMINISTRATOR).post(f"/beheer/post/{number}/opnieuw")
    assert response.status_code == 303
    with app.app_context():
        first, copy = mails()
        assert first.state is state
        assert copy.state is MailState.WAITING
        assert copy.dedup_key == "test:1:resend:1"
        assert (copy.address, copy.subject, copy.text) == (first.address, first.subject, first.text)
        deliver(now())
        wanted = message_id("test:1:resend:1")
        event = db.session.scalars(select(Event).where(Event.action == "resend")).one()
        assert (event.subject_type, event.subject_id, event.data) == (
            "outgoing_mail",
            first.id,
            {"copy": copy.id},
        )
        assert event.actor_kind == "user"
    assert [message["Message-ID"] for message in inbox.taken] == [wanted]


def test_a_second_click_makes_no_second_copy(app: Flask, sign_in: SignIn) -> None:
    number = a_mail(app, MailState.FAILED)
    client = sign_in(Role.ADMINISTRATOR)
    for _ in range(3):
        assert client.post(f"/beheer/post/{number}/opnieuw").status_code == 303
    with app.app_context():
        assert len(mails()) == 2


def test_again_after_it_was_sent(app: Flask, sign_in: SignIn) -> None:
    number = a_mail(app, MailState.FAILED)
    client = sign_in(Role.ADMINISTRATOR)
    client.post(f"/beheer/post/{number}/opnieuw")
    with app.app_context():
        db.session.execute(update(OutgoingMail).values(state=MailState.BOUNCED))
        db.session.commit()
        copy = mails()[1].id
    client.post(f"/beheer/post/{copy}/opnieuw")
    with app.app_context():
        assert [mail.dedup_key for mail in mails()] == ["test:1", "test:1:resend:1", "test:1:resend:2"]


def test_keys_that_look_alike_are_not_mixed_up(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        first, other = queued("a_b:1"), queued("axb:1:resend:1")
        first.state = MailState.FAILED
        db.session.commit()
        number, other_id = first.id, other.id
    sign_in(Role.ADMINISTRATOR).post(f"/beheer/post/{number}/opnieuw")
    with app.app_context():
        assert {mail.dedup_key for mail in mails()} == {"a_b:1", "axb:1:resend:1", "a_b:1:resend:1"}
        assert other_id


def test_one_that_waits_goes_at_once(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        mail = queued()
        mail.next_at = now() + timedelta(hours=4)
        db.session.commit()
        number = mail.id
    sign_in(Role.ADMINISTRATOR).post(f"/beheer/post/{number}/opnieuw")
    with app.app_context():
        (mail,) = mails()
        assert mail.next_at <= now()


def test_an_unreadable_one_is_refused(app: Flask, sign_in: SignIn) -> None:
    number = a_mail(app, MailState.FAILED)
    with app.app_context():
        db.session.execute(update(OutgoingMail).values(text_sealed="v1.k9.a.b"))
        db.session.commit()
    assert sign_in(Role.ADMINISTRATOR).post(f"/beheer/post/{number}/opnieuw").status_code == 409
    with app.app_context():
        assert len(mails()) == 1


def test_get_is_refused(app: Flask, sign_in: SignIn) -> None:
    assert (
        sign_in(Role.ADMINISTRATOR).get(f"/beheer/post/{a_mail(app, MailState.FAILED)}/opnieuw").status_code
        == 405
    )


def test_unknown(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMINISTRATOR).post("/beheer/post/999/opnieuw").status_code == 404


def test_anonymous_and_strangers(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    number = a_mail(app, MailState.FAILED)
    assert client.post(f"/beheer/post/{number}/opnieuw").status_code == 302
    for role in (Role.AUDITOR, Role.LOTTERY_ADMINISTRATOR, Role.COUNCIL_OFFICE):
        stranger = sign_in(role, email=f"{role.value}@example.nl")
        assert stranger.post(f"/beheer/post/{number}/opnieuw").status_code == 403
    with app.app_context():
        assert len(mails()) == 1
