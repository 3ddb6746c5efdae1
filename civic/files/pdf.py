"""A PDF is kept as it is, and only given as a download; one that can do something is refused.

This is a look at the bytes, not a reader of PDF: it finds the names of what a program, a started file or a
file inside needs, also where they are written in code (`/J#53`) or packed in an object stream. What it cannot
look into (a password, an object stream packed in an unusual way) is refused too.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from flask_babel import gettext as _

from civic.files.kinds import refused

END = re.compile(rb"%%EOF[\s\0]*\Z")
LONGEST_END = 2048
MOST_UNPACKED = 30 * 1024 * 1024
CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECT = re.compile(rb"\bobj\b")
OBJECT_STREAM = re.compile(rb"/ObjStm\b")
FILTER = re.compile(rb"/(\w+Decode)\b")
# names long enough never to appear by chance in packed pictures
LONG = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition|Movie)\b"
)
SHORT = re.compile(rb"/(JS|AA|XFA)(?![A-Za-z0-9])")  # these could: looked for outside packed parts only
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def check(data: bytes) -> None:
    """`Invalid` with one sentence when we do not take it."""
    if not END.search(data[-LONGEST_END:]):
        raise refused(_("We kunnen deze PDF niet lezen. Misschien is hij niet compleet."))
    streams = list(_streams(data))
    outside = b"\n".join(_plain(before) for before, _packed in streams)
    if LOCKED.search(outside):
        raise refused(_("Deze PDF heeft een wachtwoord. Sla hem op zonder wachtwoord."))
    inside = _object_streams(streams)
    is_active = any(LONG.search(part) or SHORT.search(part) for part in (outside, inside))
    if is_active or LONG.search(_plain(data)):
        raise refused(_("In deze PDF zit een programma of een ander bestand. Sla hem opnieuw op zonder."))


def _streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What stands before each packed part, and the part; the last one has none. In one walk: a file full
    of beginnings without an end may not cost a search each."""
    at = 0
    while (start := data.find(b"stream", at)) >= 0 and (end := data.find(b"endstream", start)) >= 0:
        yield data[at:start], data[start + len(b"stream") : end].lstrip(b"\r\n")
        at = end + len(b"endstream")
    yield data[at:], b""


def _plain(data: bytes) -> bytes:
    """`/J#61vaScript` is a way to write `/JavaScript`."""
    return CODED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(streams: list[tuple[bytes, bytes]]) -> bytes:
    """The objects that newer PDFs pack together, unpacked."""
    parts, size = [], 0
    for before, packed in streams:
        facts = OBJECT.split(_plain(before))[-1]
        if OBJECT_STREAM.search(facts):
            parts.append(_plain(_unpacked(packed, facts)))
            size += len(parts[-1])
        if size > MOST_UNPACKED:
            raise _unreadable()
    return b"\n".join(parts)


def _unpacked(packed: bytes, facts: bytes) -> bytes:
    if b"/Filter" not in facts:
        return packed
    if FILTER.findall(facts) != [b"FlateDecode"] or b"/Predictor" in facts:
        raise _unreadable()
    try:
        return zlib.decompressobj().decompress(packed, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise _unreadable() from error


def _unreadable() -> Exception:
    return refused(_("We kunnen niet in deze PDF kijken. Sla hem opnieuw op als gewone PDF."))
