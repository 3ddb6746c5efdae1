"""Every page on a phone in light colours and on a desktop in dark ones.

Two different people look where two may: the one with the fewest rights and the one with the most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import access
from tests.browser.checks import sideways, violations
from tests.browser.conftest import DESKTOP, NO_PAGES, PAGES, PHONE, Site
from tests.web import site

BELOW_THE_BAR = (
    "title => title.getBoundingClientRect().top"
    " - document.querySelector('.ribbon').getBoundingClientRect().bottom"
)
MOST_RIGHTS = (access.OWNER, access.INITIATIVE_DESK, access.LOTTERY_ADMINISTRATOR, access.AANJAAGTEAM_MEMBER)


def who(case: access.Case, *, fewest: bool) -> str:
    if fewest and access.ANONYMOUS in case.allowed:
        return access.ANONYMOUS
    if case.allowed == access.EVERYBODY:
        return access.ADMINISTRATOR
    return next((one for one in MOST_RIGHTS if one in case.allowed), sorted(case.allowed)[0])


def open_page(live: Site, visitor: Any, endpoint: str) -> None:
    case = live.cases[endpoint]
    with live.app.test_request_context():
        path = live.app.url_for(endpoint, **case.args)
    answer = visitor.page.goto(path, wait_until="load")
    assert answer.status == 200, f"{path}: {answer.status}"


@pytest.mark.parametrize("endpoint", PAGES)
def test_on_a_phone_in_light_and_on_a_desktop_in_dark(
    live: Site, look: Callable[..., Any], endpoint: str
) -> None:
    """Where one person sees both, the page is not read again: only its colours and sizes can differ.

    Of pages that only officials see, only the dark colours are looked at, of one in three: they are made of
    the same classes, and the suite must stay under twenty minutes.
    """
    case = live.cases[endpoint]
    fewest, most = who(case, fewest=True), who(case, fewest=False)
    visitor = look(fewest, viewport=PHONE, color_scheme="light")
    open_page(live, visitor, endpoint)
    assert violations(visitor.page) == {}
    assert sideways(visitor.page) == []
    visitor.page.set_viewport_size({"width": 320, "height": 760})
    assert sideways(visitor.page) == []
    if fewest == most and not is_public(endpoint) and PAGES.index(endpoint) % 3:
        return
    if fewest == most:
        visitor.page.set_viewport_size(DESKTOP)
        visitor.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    else:
        visitor = look(most, viewport=DESKTOP, color_scheme="dark")
        open_page(live, visitor, endpoint)
    only_colour = fewest == most and not is_public(endpoint)
    assert violations(visitor.page, of_the_look=fewest == most, of_colour=only_colour) == {}
    assert sideways(visitor.page) == []


def is_public(endpoint: str) -> bool:
    return bool(getattr(site.bare_app().view_functions[endpoint], "is_public", False))


def test_every_page_is_looked_at(live: Site) -> None:
    assert {endpoint for endpoint in PAGES if not live.cases[endpoint].is_page} == set()
    assert {endpoint for endpoint in NO_PAGES if live.cases[endpoint].is_page} == set()
    assert len(PAGES) > 40


def test_the_five_steps_of_a_panel_are_one_row(live: Site, visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=DESKTOP)
    visitor.page.goto("/panels")
    tops = visitor.page.eval_on_selector_all(
        ".path li", "steps => steps.map(one => one.getBoundingClientRect().top)"
    )
    assert len(tops) == 5
    assert len(set(tops)) == 1


def test_pages_without_a_breadcrumb_keep_their_distance(live: Site, visit: Callable[..., Any]) -> None:
    """As far below the bar of the demo as the title on the front page."""
    visitor = visit(viewport=DESKTOP)
    tops = []
    for path in ("/", "/inloggen"):
        visitor.page.goto(path)
        tops.append(visitor.page.locator("h1").evaluate(BELOW_THE_BAR))
    assert tops[0] == tops[1]


def test_the_counter_writes_numbers_as_the_page_does(live: Site, visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=DESKTOP)
    visitor.page.goto("/stijlgids")
    area = visitor.page.locator("textarea[data-maxlength]").first
    count = visitor.page.locator(f"#{area.get_attribute('id')}-count")
    area.fill("x" * (int(area.get_attribute("data-maxlength") or 0) + 12_345))
    assert count.text_content() == "12.345 tekens te veel."
    visitor.page.evaluate("document.documentElement.lang = 'en'")
    area.press("x")
    assert count.text_content() == "12,346 tekens te veel."


@pytest.mark.parametrize("path", ["/bestaat-niet", "/stijlgids?taal=en"])
def test_other_pages(live: Site, visit: Callable[..., Any], path: str) -> None:
    visitor = visit(viewport=PHONE)
    visitor.page.goto(path)
    assert violations(visitor.page) == {}
    assert sideways(visitor.page) == []


def test_large_text_wraps(live: Site, visit: Callable[..., Any]) -> None:
    """WCAG 1.4.10: a window of 1280 px at 400 % is one of 320 px, also in height 225."""
    visitor = visit(viewport={"width": 320, "height": 225})
    visitor.page.goto("/")
    assert sideways(visitor.page) == []
