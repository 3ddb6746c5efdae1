"""Everything that can be wrong with a question, all of it at once, as codes with parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from .errors import Param, ProblemError
from .question import LARGEST_SIZE, Counting, Flags, Numbers, Pool, Question, Quota, standing

# With prices further apart no integer program in floating point finds a smallest change for certain.
LIGHTEST, HEAVIEST = 0.001, 1_000.0
SHORTAGES = frozenset({"quota_short", "feature_short", "fixed_above_maximum", "too_few_open"})


def find_errors(question: Question) -> list[ProblemError]:
    """All rules the question breaks: shape first; the supply of people is only counted once the shape is
    right. Reads pool, quotas, size and the options; needs no digest."""
    faults, has_shape = _faults(question)
    return faults + supply_errors(question) if has_shape else faults


def find_faults(question: Question) -> list[ProblemError]:
    """The same without the supply of people: none of `SHORTAGES`."""
    return _faults(question)[0]


def _faults(question: Question) -> tuple[list[ProblemError], bool]:
    """Faults, and whether the shape is right."""
    errors = [
        *_size_errors(question),
        *_pool_errors(question.pool),
        *_quota_errors(question),
        *_constituency_errors(question),
        *_people_errors(question),
    ]
    if errors:
        return [*errors, *_sum_errors(question)], False
    return [*_value_errors(question), *_sum_errors(question), *_address_errors(question)], True


def _size_errors(question: Question) -> Iterator[ProblemError]:
    size, pool = question.size, question.pool
    if not pool.ids:
        yield ProblemError("empty_pool")
    if size < 1:
        yield ProblemError("size_below_one", {"size": size})
    elif size > LARGEST_SIZE:
        yield ProblemError("size_too_large", {"size": size, "maximum": LARGEST_SIZE})
    elif pool.ids and size > len(pool):
        yield ProblemError("size_above_pool", {"size": size, "pool": len(pool)})
    elif len(question.fixed) >= size:
        yield ProblemError("no_seats_left", {"fixed": len(question.fixed), "size": size})


def _pool_errors(pool: Pool) -> Iterator[ProblemError]:
    for name, times in Counter(pool.features).items():
        if times > 1:
            yield ProblemError("duplicate_feature", {"feature": name})
    for member, times in Counter(pool.ids).items():
        if times > 1:
            yield ProblemError("duplicate_id", {"id": member, "times": times})
        if not member.strip():
            yield ProblemError("blank_id", {"times": times})
    rows = len(pool.values) == len(pool.ids) and all(len(row) == len(pool.features) for row in pool.values)
    if not rows or (pool.addresses and len(pool.addresses) != len(pool.ids)):
        yield ProblemError("wrong_shape")


def _quota_errors(question: Question) -> Iterator[ProblemError]:
    quotas, features = question.quotas, question.pool.features
    for name in dict.fromkeys(f for q in quotas for f, _ in q.condition if f not in features):
        yield ProblemError("missing_feature", {"feature": name})
    for label, times in Counter(q.label for q in quotas).items():
        if times > 1:
            yield ProblemError("duplicate_quota", {"quota": label})
    for quota in quotas:
        yield from _bound_errors(quota)


def _bound_errors(quota: Quota) -> Iterator[ProblemError]:
    bounds: dict[str, Param] = {"quota": quota.label, "min": quota.minimum, "max": quota.maximum}
    if quota.minimum < 0:
        yield ProblemError("negative_minimum", {"quota": quota.label, "min": quota.minimum})
    if quota.minimum > quota.maximum:
        yield ProblemError("min_above_max", bounds)
    if quota.flex is not None and not 0 <= quota.flex[0] <= quota.minimum <= quota.maximum <= quota.flex[1]:
        low, high = quota.flex
        yield ProblemError("flex_inside", {**bounds, "low": low, "high": high})
    if not LIGHTEST <= quota.weight <= HEAVIEST:
        yield ProblemError("weight_range", {"quota": quota.label})
    if len({feature for feature, _ in quota.condition}) != max(1, len(quota.condition)):
        yield ProblemError("feature_twice", {"quota": quota.label})


def _constituency_errors(question: Question) -> Iterator[ProblemError]:
    named = {name for quota in question.quotas for name in quota.constituencies}
    if named and not question.constituency:
        yield ProblemError("no_constituency")
    elif question.constituency and question.constituency not in question.pool.features:
        yield ProblemError("missing_feature", {"feature": question.constituency})
    elif named:
        place = question.pool.features.index(question.constituency)
        known = {row[place] for row in question.pool.values if place < len(row)}
        known |= {q.condition[0][1] for q in question.quotas if _is_of(q, question.constituency)}
        for name in sorted(named - known):
            yield ProblemError("unknown_constituency", {"constituency": name})


def _is_of(quota: Quota, feature: str) -> bool:
    return len(quota.condition) == 1 and quota.condition[0][0] == feature


def _people_errors(question: Question) -> Iterator[ProblemError]:
    known = set(question.pool.ids)
    for member in sorted({*question.fixed, *question.excluded} - known):
        yield ProblemError("not_in_pool", {"id": member})
    for member in sorted({*question.fixed} & {*question.excluded}):
        yield ProblemError("fixed_and_excluded", {"id": member})
    if question.address_rule and not question.pool.addresses:
        yield ProblemError("no_addresses")


def _address_errors(question: Question) -> Iterator[ProblemError]:
    """Two members with a seat already cannot share an address; make the address exempt if they may."""
    if len(question.fixed) < 2 or not question.address_rule:
        return
    where = standing(question)
    homes = Counter(where.household[where.fixed].tolist())
    for place in sorted(home for home, times in homes.items() if times > 1):
        both = [
            question.pool.ids[i] for i in np.flatnonzero(where.fixed & (where.household == place)).tolist()
        ]
        yield ProblemError("fixed_at_one_address", {"ids": ", ".join(both)})


Group = tuple[str, tuple[str, ...]]


def single_quotas(quotas: Iterable[Quota]) -> dict[Group, list[Quota]]:
    """Quotas on exactly one value, by feature and the constituencies they bind. These must name every value
    of the feature there."""
    found: dict[Group, list[Quota]] = {}
    for quota in quotas:
        if len(quota.condition) == 1:
            found.setdefault((quota.condition[0][0], quota.constituencies), []).append(quota)
    return found


def _value_errors(question: Question) -> Iterator[ProblemError]:
    pool = question.pool
    column = {name: place for place, name in enumerate(pool.features)}
    home = column[question.constituency] if question.constituency else 0
    for (feature, bound), listed in single_quotas(question.quotas).items():
        known = {quota.condition[0][1] for quota in listed}
        for member, row in zip(pool.ids, pool.values, strict=True):
            value = row[column[feature]]
            if value not in known and (not bound or row[home] in bound):
                yield ProblemError("unknown_value", {"id": member, "feature": feature, "value": value})


def _sum_errors(question: Question) -> Iterator[ProblemError]:
    for (feature, bound), listed in single_quotas(question.quotas).items():
        fewest, size = _seats(question, bound)
        least, most = sum(q.minimum for q in listed), sum(q.maximum for q in listed)
        if least > size:
            yield ProblemError("minima_above_size", {"feature": feature, "sum": least, "size": size})
        if most < fewest:
            yield ProblemError("maxima_below_size", {"feature": feature, "sum": most, "size": fewest})
    for quota in question.quotas:
        if len(quota.condition) > 1 and quota.minimum > question.size:
            params: dict[str, Param] = {"feature": quota.label, "sum": quota.minimum, "size": question.size}
            yield ProblemError("minima_above_size", params)


def _seats(question: Question, bound: tuple[str, ...]) -> tuple[int, int]:
    """The fewest and the most seats for some constituencies together: all seats if none are named."""
    if not bound:
        return question.size, question.size
    listed = {
        quota.condition[0][1]: quota
        for quota in question.quotas
        if _is_of(quota, question.constituency) and not quota.constituencies
    }
    least = sum(listed[name].minimum for name in bound if name in listed)
    most = sum(listed[name].maximum if name in listed else question.size for name in bound)
    return least, min(most, question.size)


def supply_errors(question: Question) -> list[ProblemError]:
    """Quotas the pool cannot meet *on their own*, with counts: too few people (one per address, where that
    is the rule), too few in a whole feature, or fixed members who already are too many."""
    where = standing(question)
    counting = Counting(question.pool, question.constituency)
    errors, have = [], {}
    for quota in question.quotas:
        counted = counting.by(quota)
        seated = int((counted & where.fixed).sum())
        have[quota.label] = seated + _homes(where.household, counted & where.open)
        if have[quota.label] < quota.minimum:
            need = {"need": quota.minimum, "have": have[quota.label]}
            errors.append(ProblemError("quota_short", {"quota": quota.label, **need}))
        if seated > quota.maximum:
            most = {"fixed": seated, "max": quota.maximum}
            errors.append(ProblemError("fixed_above_maximum", {"quota": quota.label, **most}))
    for (feature, bound), group in single_quotas(question.quotas).items():
        fewest = _seats(question, bound)[0]
        seats = sum(min(q.maximum, have[q.label]) for q in group)
        if seats < fewest <= sum(q.maximum for q in group):
            errors.append(ProblemError("feature_short", {"feature": feature, "seats": seats, "size": fewest}))
    seats = int(where.fixed.sum()) + _homes(where.household, where.open)
    if seats < question.size:
        errors.append(ProblemError("too_few_open", {"seats": seats, "size": question.size}))
    return errors


def _homes(household: Numbers, who: Flags) -> int:
    """Households with at least one of these people."""
    return len(np.unique(household[who]))
