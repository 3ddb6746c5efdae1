"""The words of the queue, made once per language: fifty lines would look each of them up fifty times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from flask import get_template_attribute
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from civic.aanjaagteam import wording
from civic.aanjaagteam.routes.shared import this_day
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.queue import Bulk
from civic.aanjaagteam.wording import case as case_words
from civic.aanjaagteam.wording import queue as words

MOST_KEPT = 4000  # days and numbers of days; a page uses a hundred

Pairs = list[tuple[str, str]]


def texts() -> Texts:
    """For the language of this request."""
    return _texts_in(str(get_locale()))


@lru_cache(maxsize=8)
def _texts_in(_language: str) -> Texts:
    return Texts()


class Texts:
    """Made inside a request, in one language; what is asked often is kept."""

    def __init__(self) -> None:
        self.states = {state: str(wording.STATES[state]) for state in State}
        self.waits = {kind: str(case_words.WAITS_FOR[kind]) for kind in WaitKind}
        self.sorts = {name: str(text) for name, text in words.SORTS.items()}
        self.layouts = {name: str(text) for name, text in words.LAYOUTS.items()}
        self.bulk = {action.value: str(words.BULK[action]) for action in Bulk}
        self._days: dict[tuple[date, int], str] = {}
        self._late: dict[str, Markup] = {}
        self._counts: dict[int, str] = {}
        self._due_words: dict[str, str] = {}
        self._waits_for = str(_("wacht %(days)s op: %(whom)s", days="%(days)s", whom="%(whom)s"))
        self._badge = get_template_attribute("_parts.html", "badge")
        self.badges = {
            state: self._badge(wording.STATE_KINDS[state], text) for state, text in self.states.items()
        }
        self.decide_badge = self._badge("warning", _("Nu te beslissen"))
        self.dispute_badge = self._badge("warning", _("Gemeenten zijn het niet eens"))

    @cached_property
    def columns(self) -> dict[str, str]:
        return {
            "choose": _("Kies melding"),
            "title": _("Melding"),
            "state": _("Stand"),
            "unit": _("Afdeling, en op wie het wacht"),
            "waits": _("Wacht (dagen)"),
            "people": _("Mensen"),
            "due": _("Uiterlijk"),
            "owner": _("Eigenaar"),
            "age": _("sinds melding:"),
            "about": _("wachtend: ±"),
            "unknown": _("Onbekend"),
            "nobody": _("Nog niemand"),
        }

    @cached_property
    def filters(self) -> dict[str, tuple[str, str, Pairs]]:
        """Per filter with a fixed list: its label, what nothing means, and what can be chosen."""
        states = [(slug, self.states[state]) for slug, state in wording.SLUGS.items()]
        anybody = [("iemand", _("Iemand, maakt niet uit wie")), ("niemand", _("Niemand"))]
        sorts = [(name, text) for name, text in self.sorts.items() if name != "wacht"]
        return {
            "status": (_("Stand"), _("Alles wat open is"), [*states, ("alles", _("Open en afgerond"))]),
            "volgorde": (_("Volgorde"), self.sorts["wacht"], sorts),
            "soort": (_("Soort"), _("Alle soorten"), _pairs(words.REPORT_KINDS)),
            "oorzaak": (_("Oorzaak"), _("Alle oorzaken"), _pairs(case_words.CAUSES)),
            "wacht-op": (
                _("Wachtend op"),
                _("Maakt niet uit"),
                [*anybody, *_pairs(case_words.WAIT_KINDS)],
            ),
            "kanaal": (_("Hoe gemeld"), _("Maakt niet uit"), _pairs(wording.CHANNELS)),
        }

    @cached_property
    def owners(self) -> Pairs:
        return [("ik", _("Van mij")), ("niemand", _("Nog van niemand"))]

    def options(self, pairs: Iterable[tuple[Any, str]], chosen: str, *, is_kept: bool = True) -> Markup:
        """What can be chosen in a select. Names of people are not kept."""
        write = _kept_options if is_kept else _options
        return write(tuple(pairs), chosen)

    def day(self, day: date) -> str:
        """Short: the year only where it is another one than now."""
        year = this_day().year
        if (day, year) not in self._days:
            _forget_many(self._days)
            self._days[day, year] = format_date(day, "d MMM" if day.year == year else "d MMM y")
        return self._days[day, year]

    def late(self, day: date) -> Markup:
        """A badge that says since when."""
        text = self.day(day)
        if text not in self._late:
            _forget_many(self._late)
            self._late[text] = self._badge("negative", _("Te laat: %(day)s", day=text))
        return self._late[text]

    def days(self, count: int) -> str:
        if count not in self._counts:
            _forget_many(self._counts)
            self._counts[count] = ngettext("%(num)d dag", "%(num)d dagen", count)
        return self._counts[count]

    def waits_for(self, whom: str, days: int) -> str:
        return self._waits_for % {"whom": whom, "days": self.days(days)}

    def due_words(self, kind: str) -> str:
        if kind not in self._due_words:
            self._due_words[kind] = str(words.due_words(kind))
        return self._due_words[kind]


def _options(pairs: tuple[tuple[Any, str], ...], chosen: str) -> Markup:
    line, picked = Markup('<option value="{}"{}>{}</option>'), Markup(" selected")
    marks = (picked if chosen and chosen == str(value) else "" for value, _text in pairs)
    found = (line.format(value, mark, text) for (value, text), mark in zip(pairs, marks, strict=True))
    return Markup("").join(found)


# the same places, units and kinds stand on every page: written out once
_kept_options = lru_cache(maxsize=64)(_options)


def _pairs(known: dict[Any, Any]) -> Pairs:
    return [(key.value, str(text)) for key, text in known.items()]


def _forget_many(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
