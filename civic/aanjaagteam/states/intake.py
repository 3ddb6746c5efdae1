"""What is asked before a report is taken in, as data: where it came from, and when to stop and warn."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass

# in a unit of four, three colleagues can work out who wrote it (handbook peers, part II, section 7)
SMALL_UNIT = 5


def is_small(headcount: int | None) -> bool:
    """A unit of which we do not know the size counts as small: a warning too many costs one click, one too
    few can cost somebody their job."""
    return headcount is None or headcount < SMALL_UNIT


class Stop(enum.Enum):
    """A page in between, before anything is stored. The values stand in the form that goes on."""

    WRONGDOING = "misstand"
    SMALL_UNIT = "klein"


# Parts of words that belong to wrongdoing: for that the law has a safer way than this site. A false alarm
# costs one click, so the list is short and plain. It is no judgment about who wrote, and nobody sees it.
WRONGDOING = (
    "fraude",
    "omkop",
    "omgekocht",
    "steekpenning",
    "smeergeld",
    "corrupt",
    "verduistering",
    "verduisterd",
    "zelfverrijking",
    "belangenverstrengeling",
    "vriendjespolitiek",
    "machtsmisbruik",
    "witwas",
    "afpers",
    "chantage",
    "vervals",
    "valsheid",
    "sjoemel",
    "doofpot",
    "klokkenluid",
    "misstand",
    "integriteitsschending",
)
_WRONGDOING = re.compile("|".join(WRONGDOING))


def tells_of_wrongdoing(*texts: str) -> bool:
    """Is there a word in it that belongs to wrongdoing, in whatever letters?"""
    return any(_WRONGDOING.search(_plain(text)) for text in texts)


def _plain(text: str) -> str:
    """Small letters without accents; soft hyphens and joined signs do not hide a word."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if unicodedata.category(sign) not in {"Mn", "Cf"})


class OriginType(enum.Enum):
    INITIATIVE = "initiative"
    PANEL = "panel"
    PAGE = "page"


# The pages a report can come from, by a number that stays (it is in `report.origin_id`; never use one twice).
# Only pages that are the same for everybody: an address with a name, a search or a secret is not kept.
ORIGIN_PAGES = {
    1: "/",
    2: "/initiatieven",
    3: "/initiatieven/kaart",
    4: "/initiatieven/cijfers",
    5: "/initiatieven/open-data",
    6: "/initiatieven/clusters",
    7: "/initiatieven/niet-geplaatst",
    8: "/initiatieven/lijkt-op",
    9: "/panels",
    10: "/meldingen",
    11: "/hulp",
    12: "/over",
    13: "/privacy",
    14: "/toegankelijkheid",
    15: "/regels",
    16: "/verifieer",
    17: "/broncode",
    18: "/hoe-weet-ik-dat-het-eerlijk-is",
    19: "/inloggen",
}
_NUMBERS = {path: number for number, path in ORIGIN_PAGES.items()}
_LINK = re.compile(r"(initiatief|panel)-([1-9]\d{0,8})\Z", re.ASCII)
_TYPES = {"initiatief": OriginType.INITIATIVE, "panel": OriginType.PANEL}


@dataclass(frozen=True)
class Origin:
    """Where somebody was when they pressed "report": an initiative, a panel or a page. Never who."""

    kind: OriginType
    id: int

    @property
    def link(self) -> str:
        """As it stands in an address: `?van=initiatief-12`, `?van=/hulp`."""
        if self.kind is OriginType.PAGE:
            return ORIGIN_PAGES.get(self.id, "")
        name = next(name for name, kind in _TYPES.items() if kind is self.kind)
        return f"{name}-{self.id}"


def origin_from(link: str | None) -> Origin | None:
    """What an address says; None for anything that is not in the list. Never a place to go to."""
    found = _LINK.match(link or "")
    if found:
        return Origin(_TYPES[found[1]], int(found[2]))
    path = (link or "").partition("?")[0].partition("#")[0]
    number = _NUMBERS.get(path.rstrip("/") or "/") if path.startswith("/") else None
    return Origin(OriginType.PAGE, number) if number else None


def origin_of(kind: str | None, number: int | None) -> Origin | None:
    """What a report says."""
    known = {one.value: one for one in OriginType}
    return Origin(known[kind], number) if kind in known and number else None
