"""What the script adds to the queue: a card that is dragged to the next column, and keys that are pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests import access
from tests.browser.conftest import DESKTOP, Site

CARD = "Aan de telefoon zes keer doorverbonden"  # of the demo: no row of the access tables
FOCUSED = "document.activeElement.getAttribute('href')"


def test_drag_a_card_and_press_the_keys(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(access.AANJAAGTEAM_MEMBER, viewport=DESKTOP).page
    page.goto("/aanjaagteam?weergave=bord&zoek=doorverbonden")
    drag(page, card_in(page, "bekeken"), page.locator('[data-column="opgepakt"]'))
    expect(page.get_by_role("status").first).to_contain_text("staat nu bij: Opgepakt")
    expect(card_in(page, "opgepakt")).to_be_visible()
    expect(card_in(page, "bekeken")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Werklijst: bord")

    page.goto("/aanjaagteam")
    rows = page.locator("[data-row]")
    first, second = (rows.nth(n).locator("a").first.get_attribute("href") for n in range(2))
    keys = {"j": first, "jj": second, "jjk": first, "jk": first}  # up from the first row stays there
    for pressed, expected in keys.items():
        page.reload()
        for key in pressed:
            page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == expected, pressed
    box = rows.first.get_by_role("checkbox")
    page.keyboard.press("x")
    expect(box).to_be_checked()
    page.keyboard.press("x")
    expect(box).not_to_be_checked()
    types_letters_in_a_box(page)
    page.keyboard.press("?")
    expect(page.get_by_label("Sneltoetsen staan aan")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('[data-keys] summary')")
    with page.expect_navigation(url=f"**{first}"):
        page.keyboard.press("o")


def card_in(page: Page, column: str) -> Locator:
    return page.locator(f'[data-column="{column}"] [data-card]', has_text=CARD)


def drag(page: Page, card: Locator, column: Locator) -> None:
    """With the button held down, in steps, as a hand does."""
    card.scroll_into_view_if_needed()
    start, end = card.bounding_box(), column.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 12, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 12, steps=5)
    with page.expect_navigation():
        page.mouse.up()


def types_letters_in_a_box(page: Page) -> None:
    """Who types a word presses no keys of the queue."""
    box = page.get_by_label("Woord in de titel")
    box.press_sequentially("xj?")
    assert box.input_value() == "xj?"
    expect(page.get_by_role("checkbox", checked=True, name="Kies melding")).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
