"""Which types of reserves to hold ready, given what may happen: a two-stage integer program over scenarios.

    min_a  Σ_s w_s · loss_s(a)         a_t whole, Σ_t a_t = number, Σ_{t in h} a_t <= N_h for household
    class h loss_s(a) = min_r Σ_f price_f · (short_f + over_f)
        l_f - short_f <= stay_sf + Σ_t A_ft r_t <= u_f + over_f,   0 <= r <= a whole,   Σ_t r_t <= free_s

That is the sample average of Assos, Baharav, Flanigan and Procaccia, *Alternates, Assemble!* (EC 2025). Small
ones are solved as one integer program. Larger ones by cutting planes: with r relaxed, loss_s is convex in a
and its linear program's duals give a lower bound that is linear in a (Van Slyke and Wets, *L-shaped linear
programs*, SIAM J. Appl. Math. 17, 1969). The cuts serve twice: their linear program bounds every reserve
list from below, and they say which exchange of two types cannot help, so that a local search solves few
scenarios for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import Undecided
from ..grouping import Floats, Ints
from ..highs import INFINITY, Answer, Program, Solver, Status, dense
from ..progress import Progress, silent

NEAR = 1e-6
NODE_LIMIT = 50_000
# The greedy start solves every scenario this often at most.
GREEDY_STEPS = 20
# Every so many cuts the point of the relaxation itself is tried, in between the middle of it and the best
# one.
FULL_STEP = 5


@dataclass(frozen=True, slots=True)
class Task:
    """What a reserve list is measured by, for T types, F quotas and H household classes.

    incidence A, F x T of 0/1; lower/upper l, u (F); price per seat outside the bounds (F);
    classes[t] household class of type t (T); places[h] N_h, households in class h (H); number of reserves.
    """

    incidence: Floats
    lower: Floats
    upper: Floats
    price: Floats
    classes: Ints
    places: Ints
    number: int

    @property
    def types(self) -> int:
        """T"""
        return len(self.classes)

    def room(self, reserve: Floats) -> Floats:
        """Households still free in the class of each type (T)."""
        room = self.places.astype(np.float64)
        np.subtract.at(room, self.classes, reserve)
        return room[self.classes]


@dataclass(frozen=True, slots=True)
class Scenarios:
    """S different things that may happen: seats per quota of those who stay (S x F), seats to fill (S),
    weight
    (S, sum 1)."""

    stay: Floats
    free: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to go on, in sizes and steps, so that every machine stops at the same place.

    columns  largest S·T for which the whole integer program is tried, with at most `nodes` nodes
    cuts     rounds of the relaxation that gives the bound
    swaps    lists tried by the local search
    """

    columns: int = 600
    nodes: int = 2_000
    cuts: int = 30
    swaps: int = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """Reserves per type (T), their mean loss, and a bound that no reserve list can go below."""

    reserve: Floats
    loss: float
    bound: float


def choose(task: Task, scenarios: Scenarios, limits: Limits, progress: Progress = silent) -> Choice:
    """The best reserves found. `loss == bound` (to 1e-6) proves them best for these scenarios.

    Raises Undecided if a scenario's own integer program (a few dozen whole numbers) hits its node limit.
    """
    recourse = Recourse(task, scenarios)
    if len(scenarios.free) * task.types <= limits.columns:
        answer = Solver(whole_program(task, scenarios), presolve=True, nodes=limits.nodes).run()
        if answer.status is Status.OPTIMAL:
            reserve: Floats = np.rint(answer.x[: task.types])
            loss = recourse.mean_loss(reserve)
            return Choice(reserve, loss, min(loss, answer.value))
    return _Search(recourse, limits, progress).run()


class Recourse:
    """The second stage: what is lost in each scenario when the reserves are used as well as can be."""

    def __init__(self, task: Task, scenarios: Scenarios) -> None:
        self.task, self.scenarios = task, scenarios
        self._relaxed = Solver(stage_program(task.incidence, task.price))

    def cut(self, reserve: Floats) -> tuple[float, Floats]:
        """(value, slope (T)) of the relaxed mean loss at `reserve`, which may be fractional.

        For every other reserve list b: mean loss of b >= value + slope · (b - reserve).
        """
        slope, value = np.zeros(self.task.types), 0.0
        self._hold(self._relaxed, reserve)
        for scenario, weight in enumerate(self.scenarios.weight):
            answer = self._solve(self._relaxed, scenario)
            value += weight * answer.value
            # a positive reduced cost at the upper bound r = a = 0 belongs to the lower bound: no slope
            slope += weight * np.minimum(answer.reduced[: self.task.types], 0.0)
        return value, slope

    def mean_loss(self, reserve: Floats) -> float:
        """Σ_s w_s loss_s(reserve), replacements whole. Raises Undecided if a node limit is hit."""
        if not len(self.task.price):
            return 0.0
        held = np.flatnonzero(reserve)
        self._hold(self._relaxed, reserve)
        whole = Solver(
            stage_program(self.task.incidence[:, held], self.task.price, whole=True),
            presolve=True,
            nodes=NODE_LIMIT,
        )
        self._hold(whole, reserve[held])
        total = 0.0
        for scenario, weight in enumerate(self.scenarios.weight):
            answer = self._solve(self._relaxed, scenario)
            used = answer.x[: self.task.types]
            if np.abs(used - np.rint(used)).max(initial=0.0) > NEAR:
                answer = self._solve(whole, scenario)
            total += float(weight) * answer.value
        return total

    def _hold(self, solver: Solver, reserve: Floats) -> None:
        slack = np.full(2 * len(self.task.price), INFINITY)
        solver.set_bounds(np.zeros(len(reserve) + len(slack)), np.concatenate([reserve, slack]))

    def _solve(self, solver: Solver, scenario: int) -> Answer:
        stay, free = self.scenarios.stay[scenario], self.scenarios.free[scenario]
        lower = np.append(self.task.lower - stay, 0.0)
        upper = np.append(self.task.upper - stay, free)
        solver.set_row_bounds(np.arange(len(lower)), lower, upper)
        return solved(solver.run())


def solved(answer: Answer) -> Answer:
    """The answer itself, or Undecided: these programs have an optimum, so only a limit is in the way."""
    if answer.status is not Status.OPTIMAL:
        raise Undecided("a replacement's integer program hit its node limit")
    return answer


def stage_program(incidence: Floats, price: Floats, *, whole: bool = False) -> Program:
    """loss_s without its numbers: columns r, short, over; rows one per quota, then Σ r; bounds set later."""
    quotas, types = incidence.shape
    seats = np.concatenate([np.ones(types), np.zeros(2 * quotas)])
    rows = np.vstack([np.hstack([incidence, np.eye(quotas), -np.eye(quotas)]), seats])
    return Program(
        cost=np.concatenate([np.zeros(types), price, price]),
        lower=np.zeros(types + 2 * quotas),
        upper=np.zeros(types + 2 * quotas),
        matrix=dense(rows),
        row_lower=np.zeros(quotas + 1),
        row_upper=np.zeros(quotas + 1),
        maximize=False,
        integers=np.arange(types + 2 * quotas) < types if whole else None,
    )


def whole_program(task: Task, scenarios: Scenarios) -> Program:
    """Everything at once: columns a (T), then per scenario r (T), short (F), over (F)."""
    number, (quotas, types) = len(scenarios.free), task.incidence.shape
    width = types + 2 * quotas
    nothing, each = np.zeros((quotas + 1, types)), np.eye(number)
    ready = np.hstack([np.eye(types), np.zeros((types, 2 * quotas))])
    stage = np.vstack(
        [
            np.hstack([task.incidence, np.eye(quotas), -np.eye(quotas)]),
            np.concatenate([np.ones(types), np.zeros(2 * quotas)]),
        ]
    )
    first, least, most = _list_rows(task)
    blocks = [
        np.hstack([first, np.zeros((len(first), number * width))]),
        np.hstack([np.tile(-np.eye(types), (number, 1)), np.kron(each, ready)]),
        np.hstack([np.tile(nothing, (number, 1)), np.kron(each, stage)]),
    ]
    below = np.hstack([task.lower - scenarios.stay, np.zeros((number, 1))]).ravel()
    above = np.hstack([task.upper - scenarios.stay, scenarios.free[:, None]]).ravel()
    prices = np.concatenate([np.zeros(types), task.price, task.price])
    return Program(
        cost=np.concatenate([np.zeros(types), np.kron(scenarios.weight, prices)]),
        lower=np.zeros(types + number * width),
        upper=np.full(types + number * width, float(task.number)),
        matrix=dense(np.vstack(blocks)),
        row_lower=np.concatenate([least, np.full(number * types, -INFINITY), below]),
        row_upper=np.concatenate([most, np.zeros(number * types), above]),
        maximize=False,
        integers=np.concatenate(
            [np.ones(types, dtype=np.bool_), np.tile(np.arange(width) < types, number).astype(np.bool_)]
        ),
    )


def _list_rows(task: Task) -> tuple[Floats, Floats, Floats]:
    """What holds for any reserve list: its length, and the households of each class."""
    member = (task.classes[None, :] == np.arange(len(task.places))[:, None]).astype(np.float64)
    rows = np.vstack([np.ones(task.types), member])
    least = np.concatenate([[task.number], np.zeros(len(task.places))]).astype(np.float64)
    most = np.concatenate([[task.number], task.places]).astype(np.float64)
    return rows, least, most


class _Search:
    """Greedy start, cutting planes for the bound, then exchanges of two types until none can help."""

    def __init__(self, recourse: Recourse, limits: Limits, progress: Progress) -> None:
        self.recourse, self.limits, self.task = recourse, limits, recourse.task
        self.progress = progress
        # a cut k: mean loss of b >= constants[k] + slopes[k] · b
        self.constants: list[float] = []
        self.slopes: list[Floats] = []
        self.bound = 0.0

    def run(self) -> Choice:
        start, value = self._greedy()
        rounded = self._relax(start, value)
        start, value = min((start, value), (rounded, self._try(rounded)), key=lambda pair: pair[1])
        reserve = self._exchange(start, value)
        self.bound = max(self.bound, self._lowest()[1])
        loss = self.recourse.mean_loss(reserve)
        return Choice(reserve, loss, min(loss, self.bound))

    def _try(self, reserve: Floats) -> float:
        value, slope = self.recourse.cut(reserve)
        self.constants.append(value - float(slope @ reserve))
        self.slopes.append(slope)
        return value

    def _greedy(self) -> tuple[Floats, float]:
        """Add the types with the steepest slope, a few at a time."""
        number = self.task.number
        step = -(-number // GREEDY_STEPS)
        reserve = np.zeros(self.task.types)
        value = self._try(reserve)
        for done in range(0, number, step):
            self.progress("reserves", done, number, value, self.bound)
            order = np.argsort(self.slopes[-1], kind="stable")
            reserve = self._add(reserve, order, min(step, number - done))
            value = self._try(reserve)
        return reserve, value

    def _add(self, reserve: Floats, order: Ints, count: int) -> Floats:
        """`count` more, one of each type in this order where a household is left, round after round."""
        reserve = reserve.copy()
        while count:
            for one in order:
                if count and self.task.room(reserve)[one] > 0.5:
                    reserve[one] += 1.0
                    count -= 1
        return reserve

    def _relax(self, best: Floats, value: float) -> Floats:
        """Cutting planes for the list with fractions: raises the bound, returns the best one, rounded."""
        for done in range(self.limits.cuts):
            self.progress("bound", done, self.limits.cuts, value, self.bound)
            lowest, self.bound = self._lowest()
            if value - self.bound < NEAR:
                break
            point = lowest if done % FULL_STEP == FULL_STEP - 1 else (best + lowest) / 2.0
            found = self._try(point)
            if found < value:
                best, value = point, found
        whole = np.floor(best + NEAR)
        order = np.argsort(whole - best, kind="stable")
        return self._add(whole, order, self.task.number - round(float(whole.sum())))

    def _lowest(self) -> tuple[Floats, float]:
        """min z  s.t.  z >= every cut, over the lists with fractions: (list (T), z)."""
        types, cuts = self.task.types, len(self.constants)
        rows, least, most = _list_rows(self.task)
        beside = np.append(np.zeros(len(rows)), np.full(cuts, -1.0))[:, None]
        answer = solved(
            Solver(
                Program(
                    cost=np.append(np.zeros(types), 1.0),
                    lower=np.zeros(types + 1),
                    upper=np.full(types + 1, INFINITY),
                    matrix=dense(np.hstack([np.vstack([rows, *self.slopes]), beside])),
                    row_lower=np.append(least, np.full(cuts, -INFINITY)),
                    row_upper=np.append(most, -np.array(self.constants)),
                    maximize=False,
                )
            ).run()
        )
        return np.clip(answer.x[:types], 0.0, None), answer.value

    def _exchange(self, reserve: Floats, value: float) -> Floats:
        """Try the exchange that the cuts find most promising, until none of them can be better.

        The list with only the one type taken out comes first: its slope foretells all exchanges of that type.
        """
        known: set[int] = set()
        for done in range(self.limits.swaps):
            self.progress("exchange", done, self.limits.swaps, value, self.bound)
            leaves, enters, promise = self._promising(reserve)
            if promise >= value - NEAR:
                break
            other = reserve.copy()
            other[leaves] -= 1.0
            if leaves not in known:
                known.add(leaves)
                self._try(other)
                continue
            other[enters] += 1.0
            found = self._try(other)
            if found < value - NEAR:
                reserve, value, known = other, found, set()
        return reserve

    def _promising(self, reserve: Floats) -> tuple[int, int, float]:
        """(type out, type in, lower bound on the loss after that) with the smallest lower bound."""
        held, classes = np.flatnonzero(reserve), self.task.classes
        low = np.zeros((len(held), self.task.types))
        for constant, slope in zip(self.constants, self.slopes, strict=True):
            here = constant + float(slope @ reserve)
            np.maximum(low, here - slope[held][:, None] + slope[None, :], out=low)
        fits = (self.task.room(reserve) > 0.5)[None, :] | (classes[held][:, None] == classes[None, :])
        low[~fits] = INFINITY
        place, enters = np.unravel_index(int(low.argmin()), low.shape)
        return int(held[place]), int(enters), float(low[place, enters])
