"""The proof that no lottery does better, level by level, by linear duality; in whole numbers, exactly.

Let a lottery give group g the chance p_g per head (the average over its c_g members). Its expected seats
c_g p_g obey every row that all panels obey (`reading.rows_of`):  lo_i <= Σ_g a_ig c_g p_g <= hi_i.

*Duality.* Take whole prices y_i of the rows and heads w_g > 0 of the groups that are settled at level r;
w_g = 0 for all others. With e_g = w_g - c_g Σ_i y_i a_ig, every lottery that gives each g at least floor_g
has, as p_g <= 1,

    Σ_g w_g p_g  =  Σ_i y_i Σ_g a_ig c_g p_g  +  Σ_g e_g p_g
                 <= Σ_i max(y_i lo_i, y_i hi_i)  +  Σ_g max(e_g, e_g floor_g)   =: B.

Each other head has at least its floor too, so  p_g <= floor_g + (B - Σ_h w_h floor_h) / w_g.  The last term
is the slack of g. It says something about lotteries that keep the floors; where none does, a Farkas ray makes
the slack as small as one likes. So the same prices are weighed twice.

1. *The levels are what the prices make of them*: floor_g is the level of the groups settled before, z for
   the rest, and no slack is above TOLERANCE, nor far below 0 (then z would claim more than is proved). For
   the first level that bounds every lottery: where its smallest chance is above z it keeps these floors, so
   then it is at most z + TOLERANCE. For the next levels it is no proof by itself: perhaps none keeps them.

2. *Nobody can be better off than here*: let p* be the chances of the lottery itself, added up from its panels
   and weights, and floor_g = p*_g for those settled at this level or before, min(p*_g, z) for the rest. The
   lottery keeps these floors and obeys the rows, so no slack is below 0, whatever the prices. Proved exactly:

       in every lottery that gives everyone who is settled at level r or before at least what he has here,
       and everyone else at least min(what he has here, z_r), each g settled at level r has at most
       p*_g + slack_g.

   The *doubt* of a level is the largest slack, or how far a p*_g is from z_r if that is more. With doubt 0
   at all levels the lottery is leximin. With doubts up to d nobody can get over d more than p*_g, unless
   somebody else gets less than here and is left with under p*_g + 2d.

   Only with doubts up to DOUBT a lottery is reported as optimal; levels with more are named, with the doubt.
   Where more than UNSTABLE is in doubt a lottery that calls itself optimal (`Lottery.optimal`: it reaches its
   levels) is refused; one that says that it does not reach them is accepted as what it says it is.

Leximin is not a continuous thing: what a lottery lacks at one level may be worth much more at the next. On
like_hd_30 5e-7 is missing at every level; if that is accepted, its rows allow somebody of level 7 another
0.011. But then others stay 5e-7 below what leximin gives them, so that is not what leximin asks. Where more
than DOUBT is in doubt, and the lottery reaches its levels, there is a second witness:

3. *The levels are leximin's*. Let q be chances beside the levels that obey every row exactly (`witness`), and
   floor_g = q_g for those settled at this level or before, min(q_g, z) for the rest. As in 2 no slack is
   below 0: these floors can be kept, if not by a lottery then by what obeys all its rows. So but for the
   doubts, which are now the largest slack, or how far q_g or p*_g is from z_r, q is leximin over the rows.
   All lotteries obey the rows, so none is better than q in the order of leximin; and with doubts up to d
   everybody here has what q gives, but for d.

Neither says that p*_g is the chance in the one exact leximin lottery: other cuts might give other levels.
They say that nothing better is known to be possible, level by level.

People in no panel (`impossible`) have p = 0 and are left out; cuts are rows without a lowest value, so that
their price must not be negative. Whether the cuts hold for all panels (those of the lottery are counted, see
`structure`) and these people fit in none is what `reprove` is for.

For maximin only the smallest chance counts: one level, with slack (B - z Σ w) / Σ w in the first weighing;
its doubt is how far the smallest chance is from z.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ..errors import ProblemError
from ..lottery import Level, Lottery
from .claims import ROUNDING
from .reading import Reading, Rows, rows_of
from .witness import beside_levels

# A probability. The largest slack on the pools of the benchmark is 2.8e-9 (large_20000_150; 1e-12 on
# most): the duals of a simplex basis are nearly exact; rounding them to 2**-50 costs the rest.
TOLERANCE = Fraction(1, 10**6)
# A probability. Measured on nine pools of the benchmark: 3.3e-5 on like_hd_30, which needs 14 cuts (0.016 by
# its own chances); without any cut 2.4e-6 on like_sf_e_110 and up to 1e-9 on the seven others.
DOUBT = Fraction(1, 10**4)
# A probability: what so little as counts as optimal may be worth at another level.
UNSTABLE = Fraction(1, 20)
# floors are whole parts of this, rounded down
PARTS = 2**80


def proof_errors(reading: Reading, lottery: Lottery) -> list[ProblemError]:
    """What is wrong with the levels: their shape and order first, then each one's proof."""
    active, rows = _active(lottery), rows_of(reading, lottery)
    errors = [*_orders(lottery), *_settled(lottery, active)]
    for number, level in enumerate(lottery.levels):
        errors += _level_errors(number, level, set(active), rows)
    return errors or list(_unproved(lottery, active, rows))


def _active(lottery: Lottery) -> list[int]:
    """The groups that some panel can hold."""
    out = set(lottery.impossible)
    return [number for number, members in enumerate(lottery.groups) if members[0] not in out]


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
        # a later level rests on those before, which the solver keeps but for 1e-9 to 1e-7; on like_hd_30 that
        # is worth 4e-5. Whoever raises a level himself raises the gap of his lottery.
        elif least < -(UNSTABLE if number else TOLERANCE):
            yield ProblemError("bound_too_high", {"level": number})


def slacks(lottery: Lottery, active: list[int], rows: Rows) -> list[tuple[Fraction, Fraction]]:
    """Per level the smallest and the largest slack of those who are settled there, with the levels as
    floors."""
    before: dict[int, int] = {}
    found = []
    for level in lottery.levels:
        weights = dict(level.heads).values()
        value = _parts(Fraction(level.value))
        excess = _excess(lottery, level, rows, {group: before.get(group, value) for group in active})
        shares = [sum(weights)] if lottery.objective == "maximin" else [min(weights), max(weights)]
        found.append(tuple(sorted(Fraction(excess, share * PARTS) for share in shares)))
        before.update((group, value) for group, _weight in level.heads)
    return [(one[0], one[-1]) for one in found]


def doubts(reading: Reading, lottery: Lottery) -> list[Fraction]:
    """What is in doubt at every level, by the lottery's own chances as witness, or else by chances beside the
    levels; the one that leaves less. For levels without `proof_errors`."""
    active, rows = _active(lottery), rows_of(reading, lottery)
    chances = dict(enumerate(lottery.group_probabilities))
    if lottery.objective == "maximin":
        return [abs(Fraction(lottery.levels[0].value) - min(chances[group] for group in active))]
    found = _doubts_by(chances, lottery, rows, active)
    if max(found) > DOUBT and lottery.optimal:
        witness = beside_levels(lottery, rows)
        other = found if witness is None else _doubts_by(witness, lottery, rows, active)
        return min(found, other, key=max)
    return found


def _doubts_by(
    witness: Mapping[int, Fraction], lottery: Lottery, rows: Rows, active: list[int]
) -> list[Fraction]:
    """Per level how much better off somebody settled there might be, with these floors; or how far such a
    chance, of the witness or of the lottery, is from the level, if that is more."""
    chances = lottery.group_probabilities
    floors = {group: _parts(witness[group]) for group in active}
    still_open, found = set(active), []
    for level in lottery.levels:
        still_open.difference_update(group for group, _weight in level.heads)
        value = _parts(Fraction(level.value))
        kept = {group: min(part, value) if group in still_open else part for group, part in floors.items()}
        excess = _excess(lottery, level, rows, kept)
        slack = Fraction(excess, min(weight for _group, weight in level.heads) * PARTS)
        known = [chance for group, _weight in level.heads for chance in (chances[group], witness[group])]
        away = max(abs(chance - Fraction(level.value)) for chance in known)
        found.append(max(slack, away))
    return found


def _parts(chance: Fraction) -> int:
    """Rounded down: a lower floor is kept by more lotteries."""
    return chance.numerator * PARTS // chance.denominator


def _excess(lottery: Lottery, level: Level, rows: Rows, floors: Mapping[int, int]) -> int:
    """B - Σ w floor, with a floor for every group that can be drawn; both in parts of PARTS."""
    heads, prices = dict(level.heads), dict(level.prices)
    bound = PARTS * sum(_dearest(price, rows.lower[row], rows.upper[row]) for row, price in level.prices)
    for group, floor in floors.items():
        cost = sum(prices[row] * amount for row, amount in rows.of_group[group] if row in prices)
        left = heads.get(group, 0) - len(lottery.groups[group]) * cost
        bound += left * (PARTS if left > 0 else floor)
    return bound - sum(weight * floors[group] for group, weight in level.heads)


def _dearest(price: int, lower: int | None, upper: int) -> int:
    """The most that a row can be worth; without a lowest value its price is not negative."""
    return price * upper if lower is None else max(price * lower, price * upper)
