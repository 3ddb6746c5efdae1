from __future__ import annotations

import pytest

from civic.search.words import Asked, folded, index_text, stem, telling, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bomen", "boom"),
        ("straten", "straat"),
        ("huizen", "huis"),
        ("brieven", "brief"),
        ("fietsen", "fiets"),
        ("plekken", "plek"),
        ("groene", "groen"),
        ("scholen", "school"),
    ],
)
def test_singular_and_plural_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_short_words_and_numbers_stay() -> None:
    assert [stem(word) for word in ("en", "zee", "b", "2026", "")] == ["en", "zee", "b", "2026", ""]


def test_folding_forgets_accents_case_and_broken_signs() -> None:
    assert folded("Één CAFÉ, geïnspireerd") == "een cafe, geinspireerd"
    assert folded("STRAßE") == "strasse"
    assert folded("half\ud83d") == "half"


def test_words_hold_no_signs_that_a_query_could_read() -> None:
    found = words_of("""plein' OR "1"=1; (a|b) & !c <-> d:* \\ NEAR/2 x^y""")
    assert all(word.isalnum() for word in found)


def test_words_that_say_nothing() -> None:
    assert telling("De bomen en het plein van de gemeente") == ["bomen", "plein"]
    assert telling("iets van mij") == []


def test_what_is_kept_has_stems_too() -> None:
    kept = index_text("Bomen op het plein", "Schaduw").split()
    assert {"bomen", "bom", "plein", "schaduw"} <= set(kept)


def test_a_slip_costs_little_and_another_subject_much() -> None:
    asked = Asked("buurtkeukn")
    assert asked.likeness("Een buurtkeuken in de school", "Samen koken en eten") > 0.6
    assert asked.likeness("Een skatebaan in het park", "Met hellingen") == 0


def test_a_long_text_is_not_like_every_short_title() -> None:
    asked = Asked("Meer licht op het fietspad. Twee keer per week fiets ik daar in het donker naar huis.")
    assert asked.likeness("Donker fietspad hoort bij niemand", "") >= 0.4
    assert asked.likeness("Twee keer dezelfde vragen, elke week", "") < 0.4
    assert asked.likeness("Een huis staat al jaren leeg", "") < 0.4


def test_nothing_is_like_nothing() -> None:
    assert Asked("").likeness("", "") == 0
    assert Asked("bomen").likeness("", "") == 0
    assert Asked("de en het").likeness("Bomen", "Schaduw") == 0
