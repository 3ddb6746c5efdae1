"""Setting letters: a batch as data in, PDF (or PNG) out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from civic.typesetting import engine
from civic.typesetting.engine import FONTS, is_available, qr_svg

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "template.typ"

__all__ = ["FONTS", "front_pages", "is_available", "pdf", "pictures", "qr_svg"]


def pdf(data: dict[str, Any], *, tags: bool = False) -> bytes:
    """The letters as one PDF. The same data give the same bytes. `tags` makes it readable aloud."""
    return engine.pdf(TEMPLATE, _inputs(data), tags=tags)


def pictures(data: dict[str, Any], dots_per_inch: float = 100) -> list[bytes]:
    """The pages as PNG."""
    return engine.pictures(TEMPLATE, _inputs(data), dots_per_inch)


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
