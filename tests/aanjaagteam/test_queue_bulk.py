"""The same thing to many reports at once: shown first, each by itself, one event per report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service import bulk
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.queue import Bulk, Skip
from civic.db import db
from civic.events import queries as events
from civic.events.models import Event
from tests.aanjaagteam.makers import TITLE, member, report_in
from tests.aanjaagteam.queue_makers import unit
from tests.conftest import NOW

PREVIEW, APPLY = "/aanjaagteam/samen", "/aanjaagteam/samen/uitvoeren"
Make = Callable[..., int]


def chosen(read: Any, *numbers: int, **more: Any) -> dict[str, Any]:
    return {"keuze": [f"{number}.{read(number, 'revision')}" for number in numbers], **more}


def event_count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Event)) or 0


def test_preview_changes_nothing_and_says_what_stays(
    team: FlaskClient, make: Make, read: Any, app: Flask
) -> None:
    open_one, done = make(State.TRIAGED), make(State.DONE)
    before = event_count(app)
    page = team.post(PREVIEW, data=chosen(read, open_one, done, doe="decide_now"))
    assert page.status_code == 200
    assert "1 melding verandert" in page.text
    assert "In deze stand kan dat niet" in page.text
    assert f'value="{open_one}.{read(open_one, "revision")}"' in page.text
    assert f'value="{done}.' not in page.text
    assert event_count(app) == before
    assert not read(open_one, "decide_now")


def test_one_event_per_report(team: FlaskClient, make: Make, read: Any, app: Flask) -> None:
    numbers = [make(State.TRIAGED) for _one in range(3)]
    before = event_count(app)
    answer = team.post(APPLY, data=chosen(read, *numbers, doe="decide_now", terug="wie=niemand"))
    assert answer.status_code == 303
    assert answer.location == "/aanjaagteam?wie=niemand"
    assert event_count(app) == before + 3
    assert all(read(number, "decide_now") for number in numbers)
    assert "3 meldingen zijn veranderd" in team.get(answer.location).text
    with app.app_context():
        assert events.deadline_of(db.session.get(Report, numbers[0]), "decide_now") is not None


def test_one_that_cannot_does_not_stop_the_others(team: FlaskClient, make: Make, read: Any) -> None:
    good, bad = make(State.TRIAGED), make(State.DONE)
    team.post(APPLY, data=chosen(read, good, bad, doe="decide_now"))
    page = team.get("/aanjaagteam?status=").text
    assert read(good, "decide_now")
    assert f"Niet veranderd: {bad}. In deze stand kan dat niet." in page


def test_somebody_was_faster(team: FlaskClient, make: Make, read: Any) -> None:
    number = make(State.TRIAGED)
    data = chosen(read, number, doe="decide_now")
    team.post(APPLY, data=data)
    team.post(APPLY, data={**data, "doe": "not_decide_now"})
    assert read(number, "decide_now")
    assert "Iemand anders veranderde deze melding net" in team.get("/aanjaagteam?status=").text


def test_all_on_this_page(team: FlaskClient, make: Make, read: Any) -> None:
    first, second = make(State.TRIAGED), make(State.TRIAGED)
    marks = f"{first}.{read(first, 'revision')} {second}.{read(second, 'revision')} "
    team.post(APPLY, data={"alles": "ja", "alles-van": marks, "doe": "unpublish"})
    assert (read(first, "is_public"), read(second, "is_public")) == (False, False)


def test_assign_and_unit(team: FlaskClient, make: Make, read: Any, app: Flask) -> None:
    number = make(State.TRIAGED)
    with app.app_context():
        colleague, where = member("collega@example.nl", "Co Collega").id, unit().id
        db.session.commit()
    team.post(APPLY, data=chosen(read, number, doe="assign", collega=str(colleague)))
    assert (read(number, "owner_id"), read(number, "state")) == (colleague, State.TAKEN_UP)
    team.post(APPLY, data=chosen(read, number, doe="unit", **{"naar-afdeling": str(where)}))
    assert read(number, "unit_id") == where


def test_reasons_to_leave_it(app: Flask) -> None:
    with app.app_context():
        actor, elsewhere = member(), member("almere@example.nl", "Al Mere", "GM0034")
        new, triaged = report_in(State.NEW), report_in(State.TRIAGED)
        mine, other = unit(), unit("Inkoop")
        triaged.unit_id = mine.id
        orders = {
            (new, Bulk.PUBLISH): Skip.NOT_READ,
            (triaged, Bulk.PUBLISH): Skip.ALREADY,
            (triaged, Bulk.ASSIGN): Skip.OWNER,
            (triaged, Bulk.UNIT): Skip.ELSEWHERE,
            (triaged, Bulk.UNPUBLISH): None,
            (report_in(State.DONE), Bulk.UNIT): Skip.STATE,
            (report_in(State.DECLINED), Bulk.ASSIGN): Skip.STATE,
        }
        for (report, action), expected in orders.items():
            order = bulk.BulkOrder(action, owner=elsewhere, unit_id=other.id)
            line = bulk.preview(order, [bulk.Chosen(report.id, report.revision)], actor=actor)[0]
            assert line.skip is expected, (report.state, action)


def test_out_of_reach_is_not_even_named(scoped: FlaskClient, make: Make, read: Any) -> None:
    number = make(State.TRIAGED, code="GM0034")
    page = scoped.post(PREVIEW, data=chosen(read, number, doe="decide_now"))
    assert TITLE not in page.text
    scoped.post(APPLY, data=chosen(read, number, doe="decide_now"))
    assert not read(number, "decide_now")


def test_nothing_chosen_and_strange_input(team: FlaskClient, make: Make, read: Any) -> None:
    number = make(State.TRIAGED)
    strange: list[dict[str, Any]] = [
        {"doe": "decide_now"},
        {"doe": "decline", "keuze": f"{number}.1"},
        {"keuze": f"{number}.1"},
        {"doe": "assign", "keuze": f"{number}.1", "collega": "7777"},
        {"doe": "unit", "keuze": f"{number}.1", "naar-afdeling": "🙂"},
        {"doe": "decide_now", "keuze": ["x", "1.x", ".", "9" * 40 + ".1", "<b>.1"]},
    ]
    for data in strange:
        for url in (PREVIEW, APPLY):
            answer = team.post(url, data=data)
            kept = f'name="keuze" value="{number}.1"' in answer.text
            assert (answer.status_code, kept) in {(303, False), (422, True)}, data
    assert read(number, "revision") == 1


def test_not_by_get(team: FlaskClient) -> None:
    assert team.get(PREVIEW).status_code == 405
    assert team.get(APPLY).status_code == 405


def test_at_most_a_hundred(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED)
        many = [bulk.Chosen(number, 1) for number in range(10**6, 10**6 + bulk.MOST)]
        order = bulk.BulkOrder(Bulk.DECIDE_NOW)
        assert (
            bulk.apply_to_all(order, [*many, bulk.Chosen(report.id, report.revision)], actor=member(), at=NOW)
            == []
        )
