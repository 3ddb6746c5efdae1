"""How many supports are valid, seen through a sample: exact, for a population that is not endless.

A simple random sample of n out of N holds x valid ones. If K of all N are valid, X is hypergeometric:

    P(X = i | K) = C(K, i) · C(N - K, n - i) / C(N, n)

The interval keeps every K that the sample does not contradict, each tail at alpha / 2:

    low  = min{ K : P(X >= x | K) > alpha / 2 }
    high = max{ K : P(X <= x | K) > alpha / 2 }

That is the test-inversion interval of Clopper and Pearson (Biometrika 26, 1934, 404-413) for the
hypergeometric distribution: J.P. Buonaccorsi, "A note on confidence intervals for proportions in finite
populations", The American Statistician 41 (1987) 215-218. It covers the true K at least 95 times in 100,
whatever K is; it may be a little wider than needed, never too narrow. K always lies between x (those were
seen) and N - (n - x). P(X >= x | K) grows with K and P(X <= x | K) falls, so both ends are found by halving.
All of it in whole numbers: nothing is rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TWENTY = 20  # alpha = 1/20, so a tail is 1/40
Z = 1.959963984540054  # of 95 %


@dataclass(frozen=True)
class Sample:
    """`valid` of the `size` that were looked at, out of `population`."""

    population: int
    size: int
    valid: int

    def __post_init__(self) -> None:
        if not (0 <= self.valid <= self.size <= self.population and self.size > 0):
            raise ValueError("no such sample")


def interval(sample: Sample) -> tuple[int, int]:
    """The lowest and the highest number of valid ones in the population, with 95 % confidence."""
    least, most = sample.valid, sample.population - (sample.size - sample.valid)
    low, high = least, most
    while low < high:  # the first K whose upper tail is large enough
        middle = (low + high) // 2
        if _is_likely(_upper_tail(sample, middle), sample):
            high = middle
        else:
            low = middle + 1
    lowest, high = low, most
    while low < high:  # the last K whose lower tail is large enough
        middle = (low + high + 1) // 2
        if _is_likely(_lower_tail(sample, middle), sample):
            low = middle
        else:
            high = middle - 1
    return lowest, low


def estimate(sample: Sample) -> int:
    """The most likely number, rounded down: the share in the sample times the population."""
    return sample.population * sample.valid // sample.size


def _is_likely(ways: int, sample: Sample) -> bool:
    """Is ways / C(N, n) more than 1/40?"""
    return ways * 2 * TWENTY > math.comb(sample.population, sample.size)


def _upper_tail(sample: Sample, valid: int) -> int:
    """The number of samples with at least as many valid ones, if `valid` of all were valid."""
    return _ways(sample, valid, sample.valid, min(sample.size, valid))


def _lower_tail(sample: Sample, valid: int) -> int:
    fewest = max(0, sample.size - (sample.population - valid))
    return _ways(sample, valid, fewest, sample.valid)


def _ways(sample: Sample, valid: int, first: int, last: int) -> int:
    """The sum of C(K, i) · C(N - K, n - i) for i from first to last, each from the one before it."""
    if first > last:
        return 0
    others, size = sample.population - valid, sample.size
    term = math.comb(valid, first) * math.comb(others, size - first)
    total = term
    for i in range(first, last):
        term = term * (valid - i) * (size - i) // ((i + 1) * (others - size + i + 1))
        total += term
    return total


def size_for(population: int, margin_percent: int) -> int:
    """How many to look at for plus or minus this many percent, in the worst case (half of them valid).

    Cochran, Sampling Techniques (1977), section 4.4: n = n0 / (1 + (n0 - 1) / N), n0 = z² · ¼ / margin².
    """
    wanted = Z * Z / 4 / (margin_percent / 100) ** 2
    return min(population, math.ceil(wanted / (1 + (wanted - 1) / population)))
