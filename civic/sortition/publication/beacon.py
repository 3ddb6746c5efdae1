"""The public source of chance, for who runs a draw: is this the signature of that round, and when is a round?

check_round(QUICKNET, 1000, "b446…")       True, False, or ValueError where it is no signature of that kind
round_at(QUICKNET, seconds)                the first round at or after a moment
moment_of(QUICKNET, 1000)                  when a round appears, in seconds since 1970 (UTC)

The chains and the arithmetic are those of `verify_draw`, so that the site takes no signature that the public
script refuses. A check costs about 0.6 s of processor time; what is no point of the curve is refused within
a tenth of that.
"""

from __future__ import annotations

import re

from .verify_draw import CHAINS, PRACTICE, QUICKNET, Chain, curve_holds, curve_library, practice_signature

LARGEST_ROUND = 2**53 - 1
CHAINED = "pedersen-bls-chained"  # such a chain signs the signature of the round before, too


class NoLibrary(RuntimeError):
    """py_ecc is not installed, so nothing can be said."""


def check_round(chain: str, number: int, signature_hex: str, previous_hex: str = "") -> bool:
    """Is `signature_hex` what `chain` gave in round `number`?

    previous_hex   the signature of the round before, for drand's default chain; '' for the others
    Raises ValueError when the chain is unknown, a round or a text cannot be one of that chain (lower-case hex
    of its length only), or the signature is no point of its group. Raises NoLibrary.
    """
    known = _chain(chain)
    if not 1 <= number <= LARGEST_ROUND:
        raise ValueError("no such round")
    signature = _bytes(signature_hex, known.size)
    previous = _bytes(previous_hex, known.size if known.scheme == CHAINED else 0)
    if chain == PRACTICE:
        return signature == practice_signature(number)
    if curve_library() is None:
        raise NoLibrary("py_ecc")
    return curve_holds(chain, number, signature, previous)


def round_at(chain: str, seconds: int) -> int:
    """The first round that appears at `seconds` or later; 1 before the chain began."""
    known = _chain(chain)
    return max(0, -((known.genesis - seconds) // known.period)) + 1


def moment_of(chain: str, number: int) -> int:
    """genesis + (number - 1) · period"""
    if number < 1:
        raise ValueError("no such round")
    return _chain(chain).moment(number)


def _chain(chain: str) -> Chain:
    if chain not in CHAINS:
        raise ValueError("an unknown chain")
    return CHAINS[chain]


def _bytes(text: str, size: int) -> bytes:
    if not re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text):
        raise ValueError(f"not {size} bytes in lower-case hex")
    return bytes.fromhex(text)


__all__ = ["CHAINS", "PRACTICE", "QUICKNET", "NoLibrary", "check_round", "moment_of", "round_at"]
