"""The interval against brute force, and against the promise that it makes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from civic.initiatives.service.sample_interval import Sample, estimate, interval, size_for


def chance(population: int, size: int, valid: int, seen: int) -> Fraction:
    if not 0 <= seen <= valid or size - seen > population - valid or seen > size:
        return Fraction(0)
    return Fraction(comb(valid, seen) * comb(population - valid, size - seen), comb(population, size))


def brute(sample: Sample) -> tuple[int, int]:
    """Every K, one after the other, by the definition."""
    population, size, seen = sample.population, sample.size, sample.valid
    kept = []
    for valid in range(seen, population - size + seen + 1):
        upper = sum(chance(population, size, valid, i) for i in range(seen, size + 1))
        lower = sum(chance(population, size, valid, i) for i in range(seen + 1))
        if upper > Fraction(1, 40) and lower > Fraction(1, 40):
            kept.append(valid)
    return min(kept), max(kept)


@pytest.mark.parametrize("population", [1, 2, 7, 12, 19])
def test_equals_brute_force(population: int) -> None:
    for size in range(1, population + 1):
        for seen in range(size + 1):
            sample = Sample(population, size, seen)
            assert interval(sample) == brute(sample), sample


def test_covers_at_least_95_of_100() -> None:
    population, size = 40, 11
    found = {seen: interval(Sample(population, size, seen)) for seen in range(size + 1)}
    for valid in range(population + 1):
        covered = sum(
            chance(population, size, valid, seen)
            for seen, (low, high) in found.items()
            if low <= valid <= high
        )
        assert covered >= Fraction(95, 100), valid


def test_everybody_looked_at_leaves_no_doubt() -> None:
    for population, seen in product((1, 5, 300), (0, 1)):
        assert interval(Sample(population, population, seen)) == (seen, seen)


def test_large_ones_are_quick_and_sensible() -> None:
    low, high = interval(Sample(100_000, 2_000, 1_800))
    assert 88_000 < low < 90_000 < high < 91_500
    assert estimate(Sample(100_000, 2_000, 1_800)) == 90_000
    assert interval(Sample(450, 60, 58)) == interval(Sample(450, 60, 58))


@pytest.mark.parametrize(("population", "margin", "wanted"), [(100_000, 5, 383), (450, 5, 208), (10, 5, 10)])
def test_size_for_a_precision(population: int, margin: int, wanted: int) -> None:
    assert size_for(population, margin) == wanted


@pytest.mark.parametrize("numbers", [(10, 0, 0), (10, 11, 3), (10, 5, 6), (10, 5, -1)])
def test_no_such_sample(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such sample"):
        Sample(*numbers)
