"""Chance that can be replayed: known numbers, and every set of people equally likely."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from civic.sortition.stream import Stream

DRAWS = 12_000
# 99.9 % of fair streams stay below these (chi-square with 4, 9 and 19 degrees of freedom)
LIMITS = {5: 18.5, 10: 27.9, 20: 43.8}


def chi_square(counts: Counter[tuple[str, ...]], cells: int) -> float:
    expected = sum(counts.values()) / cells
    spread = sum((count - expected) ** 2 for count in counts.values())
    return (spread + (cells - len(counts)) * expected**2) / expected


@pytest.mark.parametrize(("people", "number", "cells"), [(5, 1, 5), (5, 2, 10), (5, 4, 5), (6, 3, 20)])
def test_every_set_is_equally_likely(people: int, number: int, cells: int) -> None:
    names = "abcdef"[:people]
    sets = [tuple(sorted(Stream(f"test/{draw}").sample(names, number))) for draw in range(DRAWS)]
    counts = Counter(sets)
    assert set(counts) == set(combinations(names, number))
    assert chi_square(counts, cells) < LIMITS[cells]


def test_one_stream_is_fair_in_the_long_run() -> None:
    stream = Stream("one")
    counts = Counter((str(stream.below(10)),) for _ in range(DRAWS))
    assert chi_square(counts, 10) < LIMITS[10]


def test_known_numbers() -> None:
    """SHA-256 of "civic/0", "civic/1", …: anybody can compute these with other tools."""
    stream = Stream("civic")
    assert [stream.below(2**64) for _ in range(2)] == [3016643907047801024, 4019901739398113140]
    assert Stream("civic").sample("abcdefgh", 3) == ["a", "g", "c"]
    assert Stream("civic").below(1000) == 24


def test_one_possibility() -> None:
    stream = Stream("x")
    assert [stream.below(1) for _ in range(5)] == [0] * 5
    assert Stream("x").sample(["a"], 1) == ["a"]
    assert Stream("x").sample(["a"], 0) == []
    assert sorted(Stream("x").sample("abc", 3)) == ["a", "b", "c"]


def test_low_numbers_are_not_favoured() -> None:
    """With a limit of three quarters of 2**64 a quarter of the words is thrown away, not folded back."""
    limit = 3 * 2**62
    stream = Stream("fold")
    low = sum(stream.below(limit) < limit // 2 for _ in range(4000))
    assert abs(low - 2000) < 130  # four standard deviations; folding back would give 2667
