"""People whom no quota can tell apart form one *type*. Leximin treats them alike (it is symmetric), so the
engine solves over types: thousands of binary variables become a few hundred integers. (Handbook sortition.md,
section 2.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import Pool, Quota, matches

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Types:
    """The pool in T types under F quotas.

    counts[t]   c_t, members of type t (T)
    of_member[i] type of registrant i (n); the order of the pool does not change the numbers of the types
    incidence   A, F x T of 0/1: A[f, t] = 1 if type t matches quota f
    lower/upper l, u (F)
    size        k
    """

    counts: Ints
    of_member: Ints
    incidence: Floats
    lower: Floats
    upper: Floats
    size: int

    @property
    def number(self) -> int:
        """T"""
        return len(self.counts)


def group(pool: Pool, quotas: tuple[Quota, ...], size: int) -> Types:
    """Types = distinct columns of the quota-membership matrix of the pool, sorted.

    A maximum above the panel size cannot bind; cut off there, any whole number fits in a float.
    """
    member_of = np.zeros((len(quotas), len(pool)), dtype=np.uint8)
    for row, quota in enumerate(quotas):
        member_of[row, matches(pool, quota.condition)] = 1
    signs = [sign.tobytes() for sign in np.packbits(member_of, axis=0).T]
    numbers = {sign: number for number, sign in enumerate(sorted(set(signs)))}
    of_member = np.array([numbers[sign] for sign in signs], dtype=np.int64)
    first = np.unique(of_member, return_index=True)[1]
    return Types(
        counts=np.bincount(of_member).astype(np.int64),
        of_member=of_member,
        incidence=member_of[:, first].astype(np.float64),
        lower=np.array([q.minimum for q in quotas], dtype=np.float64),
        upper=np.array([min(q.maximum, size) for q in quotas], dtype=np.float64),
        size=size,
    )
