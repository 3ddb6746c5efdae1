"""Causes from a fixed list, and the register of wrong incentives with what each of them causes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Incentive, Report
from civic.aanjaagteam.queries import causes as queries
from civic.aanjaagteam.service import causes as service
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import Cause, IncentiveKind
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from tests.aanjaagteam.makers import member, report_in
from tests.aanjaagteam.test_case import CASE
from tests.conftest import NOW

REGISTER = "/aanjaagteam/prikkels"
FACTS = {"kind": "contract", "description": "Betaald per <gesprek>.", "owner": "directeur inkoop"}


def add(text: str = "Betaald per gesprek.") -> Incentive:
    facts = service.IncentiveFacts(IncentiveKind.CONTRACT, text, "directeur inkoop")
    return service.add_incentive(facts, actor=member(), at=NOW)


@pytest.fixture
def incentive(app: Flask) -> int:
    with app.app_context():
        row = add()
        db.session.commit()
        return row.id


def give(client: FlaskClient, app: Flask, number: int, **given: str) -> Any:
    with app.app_context():
        revision = str(db.session.get_one(Report, number).revision)
    data = {"cause": "covering", "cause_note": "Drie handtekeningen.", "revision": revision, **given}
    return client.post(f"{CASE}/{number}/oorzaak", data=data)


def test_cause_and_incentive_stand_on_the_case(
    app: Flask, team: FlaskClient, make: Callable[..., int], incentive: int
) -> None:
    number = make(State.TAKEN_UP)
    assert give(team, app, number, incentive=str(incentive)).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    for words in ("Indekken: niemand wil de schuld krijgen", "Drie handtekeningen.", "Betaald per gesprek."):
        assert words in page
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "cause_set")).one()
        assert (event.reason_code, event.data) == ("covering", {"incentive": incentive})
    caused = team.get(f"{REGISTER}/{incentive}").text
    assert f"{CASE}/{number}" in caused


def test_mistakes_and_two_at_once(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    assert "Kies waarom het vastliep." in give(team, app, number, cause="").text
    assert give(team, app, number, cause="onzin").status_code == 422
    assert give(team, app, number, incentive="999").status_code == 422
    assert give(team, app, number, cause_note="x" * 2001).status_code == 422
    assert give(team, app, number, revision="2").status_code == 303
    answer = give(team, app, number, revision="2", cause="money", cause_note="Mijn <uitleg>")
    assert answer.status_code == 409
    assert "Mijn &lt;uitleg&gt;" in answer.text
    assert read(number, "cause") is Cause.COVERING


def test_what_was_taken_away_stays_but_cannot_be_chosen(
    app: Flask, team: FlaskClient, make: Callable[..., int], incentive: int
) -> None:
    old, new = make(State.TAKEN_UP), make(State.TAKEN_UP)
    assert give(team, app, old, incentive=str(incentive)).status_code == 303
    assert team.get(f"{REGISTER}/{incentive}/wegnemen").status_code == 405
    assert team.post(f"{REGISTER}/{incentive}/wegnemen", data={"revision": "0"}).status_code == 303
    assert give(team, app, old, incentive=str(incentive)).status_code == 303
    assert give(team, app, new, incentive=str(incentive)).status_code == 422
    assert "Weggenomen" in team.get(REGISTER).text
    assert team.post(f"{REGISTER}/{incentive}/wegnemen", data={"revision": "0"}).status_code == 409
    assert team.post(f"{REGISTER}/{incentive}/wegnemen", data={"revision": "1"}).status_code == 303
    assert give(team, app, new, incentive=str(incentive)).status_code == 303


def test_register_is_kept_by_the_team(app: Flask, team: FlaskClient) -> None:
    assert team.post(f"{REGISTER}/nieuw", data={**FACTS, "kind": "", "description": " "}).status_code == 422
    assert team.post(f"{REGISTER}/nieuw", data=FACTS).status_code == 303
    assert "Betaald per &lt;gesprek&gt;." in team.get(REGISTER).text
    with app.app_context():
        number = db.session.scalars(select(Incentive.id)).one()
    url = f"{REGISTER}/{number}/wijzigen"
    assert "directeur inkoop" in team.get(url).text
    changed = {**FACTS, "owner": "wethouder", "revision": "0"}
    assert team.post(url, data=changed).status_code == 303
    answer = team.post(url, data={**FACTS, "description": "Mijn <versie>", "revision": "0"})
    assert answer.status_code == 409
    assert "Mijn &lt;versie&gt;" in answer.text
    assert "wethouder" in team.get(f"{REGISTER}/{number}").text
    assert team.get(f"{REGISTER}/999").status_code == 404


def test_nobody_else_sees_the_register(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], incentive: int
) -> None:
    employee = sign_in(Role.EMPLOYEE, email="saskia@example.nl")
    for path in ("", "/nieuw", f"/{incentive}", f"/{incentive}/wijzigen"):
        assert client.get(f"{REGISTER}{path}").status_code == 302
        assert employee.get(f"{REGISTER}{path}").status_code == 403
    assert employee.post(f"{REGISTER}/{incentive}/wegnemen").status_code == 403


def test_only_what_is_in_reach_is_counted(
    app: Flask, scoped: FlaskClient, team: FlaskClient, incentive: int
) -> None:
    with app.app_context():
        for code in ("GM0303", "GM0034", None):
            report = report_in(State.TAKEN_UP, code=code)
            given = service.CauseGiven(Cause.MONEY, "", incentive)
            service.set_cause(report, given, report.revision, actor=member(), at=NOW)
        db.session.commit()
    assert team.get(f"{REGISTER}/{incentive}").text.count('<th scope="row">') == 3
    assert scoped.get(f"{REGISTER}/{incentive}").text.count('<th scope="row">') == 1
    assert ">3<" in team.get(REGISTER).text
    assert ">1<" in scoped.get(REGISTER).text


def test_lists_take_a_fixed_number_of_statements(
    app: Flask, incentive: int, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        user, counts = member(), []
        for _round in range(2):
            add()
            report = report_in(State.TAKEN_UP)
            service.set_cause(
                report, service.CauseGiven(Cause.MONEY, "", incentive), report.revision, actor=user, at=NOW
            )
            db.session.commit()
            _ = user.grants
            with count_statements() as statements:
                queries.incentives(user)
                queries.caused_by(user, incentive, None, NOW.date())
            counts.append(len(statements))
        assert counts[0] == counts[1]
