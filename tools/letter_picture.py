"""A letter as typst sets it, both sides beside each other: docs/pictures/letter.png.

The names are those that fonts get wrong, and one insert runs from right to left.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WRITTEN_ON, CLOSES_ON = date(2026, 11, 23), date(2027, 1, 15)
DOTS_PER_INCH = 96
PAGE = """<!doctype html><html lang="nl"><title>Brief</title>
<body style="margin:0;padding:24px;display:flex;gap:24px;background:#d5dde2;width:max-content">
{images}
</body></html>"""


def sides() -> list[bytes]:
    """The front and the back as PNG."""
    with tempfile.TemporaryDirectory() as instance:
        os.environ.update({"CIVIC_INSTANCE": instance, "CIVIC_SITE_URL": "https://samen.flevoland.example"})
        from civic import create_app

        with create_app().app_context():
            return _sides()


def _sides() -> list[bytes]:
    from civic.panels.models import LetterInsert, Panel
    from civic.panels.service.letters_content import (
        EXAMPLE,
        EXAMPLE_CODE,
        EXAMPLE_PERSON,
        Occasion,
        default_text,
        stationery,
    )
    from civic.panels.service.letters_standard import INSERTS
    from civic.panels.typeset import render
    from civic.regions.models import Municipality, Region

    region = Region(name="Flevoland", brand_color="#154273", contact_phone="0320-123456")
    panel = Panel(
        title="Zorg dicht bij huis", question="Welke zorg moet in elk dorp en in elke wijk blijven?"
    )
    occasion = Occasion(panel, Municipality(name="Lelystad", region=region), CLOSES_ON, WRITTEN_ON)
    inserts = [LetterInsert(language=language, text=text) for language, text in INSERTS.items()]
    paper = stationery(occasion, default_text(panel, None), inserts, mark=EXAMPLE)
    return render.pictures(paper.batch([EXAMPLE_PERSON], [EXAMPLE_CODE]).as_data(), DOTS_PER_INCH)


def shoot_letter(browser: Browser, target: Path) -> None:
    pictures = [base64.b64encode(one).decode() for one in sides()]
    images = "".join(f'<img alt="" src="data:image/png;base64,{one}">' for one in pictures)
    page = browser.new_page(viewport={"width": 1700, "height": 1200})
    page.set_content(PAGE.replace("{images}", images))
    page.locator("body").screenshot(path=str(target))
    page.close()
