"""Theme, constituencies, spread and seats of a panel: the pages and what they store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Composition, Constituency, Panel, SeatCell
from civic.panels.queries import composition as queries
from civic.panels.service import composition as service
from civic.panels.service.composition_facts import Settings, as_stored, facts_of, what_if
from civic.panels.states import EntryRoute, SpreadRule, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_composition import bare_panel, composed_panel, feature, fixed_panel

TRY = {"spread": "square_root", "floor": "2", "tolerance": "4", "minimum_age": "18", "pool_ratio": "4"}
TRY |= {"response_per_mille": "2,5", "one_per_address": "y"}
EDITS = (
    "voorbeeld",
    "geledingen",
    "wat-als",
    "plaatsen",
    "kenmerken/kiezen",
    "vaststellen",
)


def rows_of(panel: Panel) -> dict[str, Any]:
    """The form of the constituencies as the page shows it."""
    data: dict[str, Any] = {"csrf": "here"}
    for place, one in enumerate(queries.constituencies_of(panel.id)):
        data |= {
            f"rows-{place}-id": one.id,
            f"rows-{place}-name": one.name,
            f"rows-{place}-seats": one.seats,
            f"rows-{place}-route": one.route.value,
            f"rows-{place}-sources": "\n".join(source.name for source in one.sources),
        }
        if one.is_sensitive:
            data[f"rows-{place}-is_sensitive"] = "y"
    return data


def only_panel() -> Panel:
    return db.session.scalars(select(Panel)).one()


def seats(panel: Panel) -> list[int]:
    return [one.seats for one in queries.constituencies_of(panel.id)]


def test_begin_with_a_theme(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{bare_panel(size=100).id}/samenstelling"
    page = administrator_client.get(url)
    assert "Eén loting voor alle inwoners" in page.text
    assert administrator_client.post(f"{url}/voorbeeld", data={"theme": ""}).status_code == 422
    assert administrator_client.post(f"{url}/voorbeeld", data={"theme": "care"}).status_code == 303
    with app.app_context():
        panel = only_panel()
        parts = queries.constituencies_of(panel.id)
        assert [one.seats for one in parts] == [34, 33, 33]
        assert [one.is_sensitive for one in parts] == [False, True, False]
        assert [source.name for source in parts[0].sources] == ["Cliëntenraden", "Ambtenaren"]
        cells = queries.cells_of(panel.id)
        assert [sum(n for key, n in cells.items() if key[0] == one.id) for one in parts] == [34, 33, 33]
        assert min(cells.values()) >= 3
        assert actions_of(panel) == ["theme_chosen"]


def test_begin_again_keeps_features(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        feature(panel, "opleiding").constituencies = [1]
        service.save_settings(panel, Settings(tolerance=3), actor=administrator(), at=NOW)
        db.session.commit()
        url = f"/panels/{panel.id}/samenstelling/voorbeeld"
    assert "U begint opnieuw" in administrator_client.get(url).text
    for _time in range(2):  # a second press of the button changes nothing
        assert administrator_client.post(url, data={"theme": "residents"}).status_code == 303
    with app.app_context():
        panel = only_panel()
        assert seats(panel) == [150]
        assert feature(panel, "opleiding").constituencies == []
        young = feature(panel, "leeftijd").values[0]
        assert (young.minimum, young.maximum) == (19, 24)  # 14,6% of 150, give or take 3


def test_constituencies_can_all_be_changed(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling/geledingen"
    form |= {"rows-0-seats": "90", "rows-1-seats": "30", "rows-2-seats": "20"}
    # two that swap their names, and a source more
    form |= {"rows-0-name": "Werkgevers", "rows-1-name": "Mensen met een uitkering"}
    form |= {
        "rows-1-sources": "Handelsregister\r\nOpen aanmelding voor werkgevers",
        "rows-1-route": "nomination",
    }
    form |= {"rows-3-id": "", "rows-3-name": " Vrije   denkers ", "rows-3-seats": "10"}
    form |= {"rows-3-route": "self_registration", "rows-3-sources": "Open aanmelding"}
    assert administrator_client.post(url, data=form).status_code == 303
    with app.app_context():
        panel = only_panel()
        parts = queries.constituencies_of(panel.id)
        assert [(one.number, one.name, one.seats) for one in parts] == [
            (1, "Werkgevers", 90),
            (2, "Mensen met een uitkering", 30),
            (3, "Onderwijs en ambtenaren", 20),
            (4, "Vrije denkers", 10),
        ]
        assert [one.name for one in parts[1].sources] == [
            "Handelsregister",
            "Open aanmelding voor werkgevers",
        ]
        assert parts[1].route is EntryRoute.NOMINATION
        facts = facts_of(panel, db.session.scalars(select(Composition)).one())
        assert [facts.of_group(group) for group in facts.groups] == [90, 30, 20, 10]
        assert as_stored(facts).blocks == []
        assert "“Vrije denkers” is te klein voor minstens 3 per gemeente." in as_stored(facts).warnings[0]


def test_seats_must_add_up(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling/geledingen"
    answer = administrator_client.post(url, data={**form, "rows-0-seats": "60"})
    assert answer.status_code == 422
    assert "De geledingen hebben samen 160 plaatsen. Het panel heeft er 150." in answer.text
    assert 'value="60"' in answer.text
    with app.app_context():
        assert seats(only_panel()) == [50, 50, 50]


def test_all_errors_of_constituencies_at_once(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling/geledingen"
    form |= {"rows-0-name": "", "rows-0-seats": "veel", "rows-1-sources": " ", "rows-1-route": "magic"}
    form |= {"rows-2-name": "=1+1|" + "a" * 90}
    answer = administrator_client.post(url, data=form)
    assert answer.status_code == 422
    for sentence in (
        "Geef de geleding een naam.",
        "Schrijf een heel getal, zoals 15.",
        "Noem minstens één bron.",
        "Kies hoe mensen in deze geleding komen.",
        "Gebruik hooguit 80 tekens.",
        "Begin een naam met een letter of cijfer",
    ):
        assert sentence in answer.text, sentence
    same = {**rows_of_page(form), "rows-1-name": "ONDERWIJS en ambtenaren"}
    assert "eigen naam nodig" in administrator_client.post(url, data=same).text


def rows_of_page(form: dict[str, Any]) -> dict[str, Any]:
    """The form again, mended."""
    mended = {"rows-0-name": "Een", "rows-0-seats": "50", "rows-1-sources": "Bron", "rows-1-route": "lot"}
    return {**form, **mended, "rows-2-name": "Onderwijs en ambtenaren"}


def test_a_row_more_without_javascript(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling/geledingen"
    answer = administrator_client.post(url, data={**form, "rows-0-name": "Net getypt", "add": "1"})
    assert answer.status_code == 200
    assert "Net getypt" in answer.text
    assert 'name="rows-3-name"' in answer.text
    full = {f"rows-{place}-name": "x" for place in range(30)}
    assert 'name="rows-8-name"' not in administrator_client.post(url, data={**full, "add": "1"}).text


def test_removing_a_constituency(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        feature(panel, "opleiding").constituencies = [2]
        feature(panel, "geslacht").constituencies = [1, 2]
        db.session.commit()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling/geledingen"
    form |= {"rows-1-remove": "y", "rows-0-seats": "100"}
    answer = administrator_client.post(url, data=form)
    assert answer.status_code == 422
    assert "Het kenmerk “opleiding” telt alleen voor een geleding die u weghaalt." in answer.text
    with app.app_context():
        feature(only_panel(), "opleiding").constituencies = [3]
        db.session.commit()
    for _time in range(2):  # a second press of the button finds that row gone already
        assert administrator_client.post(url, data=form).status_code == 303
    with app.app_context():
        panel = only_panel()
        assert [(one.number, one.seats) for one in queries.constituencies_of(panel.id)] == [(1, 100), (3, 50)]
        assert feature(panel, "geslacht").constituencies == [1]
        assert db.session.scalar(select(func.count()).select_from(SeatCell)) == 12


def test_rows_of_another_panel_are_refused(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel, other = composed_panel(), composed_panel("care")
        form, url = rows_of(other), f"/panels/{panel.id}/samenstelling/geledingen"
        before = [one.name for one in queries.constituencies_of(other.id)]
        other_id = other.id
    assert administrator_client.post(url, data=form).status_code == 409
    form["rows-0-id"] = "1e9"
    assert administrator_client.post(url, data=form).status_code == 409
    with app.app_context():
        assert [one.name for one in queries.constituencies_of(other_id)] == before


def test_what_if_stores_nothing(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel('residents').id}/samenstelling/wat-als"
    page = administrator_client.get(url)
    assert "Dit is wat er nu bewaard is." in page.text
    assert "Bewaar deze keuze" not in page.text
    page = administrator_client.get(url, query_string=TRY)
    assert "Bewaar deze keuze" in page.text
    assert "Voor 150 plaatsen zijn er 24.000 brieven nodig." in page.text  # 150 × 4 ÷ 2,5%
    assert "<strong>48</strong> (75)" in page.text  # Almere by square root
    with app.app_context():
        row = db.session.scalars(select(Composition)).one()
        assert (row.spread, row.tolerance, row.pool_ratio) == (SpreadRule.PROPORTIONAL, 1, 3)
        assert "spread_changed" not in actions_of(only_panel())


def test_what_was_seen_is_what_is_kept(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        facts = facts_of(panel, db.session.scalars(select(Composition)).one())
        wanted = Settings(SpreadRule.SQUARE_ROOT, 2, 4, 18, True, 4, 25)
        seen = what_if(facts, wanted)
        url = f"/panels/{panel.id}/samenstelling/verdeling"
    assert administrator_client.post(url, data=TRY).status_code == 303
    with app.app_context():
        panel = only_panel()
        kept = as_stored(facts_of(panel, db.session.scalars(select(Composition)).one()))
        assert kept.facts == seen.facts
        assert kept.letters == seen.letters
        assert feature(panel, "leeftijd").values[0].value == "18-24"
        assert actions_of(panel)[-1] == "spread_changed"


BAD_SETTINGS = (
    ("spread", "magic", "Kies een van de drie manieren."),
    ("floor", "-1", "Schrijf een heel getal"),
    ("floor", "101", "Kies een getal van 0 tot 100."),
    ("tolerance", "", "Vul een getal in."),
    ("pool_ratio", "0", "Kies een getal van 1 tot 20."),
    ("response_per_mille", "0", "Kies meer dan 0 procent."),
    ("response_per_mille", "101", "Schrijf een percentage, zoals 49,6."),
    ("minimum_age", "9" * 300, "Schrijf een heel getal"),
)


def test_settings_that_cannot_be(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel(ready=()).id}/samenstelling"
    for name, text, sentence in BAD_SETTINGS:
        for answer in (
            administrator_client.get(f"{url}/wat-als", query_string={**TRY, name: text}),
            administrator_client.post(f"{url}/verdeling", data={**TRY, name: text}),
        ):
            assert (answer.status_code, sentence in answer.text) == (422, True), name
    with app.app_context():
        assert db.session.scalars(select(Composition)).one().spread is SpreadRule.PROPORTIONAL


def test_seats_by_hand(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel(ready=())
        cells = queries.cells_of(panel.id)
        url = f"/panels/{panel.id}/samenstelling/plaatsen"
        first = min(cells)
        second = next(key for key in sorted(cells) if key[0] == first[0] and key != first)
    form = {f"cell-{group}-{place}": str(seats) for (group, place), seats in cells.items()}
    names = [f"cell-{one[0]}-{one[1]}" for one in (first, second)]
    assert administrator_client.get(url).status_code == 200
    uneven = administrator_client.post(url, data={**form, names[0]: "99"})
    assert uneven.status_code == 422
    assert "Het moeten er 50 zijn." in uneven.text
    assert 'value="99"' in uneven.text
    for text in ("", "-1", "x", "1.5", "٣"):
        assert administrator_client.post(url, data={**form, names[0]: text}).status_code == 422
    moved = {names[0]: str(cells[first] + 1), names[1]: str(cells[second] - 1)}
    for _time in range(2):
        answer = administrator_client.post(url, data={**form, **moved}, follow_redirects=True)
        assert "wijkt nu af van de verdeelregel" in answer.text
    with app.app_context():
        panel = only_panel()
        assert queries.cells_of(panel.id)[first] == cells[first] + 1
        assert actions_of(panel).count("cells_changed") == 1
        facts = facts_of(panel, db.session.scalars(select(Composition)).one())
        assert any("Met de hand anders verdeeld" in one for one in as_stored(facts).warnings)
        with pytest.raises(Exception, match="changed_meanwhile"):
            service.save_cells(panel, {(1, 999): 150}, actor=administrator(), at=NOW)


def test_only_lottery_administrators(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel().id}/samenstelling"
    assert client.get(url).status_code == 302
    for number, role in enumerate((Role.AUDITOR, Role.COUNCIL_OFFICE, Role.CIVIL_REGISTRY)):
        stranger = sign_in(role, email=f"vreemd{number}@example.nl")
        assert stranger.get(url).status_code == 403
        for path in EDITS:
            assert stranger.get(f"{url}/{path}").status_code == 403
        assert stranger.post(f"{url}/voorbeeld", data={"theme": "care"}).status_code == 403
    local = sign_in(Role.LOTTERY_ADMINISTRATOR, email="lokaal@example.nl", code="GM0995")
    assert local.get(url).status_code == 403
    with app.app_context():
        assert len(seats(only_panel())) == 3


def test_after_fixing_it_is_read_only(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{fixed_panel().id}/samenstelling"
    page = administrator_client.get(url)
    assert "De samenstelling ligt vast" in page.text
    assert "Geledingen wijzigen" not in page.text
    for path in EDITS:
        assert administrator_client.get(f"{url}/{path}").status_code == 409
    assert administrator_client.post(f"{url}/verdeling", data=TRY).status_code == 409
    assert administrator_client.get("/panels/999/samenstelling").status_code == 404


def test_before_the_mandate_is_public(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{bare_panel(Stage.MANDATE).id}/samenstelling"
    assert "Publiceer eerst de opdracht van het panel." in administrator_client.get(url).text
    assert administrator_client.post(f"{url}/voorbeeld", data={"theme": "care"}).status_code == 409


def test_statements_do_not_grow(
    app: Flask, administrator_client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        small = composed_panel("residents", ready=("gender",)).id
        large = composed_panel("care", ready=("gender", "age", "education", "housing", "work")).id
    counts = []
    for panel_id in (small, large):
        with count_statements() as seen:
            assert administrator_client.get(f"/panels/{panel_id}/samenstelling").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_strange_names(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel()
        form, url = rows_of(panel), f"/panels/{panel.id}/samenstelling"
    strange = "Zorg <script>alert(1)</script> 🏡"
    assert (
        administrator_client.post(f"{url}/geledingen", data={**form, "rows-0-name": strange}).status_code
        == 303
    )
    page = administrator_client.get(url).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    hidden = {**form, "rows-0-name": "Zorg\u202eom"}
    assert "onzichtbaar teken" in administrator_client.post(f"{url}/geledingen", data=hidden).text


def test_a_source_with_planned_letters_stays(app: Flask, administrator_client: FlaskClient) -> None:
    from datetime import date

    from civic.errors import Invalid
    from civic.panels.models import InvitationShare, InvitationWave
    from tests.factories import municipality

    with app.test_request_context():
        panel = composed_panel()
        first = queries.constituencies_of(panel.id)[0]
        wave = InvitationWave(
            panel_id=panel.id,
            number=1,
            closes_on=date(2027, 1, 31),
            created_by_id=administrator().id,
            created_at=NOW,
        )
        wave.shares = [
            InvitationShare(municipality_id=municipality().id, source_id=first.sources[0].id, letters=9)
        ]
        db.session.add(wave)
        db.session.commit()
        drafts = [
            service.Draft(one.name, one.seats, one.route, one.is_sensitive, ["Iets anders"], one.id)
            for one in queries.constituencies_of(panel.id)
        ]
        with pytest.raises(Invalid):
            service.save_constituencies(panel, drafts, actor=administrator(), at=NOW)
        db.session.rollback()
        panel = only_panel()
        with pytest.raises(Invalid):
            service.choose_theme(panel, service_theme(), actor=administrator(), at=NOW)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Constituency)) == 3
        url = f"/panels/{panel.id}/samenstelling/voorbeeld"
    answer = administrator_client.post(url, data={"theme": "care"})
    assert answer.status_code == 422
    assert "Voor “Mensen met een uitkering” staan brieven gepland." in answer.text


def service_theme() -> Any:
    from civic.panels.themes import THEMES

    return THEMES["care"]
