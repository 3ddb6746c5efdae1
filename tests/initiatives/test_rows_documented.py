"""docs/initiatieven-rijen-en-wensen.md names every row and wish, and only tests and pages that exist."""

from __future__ import annotations

import pytest

from civic.db import Base
from tests.documents import (
    DOCS,
    missing_tests,
    named_tests,
    rows_not_there_once,
    rows_that_promise_too_much,
    unknown_addresses,
)
from tests.web.site import bare_app

TEXT = (DOCS / "initiatieven-rijen-en-wensen.md").read_text(encoding="utf-8")
SOURCES = "## 1. De rijen uit de bronnen"
LAW = "### Het recht (handboek, deel C)"
BY_LAW = "### De regels per gemeente (handboek, deel D)"
WISHES = "## 2. De 18 wensen van gebruikers elders"
NOBODY = "## 3. Wat geen ander platform heeft"
ROWS = ["S5", "S20a", "S22a", "S22b", "S22c", "S23a", "S26a", "S26b", "S26c", "S26d", "S26e", "S34"]
ROWS += ["S38a", "S38b", "S38c", "S38d"]
TOPICS = ["Burgerinitiatief", "Uitgesloten onderwerpen", "Behandeling", "Steunverklaring", "Uitdaagrecht"]
TOPICS += ["Awb-termijnen", "Wmebv", "Woo", "AVG", "BSN", "Archiefwet", "Toegankelijkheid"]
COLUMNS = ["leeftijd van wie begint", "leeftijd van wie steunt", "aantal steuners per gebied", "herhaling"]
HOW_FAR = ("**af**", "**deels**", "**komt later**", "**niet**")


def test_every_test_that_is_named_exists() -> None:
    assert len(named_tests(TEXT)) > 100
    assert missing_tests(TEXT) == []


def test_every_address_is_one_of_the_site() -> None:
    assert unknown_addresses(TEXT, bare_app()) == []
    assert unknown_addresses("`/initiatieven/12/bestaat-niet`", bare_app())  # the check itself sees one


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (SOURCES, ROWS),
        (LAW, TOPICS),
        (BY_LAW, COLUMNS),
        (WISHES, [str(number) for number in range(1, 19)]),
        (NOBODY, [str(number) for number in range(1, 16)]),
    ],
)
def test_every_row_is_there(heading: str, expected: list[str]) -> None:
    assert rows_not_there_once(TEXT, heading, expected) == []


def test_every_row_says_how_far_it_is_and_what_lacks() -> None:
    assert rows_that_promise_too_much(TEXT, (SOURCES, WISHES, NOBODY), HOW_FAR) == []


def test_no_column_is_for_a_citizen_service_number() -> None:
    """The law allows a BSN only where it is necessary; here it never is."""
    bare_app()  # every room is imported, so every table is known
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.c}
    assert len(columns) > 300
    assert [name for name in columns if "bsn" in name or "citizen_service" in name] == []
