"""The board: the same reports in columns; a card moves by a select and a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.queries.board import board
from civic.aanjaagteam.queries.team import QueueFilter
from civic.aanjaagteam.states import OPEN, State
from civic.aanjaagteam.states.queue import MOVES, targets
from civic.calendar import today
from tests.aanjaagteam.makers import TITLE, member, report_in
from tests.conftest import NOW

URL = "/aanjaagteam?weergave=bord"


def move(client: FlaskClient, number: int, to: str, revision: int, **more: str) -> Any:
    return client.post(f"/aanjaagteam/bord/{number}", data={"naar": to, "revision": str(revision), **more})


def test_columns_are_the_open_states(team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    page = team.get(URL).text
    for slug in ("nieuw", "bekeken", "opgepakt", "besloten", "aangepast", "meten"):
        assert f'data-column="{slug}"' in page
    assert 'data-column="klaar"' not in page
    assert f'action="/aanjaagteam/bord/{number}"' in page


def test_counts_all_and_shows_the_longest_waiting(app: Flask) -> None:
    with app.app_context():
        numbers = [report_in(State.TRIAGED, at=NOW).id for _one in range(4)]
        report_in(State.NEW, at=NOW)
        columns = {one.state: one for one in board(member(), QueueFilter(), today(NOW), cards=3)}
        assert tuple(columns) == OPEN
        assert columns[State.TRIAGED].total == 4
        assert [row.id for row in columns[State.TRIAGED].rows] == numbers[:3]
        assert columns[State.NEW].total == 1
        assert columns[State.DECIDED].rows == []


def test_same_scope_as_the_list(scoped: FlaskClient, make: Callable[..., int]) -> None:
    make(State.TAKEN_UP, code="GM0034")
    assert TITLE not in scoped.get(URL).text


def test_every_target_is_a_move_of_the_life_of_a_report() -> None:
    assert targets(State.PROCESS_CHANGED) == [State.MEASURING, State.DONE]
    assert all((state, new) in MOVES for state in State for new in targets(state))


def test_a_move_without_facts_is_made(team: FlaskClient, make: Callable[..., int], read: Any) -> None:
    number = make(State.PROCESS_CHANGED)
    answer = move(team, number, "meten", read(number, "revision"), terug="wie=ik&onzin=1")
    assert answer.status_code == 303
    assert answer.location == "/aanjaagteam?wie=ik&weergave=bord"
    assert read(number, "state") is State.MEASURING


def test_taking_up_makes_you_the_owner(
    team: FlaskClient, make: Callable[..., int], read: Any, app: Flask
) -> None:
    number = make(State.TRIAGED)
    move(team, number, "opgepakt", read(number, "revision"))
    assert read(number, "state") is State.TAKEN_UP
    with app.app_context():
        assert read(number, "owner_id") == member().id


def test_a_move_that_needs_facts_opens_its_form(
    team: FlaskClient, make: Callable[..., int], read: Any
) -> None:
    number = make(State.TAKEN_UP)
    answer = move(team, number, "besloten", read(number, "revision"))
    assert answer.location == f"/aanjaagteam/meldingen/{number}/besluit"
    assert read(number, "state") is State.TAKEN_UP


def test_impossible_and_strange_targets_change_nothing(
    team: FlaskClient, make: Callable[..., int], read: Any
) -> None:
    number = make(State.TRIAGED)
    for to in ("meten", "onzin", "", "🙂", "nieuw"):
        assert move(team, number, to, read(number, "revision")).status_code == 303
    assert "Kies een andere stand" in team.get(URL).text
    assert read(number, "state") is State.TRIAGED


def test_two_at_once_are_told(team: FlaskClient, make: Callable[..., int], read: Any) -> None:
    number = make(State.PROCESS_CHANGED)
    assert move(team, number, "meten", 0).status_code == 409
    assert read(number, "state") is State.PROCESS_CHANGED


def test_twice_is_no_second_move(team: FlaskClient, make: Callable[..., int], read: Any) -> None:
    number = make(State.PROCESS_CHANGED)
    revision = read(number, "revision")
    move(team, number, "meten", revision)
    move(team, number, "meten", revision)
    assert read(number, "revision") == revision + 1


def test_others_may_not_move(scoped: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.PROCESS_CHANGED, code="GM0034")
    assert move(scoped, number, "meten", 4).status_code == 403
    assert scoped.get(f"/aanjaagteam/bord/{number}").status_code == 405
