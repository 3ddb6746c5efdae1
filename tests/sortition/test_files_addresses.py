"""One spelling for one address: in the files, the lists of institutions and the invitations alike."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import Problem, Quota, files
from civic.sortition.addresses import address_key
from civic.sortition.files.respondents import address_of
from civic.sortition.invitations import InvitationSettings, Resident, available, draw_letters
from civic.sortition.question import standing

# Each line is one address with its key; no two lines are the same address.
HOMES = {
    "8321ab 1": ("8321 AB 1", "8321AB 1", "8321ab1", " 8321  ab, 1.", "\uff18\uff13\uff12\uff11 AB 1"),
    "8321ab 11": ("8321 AB 11", "8321AB11", "8321AB-11"),
    "8321ab 1a": ("8321 AB 1 A", "8321AB 1a", "8321AB 1-A"),
    "8321ab 1 1": ("8321 AB 1-1", "8321AB 1/1", "8321AB 1\u00b9"),
    "8321ac 1": ("8321 AC 1",),
    "kerkstraat 1": ("Kerkstraat 1", "KERK\u200bSTRAAT, 1", "Kerkstraat1", "Kerk\u00adstraat  1."),
    "kerkstraat 11": ("Kerkstraat 11",),
    "kerkstraat 1 1": ("Kerkstraat 1-1", "Kerkstraat 1 1", "Kerkstraat 1'1", "Kerkstraat 1\u00b9"),
    "kerkstraat 1a": ("Kerkstraat 1-A", "Kerkstraat 1 A", "Kerkstraat 1/a", "Kerkstraat 1\u00aa"),
    "kerkstraat 1b": ("Kerkstraat 1 B",),
    "kerkstraat 1bis": ("Kerkstraat 1 bis", "Kerkstraat 1bis", "Kerkstraat 1-BIS"),
    "kerkstraat 1bis a": ("Kerkstraat 1 bis A", "Kerkstraat 1-bis-a"),
    "kerkstraat 1ii": ("Kerkstraat 1-II", "Kerkstraat 1 ii", "Kerkstraat 1\u2161"),
    "kerkstraat 1 2": ("Kerkstraat 1\u00b2", "Kerkstraat 1\u2461", "Kerkstraat 1-2"),
    "kerkstraat 2 1": ("Kerkstraat 2-1",),
    "kerkstraat 12": ("Kerkstraat 12",),
    "kerkstraat 12a": ("Kerkstraat 12 a", "Kerkstraat 12a", "Kerkstraat 12-a"),
    "kerkstraat 1a 2": ("Kerkstraat 1A 2", "Kerkstraat 1a-2"),
    "kerkstraat 12 8321ab": ("Kerkstraat 12, 8321 AB", "Kerkstraat 12 8321AB"),
    "kerkstraat 1 28321ab": ("Kerkstraat 1, 28321 AB",),
    "2e kerkstraat 1": ("2e Kerkstraat 1", "2E KERKSTRAAT 1", "2 e Kerkstraat 1"),
    "kerkstraat 2e 1": ("Kerkstraat 2e 1",),
    "s gravenweg 3": ("'s-Gravenweg 3", "\u2019s Gravenweg 3", "\u00b4s-Gravenweg 3", "s-Gravenweg 3"),
    "plein 40 45 7": ("Plein '40-'45 7", "Plein 40-45, 7"),
    "plein 4 045 7": ("Plein 4-045 7",),
    "caf\u00e9 1": ("Caf\u00e9 1", "CAFE\u0301 1"),
    "cafe 1": ("Cafe 1",),
    # vowel signs are no blanks
    "\u0915\u093f 1": ("\u0915\u093f 1",),
    "\u0915\u0940 1": ("\u0915\u0940 1",),
    "": ("", " ", "-", "?", ".,"),
}  # fmt: skip


@pytest.mark.parametrize("key", HOMES)
def test_spellings_of_one_address(key: str) -> None:
    assert {address_key(one) for one in HOMES[key]} == {key}


def test_two_addresses_stay_two() -> None:
    for one, other in combinations(HOMES, 2):
        assert not {*map(address_key, HOMES[one])} & {*map(address_key, HOMES[other])}


@given(st.text())
def test_the_key_of_a_key_is_that_key(text: str) -> None:
    key = address_key(text)
    assert address_key(key) == key == address_key(f"  {text}\t")
    assert address_key(text.upper().lower()) == address_key(text.upper().lower().title().lower())
    assert key.isascii() or any(ord(sign) > 127 for sign in text)


@given(
    st.lists(st.integers(0, 999), min_size=1, max_size=3),
    st.lists(st.integers(0, 999), min_size=1, max_size=3),
)
def test_numbers_never_run_together(one: list[int], other: list[int]) -> None:
    same = address_key("-".join(map(str, one))) == address_key(" ".join(map(str, other)))
    assert same == (one == other)


def test_the_columns_do_not_matter() -> None:
    assert address_of(["8321 AB", "1", "A"]) == address_of(["8321ab", "1a", ""]) == address_of(["8321AB 1-a"])
    assert address_of(["1", "23"]) != address_of(["12", "3"])
    assert address_of(["", " - "]) == address_of([]) == ""


def test_one_household_whatever_the_spelling() -> None:
    text = "id,leeftijd,address\na,jong,8321 AB 1\nb,jong,8321AB 1\nc,jong,8321 AB 11\nd,jong,-\ne,jong,-\n"
    quotas = (Quota({"leeftijd": "jong"}, 0, 5),)
    pool, errors = files.read_respondents(text.encode(), quotas, address_columns=["address"])
    assert errors == []
    assert pool is not None
    together = Problem(pool, quotas, 2, address_rule=True)
    assert standing(together).household.tolist() == [0, 0, 2, 3, 4]
    exempt = Problem(pool, quotas, 2, address_rule=True, exempt_addresses=(address_of(["8321 ab, 1"]),))
    assert standing(exempt).household.tolist() == [0, 1, 2, 3, 4]


def test_one_letter_whatever_the_spelling() -> None:
    homes = ["8321 AB 1", "8321AB 1", "8321 AB 1-A"]
    people = [Resident("Urk", home, f"p{number}") for number, home in enumerate(homes)]
    assert available(people) == {"Urk": 2}
    letters = draw_letters(people, InvitationSettings("zorg", {"Urk": 2}), 1).letters
    assert {one.household for one in letters} == {"8321ab 1", "8321ab 1a"}
    assert available(people, ["8321ab1"]) == {"Urk": 3}
    assert available(people, ["8321 ab 1 a"]) == {"Urk": 2}
