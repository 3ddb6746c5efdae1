"""docs/aanjaagteam-rijen.md names every row, need and wish, and only tests and pages that exist."""

from __future__ import annotations

import pytest

from tests.documents import (
    DOCS,
    missing_tests,
    named_tests,
    rows_not_there_once,
    rows_that_promise_too_much,
    section,
    table_rows,
    unknown_addresses,
)
from tests.web.site import bare_app

TEXT = (DOCS / "aanjaagteam-rijen.md").read_text(encoding="utf-8")
SOURCES = "## 1. De rijen uit de bronnen"
NEEDS = "## 2. Behoeften die geen ander pakket vervult"
WISHES = "## 3. De 15 wensen van gebruikers elders"
GOOD = "## 5. Hoe goed het moet zijn"
LATER = "## 6. Wat later komt, bij naam"
ROWS = ["S3a", "S3b", "S5", "S10", "S14a", "S14b", "S14c", "S14d", "S14e", "S15a", "S15b", "S15c", "S15d"]
ROWS += ["S16a", "S16b", "S16c", "S16d", "S16e", "S16f", "S17", "S18a", "S19a", "S31b", "S42", "S43b"]
# the eight parts of the task, and the last letter of each
PARTS = {
    "### 1. Melden": "j",
    "### 2. De werklijst en de melding": "o",
    "### 3. Groepen": "d",
    "### 4. De knoop": "k",
    "### 5. De ladder": "i",
    "### 6. Meedenken": "b",
    "### 7. Cijfers": "i",
    "### 8. Wat iedereen ziet": "c",
}
EFFORTS = ["werklijst", "melden", "cijfers", "ladder", "anoniem", "voorbeeld", "een dag"]
NOT_NOW = ["S18b", "S19b", "S30b", "S31c", "S43a", "A", "D", "E", "F", "I", "J", "K", "L", "N"]
HOW_FAR = ("**af**", "**deels**", "**later**")


def points(heading: str) -> list[str]:
    """1a, 1b … up to the last letter of this part."""
    number = heading.removeprefix("### ")[0]
    return [f"{number}{chr(letter)}" for letter in range(ord("a"), ord(PARTS[heading]) + 1)]


def test_every_test_that_is_named_exists() -> None:
    assert len(named_tests(TEXT)) > 100
    assert missing_tests(TEXT) == []


def test_every_address_is_one_of_the_site() -> None:
    assert unknown_addresses(TEXT, bare_app()) == []


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (SOURCES, ROWS),
        (NEEDS, list("BCGHM")),
        (WISHES, [str(number) for number in range(1, 16)]),
        *((heading, points(heading)) for heading in PARTS),
        (GOOD, EFFORTS),
        (LATER, NOT_NOW),
    ],
)
def test_every_row_is_there(heading: str, expected: list[str]) -> None:
    assert rows_not_there_once(TEXT, heading, expected) == []


def test_every_row_says_how_far_it_is_and_what_lacks() -> None:
    assert rows_that_promise_too_much(TEXT, (SOURCES, NEEDS, WISHES, *PARTS, GOOD), HOW_FAR) == []


def test_what_comes_later_claims_no_page() -> None:
    for row in table_rows(section(TEXT, LATER)):
        assert row[2] == HOW_FAR[2]
        assert not named_tests("|".join(row))
