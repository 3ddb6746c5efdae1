"""What everybody may see of who registered."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from civic.db import db
from civic.panels.jobs import pool as jobs
from civic.panels.models import Panel
from civic.panels.presentation.pool_public import Public, public_of
from civic.panels.queries import pool as queries
from civic.panels.states import Stage
from tests.conftest import NOW
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.stages import constituency, prepared_panel


def shown(panel: Panel, minimum: int = 10) -> Public | None:
    figures = queries.head_of(panel.id).figures
    features, thirds = queries.features_with_values(panel.id), queries.thirds_of(panel.id)
    return public_of(figures, features, thirds, minimum)


def test_everybody_sees_shares_beside_the_population(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 400)
        jobs.count_changed(NOW)
        panel_id = panel.id
    page = client.get(f"/panels/{panel_id}/diversiteit")
    assert page.status_code == 200
    for text in ("Leeftijd", "30,0%", "Opleiding", "Gemeente", "400"):
        assert text in page.text.replace("\xa0", "")
    csv = client.get(f"/panels/{panel_id}/diversiteit.csv").text
    assert csv.lstrip("\ufeff").startswith("kenmerk;groep;")
    assert "leeftijd;16-34;30,0;" in csv


def test_small_numbers_are_hidden_with_what_would_give_them_away(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 400)
        jobs.count_changed(NOW)
        found = shown(panel, minimum=20)
        assert found is not None
        gender = next(one for one in found.tables if one.name == "geslacht")
        counts = {one.label: one.registered for one in gender.groups}
        assert counts["X"] is None
        # one hidden number could be computed from the total: a second one is hidden too
        assert sum(count is None for count in counts.values()) == 2
        for table in found.tables:
            assert all(
                one.registered is None or one.registered == 0 or one.registered >= 10 for one in table.groups
            )


def test_with_few_people_there_is_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 9)
        jobs.count_changed(NOW)
        panel_id = panel.id
    page = client.get(f"/panels/{panel_id}/diversiteit").text
    assert "te weinig aanmeldingen" in page
    assert client.get(f"/panels/{panel_id}/diversiteit.csv").text.count("\n") == 1


def test_a_total_that_tells_about_a_few_is_withheld(app: Flask) -> None:
    """Four people in the third that is not asked about school: 404 - 400 would count them."""
    with app.app_context():
        panel = prepared_panel()
        for number in range(4):
            make_registration(panel, Wish(constituency=1, number=str(number)))
        for number in range(30):
            make_registration(panel, Wish(constituency=2 + number % 2, number=str(50 + number)))
        jobs.count_changed(NOW)
        found = shown(panel)
        assert found is not None
        assert found.withheld == ["opleiding"]
        third = next(one for one in found.tables if one.name == "groep in het panel")
        assert sum(one.registered is None for one in third.groups) >= 2


def test_a_sensitive_group_is_never_crossed_with_a_municipality(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 400)
        jobs.count_changed(NOW)
        assert constituency(panel, 2).is_sensitive
        panel_id = panel.id
    csv = client.get(f"/panels/{panel_id}/diversiteit.csv").text
    places = [line for line in csv.splitlines() if "Urk" in line or "Almere" in line]
    assert len(places) == 2
    assert all("Zorgontvangers" not in line for line in places)


def test_drafts_and_panels_without_registrations_are_404(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        numbers = [prepared_panel(stage).id for stage in (Stage.MANDATE, Stage.COMPOSITION, Stage.INVITATION)]
    for panel_id in numbers:
        assert client.get(f"/panels/{panel_id}/diversiteit").status_code == 404
        assert administrator_client.get(f"/panels/{panel_id}/diversiteit.csv").status_code == 404


def test_staff_sees_what_the_public_sees(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 400)
        jobs.count_changed(NOW)
        panel_id = panel.id
        assert db.session.get_one(Panel, panel_id) is panel
    assert "niet getoond" in administrator_client.get(f"/panels/{panel_id}/diversiteit").text
