"""Choosing the reserve list.

Source: Assos, Baharav, Flanigan and Procaccia, *Alternates, Assemble! Selecting Optimal Alternates for
Citizens' Assemblies*, EC 2025, doi 10.1145/3736252.3742614: drop-outs are independent, each with a personal
probability; sets of drop-outs are sampled; the reserves minimise the mean loss over the sample. The program
is in `recourse`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..errors import ProblemError
from ..problem import Problem
from ..progress import Progress, silent
from ..stream import Stream
from .dropouts import Rates, draw_dropouts, rate_errors
from .people import (
    Loss,
    Types,
    View,
    digest,
    draw_people,
    find_homes,
    loss_errors,
    panel_errors,
    random_list,
    refuse,
)
from .recourse import NEAR, Limits, Recourse, choose

MOST_SCENARIOS = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as loss, and how long to search.

    loss  "seats": Σ over quotas of weight · (seats below the minimum + seats above the maximum);
          "relative": the same, each quota's seats divided by its maximum, so that one seat of a small group
          weighs more
    random_lists  random reserve lists that `Alternates.loss_random` is the mean of
    """

    loss: Loss = "seats"
    random_lists: int = 5
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Alternates:
    """Reserve list `ids` in the order of the lot: of two who can do the same, the first one is asked first.

    Mean quota loss over the sampled drop-outs after the best replacement: `expected_loss` with this list,
    `loss_without` any list, `loss_random` with random lists of this length; no list goes below `bound`.
    """

    ids: tuple[str, ...]
    expected_loss: float
    loss_without: float
    loss_random: float
    bound: float
    expected_dropouts: float
    scenarios: int
    seed: int

    @property
    def gap(self) -> float:
        """How much better a list could be at most, for these scenarios."""
        return self.expected_loss - self.bound

    @property
    def optimal(self) -> bool:
        """No list is better for these scenarios (to 1e-6)."""
        return self.gap <= NEAR


def choose_alternates(
    problem: Problem,
    panel: Sequence[str],
    number: int,
    *,
    rates: Rates,
    scenarios: int = 200,
    seed: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Alternates:
    """`number` reserves for `panel` that minimise the mean quota loss over `scenarios` sampled sets of
    drop-outs.

        min_R  1/S Σ_s  min { loss(panel - D_s + r) : r within R, |r| <= size - |panel - D_s| }

    R is outside the panel, not excluded, not fixed, nobody at an address of a panel member and no two at one
    address (where the problem has the address rule). `rates`: see `member_rates`. Scenarios with the same
    effect are merged. Large problems end with a local search: `gap` says what it may have missed.
    `progress` gets the loss as its value and the lower bound. Same input, same seed: the same list.

    Raises InvalidProblem with everything that is wrong; Undecided if a replacement's integer program hits its
    node limit.
    """
    settings = settings or Settings()
    view = View.of(problem)
    errors = [*panel_errors(view, panel), *rate_errors(view, panel, rates)]
    homes = find_homes(problem, panel)
    refuse([*errors, *_choice_errors(number, len(homes), scenarios, settings)])
    gone = draw_dropouts(problem, panel, rates=rates, number=scenarios, seed=seed)
    sampled = view.scenarios(panel, gone)
    types = Types.of(view, homes)
    task = view.task(types.kinds, number, settings.loss)
    choice = choose(task, sampled, settings.limits, progress)
    drawn = digest(problem, panel)
    recourse = Recourse(task, sampled)
    others = Stream(f"alternates/random/{seed}/{drawn}")
    lists = [types.count(random_list(homes, number, others)) for _ in range(settings.random_lists)]
    return Alternates(
        ids=draw_people(types, choice.reserve, Stream(f"alternates/people/{seed}/{drawn}")),
        expected_loss=choice.loss,
        loss_without=recourse.mean_loss(np.zeros(task.types)),
        loss_random=sum(map(recourse.mean_loss, lists)) / max(1, len(lists)),
        bound=choice.bound,
        expected_dropouts=sum(map(len, gone)) / scenarios,
        scenarios=scenarios,
        seed=seed,
    )


def _choice_errors(number: int, most: int, scenarios: int, settings: Settings) -> Iterator[ProblemError]:
    if number < 1:
        yield ProblemError("alternates_too_few", {"number": number})
    if number > most:
        yield ProblemError("alternates_too_many", {"number": number, "most": most})
    if not 1 <= scenarios <= MOST_SCENARIOS:
        yield ProblemError("alternates_scenarios", {"number": scenarios, "maximum": MOST_SCENARIOS})
    yield from loss_errors(settings.loss)
