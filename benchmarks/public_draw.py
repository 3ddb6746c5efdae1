"""`python -m benchmarks.public_draw [people …]`: a draw in public from frozen pool to checked folder, timed.

A pool of 5,000 registrants with eight features over thirds and six municipalities (`public_pool`), 150 seats,
1,000 numbered panels. Timed are the leximin lottery, its verification, the numbered panels, the public folder
with the auditor's list (which the public script checks before it is given), the result, and the public script
once more as an auditor runs it. Writes `public_draw.md` to benchmarks/results (RESULTS=directory elsewhere).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import child, measure
from benchmarks.public_pool import SEATS, Made, make
from civic.panels.service.compute import lottery_of
from civic.panels.service.public_bundle import BundleOrder, bundle_of, result_files
from civic.sortition import Lottery, Problem, UniformLottery, files, solve, uniform, verify
from civic.sortition.publication import Beacon, practice, practice_signature, verify_draw
from civic.sortition.publication.encoding import canonical
from civic.sortition.publication.files import sums

RESULTS = measure.ROOT / "benchmarks" / "results"
PEOPLE, PANELS, SEED, ROUND = 5_000, 1_000, 1, 1_000
GOAL_SECONDS = 300
PHASES = ("lottery", "verify", "panels", "folder", "result", "script")


@dataclass
class Run:
    """Seconds per phase, on the clock and of processor time (both cores added), and what came out."""

    people: int
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        start, before = time.perf_counter(), time.process_time()
        yield
        self.seconds[phase] = time.perf_counter() - start
        self.cpu[phase] = time.process_time() - before
        sys.stdout.write(f"{self.people} people, {phase}: {self.seconds[phase]:.1f} s\n")
        sys.stdout.flush()

    @property
    def total(self) -> str:
        return f"{sum(self.seconds.values()):.1f} ({sum(self.cpu.values()):.1f})"

    def told(self, phase: str) -> str:
        return f"{self.seconds[phase]:.1f} ({self.cpu[phase]:.1f})"


def run(people: int) -> Run:
    done, pool = Run(people), make(people)
    problem = problem_of(pool)
    with done.timed("lottery"):
        lottery = solve(problem, seed=SEED)
    with done.timed("verify"):
        report = verify(problem, lottery)
    with done.timed("panels"):
        numbered = uniform(problem, lottery, panels=PANELS)
    with done.timed("folder"):
        bundle = bundle_of(order_of(pool, problem, numbered))
    with done.timed("result"):
        made = result_files(bundle.files, Beacon(practice_signature(ROUND).hex()))
    with done.timed("script"):
        checked = _checked({**bundle.files, **made}, bundle.pool)
    done.facts = {
        "types": len(lottery.groups),
        "sharing an address": sum(map(len, lottery.households)),
        "accepted": report.ok and checked.ok,
        "proved": not report.notes,
        **_chances(lottery, numbered),
        "MB public": round(sum(map(len, bundle.files.values())) / 1e6, 1),
        "MB auditor": round(len(bundle.pool) / 1e6, 1),
        "commitment": bundle.commitment,
    }
    return done


def problem_of(pool: Made) -> Problem:
    quotas, errors = files.read_categories(pool.categories)
    people, others = files.read_respondents(
        pool.respondents, quotas, address_columns=[pool.columns["household"]]
    )
    if people is None or errors or others:
        raise ValueError([*errors, *others])
    return Problem(people, quotas, SEATS, address_rule=True)


def order_of(pool: Made, problem: Problem, numbered: UniformLottery) -> BundleOrder:
    return BundleOrder(
        identifier="oefenloting-panel-1",
        pool="panel-1",
        sequence=1,
        kind="panel",
        categories=pool.categories,
        respondents=pool.respondents,
        columns=pool.columns,
        size=SEATS,
        lottery=json.loads(json.dumps(lottery_of(problem, numbered))),
        kept=frozen(problem),
        procedure=practice(ROUND),
    )


def frozen(problem: Problem) -> dict[str, dict[str, str]]:
    """What the freeze keeps with each registration. The secrets follow from the id: for this only."""
    pool = problem.pool
    kept = {}
    for member, values, address in zip(pool.ids, pool.values, pool.addresses, strict=True):
        digest = hashlib.sha512(member.encode()).hexdigest()
        answers = dict(zip(pool.features, values, strict=True))
        kept[member] = {
            "s": digest[:32],
            "salt1": digest[32:64],
            "salt2": digest[64:96],
            "person": canonical({"birth_date": "1980-01-31", "letter_code": "", "name": member}).decode(),
            "attributes": canonical({"address": address, "answers": answers}).decode(),
        }
    return kept


def _checked(public: dict[str, bytes], pool: bytes) -> verify_draw.Report:
    return verify_draw.check({**public, "SHA256SUMS": sums(public)}, pool=pool)


def _chances(lottery: Lottery, numbered: UniformLottery) -> dict[str, Any]:
    return {
        "smallest chance": f"{100 * lottery.min_probability:.4f} %",
        "bound": f"{100 * lottery.upper_bound:.4f} %",
        "gap": f"{lottery.gap:.1e}",
        "without a chance": len(lottery.impossible),
        "smallest chance in the panels": f"{100 * numbered.min_probability:.1f} %",
        "largest shortfall in panels": round(numbered.largest_shortfall, 2),
    }


def markdown(runs: list[Run]) -> str:
    here, people = measure.machine(), [f"{one.people} people" for one in runs]
    lines: list[str] = [
        "# A draw in public, from frozen pool to checked folder",
        "",
        f"`python -m benchmarks.public_draw` on {here['cpu']}, {here['cores']} cores,",
        f"Python {here['python']}, load average {here['load_at_start']} at the end. {SEATS} seats, {PANELS}",
        "numbered panels, eight features, thirds over six municipalities, one member per address.",
        f"The goal for {PEOPLE} people is {GOAL_SECONDS} seconds in all. Between brackets:",
        "processor time, of all cores together; on a busy machine the clock says more.",
        "",
        _row("seconds (processor)", people),
        "|---|" + "---|" * len(runs),
        *(_row(phase, [one.told(phase) for one in runs]) for phase in PHASES),
        _row("**in all**", [one.total for one in runs]),
        "",
        _row("figure", people),
        "|---|" + "---|" * len(runs),
        *(_row(name, [str(one.facts[name]) for one in runs]) for name in runs[0].facts),
        "",
        f"Most memory: {child.peak_bytes() / 1e6:.0f} MB.",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def main() -> int:
    runs = [run(int(people)) for people in sys.argv[1:] or [str(PEOPLE)]]
    target = Path(os.environ.get("RESULTS") or RESULTS)
    target.mkdir(parents=True, exist_ok=True)
    (target / "public_draw.md").write_text(markdown(runs), encoding="utf-8")
    sys.stdout.write(markdown(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
