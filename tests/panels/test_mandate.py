"""Writing the mandate as a draft, checking it, publishing it, correcting its words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import Mandate, Panel
from civic.panels.queries import mandate as queries
from civic.panels.service import mandate as service
from civic.panels.states import ParticipationLevel, Stage
from tests.panels.makers import actions_of, administrator, make_panel
from tests.panels.makers_mandate import (
    DRAFT,
    FORM,
    REASON,
    drafted_panel,
    published_panel,
    seen_of,
)
from tests.panels.stages import prepared_panel

STRANGE = "Kader <script>alert(1)</script> 🏡 \u202eomgekeerd"


def the(panel_id: int) -> tuple[Panel, Mandate]:
    mandate = queries.mandate_of(panel_id)
    assert mandate is not None
    return db.session.get_one(Panel, panel_id), mandate


def last_event(panel: Panel) -> Event:
    return db.session.scalars(
        select(Event)
        .where(Event.subject_type == "panel", Event.subject_id == panel.id)
        .order_by(Event.id.desc())
        .limit(1)
    ).one()


@pytest.fixture
def new_panel(app: Flask) -> int:
    with app.app_context():
        return make_panel().id


@pytest.fixture
def public_panel(app: Flask) -> int:
    with app.app_context():
        return published_panel().id


# --- the draft ------------------------------------------------------------------------------------------


def test_a_new_panel_goes_on_to_its_mandate(app: Flask, administrator_client: FlaskClient) -> None:
    form = {"title": "Zorg in de polder", "question": "Welke zorg blijft dichtbij?", "size": "60"}
    answer = administrator_client.post("/panels/nieuw", data={**form, "stap": "opdracht"})
    assert answer.status_code == 303
    assert answer.location.endswith("/opdracht")


def test_save_and_go_on_later(app: Flask, administrator_client: FlaskClient, new_panel: int) -> None:
    half = {"client": "  De  zes gemeenten ", "response_weeks": "13", "seen": ""}
    answer = administrator_client.post(f"/panels/{new_panel}/opdracht", data=half)
    assert answer.status_code == 303
    assert answer.location == f"/panels/{new_panel}/voorbereiding"
    page = administrator_client.get(f"/panels/{new_panel}/opdracht").text
    assert 'value="De zes gemeenten"' in page
    with app.app_context():
        panel, mandate = the(new_panel)
        assert (mandate.level, mandate.advice_on, mandate.published_at) == (None, None, None)
        assert panel.stage is Stage.MANDATE
        assert actions_of(panel) == ["panel_created", "mandate_drafted"]


def test_saving_to_check_says_everything_that_is_missing(
    app: Flask, administrator_client: FlaskClient, new_panel: int
) -> None:
    half = {"client": "De zes gemeenten", "response_weeks": "13", "seen": "", "stap": "controleren"}
    answer = administrator_client.post(f"/panels/{new_panel}/opdracht", data=half)
    assert answer.status_code == 422
    for sentence in (
        "Schrijf op binnen welke grenzen het panel mag denken.",
        "Is er niets? Schrijf dat dan op.",
        "Kies in welke fase het panel meedenkt.",
        "Kies hoeveel het panel te zeggen heeft.",
        "Vul in op welke dag het advies komt.",
    ):
        assert sentence in answer.text
    with app.app_context():
        assert the(new_panel)[1].client == "De zes gemeenten"  # kept all the same
    again = {**half, **FORM, "seen": answer.text.split('name="seen"')[1].split('value="')[1].split('"')[0]}
    assert administrator_client.post(f"/panels/{new_panel}/opdracht", data=again).status_code == 303


WRONG = [
    ({"response_weeks": ""}, "Vul in hoeveel weken de gemeenten hebben."),
    ({"response_weeks": "veel"}, "Schrijf het aantal weken met cijfers"),
    ({"response_weeks": "٣"}, "Schrijf het aantal weken met cijfers"),
    ({"response_weeks": "53"}, "Kies 1 tot 52 weken."),
    ({"response_weeks": "0"}, "Kies 1 tot 52 weken."),
    ({"advice_on": "ergens in juni"}, "Schrijf de datum zo: 23-11-2026."),
    ({"client": "x" * 121}, "Gebruik hoogstens 120 tekens."),
    ({"frame": "x" * 3001}, "Gebruik hoogstens 3.000 tekens."),
    ({"advice_on": "2026-11-23", "stap": "controleren"}, "Kies een dag die nog moet komen."),
    ({"advice_on": "2036-11-23", "stap": "controleren"}, "Kies een dag in de komende vijf jaar."),
]


def test_wrong_answers(administrator_client: FlaskClient, new_panel: int) -> None:
    for changes, sentence in WRONG:
        with_seen = {**FORM, **changes, "seen": seen_in(administrator_client, new_panel)}
        answer = administrator_client.post(f"/panels/{new_panel}/opdracht", data=with_seen)
        assert answer.status_code == 422, changes
        assert sentence in answer.text


def seen_in(client: FlaskClient, panel_id: int) -> str:
    page = client.get(f"/panels/{panel_id}/opdracht").text
    return page.split('name="seen"')[1].split('value="')[1].split('"')[0]


@pytest.mark.parametrize(("field", "value"), [("level", "dictate"), ("phase", "never")])
def test_an_unknown_choice_is_no_choice(
    app: Flask, administrator_client: FlaskClient, new_panel: int, field: str, value: str
) -> None:
    data = {**FORM, field: value}
    assert administrator_client.post(f"/panels/{new_panel}/opdracht", data=data).status_code == 303
    with app.app_context():
        assert getattr(the(new_panel)[1], field) is None


def test_two_tabs_do_not_overwrite_each_other(
    app: Flask, administrator_client: FlaskClient, new_panel: int
) -> None:
    path = f"/panels/{new_panel}/opdracht"
    assert administrator_client.post(path, data=FORM).status_code == 303
    answer = administrator_client.post(path, data={**FORM, "frame": "Uit het andere tabblad."})
    assert answer.status_code == 409
    assert "Uit het andere tabblad." in answer.text
    with app.app_context():
        assert the(new_panel)[1].frame == FORM["frame"]
        seen = seen_of(new_panel)
    assert f'value="{seen}"' in answer.text
    once_more = {**FORM, "frame": "Uit het andere tabblad.", "seen": seen}
    assert administrator_client.post(path, data=once_more).status_code == 303


# --- who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["opdracht", "opdracht/controleren"])
def test_a_draft_does_not_exist_for_others(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    new_panel: int,
    path: str,
) -> None:
    assert client.get(f"/panels/{new_panel}/{path}").status_code == 302
    for role in (Role.AUDITOR, Role.COUNCIL_OFFICE, Role.ADMINISTRATOR):
        other = sign_in(role, email=f"{role.value.replace('_', '-')}@example.nl", code=None)
        assert other.get(f"/panels/{new_panel}/{path}").status_code == 404


def test_a_public_mandate_is_written_by_lottery_administrators_only(
    app: Flask, sign_in: Callable[..., FlaskClient], public_panel: int
) -> None:
    griffier = sign_in(Role.COUNCIL_OFFICE, email="griffier@example.nl", code="GM0995")
    for path in ("opdracht", "opdracht/zeggenschap", "opdracht/planning"):
        assert griffier.get(f"/panels/{public_panel}/{path}").status_code == 403
        assert griffier.post(f"/panels/{public_panel}/{path}", data=FORM).status_code == 403
    assert griffier.post(f"/panels/{public_panel}/opdracht/publiceren").status_code == 403


# --- publishing -----------------------------------------------------------------------------------------


def test_check_and_publish(app: Flask, administrator_client: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = drafted_panel().id
        seen = seen_of(panel_id)
    assert client.get(f"/panels/{panel_id}").status_code == 404
    page = administrator_client.get(f"/panels/{panel_id}/opdracht/controleren").text
    assert "Samen maken (coproduceren). Het panel en de gemeenten maken het plan samen." in page
    assert "Hierna kan iedereen deze opdracht lezen" in page
    answer = administrator_client.post(f"/panels/{panel_id}/opdracht/publiceren", data={"seen": seen})
    assert answer.status_code == 303
    with app.app_context():
        panel, mandate = the(panel_id)
        assert panel.stage is Stage.COMPOSITION
        assert mandate.published_at is not None
        promise = queries.response_of(panel)
        assert promise is not None
        assert (promise.kind, promise.term, promise.starts_on) == (
            "panel_response",
            "13 weken",
            date(2027, 6, 1),
        )
        assert promise.is_public
        assert promise.owner_id == administrator().id
        event = last_event(panel)
        assert (event.action, event.visibility) == ("publish_mandate", Visibility.PUBLIC)
        assert event.data["version"] == 1
        assert event.data["sha256"] == service.digest(panel, mandate)
        assert event.data["level"] == "coproduce"
    public = client.get(f"/panels/{panel_id}").text
    assert "Uiterlijk op 31 augustus 2027 antwoorden de gemeenten, want de termijn is 13 weken" in public
    assert "De opdracht is openbaar" in public


def test_publishing_twice_looks_like_success(
    app: Flask, administrator_client: FlaskClient, public_panel: int
) -> None:
    answer = administrator_client.post(f"/panels/{public_panel}/opdracht/publiceren", data={"seen": ""})
    assert answer.status_code == 303
    with app.app_context():
        assert actions_of(the(public_panel)[0]).count("publish_mandate") == 1


def test_publishing_needs_the_text_that_was_read(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = drafted_panel().id
    answer = administrator_client.post(f"/panels/{panel_id}/opdracht/publiceren", data={"seen": "anders"})
    assert answer.status_code == 409
    assert "De opdracht is intussen veranderd." in answer.text
    with app.app_context():
        assert the(panel_id)[0].stage is Stage.MANDATE


def test_an_unfinished_mandate_is_not_published(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = drafted_panel(service.Draft(DRAFT.text, None, DRAFT.planning)).id
        seen = seen_of(panel_id)
    page = administrator_client.get(f"/panels/{panel_id}/opdracht/controleren").text
    assert "De opdracht is nog niet klaar" in page
    assert "Maak de opdracht openbaar" not in page
    answer = administrator_client.post(f"/panels/{panel_id}/opdracht/publiceren", data={"seen": seen})
    assert answer.status_code == 422
    assert "Kies hoeveel het panel te zeggen heeft." in answer.text


def test_without_a_draft_there_is_nothing_to_publish(
    administrator_client: FlaskClient, new_panel: int
) -> None:
    assert (
        "Schrijf eerst de opdracht."
        in administrator_client.get(f"/panels/{new_panel}/opdracht/controleren").text
    )
    answer = administrator_client.post(f"/panels/{new_panel}/opdracht/publiceren", data={"seen": ""})
    assert answer.status_code == 409


def test_get_does_not_publish(administrator_client: FlaskClient, new_panel: int) -> None:
    assert administrator_client.get(f"/panels/{new_panel}/opdracht/publiceren").status_code == 405


def test_publishing_from_a_later_stage_is_refused(app: Flask, administrator_client: FlaskClient) -> None:
    later = [stage for stage in Stage if stage not in (Stage.MANDATE, Stage.COMPOSITION)]
    with app.app_context():
        ids = [prepared_panel(stage).id for stage in later]
        seen = {panel_id: seen_of(panel_id) for panel_id in ids}
    for panel_id in ids:
        path = f"/panels/{panel_id}/opdracht"
        answer = administrator_client.post(f"{path}/publiceren", data={"seen": seen[panel_id]})
        assert answer.status_code == 409
        assert administrator_client.get(f"{path}/controleren").status_code == 409


# --- correcting -----------------------------------------------------------------------------------------


def test_correcting_makes_a_new_version(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, public_panel: int
) -> None:
    path = f"/panels/{public_panel}/opdracht"
    page = administrator_client.get(path).text
    assert "Deze opdracht is openbaar" in page
    assert 'name="level"' not in page
    assert 'name="advice_on"' not in page
    with app.app_context():
        seen, before = seen_of(public_panel), service.digest(*the(public_panel))
    data = {**FORM, "frame": STRANGE, "seen": seen, "level": "inform", "advice_on": "2028-01-01"}
    assert administrator_client.post(path, data=data).status_code == 303
    with app.app_context():
        panel, mandate = the(public_panel)
        assert mandate.frame == STRANGE
        assert mandate.level is ParticipationLevel.COPRODUCE  # has its own page
        assert mandate.advice_on == date(2027, 6, 1)
        event = last_event(panel)
        assert (event.action, event.data["version"]) == ("mandate_corrected", 2)
        assert event.data["sha256"] == service.digest(panel, mandate) != before
    public = client.get(f"/panels/{public_panel}").text
    assert "Dit is versie 2" in public
    assert "<script>alert" not in public
    assert "&lt;script&gt;" in public


def test_correcting_nothing_makes_no_version(
    app: Flask, administrator_client: FlaskClient, public_panel: int
) -> None:
    with app.app_context():
        seen = seen_of(public_panel)
    path = f"/panels/{public_panel}/opdracht"
    assert administrator_client.post(path, data={**FORM, "seen": seen}).status_code == 303
    with app.app_context():
        assert queries.version_of(the(public_panel)[0]) == 1


def test_a_public_mandate_cannot_be_emptied(administrator_client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        panel_id = published_panel().id
        seen = seen_of(panel_id)
    answer = administrator_client.post(
        f"/panels/{panel_id}/opdracht", data={**FORM, "client": "", "frame": " ", "seen": seen}
    )
    assert answer.status_code == 422
    assert "Schrijf op wie de opdracht geeft." in answer.text
    assert "Schrijf op binnen welke grenzen" in answer.text


def test_another_question_is_another_version(
    app: Flask, administrator_client: FlaskClient, public_panel: int
) -> None:
    form = {"title": "Wonen in de wijk", "question": "Een heel andere vraag dan eerst?", "size": "10"}
    assert administrator_client.post(f"/panels/{public_panel}/wijzigen", data=form).status_code == 303
    assert administrator_client.post(f"/panels/{public_panel}/wijzigen", data=form).status_code == 303
    with app.app_context():
        assert queries.version_of(the(public_panel)[0]) == 2


def test_the_seats_stay_as_the_composition_says(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    form = {"title": "Zorg dicht bij huis", "question": "Welke zorg moet blijven?", "size": "60"}
    answer = administrator_client.post(f"/panels/{panel_id}/wijzigen", data=form)
    assert answer.status_code == 422
    assert "De samenstelling staat vast voor 45 plaatsen." in answer.text


# --- the day of the advice ------------------------------------------------------------------------------

MOVED = {"advice_on": "2027-09-01", "response_weeks": "13", "reason": REASON}


def test_another_day_moves_the_promise(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, public_panel: int
) -> None:
    path = f"/panels/{public_panel}/opdracht/planning"
    assert "31 augustus 2027" in administrator_client.get(path).text
    assert administrator_client.post(path, data=MOVED).status_code == 303
    with app.app_context():
        panel, mandate = the(public_panel)
        promise = queries.response_of(panel)
        assert promise is not None
        assert (promise.starts_on, promise.due_on) == (date(2027, 9, 1), date(2027, 12, 1))
        assert "vanaf 1 september 2027" in promise.explanation
        event = last_event(panel)
        assert (event.action, event.visibility) == ("advice_moved", Visibility.PUBLIC)
        assert (event.data["from_advice_on"], event.data["advice_on"]) == ("2027-06-01", "2027-09-01")
        assert mandate.advice_on == date(2027, 9, 1)
    public = client.get(f"/panels/{public_panel}").text
    assert REASON in public
    assert "Uiterlijk op 1 december 2027" in public


def test_a_moved_promise_counts_again(
    app: Flask, administrator_client: FlaskClient, public_panel: int
) -> None:
    with app.app_context():
        promise = queries.response_of(the(public_panel)[0])
        assert promise is not None
        promise.passed_at = datetime.fromisoformat("2027-09-01T10:00:00+00:00")
        db.session.commit()
    administrator_client.post(f"/panels/{public_panel}/opdracht/planning", data=MOVED)
    with app.app_context():
        promise = queries.response_of(the(public_panel)[0])
        assert promise is not None
        assert promise.passed_at is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "Kort"}, "Gebruik voor de reden 10 tot 1.000 tekens."),
        ({"reason": ""}, "Schrijf in een zin waarom."),
        ({"reason": " " * 30}, "Gebruik voor de reden 10 tot 1.000 tekens."),
        ({"advice_on": ""}, "Vul in op welke dag het advies komt."),
        ({"advice_on": "2026-11-01"}, "Kies een dag die nog moet komen."),
        ({"advice_on": "2027-06-01"}, "Er is niets veranderd."),
    ],
)
def test_planning_wrong_answers(
    app: Flask, administrator_client: FlaskClient, public_panel: int, changes: dict[str, str], sentence: str
) -> None:
    answer = administrator_client.post(f"/panels/{public_panel}/opdracht/planning", data={**MOVED, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        assert the(public_panel)[1].advice_on == date(2027, 6, 1)


@pytest.mark.parametrize("stage", [Stage.MANDATE, Stage.STOPPED])
@pytest.mark.parametrize("path", ["opdracht/planning", "opdracht/zeggenschap"])
def test_nothing_to_change_before_or_after(
    app: Flask, administrator_client: FlaskClient, stage: Stage, path: str
) -> None:
    with app.app_context():
        panel_id = prepared_panel(stage).id
    form: dict[str, Any] = {**MOVED, "level": "inform"}
    assert administrator_client.get(f"/panels/{panel_id}/{path}").status_code == 409
    assert administrator_client.post(f"/panels/{panel_id}/{path}", data=form).status_code == 409
