"""Chances beside the levels that obey every row exactly: a witness that these floors can be kept.

The levels come from a linear program in floating point: as they are written they may miss a row by 1e-12. So
solve, in fractions,

    Σ_g a_ig c_g (level_g + d_g) = the bound of row i     for every row i that the levels meet but for NEAR,

with d_g != 0 only for as many groups as there are such rows (Gauss, one pivot group per row; groups at 0 or 1
stay there). What comes out counts only if it obeys all rows and lies between 0 and 1: nothing is taken on
trust.
"""

from __future__ import annotations

from fractions import Fraction

from ..lottery import Lottery
from .reading import Rows

# seats by which the levels may miss a bound that they are meant to meet
NEAR = Fraction(1, 10**6)
# rows that are met; with more the fractions would take too long
MOST_ROWS = 80
Equation = tuple[dict[int, Fraction], Fraction]


def beside_levels(lottery: Lottery, rows: Rows) -> dict[int, Fraction] | None:
    """A chance per group, or None where none was found in this way."""
    levels = {group: Fraction(level) for group, level in enumerate(lottery.targets)}
    sizes = [len(members) for members in lottery.groups]
    missing = _missing(rows, _seats(rows, sizes, levels))
    if len(missing) > MOST_ROWS:
        return None
    steps = _solved(_equations(rows, sizes, levels, missing))
    if steps is None:
        return None
    found = {group: level + steps.get(group, 0) for group, level in levels.items()}
    return found if _obeys(rows, sizes, found) else None


def _seats(rows: Rows, sizes: list[int], chances: dict[int, Fraction]) -> list[Fraction]:
    """What every row counts."""
    counted = [Fraction(0)] * len(rows.upper)
    for group, parts in enumerate(rows.of_group):
        for row, amount in parts:
            counted[row] += amount * sizes[group] * chances[group]
    return counted


def _missing(rows: Rows, seats: list[Fraction]) -> dict[int, Fraction]:
    """Per row that is met, how much it is still away from its bound."""
    found: dict[int, Fraction] = {}
    for row, counted in enumerate(seats):
        low, high = rows.lower[row], rows.upper[row]
        away = min((bound - counted for bound in (low, high) if bound is not None), key=abs)
        if abs(away) <= NEAR:
            found[row] = away
    return found


def _equations(
    rows: Rows, sizes: list[int], levels: dict[int, Fraction], missing: dict[int, Fraction]
) -> list[Equation]:
    parts: dict[int, dict[int, Fraction]] = {row: {} for row in missing}
    for group, entries in enumerate(rows.of_group):
        if not NEAR < levels[group] < 1 - NEAR:
            continue
        for row, amount in entries:
            if row in parts and amount:
                parts[row][group] = Fraction(amount * sizes[group])
    return [(parts[row], away) for row, away in missing.items()]


def _solved(equations: list[Equation]) -> dict[int, Fraction] | None:
    """Gauss: one group per equation takes what is missing; None where the equations contradict each other."""
    reduced: list[tuple[int, Equation]] = []
    for parts, away in equations:
        for pivot, (other, other_away) in reduced:
            share = parts.pop(pivot, Fraction(0))
            if share:
                away -= share * other_away
                _subtract(parts, other, share, pivot)
        if parts:
            pivot = max(parts, key=lambda group: (abs(parts[group]), group))
            first = parts[pivot]
            reduced.append((pivot, ({one: part / first for one, part in parts.items()}, away / first)))
        elif away:
            return None
    steps: dict[int, Fraction] = {}
    for pivot, (parts, away) in reversed(reduced):
        steps[pivot] = away - sum(part * steps.get(one, 0) for one, part in parts.items() if one != pivot)
    return steps


def _subtract(parts: dict[int, Fraction], other: dict[int, Fraction], share: Fraction, pivot: int) -> None:
    for group, part in other.items():
        if group != pivot:
            left = parts.get(group, Fraction(0)) - share * part
            if left:
                parts[group] = left
            else:
                parts.pop(group, None)


def _obeys(rows: Rows, sizes: list[int], chances: dict[int, Fraction]) -> bool:
    bounds = zip(rows.lower, _seats(rows, sizes, chances), rows.upper, strict=True)
    return all((low is None or low <= counted) and counted <= high for low, counted, high in bounds) and all(
        0 <= chance <= 1 for chance in chances.values()
    )
