"""Planning waves: what is proposed, what is refused, changing, dropping, codes for all, opening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from html import escape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event
from civic.panels.models import (
    Composition,
    Constituency,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    Panel,
    PoolSummary,
)
from civic.panels.queries.invitations import waves_of
from civic.panels.queries.invitations_plan import letters_for, proposal_of
from civic.panels.service import invitations as service
from civic.panels.service.invitations import ShareLine
from civic.panels.states import EntryRoute, ShareState, Stage
from civic.sortition.invitations.letters import plan_letters
from tests.conftest import NOW
from tests.factories import municipality
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_invitations import (
    ALMERE,
    CLOSES_ON,
    LELYSTAD,
    URK,
    line,
    make_share,
    make_wave,
    panel_of,
    registry_client,
    source,
    withdraw_agreement,
)
from tests.panels.stages import constituency, prepared_panel


@pytest.fixture
def panel_id(app: Flask) -> int:
    with app.app_context():
        return prepared_panel(Stage.INVITATION).id


def address(panel_id: int, rest: str = "") -> str:
    return f"/panels/{panel_id}/brieven{rest}"


def fields(app: Flask, panel_id: int, **other: Any) -> dict[str, Any]:
    """The form as it is proposed, with Almere's carers changed to 40 + 41."""
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        place = municipality(ALMERE).id
        boxes = {
            f"letters_{place}_{one.id}": str(40 + one.number - 1) for one in constituency(panel, 3).sources
        }
    return {"number": "1", "closes_on": "2026-12-21", **boxes, **other}


def summarise(panel: Panel, missing: dict[tuple[int, str], int], ratio: int = 3) -> None:
    """A pool in which every cell has enough, but for these: (constituency number, municipality) → missing."""
    cells: dict[str, dict[str, int]] = {}
    proposal = proposal_of(panel.id)
    assert proposal is not None
    for cell in proposal.cells:
        short = missing.get((cell.constituency.number, cell.municipality.code), 0)
        cells.setdefault(str(cell.constituency.id), {})[str(cell.municipality.id)] = (
            cell.seats * ratio - short
        )
    db.session.add(PoolSummary(panel_id=panel.id, figures={"cells": cells}, counted_at=NOW))
    db.session.commit()


# --- the proposal -------------------------------------------------------------------------------------------


def test_letters_are_seats_times_ratio_divided_by_response(app: Flask, panel_id: int) -> None:
    with app.app_context():
        proposal = proposal_of(panel_id)
        assert proposal is not None
        seats = {cell.municipality.code: cell.seats for cell in proposal.cells}
        engine = plan_letters(seats, response="4%", ratio=3)
        for cell in proposal.cells:
            assert sum(cell.letters.values()) == engine.letters[cell.municipality.code]
        assert proposal.total == 2 * engine.total


def test_only_constituencies_drawn_by_lot_get_letters_and_sources_divide_evenly(
    app: Flask, panel_id: int
) -> None:
    with app.app_context():
        db.session.execute(update(Composition).values(response_per_mille=41))
        proposal = proposal_of(panel_id)
        assert proposal is not None
        assert [one.number for one in proposal.constituencies] == [2, 3]
        almere = next(
            c for c in proposal.cells if (c.constituency.number, c.municipality.code) == (3, ALMERE)
        )
        assert list(almere.letters.values()) == [220, 220]  # 6 seats x 3 ÷ 4.1 % = 439.02…
        assert [sum(c.letters.values()) for c in proposal.cells if c.municipality.code == URK] == [74, 74]


def test_rounding_never_brings_too_few() -> None:
    assert letters_for(1, 1000) == 1
    assert letters_for(1, 999) == 2
    assert letters_for(450, 40) == 11_250
    assert letters_for(0, 40) == letters_for(-5, 40) == 0


def test_a_later_wave_proposes_only_thin_cells(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        summarise(panel, {(2, URK): 3, (3, ALMERE): 1})
        proposal = proposal_of(panel.id)
        assert proposal is not None
        letters = {pair: count for pair, count in proposal.letters.items() if count}
        urk, almere = municipality(URK).id, municipality(ALMERE).id
        assert letters == {
            (urk, source(panel, 2).id): 75,
            (almere, source(panel, 3, 1).id): 13,
            (almere, source(panel, 3, 2).id): 12,
        }


def test_the_proposal_asks_the_same_number_of_statements(
    app: Flask, panel_id: int, count_statements: Any
) -> None:
    with app.app_context():
        db.session.expire_all()
        with count_statements() as seen:
            proposal_of(panel_id)
        assert len(seen) <= 7


# --- the verbs ----------------------------------------------------------------------------------------------


def test_a_wave_is_public_in_totals_only(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        wave = make_wave(panel, line(panel, ALMERE, 30), line(panel, URK, 12, number=2))
        assert (wave.number, wave.reason, wave.closes_on) == (1, "", CLOSES_ON)
        event = db.session.scalars(select(Event).where(Event.action == "plan_wave")).one()
        assert event.data == {"wave": 1, "letters": 42, "closes_on": "2026-12-21"}
        assert make_wave(panel).number == 2


def test_a_later_wave_needs_a_reason(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_wave(panel)
        with pytest.raises(Invalid) as refused:
            service.plan_wave(panel, [line(panel)], CLOSES_ON, "kort", actor=administrator(), at=NOW)
        assert list(refused.value.errors) == ["reason"]


def test_foreign_and_impossible_lines_are_refused(app: Flask) -> None:
    with app.app_context():
        panel, other = prepared_panel(), prepared_panel()
        place = municipality(ALMERE).id
        nominated = source(panel, 1)
        for lines in (
            [],
            [line(other)],
            [ShareLine(place, nominated.id, 5)],
            [ShareLine(99_999, source(panel).id, 5)],
            [line(panel), line(panel)],
            [line(panel, letters=0)],
            [line(panel, letters=200_001)],
        ):
            with pytest.raises(Invalid) as refused:
                service.plan_wave(panel, lines, CLOSES_ON, actor=administrator(), at=NOW)
            assert list(refused.value.errors) == ["letters"]


def test_the_last_day_lies_within_a_year(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        for day in (NOW.date(), NOW.date() - timedelta(days=1), date(2028, 1, 1)):
            with pytest.raises(Invalid) as refused:
                service.plan_wave(panel, [line(panel)], day, actor=administrator(), at=NOW)
            assert list(refused.value.errors) == ["closes_on"]


def test_no_waves_in_another_stage(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        for stage in set(Stage) - {Stage.INVITATION, Stage.REGISTRATION}:
            panel.stage = stage
            with pytest.raises(NotAllowedNow):
                service.plan_wave(panel, [line(panel)], CLOSES_ON, actor=administrator(), at=NOW)


def test_changing_a_wave_leaves_what_has_codes(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        wave = make_wave(panel, line(panel, ALMERE, 30), line(panel, URK, 12))
        almere = next(one for one in wave.shares if one.municipality.code == ALMERE)
        service.issue_codes(almere, actor=administrator(), at=NOW)
        lines = [line(panel, ALMERE, 99), line(panel, LELYSTAD, 8)]
        service.change_wave(wave, lines, CLOSES_ON + timedelta(days=7), actor=administrator(), at=NOW)
        db.session.commit()
        found = {one.municipality.code: one.letters for one in waves_of(panel.id)[0].shares}
        assert found == {ALMERE: 30, LELYSTAD: 8}
        with pytest.raises(Invalid) as refused:
            service.change_wave(wave, lines, CLOSES_ON, actor=administrator(), at=NOW)
        assert list(refused.value.errors) == ["closes_on"]


def test_a_wave_with_codes_stays(app: Flask) -> None:
    with app.app_context():
        share = make_share(stage=Stage.INVITATION)
        with pytest.raises(NotAllowedNow):
            service.drop_wave(share.wave, actor=administrator(), at=NOW)


def test_plans_go_when_the_composition_is_opened_again(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        make_wave(panel)
        service.forget_planned_waves(panel, actor=administrator(), at=NOW)
        db.session.commit()
        assert waves_of(panel.id) == []
        third = constituency(panel, 3)
        third.sources.pop()
        db.session.commit()
        with pytest.raises(NotAllowedNow):
            service.forget_planned_waves(panel_of(make_share()), actor=administrator(), at=NOW)


def test_opening_needs_a_letter_with_a_code(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        share = make_wave(panel).shares[0]
        with pytest.raises(NotAllowedNow):
            service.open_registration(panel, actor=administrator(), at=NOW)
        service.issue_codes(share, actor=administrator(), at=NOW)
        service.open_registration(panel, actor=administrator(), at=NOW)
        assert panel.stage is Stage.REGISTRATION


def test_a_panel_without_lot_needs_no_letters(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        db.session.execute(update(Constituency).values(route=EntryRoute.SELF_REGISTRATION))
        service.open_registration(panel, actor=administrator(), at=NOW)
        assert panel.stage is Stage.REGISTRATION


# --- the pages ----------------------------------------------------------------------------------------------


def test_from_plan_to_open(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    page = administrator_client.get(address(panel_id)).text
    assert "Er is nog geen ronde gepland." in page
    page = administrator_client.get(address(panel_id, "/nieuw")).text
    assert "Samen: 2.250 brieven" in page
    answer = administrator_client.post(address(panel_id, "/nieuw"), data=fields(app, panel_id))
    assert (answer.status_code, answer.location) == (303, address(panel_id))
    with app.app_context():
        wave = waves_of(panel_id)[0]
        assert sorted(one.letters for one in wave.shares) == [40, 41]
        codes = address(panel_id, f"/{wave.id}/codes")
    assert "Maak de codes van ronde 1" in administrator_client.get(address(panel_id)).text
    assert "U maakt 81 codes" in administrator_client.get(codes).text
    for _again in range(2):
        assert administrator_client.post(codes).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(InvitationCode)) == 81
    opening = address(panel_id, "/aanmelding-openen")
    assert administrator_client.get(opening).status_code == 200
    assert administrator_client.post(opening).status_code == 303
    assert administrator_client.post(opening).status_code == 409
    assert administrator_client.get(opening).status_code == 409
    assert "De aanmelding is open." in administrator_client.get(address(panel_id)).text
    with app.app_context():
        assert actions_of(db.session.get_one(Panel, panel_id))[-1] == "open_registration"


def test_the_same_form_twice_makes_one_wave(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    form = fields(app, panel_id)
    assert administrator_client.post(address(panel_id, "/nieuw"), data=form).status_code == 303
    assert administrator_client.post(address(panel_id, "/nieuw"), data=form).status_code == 409
    with app.app_context():
        assert len(waves_of(panel_id)) == 1


def test_adding_up_keeps_what_was_typed_and_saves_nothing(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    form = fields(app, panel_id, recount="1")
    answer = administrator_client.post(address(panel_id, "/nieuw"), data=form)
    assert answer.status_code == 200
    assert "Samen: 81 brieven" in answer.text
    with app.app_context():
        assert waves_of(panel_id) == []


def test_a_wrong_day_is_shown_beside_it(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    for typed, sentence in (
        ("", "Kies tot en met welke dag een code werkt."),
        ("morgen", "Schrijf de datum zo: 23-11-2026."),
        ("2026-11-23", "Kies een dag die nog komt."),
    ):
        form = fields(app, panel_id, closes_on=typed)
        answer = administrator_client.post(address(panel_id, "/nieuw"), data=form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="41"' in answer.text


def test_a_wrong_number_is_shown_and_kept(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    form = fields(app, panel_id)
    name = next(one for one in form if one.startswith("letters_"))
    for typed in ("-1", "veel", "1,5", "5.5", "٣", "200001", "9" * 40, "<script>alert(1)</script>"):
        answer = administrator_client.post(address(panel_id, "/nieuw"), data={**form, name: typed})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{escape(typed)}"' in answer.text


def test_all_that_is_wrong_is_said_at_once(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = panel_of(make_share()).id
    form = fields(app, panel_id, number="2", closes_on="2026-11-01", reason="kort")
    name = next(one for one in form if one.startswith("letters_"))
    page = administrator_client.post(address(panel_id, "/nieuw"), data={**form, name: "veel"}).text
    assert "Brieven in Almere voor Steunpunt mantelzorg: schrijf een heel getal" in page
    assert "Kies een dag die nog komt." in page
    assert "waarom er nog een ronde nodig is" in page


def test_no_letters_at_all_is_said_once(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    form = {"number": "1", "closes_on": "2026-12-21"}
    answer = administrator_client.post(address(panel_id, "/nieuw"), data=form)
    assert answer.status_code == 422
    assert answer.text.count("Vul bij minstens één gemeente een aantal brieven in.") == 1


def test_boxes_that_were_not_asked_for_are_ignored(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    with app.app_context():
        nominated = source(db.session.get_one(Panel, panel_id), 1).id
        place = municipality(ALMERE).id
    form = fields(app, panel_id) | {
        f"letters_{place}_{nominated}": "5",
        "letters_x_y": "5",
        "letters_1_2_3": "5",
    }
    assert administrator_client.post(address(panel_id, "/nieuw"), data=form).status_code == 303
    with app.app_context():
        assert nominated not in db.session.scalars(select(InvitationShare.source_id)).all()


def test_without_convenant_it_is_planned_shown_and_not_issued(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        withdraw_agreement(panel, URK)
        wave_id = make_wave(panel, line(panel, ALMERE), line(panel, URK)).id
    page = administrator_client.get(address(panel_id)).text
    assert "Nog geen convenant: Urk" in page
    assert "wacht op convenant" in page
    page = administrator_client.get(address(panel_id, f"/{wave_id}/codes")).text
    assert "Geen codes voor Urk" in page
    assert "U maakt 20 codes" in page
    administrator_client.post(address(panel_id, f"/{wave_id}/codes"))
    with app.app_context():
        states = {one.municipality.code: one.state for one in waves_of(panel_id)[0].shares}
        assert states == {ALMERE: ShareState.ISSUED, URK: ShareState.PLANNED}


def test_changing_and_dropping(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    with app.app_context():
        wave_id = make_wave(db.session.get_one(Panel, panel_id)).id
    change = address(panel_id, f"/{wave_id}/wijzigen")
    assert 'value="20"' in administrator_client.get(change).text
    assert administrator_client.post(change, data=fields(app, panel_id)).status_code == 303
    with app.app_context():
        assert sorted(one.letters for one in waves_of(panel_id)[0].shares) == [40, 41]
    drop = address(panel_id, f"/{wave_id}/verwijderen")
    assert "81 brieven" in administrator_client.get(drop).text
    assert administrator_client.post(drop).status_code == 303
    assert administrator_client.post(drop).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(InvitationWave)) == 0


def test_a_later_wave_says_why_and_where(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = panel_of(make_share())
        summarise(panel, {(3, ALMERE): 2})
        panel_id = panel.id
    page = administrator_client.get(address(panel_id, "/nieuw")).text
    assert "Samen: 50 brieven" in page
    assert "Ronde 1 loopt nog tot en met" in page
    form = fields(app, panel_id, number="2", reason="")
    answer = administrator_client.post(address(panel_id, "/nieuw"), data=form)
    assert answer.status_code == 422
    assert "waarom er nog een ronde nodig is" in answer.text
    form["reason"] = "In Almere meldden zich te weinig mantelzorgers aan."
    assert administrator_client.post(address(panel_id, "/nieuw"), data=form).status_code == 303
    assert form["reason"] in administrator_client.get(address(panel_id)).text


def test_before_the_composition_there_is_nothing_to_plan(
    app: Flask, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.COMPOSITION).id
    assert "De samenstelling staat nog niet vast." in administrator_client.get(address(panel_id)).text
    assert administrator_client.get(address(panel_id, "/nieuw")).status_code == 409


def test_a_wave_of_another_panel_is_not_found(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    with app.app_context():
        other = make_share(stage=Stage.INVITATION).wave_id
    for rest in ("wijzigen", "verwijderen", "codes"):
        for send in (administrator_client.get, administrator_client.post):
            assert send(address(panel_id, f"/{other}/{rest}")).status_code == 404


def test_others_plan_nothing(app: Flask, sign_in: Callable[..., FlaskClient], panel_id: int) -> None:
    with app.app_context():
        wave_id = make_wave(db.session.get_one(Panel, panel_id)).id
    others = [
        sign_in(role, email=f"{role.value}@example.nl".replace("_", "-"))
        for role in (Role.AUDITOR, Role.COUNCIL_OFFICE, Role.ADMINISTRATOR)
    ]
    for who in (*others, sign_in(email="inwoner@example.nl"), registry_client(app)):
        for rest in ("", "/nieuw", f"/{wave_id}/wijzigen", f"/{wave_id}/verwijderen", f"/{wave_id}/codes"):
            assert who.get(address(panel_id, rest)).status_code == 403
        for rest in ("/nieuw", f"/{wave_id}/verwijderen", f"/{wave_id}/codes", "/aanmelding-openen"):
            assert who.post(address(panel_id, rest)).status_code == 403


def test_the_page_asks_the_same_number_of_statements(
    app: Flask, administrator_client: FlaskClient, panel_id: int, count_statements: Any
) -> None:
    counts = []
    for _wave in range(3):
        with app.app_context():
            panel = db.session.get_one(Panel, panel_id)
            make_wave(panel, *(line(panel, code) for code in (ALMERE, URK, LELYSTAD)))
        with count_statements() as seen:
            administrator_client.get(address(panel_id))
        counts.append(len(seen))
    assert len(set(counts)) == 1
