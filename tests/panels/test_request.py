"""An initiative asks for a panel, and gets an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events.models import Event, Visibility
from civic.initiatives import queries as initiatives
from civic.initiatives import service as initiative_service
from civic.initiatives.models import Initiative
from civic.initiatives.states import WithdrawReason
from civic.panels.models import Panel, PanelRequest
from civic.panels.queries import preparation as queries
from civic.panels.service import preparation as service
from civic.panels.states import Stage
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import author, draft, mails, published
from tests.panels.makers import administrator
from tests.panels.makers_mandate import WHY, asked, request_of

SignIn = Callable[..., FlaskClient]
NO = {"decision": "no", "answer": "Dit kan de gemeente zelf goed oplossen."}


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in(email=OWNER_EMAIL)


def ask_path(initiative_id: int) -> str:
    return f"/panels/verzoeken/nieuw/{initiative_id}"


def events_of(initiative_id: int) -> list[str]:
    return [
        event.action
        for event in db.session.scalars(
            select(Event)
            .where(Event.subject_type == "initiative", Event.subject_id == initiative_id)
            .order_by(Event.id)
        )
    ]


# --- asking ---------------------------------------------------------------------------------------------


def test_the_author_asks(app: Flask, owner: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        initiative_id = published().id
    page = owner.get(f"/initiatieven/{initiative_id}").text
    assert "Is deze vraag te groot voor één gemeente?" in page
    assert ask_path(initiative_id) in page
    assert ask_path(initiative_id) not in client.get(f"/initiatieven/{initiative_id}").text
    assert "Vraag om een panel" in owner.get(ask_path(initiative_id)).text
    assert owner.post(ask_path(initiative_id), data={"reason": WHY}).status_code == 303
    public = client.get(f"/initiatieven/{initiative_id}").text
    assert "De schrijver vroeg op 23 november 2026 om een panel" in public
    assert "De schrijver vroeg om een panel voor de hele regio" in public  # the timeline
    assert WHY not in public
    assert ask_path(initiative_id) not in owner.get(f"/initiatieven/{initiative_id}").text
    with app.app_context():
        assert request_of(initiative_id).reason == WHY
        assert events_of(initiative_id)[-1] == "panel_asked"


def test_asking_twice_is_one_question(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        initiative_id = asked().initiative_id
    assert owner.get(ask_path(initiative_id)).status_code == 303
    assert owner.post(ask_path(initiative_id), data={"reason": "Nog een keer, met andere woorden."})
    with app.app_context():
        assert request_of(initiative_id).reason == WHY
        assert events_of(initiative_id).count("panel_asked") == 1


def test_two_at_once_are_one_question(app: Flask) -> None:
    with app.app_context():
        request = asked()
        brief = initiatives.briefs_of([request.initiative_id])[request.initiative_id]
        service.ask(brief, "In hetzelfde ogenblik gevraagd.", actor=author(), at=NOW)
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(PanelRequest)) == 1
        assert events_of(request.initiative_id).count("panel_asked") == 1


@pytest.mark.parametrize("reason", ["", "Te kort.", "x" * 1001])
def test_a_reason_is_needed(app: Flask, owner: FlaskClient, reason: str) -> None:
    with app.app_context():
        initiative_id = published().id
    answer = owner.post(ask_path(initiative_id), data={"reason": reason})
    assert answer.status_code == 422
    assert "Schrijf op waarom uw vraag te groot is." in answer.text or "20 tot 1.000 tekens" in answer.text


def test_only_the_author_asks(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        initiative_id = published().id
    assert client.post(ask_path(initiative_id), data={"reason": WHY}).location.startswith("/inloggen")
    for other in (sign_in(email="buur@example.nl"), sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")):
        assert other.get(ask_path(initiative_id)).status_code == 403
        assert other.post(ask_path(initiative_id), data={"reason": WHY}).status_code == 403
    with app.app_context():
        assert queries.request_of(initiative_id) is None


def test_not_for_a_draft_and_not_after_withdrawing(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        draft_id, gone = draft().id, published()
        initiative_service.withdraw(gone, WithdrawReason.SOLVED, actor=author(), at=NOW)
        db.session.commit()
        gone_id = gone.id
        brief = initiatives.briefs_of([gone_id])[gone_id]
        with pytest.raises(NotAllowedNow):
            service.ask(brief, WHY, actor=author(), at=NOW)
    assert owner.post(ask_path(draft_id), data={"reason": WHY}).status_code == 404
    assert owner.post(ask_path(gone_id), data={"reason": WHY}).status_code == 409
    assert owner.get(ask_path(9999)).status_code == 404
    assert "Vraag om een panel" not in owner.get(f"/initiatieven/{gone_id}").text


# --- answering ------------------------------------------------------------------------------------------


def test_administrators_see_open_questions(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        request_id = asked(title="De hele kust").id
    page = administrator_client.get("/panels").text
    assert "Initiatieven die om een panel vragen" in page
    assert f"/panels/verzoeken/{request_id}" in page
    assert "De hele kust" not in client.get("/panels").text
    detail = administrator_client.get(f"/panels/verzoeken/{request_id}").text
    assert WHY in detail
    assert "Schaduw voor iedereen." in detail


def test_yes_makes_a_panel(app: Flask, administrator_client: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        request = asked()
        request_id, initiative_id = request.id, request.initiative_id
    answer = administrator_client.post(
        f"/panels/verzoeken/{request_id}", data={"decision": "yes", "answer": "Goede vraag!"}
    )
    assert answer.status_code == 303
    with app.app_context():
        panel = db.session.scalars(select(Panel)).one()
        panel_id = panel.id
        assert (panel.title, panel.question) == ("Bomen op het plein", "Schaduw voor iedereen.")
        assert panel.stage is Stage.MANDATE
        assert request_of(initiative_id).panel_id == panel_id
        assert answer.location == f"/panels/{panel_id}/wijzigen"
        assert events_of(initiative_id)[-1] == "panel_request_accepted"
        (mail,) = mails("panel_request_answered")
        assert mail.address == OWNER_EMAIL
        assert mail.subject == "Er komt een panel over uw vraag"
        assert "Goede vraag!" in (mail.text or "")
        assert f"/initiatieven/{initiative_id}" in (mail.text or "")
    assert "De opdracht wordt nog geschreven." in client.get(f"/initiatieven/{initiative_id}").text
    with app.app_context():
        db.session.get_one(Panel, panel_id).stage = Stage.COMPOSITION
        db.session.commit()
    page = client.get(f"/initiatieven/{initiative_id}").text
    assert f'href="/panels/{panel_id}"' in page
    back = client.get(f"/panels/{panel_id}").text
    assert "Deze vraag komt uit een initiatief van inwoners:" in back
    assert f'href="/initiatieven/{initiative_id}"' in back


def test_no_says_why(app: Flask, administrator_client: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        request = asked()
        request_id, initiative_id = request.id, request.initiative_id
    assert administrator_client.post(f"/panels/verzoeken/{request_id}", data=NO).status_code == 303
    page = client.get(f"/initiatieven/{initiative_id}").text
    assert "Er komt geen panel over deze vraag." in page
    assert NO["answer"] in page
    with app.app_context():
        assert db.session.scalars(select(Panel)).all() == []
        event = db.session.scalars(select(Event).where(Event.action == "panel_request_declined")).one()
        assert event.visibility is Visibility.PUBLIC
        (mail,) = mails("panel_request_answered")
        assert mail.subject == "Er komt geen panel over uw vraag"
    assert "Initiatieven die om een panel vragen" not in administrator_client.get("/panels").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "no", "answer": ""}, "Schrijf waarom er geen panel komt."),
        ({"answer": "Misschien"}, "Kies ja of nee."),
        ({"decision": "maybe", "answer": "Misschien"}, "Kies ja of nee."),
        ({"decision": "yes", "answer": "x" * 1001}, "Gebruik hoogstens 1.000 tekens."),
    ],
)
def test_wrong_answers(
    app: Flask, administrator_client: FlaskClient, data: dict[str, str], sentence: str
) -> None:
    with app.app_context():
        request_id = asked().id
    answer = administrator_client.post(f"/panels/verzoeken/{request_id}", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        assert db.session.get_one(PanelRequest, request_id).answered_at is None


def test_a_question_is_answered_once(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        request = asked()
        request_id, initiative_id = request.id, request.initiative_id
    assert administrator_client.post(f"/panels/verzoeken/{request_id}", data=NO).status_code == 303
    late = administrator_client.post(f"/panels/verzoeken/{request_id}", data={"decision": "yes"})
    assert late.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Panel)).all() == []
        assert len(mails("panel_request_answered")) == 1
        request = request_of(initiative_id)
        brief = initiatives.briefs_of([initiative_id])[initiative_id]
        with pytest.raises(NotAllowedNow):
            service.answer(request, brief, service.Answer(True, ""), actor=administrator(), at=NOW)


def test_others_do_not_answer(app: Flask, owner: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        request_id = asked().id
    griffier = sign_in(Role.COUNCIL_OFFICE, email="griffier@example.nl", code="GM0995")
    for other in (owner, griffier):
        assert other.get(f"/panels/verzoeken/{request_id}").status_code == 403
        assert other.post(f"/panels/verzoeken/{request_id}", data=NO).status_code == 403
        assert other.get("/panels/verzoeken/999").status_code == 403  # not a way to count questions


def test_a_short_or_long_wish_still_makes_a_question(app: Flask) -> None:
    with app.app_context():
        for number, wish in enumerate(("Rust.", "Meer groen. " * 80)):
            request = asked(title=f"Vraag nummer {number}", wish=wish)
            brief = initiatives.briefs_of([request.initiative_id])[request.initiative_id]
            panel = service.answer(request, brief, service.Answer(True, ""), actor=administrator(), at=NOW)
            db.session.commit()
            assert panel is not None
            assert 10 <= len(panel.question) <= 400


def test_an_erased_author_gets_no_mail(app: Flask) -> None:
    with app.app_context():
        request = asked()
        writer = author()
        writer.email, writer.email_index = None, None
        db.session.commit()
        brief = initiatives.briefs_of([request.initiative_id])[request.initiative_id]
        service.answer(request, brief, service.Answer(False, "Nee, want…"), actor=administrator(), at=NOW)
        db.session.commit()
        assert mails("panel_request_answered") == []


def test_drafts_of_others_are_no_brief(app: Flask) -> None:
    with app.app_context():
        one, other = draft().id, published().id
        assert set(initiatives.briefs_of([one, other])) == {other}
        assert initiatives.briefs_of([]) == {}
        assert db.session.get_one(Initiative, one).title  # it is there


def test_statements_do_not_grow(
    app: Flask, administrator_client: FlaskClient, count_statements: Callable[[], list[str]]
) -> None:
    with app.app_context():
        asked()
    administrator_client.get("/panels")
    with count_statements() as seen:
        administrator_client.get("/panels")
    few = len(seen)
    with app.app_context():
        for number in range(5):
            asked(title=f"Vraag nummer {number}")
    with count_statements() as seen:
        administrator_client.get("/panels")
    assert len(seen) == few
