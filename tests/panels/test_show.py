"""The public page of a panel on its way, and its entry in the algorithm register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Composition, Constituency
from civic.panels.presentation.mandate import seat_table
from civic.panels.presentation.preparation_register import LABELS
from civic.panels.states import EntryRoute, Stage
from civic.regions.queries import municipalities
from tests.panels.makers import CATEGORIES, make_finished_draw, make_panel, make_ready_panel, respondents
from tests.panels.makers_mandate import FORM, REASON, published_panel
from tests.panels.stages import constituency, prepared_panel

PUBLIC = [stage for stage in Stage if stage is not Stage.MANDATE]
SignIn = Callable[..., FlaskClient]
# the standard's own interface, version 1.0
STANDARD = {
    "name", "description_short", "organization", "category", "status", "begin_date", "end_date",
    "contact_email", "website", "publication_category", "url", "goal", "proportionality",
    "human_intervention", "risks", "lawful_basis", "lawful_basis_grouping", "process_index_url",
    "impacttoetsen_grouping", "impacttoetsen", "source_data", "source_data_grouping",
    "methods_and_models", "provider", "publiccode", "lang", "standard_version", "source_id", "tags",
}  # fmt: skip


SAID = (
    "Welke zorg moet in elk dorp en in elke wijk blijven?",
    "Jeugdzorgregio Flevoland",
    "Het budget van 2028 staat vast.",
    "Samen maken (coproduceren).",
    "1 juni 2027",
    "Zeewolde",
    "wethouder",
    "Bekijk het algoritmeregister",
)


def test_everybody_reads_the_mandate_at_every_stage(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        ids = {stage: prepared_panel(stage).id for stage in PUBLIC}
    for stage, panel_id in ids.items():
        page = client.get(f"/panels/{panel_id}").text
        assert [text for text in SAID if text not in page] == [], stage
        assert "Voor de lotingsbeheerder" not in page
        assert "/voorbereiding" not in page
        assert ("Meld u aan" in page) == (stage is Stage.REGISTRATION), stage


def test_a_mandate_in_writing_is_nobodys_business(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.MANDATE).id
    for path in ("", "/convenanten", "/algoritmeregister", "/algoritmeregister.json"):
        assert client.get(f"/panels/{panel_id}{path}").status_code == 404
    assert "Zorg dicht bij huis" not in client.get("/panels").text


def test_a_draft_mandate_beside_files_stays_hidden(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = make_finished_draw(make_ready_panel()).panel_id
    assert administrator_client.post(f"/panels/{panel_id}/opdracht", data=FORM).status_code == 303
    for path in ("", "/algoritmeregister", "/algoritmeregister.json"):
        assert FORM["client"] not in client.get(f"/panels/{panel_id}{path}").text


def test_the_list_shows_how_far_a_panel_is(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        prepared_panel(Stage.REGISTRATION)
        make_ready_panel()
    page = client.get("/panels").text
    assert "</svg>Aanmelden kan</span>" in page
    assert "</svg>Aanmeldingen zijn binnen</span>" in page


# --- seats ----------------------------------------------------------------------------------------------


def test_seats_are_shown_when_the_composition_is_fixed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        open_id, fixed_id = prepared_panel(Stage.COMPOSITION).id, prepared_panel(Stage.INVITATION).id
    assert "Hoe zijn de plaatsen verdeeld?" not in client.get(f"/panels/{open_id}").text
    page = client.get(f"/panels/{fixed_id}").text
    assert "Hoe zijn de plaatsen verdeeld?" in page
    head = page.split("<caption>Plaatsen per gemeente")[1].split("</thead>")[0]
    assert "Mantelzorgers" in head
    assert "Zorgontvangers" not in head  # sensitive: not per municipality
    assert "Zorgontvangers: 15 plaatsen in de hele regio." in page


def test_no_sum_gives_a_sensitive_group_away(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        places = municipalities()
        parts = [constituency(panel, number) for number in (1, 2, 3)]
        cells = {(part.id, place.id): number for number, part in enumerate(parts) for place in places}
        table = seat_table(parts, cells, places)
        assert table is not None
        assert table.columns == ["Cliëntenraden en ambtenaren", "Mantelzorgers"]
        assert all(row == [0, 2] for _name, row in table.rows)  # no total that has the sensitive third in it
        assert table.totals == [0, 2 * len(places)]
        assert table.region_wide == [("Zorgontvangers", 15)]
        for part in parts:
            part.is_sensitive = True
        assert (hidden := seat_table(parts, cells, places)) is not None
        assert (hidden.rows, hidden.columns) == ([], [])


def test_no_quota_per_municipality_gives_it_away_either(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    """The frozen pool comes with quotas per municipality: over all constituencies."""
    categories = CATEGORIES + b"gemeente,Almere,4,6\ngemeente,Urk,4,6\n"
    lines = respondents().decode().splitlines()
    people = [f"{line},{'Almere' if number % 2 else 'Urk'}" for number, line in enumerate(lines[1:])]
    with app.app_context():
        panel = make_ready_panel(categories, "\n".join([f"{lines[0]},gemeente", *people, ""]).encode())
        panel.stage = Stage.FROZEN
        db.session.commit()
        panel_id = panel.id
    heading = "<caption>Gemeente</caption>"
    assert heading in client.get(f"/panels/{panel_id}").text  # no sensitive constituency: nothing to hide
    with app.app_context():
        db.session.add(Constituency(panel_id=panel_id, number=1, name="Zorg", seats=5, is_sensitive=True))
        db.session.commit()
    page = client.get(f"/panels/{panel_id}").text
    assert heading not in page
    assert "<caption>Leeftijd</caption>" in page
    assert heading in administrator_client.get(f"/panels/{panel_id}").text


# --- what a resident can do -----------------------------------------------------------------------------


def test_everybody_reads_what_the_panel_must_look_like(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        open_id, writing_id = prepared_panel(Stage.REGISTRATION).id, prepared_panel(Stage.COMPOSITION).id
    page = client.get(f"/panels/{open_id}").text
    assert "Waarop moet het panel lijken?" in page
    assert "Bron:" in page or "Er is geen bron ingevuld." in page
    for address in ("gegevens", "diversiteit", "pool", "algoritmeregister"):
        assert f'/panels/{open_id}/{address}"' in page
    page = client.get(f"/panels/{writing_id}").text
    assert "Waarop moet het panel lijken?" not in page
    assert f"/panels/{writing_id}/diversiteit" not in page


def test_a_griffie_finds_its_own_convenant(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        panel_id = published_panel().id
    address = f"/panels/{panel_id}/convenanten/lelystad"
    assert address not in client.get(f"/panels/{panel_id}").text
    office = sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code="GM0995")
    page = office.get(f"/panels/{panel_id}").text
    assert address in page
    assert f"/panels/{panel_id}/convenanten/urk" not in page


def test_residents_find_the_door_while_it_is_open(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.REGISTRATION).id
    page = client.get(f"/panels/{panel_id}").text
    assert "Meld u aan met de code uit uw brief" in page
    assert "Meld u aan zonder brief" not in page
    with app.app_context():
        part: Constituency = db.session.get_one(Constituency, 3)
        part.route = EntryRoute.SELF_REGISTRATION
        db.session.commit()
    page = client.get(f"/panels/{panel_id}").text
    assert "Meld u aan zonder brief" in page
    assert f"/meedoen/panel/{panel_id}" in page


# --- panels with files only -----------------------------------------------------------------------------


def test_a_panel_with_files_only_is_as_it_was(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        panel_id, draft_id = make_finished_draw(make_ready_panel()).panel_id, make_panel().id
    page = client.get(f"/panels/{panel_id}").text
    assert "Wat is de opdracht?" not in page
    assert "Welke gemeenten tekenden?" not in page
    assert "Lotingen" in page
    assert "Wie zoeken we, en wie meldde zich aan?" in page
    page = administrator_client.get(f"/panels/{draft_id}").text
    assert f"/panels/{draft_id}/voorbereiding" in page
    assert f"/panels/{draft_id}/bestanden" in page


def test_statements_do_not_grow(
    app: Flask,
    client: FlaskClient,
    administrator_client: FlaskClient,
    count_statements: Callable[[], Any],
) -> None:
    with app.app_context():
        panel_id = published_panel().id
    client.get(f"/panels/{panel_id}")
    with count_statements() as seen:
        client.get(f"/panels/{panel_id}")
    few = len(seen)
    for level in ("inform", "consult", "decide"):
        administrator_client.post(
            f"/panels/{panel_id}/opdracht/zeggenschap", data={"level": level, "reason": REASON}
        )
    with count_statements() as seen:
        client.get(f"/panels/{panel_id}")
    assert len(seen) == few


# --- the algorithm register -----------------------------------------------------------------------------


def test_the_entry_has_the_fields_of_the_standard(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    answer = client.get(f"/panels/{panel_id}/algoritmeregister.json")
    assert answer.mimetype == "application/json"
    entry = answer.json
    assert entry is not None
    assert entry.keys() >= STANDARD
    assert entry["standard_version"] == "1.0"
    assert entry["publication_category"] == "Impactvolle algoritmes"
    assert entry["status"] == "In ontwikkeling"
    assert entry["begin_date"] == "2026-11"
    assert entry["department"] == "Jeugdzorgregio Flevoland"
    assert entry["website"].endswith(f"/panels/{panel_id}")
    assert "45 mensen" in entry["description_short"]
    assert "geslacht, leeftijd, opleiding" in entry["source_data"]
    assert "1 plaats afwijken" in entry["methods_and_models"]
    assert {"title", "link"} == set(entry["lawful_basis_grouping"][0])


def test_the_entry_follows_the_real_settings(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.REGISTRATION)
        composition = db.session.scalars(db.select(Composition)).one()
        composition.tolerance, composition.minimum_age, composition.one_per_address = 3, 14, False
        db.session.commit()
        panel_id = panel.id
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json").json
    assert entry is not None
    assert entry["status"] == "In gebruik"
    assert "3 plaatsen afwijken" in entry["methods_and_models"]
    assert "vanaf 14 jaar" in entry["methods_and_models"]
    assert "Per adres" not in entry["methods_and_models"]


@pytest.mark.parametrize(
    ("stage", "status"), [(Stage.STOPPED, "Buiten gebruik"), (Stage.FROZEN, "In gebruik")]
)
def test_the_status_in_the_words_of_the_standard(
    app: Flask, client: FlaskClient, stage: Stage, status: str
) -> None:
    with app.app_context():
        panel_id = prepared_panel(stage).id
    assert (client.get(f"/panels/{panel_id}/algoritmeregister.json").json or {})["status"] == status


def test_the_readable_page_says_the_same(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    page = client.get(f"/panels/{panel_id}/algoritmeregister").text
    for label in LABELS.values():
        assert str(label).replace("’", "") in page.replace("’", "").replace("&#39;", "")
    assert "Impactvolle algoritmes" in page
    assert f"/panels/{panel_id}/algoritmeregister.json" in page


def test_the_entry_of_a_panel_with_files_only(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json").json
    assert entry is not None
    assert "leeftijd, geslacht" in entry["source_data"]
    assert "na 90 dagen" in entry["source_data"]


def test_the_entry_is_dutch_whatever_the_reader_speaks(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json?taal=en").json
    assert entry is not None
    assert entry["name"].startswith("Loting van het panel")


def test_what_is_being_thought_about_is_not_registered(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.COMPOSITION).id
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json").json
    assert entry is not None
    assert "opleiding" not in entry["source_data"]
