"""The poisoned texts in a real browser: nothing runs, and no word pushes the page sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import access
from tests.browser.checks import sideways
from tests.browser.conftest import PAGES, Site
from tests.browser.test_pages import is_public, who

# the rooms that show what residents typed to others, and of panels the pages that everybody sees:
# what officials write there for officials is looked at in tests/web/test_poison.py
ROOMS = ("pages", "initiatives", "panels", "aanjaagteam", "mail")


def _is_shown(endpoint: str) -> bool:
    room = endpoint.split(".")[0]
    return room in ROOMS and (room != "panels" or is_public(endpoint))


SHOWN = [endpoint for endpoint in PAGES if _is_shown(endpoint)]


def test_pages_of_every_room_are_looked_at() -> None:
    assert {endpoint.split(".")[0] for endpoint in SHOWN} == set(ROOMS)
    assert len(SHOWN) > 40


@pytest.mark.parametrize("endpoint", SHOWN)
def test_nothing_runs_and_words_wrap(poisoned: Site, look: Callable[..., Any], endpoint: str) -> None:
    case = poisoned.cases[endpoint]
    identity = access.ANONYMOUS if access.ANONYMOUS in case.allowed else who(case, fewest=False)
    visitor = look(identity, poisoned, viewport={"width": 320, "height": 700})
    with poisoned.app.test_request_context():
        path = poisoned.app.url_for(endpoint, **case.args)
    visitor.page.goto(path)
    assert (
        visitor.page.evaluate("() => [...document.querySelectorAll('[onerror], [onload], [onfocus]')].length")
        == 0
    )
    assert sideways(visitor.page) == []
