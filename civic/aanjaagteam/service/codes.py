"""The receipt code: what a reporter keeps. The database has only a keyed hash of it."""

from __future__ import annotations

import secrets

from civic.crypto import blind_index

# no I, L, O, S, U, 0, 1: what looks alike on paper is not in a code
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
GROUPS, GROUP_LENGTH = 5, 4
CODE_LENGTH = GROUPS * GROUP_LENGTH  # 29 ** 20 is 97 bits
SEAL_LENGTH = 32


def new_token() -> str:
    """A one-time mark for one form: random, and recognisable as ours."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{blind_index('report-token', nonce)[:SEAL_LENGTH]}"


def is_own_token(token: str) -> bool:
    nonce, _dot, seal = token.partition(".")
    return secrets.compare_digest(seal.encode(), blind_index("report-token", nonce)[:SEAL_LENGTH].encode())


def normalised_code(typed: str) -> str:
    """Forgive case, spaces, dashes and the two slips that can only mean one thing."""
    signs = typed.upper().replace("S", "5").replace("U", "V")
    return "".join(sign for sign in signs if sign in ALPHABET)


def written_code(code: str) -> str:
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))


def code_hash(code: str) -> str:
    return blind_index("report-code", code)
