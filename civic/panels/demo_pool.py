"""A synthetic pool of registrants for demonstrations: nobody in it exists, and nobody can be found with it.

Drawn from the demo region's shares (docs: the figures per municipality are estimates) and tilted the way
real registrations are: the practically educated and the young answer less often, the highly educated more.
The same seed gives the same bytes, on every machine.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

SIGNS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, no look-alikes
AGES = ("16-24", "25-39", "40-54", "55-64", "65+")
EDUCATIONS = ("praktisch", "middelbaar", "hbo of universiteit")
UNSAID = "wil ik niet zeggen"
GENDERS = ("vrouw", "man", "anders")
RESPONSE_BY_AGE = (0.6, 1.0, 1.1, 1.2, 1.05)
RESPONSE_BY_EDUCATION = (0.5, 1.0, 1.6)
MOST_WILLING = 1.2 * 1.6
UNSAID_SHARE = 0.03
OTHER_GENDER_SHARE = 0.015


@dataclass(frozen=True)
class Place:
    """A municipality: inhabitants, men per thousand, and shares in hundredths for ages and educations."""

    name: str
    inhabitants: int
    men: int
    ages: tuple[int, int, int, int, int]
    educations: tuple[int, int, int]


FLEVOLAND = (
    Place("Almere", 226_786, 496, (14, 25, 26, 17, 18), (27, 45, 28)),
    Place("Lelystad", 84_082, 500, (13, 24, 23, 17, 23), (32, 45, 23)),
    Place("Noordoostpolder", 50_050, 508, (15, 24, 22, 16, 23), (30, 47, 23)),
    Place("Dronten", 44_337, 505, (16, 23, 22, 16, 23), (26, 46, 28)),
    Place("Zeewolde", 23_883, 514, (14, 21, 25, 18, 22), (24, 47, 29)),
    Place("Urk", 21_914, 505, (23, 30, 22, 11, 14), (40, 51, 9)),
)


@dataclass(frozen=True)
class DemoPool:
    categories: bytes
    respondents: bytes


def make_pool(registrants: int = 2000, size: int = 150, seed: int = 2040) -> DemoPool:
    """Both files of a panel of `size` seats."""
    return DemoPool(_categories(size), _respondents(registrants, Random(seed)))  # noqa: S311  # fiction, no secret


def _respondents(registrants: int, random: Random) -> bytes:
    codes: set[str] = set()
    rows: list[list[str]] = []
    while len(rows) < registrants:
        person = _person(random)
        code = "".join(SIGNS[int(random.random() * len(SIGNS))] for _ in range(7))
        if person is not None and code not in codes:
            codes.add(code)
            rows.append([code, *person])
    return _csv(["id", "gemeente", "leeftijd", "geslacht", "opleiding"], rows)


def _person(random: Random) -> list[str] | None:
    """Somebody who got a letter, or None when this somebody does not answer."""
    place = FLEVOLAND[pick(random, [one.inhabitants for one in FLEVOLAND])]
    age, education = pick(random, place.ages), pick(random, place.educations)
    willing = RESPONSE_BY_AGE[age] * RESPONSE_BY_EDUCATION[education] / MOST_WILLING
    gender = "man" if random.random() * 1000 < place.men else "vrouw"
    if random.random() < OTHER_GENDER_SHARE:
        gender = "anders"
    said = UNSAID if random.random() < UNSAID_SHARE else EDUCATIONS[education]
    return [place.name, AGES[age], gender, said] if random.random() < willing else None


def pick(random: Random, weights: list[int] | tuple[int, ...]) -> int:
    totals = list(accumulate(weights))
    return bisect(totals, random.random() * totals[-1])


def _categories(size: int) -> bytes:
    """Quotas from the shares of the population, with a margin of about one in fifty seats."""
    rows: list[list[object]] = []
    rows += _quotas(
        "gemeente", [one.name for one in FLEVOLAND], _seats([one.inhabitants for one in FLEVOLAND], size)
    )
    rows += _quotas("leeftijd", AGES, _seats(_shares("ages", len(AGES)), size))
    men = sum(one.inhabitants * one.men for one in FLEVOLAND)
    women = sum(one.inhabitants * (1000 - one.men) for one in FLEVOLAND)
    rows += _quotas("geslacht", GENDERS[:2], _seats([women, men], size))
    rows.append(["geslacht", GENDERS[2], 0, max(1, size // 50)])
    rows += _quotas("opleiding", EDUCATIONS, _seats(_shares("educations", len(EDUCATIONS)), size))
    rows.append(["opleiding", UNSAID, 0, max(2, size // 25)])
    return _csv(["category", "feature", "min", "max"], rows)


def _shares(kind: str, count: int) -> list[int]:
    return [sum(one.inhabitants * getattr(one, kind)[place] for one in FLEVOLAND) for place in range(count)]


def _seats(weights: list[int], size: int) -> list[int]:
    """Largest remainders."""
    exact = [size * weight / sum(weights) for weight in weights]
    seats = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (seats[place] - exact[place], place))
    for place in by_rest[: size - sum(seats)]:
        seats[place] += 1
    return seats


def _quotas(feature: str, values: tuple[str, ...] | list[str], seats: list[int]) -> list[list[object]]:
    rows: list[list[object]] = []
    for value, target in zip(values, seats, strict=True):
        margin = max(1, round(target * 0.06))
        rows.append([feature, value, max(0, target - margin), target + margin])
    return rows


def _csv(header: list[str], rows: list[list[object]] | list[list[str]]) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return output.getvalue().encode()
