"""`python -m benchmarks.alternates [pool …]`: what a reserve list is worth, on fresh drop-outs.

For every case a panel is drawn, a reserve list chosen on sampled drop-outs, and the mean quota loss (seats
outside the quotas after the best replacement) measured on 1,000 fresh sets of drop-outs, next to
    none         no reserves
    random       reserves drawn from the whole pool, the mean of some lists
    second draw  reserves drawn from other panels of the same lottery, the mean of some lists
    bound        below which no list can go for the drop-outs that ours was chosen on
Writes `alternates.json` and `alternates.md` to benchmarks/results.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import measure, ours
from civic.sortition import Lottery, Problem, solve
from civic.sortition.alternates import (
    Alternates,
    Rates,
    choose_alternates,
    draw_dropouts,
    expected_loss,
    member_rates,
)
from civic.sortition.stream import Stream

POOLS = measure.ROOT / "benchmarks" / "pools"
RESULTS = measure.ROOT / "benchmarks" / "results"
SEED, FRESH_SEED = 1, 2
FRESH = 1_000
LISTS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A pool, its seats, the length of the reserve list, and how likely people are to drop out."""

    pool: str
    size: int
    number: int
    rates: Rates
    about: str

    @property
    def name(self) -> str:
        return f"{self.pool}, {self.number} reserves, {self.about}"


# In the uneven cases the first group drops out about twice as often, as young people do.
CASES = (
    Case("like_sf_a_35", 35, 9, 0.25, "25 %"),
    Case("like_sf_a_35", 35, 18, 0.25, "25 %"),
    Case("like_sf_a_35", 35, 12, {(): 0.2, ("c1", "0"): 0.4}, "20 %, one group 40 %"),
    Case("like_cca_75", 75, 22, 0.25, "25 %"),
    Case("like_cca_75", 75, 22, {(): 0.2, ("c1", "4"): 0.4}, "20 %, one group 40 %"),
    Case("like_nexus_170", 170, 50, 0.25, "25 %"),
)


def main(names: list[str]) -> None:
    results: dict[str, Any] = {"machine": measure.machine(), "fresh": FRESH, "lists": LISTS, "cases": {}}
    RESULTS.mkdir(exist_ok=True)
    for case in CASES:
        if not names or case.pool in names:
            results["cases"][case.name] = run(case)
            (RESULTS / "alternates.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            (RESULTS / "alternates.md").write_text(markdown(results), encoding="utf-8")


def run(case: Case) -> dict[str, Any]:
    """The figures of one case; the seconds are those of choosing the list."""
    problem = ours.problem({"pool": str(POOLS / case.pool), "size": case.size})
    lottery = solve(problem, seed=SEED)
    panel = lottery.panel(0)
    started = time.perf_counter()
    chosen = choose_alternates(problem, panel, case.number, rates=case.rates, seed=SEED)
    seconds = time.perf_counter() - started
    fresh = draw_dropouts(problem, panel, rates=case.rates, number=FRESH, seed=FRESH_SEED)
    outside = sorted(set(problem.pool.ids) - set(panel))
    others = [_second(lottery, panel, case.number, place) for place in range(LISTS)]
    random = [Stream(f"random/{place}").sample(outside, case.number) for place in range(LISTS)]
    return {
        "seconds": round(seconds, 2),
        "mean_rate": float(sum(member_rates(problem, panel, case.rates).values()) / len(panel)),
        "in_sample": _sampled(chosen),
        "ours": expected_loss(problem, panel, chosen.ids, fresh),
        "none": expected_loss(problem, panel, (), fresh),
        "random": _means(problem, panel, random, fresh),
        "second_draw": _means(problem, panel, others, fresh),
    }


def _sampled(chosen: Alternates) -> dict[str, float]:
    return {
        "scenarios": chosen.scenarios,
        "dropouts": chosen.expected_dropouts,
        "ours": chosen.expected_loss,
        "none": chosen.loss_without,
        "random": chosen.loss_random,
        "bound": chosen.bound,
    }


def _second(lottery: Lottery, panel: tuple[str, ...], number: int, place: int) -> list[str]:
    """People of the next panels of the lottery who are not in the first."""
    found: dict[str, None] = {}
    stream = Stream(f"second/{place}")
    while len(found) < number:
        other = lottery.panel(stream.below(len(lottery.panels)))
        for one in stream.sample(other, len(other)):
            if one not in panel:
                found.setdefault(one)
    return list(found)[:number]


def _means(problem: Problem, panel: tuple[str, ...], lists: list[list[str]], fresh: list[Any]) -> float:
    return sum(expected_loss(problem, panel, one, fresh) for one in lists) / len(lists)


def markdown(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    first = ("panel and list", "drop-outs", "no reserves", "random", "second draw", "ours", "ours / random")
    head = (*first, "ours, in sample", "bound", "s")
    rows = [_row(name, one) for name, one in results["cases"].items()]
    lines = [head, ("---",) + ("--:",) * (len(head) - 1), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"# Reserve lists: mean seats outside the quotas\n\n{table}\n\n"
        f"No reserves, random, second draw, ours: mean over {results['fresh']:,} sets of drop-outs that no"
        " list was chosen on, after the best replacement; random and second draw are means of"
        f" {results['lists']} lists. Drop-outs, ours in sample and bound: over the drop-outs our list was"
        " chosen on; no list goes below the bound there. s: seconds to choose our list.\n\n"
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, numpy"
        f" {machine['numpy']}, highspy {machine['highspy']}, version {machine['commit']},"
        f" {machine['started']}, load average at the start {machine['load_at_start']}.\n\n"
        "`python -m benchmarks.alternates`\n"
    )


def _row(name: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    sample = one["in_sample"]
    figures = [sample["dropouts"], one["none"], one["random"], one["second_draw"], one["ours"]]
    share = f"{100 * one['ours'] / one['random']:.0f} %"
    last = f"{sample['ours']:.2f}", f"{sample['bound']:.2f}", f"{one['seconds']:.1f}"
    return (name, *(f"{figure:.2f}" for figure in figures), share, *last)


if __name__ == "__main__":
    main(sys.argv[1:])
