"""What a file is, by its first bytes. Its name proves nothing, but may not say otherwise."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask_babel import gettext as _

from civic.errors import Invalid

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
SUFFIXES = {".jpg": JPEG, ".jpeg": JPEG, ".jfif": JPEG, ".png": PNG, ".webp": WEBP, ".pdf": PDF}
LONGEST_NAME = 200  # what is before it says nothing about the kind
PHONE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})


def refused(sentence: str) -> Invalid:
    """A file that we do not take, with the sentence that stands at the field."""
    return Invalid({"file": [sentence]})


def kind_of(data: bytes, name: str) -> str:
    """The media type of an acceptable file; `Invalid` with one sentence for any other."""
    if not data:
        raise refused(_("Dit bestand is leeg. Kies een ander bestand."))
    if len(data) > MOST_BYTES:
        raise refused(_("Dit bestand is te groot. Het mag hooguit %(most)s MB zijn.", most=MOST_MEGABYTES))
    found = _by_first_bytes(data)
    if found is None:
        raise refused(_why_not(data))
    suffix = PurePosixPath(name[-LONGEST_NAME:]).suffix.lower()
    if suffix and SUFFIXES.get(suffix) != found:
        raise refused(_("De naam van dit bestand past niet bij wat erin zit. Sla het opnieuw op."))
    return found


def _by_first_bytes(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return PDF if data.startswith(b"%PDF-") else None


def _why_not(data: bytes) -> str:
    """A phone and a drawing program make files that people expect to work: say what to do instead."""
    if data[4:8] == b"ftyp" and data[8:12] in PHONE_BRANDS:
        return str(_("Een foto in HEIC kunnen we niet gebruiken. Sla hem op als JPEG."))
    if b"<svg" in data[:2000].lower():
        return str(_("Een tekening in SVG kan niet. Sla hem op als PNG."))
    return str(_("Dit soort bestand kan niet. Kies een foto (JPEG, PNG, WebP) of een PDF."))
