"""The question put to the engine: a pool, quotas and a panel size; not yet checked (see `problem`).

A *panel* is a set of `size` registrants such that
    for every quota (l, u) with condition C:   l <= |{ i in panel : i matches C }| <= u,
    every fixed member is in it and no excluded registrant is,
    with the address rule: no two members live at one address (unless the address is exempt).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Condition = tuple[tuple[str, str], ...]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# Panel weights are whole parts of 2**48, so that sums of parts times seats must stay below 2**63.
LARGEST_SIZE = 30_000


@dataclass(frozen=True, slots=True)
class Pool:
    """Registrants in a fixed order: `ids[i]` answers `values[i][j]` to `features[j]`.

    addresses   empty, or one text per registrant: equal texts are one address, '' is an unknown one (and
                then nobody else's). Texts as people write them go through `addresses.address_key` first, as
                `files` does; so do exempt addresses
    """

    features: tuple[str, ...]
    ids: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, members: Mapping[str, Mapping[str, str]]) -> Pool:
        """Pool from {id: {feature: value}}; a feature that a registrant lacks becomes the blank value ''."""
        features = tuple(dict.fromkeys(name for answers in members.values() for name in answers))
        rows = tuple(tuple(answers.get(name, "") for name in features) for answers in members.values())
        return cls(features=features, ids=tuple(members), values=rows)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Quota:
    """Between `minimum` and `maximum` seats for everyone who matches every (feature, value) of `condition`.

    constituencies   the constituencies whose people it counts; none named: everybody's
    weight           what moving a bound by one seat costs in a proposal: 0.001 to 1000, 1 is usual; the
                     sixth decimal is the last that counts
    flex             (lowest minimum, highest maximum) that a proposal uses first: it goes beyond the flex of
                     any quota only as far as no panel exists otherwise, whatever the weights
    """

    condition: Condition
    minimum: int
    maximum: int
    constituencies: tuple[str, ...]
    weight: float
    flex: tuple[int, int] | None

    def __init__(
        self,
        condition: Mapping[str, str] | Iterable[tuple[str, str]],
        minimum: int,
        maximum: int,
        *,
        constituencies: Iterable[str] = (),
        weight: float = 1.0,
        flex: tuple[int, int] | None = None,
    ) -> None:
        pairs = condition.items() if isinstance(condition, Mapping) else condition
        object.__setattr__(self, "condition", tuple(sorted((str(f), str(v)) for f, v in pairs)))
        object.__setattr__(self, "minimum", int(minimum))
        object.__setattr__(self, "maximum", int(maximum))
        object.__setattr__(self, "constituencies", tuple(sorted(set(constituencies))))
        object.__setattr__(self, "weight", float(weight))
        object.__setattr__(self, "flex", None if flex is None else (int(flex[0]), int(flex[1])))

    @property
    def label(self) -> str:
        """Readable name of the condition, as in "gender: female (residents)"."""
        bound = f" ({', '.join(self.constituencies)})" if self.constituencies else ""
        return condition_label(self.condition) + bound


def condition_label(condition: Condition) -> str:
    """ "gender: female, age: 16-24" """
    return ", ".join(f"{feature}: {value}" for feature, value in condition)


@dataclass(frozen=True, slots=True)
class Question:
    """Pool, quotas and number of seats, as asked.

    address_rule       at most one member per address; `exempt_addresses` (student flats, care homes) do not
                       count as one household
    fixed              ids who hold a seat already (nominated, or confirmed before a replacement); they count
                       for the quotas and the address rule and stay outside the chances
    excluded           ids who may not be drawn (any more)
    constituency       the feature that names everybody's constituency, where quotas bind some of them only
    """

    pool: Pool
    quotas: tuple[Quota, ...]
    size: int
    address_rule: bool = field(default=False, kw_only=True)
    exempt_addresses: tuple[str, ...] = field(default=(), kw_only=True)
    fixed: tuple[str, ...] = field(default=(), kw_only=True)
    excluded: tuple[str, ...] = field(default=(), kw_only=True)
    constituency: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quotas", tuple(self.quotas))
        for name in ("exempt_addresses", "fixed", "excluded"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))


def matches(pool: Pool, condition: Condition) -> list[int]:
    """Positions of the registrants who match every pair of `condition`."""
    column = {name: place for place, name in enumerate(pool.features)}
    wanted = [(column[feature], value) for feature, value in condition]
    return [i for i, row in enumerate(pool.values) if all(row[place] == value for place, value in wanted)]


def membership(question: Question) -> NDArray[np.bool_]:
    """(F, n): does quota f count registrant i?"""
    counted = Counting(question.pool, question.constituency)
    found = [counted.by(quota) for quota in question.quotas]
    return np.array(found, dtype=np.bool_).reshape(len(found), len(question.pool))


class Counting:
    """Who matches what, with one array per answer (n)."""

    def __init__(self, pool: Pool, constituency: str) -> None:
        self._number = len(pool)
        self._column = {name: place for place, name in enumerate(pool.features)}
        self._values = pool.values
        self._constituency = constituency
        self._codes: dict[str, tuple[dict[str, int], Numbers]] = {}

    def by(self, quota: Quota) -> Flags:
        """Whom the quota counts (n)."""
        found = np.ones(self._number, dtype=np.bool_)
        for feature, value in quota.condition:
            found &= self.answered(feature, value)
        return found & self.within(quota.constituencies) if quota.constituencies else found

    def within(self, constituencies: Iterable[str]) -> Flags:
        """Who belongs to one of them (n)."""
        found = np.zeros(self._number, dtype=np.bool_)
        for name in constituencies:
            found |= self.answered(self._constituency, name)
        return found

    def answered(self, feature: str, value: str) -> Flags:
        """Who gave this answer (n)."""
        if feature not in self._codes:
            place = self._column[feature]
            known: dict[str, int] = {}
            codes = [known.setdefault(row[place], len(known)) for row in self._values]
            self._codes[feature] = known, np.array(codes, dtype=np.int64)
        known, numbers = self._codes[feature]
        flags: Flags = numbers == known.get(value, -1)
        return flags


@dataclass(frozen=True, slots=True)
class Standing:
    """Who can still be drawn, and who lives together.

    open        may be drawn (n): not fixed, not excluded, not at the address of a fixed member
    fixed       holds a seat (n)
    household   number of the registrant's household (n); everybody has one. Who is exempt, or has no known
                address, or asks no address rule, has one alone.
    """

    open: Flags
    fixed: Flags
    household: Numbers


def standing(question: Question) -> Standing:
    """Read from the ids and the addresses."""
    ids = question.pool.ids
    fixed = np.isin(ids, question.fixed) if question.fixed else np.zeros(len(ids), dtype=np.bool_)
    out = np.isin(ids, question.excluded) if question.excluded else np.zeros(len(ids), dtype=np.bool_)
    household = _households(question)
    taken = np.isin(household, household[fixed])
    return Standing(open=~fixed & ~out & ~taken, fixed=fixed, household=household)


def _households(question: Question) -> Numbers:
    alone = np.arange(len(question.pool), dtype=np.int64)
    if not question.address_rule:
        return alone
    exempt = {"", *question.exempt_addresses}
    first: dict[str, int] = {}
    homes = [
        place if address in exempt else first.setdefault(address, place)
        for place, address in enumerate(question.pool.addresses or [""] * len(alone))
    ]
    return np.array(homes, dtype=np.int64)
