"""Registering from a letter in a real browser: 320 and 375 px, without JavaScript, by keyboard alone."""

from __future__ import annotations

import gzip
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import sideways, violations
from tests.browser.conftest import Site
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.panels.makers_registrations import make_letter, register
from tests.panels.stages import prepared_panel

# (width, colours, hands, options of the window)
WAYS: dict[str, tuple[int, str, type[Any], dict[str, Any]]] = {
    "320-without-javascript": (320, "light", Mouse, {"java_script_enabled": False}),
    "375-keyboard": (375, "light", Keyboard, {}),
    "375-dark": (375, "dark", Mouse, {}),
}
MOST_BYTES = 60_000
AGREES = "Ik vind het goed dat u bewaart"


@pytest.fixture
def letter(live: Site) -> str:
    """The code of a person in a sensitive group: the longest way."""
    with live.app.app_context():
        return make_letter(prepared_panel(), 2)[1]


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_whole_way(live: Site, visit: Callable[..., Any], letter: str, way: str) -> None:
    width, colours, kind, options = WAYS[way]
    visitor = visit(viewport={"width": width, "height": 700}, color_scheme=colours, **options)
    hands: Hands = kind(visitor.page)
    look = _looker(visitor.page, with_axe=options.get("java_script_enabled", True))
    visitor.page.goto("/meedoen")
    look("Meedoen met een panel")
    hands.fill("Uw code", letter.lower().replace("-", " "))
    hands.press("Begin")
    look("Wie bent u?")
    hands.press("Verder")
    expect(visitor.page.get_by_role("heading", name=re.compile("Verbeter 6 antwoorden"))).to_be_visible()
    look("Wie bent u?")
    _who(hands)
    hands.press("Verder")
    look("Vragen over u")
    _agree(hands)
    hands.choose("Vrouw")
    hands.choose("Midden")
    hands.press("Verder")
    look("Wat heeft u nodig?")
    hands.choose("Een tolk")
    hands.fill("In welke taal?", "Turks")
    hands.choose("Ik zie ervan af")
    hands.press("Verder")
    look("Hoe bereiken wij u?")
    hands.press("Terug")
    expect(visitor.page.get_by_label("In welke taal?")).to_have_value("Turks")
    hands.press("Verder")
    hands.press("Verder")
    look("Kijk alles na")
    hands.press("Meld mij aan")
    look("U bent aangemeld")
    hands.follow("Naar uw eigen pagina")
    look("Uw aanmelding")
    hands.follow("Trek mijn aanmelding in")
    look("Wilt u uw aanmelding intrekken?")
    hands.press("Ja, wis mijn gegevens")
    look("Uw gegevens zijn gewist")


def _looker(page: Page, *, with_axe: bool) -> Callable[[str], None]:
    def _look(title: str) -> None:
        heading(page, title)
        if with_axe:
            assert violations(page) == {}
            assert sideways(page) == []
        else:
            width = page.viewport_size["width"] if page.viewport_size else 0
            boxes = [one.bounding_box() for one in page.locator("main *:visible").all()]
            assert [box for box in boxes if box and box["x"] + box["width"] > width + 1] == []

    return _look


def _who(hands: Hands) -> None:
    for label, text in (
        ("Uw naam", "Wilhelmina Zonneveld"),
        ("Uw geboortedatum", "31 maart 1957"),
        ("Straat", "Botter"),
        ("Huisnummer", "12 A"),
        ("Postcode", "8232ab"),
        ("Woonplaats", "Lelystad"),
    ):
        hands.fill(label, text)


def _agree(hands: Hands) -> None:
    """The words are long; the box is found by how they begin."""
    box = hands.page.get_by_label(AGREES)
    name = hands.page.locator(f"label[for='{box.get_attribute('id')}']").inner_text()
    hands.choose(name)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_other_pages(live: Site, visit: Callable[..., Any], width: int) -> None:
    with live.app.app_context():
        panel = prepared_panel()
        receipt = register(panel, name=f"Els {width} de Boer", phone="0600000000")
        url, parts = f"/meedoen/mijn/{receipt.token}", ("gegevens", "vragen", "wensen", "contact")
    visitor = visit(viewport={"width": width, "height": 760})
    for path in (
        "/meedoen?onbekend=1",
        "/meedoen/link-kwijt",
        "/meedoen/mijn/onbekend",
        "/meedoen/aanmelding/mail",
        url,
        *(f"{url}/wijzigen/{part}" for part in parts),
    ):
        visitor.page.goto(path)
        assert violations(visitor.page) == {}, path
        assert sideways(visitor.page) == [], path


def test_a_label_per_question_and_errors_beside_it(
    live: Site, visit: Callable[..., Any], letter: str
) -> None:
    """What a screen reader says: the group, whether it is needed, and what is wrong."""
    page = visit(viewport={"width": 375, "height": 760}).page
    page.goto(f"/meedoen/{letter}")
    page.get_by_role("button", name="Verder").click()
    name = page.get_by_role("textbox", name="Uw naam")
    assert name.get_attribute("aria-invalid") == "true"
    described = [
        page.locator(f"#{one}").inner_text() for one in (name.get_attribute("aria-describedby") or "").split()
    ]
    assert any("Vul uw naam in." in text for text in described)
    assert page.evaluate("document.activeElement.id") == "error-summary-title"
    page.get_by_role("link", name="Vul uw naam in.").click()
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_page_weighs_little(live: Site, visit: Callable[..., Any], letter: str) -> None:
    """HTML, style and fonts as they come over the line, uncompressed: the server here compresses nothing."""
    page = visit(viewport={"width": 375, "height": 760}).page
    sizes: dict[str, int] = {}
    page.on(
        "requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]})
    )
    page.goto(f"/meedoen/{letter}", wait_until="networkidle")
    fonts = [url for url in sizes if url.endswith(".woff2")]
    assert len(fonts) == 1, fonts
    zipped = _zipped(live, sizes)
    assert zipped <= MOST_BYTES, sizes


def _zipped(live: Site, sizes: dict[str, int]) -> int:
    """With the compression of the proxy; fonts are compressed already, the script waits for the page."""
    total = 0
    for url, size in sizes.items():
        if url.endswith(".woff2"):
            total += size
        elif not url.endswith(".js"):
            with urllib.request.urlopen(url) as answer:
                total += len(gzip.compress(answer.read()))
    return total
