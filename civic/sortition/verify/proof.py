"""The proof that no lottery does better, level by level, by linear duality; in whole numbers, exactly.

Let a lottery give group g the chance p_g per head (the average over its c_g members). Its expected seats
c_g p_g obey every row that all panels obey (`reading.rows_of`):  lo_i <= Σ_g a_ig c_g p_g <= hi_i.

*Claim* of level r with value z: if every group settled before has at least its own level, and everybody else
at least z, then nobody who is settled here has more than z (but for TOLERANCE). So nobody could be better off
without a cost to somebody who has no more: that is leximin.

*Proof.* Take whole prices y_i of the rows and heads w_g > 0 of the groups that are settled here; w_g = 0 for
all others. With e_g = w_g - c_g Σ_i y_i a_ig, and floor_g the level of the groups settled before, z for the
rest,

    Σ_g w_g p_g  =  Σ_i y_i Σ_g a_ig c_g p_g  +  Σ_g e_g p_g
                 <= Σ_i max(y_i lo_i, y_i hi_i)  +  Σ_g max(e_g, e_g floor_g)   =: B,

as p_g <= 1. Each other head has at least z, so w_g p_g <= B - z (Σ w - w_g), that is

    p_g <= z + (B - z Σ w) / w_g.

The last term is the slack of g: it must be at most TOLERANCE, and not below -TOLERANCE (then z would claim
more than is proved). People in no panel (`impossible`) have p = 0 and are left out; cuts are rows without a
lowest value, so that their price must not be negative. Whether the cuts hold and these people fit in no
panel is what `reprove` is for.

For maximin only the smallest chance counts: one level, with slack (B - z Σ w) / Σ w.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..errors import ProblemError
from ..lottery import Level, Lottery
from .claims import ROUNDING
from .reading import Reading, Rows, rows_of

# A probability. The largest slack on the pools of the benchmark is 2.8e-9 (large_20000_150; 1e-12 on
# most): the duals of a simplex basis are nearly exact; rounding them to 2**-50 costs the rest.
TOLERANCE = Fraction(1, 10**6)


def proof_errors(reading: Reading, lottery: Lottery) -> list[ProblemError]:
    """What is wrong with the levels: their shape and order first, then each one's proof."""
    out = set(lottery.impossible)
    active = [number for number, members in enumerate(lottery.groups) if members[0] not in out]
    rows = rows_of(reading, lottery)
    errors = [*_orders(lottery), *_settled(lottery, active)]
    for number, level in enumerate(lottery.levels):
        errors += _level_errors(number, level, set(active), rows)
    return errors or list(_unproved(lottery, active, rows))


def _orders(lottery: Lottery) -> Iterator[ProblemError]:
    """Levels are probabilities that ascend. (No comparison holds for NaN.)"""
    least = 0.0
    for number, level in enumerate(lottery.levels):
        if not least - ROUNDING <= level.value <= 1:
            yield ProblemError("level_order", {"level": number})
        least = level.value
    if lottery.objective == "maximin" and len(lottery.levels) != 1:
        yield ProblemError("one_level", {"levels": len(lottery.levels)})


def _settled(lottery: Lottery, active: list[int]) -> Iterator[ProblemError]:
    """Who can be drawn is settled once, at the target that is claimed (maximin: all at the one level)."""
    times = Counter(group for level in lottery.levels for group, _weight in level.heads)
    values = {group: level.value for level in lottery.levels for group, _weight in level.heads}
    if lottery.objective == "maximin":
        times = Counter(active)
        values = {group: level.value for level in lottery.levels for group in active}
    for group in active:
        if times[group] != 1:
            yield ProblemError("not_settled_once", {"group": group, "times": times[group]})
        elif values.get(group) != lottery.targets[group]:
            yield ProblemError("target_not_level", {"group": group})


def _level_errors(number: int, level: Level, active: set[int], rows: Rows) -> Iterator[ProblemError]:
    heads = [group for group, _weight in level.heads]
    is_listed = bool(heads) and heads == sorted(set(heads)) and active.issuperset(heads)
    if not is_listed or any(weight <= 0 for _group, weight in level.heads):
        yield ProblemError("level_heads", {"level": number})
    priced = [row for row, _price in level.prices]
    if priced != sorted(set(priced)) or not all(0 <= row < len(rows.upper) for row in priced):
        yield ProblemError("level_prices", {"level": number})
    elif any(price < 0 and rows.lower[row] is None for row, price in level.prices):
        yield ProblemError("negative_price", {"level": number})


def _unproved(lottery: Lottery, active: list[int], rows: Rows) -> Iterator[ProblemError]:
    for number, (least, most) in enumerate(slacks(lottery, active, rows)):
        if most > TOLERANCE:
            yield ProblemError("bound_not_proved", {"level": number})
        elif least < -TOLERANCE:
            yield ProblemError("bound_too_high", {"level": number})


@dataclass
class _Floors:
    """How much every group has at least: the number of its level, or None for who is still open."""

    level_of: dict[int, int] = field(default_factory=dict)
    values: list[Fraction] = field(default_factory=list)

    def settle(self, level: Level) -> None:
        self.level_of.update((group, len(self.values)) for group, _weight in level.heads)
        self.values.append(Fraction(level.value))

    def sum(self, amounts: Mapping[int | None, int], value: Fraction) -> Fraction:
        """Σ amount · floor, for amounts per level (None: `value`)."""
        found = amounts.get(None, 0) * value
        return found + sum(
            (amount * self.values[number] for number, amount in amounts.items() if number is not None),
            Fraction(),
        )


def slacks(lottery: Lottery, active: list[int], rows: Rows) -> list[tuple[Fraction, Fraction]]:
    """Per level the smallest and the largest slack of those who are settled there."""
    floors = _Floors()
    found = []
    for level in lottery.levels:
        value, heads = Fraction(level.value), dict(level.heads)
        excess = _bound(lottery, level, active, rows, floors) - value * sum(heads.values())
        shares = (
            [sum(heads.values())]
            if lottery.objective == "maximin"
            else [min(heads.values()), max(heads.values())]
        )
        found.append(tuple(sorted(excess / share for share in shares)))
        floors.settle(level)
    return [(one[0], one[-1]) for one in found]


def _bound(lottery: Lottery, level: Level, active: list[int], rows: Rows, floors: _Floors) -> Fraction:
    """B of the proof."""
    heads, prices = dict(level.heads), dict(level.prices)
    fixed_part = sum(_dearest(price, rows.lower[row], rows.upper[row]) for row, price in level.prices)
    below: Counter[int | None] = Counter()
    for group in active:
        cost = sum(prices[row] * amount for row, amount in rows.of_group[group] if row in prices)
        left = heads.get(group, 0) - len(lottery.groups[group]) * cost
        if left > 0:
            fixed_part += left
        else:
            below[floors.level_of.get(group)] += left
    return fixed_part + floors.sum(below, Fraction(level.value))


def _dearest(price: int, lower: int | None, upper: int) -> int:
    """The most that a row can be worth; without a lowest value its price is not negative."""
    return price * upper if lower is None else max(price * lower, price * upper)
