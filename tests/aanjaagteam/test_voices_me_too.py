""" "I am stuck on this too": one answer to everybody, own mails, and gone when you say so (need G)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, ReportFollower
from civic.aanjaagteam.my_data import _erase, _export
from civic.aanjaagteam.queries.clusters import weights
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.db import db, now
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from civic.retention import apply_retention
from tests.aanjaagteam.makers import KNOT, STORY, member
from tests.aanjaagteam.voices_makers import actions, follower, mails
from tests.factories import make_user

EMAIL = "ook@example.nl"
SENT = "/meldingen/ik-ook/mail"


def _link(text: str) -> str:
    return str(re.findall(r"/meldingen/ik-ook/\S+", text)[-1])


def _weight(app: Flask, number: int) -> int:
    with app.app_context():
        return weights([number])[number]


def _joined(app: Flask, client: FlaskClient, number: int, email: str = EMAIL) -> str:
    """Asked and confirmed; the link to confirm."""
    client.post(f"/meldingen/{number}/ik-ook", data={"email": email, "since": ""})
    link = _link([text for to, text in mails(app, "me_too_confirm") if to == email][-1])
    assert client.post(link).status_code == 303
    return link


def test_asking_mails_a_link_and_only_pressing_counts(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    page = client.get(f"/meldingen/{number}").text
    assert f"/meldingen/{number}/ik-ook" in page
    assert "<form" not in page[page.index("<main") : page.index("</main")]  # it is cached for everybody
    answer = client.post(f"/meldingen/{number}/ik-ook", data={"email": EMAIL, "since": "2026-03"})
    assert (answer.status_code, answer.location) == (303, SENT)
    [(to, text)] = mails(app, "me_too_confirm")
    assert to == EMAIL
    assert STORY[:20] not in text
    assert "Loopt u hier ook op vast?" in client.get(_link(text)).text
    assert _weight(app, number) == 1
    for _time in range(2):
        assert client.post(_link(text)).status_code == 303
    assert "U telt mee" in client.get(_link(text)).text
    assert _weight(app, number) == 2
    assert actions(app, number).count("me_too") == 1
    with app.app_context():
        assert str(db.session.scalars(select(ReportFollower)).one().since_on) == "2026-03-01"


def test_the_same_answer_for_a_known_address_and_for_the_reporter(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP, email="Melder+werk@example.nl")
    _joined(app, client, number)
    for email in (EMAIL, "melder@example.nl"):
        answer = client.post(f"/meldingen/{number}/ik-ook", data={"email": email, "since": ""})
        assert (answer.status_code, answer.location) == (303, SENT)
    assert [to for to, _text in mails(app, "me_too_known")] == [EMAIL, "melder@example.nl"]
    assert _weight(app, number) == 2


def test_signed_in_one_press_is_enough(
    app: Flask, sign_in: Callable[..., FlaskClient], make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    client = sign_in(Role.RESIDENT, email=EMAIL)
    assert EMAIL in client.get(f"/meldingen/{number}/ik-ook").text
    for _time in range(2):
        assert client.post(f"/meldingen/{number}/ik-ook", data={"since": ""}).status_code == 303
    assert _weight(app, number) == 2
    assert mails(app, "me_too_confirm") == []
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "me_too")).one()
        assert event.actor_id is None  # the log does not say who is stuck
    page = client.get("/meldingen/ik-ook").text
    assert "Vergunning voor een terras" in page


def test_signed_in_as_who_reported_it(
    app: Flask, sign_in: Callable[..., FlaskClient], make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP, email=EMAIL)
    client = sign_in(Role.RESIDENT, email=EMAIL)
    client.post(f"/meldingen/{number}/ik-ook", data={"since": ""})
    assert "U meldde dit zelf al." in client.get(f"/meldingen/{number}").text
    assert _weight(app, number) == 1


def test_every_follower_gets_news_with_an_own_stop_link(app: Flask, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        report, actor = db.session.get_one(Report, number), member()
        for email in (EMAIL, "nog@example.nl"):
            follower(report, email)
        service.decide(report, KNOT, report.revision, actor=actor, at=now())
        db.session.commit()
        rows = list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "me_too_news")))
        assert {row.address for row in rows} == {EMAIL, "nog@example.nl"}
        assert len({row.unsubscribe for row in rows}) == 2
        for row in rows:
            text = row.text or ""
            assert KNOT.decision in text
            assert (row.unsubscribe or "-") in text
            assert "pimpelpaars" not in text


def test_no_words_of_a_report_that_left_the_site(app: Flask, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        report, actor = db.session.get_one(Report, number), member()
        follower(report, EMAIL)
        report.is_public = False
        service.decide(report, KNOT, report.revision, actor=actor, at=now())
        db.session.commit()
    [(_to, text)] = mails(app, "me_too_news")
    assert KNOT.decision not in text
    assert "Vergunning voor een terras" not in text


def test_stop_by_the_button_of_a_mail_program(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    """RFC 8058: a POST without a token of ours. The person still counts, the address is gone."""
    app.config["WTF_CSRF_ENABLED"] = True
    number = make(State.TAKEN_UP)
    link = _stop_link(app, number)
    assert "Haal mij helemaal weg" in client.get(link).text
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert _weight(app, number) == 2
    with app.app_context():
        row = db.session.scalars(select(ReportFollower)).one()
        assert row.email is None
        assert db.session.scalar(select(OutgoingMail).where(OutgoingMail.template == "me_too_news")) is None


def _stop_link(app: Flask, number: int) -> str:
    with app.app_context():
        report, actor = db.session.get_one(Report, number), member()
        follower(report, EMAIL)
        service.decide(report, KNOT, report.revision, actor=actor, at=now())
        db.session.commit()
    return _link(mails(app, "me_too_news")[-1][1])


def test_gone_altogether(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    link = _stop_link(app, number)
    assert client.post(link, data={"weg": "1"}).status_code == 303
    assert _weight(app, number) == 1
    assert client.post(link).status_code == 302  # stopped already
    assert client.get("/meldingen/ik-ook/gestopt").status_code == 200


def test_nobody_can_turn_the_mails_of_another_on_again(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    client.post(_stop_link(app, number))
    client.post(f"/meldingen/{number}/ik-ook", data={"email": EMAIL, "since": ""})
    with app.app_context():
        assert db.session.scalars(select(ReportFollower)).one().email is None
    assert "u stopte met de mails" in mails(app, "me_too_known")[-1][1]


def test_not_for_what_is_hidden_or_over(client: FlaskClient, make: Callable[..., int]) -> None:
    hidden, over = make(State.TAKEN_UP, is_public=False), make(State.DONE)
    assert client.get(f"/meldingen/{hidden}/ik-ook").status_code == 404
    assert client.post(f"/meldingen/{hidden}/ik-ook", data={"email": EMAIL}).status_code == 404
    page = client.post(f"/meldingen/{over}/ik-ook", data={"email": EMAIL})
    assert page.status_code == 409
    assert "Deze melding is klaar" in page.text


def test_wrong_input_keeps_what_was_typed(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    page = client.post(f"/meldingen/{number}/ik-ook", data={"email": "geen-adres", "since": "x"})
    assert page.status_code == 422
    assert "geen-adres" in page.text
    assert "Schrijf een mailadres zoals naam@voorbeeld.nl." in page.text
    assert "Kies een antwoord uit de lijst." in page.text
    for link in ("bevestigen", "stop"):
        assert client.get(f"/meldingen/ik-ook/{link}/onzin").status_code == 404


def test_one_mailbox_cannot_be_flooded(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    for _number in range(7):
        client.post(f"/meldingen/{make(State.TAKEN_UP)}/ik-ook", data={"email": EMAIL, "since": ""})
    assert len(mails(app, "me_too_confirm")) == 5


def test_who_never_confirmed_is_gone_after_thirty_days(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    client.post(f"/meldingen/{number}/ik-ook", data={"email": EMAIL, "since": ""})
    _joined(app, client, number, "blijft@example.nl")
    with app.app_context():
        apply_retention(now() + timedelta(days=31))
        assert [row.email for row in db.session.scalars(select(ReportFollower))] == ["blijft@example.nl"]
        apply_retention(now() + timedelta(days=3 * 366))
        assert [row.email for row in db.session.scalars(select(ReportFollower))] == [None]
    assert _weight(app, number) == 2


def test_in_the_export_and_gone_with_the_account(app: Flask, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        user = make_user(email=EMAIL)
        follower(db.session.get_one(Report, number), EMAIL)
        db.session.commit()
        sections = {section.name: section for section in _export(user)}
        assert len(sections["report_me_too"].rows) == 1
        _erase(user, now())
        db.session.commit()
        row = db.session.scalars(select(ReportFollower)).one()
        assert (row.email, row.person_key) == (None, None)
    assert _weight(app, number) == 2
