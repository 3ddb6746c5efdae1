"""Numbers as people write them in files and options: "4 %", "0,04", "12.500"."""

from __future__ import annotations

import re
from fractions import Fraction

from ..quotas import exact_number

COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3}){1,3}", re.ASCII)


def count(text: str) -> int:
    """A whole number of 0 or more; "226.786" is 226786. Raises ValueError."""
    plain = text.strip()
    if GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not COUNT.fullmatch(plain):
        raise ValueError(text)
    return int(plain)


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
