"""Quotas from population shares: how many seats a value should get, and how far the draw may stray from it.

Practice of the Sortition Foundation and its library: a minimum and a maximum per value round the population's
share, such as 45-55 of 100 (https://sortitionfoundation.github.io/sortition-algorithms/concepts, "Quotas and
targets"); domain handbook B6: about 5 % of the panel, or 1 to 2 seats, to either side.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .errors import InvalidProblem, Param, ProblemError
from .question import Pool, Quota

Number = int | float | str | Decimal | Fraction
Counts = Mapping[str, Mapping[str, int]]
LARGEST_EXPONENT = 30  # "1e999999999" is a number too, but not one to write out


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from the exact share a value may end: the larger of `seats` and `share` of all seats.

    share   part of all seats, 0 to 1
    seats   seats, 0 or more
    least   no minimum falls below this part (0 to 1) of the exact share, rounded down: a wide tolerance on a
            large panel must not leave a small group out
    """

    share: Number = Fraction(1, 20)
    seats: Number = 1
    least: Number = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Target:
    """One value: its share of the population, exact and whole seats, bounds, registrants (None: unknown)."""

    feature: str
    value: str
    share: Fraction
    exact: Fraction
    seats: int
    minimum: int
    maximum: int
    registrants: int | None = None


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """Targets in the order given, the quotas they make, and what the registrants cannot fill (as data)."""

    size: int
    targets: tuple[Target, ...]
    quotas: tuple[Quota, ...]
    warnings: tuple[ProblemError, ...]


def exact_number(number: Number) -> Fraction | None:
    """The number as written: "49,6", 49.6 and Decimal("49.6") are 248/5. None where it is no number."""
    if isinstance(number, int | Fraction):
        return Fraction(number)
    try:
        known = Decimal(str(number).strip().replace(",", "."))
    except InvalidOperation:
        return None
    written_out = known.is_finite() and abs(known.adjusted()) <= LARGEST_EXPONENT
    return Fraction(known) if written_out else None


def count_values(pool: Pool) -> dict[str, dict[str, int]]:
    """{feature: {value: registrants}}, what `plan_quotas` compares its minima with."""
    columns = zip(*pool.values, strict=True) if pool.values else [()] * len(pool.features)
    return {name: dict(Counter(column)) for name, column in zip(pool.features, columns, strict=True)}


def plan_quotas(
    shares: Mapping[str, Mapping[str, Number]],
    size: int,
    *,
    tolerance: Tolerance | None = None,
    constituencies: tuple[str, ...] = (),
    registrants: Counts | None = None,
) -> QuotaPlan:
    """Quotas for `size` seats (k) from {feature: {value: share}}; shares in any unit (people, parts).

    Exact share q_v = k * share_v / Σ share, tolerance t = max(seats, share * k). Then

        target_v   q_v by largest remainder, so Σ target_v = k
        minimum_v  max(0, min(⌊q_v⌋, max(⌈q_v - t⌉, ⌊least * q_v⌋)))
        maximum_v  min(k, max(⌈q_v⌉, ⌊q_v + t⌋)), and at least 1

    Both roundings of q_v always lie between the bounds, so minimum <= target <= maximum and
    Σ minimum <= k <= Σ maximum: the values of one feature can always be filled together, whatever the
    tolerance (0 included). A share of 0 gives 0 … at least 1: that a table rounds a small group to nothing is
    no reason to shut out its people.

    `constituencies`: the ones these quotas bind (k is then their number of seats). `registrants` adds
    warnings, never changes a bound: fewer people than the minimum (`quota_short`), too few over a whole
    feature (`feature_short`), people with a value that has no share (`quota_no_share`).
    Raises InvalidProblem: no features or values, blank names, shares that are no number or negative or all
    zero, a size below one, a tolerance outside its range.
    """
    margin = tolerance or Tolerance()
    errors = [*_share_errors(shares), *_tolerance_errors(margin)]
    if size < 1:
        errors.append(ProblemError("size_below_one", {"size": size}))
    if errors:
        raise InvalidProblem(errors)
    have = registrants or {}
    targets = [one for name in shares for one in _targets(name, shares[name], (size, margin), have.get(name))]
    quotas = tuple(
        Quota([(one.feature, one.value)], one.minimum, one.maximum, constituencies=constituencies)
        for one in targets
    )
    short = [
        ProblemError("quota_short", {"quota": quota.label, "need": one.minimum, "have": one.registrants})
        for one, quota in zip(targets, quotas, strict=True)
        if one.registrants is not None and one.registrants < one.minimum
    ]
    return QuotaPlan(size, tuple(targets), quotas, (*short, *_warnings(targets, have, size)))


def _targets(
    feature: str, shares: Mapping[str, Number], seats: tuple[int, Tolerance], have: Mapping[str, int] | None
) -> list[Target]:
    size, tolerance = seats
    known = {value: _known(share) for value, share in shares.items()}
    total = sum(known.values())
    exact = {value: size * share / total for value, share in known.items()}
    whole = _largest_remainder(exact, size)
    return [
        Target(
            feature=feature,
            value=value,
            share=known[value] / total,
            exact=exact[value],
            seats=whole[value],
            minimum=_minimum(exact[value], size, tolerance),
            maximum=_maximum(exact[value], size, tolerance),
            registrants=None if have is None else have.get(value, 0),
        )
        for value in shares
    ]


def _known(number: Number) -> Fraction:
    return exact_number(number) or Fraction(0)


def _stray(size: int, tolerance: Tolerance) -> Fraction:
    return max(_known(tolerance.seats), _known(tolerance.share) * size)


def _minimum(exact: Fraction, size: int, tolerance: Tolerance) -> int:
    kept = math.floor(_known(tolerance.least) * exact)
    return max(0, min(math.floor(exact), max(math.ceil(exact - _stray(size, tolerance)), kept)))


def _maximum(exact: Fraction, size: int, tolerance: Tolerance) -> int:
    return min(size, max(1, math.ceil(exact), math.floor(exact + _stray(size, tolerance))))


def _largest_remainder(exact: Mapping[str, Fraction], size: int) -> dict[str, int]:
    """Ties: the larger share first, then the value. (`apportion` asks for whole numbers above zero.)"""
    seats = {value: math.floor(share) for value, share in exact.items()}
    order = sorted(exact, key=lambda value: (seats[value] - exact[value], -exact[value], value))
    for value in order[: size - sum(seats.values())]:
        seats[value] += 1
    return seats


def _warnings(targets: list[Target], have: Counts, size: int) -> Iterator[ProblemError]:
    for feature in dict.fromkeys(one.feature for one in targets):
        group = [one for one in targets if one.feature == feature]
        counts = have.get(feature)
        if counts is None:
            continue
        places = sum(min(one.maximum, one.registrants or 0) for one in group)
        if places < size:
            yield ProblemError("feature_short", {"feature": feature, "seats": places, "size": size})
        for value in sorted(set(counts) - {one.value for one in group}):
            params: dict[str, Param] = {"feature": feature, "value": value, "have": counts[value]}
            yield ProblemError("quota_no_share", params)


def _share_errors(shares: Mapping[str, Mapping[str, Number]]) -> Iterator[ProblemError]:
    if not shares:
        yield ProblemError("quota_no_features")
    for feature, values in shares.items():
        if not feature.strip() or any(not value.strip() for value in values):
            yield ProblemError("quota_blank_name", {"feature": feature})
        known = {value: exact_number(share) for value, share in values.items()}
        for value, share in known.items():
            place: dict[str, Param] = {"feature": feature, "value": value, "share": str(values[value])[:40]}
            if share is None:
                yield ProblemError("quota_share_no_number", place)
            elif share < 0:
                yield ProblemError("quota_share_negative", place)
        if not any(known.values()):
            yield ProblemError("quota_no_shares", {"feature": feature})


def _tolerance_errors(tolerance: Tolerance) -> Iterator[ProblemError]:
    for number in (tolerance.share, tolerance.least):
        known = exact_number(number)
        if known is None or not 0 <= known <= 1:
            yield ProblemError("quota_tolerance_share", {"number": str(number)[:40]})
    seats = exact_number(tolerance.seats)
    if seats is None or seats < 0:
        yield ProblemError("quota_tolerance_seats", {"number": str(tolerance.seats)[:40]})
