"""The code on a paper sheet: six signs and a check sign, made with the number of the initiative.

31 signs that cannot be mistaken for one another, and 31 is a prime: weighted sums modulo a prime find every
single wrong sign and every two that changed places (like ISBN-10 does with 11). The number of the initiative
is in the sum, so a sheet of another initiative is found too, in 30 of 31 cases.
"""

from __future__ import annotations

import re

from civic.crypto import blind_index

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"  # without 0 O 1 I U
BODY = 6
COPIES = 99
CODE = re.compile(rf"([{SIGNS}]{{3}})-?([{SIGNS}]{{3}})-?([{SIGNS}])(?:/([1-9][0-9]?))?\Z")


def make(initiative_id: int, number: int, batch: str) -> str:
    """The code of sheet `number` of a batch that was printed together; the same again gives the same."""
    secret = int(blind_index(f"support-sheet:{initiative_id}", f"{batch}:{number}"), 16)
    signs = []
    for _position in range(BODY):
        secret, rest = divmod(secret, len(SIGNS))
        signs.append(SIGNS[rest])
    body = "".join(signs)
    return _written(body, check_sign(initiative_id, body))


def check_sign(initiative_id: int, body: str) -> str:
    weighted = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(body, start=2))
    return SIGNS[(initiative_id + weighted) % len(SIGNS)]


def _written(body: str, check: str, copy: str | None = None) -> str:
    return f"{body[:3]}-{body[3:]}-{check}" + (f"/{copy}" if copy else "")


def parse(initiative_id: int, text: str) -> str | None:
    """The code as we write it; None when it holds a typing error or is of another initiative.

    A photocopy has the same code: "ABC-DEF-G/2" is the second one.
    """
    found = CODE.match("".join(text.split()).upper())
    if found is None:
        return None
    body = found[1] + found[2]
    return _written(body, found[3], found[4]) if check_sign(initiative_id, body) == found[3] else None
