"""Reporting, the list of what waits, keep or hide, and the author who is told and may disagree once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment, CommentReport
from civic.initiatives.service import talk, talk_moderation
from civic.initiatives.states.talk import (
    COMMENT_TRANSITIONS,
    CommentAction,
    CommentState,
    HideReason,
    WaitReason,
)
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.initiatives.factories import mails
from tests.initiatives.talk_factories import (
    COLLEAGUE,
    GRIFFIER,
    WHY,
    commented,
    hidden,
    official,
    talked_about,
)

HIDE = {"reason": "privacy", "text": WHY}


@pytest.fixture
def comment_id(app: Flask) -> int:
    with app.app_context():
        return commented(talked_about(), "Bel Jan op 06-00000000").id


@pytest.fixture
def office(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


@pytest.fixture
def writer(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(email=OWNER_EMAIL)
    return client


def address(comment_id: int, step: str = "") -> str:
    return f"/initiatieven/reacties/{comment_id}" + (f"/{step}" if step else "")


def comment(comment_id: int) -> Comment:
    return db.session.get_one(Comment, comment_id)


def page(client: FlaskClient, app: Flask, comment_id: int) -> str:
    with app.app_context():
        number = comment(comment_id).initiative_id
    return client.get(f"/initiatieven/{number}/reacties").text


def test_every_move_is_in_the_table() -> None:
    assert {action for _state, action in COMMENT_TRANSITIONS} == set(CommentAction)
    assert all(new is not CommentState.WAITING for new in COMMENT_TRANSITIONS.values())


# --- reporting ------------------------------------------------------------------------------------------


def test_report_without_an_account(app: Flask, client: FlaskClient, comment_id: int) -> None:
    assert client.get(address(comment_id, "melden")).status_code == 200
    assert client.post(address(comment_id, "melden"), data={"reason": "privacy"}).status_code == 303
    assert "06-00000000" in page(client, app, comment_id)  # nothing goes before somebody looked
    with app.app_context():
        assert comment(comment_id).wait_reason is WaitReason.REPORTED
        assert [mail.template for mail in mails("comment_waits")] == ["comment_waits"]


@pytest.mark.parametrize("data", [{}, {"reason": "boos"}])
def test_report_needs_a_reason(client: FlaskClient, comment_id: int, data: dict[str, str]) -> None:
    assert client.post(address(comment_id, "melden"), data=data).status_code == 422


def test_one_person_reports_once_and_ten_an_hour(app: Flask, sign_in: Any, comment_id: int) -> None:
    kees = sign_in(email="kees@example.nl")
    with time_machine.travel(NOW, tick=False):
        for _time in range(10):
            assert kees.post(address(comment_id, "melden"), data={"reason": "spam"}).status_code == 303
        assert kees.post(address(comment_id, "melden"), data={"reason": "spam"}).status_code == 429
    with app.app_context():
        assert len(db.session.scalars(db.select(CommentReport)).all()) == 1


def test_nothing_to_report(app: Flask, client: FlaskClient, comment_id: int) -> None:
    with app.app_context():
        hidden(comment(comment_id))
    assert client.post(address(comment_id, "melden"), data={"reason": "spam"}).status_code == 404
    assert client.get(address(999999, "melden")).status_code == 404


# --- the list -------------------------------------------------------------------------------------------


def test_the_list_is_for_who_may_judge(
    app: Flask, client: FlaskClient, sign_in: Any, office: FlaskClient, comment_id: int
) -> None:
    client.post(address(comment_id, "melden"), data={"reason": "privacy"})
    assert "Bomen op het plein" in office.get("/initiatieven/reacties").text
    elsewhere = sign_in(Role.COUNCIL_OFFICE, email="urk@example.nl", code="GM0184")
    assert "Bomen op het plein" not in elsewhere.get("/initiatieven/reacties").text
    administrator = sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")
    assert "Bomen op het plein" in administrator.get("/initiatieven/reacties").text
    assert sign_in(email="kees@example.nl").get("/initiatieven/reacties").status_code == 403
    for step in ("bekijken", "laten-staan", "weghalen"):
        method = elsewhere.get if step == "bekijken" else elsewhere.post
        assert method(address(comment_id, step)).status_code == 403


def test_who_reported_is_for_nobody_to_see(
    app: Flask, sign_in: Any, office: FlaskClient, comment_id: int
) -> None:
    sign_in(email="melder@example.nl", name="Mia Melder").post(
        address(comment_id, "melden"), data={"reason": "privacy"}
    )
    text = office.get(address(comment_id, "bekijken")).text
    assert "1 keer" in text
    assert "Mia" not in text
    assert "melder@" not in text


# --- keep and hide --------------------------------------------------------------------------------------


def test_keep(app: Flask, client: FlaskClient, office: FlaskClient, comment_id: int) -> None:
    client.post(address(comment_id, "melden"), data={"reason": "privacy"})
    assert office.post(address(comment_id, "laten-staan")).status_code == 303
    with app.app_context():
        one = comment(comment_id)
        assert (one.state, one.waits_since, one.wait_reason) == (CommentState.SHOWN, None, None)
    assert office.post(address(comment_id, "laten-staan")).status_code == 409
    assert office.get(address(comment_id, "laten-staan")).status_code == 405


def test_hide_tells_the_author_and_keeps_the_place(
    app: Flask, client: FlaskClient, office: FlaskClient, writer: FlaskClient, comment_id: int
) -> None:
    with app.app_context():
        one = comment(comment_id)
        commented(db.session.get_one(Initiative, one.initiative_id), "Ik ook", by=make_user(), parent=one)
    assert office.post(address(comment_id, "weghalen"), data=HIDE).status_code == 303
    text = page(client, app, comment_id)
    assert "Weggehaald: Privégegevens van iemand" in text
    assert "06-00000000" not in text
    assert "Ik ook" in text
    own = writer.get(address(comment_id)).text
    assert WHY in own
    assert "Ik ben het er niet mee eens" in own
    with app.app_context():
        mail = mails("comment_hidden")[0]
        assert mail.address == OWNER_EMAIL
        assert WHY in (mail.text or "")
        event = db.session.scalars(db.select(Event).where(Event.action == "hide")).one()
        assert event.reason_code == "privacy"
    assert office.post(address(comment_id, "weghalen"), data=HIDE).status_code == 409


@pytest.mark.parametrize("data", [{}, {"reason": "privacy", "text": ""}, {"reason": "mening", "text": "Nee"}])
def test_hide_needs_a_reason_and_words(office: FlaskClient, comment_id: int, data: dict[str, str]) -> None:
    assert office.post(address(comment_id, "weghalen"), data=data).status_code == 422


def test_nobody_judges_their_own(app: Flask, sign_in: Any) -> None:
    client = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    with app.app_context():
        mine = commented(talked_about(), "Wij ook", by=official()).id
    assert client.get(address(mine, "bekijken")).status_code == 403
    assert client.post(address(mine, "weghalen"), data=HIDE).status_code == 403


def test_a_first_comment_that_waited_is_shown(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        waits = commented(talked_about(), "Zie www.bomen.nl", by=make_user()).id
    assert office.post(address(waits, "laten-staan")).status_code == 303
    with app.app_context():
        assert comment(waits).state is CommentState.SHOWN
        assert mails("comment_shown")[0].address == "kees@example.nl"


# --- not agreeing ---------------------------------------------------------------------------------------


def test_another_official_decides_on_the_objection(
    app: Flask, office: FlaskClient, writer: FlaskClient, sign_in: Any, comment_id: int
) -> None:
    colleague = sign_in(Role.COUNCIL_OFFICE, email=COLLEAGUE, code="GM0995")
    office.post(address(comment_id, "weghalen"), data=HIDE)
    said = {"text": "Het nummer is van mij."}
    assert writer.post(address(comment_id, "niet-mee-eens"), data={"text": ""}).status_code == 422
    for _time in range(2):
        assert writer.post(address(comment_id, "niet-mee-eens"), data=said).status_code == 303
    assert "Een collega moet nu kijken" in office.get(address(comment_id, "bekijken")).text
    assert office.post(address(comment_id, "laten-staan")).status_code == 409
    assert office.post(address(comment_id, "weghalen"), data=HIDE).status_code == 409
    assert "Het nummer is van mij." in colleague.get(address(comment_id, "bekijken")).text
    assert colleague.post(address(comment_id, "laten-staan")).status_code == 303
    with app.app_context():
        assert comment(comment_id).state is CommentState.SHOWN
        assert "U hebt gelijk" in (mails("comment_shown")[0].text or "")


def test_alone_the_same_official_decides_again_and_it_is_final(app: Flask) -> None:
    with app.app_context():
        one = hidden(commented(talked_about()))
        writer = db.session.get_one(type(official()), one.author_id)
        talk.object_to(one, "Toch wel", actor=writer, at=now())
        talk_moderation.hide(one, HideReason.PRIVACY, WHY, actor=official(), at=now() + timedelta(minutes=1))
        assert "opnieuw" in (mails("comment_hidden")[-1].text or "")
        with pytest.raises(NotAllowedNow):
            talk_moderation.keep(one, actor=official(), at=now())


def test_nobody_looks_and_somebody_else_is_asked(app: Flask) -> None:
    from civic.events import queries as events

    with app.app_context():
        first, second = official(), official(COLLEAGUE)
        boss = official("beheer@example.nl", Role.ADMINISTRATOR)
        one = hidden(commented(talked_about(NOW), at=NOW), NOW)
        talk.object_to(one, "Toch wel", actor=make_user(email=OWNER_EMAIL), at=NOW)
        clock = events.deadline_of(one, talk.OBJECTION)
        assert clock is not None
        assert clock.owner_id == second.id != first.id
        steps = talk_moderation.ladder(clock)
        assert [[user.id for user in step] for step in steps] == [[second.id], [boss.id]]


def test_no_objection_to_what_is_shown(writer: FlaskClient, comment_id: int) -> None:
    assert writer.post(address(comment_id, "niet-mee-eens"), data={"text": "Nee"}).status_code == 409


def test_a_griffie_sees_only_its_own_in_the_list_of_everything(app: Flask) -> None:
    from civic.initiatives.queries.inbox import everything

    with app.app_context():
        one = commented(talked_about())
        talk.object_to(hidden(one), "Toch wel", actor=make_user(email=OWNER_EMAIL), at=now())
        db.session.commit()
        assert "comment" in {item.kind for item in everything([municipality().id])}
        assert "comment" not in {item.kind for item in everything([municipality("GM0184").id])}
