"""What is looked at in every page: accessibility with axe, and no sideways scrolling."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "options => axe.run(document, options).then(found => found.violations)"
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > wide + 1 && !one.closest('.table-scroll'))
    .slice(0, 8)
    .map(one => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 40)}`)
    .concat([`page is ${document.documentElement.scrollWidth} wide`]);
}"""


# what can be wrong in other colours or another width though the same elements stand there
OF_THE_LOOK = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
OF_COLOUR = {"type": "rule", "values": ["color-contrast"]}  # the quickest: a third of the time of the three


def violations(page: Page, *, of_the_look: bool = False, of_colour: bool = False) -> dict[str, list[str]]:
    """{axe rule: [elements that break it]}; empty is good. `of_the_look`: the same page was read before."""
    rules = OF_COLOUR if of_colour else OF_THE_LOOK if of_the_look else RULES
    if not page.evaluate("'axe' in window"):  # half a megabyte of script: once per page
        page.evaluate(AXE.axe_script)
    found = page.evaluate(RUN, {"runOnly": rules, "resultTypes": ["violations"]})
    return {one["id"]: [_place(node) for node in one["nodes"]] for one in found}


def _place(node: dict[str, Any]) -> str:
    return f"{node['html'][:160]}: {node.get('failureSummary', '').splitlines()[-1].strip()}"


def sideways(page: Page) -> list[str]:
    """What sticks out of the window to the right; empty is good."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found
