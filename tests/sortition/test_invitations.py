"""The first lottery: how many letters, exact chances, and a draw that anyone can replay."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition.errors import InvalidProblem
from civic.sortition.invitations import (
    InvitationSettings,
    Resident,
    available,
    commitments,
    draw_letters,
    letter_code,
    plan_letters,
    read_addresses,
)
from civic.sortition.messages import SENTENCES

SECRET = "a secret of the municipality"


def spoken(errors: Any) -> list[str]:
    """The codes; and every code has a sentence that its parameters fill."""
    assert all(SENTENCES[one.code].format(**{"line": 0, **one.params}) for one in errors)
    return [one.code for one in errors]


def homes(municipality: str, sizes: list[int]) -> list[Resident]:
    return [
        Resident(municipality, f"Straat {number}", f"p{number}-{person}")
        for number, size in enumerate(sizes)
        for person in range(size)
    ]


LIST = [*homes("Urk", [1, 2, 3, 4, 2, 1]), *homes("Dronten", [2] * 5)]
SETTINGS = InvitationSettings("zorg", {"Urk": 2, "Dronten": 3})


# --- how many letters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "ratio", "response", "letters"),
    [
        (150, 3, "4%", 11_250),  # the formula's own example in domain handbook B4
        (175, Fraction(4_070, 175), Fraction(4_070, 70_000), 70_000),  # Nationaal Burgerberaad Klimaat 2024
        (142, Fraction(749, 142), Fraction(749, 10_500), 10_500),  # Utrecht 2023
        (150, Fraction(623, 150), Fraction(623, 10_000), 10_000),  # Amsterdam 2024
        (150, 3, "8 %", 5_625),
        (150, 3, "3,5 %", 12_858),  # rounded up
        (0, 3, 0.04, 0),
    ],
)
def test_letters_by_the_formula(seats: int, ratio: Any, response: Any, letters: int) -> None:
    plan = plan_letters({"Urk": seats}, ratio=ratio, response=response)
    assert plan.letters == {"Urk": letters}
    assert plan.total == letters
    assert plan.rows[0].expected >= seats * plan.ratio
    assert plan.warnings == ()


def test_letters_are_capped_by_the_addresses_and_it_is_said() -> None:
    plan = plan_letters(
        {"Almere": 75, "Urk": 7, "Niets": 1},
        response={"Almere": 0.05, "Urk": "2 %", "Niets": 1},
        available={"Almere": 90_000, "Urk": 800},
    )
    assert [(row.wanted, row.available, row.letters, row.short) for row in plan.rows] == [
        (4_500, 90_000, 4_500, 0),
        (1_050, 800, 800, 250),
        (3, 0, 0, 3),
    ]
    assert spoken(plan.warnings) == ["letters_capped", "letters_capped"]
    assert plan.warnings[0].params["expected"] == 16


def test_wrong_plans() -> None:
    with pytest.raises(InvalidProblem) as error:
        plan_letters({"a": -1, "b": 1, "c": 1, "d": 1}, response={"a": 2, "b": 0, "c": "x%"}, ratio=0.5)
    assert spoken(error.value.errors) == [
        "letters_ratio",
        "letters_seats",
        "letters_response",
        "letters_response",
        "letters_response",
        "letters_response",
    ]
    with pytest.raises(InvalidProblem) as error:
        plan_letters({}, response=0.04, ratio="x")
    assert spoken(error.value.errors) == ["letters_no_municipalities", "letters_ratio"]


# --- the list -----------------------------------------------------------------------------------------------


def test_reading_a_list() -> None:
    content = "gemeente;adres;persoon;uitgesloten;geboren\nUrk;Wijk 1-2;p1;;1990\nUrk;Wijk 1-2;p2;ja;2015\n"
    assert read_addresses(content.encode("cp1252")) == (
        (Resident("Urk", "Wijk 1-2", "p1"), Resident("Urk", "Wijk 1-2", "p2", excluded=True)),
        [],
    )
    assert read_addresses(b"municipality,address\nUrk,Wijk 1\n") == ((Resident("Urk", "Wijk 1"),), [])


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", ["empty_file"]),
        (b"a\0b", ["wrong_encoding"]),
        (b"municipality,address\n", ["no_rows"]),
        (b"adres\nWijk 1\n", ["missing_column"]),
        (b"gemeente,adres,persoon,excluded\n,=1+1,p,soms\n", ["blank_cell", "formula", "address_yes_or_no"]),
        (b"municipality,address,excluded\nUrk,Wijk 1,=JA()\n", ["formula"]),
    ],
)  # fmt: skip
def test_a_list_with_errors(content: bytes, wanted: list[str]) -> None:
    residents, errors = read_addresses(content)
    assert residents == ()
    assert spoken(errors) == wanted


# --- the draw -----------------------------------------------------------------------------------------------


def test_a_draw_is_replayed_and_stands_per_municipality() -> None:
    draw = draw_letters(LIST, SETTINGS, "48213")
    assert draw == draw_letters(LIST, SETTINGS, 48213)
    assert draw.letters != draw_letters(LIST, SETTINGS, "48214").letters
    alone = draw_letters(homes("Dronten", [2] * 5), replace(SETTINGS, letters={"Dronten": 3}), "48213")
    assert alone.municipalities == draw.municipalities[1:]


def test_known_letters() -> None:
    """Computed here from SHA-256 alone, as an outsider would: list, commitment, stream, Fisher and Yates."""
    people = [Resident("Urk", f"Straat {number}") for number in range(5)]
    lines = b"".join(
        json.dumps(["Urk", one.address, "", False], separators=(",", ":")).encode() + b"\n" for one in people
    )
    content = {
        "draw": "zorg",
        "earlier": [],
        "exempt": [],
        "format": "civic-invitations/2",
        "letters": 2,
        "list": hashlib.sha256(lines).hexdigest(),
        "method": "addresses",
        "municipality": "Urk",
        "wave": 1,
    }
    commitment = hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
    digest = hashlib.sha256(f"{commitment}/48213".encode()).hexdigest()
    left = list(range(5))
    for place in range(2):
        word = hashlib.sha256(f"civic-letters/v1/{digest}/{place}".encode()).digest()[:8]
        other = place + int.from_bytes(word, "big") % (5 - place)
        left[place], left[other] = left[other], left[place]
    settings = InvitationSettings("zorg", {"Urk": 2})
    assert commitments(people, settings) == {"Urk": commitment}
    draw = draw_letters(people, settings, 48213)
    assert [letter.address for letter in draw.letters] == [f"Straat {number}" for number in left[:2]]
    code = letter_code(SECRET, draw.municipalities[0], 1)
    mac = hmac.new(SECRET.encode(), f"civic-letter/v1/{digest}/1".encode(), "sha256").digest()
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bits = "".join(f"{byte:08b}" for byte in mac[:10])
    assert code.replace("-", "") == "".join(signs[int(bits[at : at + 5], 2)] for at in range(0, 80, 5))


SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=9)


@given(SIZES, st.data(), st.sampled_from(["addresses", "persons"]))
def test_chances_add_up_and_nobody_gets_two_letters(
    sizes: list[int], data: st.DataObject, method: str
) -> None:
    number = data.draw(st.integers(0, len(sizes)))
    settings = InvitationSettings("zorg", {"Urk": number}, method=method)
    one = draw_letters(homes("Urk", sizes), settings, data.draw(st.integers(0, 999))).municipalities[0]
    assert len({letter.household for letter in one.letters}) == len(one.letters) == number
    assert (one.households, one.people) == (len(sizes), sum(sizes))
    assert sum(chance * people for chance, people in one.chances) == number
    known = dict(one.chances)
    for letter in one.letters:
        size = sizes[int(letter.address.removeprefix("Straat "))]
        assert letter.person.startswith(f"p{letter.address.removeprefix('Straat ')}-")
        assert 0 < letter.address_chance == letter.person_chance * size <= 1
        assert letter.person_chance in known
        assert method == "persons" or letter.address_chance == Fraction(number, len(sizes))
    if method == "persons" and max(sizes) * number <= sum(sizes):
        assert known == {Fraction(number, sum(sizes)): sum(sizes)}


@pytest.mark.parametrize("method", ["addresses", "persons"])
def test_people_are_drawn_as_often_as_their_chance_says(method: str) -> None:
    """2,000 draws of 2 letters over households of 1, 1, 2 and 4: each person within five standard errors.
    (Chances by method: 1/2 ÷ size; or 2/8 for everyone, where the household of 4 is just not certain.)"""
    people, draws = homes("Urk", [1, 1, 2, 4]), 2_000
    settings = InvitationSettings("zorg", {"Urk": 2}, method=method)
    counts: Counter[str] = Counter()
    chances: dict[str, Fraction] = {}
    for seed in range(draws):
        for letter in draw_letters(people, settings, seed).letters:
            counts[letter.person] += 1
            chances[letter.person] = letter.person_chance
    assert set(chances) == {one.person for one in people}
    for person, chance in chances.items():
        error = (draws * chance * (1 - chance)) ** 0.5
        assert abs(counts[person] - draws * chance) < 5 * error


def test_a_large_household_is_certain_and_the_others_share_the_rest() -> None:
    settings = InvitationSettings("zorg", {"Urk": 2}, method="persons")
    one = draw_letters(homes("Urk", [1, 1, 2, 12]), settings, 1).municipalities[0]
    assert one.chances == ((Fraction(1, 12), 12), (Fraction(1, 4), 4))
    assert sorted(letter.address_chance for letter in one.letters)[-1] == 1


def test_excluded_people_and_empty_addresses_are_out() -> None:
    people = [
        Resident("Urk", "Wijk 1", "kind", excluded=True),
        Resident("Urk", " wijk  1", "ouder"),
        Resident("Urk", "Wijk 2", "wethouder", excluded=True),
    ]
    assert available(people) == {"Urk": 1}
    (letter,) = draw_letters(people, InvitationSettings("zorg", {"Urk": 1}), 5).letters
    assert letter.person == "ouder"
    assert letter.address_chance == letter.person_chance == 1


@pytest.mark.parametrize("persons", [True, False])
def test_at_an_institution_everyone_is_an_own_address(persons: bool) -> None:
    people = [Resident("Urk", "Zorghuis 1", f"p{number}" if persons else "") for number in range(4)]
    people.append(Resident("Urk", "Wijk 2", "q" if persons else ""))
    settings = InvitationSettings("zorg", {"Urk": 5}, exempt=("zorghuis  1",))
    assert available(people, settings.exempt) == {"Urk": 5}
    first = draw_letters(people, settings, 7)
    assert len(first.letters) == 5
    assert available(people, settings.exempt, [first]) == {"Urk": 0}


def test_a_second_wave_leaves_out_the_first() -> None:
    first = draw_letters(LIST, SETTINGS, 1)
    settings = replace(SETTINGS, wave=2, letters={"Urk": 3})
    assert available(LIST, earlier=[first]) == {"Urk": 4, "Dronten": 2}
    second = draw_letters(LIST, settings, 2, [first])
    assert not {one.household for one in first.letters if one.municipality == "Urk"} & {
        one.household for one in second.letters
    }
    assert {one.address_chance for one in second.letters} == {Fraction(3, 4)}
    assert commitments(LIST, settings, [first]) != commitments(
        LIST, settings, [draw_letters(LIST, SETTINGS, 9)]
    )


def test_every_error_at_once() -> None:
    people = [
        Resident("Urk", "Wijk 1", "p"),
        Resident("Urk", "wijk 1", "p"),
        Resident("Urk", " ", ""),
        Resident("Dronten", "Laan 1"),
        Resident("Dronten", "Laan 1"),
        Resident("Dronten", "Laan 2"),
    ]
    other = draw_letters(LIST, replace(SETTINGS, exempt=("x",)), 1)
    settings = InvitationSettings(" ", {"Urk": -1, "Dronten": 3}, wave=3, method="wie eerst komt")
    with pytest.raises(InvalidProblem) as error:
        draw_letters(people, settings, "  ", [other])
    assert spoken(error.value.errors) == [
        "invitation_no_seed",
        "invitation_no_name",
        "invitation_negative",
        "invitation_method",
        "invitation_wave",
        "invitation_exempt_differs",
        "invitation_other_draw",
        "invitation_persons_missing",
        "invitation_no_address",
        "invitation_person_twice",
        "invitation_address_twice",
        "invitation_too_many",
    ]
    with pytest.raises(InvalidProblem) as error:
        draw_letters(people, InvitationSettings("zorg", {}), 1)
    assert spoken(error.value.errors) == ["invitation_no_letters"]
    with pytest.raises(InvalidProblem) as error:
        draw_letters(people[3:4], InvitationSettings("zorg", {"Dronten": 1}, method="persons"), 1)
    assert spoken(error.value.errors) == ["invitation_persons_missing"]
