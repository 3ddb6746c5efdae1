"""A question checks itself: a code for every rule, all broken rules at once, a digest that pins it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from civic.sortition.errors import InvalidProblem, ProblemError
from civic.sortition.problem import Problem
from civic.sortition.question import LARGEST_SIZE, Pool, Question, Quota, matches
from civic.sortition.validation import SHORTAGES, find_errors

POOL = Pool(("sekse", "wijk"), ("a", "b", "c", "d"), (("m", "n"), ("v", "n"), ("m", "z"), ("v", "z")))
SEXES = (Quota({"sekse": "m"}, 1, 1), Quota({"sekse": "v"}, 1, 1))


def quotas_of(*bounds: tuple[int, int]) -> tuple[Quota, ...]:
    return tuple(Quota({"sekse": one}, *pair) for one, pair in zip("mv", bounds, strict=True))


def priced(**price: Any) -> tuple[Quota, ...]:
    return Quota({"sekse": "m"}, 1, 1, **price), SEXES[1]


def district(*names: str) -> tuple[Quota, ...]:
    return tuple(Quota({"sekse": one}, 0, 2, constituencies=names) for one in "mv")


def with_rows(*rows: tuple[str, ...]) -> Pool:
    return dataclasses.replace(POOL, values=tuple(rows))


def found(pool: Pool, quotas: tuple[Quota, ...], size: int) -> dict[str, ProblemError]:
    return {error.code: error for error in find_errors(Question(pool, quotas, size))}


@pytest.mark.parametrize(
    ("code", "params", "pool", "quotas", "size"),
    [
        ("empty_pool", {}, Pool((), (), ()), (), 1),
        ("size_below_one", {"size": 0}, POOL, (), 0),
        ("size_too_large", {"size": 30_001, "maximum": LARGEST_SIZE}, POOL, (), 30_001),
        ("size_above_pool", {"size": 5, "pool": 4}, POOL, (), 5),
        ("duplicate_feature", {"feature": "x"}, Pool(("x", "x"), ("a",), (("1", "2"),)), (), 1),
        ("duplicate_id", {"id": "a", "times": 2}, Pool((), ("a", "a"), ((), ())), (), 1),
        ("blank_id", {"times": 1}, Pool((), ("a", " "), ((), ())), (), 1),
        ("wrong_shape", {}, with_rows(("m",), ("v",), ("m",), ("v",)), SEXES, 2),
        ("wrong_shape", {}, with_rows(("m", "n")), SEXES, 2),
        ("missing_feature", {"feature": "stad"}, POOL, (Quota({"stad": "x"}, 0, 1),), 2),
        ("duplicate_quota", {"quota": "sekse: m"}, POOL, (*SEXES, SEXES[0]), 2),
        ("negative_minimum", {"quota": "sekse: m", "min": -1}, POOL, quotas_of((-1, 1), (1, 1)), 2),
        ("min_above_max", {"quota": "sekse: m", "min": 2, "max": 1}, POOL, quotas_of((2, 1), (0, 1)), 2),
        (
            "feature_twice",
            {"quota": "sekse: m, sekse: v"},
            POOL,
            (Quota([("sekse", "m"), ("sekse", "v")], 0, 1),),
            2,
        ),
        ("feature_twice", {"quota": ""}, POOL, (Quota({}, 0, 1),), 2),
        (
            "unknown_value",
            {"id": "b", "feature": "sekse", "value": "v"},
            POOL,
            (Quota({"sekse": "m"}, 0, 2),),
            2,
        ),
        ("minima_above_size", {"feature": "sekse", "sum": 3, "size": 2}, POOL, quotas_of((2, 2), (1, 2)), 2),
        (
            "minima_above_size",
            {"feature": "sekse: m, wijk: n", "sum": 10**400, "size": 2},
            POOL,
            (Quota({"sekse": "m", "wijk": "n"}, 10**400, 10**400),),
            2,
        ),
        ("maxima_below_size", {"feature": "sekse", "sum": 1, "size": 2}, POOL, quotas_of((0, 1), (0, 0)), 2),
        ("quota_short", {"quota": "sekse: m", "need": 3, "have": 2}, POOL, quotas_of((3, 3), (0, 1)), 3),
        ("feature_short", {"feature": "sekse", "seats": 3, "size": 4}, POOL, quotas_of((0, 4), (0, 1)), 4),
    ],
)
def test_every_rule(
    code: str, params: dict[str, str | int], pool: Pool, quotas: tuple[Quota, ...], size: int
) -> None:
    assert ProblemError(code, params) in find_errors(Question(pool, quotas, size))
    if code not in SHORTAGES:
        with pytest.raises(InvalidProblem) as caught:
            Problem(pool, quotas, size)
        assert code in {error.code for error in caught.value.errors}


def test_everything_at_once() -> None:
    pool = Pool(("sekse", "sekse"), ("a", "a", ""), (("m",), ("v", "x"), ("x", "x")))
    quotas = (*quotas_of((5, 4), (-1, 0)), SEXES[0], Quota({"stad": "x"}, 0, 9))
    assert set(found(pool, quotas, 4)) == {
        "size_above_pool",
        "duplicate_feature",
        "duplicate_id",
        "blank_id",
        "wrong_shape",
        "missing_feature",
        "duplicate_quota",
        "negative_minimum",
        "min_above_max",
        "minima_above_size",
    }


def test_nothing_is_wrong() -> None:
    assert find_errors(Question(POOL, SEXES, 2)) == []


def test_a_shortage_is_no_fault_of_the_question() -> None:
    quotas = quotas_of((3, 3), (0, 0))
    assert set(found(POOL, quotas, 3)) == {"quota_short", "feature_short"}
    assert Problem(POOL, quotas, 3).quotas == quotas
    men = Question(POOL, quotas_of((0, 1), (1, 3)), 4, fixed=("a", "c"), excluded=("b",))
    assert (
        {one.code for one in find_errors(men)}
        == {"quota_short", "feature_short", "fixed_above_maximum", "too_few_open"} - {"quota_short"}
        == SHORTAGES - {"quota_short"}
    )
    assert Problem(POOL, men.quotas, 4, fixed=men.fixed, excluded=men.excluded).fixed == ("a", "c")


def test_a_joint_quota_counts_who_matches_all_of_it() -> None:
    quota = Quota([("wijk", "z"), ("sekse", "v")], 0, 1)
    assert quota.label == "sekse: v, wijk: z"
    assert quota == Quota({"sekse": "v", "wijk": "z"}, 0, 1)
    assert matches(POOL, quota.condition) == [3]
    short = Quota({"sekse": "v", "wijk": "z"}, 2, 2)
    assert found(POOL, (short,), 2)["quota_short"].params == {"quota": quota.label, "need": 2, "have": 1}


def test_a_pool_from_answers() -> None:
    pool = Pool.of({"a": {"sekse": "m"}, "b": {"wijk": "n"}})
    assert pool == Pool(("sekse", "wijk"), ("a", "b"), (("m", ""), ("", "n")))
    assert "unknown_value" in found(pool, SEXES, 1)


def test_every_change_changes_the_digest() -> None:
    questions = [
        Problem(POOL, SEXES, 2),
        Problem(POOL, SEXES[::-1], 2),
        Problem(POOL, (), 2),
        Problem(POOL, (), 3),
        Problem(POOL, quotas_of((0, 1), (1, 1)), 2),
        Problem(POOL, quotas_of((1, 2), (1, 1)), 2),
        Problem(dataclasses.replace(POOL, ids=("a", "b", "c", "e")), SEXES, 2),
        Problem(dataclasses.replace(POOL, ids=("b", "a", "c", "d")), SEXES, 2),
        Problem(dataclasses.replace(POOL, features=("sekse", "stad")), SEXES, 2),
        Problem(with_rows(("m", "n"), ("v", "n"), ("m", "z"), ("v", "y")), SEXES, 2),
        Problem(with_rows(("m", "n"), ("v", "n"), ("v", "z"), ("m", "z")), SEXES, 2),
        Problem(dataclasses.replace(POOL, addresses=("x", "x", "", "")), SEXES, 2),
        Problem(dataclasses.replace(POOL, addresses=("x", "x", "", "")), SEXES, 2, address_rule=True),
        Problem(POOL, SEXES, 2, exempt_addresses=("x",)),
        Problem(POOL, SEXES, 2, fixed=("a",)),
        Problem(POOL, SEXES, 2, excluded=("a",)),
        Problem(POOL, SEXES, 2, constituency="wijk"),
        Problem(POOL, priced(weight=2), 2),
        Problem(POOL, priced(flex=(0, 2)), 2),
        Problem(POOL, priced(flex=(1, 2)), 2),
        Problem(POOL, (*SEXES, *district("n")), 2, constituency="wijk"),
        Problem(POOL, (*SEXES, *district("n", "z")), 2, constituency="wijk"),
    ]
    assert len({one.digest for one in questions}) == len(questions)
    assert Problem(POOL, list(SEXES), 2).digest == questions[0].digest  # type: ignore[arg-type]  # a list


def test_the_text_is_canonical() -> None:
    text = Problem(POOL, SEXES, 2).to_json()
    assert json.loads(text)["members"][3] == ["d", "v", "z"]
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def test_errors_can_be_logged() -> None:
    with pytest.raises(InvalidProblem, match=r"size_below_one \{'size': 0\}; .*min_above_max"):
        Problem(POOL, quotas_of((2, 1), (1, 1)), 0)
