"""A uniform lottery: M panels, numbered, each as likely as the other, so that a public number can pick one.

Flanigan, Kehne, Procaccia, *Fair sortition made transparent*, NeurIPS 2021, show that little fairness is
lost. They round; we search. With n_P the times that panel P is taken (whole, Σ n_P = M), a type t of c_t
people has G_t = Σ_P n_P m_t(P) places, so everyone of the type sits in floor(G_t / c_t) panels at least.
Nobody is more than e panels below the fair chance if
        G_t >= need_t(e) = c_t * ceil(M p_t - e)     for every type t.
For ever smaller e the search lowers  Σ_t max(0, need_t - G_t)^2 / c_t  to 0, by exchanging one panel for
another: the one that is missed least for the one that helps most, out of the panels of the leximin lottery
and new ones that dives find for just that place: in the direction of what is short without the panel that
leaves. A panel just moved rests a few steps (tabu search: Glover, *Tabu search, part I*, ORSA Journal on
Computing 1, 1989).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np

from .grouping import Floats, Ints, Types, group
from .lottery import TOTAL, Lottery, Seats
from .panels import PanelFinder
from .problem import Problem
from .progress import Progress, silent
from .seatings import Seatings
from .stream import Stream

Home = tuple[str, ...]  # who live there

# Shortfalls that are tried one after the other, in panels.
LADDER = (
    *(16.0, 8.0, 4.0, 3.0, 2.5, 2.0, 1.75, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0),
    *(0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3),
)
STEPS = 300  # exchanges per shortfall; one that can be reached took 40 at most (the pools in benchmarks)
CANDIDATES = 200  # panels that an exchange looks at closely, of those that seem best
REST = 8  # exchanges for which a moved panel stays where it is
DIVE_EVERY = 2
LOOKED_AT = 3  # how many of the least missed panels take turns
# Costs are whole parts of this, so that sums are exact and the same on every machine.
PARTS = 2.0**16
JITTER = 0.2
BOUND_SLACK = 1e-6  # panels
SURPLUS_SHARE, MOST_SURPLUS = 0.05, 3.0


@dataclass(frozen=True)
class UniformLottery:
    """M panels of equal chance.

    digest     of the problem
    seed       decides the order of the panels and who of a group sits where
    panels     the members of panel 0 … M - 1, sorted (M tuples of k ids)
    fair       the leximin probability p* of everyone who can be drawn: what the lottery comes near to
    bound      no lottery has a smallest chance above this
    fixed      ids who sit in every panel and stay outside the chances
    """

    digest: str
    seed: int
    panels: tuple[tuple[str, ...], ...]
    fair: dict[str, Fraction] = field(repr=False)
    bound: float
    fixed: tuple[str, ...] = ()

    def __len__(self) -> int:
        """M"""
        return len(self.panels)

    @cached_property
    def counts(self) -> dict[str, int]:
        """{id: panels that hold this person}, for everyone who can be drawn, sorted by id. The chance is
        count / M."""
        found = dict.fromkeys(sorted(self.fair), 0)
        for panel in self.panels:
            for member in panel:
                if member in found:
                    found[member] += 1
        return found

    @cached_property
    def min_probability(self) -> float:
        """The smallest chance of those who can be in any panel at all."""
        possible = [count for member, count in self.counts.items() if self.fair[member] > 0]
        return min(possible) / len(self)

    @cached_property
    def largest_shortfall(self) -> float:
        """max over all people of M p_i - count_i: by how many panels anybody falls short, at the worst."""
        short = (self.fair[member] * len(self) - count for member, count in self.counts.items())
        return max(0.0, float(max(short)))

    @cached_property
    def ceiling(self) -> float:
        """No uniform lottery of M panels has a smallest chance above this: floor(M bound) / M. The bound is a
        float: one that is only just below a whole number of panels counts as that number."""
        return math.floor(self.bound * len(self) + BOUND_SLACK) / len(self)

    def panel(self, number: int) -> tuple[str, ...]:
        """The members of panel `number` (0 … M - 1), sorted."""
        return self.panels[number]


def uniform(
    problem: Problem, lottery: Lottery, *, panels: int = 1_000, progress: Progress = silent
) -> UniformLottery:
    """M = `panels` panels whose counts come as near to the chances of `lottery` as the search gets.

    Everybody in a group gets the same number of panels, or one more (with the address rule: nearly so). The
    same problem, lottery and version give the same panels in the same order.

    Raises ValueError if `lottery` belongs to another problem or `panels` is below 1, `Cancelled` from
    `progress`.
    """
    if lottery.digest != problem.digest:
        raise ValueError("the lottery belongs to another problem")
    if panels < 1:
        raise ValueError("a lottery has at least one panel")
    search = _Search(group(problem), lottery, panels)
    search.run(progress)
    stream = Stream(f"civic-uniform/v1/{lottery.digest}/{lottery.seed}/{panels}")
    chances = zip(lottery.groups, _fair(lottery), strict=True)
    return UniformLottery(
        digest=lottery.digest,
        seed=lottery.seed,
        panels=tuple(_Dealer(lottery, stream).deal(search.chosen())),
        fair={member: chance for members, chance in chances for member in members},
        bound=lottery.upper_bound,
        fixed=lottery.fixed,
    )


def _fair(lottery: Lottery) -> list[Fraction]:
    """The chance of each group that leximin gives: p*, also where the lottery itself stays below it. Maximin
    settles the smallest chance only, so there it is what the lottery gives."""
    if lottery.objective == "maximin":
        return list(lottery.group_probabilities)
    return [Fraction(target) for target in lottery.targets]


@dataclass
class _State:
    """times[P], how often each known panel is taken (N); places[t], the seats that gives (T)."""

    times: Floats
    places: Floats

    def copy(self) -> _State:
        return _State(self.times.copy(), self.places.copy())


class _Search:
    """The exchange search over the known panels (N), which grow."""

    def __init__(self, types: Types, lottery: Lottery, panels: int) -> None:
        self._counts = types.counts.astype(np.float64)
        self._wanted = np.array([float(chance * panels) for chance in lottery.group_probabilities])
        self._known = Seatings(types.number, sum(taken for _kind, taken in lottery.panels[0]))
        for seats in lottery.panels:
            panel = np.zeros(types.number, dtype=np.int64)
            panel[[kind for kind, _taken in seats]] = [taken for _kind, taken in seats]
            self._known.add(panel)
        self._price = np.maximum(1.0, np.rint(PARTS / self._counts))
        self._finder = PanelFinder(types)
        self._finder.focus(self._wanted / panels * self._counts)
        self._chance = np.random.Generator(np.random.PCG64(0))
        self._total = panels
        times = _rounded(lottery.weights, panels)
        self._state = _State(times, self._known.total(times))

    def run(self, progress: Progress) -> None:
        """Down the ladder, until a rung is not reached."""
        floor = float(self._wanted[self._wanted > 0].min()) / self._total
        for rung, short in enumerate(LADDER):
            progress("uniform", rung, len(LADDER), max(0.0, floor - short / self._total), floor)
            if short >= self._shortfall():
                continue
            reached = self._reach(short)
            if reached is None:
                return
            self._state = reached

    def _shortfall(self) -> float:
        return float((self._wanted - np.floor(self._state.places / self._counts)).max())

    def _reach(self, short: float) -> _State | None:
        """A state in which nobody is more than `short` panels below, or None after STEPS exchanges."""
        need = self._counts * np.maximum(0.0, np.ceil(self._wanted - short - 1e-9))
        state = self._state.copy()
        resting: dict[int, int] = {}
        for step in range(STEPS):
            if (state.places >= need).all():
                return state
            self._exchange(state, need, resting, step)
        return None

    def _exchange(self, state: _State, need: Floats, resting: dict[int, int], step: int) -> None:
        """The panel that is missed least, or one of the next, for the one that mends most of what is then
        short; every so often a new one is found for just that place."""
        at_rest = [one for one, until in resting.items() if until >= step]
        out = self._least_missed(state, need, at_rest, step)
        left = state.places - self._known.seats(out)
        if step % DIVE_EVERY == DIVE_EVERY - 1:
            self._learn(need - left, state)
        others = np.setdiff1d(np.arange(len(self._known)), [out, *at_rest])
        if not len(others):
            return
        others = self._best_of(others, self._price * np.maximum(0.0, need - left))
        new = int(others[np.argmin(self._known.relief(others, need - left, self._price))])
        state.places = left + self._known.seats(new)
        state.times[out] -= 1
        state.times[new] += 1
        resting[out] = resting[new] = step + REST

    def _least_missed(self, state: _State, need: Floats, at_rest: list[int], step: int) -> int:
        taken = np.flatnonzero(state.times > 0)
        free = np.setdiff1d(taken, at_rest)
        free = free if len(free) else taken
        free = self._best_of(free, -self._tightness(state.places, need))
        missed = self._known.regret(free, need - state.places, self._price)
        return int(free[np.argsort(missed, kind="stable")[step % min(LOOKED_AT, len(free))]])

    def _best_of(self, panels: Ints, worth: Floats) -> Ints:
        """The CANDIDATES panels that are worth most (per seat, T), in a fixed order: only these are looked at
        closely."""
        if len(panels) <= CANDIDATES:
            return panels
        value = self._known.value(panels, np.rint(worth))
        return np.sort(panels[np.argsort(-value, kind="stable")[:CANDIDATES]])

    def _tightness(self, places: Floats, need: Floats) -> Floats:
        """The price of the types that cannot miss a seat, or miss one already (T)."""
        return np.where(places - need < 1.0, self._price, 0.0)

    def _learn(self, missing: Floats, state: _State) -> None:
        """One more panel, for those who miss seats (T) and a little against those who have too many."""
        per_head = missing / self._counts
        wish = 2.0 * np.maximum(0.0, per_head) + SURPLUS_SHARE * np.clip(per_head, -MOST_SURPLUS, 0.0)
        wish *= 1.0 + JITTER * self._chance.standard_normal(len(wish))
        panel = self._finder.find_quick(wish)
        if panel is not None and not self._known.knows(panel):
            self._known.add(panel)
            state.times = np.append(state.times, 0.0)
            self._state.times = np.append(self._state.times, 0.0)

    def chosen(self) -> Iterator[Seats]:
        """The M panels as seats per group, one after the other."""
        for number in np.flatnonzero(self._state.times):
            panel = self._known.seats(int(number))
            seats = tuple((int(kind), int(panel[kind])) for kind in np.flatnonzero(panel))
            yield from [seats] * int(self._state.times[number])


def _rounded(weights: tuple[int, ...], panels: int) -> Floats:
    """Times per panel by largest remainder; Σ = `panels`."""
    exact = [Fraction(weight * panels, TOTAL) for weight in weights]
    whole = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda one: (whole[one] - exact[one], one))
    for one in order[: panels - sum(whole)]:
        whole[one] += 1
    return np.array(whole, dtype=np.float64)


class _Dealer:
    """People for the seats: round and round each group, so that all its members get as many panels (or one
    more), in a new chance order every round."""

    def __init__(self, lottery: Lottery, stream: Stream) -> None:
        self._lottery = lottery
        self._stream = stream
        self._queues: dict[int, list[str]] = {}
        self._dealt: dict[str, int] = {}
        self._homes_of: dict[int, dict[Home, list[str]]] = {}

    def deal(self, chosen: Iterator[Seats]) -> Iterator[tuple[str, ...]]:
        """The panels in chance order, as sorted ids."""
        listed = list(chosen)
        for seats in self._stream.sample(listed, len(listed)):
            members = list(self._lottery.fixed)
            for home_class, some in self._lottery.by_class(seats):
                members += self._together(some) if home_class is not None else self._alone(some)
            yield tuple(sorted(members))

    def _alone(self, seats: Seats) -> list[str]:
        return [member for group, taken in seats for member in self._next(group, taken)]

    def _next(self, group: int, number: int) -> list[str]:
        """The next ones of the group's queue. A new round begins with those who were not just taken."""
        queue = self._queues.get(group, [])
        taken, rest = queue[:number], queue[number:]
        if len(taken) < number:
            members = self._lottery.groups[group]
            again = self._stream.sample(members, len(members))
            more = [one for one in again if one not in taken][: number - len(taken)]
            rest = [one for one in again if one not in more]
            taken = taken + more
        self._queues[group] = rest
        return taken

    def _together(self, seats: Seats) -> list[str]:
        """Groups of one household class: each seat to a household that has no seat in this panel yet, where
        the member with the fewest panels so far takes it; chance decides between equals."""
        seated: dict[int, list[Home]] = {}
        full: set[Home] = set()
        for number, taken in seats:
            homes = [home for home in self._homes(number) if home not in full]
            order = self._stream.sample(homes, len(homes))
            seated[number] = sorted(order, key=lambda home: self._fewest(number, home))[:taken]
            full.update(seated[number])
        while sum(self._exchange(seated, one, other) for one, other in combinations(seated, 2)):
            pass
        members = [self._next_at(number, home) for number, homes in seated.items() for home in homes]
        for member in members:
            self._dealt[member] = self._dealt.get(member, 0) + 1
        return members

    def _exchange(self, seated: dict[int, list[Home]], one: int, other: int) -> int:
        """Households change groups wherever people with fewer panels then sit: the last group to choose its
        households had only what the others had left. How many did; the sum of their panels falls."""

        def loss(home: Home) -> int:
            return self._fewest(other, home) - self._fewest(one, home)

        mine, theirs = sorted(seated[one], key=loss), sorted(seated[other], key=loss, reverse=True)
        pairs = sum(loss(home) < loss(away) for home, away in zip(mine, theirs, strict=False))
        seated[one] = theirs[:pairs] + mine[pairs:]
        seated[other] = mine[:pairs] + theirs[pairs:]
        return pairs

    def _homes(self, group: int) -> list[Home]:
        """The households of a group; every one of the class has members of it."""
        if group not in self._homes_of:
            found: dict[Home, list[str]] = {}
            for member in self._lottery.groups[group]:
                found.setdefault(self._lottery.home_of(member), []).append(member)
            self._homes_of[group] = found
        return list(self._homes_of[group])

    def _fewest(self, group: int, home: Home) -> int:
        """Panels of the member who would take a seat."""
        return min(self._dealt.get(member, 0) for member in self._homes_of[group][home])

    def _next_at(self, group: int, home: Home) -> str:
        own = self._homes_of[group][home]
        order = self._stream.sample(own, len(own))
        return min(order, key=lambda member: self._dealt.get(member, 0))
