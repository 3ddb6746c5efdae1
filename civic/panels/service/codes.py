"""The personal code of a letter, "K7QM-3XDP-WT5R": twelve signs, of which the last one checks the others.

The alphabet is Crockford's base 32 (no I, L, O or U). The first eleven signs are 55 bits of HMAC-SHA-256 over
the secret of the share. The check sign makes the sum of `WEIGHTS[i] * sign[i]` zero in the field of 32
elements. All weights differ and none is zero, so every single wrong sign and every swap of two different
signs, adjacent or not, is caught; of two wrong signs 31 in 32 are.
"""

from __future__ import annotations

import hashlib
import hmac

from civic.crypto import blind_index

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
LENGTH, SECRET_SIGNS = 12, 11
BITS_PER_SIGN = 5
FIELD = 0b100101  # x⁵ + x² + 1: x generates the field, so its powers 0 to 30 all differ
SECRET_BYTES = 32
LONGEST_TYPED = 60  # spaces and hyphens are forgiven, a book is not
READS_AS = str.maketrans("OIL", "011")
SKIPPED = str.maketrans("", "", " \t\r\n-_.\u00a0\u2010\u2011\u2012\u2013\u2014")


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ FIELD if value & 32 else value


def _weighted(position: int) -> tuple[int, ...]:
    """What each sign adds to the sum in this position: x to the power `position + 1`, times the sign."""
    products = list(range(32))
    for _power in range(position + 1):
        products = [_times_x(value) for value in products]
    return tuple(products)


WEIGHTED = tuple(_weighted(position) for position in range(SECRET_SIGNS))


def make_code(secret: bytes, number: int) -> str:
    """The code of letter `number` (0, 1, …) of the share with this secret."""
    digest = hmac.digest(secret, b"panel-code\0" + number.to_bytes(8, "big"), hashlib.sha256)
    bits = int.from_bytes(digest[:7], "big") >> 1
    values = [bits >> (BITS_PER_SIGN * place) & 31 for place in range(SECRET_SIGNS)]
    return _grouped("".join(ALPHABET[value] for value in [*values, _check(values)]))


def normalised(text: str) -> str | None:
    """The one spelling of a typed code, or None when it cannot be one (a wrong sign, length or check sign).

    Forgives small letters, spaces and hyphens, O for 0, and I or L for 1.
    """
    if len(text) > LONGEST_TYPED:
        return None
    signs = text.translate(SKIPPED).upper().translate(READS_AS)
    values = [VALUES.get(sign, -1) for sign in signs]
    if len(values) != LENGTH or -1 in values or _check(values[:SECRET_SIGNS]) != values[-1]:
        return None
    return _grouped(signs)


def code_index(code: str) -> str:
    """What is stored of a code: a keyed hash of its one spelling."""
    return blind_index("panel-code", code)


def _check(values: list[int]) -> int:
    total = 0
    for products, value in zip(WEIGHTED, values, strict=True):
        total ^= products[value]
    return total


def _grouped(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"
