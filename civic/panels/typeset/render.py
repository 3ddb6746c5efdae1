"""Calling typst: data in, PDF (or PNG) out."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "template.typ"
FONTS = HERE / "fonts"


def is_available() -> bool:
    """Whether typst is installed; without it there is still the letter as a page to print."""
    return find_spec("typst") is not None


@cache
def _compiler() -> Any:
    import typst  # 34 MB: loaded by whoever sets letters, not when a web process starts

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(TEMPLATE), root=str(HERE), font_paths=fonts)


def qr_svg(url: str) -> str:
    """A QR code as a picture of one path; level M survives a coffee stain."""
    code = segno.make(url, error="m", boost_error=False, micro=False)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False, nl=False)
    return picture.getvalue().decode()


def pdf(data: dict[str, Any], *, tags: bool = False) -> bytes:
    """The letters as one PDF. The same data give the same bytes. `tags` makes it readable aloud."""
    made = _compiler().compile(format="pdf", sys_inputs=_inputs(data), pdf_tags=tags, timestamp=0)
    assert isinstance(made, bytes)  # noqa: S101  # for the type checker: no output file was named
    return made


def pictures(data: dict[str, Any], dots_per_inch: float = 100) -> list[bytes]:
    """The pages as PNG."""
    made = _compiler().compile(format="png", sys_inputs=_inputs(data), ppi=dots_per_inch)
    return list(made) if isinstance(made, list) else [made]


def front_pages(data: dict[str, Any]) -> int:
    """How many pages the text of a letter takes before its other side; for a batch of one letter."""
    import typst

    found = typst.query(
        str(TEMPLATE),
        "<front-end>",
        field="value",
        one=True,
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs=_inputs(data),
    )
    return int(json.loads(found))


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    letters = [{**one, "qr": qr_svg(one["url"])} for one in data["letters"]]
    return {"letters": json.dumps({**data, "letters": letters}, ensure_ascii=False)}
