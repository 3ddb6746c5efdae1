"""The worked example: every number on the page and in the document is computed again here."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.panels.presentation.draws_public_example import CITY, EXAMPLE, VILLAGE
from civic.panels.service.draws_public import Steps
from tests.documents import DOCS, missing_tests, named_tests
from tests.panels import makers_public_draws as makers
from tests.panels.makers_draws_public import BALLS

EXPLAINED = (DOCS / "loting-uitleg.md").read_text(encoding="utf-8")
PAGE = "/hoe-weet-ik-dat-het-eerlijk-is"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>|\*", " ", text).split())


@pytest.fixture(params=["page", "document"])
def told(request: pytest.FixtureRequest, client: FlaskClient) -> str:
    return _plain(client.get(PAGE).text if request.param == "page" else EXPLAINED)


def test_the_example_keeps_its_own_rule() -> None:
    for members in EXAMPLE.panels:
        assert Counter(EXAMPLE.people[name] for name in members) == EXAMPLE.seats
    assert [len(EXAMPLE.panels_of(name)) for name in EXAMPLE.living_in(CITY)] == [2] * 4
    assert [len(EXAMPLE.panels_of(name)) for name in EXAMPLE.living_in(VILLAGE)] == [1] * 4


def test_no_lottery_can_be_fairer() -> None:
    """Seats per person of a place: nobody of that place can all have more, and they all have exactly that."""
    for place, seats in EXAMPLE.seats.items():
        people = EXAMPLE.living_in(place)
        chances = {len(EXAMPLE.panels_of(name)) / len(EXAMPLE.panels) for name in people}
        assert chances == {seats / len(people)}


def test_the_example_is_the_sum_of_a_real_draw() -> None:
    steps = Steps(EXAMPLE.number, len(EXAMPLE.panels), EXAMPLE.ball, str(EXAMPLE.ball), 1)
    assert (steps.rest, steps.total, steps.index) == (EXAMPLE.rest, EXAMPLE.total, EXAMPLE.index)
    assert steps.is_round_again  # the hardest step is in the example


def test_every_number_that_is_told(told: str) -> None:
    rest, ball, total, index = EXAMPLE.rest, EXAMPLE.ball, EXAMPLE.total, EXAMPLE.index
    number, times = f"{EXAMPLE.number:,}".replace(",", "."), f"{EXAMPLE.number // 4:,}".replace(",", ".")
    for sentence in (
        "Dat zijn 2 van de 4 panels. Haar kans is 50 procent.",
        "Dat is 1 van de 4 panels. Haar kans is 25 procent.",
        f"Stel dat het {number} is",
        f"{number} is 4 keer {times}, en dan is er nog {rest} over.",
        f"{rest} + {ball} = {total}",
        f"{total} − 4 = {index}",
        f"panel {index}",
    ):
        assert sentence in told, sentence
    assert EXAMPLE.number == 4 * (EXAMPLE.number // 4) + rest


def test_the_panels_that_are_told(client: FlaskClient) -> None:
    rows = re.findall(r"^\| (\d) \| (\w+) \| (\w+) \| (\w+) \|$", EXPLAINED, re.M)
    assert [tuple(row[1:]) for row in rows] == list(EXAMPLE.panels)
    assert [int(row[0]) for row in rows] == list(range(len(EXAMPLE.panels)))
    page = _plain(client.get(PAGE).text)
    for place, members in enumerate(EXAMPLE.panels):
        assert f"Panel {place} {' '.join(members)}" in page


def test_the_last_digits_are_the_rest() -> None:
    """ "Door 1.000 delen is makkelijk"."""
    assert all(str(number)[-3:] == f"{number % 1000:03d}" for number in range(1000, 20_000, 37))


def test_the_list_of_attacks_names_tests_that_exist() -> None:
    text = (DOCS / "loting-dreigingen.md").read_text(encoding="utf-8")
    assert len(named_tests(text)) >= 17
    assert missing_tests(text) == []


def test_the_register_tells_how_the_draw_is_set_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.committed_draw(plan=BALLS)
        panel_id, draw_id = draw.panel_id, draw.id
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json").json or {}
    assert "kiest uit 100 panels met elk dezelfde kans" in entry["methods_and_models"]
    assert "Er komen 2 ballen bij" in entry["methods_and_models"]
    assert f"/openbare-loting/{draw_id}" in entry["methods_and_models"]
    assert "het lotingsgetal is een oefengetal" in entry["human_intervention"]
