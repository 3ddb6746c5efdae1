"""Calling typst: a template of ours and data in, PDF (or PNG) out."""

from __future__ import annotations

import io
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno

FONTS = Path(__file__).resolve().parent / "fonts"

_one_at_a_time = threading.Lock()  # a compiler refuses a second thread while it works


def is_available() -> bool:
    """Whether typst is installed; without it there is still the page to print."""
    return find_spec("typst") is not None


@cache
def _compiler(template: Path) -> Any:
    import typst  # 34 MB: loaded by whoever sets paper, not when a web process starts

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)


def pdf(template: Path, inputs: dict[str, str], *, tags: bool = False) -> bytes:
    """One PDF. The same inputs give the same bytes. `tags` makes it readable aloud."""
    with _one_at_a_time:
        made = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_tags=tags, timestamp=0)
    assert isinstance(made, bytes)  # noqa: S101  # for the type checker: no output file was named
    return made


def pictures(template: Path, inputs: dict[str, str], dots_per_inch: float) -> list[bytes]:
    """The pages as PNG."""
    with _one_at_a_time:
        made = _compiler(template).compile(format="png", sys_inputs=inputs, ppi=dots_per_inch)
    return list(made) if isinstance(made, list) else [made]


def qr_svg(url: str) -> str:
    """A QR code as a picture of one path; level M survives a coffee stain."""
    code = segno.make(url, error="m", boost_error=False, micro=False)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False, nl=False)
    return picture.getvalue().decode()
