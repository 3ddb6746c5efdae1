"""Images are made anew: nothing but the picture itself gets through, and it is never larger than needed.

What a camera adds (place, time, name of the phone) goes, and so does anything hidden behind the picture.
"""

from __future__ import annotations

import struct
import threading
import zlib
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps

from civic.files.kinds import JPEG, WEBP, refused

MOST_SIDE = 2000
MOST_PIXELS = 50_000_000  # a phone of today; a JPEG of this size is read at a half or a quarter
MOST_PIXELS_WHOLE = 30_000_000  # of a kind that can only be read whole: 120 MB of memory
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
# Pillow's own second line of defence, for whatever opens an image elsewhere
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
TOO_MANY = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# what reading a broken file can raise, by format
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    struct.error,
    zlib.error,
)
# one picture at a time per process: ten uploads at once may not take ten times the memory
_turn = threading.Lock()


@dataclass(frozen=True)
class Picture:
    content: bytes
    media_type: str
    width: int
    height: int


def remade(data: bytes) -> Picture:
    """The picture, upright, at most 2000 pixels wide and high; `Invalid` when it cannot be read."""
    try:
        with _turn, Image.open(BytesIO(data), formats=FORMATS) as opened:
            _refuse_many_pixels(opened)
            if opened.format == "JPEG":
                opened.draft("RGB", (MOST_SIDE, MOST_SIDE))
            opened.load()
            return _encoded(_bare(opened))
    except TOO_MANY as error:
        raise _too_many() from error
    except BROKEN as error:
        raise refused(_("We kunnen deze afbeelding niet lezen. Misschien is hij niet compleet.")) from error


def _refuse_many_pixels(opened: Image.Image) -> None:
    """By what the file says of itself, before anything of it is read."""
    most = MOST_PIXELS if opened.format == "JPEG" else MOST_PIXELS_WHOLE
    if opened.width * opened.height > most:
        raise Image.DecompressionBombError


def _too_many() -> Exception:
    return refused(_("Deze afbeelding is te groot. Maak hem kleiner, bijvoorbeeld 2000 beeldpunten breed."))


def _bare(opened: Image.Image) -> Image.Image:
    """Turned as the camera held it, in the colours of the web, and without anything that was added."""
    small = ImageOps.exif_transpose(opened)
    small.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    mode = "RGBA" if small.has_transparency_data else "RGB"
    small = _in_web_colours(small.convert(mode), opened.info.get("icc_profile"))
    bare = Image.new(mode, small.size)
    bare.paste(small)
    return bare


def _in_web_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a profile for other colours, or a broken one: the picture is what counts
    return made or picture


def _encoded(picture: Image.Image) -> Picture:
    buffer = BytesIO()
    if picture.mode == "RGBA":
        picture.save(buffer, "WEBP", quality=QUALITY)
        return Picture(buffer.getvalue(), WEBP, *picture.size)
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(buffer.getvalue(), JPEG, *picture.size)
