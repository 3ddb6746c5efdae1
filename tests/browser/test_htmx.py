"""What JavaScript adds, and that nothing is lost when it does: autosave of a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Site


def test_a_draft_saves_itself(live: Site, visit: Callable[..., Any]) -> None:
    page = visit().page
    page.goto("/demo")
    page.locator('form[action$="/resident2"] button').click()
    page.goto("/initiatieven/nieuw")
    page.get_by_label("Wat wilt u bereiken?").fill("Veilig naar school.")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("We gaan het zelf doen").check()
    page.get_by_label("Almere").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_role("button", name="Begin met schrijven").click()
    address = page.url
    with page.expect_response(lambda answer: answer.url.endswith("/bewaren")) as saved:
        page.get_by_label("Hoe ziet uw plan eruit?").press_sequentially("Een strook van twee meter breed.")
    assert saved.value.status == 200
    expect(page.locator("#bewaard")).not_to_be_empty()
    page.goto("/over")
    page.goto(address)
    expect(page.get_by_label("Hoe ziet uw plan eruit?")).to_have_value("Een strook van twee meter breed.")
