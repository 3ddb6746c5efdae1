"""What a question may not say about addresses, constituencies, fixed and excluded people; a code for each."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from civic.sortition import InvalidProblem, Pool, Problem, Question, Quota, messages
from civic.sortition.errors import ProblemError
from civic.sortition.question import membership, standing
from civic.sortition.validation import SHORTAGES, find_errors, find_faults, single_quotas, supply_errors

POOL = Pool(
    ("groep", "sekse"),
    tuple("abcdef"),
    (("inwoner", "m"), ("inwoner", "v"), ("inwoner", "v"), ("raad", "m"), ("raad", "m"), ("raad", "x")),
    ("straat 1", "straat 1", "", "flat 9", "flat 9", ""),
)
SEATS = (Quota({"groep": "inwoner"}, 2, 3), Quota({"groep": "raad"}, 1, 2))
OF_INHABITANTS = tuple(Quota({"sekse": one}, 0, 2, constituencies=["inwoner"]) for one in "mv")


def asked(*quotas: Quota, size: int = 4, pool: Pool = POOL, **options: Any) -> Question:
    return Question(pool, quotas or (*SEATS, *OF_INHABITANTS), size, **{"constituency": "groep", **options})


def codes(question: Question) -> list[str]:
    errors = find_errors(question)
    assert all(messages.sentence(one).endswith(".") for one in errors)
    return [one.code for one in errors]


def bound(*names: str, low: int = 0, high: int = 4) -> Quota:
    return Quota({"sekse": "m"}, low, high, constituencies=names)


def test_nothing_is_wrong() -> None:
    everything = {
        "address_rule": True,
        "exempt_addresses": ["flat 9"],
        "fixed": ["d", "e"],
        "excluded": ["f", "f"],
    }
    assert codes(asked(**everything)) == []
    problem = Problem(POOL, (*SEATS, *OF_INHABITANTS), 4, constituency="groep", **everything)  # type: ignore[arg-type]  # any
    assert (problem.fixed, problem.excluded, problem.exempt_addresses) == (("d", "e"), ("f",), ("flat 9",))


@pytest.mark.parametrize(
    ("error", "question"),
    [
        (ProblemError("no_seats_left", {"fixed": 2, "size": 2}), asked(SEATS[1], size=2, fixed=["d", "e"])),
        (ProblemError("not_in_pool", {"id": "z"}), asked(fixed=["z"])),
        (ProblemError("not_in_pool", {"id": "y"}), asked(excluded=["a", "y"])),
        (ProblemError("fixed_and_excluded", {"id": "b"}), asked(fixed=["b"], excluded=["b", "a"])),
        (
            ProblemError("no_addresses"),
            asked(pool=dataclasses.replace(POOL, addresses=()), address_rule=True),
        ),
        (ProblemError("wrong_shape"), asked(pool=dataclasses.replace(POOL, addresses=("", "")))),
        (
            ProblemError("fixed_at_one_address", {"ids": "a, b"}),
            asked(fixed=["a", "b"], address_rule=True),
        ),
        (ProblemError("no_constituency"), asked(bound("inwoner"), constituency="")),
        (ProblemError("missing_feature", {"feature": "wijk"}), asked(constituency="wijk")),
        (ProblemError("unknown_constituency", {"constituency": "jeugd"}), asked(bound("inwoner", "jeugd"))),
        (
            ProblemError("flex_inside", {"quota": "sekse: m", "min": 1, "max": 2, "low": 2, "high": 3}),
            asked(Quota({"sekse": "m"}, 1, 2, flex=(2, 3))),
        ),
        (
            ProblemError("flex_inside", {"quota": "sekse: m", "min": 1, "max": 2, "low": 0, "high": 1}),
            asked(Quota({"sekse": "m"}, 1, 2, flex=(0, 1))),
        ),
        (
            ProblemError("flex_inside", {"quota": "sekse: m", "min": 1, "max": 2, "low": -1, "high": 3}),
            asked(Quota({"sekse": "m"}, 1, 2, flex=(-1, 3))),
        ),
        *(
            (
                ProblemError("weight_range", {"quota": "sekse: m"}),
                asked(Quota({"sekse": "m"}, 1, 2, weight=weight)),
            )
            for weight in (0, -1, 1e-9, 0.000999, 1000.001, 1e300, float("nan"), float("inf"))
        ),
        (
            ProblemError("duplicate_quota", {"quota": "sekse: m (inwoner, raad)", "times": 2}),
            asked(bound("inwoner", "raad"), bound("raad", "inwoner", low=1)),
        ),
        (
            ProblemError("unknown_value", {"id": "f", "feature": "sekse", "value": "x"}),
            asked(*SEATS, *(Quota({"sekse": one}, 0, 2, constituencies=["raad"]) for one in "mv")),
        ),
        (
            ProblemError("minima_above_size", {"feature": "sekse", "sum": 4, "size": 3}),
            asked(*SEATS, bound("inwoner", low=4)),
        ),
        (
            ProblemError("maxima_below_size", {"feature": "sekse", "sum": 1, "size": 2}),
            asked(*SEATS, bound("inwoner", high=1)),
        ),
        (ProblemError("quota_short", {"quota": "sekse: m", "need": 4, "have": 3}), asked(bound(low=4))),
        (
            ProblemError("quota_short", {"quota": "groep: inwoner", "need": 3, "have": 2}),
            asked(Quota({"groep": "inwoner"}, 3, 4), address_rule=True),
        ),
        (
            ProblemError("quota_short", {"quota": "groep: inwoner", "need": 3, "have": 2}),
            asked(Quota({"groep": "inwoner"}, 3, 4), excluded=["b"]),
        ),
        (
            ProblemError("fixed_above_maximum", {"quota": "sekse: m", "fixed": 2, "max": 1}),
            asked(bound(high=1), fixed=["a", "d"]),
        ),
        (
            ProblemError("too_few_open", {"seats": 5, "size": 6}),
            asked(size=6, address_rule=True, fixed=["d"], exempt_addresses=["flat 9"]),
        ),
        (
            ProblemError("feature_short", {"feature": "sekse", "seats": 1, "size": 2}),
            asked(*SEATS, *OF_INHABITANTS, excluded=["a", "b"]),
        ),
    ],
    ids=lambda one: one.code if isinstance(one, ProblemError) else "",
)
def test_every_rule(error: ProblemError, question: Question) -> None:
    found = find_errors(question)
    assert find_faults(question) == [one for one in found if one.code not in SHORTAGES]
    assert error.code in codes(question)
    matching = [one for one in found if one.code == error.code]
    if error.code != "duplicate_quota":
        assert error in matching
    options = {one.name: getattr(question, one.name) for one in dataclasses.fields(Question) if one.kw_only}
    if error.code not in SHORTAGES:
        with pytest.raises(InvalidProblem):
            Problem(question.pool, question.quotas, question.size, **options)


def test_quotas_of_two_constituencies_stand_side_by_side() -> None:
    """The same values for others are other quotas; each names every value of its own people."""
    others = tuple(Quota({"sekse": one}, 0, 2, constituencies=["raad"]) for one in "mvx")
    assert codes(asked(*SEATS, *OF_INHABITANTS, *others)) == []
    assert set(single_quotas((*SEATS, *OF_INHABITANTS, *others))) == {
        ("groep", ()),
        ("sekse", ("inwoner",)),
        ("sekse", ("raad",)),
    }
    rows = membership(asked(*SEATS, *OF_INHABITANTS, *others))
    assert rows.astype(int).tolist() == [
        [1, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [1, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
    ]


def test_a_constituency_without_a_quota_may_take_all_seats() -> None:
    """Nothing says how many seats it gets, so none of its quotas can ask too much of it."""
    assert codes(
        asked(bound("inwoner", low=1, high=1), Quota({"sekse": "v"}, 3, 3, constituencies=["inwoner"]))
    ) == ["quota_short"]
    assert "maxima_below_size" not in codes(asked(bound("raad", high=0)))


def test_a_constituency_may_be_known_from_its_quota_alone() -> None:
    """Nobody of it signed up: short, but not unknown."""
    youth = Quota({"groep": "jeugd"}, 1, 1)
    assert codes(asked(*SEATS, youth, bound("jeugd", low=0, high=1))) == [
        "quota_short",
        "feature_short",
    ]


def test_no_quotas() -> None:
    assert membership(Question(POOL, (), 2)).shape == (0, 6)
    assert supply_errors(Question(POOL, (), 2)) == []


def test_who_stands_where() -> None:
    where = standing(asked(fixed=["a"], excluded=["f"], address_rule=True))
    assert where.fixed.tolist() == [True, False, False, False, False, False]
    assert where.open.tolist() == [False, False, True, True, True, False]  # b lives with a
    assert where.household.tolist() == [0, 0, 2, 3, 3, 5]
    apart = standing(asked(fixed=["a"], address_rule=True, exempt_addresses=["straat 1"]))
    assert apart.open.tolist() == [False, True, True, True, True, True]
    assert apart.household.tolist() == [0, 1, 2, 3, 3, 5]
    assert np.array_equal(standing(asked()).household, np.arange(6))


def test_everything_at_once() -> None:
    broken = asked(
        bound("jeugd", low=5, high=3),
        Quota({"stad": "x"}, 0, 1, weight=0, flex=(1, 1)),
        fixed=["z", "b"],
        excluded=["b"],
        address_rule=True,
        pool=dataclasses.replace(POOL, addresses=()),
    )
    assert set(codes(broken)) == {
        "min_above_max",
        "missing_feature",
        "weight_range",
        "flex_inside",
        "unknown_constituency",
        "not_in_pool",
        "fixed_and_excluded",
        "no_addresses",
        "minima_above_size",
        "maxima_below_size",
    }
