"""Two ways to use a page: with a mouse, and with nothing but the keyboard. The flows are written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, TimeoutError, expect

MOST_TABS = 200
TRIES = 4
IS_FOCUSED = "one => one.isConnected ? one === document.activeElement : null"
FOCUS_SHOWS = """one => [null, "::after"].some(part => {
  const style = getComputedStyle(one, part);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
})"""
PICKED = "one => one.selectedOptions[0].label"
IN_GROUP = "one => document.activeElement.type === 'radio' && one.name === document.activeElement.name"


class Hands(Protocol):
    """Everything a visitor does, named by what is read on the page."""

    page: Page

    def fill(self, label: str, text: str) -> None: ...

    def write(self, field: Locator, text: str) -> None:
        """In a field whose label other fields on the page have too."""

    def pick(self, label: str, answer: str) -> None:
        """The first answer of a list that begins like this."""

    def choose(self, label: str) -> None: ...

    def check(self, box: Locator) -> None:
        """A box whose label other boxes on the page have too."""

    def upload(self, label: str, path: Path) -> None: ...

    def press(self, name: str) -> None:
        """A button."""

    def follow(self, name: str) -> None:
        """A link."""

    def menu(self, name: str) -> None:
        """A link in the menu, which is folded in a small window."""


def _field(page: Page, label: str) -> Locator:
    return page.get_by_label(label).first


def _list(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label).first


def _menu(page: Page) -> Locator:
    return page.locator("header summary")


def _in_menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("link", name=name, exact=True)


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, label: str, text: str) -> None:
        self.write(_field(self.page, label), text)

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def pick(self, label: str, answer: str) -> None:
        answers = _list(self.page, label).locator("option").all_text_contents()
        _list(self.page, label).select_option(next(one for one in answers if one.startswith(answer)))

    def choose(self, label: str) -> None:
        self.check(self.page.get_by_label(label, exact=True))

    def check(self, box: Locator) -> None:
        box.check()

    def upload(self, label: str, path: Path) -> None:
        _field(self.page, label).set_input_files(path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def menu(self, name: str) -> None:
        _menu(self.page).click()
        _in_menu(self.page, name).click()


class Keyboard:
    """Tab, letters, space, arrows and Enter; fails when something cannot be reached or shows no focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, label: str, text: str) -> None:
        self.write(_field(self.page, label), text)

    def write(self, field: Locator, text: str) -> None:
        self._tab_to(field)
        if field.get_attribute("type") == "date":
            self._type_date(field, text)
        else:
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(text)

    def pick(self, label: str, answer: str) -> None:
        field = _list(self.page, label)
        self._tab_to(field)
        self.page.keyboard.press("Home")
        for _step in range(MOST_TABS):
            if field.evaluate(PICKED).startswith(answer):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {answer!r} in {label!r}")

    def _type_date(self, field: Locator, text: str) -> None:
        """The three parts of a date stand in the order of the browser's own language."""
        year, month, day = text.split("-")
        for parts in (day + month + year, month + day + year):
            self.page.keyboard.type(parts)
            if field.input_value() == text:
                return
            for _part in range(2):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"the keyboard cannot give {text}")

    def choose(self, label: str) -> None:
        self.check(self.page.get_by_label(label, exact=True))

    def check(self, box: Locator) -> None:
        if box.get_attribute("type") == "checkbox":
            self._tab_to(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
            return
        one = box.element_handle()
        self._tab_until(lambda: bool(one.evaluate(IN_GROUP)), str(box))
        self.page.keyboard.press("Space")
        for _step in range(MOST_TABS):
            if box.is_checked():
                assert box.evaluate(FOCUS_SHOWS), f"the focus does not show on {box}"
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {box}")

    def upload(self, label: str, path: Path) -> None:
        field = _field(self.page, label)
        self._tab_to(field)
        for _try in range(TRIES):
            try:
                with self.page.expect_file_chooser(timeout=5000) as chooser:
                    self.page.keyboard.press("Space")
            except TimeoutError:
                continue  # the browser ignores the key while an earlier file window is still closing
            chooser.value.set_files(path)
            expect(field).not_to_have_value("")
            return
        raise AssertionError(f"the keyboard opens no file window for {label!r}")

    def press(self, name: str) -> None:
        self.go(self.page.get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str) -> None:
        self.go(self.page.get_by_role("main").get_by_role("link", name=name).first)

    def menu(self, name: str) -> None:
        self._tab_to(_menu(self.page))
        self.page.keyboard.press("Enter")
        self.go(_in_menu(self.page, name))

    def go(self, target: Locator) -> None:
        self._tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _tab_to(self, target: Locator) -> None:
        """A role is dear to look up: once, and again when the page put something new in its place."""
        one = target.element_handle()

        def _is_there() -> bool:
            nonlocal one
            found = one.evaluate(IS_FOCUSED)
            if found is None:
                one = target.element_handle()
            return bool(found)

        self._tab_until(_is_there, str(target))
        assert target.evaluate(FOCUS_SHOWS), f"the focus does not show on {target}"

    def _tab_until(self, is_there: Callable[[], bool], what: str) -> None:
        for _step in range(MOST_TABS):
            if is_there():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {what}")
