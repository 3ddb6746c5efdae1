"""The question put to the engine: a pool, quotas and a panel size. Frozen and self-validating.

A *panel* is a set of `size` registrants such that for every quota (l, u) with condition C
    l <= |{ i in panel : i matches C }| <= u.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .errors import InvalidProblem, Param, ProblemError

Condition = tuple[tuple[str, str], ...]

# Panel weights are whole parts of 2**48, so that sums of parts times seats must stay below 2**63.
LARGEST_SIZE = 30_000
SHORTAGES = frozenset({"quota_short", "feature_short"})


@dataclass(frozen=True, slots=True)
class Pool:
    """Registrants in a fixed order: `ids[i]` answers `values[i][j]` to `features[j]`."""

    features: tuple[str, ...]
    ids: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]

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
    """Between `minimum` and `maximum` seats for everyone who matches every (feature, value) of
    `condition`."""

    condition: Condition
    minimum: int
    maximum: int

    def __init__(
        self, condition: Mapping[str, str] | Iterable[tuple[str, str]], minimum: int, maximum: int
    ) -> None:
        pairs = condition.items() if isinstance(condition, Mapping) else condition
        object.__setattr__(self, "condition", tuple(sorted((str(f), str(v)) for f, v in pairs)))
        object.__setattr__(self, "minimum", int(minimum))
        object.__setattr__(self, "maximum", int(maximum))

    @property
    def label(self) -> str:
        """Readable name of the condition, as in "gender: female"."""
        return condition_label(self.condition)


def condition_label(condition: Condition) -> str:
    """ "gender: female, age: 16-24" """
    return ", ".join(f"{feature}: {value}" for feature, value in condition)


@dataclass(frozen=True, slots=True)
class Problem:
    """Pool, quotas and number of seats. Raises `InvalidProblem` with *all* errors at once.

    A shortage of people is a fact about the pool, not a fault of the question: `solve` answers it with a
    proposal.
    """

    pool: Pool
    quotas: tuple[Quota, ...]
    size: int
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quotas", tuple(self.quotas))
        errors = [one for one in find_errors(self.pool, self.quotas, self.size) if one.code not in SHORTAGES]
        if errors:
            raise InvalidProblem(errors)
        object.__setattr__(self, "digest", hashlib.sha256(self.to_json().encode()).hexdigest())

    def to_json(self) -> str:
        """One canonical text (sorted keys, no spaces) that is hashed and written to `problem.json`."""
        content = {
            "size": self.size,
            "quotas": [
                {"condition": [list(pair) for pair in q.condition], "min": q.minimum, "max": q.maximum}
                for q in self.quotas
            ],
            "features": list(self.pool.features),
            "members": [[member, *row] for member, row in zip(self.pool.ids, self.pool.values, strict=True)],
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def matches(pool: Pool, condition: Condition) -> list[int]:
    """Positions of the registrants who match every pair of `condition`."""
    column = {name: j for j, name in enumerate(pool.features)}
    wanted = [(column[feature], value) for feature, value in condition]
    return [i for i, row in enumerate(pool.values) if all(row[j] == value for j, value in wanted)]


def find_errors(pool: Pool, quotas: Iterable[Quota], size: int) -> list[ProblemError]:
    """All rules the input breaks: shape first; the supply of people is only counted once the shape is
    right."""
    listed = tuple(quotas)
    errors = [*_size_errors(pool, size), *_pool_errors(pool), *_quota_errors(pool, listed)]
    if errors:
        return [*errors, *_sum_errors(listed, size)]
    errors = [*_value_errors(pool, listed), *_sum_errors(listed, size)]
    return errors + supply_errors(pool, listed, size)


def _size_errors(pool: Pool, size: int) -> Iterator[ProblemError]:
    if not pool.ids:
        yield ProblemError("empty_pool")
    if size < 1:
        yield ProblemError("size_below_one", {"size": size})
    elif size > LARGEST_SIZE:
        yield ProblemError("size_too_large", {"size": size, "maximum": LARGEST_SIZE})
    elif pool.ids and size > len(pool):
        yield ProblemError("size_above_pool", {"size": size, "pool": len(pool)})


def _pool_errors(pool: Pool) -> Iterator[ProblemError]:
    for name, times in Counter(pool.features).items():
        if times > 1:
            yield ProblemError("duplicate_feature", {"feature": name})
    for member, times in Counter(pool.ids).items():
        if times > 1:
            yield ProblemError("duplicate_id", {"id": member, "times": times})
        if not member.strip():
            yield ProblemError("blank_id", {"times": times})
    if len(pool.values) != len(pool.ids) or any(len(row) != len(pool.features) for row in pool.values):
        yield ProblemError("wrong_shape")


def _quota_errors(pool: Pool, quotas: tuple[Quota, ...]) -> Iterator[ProblemError]:
    for name in dict.fromkeys(f for q in quotas for f, _ in q.condition if f not in pool.features):
        yield ProblemError("missing_feature", {"feature": name})
    for condition, times in Counter(q.condition for q in quotas).items():
        if times > 1:
            yield ProblemError("duplicate_quota", {"quota": condition_label(condition)})
    for quota in quotas:
        if quota.minimum < 0:
            yield ProblemError("negative_minimum", {"quota": quota.label, "min": quota.minimum})
        if quota.minimum > quota.maximum:
            params: dict[str, Param] = {"quota": quota.label, "min": quota.minimum, "max": quota.maximum}
            yield ProblemError("min_above_max", params)
        if len({feature for feature, _ in quota.condition}) != max(1, len(quota.condition)):
            yield ProblemError("feature_twice", {"quota": quota.label})


def single_quotas(quotas: Iterable[Quota]) -> dict[str, list[Quota]]:
    """Quotas on exactly one value, by feature. These must name every value of the feature."""
    found: dict[str, list[Quota]] = {}
    for quota in quotas:
        if len(quota.condition) == 1:
            found.setdefault(quota.condition[0][0], []).append(quota)
    return found


def _value_errors(pool: Pool, quotas: tuple[Quota, ...]) -> Iterator[ProblemError]:
    column = {name: j for j, name in enumerate(pool.features)}
    for feature, listed in single_quotas(quotas).items():
        known = {q.condition[0][1] for q in listed}
        for member, row in zip(pool.ids, pool.values, strict=True):
            value = row[column[feature]]
            if value not in known:
                yield ProblemError("unknown_value", {"id": member, "feature": feature, "value": value})


def _sum_errors(quotas: tuple[Quota, ...], size: int) -> Iterator[ProblemError]:
    for feature, listed in single_quotas(quotas).items():
        least, most = sum(q.minimum for q in listed), sum(q.maximum for q in listed)
        if least > size:
            yield ProblemError("minima_above_size", {"feature": feature, "sum": least, "size": size})
        if most < size:
            yield ProblemError("maxima_below_size", {"feature": feature, "sum": most, "size": size})
    for quota in quotas:
        if len(quota.condition) > 1 and quota.minimum > size:
            yield ProblemError(
                "minima_above_size", {"feature": quota.label, "sum": quota.minimum, "size": size}
            )


def supply_errors(pool: Pool, quotas: Iterable[Quota], size: int) -> list[ProblemError]:
    """Quotas the pool cannot meet *on their own*, with counts: too few people, or too few in a whole
    feature."""
    listed = tuple(quotas)
    have = {q.condition: len(matches(pool, q.condition)) for q in listed}
    errors = [
        ProblemError("quota_short", {"quota": q.label, "need": q.minimum, "have": have[q.condition]})
        for q in listed
        if have[q.condition] < q.minimum
    ]
    for feature, group in single_quotas(listed).items():
        seats = sum(min(q.maximum, have[q.condition]) for q in group)
        if seats < size <= sum(q.maximum for q in group):
            errors.append(ProblemError("feature_short", {"feature": feature, "seats": seats, "size": size}))
    return errors
