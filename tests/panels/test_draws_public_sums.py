"""From the public number to the panel, labels and chances: our sums beside the engine's and the script's."""

from __future__ import annotations

import hashlib
import random

import pytest
from flask import Flask

from civic.panels.presentation import draws_public as words
from civic.panels.presentation.draws_public import DEFAULT, QUICKNET
from civic.panels.presentation.draws_public_report import curve_of
from civic.panels.service.draws_public import (
    Mark,
    Numbers,
    Steps,
    numbers_of,
    own_panels,
    quantiles,
    steps_of,
)
from civic.sortition.publication import encoding, verify_draw

# security.md section 6: round 1000 of quicknet
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
COMMITMENT = bytes(range(32)).hex()


def test_the_vector_of_the_specification() -> None:
    steps = steps_of(COMMITMENT, SIGNATURE, 1000)
    assert (steps.word, steps.rest, steps.index, steps.tries) == (6780583750790486770, 770, 770, 1)


@pytest.mark.parametrize("panels", [2, 3, 7, 100, 1000, 10_000, 3 * 2**61])
def test_the_same_panel_as_engine_and_script(panels: int) -> None:
    chance = random.Random(panels)
    for _time in range(50):
        signature, commitment = chance.randbytes(48), chance.randbytes(32)
        balls = chance.randrange(panels) % 10_000
        randomness = hashlib.sha256(signature).digest()
        found = steps_of(commitment.hex(), signature.hex(), panels, str(balls))
        assert found.index == encoding.draw_index(randomness, commitment, panels, balls)
        assert found.index == verify_draw.draw_index(randomness, commitment, panels, balls)
        assert found.word == encoding.draw_word(randomness, commitment, panels)


def test_a_word_that_favours_low_numbers_is_thrown_away() -> None:
    """With 3 · 2^61 panels a quarter of all words is."""
    tries = {steps_of(COMMITMENT, bytes([number]).hex(), 3 * 2**61).tries for number in range(64)}
    assert len(tries) > 1


@pytest.mark.parametrize(
    ("panels", "zeros"), [(10, 1), (100, 2), (1000, 3), (10_000, 4), (7, None), (1001, None)]
)
def test_the_rest_is_the_last_digits_of_a_power_of_ten(panels: int, zeros: int | None) -> None:
    assert Steps(5, panels, 0, "", 1).zeros == zeros


def test_the_steps_as_a_hall_follows_them(app: Flask) -> None:
    with app.test_request_context():
        found = words.sums_of(Steps(6780583750790486770, 1000, 417, "417", 1))
    assert [(one.figure, one.tail) for one in found] == [
        ("6.780.583.750.790.486.", "770"),
        ("770", ""),
        ("1.187", ""),
        ("187", ""),
    ]
    assert found[1].text == "Neem de laatste 3 cijfers."


def test_no_step_too_many(app: Flask) -> None:
    with app.test_request_context():
        assert len(words.sums_of(Steps(6780583750790486770, 1000, 0, "", 1))) == 2
        assert len(words.sums_of(Steps(6780583750790486770, 1000, 1, "001", 1))) == 3
        assert [one.figure for one in words.sums_of(Steps(23, 7, 0, "", 1))] == ["23", "2"]


def test_a_short_number_keeps_its_noughts(app: Flask) -> None:
    with app.test_request_context():
        found = words.sums_of(Steps(5, 1000, 0, "", 1))
    assert [(one.figure, one.tail) for one in found] == [("", "5"), ("005", "")]


def test_own_panels_are_found_by_labels() -> None:
    secrets = [bytes([number]) * 16 for number in range(6)]
    members = [
        [0, 1, 2],
        [0, 3, 4],
        [1, 4, 5],
        [0, 2, 5],
        [3, 4, 5],
        [0, 1, 5],
        [1, 2, 3],
        [0, 4, 5],
        [2, 3, 4],
        [1, 3, 5],
    ]
    lines = [
        f"{number} {encoding.label(secrets[one], 'panel-7', 2, number)}\n"
        for number, panel in enumerate(members)
        for one in panel
    ]
    listed = "".join(sorted(lines)).encode()
    for number, secret in enumerate(secrets):
        found = own_panels(listed, Mark(secret, "panel-7", 2), 10)
        assert found == [place for place, panel in enumerate(members) if number in panel]
    assert own_panels(listed, Mark(secrets[0], "panel-7", 1), 10) == []  # the labels of another draw
    assert own_panels(listed, Mark(b"x" * 16, "panel-7", 2), 10) == []
    assert "secret" not in repr(Mark(secrets[0], "panel-7", 2))


def test_quantiles_of_a_histogram() -> None:
    found = quantiles([(10, 1), (20, 1), (40, 2)], 100)
    assert len(found) == 101
    assert (found[0], found[50], found[100]) == (0.1, 0.2, 0.4)


def test_members_and_people_without_a_chance_are_left_out() -> None:
    """The smallest chance is that of who can be drawn. Housemates of a member cannot, whoever notes it."""
    counts = [(0, 3), (50, 4), (100, 5)]
    assert set(quantiles(counts, 100, 5, 3)) == {0.5}
    # somebody who is sure of a seat by the quotas is no member
    assert quantiles(counts, 100, 4, 3)[100] == 1
    # somebody who can be drawn, and is in none of the panels, has no chance: that is not hidden
    assert quantiles(counts, 100, 5, 2)[0] == 0
    assert quantiles([(0, 3)], 100, 0, 3) == []


def test_how_many_people_a_draw_is_about() -> None:
    manifest = {"pool_size": 12, "panel_size": 7, "fixed": 5, "excluded": 1, "impossible": 2}
    assert numbers_of(manifest) == Numbers(seats=2, people=4, fixed=5, without_chance=3)
    assert numbers_of(manifest).equal == 0.5
    assert numbers_of({**manifest, "excluded": 5}).equal == 0.0


def test_the_smallest_chance_is_the_one_that_the_script_tells() -> None:
    """The public page and verify_draw.py, on the same manifest, with somebody who has bad luck."""
    histogram = [[0, 4], [50, 4], [100, 5]]
    about = {"panels": 100, "histogram": histogram, "fixed": 5, "excluded": 1, "impossible": 2}
    manifest = {**about, "pool_size": 13, "panel_size": 7, "upper_bound": 10**9}
    told = verify_draw.Report()
    verify_draw._check_chances(0, manifest, told)
    curve = curve_of(manifest, {})
    assert curve is not None
    shown = [f"{100 * one:.2f} %".replace(".", ",") for one in (curve.smallest, curve.largest)]
    assert told.facts[0].values == {"people": curve.numbers.people, "least": shown[0], "most": shown[1]}
    assert shown == ["0,00 %", "50,00 %"]


def test_the_known_chains_are_those_of_the_script() -> None:
    assert {QUICKNET, DEFAULT} == set(verify_draw.CHAINS) - {verify_draw.PRACTICE}
    assert {chain: verify_draw.CHAINS[chain].name for chain in (QUICKNET, DEFAULT)} == words.CHAINS
