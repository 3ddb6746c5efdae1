"""People whom neither a quota nor a household can tell apart form one *type*. Leximin treats them alike (it
is symmetric), so the engine solves over types: thousands of binary variables become a few hundred integers.
(docs/sortition.md, section 2.)

With the address rule the people at one address are a household, and a household is of a *class*: which
quota-groups live there, and how many of each. A type is then a quota-group in a class, and the panels have at
most N_h members from the N_h households of class h:  Σ_{t in h} m_t <= N_h.  Any m that obeys this can be
seated: deal the seats over different households of the class, each of which has a member of every type.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import Problem
from .question import Standing, membership, standing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signature = tuple[bytes, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Types:
    """Who can still be drawn, in T types under F quotas and H household classes; the quotas are what the
    fixed members leave of them.

    counts[t]      c_t, members of type t (T)
    of_member[i]   type of registrant i, -1 for who cannot be drawn (n); the order of the pool does not change
                   the numbers of the types
    incidence      A, F x T of 0/1: A[f, t] = 1 if type t matches quota f
    lower/upper    l, u (F)
    size           k, seats still to be filled
    household      class of the type, -1 for people who share no address (T)
    homes          N_h, households of the class (H)
    home_of        number of the household of registrant i (n)
    """

    counts: Ints
    of_member: Ints
    incidence: Floats
    lower: Floats
    upper: Floats
    size: int
    household: Ints
    homes: Ints
    home_of: Ints

    @property
    def number(self) -> int:
        """T"""
        return len(self.counts)


def group(problem: Problem) -> Types:
    """Types = distinct (column of the quota-membership matrix, household class), sorted.

    A maximum above the panel size cannot bind; cut off there, any whole number fits in a float.
    """
    member_of = membership(problem)
    where = standing(problem)
    people = np.flatnonzero(where.open)
    signatures = _signatures(member_of, where, people)
    numbers = {sign: number for number, sign in enumerate(sorted(set(signatures)))}
    of_member = np.full(len(where.open), -1, dtype=np.int64)
    of_member[people] = [numbers[sign] for sign in signatures]
    first = people[np.unique(of_member[people], return_index=True)[1]]
    seated = member_of[:, where.fixed].sum(axis=1).tolist()  # Python numbers: a maximum may be any
    size = problem.size - int(where.fixed.sum())
    household, homes = _classes(sorted(numbers), np.bincount(of_member[people], minlength=len(numbers)))
    return Types(
        counts=np.bincount(of_member[people]).astype(np.int64),
        of_member=of_member,
        incidence=member_of[:, first].astype(np.float64),
        lower=np.array(
            [max(0, q.minimum - s) for q, s in zip(problem.quotas, seated, strict=True)], np.float64
        ),
        upper=np.array(
            [min(q.maximum - s, size) for q, s in zip(problem.quotas, seated, strict=True)], np.float64
        ),
        size=size,
        household=household,
        homes=homes,
        home_of=where.household,
    )


def _signatures(member_of: NDArray[np.bool_], where: Standing, people: Ints) -> list[Signature]:
    """Per person who can be drawn: the own quotas, and those of everyone in the household (sorted; empty for
    who has nobody to share it with)."""
    signs = [sign.tobytes() for sign in np.packbits(member_of[:, people], axis=0).T]
    homes: dict[int, list[bytes]] = {}
    for home, sign in zip(where.household[people].tolist(), signs, strict=True):
        homes.setdefault(home, []).append(sign)
    shared = {home: tuple(sorted(listed)) if len(listed) > 1 else () for home, listed in homes.items()}
    return [(sign, shared[home]) for sign, home in zip(signs, where.household[people].tolist(), strict=True)]


def _classes(signatures: list[Signature], counts: Ints) -> tuple[Ints, Ints]:
    """The class of every type, and the households of every class: its people over the size of a household."""
    numbers: dict[tuple[bytes, ...], int] = {}
    household = np.full(len(signatures), -1, dtype=np.int64)
    for kind, (_sign, shared) in enumerate(signatures):
        if shared:
            household[kind] = numbers.setdefault(shared, len(numbers))
    people = np.bincount(household[household >= 0], weights=counts[household >= 0], minlength=len(numbers))
    sizes = np.array([len(shared) for shared in numbers], dtype=np.float64)
    return household, np.rint(people / np.maximum(sizes, 1)).astype(np.int64)
