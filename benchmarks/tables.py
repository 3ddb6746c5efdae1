"""`python -m benchmarks.tables [--peer PYTHON] [case …]`: mixed tables, new companions and seconds.

Panels of 150 come out of the pool large_20000_150: a fixed choice that meets all its quotas. For every case:
    start       our construction or deal, before the search
    ours        the seating that `seat` returns, which the independent `check_seating` must accept
    groupselect the Sortition Foundation's package, with its own default of 100 attempts, on the same people
all measured by the same code. groupselect is no dependency: it is tried in a throw-away virtual environment.
Where it cannot be installed the reason is written down; --peer names a Python of your own that can import it.
Writes `tables.json` and `tables.md` to benchmarks/results.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import measure
from civic.sortition import Pool
from civic.sortition.stream import Stream
from civic.sortition.tables import FixedPlace, TablePlan, check_seating, seat
from civic.sortition.tables.measure import measure as figures_of

POOL = measure.ROOT / "benchmarks" / "pools" / "large_20000_150"
RESULTS = measure.ROOT / "benchmarks" / "results"
PACKAGE = "groupselect"
SEATS = 150
SEED = 1
PEER_LIMIT = 900  # seconds

# Runs on the peer's own Python, which knows no civic: request on standard input, tables on standard output.
PEER_CODE = """
import json, sys, time
from importlib.metadata import version
import numpy
from groupselect import FieldMode, allocate_numpy
request = json.load(sys.stdin)
codes = numpy.array(request["codes"])
fields = {column: FieldMode.Diversify for column in range(codes.shape[1])}
started = time.perf_counter()
result = allocate_numpy(codes, fields, request["sizes"], settings={"seed": request["seed"]})
seconds = time.perf_counter() - started
rounds = [[[int(one) for one in table] for table in tables] for tables in result.ensemble]
print(json.dumps({"seconds": seconds, "rounds": rounds, "version": version("groupselect")}))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """How many of the panel are there, on how many features, at tables of what sizes; `rules` adds couples,
    people apart, fixed places and facilitators who change tables."""

    name: str
    people: int
    features: int
    sizes: tuple[int, ...]
    rules: bool = False


MORNING = (5, 5, 5, 5)
CASES = (
    Case("target", 150, 5, MORNING),
    Case("with the afternoon", 150, 5, (*MORNING, 10)),
    Case("seven features", 150, 7, (*MORNING, 10)),
    Case("one person ill", 149, 5, (*MORNING, 10)),
    Case("rules", 150, 5, (*MORNING, 10), rules=True),
    Case("tables of ten", 150, 5, (10, 10, 10, 10)),
    Case("small and full", 40, 4, (5,) * 6),
    Case("six hundred", 600, 5, MORNING),
)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as directory:
        python, why = _install(Path(directory))
        python = options.peer or python
        results: dict[str, Any] = {"machine": measure.machine(), "seed": SEED, "peer": why, "cases": {}}
        for case in CASES:
            if not options.cases or case.name in options.cases:
                results["cases"][case.name] = _run(case, python)
                print(json.dumps({case.name: results["cases"][case.name]}, indent=1))  # noqa: T201 (the output)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "tables.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "tables.md").write_text(_markdown(results), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="a Python that can import groupselect")
    parser.add_argument("cases", nargs="*", help=", ".join(case.name for case in CASES))
    return parser.parse_args()


def _install(directory: Path) -> tuple[str, str]:
    """The Python of a new environment with the peer, or "" and pip's own reason why not."""
    python = directory / "peer" / "bin" / "python"
    try:
        _command(sys.executable, "-m", "venv", str(python.parent.parent))
        _command(str(python), "-m", "pip", "install", "--disable-pip-version-check", PACKAGE)
    except subprocess.CalledProcessError as failed:
        lines = [line for line in str(failed.stderr).splitlines() if line.startswith("ERROR")]
        return "", f"pip install {PACKAGE} failed: {' '.join(lines) or 'no message'}"
    return str(python), ""


def _command(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own commands)


def _run(case: Case, python: str) -> dict[str, Any]:
    plan = _plan(case)
    found = {"ours": _ours(plan, None)}
    if not case.rules:  # neither the start nor the peer keeps people apart
        found["start"] = _ours(plan, 0)
    if python and not case.rules:
        found[PACKAGE] = _peer(plan, python)
    about = {"people": case.people, "features": case.features, "sizes": list(case.sizes)}
    return {
        **about,
        "values": sum(len(set(column)) for column in zip(*plan.pool.values, strict=True)),
        **found,
    }


def _ours(plan: TablePlan, steps: int | None) -> dict[str, Any]:
    started = time.perf_counter()
    seating = seat(plan, seed=SEED) if steps is None else seat(plan, seed=SEED, steps=steps)
    seconds = time.perf_counter() - started
    accepted = not check_seating(plan, seating)
    return {"seconds": round(seconds, 2), "accepted": accepted, **asdict(seating.statistics)}


def _peer(plan: TablePlan, python: str) -> dict[str, Any]:
    numbers = [
        {value: i for i, value in enumerate(sorted(set(column)))}
        for column in zip(*plan.pool.values, strict=True)
    ]
    codes = [[of[value] for of, value in zip(numbers, row, strict=True)] for row in plan.pool.values]
    request = json.dumps({"codes": codes, "sizes": list(plan.sizes), "seed": SEED})
    command = [python, "-c", PEER_CODE]
    try:
        done = subprocess.run(  # noqa: S603 (our own code)
            command, input=request, capture_output=True, text=True, timeout=PEER_LIMIT, check=True
        )
    except subprocess.TimeoutExpired:
        return {"error": f"stopped after {PEER_LIMIT} s"}
    except subprocess.CalledProcessError as failed:
        return {"error": str(failed.stderr).strip().splitlines()[-1]}
    answer = json.loads(done.stdout)
    ids = plan.pool.ids
    rounds = tuple(tuple(tuple(ids[i] for i in table) for table in tables) for tables in answer["rounds"])
    sizes = [sorted(Counter(map(len, tables)).items()) for tables in rounds]
    about = {"seconds": round(answer["seconds"], 2), "version": answer["version"], "table_sizes": sizes}
    return {**about, **asdict(figures_of(plan, rounds))}


# --- the people --------------------------------------------------------------------------------------------


def _plan(case: Case) -> TablePlan:
    pool = _panel(case.people, case.features)
    if not case.rules:
        return TablePlan(pool, case.sizes)
    ids = pool.ids
    return TablePlan(
        pool,
        case.sizes,
        facilitators=tuple(f"facilitator {one}" for one in range(32)),
        staying=False,
        fixed=(FixedPlace(ids[0], 0), FixedPlace(ids[1], 1), FixedPlace(ids[2], 2)),
        apart=tuple(zip(ids[10:30:2], ids[11:30:2], strict=True)),
        together=tuple(zip(ids[40:52:2], ids[41:52:2], strict=True)),
    )


def _panel(people: int, features: int) -> Pool:
    """The first people of a panel of 150; for more than 150, of a panel four times as large."""
    names, rows = _chosen(SEATS if people <= SEATS else 4 * SEATS)
    return Pool(
        names[:features],
        tuple(row[0] for row in rows[:people]),
        tuple(row[1 : 1 + features] for row in rows[:people]),
    )


@cache
def _chosen(seats: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A random set of people, changed one by one until every quota (times seats / 150) is met."""
    with (POOL / "respondents.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    with (POOL / "categories.csv").open(encoding="utf-8") as file:
        scale = seats // SEATS
        quotas = {
            (head.index(one["category"]), one["feature"]): (scale * int(one["min"]), scale * int(one["max"]))
            for one in csv.DictReader(file)
        }
    stream = Stream("benchmark panel")
    panel = [tuple(rows[int(i)]) for i in stream.sample([str(i) for i in range(len(rows))], seats)]
    counts = Counter(pair for row in panel for pair in enumerate(row) if pair in quotas)
    while any(not low <= counts[pair] <= high for pair, (low, high) in quotas.items()):
        place, new = stream.below(seats), tuple(rows[stream.below(len(rows))])
        if new not in panel and _gain(quotas, counts, panel[place], new) >= 0:
            counts.subtract(pair for pair in enumerate(panel[place]) if pair in quotas)
            counts.update(pair for pair in enumerate(new) if pair in quotas)
            panel[place] = new
    return tuple(head[1:]), panel


def _gain(
    quotas: Mapping[tuple[int, str], tuple[int, int]],
    counts: Counter[tuple[int, str]],
    old: tuple[str, ...],
    new: tuple[str, ...],
) -> int:
    """How many seats fewer would be outside the quotas with `new` instead of `old`."""
    gain = 0
    for column in range(1, len(old)):
        if old[column] != new[column]:
            for pair, step in (((column, old[column]), -1), ((column, new[column]), 1)):
                low, high = quotas[pair]
                now, then = (max(low - c, c - high, 0) for c in (counts[pair], counts[pair] + step))
                gain += now - then
    return gain


# --- the table ---------------------------------------------------------------------------------------------


def _markdown(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    head = ("case", "people", "features", "tables of", "by", "even cells", "deviation / least")
    more = ("companions: min, mean, max", "bound: one, mean", "repeated pairs", "s")
    lines: list[tuple[str, ...]] = [(*head, *more), ("---",) * 5 + ("--:",) * 6]
    for name, case in results["cases"].items():
        lines += [_row(name, case, by) for by in ("start", "ours", PACKAGE) if by in case]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    versions = {case[PACKAGE].get("version") for case in results["cases"].values() if PACKAGE in case} - {
        None
    }
    peer = f"{PACKAGE} {', '.join(sorted(versions))}" if versions else "not measured"
    peer += f", on a Python given with --peer: {results['peer']}" if results["peer"] else ", from pip"
    return (
        f"# Tables: mix and companions\n\n{table}\n\n"
        "Even cells: (round, table, value) cells within floor and ceiling of the even share. Deviation: mean"
        " distance from the even share, and the least there can be. Bound: most companions one person can"
        " have, and the highest mean. Start: our construction before the search. Rules: 32 facilitators who"
        " change tables, 3 fixed places, 10 pairs apart, 6 pairs together. Every seating by ours was accepted"
        f" by check_seating: {_accepted(results)}."
        " Where a bound is not reached nobody knows the best there can be.\n\n"
        f"Peer: {peer}.\n\n"
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, numpy"
        f" {machine['numpy']}, version {machine['commit']}, {machine['started']}, load average at the start"
        f" {machine['load_at_start']}.\n\n`python -m benchmarks.tables [--peer PYTHON]`\n"
    )


def _accepted(results: Mapping[str, Any]) -> str:
    accepted = [case["ours"]["accepted"] for case in results["cases"].values()]
    return "yes" if all(accepted) else "NO"


def _row(name: str, case: Mapping[str, Any], by: str) -> tuple[str, ...]:
    one = case[by]
    sizes = ", ".join(f"{times} x {size}" for size, times in Counter(case["sizes"]).items())
    first = (name, str(case["people"]), f"{case['features']} ({case['values']} values)", sizes, by)
    if "error" in one:
        return (*first, one["error"], *("",) * 5)
    return (
        *first,
        f"{one['even_cells']:,} / {one['cells']:,} ({100 * one['mix']:.1f} %)",
        f"{one['mean_deviation']:.3f} / {one['least_deviation']:.3f}",
        f"{one['companions_min']}, {one['companions_mean']:.2f}, {one['companions_max']}",
        f"{one['companions_bound']}, {one['mean_bound']:.2f}",
        str(one["repeated_pairs"]),
        f"{one['seconds']:.2f}",
    )


if __name__ == "__main__":
    main()
