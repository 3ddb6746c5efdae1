"""Reading the text of a PDF made by typst, for tests only: page contents through the font's ToUnicode map.

Enough for our own letters (Flate streams, composite fonts with two-byte codes) and for nothing else.
"""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(<<.*?>>)\n(endobj|stream\n)", re.DOTALL)
LENGTH = re.compile(rb"/Length (\d+)")
# a string may hold brackets in pairs, without a backslash
INSIDE = rb"(?:\\.|[^\\()])"
PAIR = rb"\((?:" + INSIDE + rb"|\((?:" + INSIDE + rb"|\(" + INSIDE + rb"*\))*\))*\)"
# where glyphs do not map to one character (a letter and its dot below), the PDF says the text beside them
SPAN = rb"/ActualText(<[0-9A-Fa-f]+>|\([^)]*\))>>\s*BDC.*?\bEMC\b"
PIECE = re.compile(
    SPAN + rb"|/(f\d+) [\d.]+ Tf|(<[0-9A-Fa-f]+>|" + PAIR + rb")|(\bET\b)",
    re.DOTALL,
)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


def objects(pdf: bytes) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Dictionaries and streams, by number."""
    heads, contents, place = {}, {}, 0
    while found := OBJECT.search(pdf, place):
        number, head, place = int(found[1]), found[2], found.end()
        heads[number] = head
        if found[3] != b"endobj":
            size = int(LENGTH.search(head)[1])  # type: ignore[index]  # a stream says how long it is
            raw = pdf[place : place + size]
            contents[number] = zlib.decompress(raw) if b"FlateDecode" in head else raw
            place += size
    return heads, contents


def text_of(pdf: bytes) -> str:
    """All that is printed, one line per piece."""
    known, contents = objects(pdf)
    fonts = _fonts(known, contents)
    pages = [content for content in contents.values() if b" Tf" in content]
    return "\n".join(_text(content, fonts) for content in pages)


def _fonts(known: dict[int, bytes], contents: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """{name in the resources: {code: character}}; typst gives one name to one font in the whole file."""
    fonts = {}
    for body in known.values():
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body):
            found = re.search(rb"/ToUnicode (\d+) 0 R", known.get(int(number), b""))
            if found:
                fonts[name] = _map(contents[int(found[1])])
    return fonts


def _map(content: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", content, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    said: list[str] = []
    letters: dict[int, str] = {}
    for actual, name, piece, end in PIECE.findall(content):
        if actual:
            said.append(_actual(actual))
        elif name:
            letters = fonts.get(name, {})
        elif end:
            said.append("\n")
        else:
            said.append(_read(piece, letters))
    return "".join(said)


ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _read(piece: bytes, letters: dict[int, str]) -> str:
    if piece.startswith(b"<"):
        raw = bytes.fromhex(piece[1:-1].decode())
    else:
        raw = ESCAPED.sub(_unescaped, piece[1:-1])
    codes = [int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2)]
    return "".join(letters.get(code, "�") for code in codes)


def _actual(piece: bytes) -> str:
    if piece.startswith(b"("):
        return piece[1:-1].decode("latin-1")
    return bytes.fromhex(piece[1:-1].decode()).decode("utf-16")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1][:1].isdigit() else ESCAPES.get(found[1], found[1])
