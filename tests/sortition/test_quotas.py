"""Quotas from population shares: always possible together, whatever the shares, seats and tolerance."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition.errors import InvalidProblem
from civic.sortition.messages import SENTENCES
from civic.sortition.question import Pool
from civic.sortition.quotas import (
    QuotaPlan,
    Tolerance,
    count_values,
    exact_number,
    plan_quotas,
)

# domain handbook E1: education in Almere, low / middle / high, per cent
EDUCATION = {"opleiding": {"laag": 27, "midden": 45, "hoog": 28}}
NONE = Tolerance(share=0, seats=0, least=0)


def codes(error: pytest.ExceptionInfo[InvalidProblem]) -> list[str]:
    assert all(SENTENCES[one.code].format(**one.params) for one in error.value.errors)
    return [one.code for one in error.value.errors]


def bounds(plan: QuotaPlan) -> list[tuple[int, int]]:
    assert [(one.minimum, one.maximum) for one in plan.quotas] == [
        (one.minimum, one.maximum) for one in plan.targets
    ]
    return [(one.minimum, one.maximum) for one in plan.targets]


def test_five_per_cent_to_either_side() -> None:
    """The example of the field: half of 100 seats becomes 45-55."""
    plan = plan_quotas({"gender": {"female": 1, "male": 1}}, 100)
    assert bounds(plan) == [(45, 55), (45, 55)]
    assert [quota.label for quota in plan.quotas] == ["gender: female", "gender: male"]
    assert plan.warnings == ()


def test_exact_shares_and_whole_targets() -> None:
    plan = plan_quotas(EDUCATION, 50, tolerance=NONE)
    assert [one.exact for one in plan.targets] == [Fraction(27, 2), Fraction(45, 2), Fraction(14)]
    # 13.5 and 22.5: the larger share goes first
    assert [one.seats for one in plan.targets] == [13, 23, 14]
    assert bounds(plan) == [(13, 14), (22, 23), (14, 14)]
    assert [one.share for one in plan.targets] == [Fraction(27, 100), Fraction(45, 100), Fraction(28, 100)]


def test_seats_and_share_the_larger_counts() -> None:
    half = {"x": {"a": 1, "b": 1}}
    assert bounds(plan_quotas(half, 20, tolerance=Tolerance(share=0.05, seats=2))) == [(8, 12)] * 2
    assert bounds(plan_quotas(half, 100, tolerance=Tolerance(share=0.05, seats=2))) == [(45, 55)] * 2
    assert bounds(plan_quotas(half, 20, tolerance=Tolerance(share="0,05", seats="1,5"))) == [(9, 11)] * 2


def test_a_wide_tolerance_keeps_half_of_a_small_group() -> None:
    """Urk has 7.3 of 150 seats; 5 % of the panel is 7.5."""
    shares = {"gemeente": {"Urk": 21_914, "elders": 451_052 - 21_914}}
    assert bounds(plan_quotas(shares, 150)) == [(3, 14), (136, 150)]
    assert bounds(plan_quotas(shares, 150, tolerance=Tolerance(least=0)))[0] == (0, 14)


def test_a_share_of_zero_shuts_nobody_out() -> None:
    plan = plan_quotas({"gender": {"female": 50, "male": 50, "x": 0}}, 10, tolerance=NONE)
    assert bounds(plan) == [(5, 5), (5, 5), (0, 1)]


@given(
    st.lists(st.fractions(0, 5, max_denominator=40), min_size=1, max_size=6).filter(any),
    st.integers(1, 60),
    st.fractions(0, 1, max_denominator=50),
    st.fractions(0, 4, max_denominator=4),
    st.fractions(0, 1, max_denominator=4),
)
def test_the_values_of_a_feature_are_always_possible_together(
    shares: list[Fraction], size: int, share: Fraction, seats: Fraction, least: Fraction
) -> None:
    values = {f"v{place}": number for place, number in enumerate(shares)}
    plan = plan_quotas({"f": values}, size, tolerance=Tolerance(share, seats, least))
    assert sum(one.seats for one in plan.targets) == size
    assert sum(low for low, _high in bounds(plan)) <= size <= sum(high for _low, high in bounds(plan))
    stray = max(Fraction(1), seats, share * size)
    for one in plan.targets:
        assert 0 <= one.minimum <= one.seats <= one.maximum <= size
        assert one.minimum <= one.exact <= one.maximum
        assert one.minimum >= int(least * one.exact)
        assert one.minimum > one.exact - stray - 1
        assert one.maximum <= one.exact + stray


def test_quotas_of_a_constituency() -> None:
    bound = ("mantelzorgers", "zorgontvangers")
    plan = plan_quotas(EDUCATION, 50, constituencies=bound, registrants={"opleiding": {"midden": 60}})
    assert {quota.constituencies for quota in plan.quotas} == {bound}
    assert plan.warnings[0].params["quota"] == "opleiding: laag (mantelzorgers, zorgontvangers)"


def test_registrants_give_warnings_and_change_nothing() -> None:
    have = {"opleiding": {"laag": 3, "midden": 20, "hoog": 14, "anders": 4}}
    plan = plan_quotas(EDUCATION, 50, registrants=have)
    assert bounds(plan) == bounds(plan_quotas(EDUCATION, 50))
    assert [one.registrants for one in plan.targets] == [3, 20, 14]
    assert [(one.code, dict(one.params)) for one in plan.warnings] == [
        ("quota_short", {"quota": "opleiding: laag", "need": 11, "have": 3}),
        ("feature_short", {"feature": "opleiding", "seats": 37, "size": 50}),
        ("quota_no_share", {"feature": "opleiding", "value": "anders", "have": 4}),
    ]
    for one in plan.warnings:
        assert SENTENCES[one.code].format(**one.params)


def test_enough_registrants_no_warnings() -> None:
    have = {"opleiding": {"laag": 30, "midden": 45, "hoog": 90}}
    assert plan_quotas(EDUCATION, 50, registrants=have).warnings == ()
    assert plan_quotas(EDUCATION, 50, registrants={}).targets[0].registrants is None


def test_counting_a_pool() -> None:
    pool = Pool.of({"1": {"a": "x", "b": "z"}, "2": {"a": "y", "b": "z"}})
    assert count_values(pool) == {"a": {"x": 1, "y": 1}, "b": {"z": 2}}
    assert count_values(Pool(features=("a",), ids=(), values=())) == {"a": {}}


@pytest.mark.parametrize("number", ["49,6", "49.6", " 49.6 ", 49.6, Decimal("49.6"), Fraction(248, 5)])
def test_numbers_are_taken_as_written(number: str | float | Decimal | Fraction) -> None:
    assert exact_number(number) == Fraction(248, 5)


@pytest.mark.parametrize("number", ["", "veel", "nan", float("inf"), "1e999999999", "1,000.5"])
def test_what_is_not_a_number(number: str | float) -> None:
    assert exact_number(number) is None


def test_every_error_at_once() -> None:
    shares: dict[str, dict[str, float | str]] = {
        "a": {"x": "veel", "y": -1},
        "b": {},
        "c": {" ": 1},
        "d": {"x": 0},
    }
    with pytest.raises(InvalidProblem) as error:
        plan_quotas(shares, 0, tolerance=Tolerance(share=2, seats=-1, least="x"))
    assert codes(error) == [
        "quota_share_no_number",
        "quota_share_negative",
        "quota_no_shares",
        "quota_blank_name",
        "quota_no_shares",
        "quota_tolerance_share",
        "quota_tolerance_share",
        "quota_tolerance_seats",
        "size_below_one",
    ]
    with pytest.raises(InvalidProblem) as error:
        plan_quotas({}, 10)
    assert codes(error) == ["quota_no_features"]
