"""From a problem to a lottery: leximin over the relaxation, then panels and weights that reach it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import highs
from .chase import Aim, Chase
from .closing import Closing
from .decompose import decompose
from .errors import Undecided
from .grouping import Ints, Types, group
from .impossible import explain
from .lottery import OBJECTIVES, Cut, Lottery, whole_parts
from .master import Mix
from .panels import NoPanel, Team
from .problem import Problem
from .progress import Progress, silent
from .relaxation import Target, relax

# A shortfall per head above this is worth the search for cuts; a fifth of the gap that is called optimal.
ENOUGH = 2e-6


@dataclass
class Clock:
    """Seconds per phase, for `run.json`; never part of the result."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, phase: str) -> None:
        moment = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + moment - self._since
        self._since = moment


@dataclass(frozen=True, slots=True)
class Search:
    """What the search holds: the types, a team that finds panels, and who looks on."""

    types: Types
    team: Team
    progress: Progress
    maximin: bool


def solve(
    problem: Problem,
    *,
    objective: str = "leximin",
    seed: int = 0,
    effort: int = 1,
    progress: Progress = silent,
) -> Lottery:
    """A lottery over panels of `problem`, as near to leximin (or maximin) as panels get.

    The bound is leximin over the relaxation (`relaxation.relax`); the lottery comes from `decompose`. Where
    no lottery reaches the relaxation `closing` adds proven cuts to it until one does, or until `effort` times
    the usual work is done. The seed only decides who of a group sits in which panel and which one a practice
    draw picks; the chances do not depend on it. The same problem, seed and version give the same result:
    limits are in iterations, never in seconds.

    Raises `ImpossibleQuotas` (no panel at all, with a proposal), `Cancelled` (from `progress`), `Undecided`
    (neither a panel nor a proof that there is none, at the node limit), ValueError (objective).
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective must be one of {OBJECTIVES}")
    clock = Clock()
    types = group(problem)
    search = Search(types, Team(types), progress, objective == "maximin")
    first = _first_panel(problem, search)
    clock.lap("first panel")
    chase, panels, impossible, target = _follow(search, first, clock)
    reached = decompose(chase, panels)
    clock.lap("weights")
    outcome = _Outcome(objective, seed, target, reached.mix, impossible)
    if reached.shortfall > ENOUGH:
        outcome = _close(search, panels, outcome, effort)
        clock.lap("cuts")
    return _lottery(problem, types, outcome, clock)


def _close(search: Search, panels: list[Ints], outcome: _Outcome, effort: int) -> _Outcome:
    closing = Closing(
        search.team,
        search.types,
        outcome.impossible,
        search.maximin,
        search.progress,
        panels,
        effort=effort,
    )
    mix, target = closing.close(outcome.target)
    return replace(outcome, mix=mix, target=target, cuts=tuple(closing.cuts), rounds=closing.rounds)


def _first_panel(problem: Problem, search: Search) -> Ints:
    try:
        return search.team.finders[0].find(np.zeros(search.types.number))
    except NoPanel:
        raise explain(problem, search.types) from None


def _follow(search: Search, first: Ints, clock: Clock) -> tuple[Chase, list[Ints], NDArray[np.bool_], Target]:
    """Leximin levels and panels that cover every type; types that no panel can hold get level 0 and it starts
    over."""
    impossible = np.zeros(search.types.number, dtype=np.bool_)
    panels = [first]
    while True:
        target = relax(search.types, impossible, maximin=search.maximin)
        clock.lap("relaxation")
        aim = Aim(target.levels, target.bound, search.progress, target.seats)
        chase = Chase(search.team, search.types, aim)
        panels += chase.first()
        clock.lap("chase")
        found, missing = _cover(search, panels, impossible)
        clock.lap("cover")
        panels += found
        if not missing.any():
            return chase, panels, impossible, target
        impossible |= missing
        search.team.forbid(impossible)


def _cover(
    search: Search, panels: list[Ints], impossible: NDArray[np.bool_]
) -> tuple[list[Ints], NDArray[np.bool_]]:
    """A panel for every type that has none yet; and the types for which the integer program proves there is
    none. Where it cannot decide, the type stays in and the gap tells."""
    covered = np.sum(panels, axis=0) > 0
    missing = np.zeros_like(impossible)
    found: list[Ints] = []
    for kind in np.flatnonzero(~covered & ~impossible):
        one = np.eye(1, search.types.number, int(kind))[0]
        try:
            panel = search.team.find_exact(one, lower=one)
        except NoPanel:
            missing[kind] = True
        except Undecided:
            continue
        else:
            found.append(panel)
    return found, missing


@dataclass(frozen=True, slots=True)
class _Outcome:
    objective: str
    seed: int
    target: Target
    mix: Mix
    impossible: NDArray[np.bool_]
    cuts: tuple[Cut, ...] = ()
    rounds: int = 0


def _lottery(problem: Problem, types: Types, outcome: _Outcome, clock: Clock) -> Lottery:
    members: list[list[str]] = [[] for _ in range(types.number)]
    for member, kind in zip(problem.pool.ids, types.of_member.tolist(), strict=True):
        if kind >= 0:
            members[kind].append(member)
    parts = whole_parts(outcome.mix.weights.tolist())
    kept = [number for number, part in enumerate(parts) if part > 0]
    seats = [tuple((int(g), int(panel[g])) for g in np.flatnonzero(panel)) for panel in outcome.mix.panels]
    out = [member for kind in np.flatnonzero(outcome.impossible) for member in members[kind]]
    return Lottery(
        digest=problem.digest,
        objective=outcome.objective,
        seed=outcome.seed,
        groups=tuple(tuple(sorted(one)) for one in members),
        panels=tuple(seats[number] for number in kept),
        weights=tuple(parts[number] for number in kept),
        targets=tuple(outcome.target.levels.tolist()),
        upper_bound=outcome.target.bound,
        impossible=tuple(sorted(out)),
        households=_households(problem, types),
        fixed=problem.fixed,
        levels=outcome.target.proofs,
        cuts=outcome.cuts,
        run=_run(clock, outcome, types),
    )


def _households(problem: Problem, types: Types) -> tuple[tuple[str, ...], ...]:
    """Who of the people that can be drawn share an address, sorted."""
    shared: dict[int, list[str]] = {}
    kinds = types.of_member.tolist()
    for member, home, kind in zip(problem.pool.ids, types.home_of.tolist(), kinds, strict=True):
        if kind >= 0 and types.household[kind] >= 0:
            shared.setdefault(home, []).append(member)
    return tuple(sorted(tuple(sorted(one)) for one in shared.values()))


def _run(clock: Clock, outcome: _Outcome, types: Types) -> dict[str, Any]:
    return {
        "seconds": {phase: round(seconds, 4) for phase, seconds in clock.seconds.items()},
        "seconds_total": round(sum(clock.seconds.values()), 4),
        "rounds": outcome.rounds,
        "types": types.number,
        "versions": {"numpy": np.__version__, "highs": highs.version()},
    }
