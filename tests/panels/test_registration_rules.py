"""One spelling of names, dates and numbers; what is a bank account."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from civic.panels.service import registrations_rules as rules


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fatma Yıldız", "fatma  YILDIZ"),
        ("José O'Neill", "jose o neill"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("Van der Straße", "VAN DER STRASSE"),
        ("Ａｎｎａ de Wit", "Anna de Wit"),
    ],
)
def test_two_spellings_of_one_name(one: str, other: str) -> None:
    assert rules.canonical_name(one) == rules.canonical_name(other)


def test_two_names_stay_two() -> None:
    names = ["Jan Smit", "Jan Smits", "Smit Jan", "J Smit", "محمد", "محمود"]
    assert len({rules.canonical_name(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "typed",
    [
        "31-3-1957",
        "31/03/1957",
        "31.03.1957",
        "31 03 1957",
        "31031957",
        "1957-03-31",
        "31 maart 1957",
        "31 mrt 1957",
    ],
)
def test_a_date_as_people_write_it(typed: str) -> None:
    assert rules.parse_birth_date(typed) == date(1957, 3, 31)


@pytest.mark.parametrize(
    "typed", ["", "31-02-1957", "57", "3-1957", "maart 1957", "1" * 5000, "٣١-٠٣-١٩٥٧", "31 foo 1957"]
)
def test_what_is_no_date(typed: str) -> None:
    assert rules.parse_birth_date(typed) is None


@pytest.mark.parametrize(
    "text",
    [
        "NL91ABNA0417164300",
        "nl91 abna 0417 1643 00",
        "mijn rekening: NL91-ABNA-0417-1643-00, dank",
        "DE89370400440532013000",
        "BSN 111222333",
        "1112.22.333",
    ],
)
def test_numbers_we_refuse(text: str) -> None:
    assert rules.holds_number_of_account(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bel 0320 278911",
        "06 12345678",
        "Zaal 12 A, 8232 AB",
        "NL91ABNA0417164301",
        "123456789012",
        "Ik ben 85",
    ],
)
def test_numbers_we_let_be(text: str) -> None:
    assert not rules.holds_number_of_account(text)


@pytest.mark.parametrize("number", ["1", "12", "12A", "12 a", "12-2 hs", "12345"])
def test_house_numbers(number: str) -> None:
    assert rules.is_number(number)


@pytest.mark.parametrize("number", ["", "0", "A", "A12", "12 A B C D", "1" * 13, "12\nA"])
def test_what_is_no_house_number(number: str) -> None:
    assert not rules.is_number(number)


def test_an_index_depends_on_panel_person_and_pepper(app: Flask) -> None:
    with app.app_context():
        mine = rules.person_index(1, "Fatma Yıldız", date(1957, 3, 31), "8232 AB")
        assert mine == rules.person_index(1, "FATMA YILDIZ", date(1957, 3, 31), "8232ab")
        assert mine != rules.person_index(2, "Fatma Yıldız", date(1957, 3, 31), "8232 AB")
        assert mine != rules.person_index(1, "Fatma Yıldız", date(1957, 3, 30), "8232 AB")
        assert rules.address_index(1, "8232 AB", "12 A") == rules.address_index(1, "8232ab", "12a")
