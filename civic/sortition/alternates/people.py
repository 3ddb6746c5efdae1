"""Who may be a reserve, in which types and households, and the lot that picks people once types are known."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import InvalidProblem, ProblemError
from ..grouping import Floats, Ints
from ..problem import Problem
from ..question import membership
from ..stream import Stream
from .recourse import Scenarios, Task

Loss = Literal["seats", "relative"]
LOSSES = ("seats", "relative")
# Those who live at one address, in the order of their ids.
Home = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Columns of a `Task`: incidence (F x T), household class per type (T), households per class (H)."""

    incidence: Floats
    classes: Ints
    places: Ints


@dataclass(frozen=True, slots=True)
class View:
    """A problem in arrays: member_of[f, i] = 1 if quota f binds registrant i (F x n)."""

    problem: Problem
    position: Mapping[str, int]
    member_of: Floats

    @classmethod
    def of(cls, problem: Problem) -> View:
        member_of = membership(problem).astype(np.float64)
        return cls(problem, {one: place for place, one in enumerate(problem.pool.ids)}, member_of)

    def seats(self, people: Iterable[str]) -> Floats:
        """F x people of 0/1."""
        found: Floats = self.member_of[:, [self.position[one] for one in people]]
        return found

    @property
    def lower(self) -> Floats:
        return np.array([quota.minimum for quota in self.problem.quotas], dtype=np.float64)

    @property
    def upper(self) -> Floats:
        """A maximum above the panel size cannot bind; cut off there, any whole number fits in a float."""
        most = [min(quota.maximum, self.problem.size) for quota in self.problem.quotas]
        return np.array(most, dtype=np.float64)

    def outside(self, counts: Floats) -> Floats:
        """Seats outside the bounds, per quota (F)."""
        found: Floats = np.maximum(self.lower - counts, 0.0) + np.maximum(counts - self.upper, 0.0)
        return found

    def prices(self, loss: Loss) -> Floats:
        """What one seat outside the bounds costs, per quota (F)."""
        weight = np.array([quota.weight for quota in self.problem.quotas], dtype=np.float64)
        return weight if loss == "seats" else weight / np.maximum(self.upper, 1.0)

    def task(self, kinds: Kinds, number: int, loss: Loss) -> Task:
        return Task(
            incidence=kinds.incidence,
            lower=self.lower,
            upper=self.upper,
            price=self.prices(loss),
            classes=kinds.classes,
            places=kinds.places,
            number=number,
        )

    def scenarios(self, panel: Sequence[str], gone: Sequence[Sequence[str]]) -> Scenarios:
        """Drop-outs that leave the same seats per quota and as many empty seats are one scenario."""
        rows = []
        for one in gone:
            left = set(panel).difference(one)
            rows.append([*self.seats(left).sum(axis=1), self.problem.size - len(left)])
        found, times = np.unique(np.array(rows), axis=0, return_counts=True)
        return Scenarios(stay=found[:, :-1], free=found[:, -1], weight=times / len(gone))


@dataclass(frozen=True, slots=True)
class Types:
    """People whom no quota tells apart, in households that no quota tells apart, are of one type.

    homes[h]: the households of class h; every one of them holds a member of every type of that class.
    """

    kinds: Kinds
    type_of: Mapping[str, int]
    homes: Sequence[Sequence[Home]]

    @classmethod
    def of(cls, view: View, homes: Iterable[Home]) -> Types:
        by_class: dict[tuple[bytes, ...], list[Home]] = {}
        sign = {one: view.seats([one]).tobytes() for home in homes for one in home}
        for home in homes:
            by_class.setdefault(tuple(sorted(sign[one] for one in home)), []).append(home)
        classes = sorted(by_class)
        names = [(number, one) for number, signs in enumerate(classes) for one in sorted(set(signs))]
        place = {name: number for number, name in enumerate(names)}
        someone = {sign[one]: one for one in sign}
        return cls(
            kinds=Kinds(
                incidence=view.seats(someone[one] for _, one in names),
                classes=np.array([number for number, _ in names], dtype=np.int64),
                places=np.array([len(by_class[signs]) for signs in classes], dtype=np.int64),
            ),
            type_of={
                one: place[number, sign[one]]
                for number, signs in enumerate(classes)
                for home in by_class[signs]
                for one in home
            },
            homes=[by_class[signs] for signs in classes],
        )

    def count(self, people: Iterable[str]) -> Floats:
        """How many of these people are of each type (T)."""
        places = [self.type_of[one] for one in people]
        return np.bincount(places, minlength=len(self.kinds.classes)).astype(np.float64)


def find_homes(problem: Problem, panel: Collection[str]) -> list[Home]:
    """Who may be a reserve, per address; without the address rule, or without a known address, each alone."""
    address = bound_addresses(problem)
    seated = {*panel, *problem.fixed}
    taken = {address[one] for one in seated if one in address}
    barred = seated.union(problem.excluded)
    found: dict[str, list[str]] = {}
    for one in sorted(set(problem.pool.ids) - barred):
        if address.get(one) not in taken:
            # an address and a person may bear the same name
            found.setdefault(f"at {address[one]}" if one in address else f"is {one}", []).append(one)
    return [tuple(people) for people in found.values()]


def bound_addresses(problem: Problem) -> dict[str, str]:
    """Address of everybody whom the address rule binds."""
    if not problem.address_rule:
        return {}
    free = {"", *problem.exempt_addresses}
    # a pool without addresses holds an empty tuple
    listed = zip(problem.pool.ids, problem.pool.addresses, strict=False)
    return {one: address for one, address in listed if address not in free}


def draw_people(types: Types, reserve: Floats, stream: Stream) -> tuple[str, ...]:
    """By lot: households of a class, the type each of them provides, who of that type, the order of all."""
    chosen: list[str] = []
    for number, homes in enumerate(types.homes):
        mine = np.flatnonzero(types.kinds.classes == number)
        wanted = [int(one) for one in mine for _ in range(round(float(reserve[one])))]
        by_name = {home[0]: home for home in homes}
        # the households come in random order, so the types are dealt over them at random
        for one, name in zip(wanted, stream.sample(sorted(by_name), len(wanted)), strict=True):
            able = [person for person in by_name[name] if types.type_of[person] == one]
            chosen.append(able[stream.below(len(able))])
    return tuple(stream.sample(sorted(chosen), len(chosen)))


def random_list(homes: Iterable[Home], number: int, stream: Stream) -> list[str]:
    """A random reserve list: people in random order, passing over a second one at an address."""
    home_of = {one: home for home in homes for one in home}
    first: dict[Home, str] = {}
    for one in stream.sample(sorted(home_of), len(home_of)):
        first.setdefault(home_of[one], one)
    return list(first.values())[:number]


def digest(problem: Problem, panel: Iterable[str]) -> str:
    return hashlib.sha256("\0".join([problem.digest, *sorted(panel)]).encode()).hexdigest()


def refuse(errors: Sequence[ProblemError]) -> None:
    if errors:
        raise InvalidProblem(errors)


def people_errors(view: View, people: Sequence[str]) -> Iterator[ProblemError]:
    for one, times in Counter(people).items():
        if one not in view.position:
            yield ProblemError("alternates_unknown", {"id": one})
        if times > 1:
            yield ProblemError("alternates_twice", {"id": one, "times": times})


def panel_errors(view: View, panel: Sequence[str]) -> Iterator[ProblemError]:
    if not panel:
        yield ProblemError("alternates_no_panel")
    yield from people_errors(view, panel)
    if len(panel) > view.problem.size:
        yield ProblemError("alternates_panel_size", {"have": len(panel), "size": view.problem.size})


def loss_errors(loss: str) -> Iterator[ProblemError]:
    if loss not in LOSSES:
        yield ProblemError("alternates_loss", {"loss": loss})
