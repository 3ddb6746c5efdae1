"""Screenshots of the running demo for docs/pictures: each page at 1280 and 375 px.

Starts its own demo on a free port with a fresh database, so the pictures are the same for everyone. One panel
in it was walked from its mandate to its draw in public; that takes four minutes of the five.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import cast

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))
from chromium import find
from letter_picture import shoot_letter

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "pictures"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN_PANEL = "Wonen in Flevoland 2040"
WALKED_PANEL = "Zorg dichtbij in Flevoland"
REGIONAL = "jongerenloket"
STORY = "Wij vragen elk jaar toestemming voor een feest in onze straat. Nu weet niemand wie mag tekenen."
# PICTURES="regional ledger" takes only these; without one of the walked panel it takes a minute
CHOSEN = frozenset(os.environ.get("PICTURES", "").split())
OF_THE_WALK = frozenset({"preparation", "composition", "pool", "draw", "hall", "seats", "letter"})
WIDTHS = {1280: 900, 375: 760}
HIGHEST = 3000  # pixels
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, instance: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PORT": str(port), "CIVIC_INSTANCE": instance}
    process = subprocess.Popen([sys.executable, str(ROOT / "tools" / "run.py")], env=environment, cwd=ROOT)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/gezond", timeout=1):
                return process
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise SystemExit("De demo startte niet.")


def become(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/demo")
    page.locator(f'form[action$="/demo/inloggen/{key}"] button').first.click()


def first_link(page: Page, url: str, selector: str) -> None:
    page.goto(url)
    page.locator(selector).first.click()


def pages(base: str) -> dict[str, tuple[str | None, Callable[[Page], object]]]:
    """name → (persona or None, how to get there)."""
    initiative = 'main .grid a[href^="/initiatieven/"]'
    return {
        "home": (None, lambda page: page.goto(f"{base}/")),
        "initiative": (None, lambda page: first_link(page, f"{base}/initiatieven", initiative)),
        "support": (None, lambda page: open_support(page, base, initiative)),
        "panel-result": ("lottery", lambda page: open_result(page, base)),
        "queue": ("team", lambda page: page.goto(f"{base}/aanjaagteam")),
        "preparation": ("lottery", lambda page: open_walked(page, base, "/voorbereiding")),
        "composition": ("lottery", lambda page: open_walked(page, base, "/samenstelling")),
        "pool": ("lottery", lambda page: open_walked(page, base, "/aanmeldingen")),
        "registration": (None, lambda page: page.goto(f"{base}/meedoen")),
        "draw": (None, lambda page: open_draw(page, base)),
        "hall": (None, lambda page: open_draw(page, base, "/zaal")),
        "seats": ("lottery", lambda page: open_walked(page, base, "/leden")),
        "sealed-log": (None, lambda page: page.goto(f"{base}/verifieer")),
        "board": ("team", lambda page: page.goto(f"{base}/aanjaagteam?weergave=bord")),
        "case": ("team", lambda page: open_climbed(page, base, "/aanjaagteam/meldingen/")),
        "ladder": ("team", lambda page: open_climbed(page, base)),
        "knot": (
            "team",
            lambda page: first_link(page, f"{base}/aanjaagteam?status=besloten", "[data-row] a"),
        ),
        "figures": ("team", lambda page: page.goto(f"{base}/aanjaagteam/cijfers")),
        "follow": (None, lambda page: follow_report(page, base)),
        "public-list": (None, lambda page: page.goto(f"{base}/meldingen")),
        "report-form": (None, lambda page: page.goto(f"{base}/meldingen/nieuw")),
        "regional": (None, lambda page: open_regional(page, base)),
        "council-office": ("griffier", lambda page: page.goto(f"{base}/initiatieven/griffie")),
        "ledger": ("griffier", lambda page: open_regional(page, base, "/steun")),
        "start": (None, lambda page: page.goto(f"{base}/initiatieven/nieuw")),
        "tile-map": (None, lambda page: page.goto(f"{base}/initiatieven/kaart")),
    }


def open_regional(page: Page, base: str, part: str = "") -> None:
    page.goto(f"{base}/initiatieven?zoek={REGIONAL}")
    address = page.get_by_role("link", name=REGIONAL).first.get_attribute("href")
    page.goto(f"{base}{address}{part}")


def open_climbed(page: Page, base: str, part: str = "") -> None:
    """The report that stands longest on the ladder; `part` is where to go on from there."""
    first_link(page, f"{base}/aanjaagteam/opgeschaald", "main table a")
    if part:
        page.locator(f'main a[href^="{part}"]').first.click()


def follow_report(page: Page, base: str) -> None:
    """A report of this minute, to which the team put a question: the demo gives no code away."""
    page.goto(f"{base}/meldingen/nieuw")
    page.get_by_label("Wat loopt er vast?").fill(STORY)
    page.get_by_role("button", name="Verstuur de melding").click()
    code = page.locator("#receipt-code").inner_text()
    ask_reporter(page, base)
    page.goto(f"{base}/meldingen/volgen")
    page.get_by_label("Uw code").fill(code)
    page.get_by_role("button", name="Laat zien").click()


def ask_reporter(page: Page, base: str) -> None:
    """In a window of the team."""
    desk = cast(Browser, page.context.browser).new_context().new_page()
    become(desk, base, "team")
    first_link(desk, f"{base}/aanjaagteam?status=nieuw&volgorde=nieuw", "[data-row] a")
    desk.get_by_label("Titel").first.fill("Een bewonersfeest wacht op een handtekening")
    desk.get_by_label("Wie mag hierover beslissen?").select_option("management")
    desk.get_by_role("button", name="Bewaar de beoordeling").click()
    desk.get_by_role("button", name="Ik pak dit op").click()
    desk.get_by_label("Uw bericht").fill("Wanneer is het feest? Dan weten wij hoeveel haast er is.")
    desk.get_by_label("De melding wacht nu op de melder").check()
    desk.get_by_role("button", name="Verstuur aan de melder").click()
    desk.context.close()


def open_support(page: Page, base: str, selector: str) -> None:
    first_link(page, f"{base}/initiatieven", selector)
    page.locator('main a[href$="/steunen"]').first.click()


def open_result(page: Page, base: str) -> None:
    page.goto(f"{base}/panels")
    page.get_by_role("link", name=DRAWN_PANEL).first.click()
    page.locator('main a[href*="/loting/"]').first.click()


def open_walked(page: Page, base: str, part: str) -> None:
    page.goto(f"{base}/panels")
    page.get_by_role("link", name=WALKED_PANEL).first.click()
    page.goto(f"{page.url.split('?')[0]}{part}")


def open_draw(page: Page, base: str, part: str = "") -> None:
    """The draw of the whole panel: the oldest that is no rehearsal."""
    open_walked(page, base, "/loting")
    address = page.get_by_role("link", name="Loting 1", exact=True).first.get_attribute("href")
    page.goto(f"{base}{address}{part}")


def walk_panel(instance: str) -> None:
    environment = {**os.environ, "CIVIC_INSTANCE": instance}
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / "demo_draw.py")], env=environment, cwd=ROOT, check=True
    )


def _top_of(page: Page) -> FloatRect:
    """The whole page, but of a very long one only where it begins."""
    wide, high = page.evaluate(
        "[document.documentElement.clientWidth, document.documentElement.scrollHeight]"
    )
    return {"x": 0, "y": 0, "width": wide, "height": min(high, HIGHEST)}


def shoot(browser: Browser, base: str) -> None:
    for width, height in WIDTHS.items():
        for name, (persona, open_page) in pages(base).items():
            if CHOSEN and name not in CHOSEN:
                continue
            context = browser.new_context(viewport={"width": width, "height": height}, locale="nl-NL")
            page = context.new_page()
            if persona:
                become(page, base, persona)
            open_page(page)
            page.wait_for_load_state("networkidle")
            path = TARGET / f"{name}-{width}.png"
            page.screenshot(path=str(path), full_page=True, clip=_top_of(page))
            sys.stdout.write(f"{path.relative_to(ROOT)}  {page.title()}\n")
            context.close()


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as instance:
        if not CHOSEN or CHOSEN & OF_THE_WALK:
            walk_panel(instance)
        process = start(port, instance)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
                if not CHOSEN or "letter" in CHOSEN:
                    shoot_letter(browser, TARGET / "letter.png")
                shoot(browser, f"http://127.0.0.1:{port}")
                browser.close()
        finally:
            process.terminate()
            process.wait(timeout=20)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
