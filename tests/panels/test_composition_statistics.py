"""Shares from the region's figures, and tables of CBS StatLine."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flask import Flask

from civic.errors import Invalid
from civic.regions.statistics import (
    Band,
    ages_of,
    count,
    into_bands,
    read_statline,
    shares_of_region,
    to_per_mille,
)

PLACES = {"Almere", "Urk"}
STATLINE = (
    '"Bevolking; geslacht, leeftijd en regio"\r\n'
    '"Geslacht";"Leeftijd";"Perioden";"Regio\'s";"Bevolking (aantal)"\r\n'
    '"Totaal mannen en vrouwen";"Totaal";"2026";"Almere";"200.000"\r\n'
    '"Mannen";"Totaal";"2025";"Almere";"1"\r\n'
    '"Mannen";"Totaal";"2026";"Almere";"90.000"\r\n'
    '"Mannen";"20 tot 25 jaar";"2026";"Almere";"7.000"\r\n'
    '"Vrouwen";"Totaal";"2026";"Almere";"110.000"\r\n'
    '"Mannen";"Totaal";"2026";"Urk (gemeente)";"10.000,0"\r\n'
    '"Vrouwen";"Totaal";"2026";"Urk (gemeente)";"."\r\n'
    '"Vrouwen";"Totaal";"2026";"Nederland";"9.000.000"\r\n'
    '"© CBS"\r\n'
)


def sentences(error: pytest.ExceptionInfo[Invalid], name: str) -> list[str]:
    return error.value.errors[name]


def test_figures_of_the_region_are_weighted(app: Flask) -> None:
    with app.app_context():
        gender, age = shares_of_region("gender"), shares_of_region("age")
        assert gender is not None
        assert age is not None
        assert sum(gender.per_mille.values()) == sum(age.per_mille.values()) == 1000
        # Almere is half of the region and has 496 men of 1000; Zeewolde is small and has 514
        assert 496 < gender.per_mille["man"] < 503
        assert (gender.is_estimate, age.is_estimate) == (False, True)
        assert gender.source == "Provincie Flevoland, standcijfers 2016"
        assert shares_of_region("thuistaal") is None


def test_a_statline_table(app: Flask) -> None:
    table = read_statline(STATLINE.encode())
    assert table.columns[-1] == "Bevolking (aantal)"
    assert table.source == "Bevolking; geslacht, leeftijd en regio"
    assert table.numeric() == ["Perioden", "Bevolking (aantal)"]
    counted = count(table, "Geslacht", "Bevolking (aantal)", PLACES)
    assert counted.numbers == {"Mannen": 100_000, "Vrouwen": 110_000}
    assert counted.only == {"Leeftijd": "Totaal", "Perioden": "2026"}
    assert to_per_mille(counted.numbers) == {"Mannen": 476, "Vrouwen": 524}


def test_other_spellings_of_the_same_table() -> None:
    windows = read_statline(STATLINE.encode("cp1252"))
    marked = read_statline(b"\xef\xbb\xbf" + STATLINE.encode())
    assert windows.columns == marked.columns == read_statline(STATLINE.encode()).columns
    commas = read_statline(b"Taal,Aantal\nFries,10.5\nNederlands,20\n")
    assert count(commas, "Taal", "Aantal", set()).numbers == {"Fries": Fraction("10.5"), "Nederlands": 20}


def test_every_wrong_line_is_named(app: Flask) -> None:
    with app.test_request_context():
        table = read_statline(b'"Wijk";"Aantal"\n"Noord";"10"\n"Zuid";"veel"\n"West";"-3"\n')
        with pytest.raises(Invalid) as error:
            count(table, "Wijk", "Aantal", set())
        assert sentences(error, "figures") == [
            "Regel 3: “veel” is geen aantal.",
            "Regel 4: “-3” is geen aantal.",
        ]
        with pytest.raises(Invalid) as error:
            read_statline(b"Wijk;Aantal;Jaar\nNoord;10;2026\nZuid;20\nOost;3;2026;x\n")
        assert sentences(error, "file") == [
            "Regel 3 heeft 2 vakken. De kop heeft er 3.",
            "Regel 4 heeft 4 vakken. De kop heeft er 3.",
        ]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"", "Het bestand is leeg."),
        (b"\n\n", "Het bestand is leeg."),
        (b"PK\x03\x04\0\0", "Dit is geen CSV-bestand."),
        (b"zomaar een zin\n", "We vinden geen tabel."),
        (b"Wijk;Wijk\nNoord;1\n", "Regel 1: elke kolom heeft een eigen naam nodig."),
        (b"Wijk;Aantal\n", "Onder de kop staan geen regels"),
        (b'Wijk;Aantal\n"Noord;1\n', "Regel "),
        (b"a;b\n" * 5_002, "Het bestand heeft meer dan 5.000 regels."),
    ],
)
def test_files_that_are_no_table(app: Flask, content: bytes, start: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as error:
        read_statline(content)
    assert any(one.startswith(start) for one in sentences(error, "file"))


def test_nothing_to_count(app: Flask) -> None:
    table = read_statline(b"Wijk;Aantal\nNoord;.\nTotaal;12\n")
    with app.test_request_context(), pytest.raises(Invalid):
        count(table, "Wijk", "Aantal", set())


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("20 tot 25 jaar", (20, 24)),
        ("20 t/m 24 jaar", (20, 24)),
        ("16 tot en met 24", (16, 24)),
        ("65 jaar of ouder", (65, 104)),
        ("65+", (65, 104)),
        ("16-24", (16, 24)),
        ("18 jaar", (18, 18)),
        ("Mannen", None),
        ("30 tot 20 jaar", None),
    ],
)
def test_ages(text: str, ages: tuple[int, int] | None) -> None:
    assert ages_of(text) == ages


def test_age_groups_into_bands() -> None:
    bands = [Band("16-24", 16, 24), Band("25+", 25, None)]
    numbers = {
        "0 tot 20 jaar": Fraction(999),
        "15 tot 20 jaar": Fraction(500),
        "20 tot 25 jaar": Fraction(600),
    }
    numbers |= {"25 tot 65 jaar": Fraction(2000), "65 jaar of ouder": Fraction(1000)}
    # of the group 15–19 four years of five belong to 16–24; the wide group holds a narrow one and is left out
    assert into_bands(numbers, bands) == {"16-24": 1000, "25+": 3000}


def test_whole_thousandths() -> None:
    third = Fraction(1, 3)
    assert sorted(to_per_mille({"a": third, "b": third, "c": third}).values()) == [333, 333, 334]
    assert to_per_mille({"a": Fraction(0)}) == {"a": 0}
