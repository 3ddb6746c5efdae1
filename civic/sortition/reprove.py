"""What rests on integer programs, proved a second time: who fits in no panel, and the cuts of the proofs.

Builds its own programs from the verifier's reading of the question, and gives them to HiGHS with other
settings than the search: another seed, no presolve, another tolerance. A panel that a program finds is
counted out in whole numbers before it counts as a refutation. Limits are in nodes, so the answer is the same
on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from .errors import ProblemError
from .lottery import Lottery

if TYPE_CHECKING:
    from .verify.reading import Reading, Rows

INFINITY = float("inf")
# Nodes of branch and bound for one proof, times the groups in it; but so many nodes at least and at most.
# like_hd_30 (188 groups, 14 cuts) needs up to 26,397.
WORK, FEWEST_NODES, MOST_NODES = 10_000_000, 5_000, 50_000
THREADS = 2
LARGEST_EXACT = 2**53  # a float tells larger numbers no longer apart
OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 20_210_805,
    "presolve": "off",
    "primal_feasibility_tolerance": 1e-8,
    "mip_feasibility_tolerance": 1e-7,
}
_Highs: Any = highspy.Highs  # only half of it has types


@dataclass(frozen=True, slots=True)
class Open:
    """What is not proved again: these people fit in no panel, and so many cuts hold."""

    impossible: tuple[str, ...]
    cuts: int

    def notes(self) -> tuple[str, ...]:
        """As sentences (Dutch, B1); none where nothing is left."""
        number = len(self.impossible)
        who = "1 persoon in geen enkel panel past"
        if number != 1:
            who = f"{number} mensen in geen enkel panel passen"
        what = "1 hulpregel" if self.cuts == 1 else f"{self.cuts} hulpregels"
        people = [f"Niet opnieuw bewezen: dat {who}."] if number else []
        cuts = [f"Niet opnieuw bewezen: {what} achter de bovengrens."] if self.cuts else []
        return (*people, *cuts)


def prove_again(
    reading: Reading, lottery: Lottery, *, nodes: int | None = None
) -> tuple[tuple[ProblemError, ...], Open]:
    """For every group of `impossible`: no panel has m_g >= 1; for every cut: none Σ weight·m >= bound + 1.

    Panels: whole m, 0 <= m_g <= c_g, the seats, the quotas and the household classes. All impossible groups
    are first asked for at once (Σ m_g >= 1). Returns what is refuted (`not_impossible`, `cut_broken`), and
    what the limit of nodes (left out: by the number of groups) left open. Expects a lottery whose shape was
    accepted.
    """
    from .verify.reading import rows_of

    if nodes is None:
        nodes = max(FEWEST_NODES, min(MOST_NODES, WORK // len(lottery.groups)))
    panels = _Panels(lottery, rows_of(reading, lottery), nodes)
    groups = _impossible(lottery, panels)
    with ThreadPoolExecutor(THREADS) as pool:  # one proof does not know of another
        cuts = list(pool.map(lambda cut: panels.reach(dict(cut.weights), cut.bound + 1), lottery.cuts))
    found = [ProblemError("not_impossible", {"id": lottery.groups[one][0]}) for one in groups if groups[one]]
    found += [ProblemError("cut_broken", {"cut": number}) for number, broken in enumerate(cuts) if broken]
    people = [member for group, yes in groups.items() if yes is None for member in lottery.groups[group]]
    return tuple(found), Open(tuple(people), cuts.count(None))


def _impossible(lottery: Lottery, panels: _Panels) -> dict[int, bool | None]:
    """Per impossible group: is it in a panel after all? Nothing if it is proved at once that none is."""
    out = set(lottery.impossible)
    groups = [number for number, members in enumerate(lottery.groups) if members[0] in out]
    if not groups or panels.reach(dict.fromkeys(groups, 1), 1) is False:
        return {}
    return {group: panels.reach({group: 1}, 1) for group in groups}


class _Panels:
    """All panels of a question, as an integer program over the groups."""

    def __init__(self, lottery: Lottery, rows: Rows, nodes: int) -> None:
        self._options = {**OPTIONS, "mip_max_nodes": nodes}
        self._counts = [len(members) for members in lottery.groups]
        self._last = len(rows.upper) - len(lottery.cuts)  # panels obey cuts: that is what is asked
        self._rows = rows

    def reach(self, weights: Mapping[int, int], least: int) -> bool | None:
        """Is there a panel with Σ weight·m >= least? None: not decided within the node limit, or with numbers
        that the solver would round."""
        if any(abs(number) > LARGEST_EXACT for number in (least, *weights.values())):
            return None
        solver = self._program(weights, least)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        panel = [round(one) for one in solver.getSolution().col_value]
        return True if self._is_panel(panel) and _worth(weights, panel) >= least else None

    def _program(self, weights: Mapping[int, int], least: int) -> Any:
        solver = _Highs()
        for name, value in self._options.items():
            solver.setOptionValue(name, value)
        number = len(self._counts)
        solver.addVars(number, np.zeros(number), np.array(self._counts, dtype=np.float64))
        whole = np.full(number, highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(number, np.arange(number, dtype=np.int32), whole)
        lower = [float(low or 0) for low in self._rows.lower[: self._last]]
        for row, entries in enumerate(self._entries()):
            _add_row(solver, (lower[row], float(self._rows.upper[row])), entries)
        _add_row(solver, (float(least), INFINITY), weights)
        return solver

    def _entries(self) -> list[dict[int, int]]:
        found: list[dict[int, int]] = [{} for _row in range(self._last)]
        for group, parts in enumerate(self._rows.of_group):
            for row, amount in parts:
                if row < self._last:
                    found[row][group] = amount
        return found

    def _is_panel(self, panel: list[int]) -> bool:
        worth = [_worth(entries, panel) for entries in self._entries()]
        bounds = zip(self._rows.lower, worth, self._rows.upper, strict=False)
        within = all((low or 0) <= one <= high for low, one, high in bounds)
        return within and all(0 <= one <= most for one, most in zip(panel, self._counts, strict=True))


def _worth(weights: Mapping[int, int], panel: list[int]) -> int:
    return sum(weight * panel[group] for group, weight in weights.items())


def _add_row(solver: Any, bounds: tuple[float, float], entries: Mapping[int, int]) -> None:
    columns = np.array(list(entries), dtype=np.int32)
    solver.addRow(*bounds, len(columns), columns, np.array(list(entries.values()), dtype=np.float64))
