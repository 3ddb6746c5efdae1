"""The bytes that are hashed: canonical JSON, the Merkle tree, secrets, leaves, labels and the index.

Written apart from `verify_draw.py` on purpose: a mistake in one of the two shows as a difference.
Sources: RFC 8785 (JCS), RFC 6962 section 2.1 (Merkle tree), RFC 2104 (HMAC).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]

SECRET_BYTES = 16
LABEL_BYTES = 10
LARGEST_NUMBER = 2**53 - 1  # beyond it JavaScript rounds
WORD = 2**64
DRAW_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
PRACTICE_PREFIX = "oefenloting-"
PRACTICE_CHAIN = hashlib.sha256(b"civic-practice-chain/v1: oefenloting").hexdigest()
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


class NotCanonical(ValueError):
    """A float, null, a too large number, or half a surrogate pair: not to be written in one way only."""


def canonical(value: Json) -> bytes:
    """RFC 8785: names ascending by UTF-16 code units, no spaces, UTF-8. Texts are brought into NFC first.

    Raises NotCanonical for floats, null, whole numbers beyond ±(2^53 - 1), lone surrogates and names that
    become equal in NFC.
    """
    try:
        plain = _plain(value)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("half a surrogate pair") from error


def _plain(value: object) -> object:
    """The same with texts in NFC and names in order, so that json.dumps only has to write."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int):
        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            raise NotCanonical(f"too large: {value}")
        return value
    if isinstance(value, Mapping):
        pairs = {unicodedata.normalize("NFC", name): _plain(one) for name, one in value.items()}
        if len(pairs) < len(value):
            raise NotCanonical("two names are equal in NFC")
        return {name: pairs[name] for name in sorted(pairs, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(one) for one in value]
    raise NotCanonical(type(value).__name__)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


# --- Merkle tree -------------------------------------------------------------------------------------------


class Tree:
    """RFC 6962 over leaf hashes, as levels: a node without a neighbour moves up unchanged."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = [node(*below[place : place + 2]) for place in range(0, len(below) - 1, 2)]
            self._levels.append(pairs + below[len(below) - len(below) % 2 :])

    @property
    def root(self) -> bytes:
        return self._levels[-1][0] if self._levels[0] else hashlib.sha256(b"").digest()

    def proof(self, index: int) -> list[bytes]:
        """The neighbours on the way from leaf `index` to the root (RFC 6962 section 2.1.1)."""
        found = []
        for level in self._levels[:-1]:
            other = index ^ 1
            if other < len(level):
                found.append(level[other])
            index //= 2
        return found


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


# --- registrants -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What one registrant gets: s for the labels, and salts that keep the hashes from being guessed.
    Each 16 bytes. Not shown by repr, so that it does not end up in a log."""

    secret: bytes
    salt_person: bytes = b""
    salt_attributes: bytes = b""

    def is_whole(self, *, closed: bool = False) -> bool:
        """Has every part its length? Of a closed entrant only s is left."""
        parts = (self.secret,) if closed else (self.secret, self.salt_person, self.salt_attributes)
        return all(len(part) == SECRET_BYTES for part in parts)


def make_secrets(ids: Iterable[str], draw: str, master: bytes | None = None) -> dict[str, Secret]:
    """{id: Secret}. Without `master` from the operating system's generator, which a real draw needs.

    With `master` (a seed for tests and practice, or a key kept apart) each value is the first 16 bytes of
    HMAC-SHA-256(master, "civic-secret/v1" ‖ 0x00 ‖ purpose ‖ 0x00 ‖ draw ‖ 0x00 ‖ id), id in UTF-8 and last,
    so the parts cannot run into each other. The same master gives the same bundle.
    """
    return {
        one: Secret(*(_secret(purpose, draw, one, master) for purpose in Secret.__slots__)) for one in ids
    }


def _secret(purpose: str, draw: str, member: str, master: bytes | None) -> bytes:
    if master is None:
        return os.urandom(SECRET_BYTES)
    text = "\0".join(("civic-secret/v1", purpose, draw, member))
    return hmac.digest(master, text.encode(), "sha256")[:SECRET_BYTES]


def salted(salt: bytes, content: Json) -> str:
    """SHA-256(salt ‖ JCS(content)) in hex."""
    return hashlib.sha256(salt + canonical(content)).hexdigest()


def label(secret: bytes, draw: str, sequence: int, panel: int) -> str:
    """First 10 bytes of HMAC-SHA-256(s, "civic-label/v1" ‖ 0x00 ‖ draw ‖ 0x00 ‖ sequence ‖ panel) in hex.

    The numbers are 4 bytes, big-endian. The sequence number is in it because a corrected pool is published
    under the same draw id: without it one person's label in panel j would stand in both lists.
    """
    numbers = sequence.to_bytes(4, "big") + panel.to_bytes(4, "big")
    text = b"civic-label/v1\0" + draw.encode("ascii") + b"\0" + numbers
    return hmac.digest(secret, text, "sha256")[:LABEL_BYTES].hex()


# --- the draw ----------------------------------------------------------------------------------------------


def draw_word(randomness: bytes, commitment: bytes, panels: int) -> int:
    """x of security.md section 6.1 step 8: the first word that leaves every panel equally likely."""
    for counter in range(2**32):
        message = b"civic-draw/v1\0" + commitment + counter.to_bytes(4, "big")
        word = int.from_bytes(hmac.digest(randomness, message, "sha256")[:8], "big")
        if word < WORD - WORD % panels:
            return word
    raise ArithmeticError(
        "SHA-256 gave four thousand million rejected words"
    )  # pragma: no cover  # no test can find so many


def draw_index(randomness: bytes, commitment: bytes, panels: int, balls: int = 0) -> int:
    """index = (x mod M + B) mod M."""
    return (draw_word(randomness, commitment, panels) % panels + balls) % panels


def practice_signature(number: int) -> bytes:
    """What the practice chain gives in round `number`. Anybody can compute it beforehand, so it decides
    nothing."""
    message = b"civic-practice/v1\0" + bytes.fromhex(PRACTICE_CHAIN) + number.to_bytes(8, "big")
    return hashlib.sha256(message).digest()
