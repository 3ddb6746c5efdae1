"""JSON that can be written in one way only (RFC 8785, JCS), for whatever is hashed or signed.

Narrower than the RFC on purpose. Texts are brought into Unicode form NFC first, and numbers are whole, at
most 2^53 - 1: then every language writes the same bytes without a library for floating point.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

LARGEST_NUMBER = 2**53 - 1  # beyond it JavaScript rounds


class NotCanonical(ValueError):
    """Something in it can be written in more ways than one, or not at all."""


def canonical(value: Json) -> bytes:
    """UTF-8 without spaces, names ascending by their UTF-16 code units.

    Raises `NotCanonical` for a float, a number beyond ±(2^53 - 1), half a surrogate pair, a name that is no
    text, two names that are equal in NFC, and whatever JSON does not know.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half a surrogate pair") from error


def _plain(value: object) -> object:
    """The same with texts in NFC and names in order, so that `json.dumps` only has to write."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _composed(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise NotCanonical("a number too large for JavaScript")
        return int(value)
    if isinstance(value, Mapping):
        return _ordered(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(one) for one in value]
    raise NotCanonical(type(value).__name__)


def _ordered(mapping: Mapping[object, object]) -> dict[str, object]:
    names = [name for name in mapping if isinstance(name, str)]
    pairs = {_composed(name): mapping[name] for name in names}
    if len(pairs) < len(mapping):
        raise NotCanonical("a name is no text, or two names are equal")
    return {name: _plain(pairs[name]) for name in sorted(pairs, key=_utf16)}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", str(text))


def _utf16(name: str) -> bytes:
    """Big-endian, so that comparing bytes compares code units; half a pair is refused later on."""
    return name.encode("utf-16-be", "surrogatepass")
