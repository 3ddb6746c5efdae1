"""How many letters: seats x registrants wanted per seat ÷ expected response, per municipality."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..errors import InvalidProblem, ProblemError
from ..quotas import Number, exact_number

DEFAULT_RATIO = 3  # domain handbook B4: plan a pool of at least three registrants per seat
Response = Number | Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One municipality. wanted: by the formula; available: addresses there are (None: unknown);
    letters: the smaller of both; expected: registrants those letters should bring."""

    municipality: str
    seats: int
    response: Fraction
    wanted: int
    available: int | None
    letters: int
    expected: Fraction

    @property
    def short(self) -> int:
        """Letters that cannot be sent for want of addresses."""
        return self.wanted - self.letters


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """Rows in the order of the seats; `warnings` (data) names every municipality that was capped."""

    ratio: Fraction
    rows: tuple[LetterRow, ...]
    warnings: tuple[ProblemError, ...]

    @property
    def letters(self) -> dict[str, int]:
        """{municipality: letters}, as `InvitationSettings` wants it."""
        return {row.municipality: row.letters for row in self.rows}

    @property
    def total(self) -> int:
        return sum(row.letters for row in self.rows)


def plan_letters(
    seats: Mapping[str, int],
    *,
    response: Response,
    ratio: Number = DEFAULT_RATIO,
    available: Mapping[str, int] | None = None,
) -> LetterPlan:
    """letters = ⌈seats * ratio / response⌉ per municipality, in exact fractions, capped by the addresses.

    `response`: the part of the letters that brings a registrant, 0 < response <= 1 (0.04 and "4 %" are the
    same); one for all, or {municipality: response}. `ratio`: registrants wanted per seat (>= 1). `available`:
    {municipality: addresses}; a municipality that is not in it has none.
    Source: domain handbook B4 (150 seats * 3 / 4 % = 11,250).
    Raises InvalidProblem: no municipalities, seats below zero, a ratio or response out of range or missing.
    """
    wanted_ratio = exact_number(ratio)
    responses = {name: _response(response, name) for name in seats}
    errors = list(_errors(seats, responses, wanted_ratio))
    if errors or wanted_ratio is None:
        raise InvalidProblem(errors)
    rows = [
        _row(name, number, (wanted_ratio, responses[name] or Fraction(1)), available)
        for name, number in seats.items()
    ]
    return LetterPlan(wanted_ratio, tuple(rows), tuple(_warnings(rows)))


def _response(response: Response, name: str) -> Fraction | None:
    given = response.get(name, "") if isinstance(response, Mapping) else response
    text = str(given).strip()
    if text.endswith("%"):
        percent = exact_number(text[:-1])
        return None if percent is None else percent / 100
    return exact_number(given)


def _row(
    name: str, seats: int, rates: tuple[Fraction, Fraction], available: Mapping[str, int] | None
) -> LetterRow:
    ratio, response = rates
    wanted = math.ceil(seats * ratio / response)
    there = None if available is None else available.get(name, 0)
    letters = wanted if there is None else min(wanted, there)
    return LetterRow(name, seats, response, wanted, there, letters, letters * response)


def _warnings(rows: list[LetterRow]) -> Iterator[ProblemError]:
    for row in rows:
        if row.short:
            yield ProblemError(
                "letters_capped",
                {
                    "municipality": row.municipality,
                    "wanted": row.wanted,
                    "available": row.letters,
                    "expected": math.floor(row.expected),
                },
            )


def _errors(
    seats: Mapping[str, int], responses: Mapping[str, Fraction | None], ratio: Fraction | None
) -> Iterator[ProblemError]:
    if not seats:
        yield ProblemError("letters_no_municipalities")
    if ratio is None or ratio < 1:
        yield ProblemError("letters_ratio")
    for name, number in seats.items():
        if number < 0:
            yield ProblemError("letters_seats", {"municipality": name, "seats": number})
        response = responses[name]
        if response is None or not 0 < response <= 1:
            yield ProblemError("letters_response", {"municipality": name})
