"""The reports behind a figure, each with its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from flask_babel import gettext as _

from civic.aanjaagteam import wording
from civic.aanjaagteam.flow.ageing import Colour
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.clock import DAY, day_of
from civic.aanjaagteam.flow.codes import NEVER, STATES, TAKEN_UP
from civic.aanjaagteam.flow.measures import Values, day_length
from civic.aanjaagteam.flow.told import Answers
from civic.aanjaagteam.queries import flow as queries
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.routes.figures_view import SLUGS, days
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.wording import figures as words
from civic.aanjaagteam.wording.case import WAIT_KINDS
from civic.calendar import today

NO_OWNER = "eigenaar"


@dataclass(frozen=True)
class Line:
    """A report, its value in days, the day it is about, and what else the list shows."""

    report_id: int
    value: float | None
    on: date
    more: tuple[Any, ...] = ()
    wait: int = NEVER


@dataclass(frozen=True)
class Listing:
    """Every line, longest first; `columns` are the heads of the value, the day and the rest."""

    slug: str
    columns: tuple[Any, ...]
    lines: list[Line]


def listing(board: Board, slug: str) -> Listing:
    maker = _stayed if slug.startswith("stand-") else MAKERS.get(slug, _measured)
    columns, lines = maker(board, slug)
    return Listing(slug, columns, lines)


def _measured(board: Board, slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    measure = SLUGS[slug]
    length = day_length(measure)
    head = _("Werkdagen") if length == DAY else _("Dagen")
    return (head, _("Op")), _longest_first(board, board.values(measure), length)


def _longest_first(board: Board, found: Values, length: int) -> list[Line]:
    order = np.lexsort((found.place, -found.seconds))
    ids = board.cases.ids[found.place]
    return [
        Line(int(ids[row]), days(int(found.seconds[row]), length), day_of(int(found.settled_at[row])))
        for row in order
    ]


def _stayed(board: Board, slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    state = STATES.index(wording.SLUGS[slug.removeprefix("stand-")])
    return (_("Werkdagen"), _("Klaar op")), _longest_first(board, board.dwell(state), DAY)


def _aged(board: Board, slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    cases, curve = board.cases, board.survival()
    columns = (
        _("Werkdagen oud"),
        _("Gemeld op"),
        _("Stand"),
        _("Leeftijd"),
        _("50 procent kans op klaar binnen (werkdagen)"),
        _("85 procent kans op klaar binnen (werkdagen)"),
    )
    lines = []
    for one in board.ages():
        is_started = one.state >= TAKEN_UP
        if slug == "onderhanden" and not is_started:
            continue
        left = [curve.more(one.seconds, percent) if is_started else None for percent in (50, 85)]
        expected = [None if found is None else days(found) for found in left]
        lines.append(
            Line(
                int(cases.ids[one.place]),
                days(one.seconds),
                day_of(int(cases.in_at[one.place])),
                (wording.STATES[STATES[one.state]], one.colour, *expected),
            )
        )
    return columns, lines


def _waiting(board: Board, _slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    ids = board.cases.ids
    lines = [
        Line(int(ids[one.place]), days(one.seconds), day_of(one.since), wait=one.wait)
        for one in board.waits()
    ]
    return (_("Werkdagen"), _("Wacht sinds"), _("Wacht op")), lines


def _arrived(board: Board, _slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    cases = board.cases
    places = np.flatnonzero(board.period.has(cases.in_at))
    order = places[np.argsort(-cases.in_at[places], kind="stable")]
    lines = [
        Line(int(cases.ids[n]), None, day_of(int(cases.in_at[n])), (wording.STATES[STATES[cases.state[n]]],))
        for n in order
    ]
    return ("", _("Gemeld op"), _("Stand")), lines


def _left(board: Board, _slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    cases = board.cases
    places = np.flatnonzero(board.period.has(cases.ended_at))
    order = places[np.argsort(-cases.ended_at[places], kind="stable")]
    lead = cases.lead
    lines = [
        Line(
            int(cases.ids[n]),
            days(int(lead[n])),
            day_of(int(cases.ended_at[n])),
            (wording.STATES[STATES[cases.state[n]]],),
        )
        for n in order
    ]
    return (_("Werkdagen"), _("Op"), _("Stand")), lines


def _kept(board: Board, _slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    return _answers(board, board.promises(), _("Belofte"), (_("Nagekomen"), _("Niet nagekomen")))


def _solved(board: Board, _slug: str) -> tuple[tuple[Any, ...], list[Line]]:
    said = (_("Ja, opgelost"), _("Nee, niet opgelost"))
    return _answers(board, board.verdicts(), _("De melder zei"), said)


def _answers(
    board: Board, found: Answers, head: str, said: tuple[str, str]
) -> tuple[tuple[Any, ...], list[Line]]:
    """The newest first."""
    ids = board.cases.ids
    lines = [
        Line(int(ids[found.place[n]]), None, day_of(int(found.at[n])), (said[0 if found.is_yes[n] else 1],))
        for n in np.argsort(-found.at, kind="stable")
    ]
    return ("", _("Op"), head), lines


def without_owner(since: dict[int, datetime], on: date) -> Listing:
    """The one list that is not of the log: open reports of which nobody knows who may decide."""
    lines = [Line(number, (on - today(at)).days, today(at)) for number, at in since.items()]
    return Listing(NO_OWNER, (_("Dagen"), _("Onbekend sinds")), lines)


MAKERS: dict[str, Callable[[Board, str], tuple[tuple[Any, ...], list[Line]]]] = {
    "leeftijd": _aged,
    "onderhanden": _aged,
    "wacht-op": _waiting,
    "erbij": _arrived,
    "eraf": _left,
    "beloofd": _kept,
    "opgelost": _solved,
}


def written(one: Any) -> Any:
    """For a spreadsheet."""
    return words.COLOURS[one.value] if isinstance(one, Colour) else one


@dataclass(frozen=True)
class Shown:
    """A line as people read it."""

    id: int
    title: str
    municipality: str
    value: float | None
    on: date
    more: tuple[Any, ...]


def shown(lines: list[Line]) -> list[Shown]:
    """With titles and, for waits, whom for: a few statements for any number of lines."""
    known = queries.named({one.report_id for one in lines})
    whom = _whom([one for one in lines if one.wait != NEVER])
    found = []
    for one in lines:
        report = known.get(one.report_id)
        more = (*one.more, whom[one.wait]) if one.wait in whom else one.more
        title = (
            report.title
            if report and report.title
            else _("Nog zonder titel (nummer %(id)s)", id=one.report_id)
        )
        found.append(
            Shown(one.report_id, title, report.municipality if report else "", one.value, one.on, more)
        )
    return found


def _whom(lines: list[Line]) -> dict[int, Any]:
    if not lines:
        return {}
    waits = queries.waited_for({one.report_id for one in lines})
    names = unit_names(unit for _kind, unit in waits.values())
    return {number: names.get(unit or 0) or _kind_name(kind) for number, (kind, unit) in waits.items()}


def _kind_name(kind: str) -> Any:
    known = {one.value: WAIT_KINDS[one] for one in WaitKind}
    return known.get(kind, _("Onbekend"))
