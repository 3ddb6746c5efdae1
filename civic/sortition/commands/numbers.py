"""Numbers as people write them in files and options: "4 %", "0,04", "12.500"."""

from __future__ import annotations

import re
from fractions import Fraction

from ..quotas import exact_number

GROUPED = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+", re.ASCII)
WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
MOST_DIGITS, COUNT_DIGITS = 18, 12
TOO_LARGE, NEGATIVE = "is te groot", "moet 0 of meer zijn"


class OutOfRange(ValueError):
    """It is a number, but not one that can be used; the text says why, after the number itself."""


def whole_number(text: str) -> int:
    """A whole number of at most 18 digits. Raises ValueError, `OutOfRange` where it is longer."""
    return _whole(text, MOST_DIGITS)


def count(text: str) -> int:
    """A whole number of 0 or more; "226.786" is 226786. Raises ValueError, `OutOfRange` where it is a whole
    number below 0 or above 12 digits."""
    plain = text.strip()
    number = _whole(plain.replace(".", "") if GROUPED.fullmatch(plain) else plain, COUNT_DIGITS)
    if number < 0:
        raise OutOfRange(NEGATIVE)
    return number


def _whole(text: str, most: int) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError(text)
    digits = text.lstrip("+-")
    if len(digits) > most:  # int() itself refuses thousands of digits
        raise OutOfRange(TOO_LARGE)
    return int(text)


def share(text: str) -> Fraction:
    """A part from 0 to 1: "20 %", "20%", "0,2" and "0.2" are the same. Raises ValueError."""
    plain = text.strip()
    number = exact_number(plain.removesuffix("%"))
    if number is None:
        raise ValueError(text)
    part = number / 100 if plain.endswith("%") else number
    if not 0 <= part <= 1:
        raise ValueError(text)
    return part
