"""The knot: several possibilities without JavaScript, two outcomes, a mandate, and replacing a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Decision, Report, TeamMember
from civic.aanjaagteam.queries.knots import compare, extra_cost_of_no
from civic.aanjaagteam.service.knots import Option
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.knots import MOST_OPTIONS, OptionKind, ProcessOutcome, RuleUse
from civic.db import db
from civic.events import queries as events
from civic.events.models import Event
from tests.aanjaagteam.makers import STORY, TEAM_EMAIL, member
from tests.aanjaagteam.test_case import CASE, user_id
from tests.aanjaagteam.test_moves import KNOT
from tests.conftest import NOW

TWO = {
    **KNOT,
    "options-0-cost_no": "€ 2.400",
    "options-0-cost_no_basis": "omzet die de ondernemer mist",
    "options-0-payer": "de ondernemer",
    "options-1-kind": "rule",
    "options-1-what": "Een vergunning voor een jaar",
    "options-1-cost_yes": "900",
    "options-1-cost_yes_basis": "leges",
}


@pytest.fixture
def post(team: FlaskClient, read: Callable[..., Any]) -> Callable[..., Any]:
    def _post(number: int, step: str = "vastleggen", **given: str) -> Any:
        data = {**TWO, "revision": str(read(number, "revision")), "stap": step, **given}
        return team.post(f"{CASE}/{number}/besluit", data=data)

    return _post


def current(app: Flask, number: int) -> Any:
    with app.app_context():
        found = queries.current_decision(db.session.get_one(Report, number))
        assert found is not None
        return found


def test_everything_is_kept(app: Flask, make: Callable[..., int], post: Callable[..., Any]) -> None:
    number = make(State.TAKEN_UP)
    given = {
        "signer": "gemeentesecretaris",
        "dissent": "De brandweer wilde een hek.",
        "valid_until": "2027-12-31",
        "execute_on": "2026-12-01",
        "shows_costs": "y",
    }
    assert post(number, **given).status_code == 303
    row = current(app, number)
    assert [one.what for one in row.options] == [
        "Het terras open in de zomer",
        "Een vergunning voor een jaar",
    ]
    assert [one.is_chosen for one in row.options] == [True, False]
    assert (row.options[0].cost_yes, row.options[0].cost_no, row.options[0].kind) == (
        150,
        2400,
        OptionKind.WANTED,
    )
    assert (row.rule_use, row.process_outcome) == (RuleUse.SPIRIT, ProcessOutcome.NOT_NEEDED)
    assert (row.signer, row.valid_until, row.execute_on) == (
        "gemeentesecretaris",
        date(2027, 12, 31),
        date(2026, 12, 1),
    )
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "decide")).one()
        assert event.data == {"decision": row.id, "process": "not_needed", "rule": "spirit"}
        clock = events.deadline_of(db.session.get_one(Report, number), "execution_check")
        assert clock is not None
        assert (clock.due_on, clock.owner_id) == (date(2028, 1, 10), user_id(app, TEAM_EMAIL))


def test_one_more_possibility_keeps_what_was_typed(
    app: Flask, make: Callable[..., int], post: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    page = post(number, "mogelijkheid", question="", **{"options-1-cost_yes": "veel"})
    assert page.status_code == 200
    assert 'name="options-2-what"' in page.text
    for words in ('value="€ 2.400"', 'value="2400"'):
        if words in page.text:
            break
    else:
        pytest.fail("the amount is lost")
    assert "Een vergunning voor een jaar" in page.text
    assert "error-summary" not in page.text
    full = {f"options-{place}-what": f"Manier {place}" for place in range(9)}
    page = post(number, "mogelijkheid", **full)
    assert page.text.count('-what"') >= MOST_OPTIONS
    assert f'name="options-{MOST_OPTIONS}-what"' not in page.text
    assert "Nog een mogelijkheid" not in page.text


def test_checking_shows_the_difference_and_carries_everything(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], team: FlaskClient
) -> None:
    number = make(State.TAKEN_UP)
    page = post(number, "controleren").text
    assert "nee kost € 2.250 meer" in page
    assert "Wat nodig is, is € 750 goedkoper." in page
    assert 'name="options-1-cost_yes" value="900"' in page
    with app.app_context():
        assert db.session.scalar(select(Decision.id)) is None


def test_all_errors_at_once(make: Callable[..., int], post: Callable[..., Any]) -> None:
    given = {
        "question": "",
        "options-0-cost_yes_basis": "",
        "options-1-what": "",
        "chosen": "",
        "rule_use": "",
        "process_outcome": "follows",
        "process_change": "",
        "check_on": "2026-11-28",
        "effective_on": "2025-01-01",
    }
    page = post(make(State.TAKEN_UP), "controleren", **given)
    assert page.status_code == 422
    for sentence in (
        "Schrijf op welke vraag er lag.",
        "Schrijf op waar dit bedrag vandaan komt.",
        "Schrijf op wat deze mogelijkheid inhoudt.",
        "Kies welke mogelijkheid het is geworden.",
        "Kies of u de geest of de letter van de regel volgde.",
        "Schrijf op wat er met het proces gebeurt, of waarom niets.",
        "Kies wie het proces aanpast.",
        "Kies de dag waarop het proces is aangepast.",
        "Kies een werkdag.",
        "Deze dag ligt vóór de dag van het besluit.",
    ):
        assert page.text.count(sentence) >= 2, sentence  # in the summary and beside the field
    # what folds on a phone is open where it holds an answer or an error: the costs of both, and its first day
    assert page.text.count('fold--flat" open>') == 3
    assert page.text.count('fold--flat">') == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"options-0-what": "", "options-0-cost_yes": ""}, "Schrijf op wat deze mogelijkheid inhoudt."),
        ({"options-0-cost_yes": "-5"}, "Schrijf een bedrag in hele euro’s, zoals 12500."),
        ({"options-0-cost_yes": "9999999999999"}, "Schrijf een bedrag van 0 tot 1.000.000.000 euro."),
        ({"options-1-kind": "wanted"}, "Eén mogelijkheid is wat nodig is, en één is wat de regel zegt."),
        ({"chosen": "6"}, "Kies welke mogelijkheid het is geworden."),
        ({"check_on": "2026-11-23"}, "Kies een dag die nog komt."),
        ({"check_on": "2030-01-07"}, "Kies een dag binnen twee jaar."),
        ({"check_on": ""}, "Kies de dag waarop u kijkt of het is uitgevoerd."),
        ({"valid_until": "2026-01-20"}, "Deze dag ligt vóór de dag waarop het besluit ingaat."),
        ({"execute_on": "2028-02-01"}, "Kijk pas als het uitgevoerd moet zijn."),
        ({"member": "999"}, "Kies een antwoord uit de lijst."),
        ({"process_outcome": "follows", "process_owner": "99"}, "Kies een antwoord uit de lijst."),
    ],
)
def test_strange_answers(
    make: Callable[..., int], post: Callable[..., Any], given: dict[str, str], sentence: str
) -> None:
    page = post(make(State.TAKEN_UP), **given)
    assert page.status_code == 422
    assert sentence in page.text


def test_nothing_of_these(app: Flask, make: Callable[..., int], post: Callable[..., Any]) -> None:
    number = make(State.TAKEN_UP)
    empty = {name: "" for name in TWO if name.startswith("options-")}
    page = post(number, **empty)
    assert page.status_code == 422
    assert "Schrijf minstens één mogelijkheid op." in page.text
    assert post(number, chosen="geen").status_code == 303
    assert not any(one.is_chosen for one in current(app, number).options)


def test_a_registered_mandate(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], team: FlaskClient
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        row = TeamMember(
            user_id=member().id,
            function="afdelingshoofd vergunningen",
            mandate="Terrassen tot 50 stoelen",
            from_on=date(2026, 1, 1),
            created_at=NOW,
            created_by_id=member().id,
        )
        db.session.add(row)
        db.session.commit()
        key = str(row.id)
    assert (
        "afdelingshoofd vergunningen: Terrassen tot 50 stoelen" in team.get(f"{CASE}/{number}/besluit").text
    )
    check = post(number, "controleren", member=key, decider="", mandate="")
    assert check.status_code == 200
    assert "Terrassen tot 50 stoelen" in check.text
    assert post(number, member=key, decider="", mandate="iets anders").status_code == 303
    found = current(app, number)
    assert (found.decider, found.mandate) == ("afdelingshoofd vergunningen", "Terrassen tot 50 stoelen")


def test_replacing_needs_a_reason_and_keeps_both(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], client: FlaskClient
) -> None:
    number = make(State.DECIDED)
    page = post(number, reversal_reason="")
    assert page.status_code == 422
    assert "Schrijf op waarom het vorige besluit niet meer geldt." in page.text
    assert post(number, reversal_reason="De markt bood niets.", decision="Nee.").status_code == 303
    page = client.get(f"/meldingen/{number}").text
    for words in ("De markt bood niets.", "Ja, het terras mag open.", "Eerder besluit van"):
        assert words in page
    with app.app_context():
        first, second = db.session.scalars(select(Decision).order_by(Decision.id))
        assert (second.supersedes_id, first.reversal_reason) == (first.id, "")


def test_costs_are_public_only_with_the_tick(
    make: Callable[..., int], post: Callable[..., Any], client: FlaskClient, team: FlaskClient
) -> None:
    number = make(State.TAKEN_UP)
    post(number, dissent="De brandweer wilde een hek.")
    page = client.get(f"/meldingen/{number}").text
    assert "Een vergunning voor een jaar" in page
    for secret in ("2.400", "leges", "brandweer"):
        assert secret not in page
    case = team.get(f"{CASE}/{number}").text
    for words in ("2.400", "leges", "De brandweer wilde een hek."):
        assert words in case
    post(number, shows_costs="y")
    assert "Wat nodig is, is € 750 goedkoper." in client.get(f"/meldingen/{number}").text


def test_comparing() -> None:
    wanted = Option("a", OptionKind.WANTED, cost_yes=100, cost_yes_basis="x", cost_no=30, cost_no_basis="y")
    rule = Option("b", OptionKind.RULE, cost_yes=40, cost_yes_basis="z")
    found = compare([wanted, rule])
    assert found is not None
    assert (found.difference, extra_cost_of_no(wanted), extra_cost_of_no(rule)) == (-60, -70, None)
    assert compare([wanted]) is None


def test_a_decision_is_in_our_own_words(make: Callable[..., int], post: Callable[..., Any]) -> None:
    """Everybody reads it, and colleagues know a reporter by the words."""
    page = post(make(State.TAKEN_UP), "controleren", reason=STORY, question=STORY)
    assert page.status_code == 422
    assert page.text.count("Hier staan zinnen van de melder in") >= 2
