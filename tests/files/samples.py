"""Small files of every kind, good and bad, made on the spot."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def image(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    buffer = BytesIO()
    colour = (200, 30, 30, 120)[: len(mode)] if mode != "P" else 3
    Image.new(mode, size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def photo_of_a_phone() -> bytes:
    """Held upright: turned by its EXIF, with the place where it was made."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Telefoon van Kees"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 5.0)
    return image(exif=exif.tobytes(), comment=b"geheim")


def huge_png(width: int, height: int) -> bytes:
    """Says that it is huge; holds almost nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _end()
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _end() -> bytes:
    return _chunk(b"IEND", b"")


def pdf(extra: bytes = b"", packed: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    """A PDF of one empty page. `extra` stands in its catalog, `packed` in an object stream."""
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + extra + b" >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n",
    ]
    if packed:
        body = zlib.compress(packed)
        facts = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(body)
        parts.append(b"3 0 obj\n" + facts + b"\nstream\n" + body + b"\nendstream\nendobj\n")
    parts.append(b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n" + end)
    return b"".join(parts)
