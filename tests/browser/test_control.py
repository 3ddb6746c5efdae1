"""The control: on a page with known mistakes every check of this suite must find them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.checks import sideways, violations
from tests.browser.conftest import Site

BAD = """<!doctype html><html lang="nl"><head><title>Controle</title></head><body><main><h1>Controle</h1>
<img src="/static/img/logo.svg"><input type="text"><p style="color: #aaa; background: #fff">Te licht</p>
<div style="width: 2000px">breed</div></main></body></html>"""


@pytest.fixture
def bad_page(live: Site, visit: Callable[..., Any]) -> Any:
    visitor = visit()
    visitor.page.route(
        "**/controle", lambda route: route.fulfill(body=BAD, content_type="text/html; charset=utf-8")
    )
    visitor.page.goto("/controle")
    yield visitor
    visitor.problems.clear()


def test_axe_finds_what_is_wrong(bad_page: Any) -> None:
    assert violations(bad_page.page).keys() >= {"image-alt", "label", "color-contrast"}


def test_sideways_scrolling_is_seen(bad_page: Any) -> None:
    assert sideways(bad_page.page)


def test_the_policy_of_our_own_pages_blocks_inline_code(live: Site, visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.page.goto("/over")
    visitor.page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.got = 1';"
        " document.body.append(one) }"
    )
    assert visitor.page.evaluate("() => window.got") is None
    assert any("Content Security Policy" in problem for problem in visitor.problems), visitor.problems
    visitor.problems.clear()


def test_a_foreign_request_is_seen(live: Site, visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.page.route("**/buiten.example/**", lambda route: route.abort())
    visitor.page.goto("/over")
    visitor.page.evaluate("() => fetch('https://buiten.example/x').catch(() => 0)")
    assert any("buiten.example" in problem for problem in visitor.problems)
    visitor.problems.clear()
