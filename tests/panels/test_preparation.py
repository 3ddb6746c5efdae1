"""The overview of the steps: done, now, next, who must act, what is still open."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.panels.presentation.mandate import STAGE_SENTENCES, STAGES
from civic.panels.presentation.preparation import STEPS, TASKS, TITLES, WHO
from civic.panels.states import Stage
from tests.panels.makers import make_panel
from tests.panels.makers_mandate import drafted_panel, panel_with_letters, published_panel
from tests.panels.stages import prepared_panel

SignIn = Callable[..., FlaskClient]


def badges(page: str) -> list[str]:
    steps = page.split('<ol class="decisions">')[1].split("</ol>")[0]
    return re.findall(r"</svg>(\w+)</span>", steps)


def test_every_stage_has_words() -> None:
    assert set(STEPS) == set(TITLES) == set(WHO) == set(TASKS) == set(Stage) - {Stage.STOPPED}
    assert set(STAGES) == set(Stage)
    assert set(STAGE_SENTENCES) == set(Stage) - {Stage.MANDATE}


@pytest.mark.parametrize("place", range(len(STEPS)))
def test_done_now_and_next(app: Flask, administrator_client: FlaskClient, place: int) -> None:
    with app.app_context():
        panel_id = prepared_panel(STEPS[place]).id
    page = administrator_client.get(f"/panels/{panel_id}/voorbereiding").text
    assert badges(page) == ["Klaar"] * place + ["Nu"] + ["Straks"] * (len(STEPS) - place - 1)
    assert page.count('aria-current="step"') == 1
    assert page.count("Wie:") == len(STEPS)


def test_every_link_of_every_stage_works(app: Flask, administrator_client: FlaskClient) -> None:
    for stage in Stage:
        with app.app_context():
            panel_id = prepared_panel(stage).id
        page = administrator_client.get(f"/panels/{panel_id}/voorbereiding").text
        for url in set(re.findall(rf'href="(/panels/{panel_id}[^"]*)"', page)):
            assert administrator_client.get(url).status_code == 200, f"{stage}: {url}"


def test_open_points_of_a_draft(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        empty, written = make_panel().id, drafted_panel().id
    assert "Schrijf eerst de opdracht." in administrator_client.get(f"/panels/{empty}/voorbereiding").text
    page = administrator_client.get(f"/panels/{written}/voorbereiding").text
    assert "Dit moet nog gebeuren" not in page
    assert "Stop dit panel" not in page  # nobody has seen it yet


def test_open_points_of_a_public_panel(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = published_panel().id
    page = administrator_client.get(f"/panels/{panel_id}/voorbereiding").text
    assert "De samenstelling staat nog niet vast." in page
    assert "Nog niet getekend: Almere, Dronten, Lelystad, Noordoostpolder, Urk, Zeewolde." in page
    assert "Stop dit panel" in page
    assert "uiterlijk op 31 augustus 2027" in page


def test_convenants_can_be_signed_before_the_letters(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id, draft_id = published_panel().id, prepared_panel(Stage.MANDATE).id
    assert (
        f"/panels/{panel_id}/convenanten"
        in administrator_client.get(f"/panels/{panel_id}/voorbereiding").text
    )
    assert "/convenanten" not in administrator_client.get(f"/panels/{draft_id}/voorbereiding").text


def test_open_points_of_letters(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        planned, none = panel_with_letters().id, prepared_panel(Stage.INVITATION).id
    page = administrator_client.get(f"/panels/{planned}/voorbereiding").text
    assert "120 brieven zijn nog niet gepost." in page
    page = administrator_client.get(f"/panels/{none}/voorbereiding").text
    assert "Er zijn nog geen brieven gepland." in page


def test_who_sees_it(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        panel_id = panel_with_letters(code="GM0995").id
    path = f"/panels/{panel_id}/voorbereiding"
    assert client.get(path).location.startswith("/inloggen")
    seen = {
        (Role.AUDITOR, None): 200,
        (Role.CIVIL_REGISTRY, "GM0995"): 200,
        (Role.CIVIL_REGISTRY, "GM0034"): 403,  # has no letters of this panel
        (Role.COUNCIL_OFFICE, "GM0995"): 403,
        (Role.ADMINISTRATOR, None): 403,
    }
    for number, ((role, code), status) in enumerate(seen.items()):
        other = sign_in(role, email=f"persoon{number}@example.nl", code=code)
        assert other.get(path).status_code == status, role
        page = other.get(f"/panels/{panel_id}").text
        assert ("Naar de voorbereiding" in page) == (status == 200), role


def test_who_may_not_write_gets_no_links_to_write(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        panel_id = panel_with_letters(code="GM0995").id
    for role, code in ((Role.AUDITOR, None), (Role.CIVIL_REGISTRY, "GM0995")):
        other = sign_in(role, email=f"{role.value}@example.nl", code=code)
        page = other.get(f"/panels/{panel_id}/voorbereiding").text
        assert "/opdracht" not in page
        assert "/stoppen" not in page
        content = page.split("<h1>")[1].split("</main>")[0]
        for url in set(re.findall(r'href="(/panels/[^"]*)"', content)):
            assert other.get(url).status_code == 200, f"{role}: {url}"


def test_a_registry_without_letters_does_not_learn_of_a_draft(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        panel_id = drafted_panel().id
    registry = sign_in(Role.CIVIL_REGISTRY, email="burgerzaken@example.nl", code="GM0995")
    assert registry.get(f"/panels/{panel_id}/voorbereiding").status_code == 404
