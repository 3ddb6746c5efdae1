"""Asking for a mail: one row, in the transaction of its cause."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.db import committing, db
from civic.mail import service
from civic.mail.models import MailState, OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import letter, queued


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def _queue_and_fail() -> None:
    with committing():
        service.queue(letter(), at=NOW)
        raise RuntimeError("the cause failed")


def test_it_commits_with_its_cause(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError):
            _queue_and_fail()
        assert count() == 0
        with committing():
            service.queue(letter(), at=NOW)
        assert count() == 1


def test_the_row_holds_a_finished_text(app: Flask) -> None:
    with app.app_context():
        mail = queued()
        assert mail.state is MailState.WAITING
        assert mail.subject == "Een beloofde datum is voorbij: 20 november 2026"
        assert mail.text is not None
        assert "https://regio.example.nl/initiatieven/12" in mail.text
        assert "Beste Kees Jansen," in mail.text
        assert mail.address == "kees@example.nl"


def test_nothing_readable_is_stored(app: Flask) -> None:
    with app.app_context():
        queued()
        row = db.session.execute(select(OutgoingMail.__table__)).mappings().one()
        assert "kees" not in str(dict(row)).lower()
        assert "example.nl" not in str(dict(row)).lower()


def test_the_same_key_is_one_mail(app: Flask) -> None:
    with app.app_context():
        first = queued("confirm:1")
        assert queued("confirm:1", to="iemand.anders@example.nl").id == first.id
        assert queued("confirm:2").id != first.id
        assert count() == 2


def test_two_requests_at_once_make_one_mail(app: Flask) -> None:
    failures: list[BaseException] = []
    start = Barrier(6)

    def ask() -> None:
        try:
            with app.app_context():
                start.wait()
                with committing():
                    service.queue(letter("same:1"), at=NOW)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert failures == []
        assert count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kees",
        "kees@",
        "@example.nl",
        "kees@example.nl\nBcc: iedereen@example.nl",
        "kees@example.nl\r\nSubject: hallo",
        "kees@example.nl, piet@example.nl",
        "Kees <kees@example.nl>",
        "kees@example.nl\x00",
        "a" * 300 + "@example.nl",
    ],
)
def test_an_address_is_one_plain_address(app: Flask, address: str) -> None:
    with app.app_context():
        with pytest.raises(service.BadAddress):
            service.queue(letter(to=address), at=NOW)
        assert count() == 0


@pytest.mark.parametrize("key", ["", "kees@example.nl", "met spatie", "k" * 101, "regel\neinde"])
def test_a_key_is_a_code_without_an_address(app: Flask, key: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="key"):
        service.queue(letter(key), at=NOW)


@pytest.mark.parametrize(
    "name",
    [
        "Kees\nBcc: iedereen@example.nl",
        "🎉 يوسف",
        "<script>alert(1)</script>",
        "x" * 5000,
        "a\u2028b\x0bc\x85d",
    ],
)
def test_strange_names_stay_in_the_text(app: Flask, name: str) -> None:
    with app.app_context():
        mail = queued(name=name)
        assert mail.subject is not None
        assert mail.subject.isprintable()
        assert mail.text is not None
        assert name.split()[0] in mail.text


@pytest.mark.own_app
def test_a_subject_is_one_short_printable_line(app: Flask) -> None:
    app.jinja_env.globals["strange_title"] = "Een\u2028plan\x0b met\x85 strange signs " + "lang " * 100
    with app.app_context():
        template = app.jinja_env.from_string("{{ strange_title }}\nDe tekst.")
        app.jinja_env.get_template = lambda *_a, **_k: template  # type: ignore[method-assign]  # a template of the test
        subject, text = service.render(service.Letter("kees@example.nl", "any", "k:1"))
    assert subject.startswith("Een plan met strange signs")
    assert len(subject) <= 200
    assert subject.isprintable()
    assert text == "De tekst.\n"


def test_it_works_outside_a_request_and_says_whom_to_call(app: Flask) -> None:
    app.config.update(CONTACT_PHONE="06-00000000", CONTACT_EMAIL="hulp@example.nl")
    with app.app_context():
        text = queued().text
    assert text is not None
    assert "06-00000000" in text
    assert "hulp@example.nl" in text


def test_a_reminder_waits_for_office_hours(app: Flask) -> None:
    saturday = NOW - timedelta(days=2)
    with app.app_context():
        mail = service.queue_reminder(letter(), at=saturday)
        assert mail.next_at.isoformat() == "2026-11-23T07:30:00+00:00"
        assert service.queue_reminder(letter("test:2"), at=NOW).next_at == NOW
