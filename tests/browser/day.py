"""The people of a day of the aanjaagteam, what they write, and what they all do on the site by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import time_machine
from playwright.sync_api import expect

from civic.calendar import Calendar, today
from civic.db import now
from tests.browser.checks import sideways, violations
from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.browser.hands import Keyboard
from tests.browser.test_initiative_path import NO_MOUSE

STORY = "Ik wacht al sinds de zomer op toestemming voor een rolstoelhelling bij mijn winkel."
TITLE = "Een helling bij een winkel ligt bij drie afdelingen"
SUMMARY = "Drie afdelingen geven advies over een helling op de stoep. Niemand neemt het besluit."
QUESTION = "Kreeg u al een brief over de stoep?"
REPLY = "Nee, ik kreeg nog geen brief."
ASKED = "Mag de helling op de stoep staan als er 1,20 meter vrij blijft?"
ANSWER = "Ja, als wij vooraf kunnen meten."
ADVICE = "Een melding is genoeg. Een vergunning hoeft niet bij minder dan een meter."
LIFTED = "Ik mag niet beslissen over de stoep van een andere afdeling."
CREW_SAYS = "Vergunningen beslist. De andere afdelingen adviseren binnen een week."
DECIDED = "De helling mag er komen. De gemeente meet de stoep op en legt hem zelf neer."
CHANGE = "Voor een helling tot een meter is een melding genoeg."
ENDING = "De helling ligt er. De volgende winkelier hoeft alleen te melden."
OWNER, TRIAGER, EMPLOYEE = "Karim Haddad", "Ilse Bakker", "Saskia Visser"
MANAGER, DIRECTOR, CREW = "Peter Kuipers", "Mirjam de Wit", "Fatima Aksoy"
UNIT = "Vergunningen"


@dataclass(frozen=True)
class Day:
    """The site of this test, its clock, and the windows that people have open."""

    site: Site
    clock: time_machine.Coordinates
    open_window: Callable[..., Any]
    windows: dict[str, Keyboard] = field(default_factory=dict)

    def someone(self, name: str = "") -> Keyboard:
        """At "Mijn pagina", signed in; without a name on a phone, without an account."""
        if name not in self.windows:
            page = self.open_window(at=self.site, viewport=DESKTOP if name else PHONE).page
            page.add_init_script(NO_MOUSE)
            self.windows[name] = Keyboard(page)
        if name:
            come_in(self.windows[name], name)
        return self.windows[name]


def come_in(hands: Keyboard, name: str) -> None:
    """After a week nobody is signed in any more."""
    hands.page.goto("/mijn")
    if "/inloggen" in hands.page.url:
        hands.page.goto("/demo")
        hands.press(f"Log in als {name}")
    seen(hands, "Mijn pagina")


def seen(hands: Keyboard, title: str | re.Pattern[str], *, closely: bool = False) -> None:
    """This page is here, and fits in the window. `closely`: also nothing for axe to say."""
    expect(hands.page.get_by_role("heading", level=1)).to_have_text(title)
    assert sideways(hands.page) == [], title
    if closely:
        assert violations(hands.page) == {}, title


def reads(hands: Keyboard, *texts: str) -> None:
    for text in texts:
        expect(hands.page.get_by_role("main")).to_contain_text(text)


def said(hands: Keyboard, text: str) -> None:
    """What the site answers to what somebody just did."""
    expect(hands.page.get_by_role("status").first).to_contain_text(text)


def working_day(count: int) -> str:
    return Calendar().add_working_days(today(now()), count).isoformat()


def open_with_keys(hands: Keyboard, number: int) -> None:
    """`j` is the next row, `o` opens it; the focus is on the title of the row."""
    wanted = f"/aanjaagteam/meldingen/{number}"
    rows = hands.page.locator("[data-row]").count()
    for _row in range(rows):
        hands.page.keyboard.press("j")
        if hands.page.evaluate("document.activeElement.getAttribute('href')") == wanted:
            break
    else:
        raise AssertionError(f"the keys never reach report {number} in {rows} rows")
    with hands.page.expect_navigation():
        hands.page.keyboard.press("o")


def waits_for(day: Day, name: str, title: str = TITLE) -> Keyboard:
    """Somebody opens the page with everything that waits for them, and the first line about this."""
    hands = day.someone(name)
    hands.follow("Wat op mij wacht")
    seen(hands, "Wat op mij wacht")
    hands.follow(title)
    expect(hands.page.get_by_role("heading", level=1)).to_be_visible()
    expect(hands.page.get_by_role("main")).not_to_contain_text(STORY)  # the wall: only the team reads it
    return hands
