"""Which characters our fonts can print. A font that lacks one prints a box, and nobody notices in time."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

from civic.typesetting.engine import FONTS

# steer the direction of text, and print nothing
INVISIBLE = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")
WINDOWS, UNICODE_BMP, UNICODE_FULL = 3, 1, 10


def unprintable(text: str) -> list[str]:
    """The characters of a text that a letter cannot hold, each once."""
    if text.isascii():
        return [sign for sign in dict.fromkeys(text) if sign < " " and sign not in INVISIBLE]
    return [sign for sign in dict.fromkeys(text) if sign not in INVISIBLE and ord(sign) not in _printable()]


@cache
def _printable() -> frozenset[int]:
    """What the regular weights have; the bold ones have the same (a test looks)."""
    return frozenset().union(*(coverage(path) for path in sorted(FONTS.glob("*-Regular.ttf"))))


def coverage(path: Path) -> frozenset[int]:
    """The code points of a font, read from its `cmap` table (OpenType 1.9, formats 4 and 12)."""
    content = path.read_bytes()
    start = _table(content, b"cmap")
    (count,) = struct.unpack_from(">H", content, start + 2)
    found: set[int] = set()
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", content, start + 4 + 8 * number)
        if platform == WINDOWS and encoding in (UNICODE_BMP, UNICODE_FULL):
            found |= _subtable(content, start + offset)
    return frozenset(found - set(range(0x20)))


def _table(content: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", content, 4)
    for number in range(count):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", content, 12 + 16 * number)
        if tag == name:
            return int(offset)
    raise ValueError("a font without this table")


def _subtable(content: bytes, start: int) -> set[int]:
    (kind,) = struct.unpack_from(">H", content, start)
    if kind == 12:
        return _groups(content, start)
    return _segments(content, start) if kind == 4 else set()


def _groups(content: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">I", content, start + 12)
    found: set[int] = set()
    for number in range(count):
        first, last, _glyph = struct.unpack_from(">III", content, start + 16 + 12 * number)
        found.update(range(first, last + 1))
    return found


def _segments(content: bytes, start: int) -> set[int]:
    """Format 4: ends, a pad, then starts. Both fonts are Noto's: no code in a segment lacks a glyph."""
    (twice,) = struct.unpack_from(">H", content, start + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", content, start + 14)
    starts = struct.unpack_from(f">{count}H", content, start + 16 + twice)
    return {
        code
        for first, last in zip(starts, ends, strict=True)
        for code in range(first, last + 1)
        if code < 0xFFFF
    }
