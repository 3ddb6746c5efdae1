"""What is looked up when a report comes in: units to choose from, what looks like it, where it came from.

Only public titles can be searched: stories are sealed. So what a story looks like is worked out while it is
in clear, at intake, and only the numbers of the public reports are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.models.intake import DoubleQuestion, ReportLikeness
from civic.aanjaagteam.models.units import Unit
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.public import Brief, briefs_of
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.intake import Origin, OriginType, is_small
from civic.accounts.models import User
from civic.db import db
from civic.initiatives import queries as initiatives
from civic.panels import queries as panels
from civic.regions.models import Municipality
from civic.search import queries as search

MOST_ALIKE = 5
COMPARED = 800  # signs of a story: more takes more time and finds nothing else
REPORT = "report"
MOST_PAIRS = 100
MOST_SHOWN = 10
LATELY = timedelta(days=365)


@dataclass(frozen=True)
class UnitChoice:
    """A unit as somebody picks it from a list, and what decides whether a warning is needed."""

    id: int
    name: str
    municipality_id: int | None
    place: str
    headcount: int | None

    @property
    def is_small(self) -> bool:
        return is_small(self.headcount)


def unit_choices() -> list[UnitChoice]:
    """The units that work now, by municipality; those of the whole region first. One statement."""
    rows = db.session.execute(
        select(Unit.id, Unit.name, Unit.municipality_id, Unit.headcount, Municipality.name.label("place"))
        .outerjoin(Municipality, Municipality.id == Unit.municipality_id)
        .where(Unit.is_active.is_(True))
        .order_by(Municipality.name.is_not(None), Municipality.name, Unit.name, Unit.id)
    )
    return [UnitChoice(row.id, row.name, row.municipality_id, row.place or "", row.headcount) for row in rows]


# --- where it came from ---------------------------------------------------------------------------------


def origin_title(origin: Origin) -> str:
    """The title that anyone may read; "" for a page (its name is in wording) and for what is not public."""
    if origin.kind is OriginType.INITIATIVE:
        brief = initiatives.briefs_of([origin.id]).get(origin.id)
        return brief.title if brief else ""
    return panels.public_title(origin.id) if origin.kind is OriginType.PANEL else ""


def is_open_origin(origin: Origin) -> bool:
    """May it be written with a report? Only what everybody can see."""
    return origin.kind is OriginType.PAGE or bool(origin_title(origin))


# --- what it looks like ---------------------------------------------------------------------------------


def found_alike(text: str) -> list[search.Found]:
    """Public reports that look like this text, the most alike first. One statement."""
    return search.similar(text[:COMPARED], (REPORT,), MOST_ALIKE, quick=True)


def alike(text: str) -> list[Brief]:
    """The same, as anyone may read them. Two statements."""
    return _briefs(one.subject_id for one in found_alike(text)) if text.strip() else []


def alike_at_intake(report: Report) -> list[Brief]:
    """What its story looked like when it came in, as far as it is still on the site. Two statements."""
    ids = db.session.scalars(
        select(ReportLikeness.other_id)
        .where(ReportLikeness.report_id == report.id)
        .order_by(ReportLikeness.score.desc(), ReportLikeness.other_id.desc())
    )
    return _briefs(ids)


def _briefs(ids: Iterable[int]) -> list[Brief]:
    wanted = list(ids)
    known = briefs_of(wanted) if wanted else {}
    return [known[number] for number in wanted if number in known]


@dataclass(frozen=True)
class Near:
    """Another report that may be about the same; `why` is a word of wording/intake.py."""

    id: int
    title: str
    state: State
    why: str
    is_in_reach: bool  # else this member reads what everybody reads


def near_on_case(report: Report, user: User) -> list[Near]:
    """For the team, without opening a story: what the story looked like, then titles, process and unit.

    At most ten, and only reports this member may read or anyone may. At most four statements.
    """
    reasons: dict[int, str] = {}
    for brief in alike_at_intake(report):
        reasons[brief.id] = "story"
    for found in _by_title(report):
        reasons.setdefault(found, "title")
    has_facts = bool(reasons or report.process_guess or report.unit_id)
    return _near(report, user, reasons) if has_facts else []


def _by_title(report: Report) -> list[int]:
    text = f"{report.public_title}\n{report.process_guess}".strip()
    return [one.subject_id for one in found_alike(text)] if text else []


def _near(report: Report, user: User, reasons: dict[int, str]) -> list[Near]:
    same_process = func.lower(Report.process_guess) == report.process_guess.lower()
    same_unit = (Report.unit_id == report.unit_id) & (Report.created_at > report.created_at - LATELY)
    ways: list[ColumnElement[bool]] = [Report.id.in_(reasons)]
    ways += [same_process] if report.process_guess else []
    ways += [same_unit] if report.unit_id else []
    places = covered_municipalities(user)
    reach = [] if places is None else [or_(Report.municipality_id.in_(places), Report.is_public.is_(True))]
    columns = (Report.id, Report.public_title, Report.state, Report.municipality_id)
    rows = db.session.execute(
        select(*columns, same_process.label("is_same_process"))
        .where(Report.id != report.id, or_(*ways), *reach)
        .order_by(Report.id.in_(reasons).desc(), same_process.desc(), Report.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        Near(
            row.id,
            row.public_title,
            row.state,
            reasons.get(row.id) or _why(report, row.is_same_process),
            places is None or row.municipality_id in places,
        )
        for row in rows
    ]


def _why(report: Report, is_same_process: bool) -> str:
    return "process" if report.process_guess and is_same_process else "unit"


# --- the same question twice ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two steps that ask the same, in the words of the newest report, and how often that was reported."""

    step_a: str
    step_b: str
    count: int
    newest_on: date
    report_id: int


def pairs(user: User) -> list[Pair]:
    """The pairs of steps in reach of this member, the most frequent first. Two statements."""
    newest = func.max(DoubleQuestion.report_id)
    counted = select(func.count().label("times"), newest.label("newest")).group_by(DoubleQuestion.pair_key)
    places = covered_municipalities(user)
    if places is not None:
        mine = select(Report.id).where(Report.municipality_id.in_(places))
        counted = counted.where(DoubleQuestion.report_id.in_(mine))
    found = {
        row.newest: row.times
        for row in db.session.execute(counted.order_by(func.count().desc(), newest.desc()).limit(MOST_PAIRS))
    }
    wanted = select(DoubleQuestion).where(DoubleQuestion.report_id.in_(found))
    rows = {row.report_id: row for row in db.session.scalars(wanted)}
    return [_pair(rows[number], times) for number, times in found.items() if number in rows]


def _pair(row: DoubleQuestion, times: int) -> Pair:
    return Pair(row.step_a or "", row.step_b or "", times, row.asked_on, row.report_id)


def double_of(report_id: int) -> DoubleQuestion | None:
    return db.session.get(DoubleQuestion, report_id)


def same_pair(row: DoubleQuestion, user: User) -> list[int]:
    """Other reports about these two steps that this member may read; the newest ten. One statement."""
    statement = (
        select(DoubleQuestion.report_id)
        .where(DoubleQuestion.pair_key == row.pair_key, DoubleQuestion.report_id != row.report_id)
        .order_by(DoubleQuestion.report_id.desc())
        .limit(MOST_SHOWN)
    )
    places = covered_municipalities(user)
    if places is not None:
        mine = select(Report.id).where(Report.municipality_id.in_(places))
        statement = statement.where(DoubleQuestion.report_id.in_(mine))
    return list(db.session.scalars(statement))
