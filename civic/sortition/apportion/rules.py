"""One list of names: largest remainder, Sainte-Laguë, square root, equal; with floors and ceilings."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..errors import InvalidProblem, Param, ProblemError

Populations = Mapping[str, int] | Iterable[tuple[str, int]]
# decimals of a square root that is not whole; see `rule_weights`
ROOT_DIGITS = 30


class Rule(StrEnum):
    """How weights follow from populations, and how shares become whole seats."""

    LARGEST_REMAINDER = "largest_remainder"
    SAINTE_LAGUE = "sainte_lague"
    SQUARE_ROOT = "square_root"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Tie:
    """These names had exactly the same claim to the last seat(s): larger population first, then name."""

    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apportionment:
    """Seats per name, and why. All mappings hold the names in the order they were given.

    quotas    exact share of the total without floors or ceilings: total * w_i / Σ w
    shares    exact share with them: s_i = mid(floor_i, λ w_i, ceiling_i), λ such that Σ s_i = total
    plain     the seats there would have been without floors and ceilings
    ties      at most one: who shared the last seat(s)
    """

    rule: Rule
    total: int
    populations: Mapping[str, int]
    floors: Mapping[str, int]
    ceilings: Mapping[str, int]
    seats: Mapping[str, int]
    quotas: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    plain: Mapping[str, int]
    ties: tuple[Tie, ...]

    @property
    def raised(self) -> tuple[str, ...]:
        """Names whose floor gives them more than they would have had without floors and ceilings."""
        return tuple(name for name, floor in self.floors.items() if self.plain[name] < floor)

    @property
    def lowered(self) -> tuple[str, ...]:
        """Names whose ceiling gives them less than they would have had without floors and ceilings."""
        return tuple(name for name, ceiling in self.ceilings.items() if self.plain[name] > ceiling)


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the two rounding methods need, by position. `rank` decides ties: 0 goes first."""

    weights: tuple[int, ...]
    rank: tuple[int, ...]
    total: int
    floors: tuple[int, ...]
    ceilings: tuple[int, ...]


_Rounded = tuple[list[int], tuple[list[int], list[int]]]


def apportion(
    populations: Populations,
    total: int,
    *,
    rule: Rule | str = Rule.LARGEST_REMAINDER,
    floor: int | Mapping[str, int] = 0,
    ceilings: Mapping[str, int] | None = None,
) -> Apportionment:
    """`total` seats over the names, each at least its floor and at most its ceiling.

    Weights w: the populations (largest_remainder, sainte_lague), their square roots (square_root), 1 (equal).

    Largest remainder (Hamilton; also for square_root and equal): with floors r and ceilings c the fair share
    is s_i = mid(r_i, λ w_i, c_i) with the one λ that makes Σ s_i = total (Balinski and Young, minimum
    requirements): whoever would fall below the floor gets the floor, and the others share the rest by weight,
    again and again until nobody is below. Everyone gets ⌊s_i⌋; the seats left over go to the largest s_i -
    ⌊s_i⌋. So ⌊s_i⌋ <= seats_i <= ⌈s_i⌉, and no floor or ceiling is ever broken.

    Sainte-Laguë (Webster): seats_i = mid(r_i, [w_i / d], c_i), [] rounding to the nearest, for a common
    divisor d: after the floors each seat goes to the largest w_i / (2 seats_i + 1) among those below their
    ceiling.

    Ties: the larger population first, then the name (code point order); the tie is reported.
    Raises InvalidProblem with everything that is wrong: no names, names twice or blank, populations below
    one, fewer than one seat, an unknown rule, floors or ceilings that cannot hold.
    """
    pairs = pairs_of(populations)
    floors = _bounds(pairs, floor, 0)
    caps = _bounds(pairs, ceilings or {}, total)
    named = {*(floor if isinstance(floor, Mapping) else ()), *(ceilings or ())}
    errors = [
        *_name_errors(pairs, named),
        *_number_errors(pairs, total, rule),
        *_bound_errors(floors, caps, total),
    ]
    if errors:
        raise InvalidProblem(errors)
    return _explained(dict(pairs), Rule(rule), total, (floors, caps))


def pairs_of(populations: Populations) -> list[tuple[str, int]]:
    """(name, population) in the order given; a name may still be there twice."""
    return list(populations.items() if isinstance(populations, Mapping) else populations)


def _explained(
    populations: dict[str, int], rule: Rule, total: int, bounds: tuple[dict[str, int], dict[str, int]]
) -> Apportionment:
    names = list(populations)
    weights = rule_weights(list(populations.values()), rule)
    rank = ranks(populations)
    floors, ceilings = (tuple(bound[name] for name in names) for bound in bounds)
    claims = _Claims(tuple(weights), rank, total, floors, ceilings)
    free = _Claims(tuple(weights), rank, total, (0,) * len(names), (total,) * len(names))
    method = sainte_lague if rule is Rule.SAINTE_LAGUE else largest_remainder
    seats, (won, lost) = method(claims)
    tie = Tie(tuple(sorted(names[i] for i in won)), tuple(sorted(names[i] for i in lost)))
    return Apportionment(
        rule=rule,
        total=total,
        populations=populations,
        floors=bounds[0],
        ceilings=bounds[1],
        seats=dict(zip(names, seats, strict=True)),
        quotas=dict(zip(names, fair_shares(free), strict=True)),
        shares=dict(zip(names, fair_shares(claims), strict=True)),
        plain=dict(zip(names, method(free)[0], strict=True)),
        ties=(tie,) if lost else (),
    )


def rule_weights(populations: Sequence[int], rule: Rule) -> list[int]:
    """Whole weights (n) for the populations (n).

    Square roots: where all populations divided by their greatest common divisor are squares, the roots
    themselves; otherwise ⌊10^30 √p⌋. That loses no tie: by the linear independence of the square roots of
    different square-free numbers, two remainders of shares total * √p_i / Σ √p can only be equal when the
    populations are, or when all have the same square-free part, and then the first case holds.
    """
    if rule is Rule.EQUAL:
        return [1] * len(populations)
    if rule is not Rule.SQUARE_ROOT:
        return list(populations)
    common = math.gcd(*populations)
    roots = [math.isqrt(one // common) for one in populations]
    if all(root * root * common == one for root, one in zip(roots, populations, strict=True)):
        return roots
    return [math.isqrt(one * 10 ** (2 * ROOT_DIGITS)) for one in populations]


def ranks(populations: Mapping[str, int]) -> tuple[int, ...]:
    """Per position its place when the larger population goes first, then the name."""
    names = list(populations)
    order = sorted(range(len(names)), key=lambda i: (-populations[names[i]], names[i]))
    place = {position: number for number, position in enumerate(order)}
    return tuple(place[i] for i in range(len(names)))


def fair_shares(claims: _Claims) -> list[Fraction]:
    """s_i = mid(floor_i, λ w_i, ceiling_i) with Σ s_i = total. Needs Σ floors <= total <= Σ ceilings.

    Σ s_i grows with λ and bends only where λ w_i meets a floor or a ceiling. So look for the last bend that
    does not give too much, and go on from there in a straight line.
    """
    rows = list(zip(claims.weights, claims.floors, claims.ceilings, strict=True))
    bends = sorted({Fraction(bound, weight) for weight, *bounds in rows for bound in bounds})
    low, high = 0, len(bends)
    while high - low > 1:
        middle = (low + high) // 2
        enough = sum(_shares(rows, bends[middle])) <= claims.total
        low, high = (middle, high) if enough else (low, middle)
    left = claims.total - sum(_shares(rows, bends[low]))
    moving = sum(weight for weight, least, most in rows if least <= bends[low] * weight < most)
    return _shares(rows, bends[low] + Fraction(left, max(1, moving)))


def _shares(rows: list[tuple[int, int, int]], scale: Fraction) -> list[Fraction]:
    return [min(Fraction(most), max(Fraction(least), scale * weight)) for weight, least, most in rows]


def largest_remainder(claims: _Claims) -> _Rounded:
    """Seats, and the tie: positions with the remainder of the last seat that got it, and that did not."""
    shares = fair_shares(claims)
    seats = [math.floor(share) for share in shares]
    rest = [share - down for share, down in zip(shares, seats, strict=True)]
    left = claims.total - sum(seats)
    order = sorted(range(len(seats)), key=lambda i: (-rest[i], claims.rank[i]))
    for i in order[:left]:
        seats[i] += 1
    last = rest[order[left - 1]] if left else None
    tied = [[i for i in part if rest[i] == last] for part in (order[:left], order[left:])]
    return seats, (tied[0], tied[1])


def sainte_lague(claims: _Claims) -> _Rounded:
    """Seats, and the tie: positions whose last seat cost as much as the last one of all, and those who would
    be next at the same price."""
    seats = list(claims.floors)
    queue = [_offer(claims, i, seats[i]) for i in range(len(seats)) if seats[i] < claims.ceilings[i]]
    heapq.heapify(queue)
    price, winners = Fraction(0), list[int]()
    for _seat in range(claims.total - sum(seats)):
        offer, _rank, i = heapq.heappop(queue)
        winners = [*winners, i] if offer == price else [i]
        price = offer
        seats[i] += 1
        if seats[i] < claims.ceilings[i]:
            heapq.heappush(queue, _offer(claims, i, seats[i]))
    return seats, (winners, [i for offer, _rank, i in queue if offer == price])


def _offer(claims: _Claims, i: int, seats: int) -> tuple[Fraction, int, int]:
    return Fraction(-claims.weights[i], 2 * seats + 1), claims.rank[i], i


def _bounds(pairs: list[tuple[str, int]], given: int | Mapping[str, int], default: int) -> dict[str, int]:
    if isinstance(given, Mapping):
        return {name: given.get(name, default) for name, _population in pairs}
    return {name: given for name, _population in pairs}


def _name_errors(pairs: list[tuple[str, int]], bounded: set[str]) -> Iterator[ProblemError]:
    if not pairs:
        yield ProblemError("apportion_no_names")
    counts = Counter(name for name, _population in pairs)
    for name, times in counts.items():
        if times > 1:
            yield ProblemError("apportion_name_twice", {"name": name, "times": times})
        if not name.strip():
            yield ProblemError("apportion_blank_name")
    for name in sorted(bounded - set(counts)):
        yield ProblemError("apportion_unknown_name", {"name": name})


def _number_errors(pairs: list[tuple[str, int]], total: int, rule: Rule | str) -> Iterator[ProblemError]:
    for name, population in pairs:
        if population < 1:
            yield ProblemError("apportion_population", {"name": name, "population": population})
    if total < 1:
        yield ProblemError("apportion_no_seats", {"seats": total})
    if rule not in list(Rule):
        yield ProblemError("apportion_unknown_rule", {"rule": str(rule)[:40]})


def _bound_errors(floors: dict[str, int], ceilings: dict[str, int], total: int) -> Iterator[ProblemError]:
    if total < 1:
        return
    for name, floor in floors.items():
        if floor < 0:
            yield ProblemError("apportion_floor_negative", {"name": name, "floor": floor})
        elif floor > ceilings[name] and floor <= total:
            params: dict[str, Param] = {"name": name, "floor": floor, "ceiling": ceilings[name]}
            yield ProblemError("apportion_floor_above_ceiling", params)
    if sum(floors.values()) > total:
        params = {"seats": total, "floors": sum(floors.values()), "names": len(floors)}
        yield ProblemError("apportion_floors_above_seats", params)
    if ceilings and sum(ceilings.values()) < total:
        yield ProblemError(
            "apportion_ceilings_below_seats", {"seats": total, "ceilings": sum(ceilings.values())}
        )
