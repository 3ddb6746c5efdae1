"""Every knot that was cut, newest first: does it hold, was it carried out, and what came of the process."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Decision, ExecutionCheck, Report
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.knot_ends import soon
from civic.aanjaagteam.states.knots import CheckResult, ProcessOutcome
from civic.accounts.models import User
from civic.events.models import Deadline
from civic.keyset import Order, Page, Place, page_of

PAGE_SIZE = 50
BY_DAY = Order(Decision.decided_on, Decision.id, "decided_on", date.fromisoformat, is_descending=True)


class Holds(enum.Enum):
    """Does it hold on this day?"""

    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Carried(enum.Enum):
    """What the last look at it said."""

    NOT_LOOKED = "not_looked"
    DONE = "done"
    NOT_DONE = "not_done"


class Mended(enum.Enum):
    """The second outcome: is the process mended?"""

    MENDED = "mended"
    FOLLOWS = "follows"
    LATE = "late"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class KnotFilter:
    municipality_id: int | None = None
    unit_id: int | None = None
    holds: Holds | None = None
    carried: Carried | None = None
    mended: Mended | None = None


@dataclass(frozen=True)
class KnotRow:
    """`mended` is empty for a decision from before there were two outcomes, `carried` where nobody looked and
    nobody will: it was replaced."""

    id: int
    report_id: int
    title: str
    municipality_id: int | None
    unit_id: int | None
    decision: str
    decider: str
    decided_on: date
    ends_on: date | None
    holds: Holds
    carried: Carried | None
    check_on: date | None
    mended: Mended | None
    process_due_on: date | None


_Newer = aliased(Decision)
_Check = aliased(ExecutionCheck)
_Last = aliased(ExecutionCheck)


def knots(user: User, wanted: KnotFilter, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The knots of the reports this member may read; one statement, two where a page is empty."""
    rules = [*_place_rules(wanted, user), *_holds_rule(wanted.holds, on), *_carried_rule(wanted.carried)]
    statement = _statement().where(*rules, *_mended_rule(wanted.mended, on))
    page = page_of(statement, BY_DAY, place, size)
    ends_soon = soon(on)
    return replace(page, rows=[_row(row, on, ends_soon) for row in page.rows])


def _statement() -> Any:
    newest_look = (
        select(_Last.id)
        .where(_Last.decision_id == Decision.id)
        .order_by(_Last.number.desc())
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )
    promised = and_(
        Deadline.subject_type == "report",
        Deadline.subject_id == Decision.report_id,
        Deadline.kind == "process_change",
        Deadline.met_at.is_(None),
    )
    return (
        select(
            Decision.id,
            Decision.report_id,
            Decision.decision,
            Decision.decider,
            Decision.decided_on,
            Decision.ends_on,
            Decision.check_on,
            Decision.process_outcome,
            Report.public_title,
            Report.municipality_id,
            Report.unit_id,
            _Newer.id.label("newer_id"),
            _Check.result,
            _Check.next_on,
            Deadline.due_on.label("process_due_on"),
        )
        .join(Report, Report.id == Decision.report_id)
        .outerjoin(_Newer, _Newer.supersedes_id == Decision.id)
        .outerjoin(_Check, _Check.id == newest_look)
        .outerjoin(Deadline, promised)
    )


# --- the filters, as conditions and as words of one row; both say the same ---------------------------------


def _place_rules(wanted: KnotFilter, user: User) -> list[ColumnElement[bool]]:
    covered = covered_municipalities(user)
    rules = [] if covered is None else [Report.municipality_id.in_(covered)]
    pairs = ((Report.municipality_id, wanted.municipality_id), (Report.unit_id, wanted.unit_id))
    return [*rules, *(column == value for column, value in pairs if value is not None)]


def _holds_rule(wanted: Holds | None, on: date) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    if wanted is Holds.REPLACED:
        return [_Newer.id.is_not(None)]
    last, end = soon(on), Decision.ends_on
    rule = {
        Holds.EXPIRED: end < on,
        Holds.ENDS_SOON: and_(end >= on, end <= last),
        Holds.HOLDS: or_(end.is_(None), end > last),
    }[wanted]
    return [_Newer.id.is_(None), rule]


def _carried_rule(wanted: Carried | None) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    return [
        {
            Carried.NOT_LOOKED: and_(_Check.id.is_(None), _Newer.id.is_(None)),
            Carried.DONE: _Check.result == CheckResult.DONE,
            Carried.NOT_DONE: _Check.result != CheckResult.DONE,
        }[wanted]
    ]


def _mended_rule(wanted: Mended | None, on: date) -> list[ColumnElement[bool]]:
    """What was promised at a decision that was replaced is owed by nobody any more."""
    if wanted is None:
        return []
    outcome, due = Decision.process_outcome, Deadline.due_on
    follows = and_(outcome == ProcessOutcome.FOLLOWS, _Newer.id.is_(None))
    return [
        {
            Mended.MENDED: or_(outcome == ProcessOutcome.CHANGED, and_(follows, due.is_(None))),
            Mended.FOLLOWS: and_(follows, due >= on),
            Mended.LATE: and_(follows, due < on),
            Mended.NOT_NEEDED: outcome == ProcessOutcome.NOT_NEEDED,
        }[wanted]
    ]


def _row(row: Any, on: date, ends_soon: date) -> KnotRow:
    mended = _mended(row, on)
    return KnotRow(
        id=row.id,
        report_id=row.report_id,
        title=row.public_title,
        municipality_id=row.municipality_id,
        unit_id=row.unit_id,
        decision=row.decision,
        decider=row.decider,
        decided_on=row.decided_on,
        ends_on=row.ends_on,
        holds=_holds(row, on, ends_soon),
        carried=_carried(row),
        check_on=None if row.result is CheckResult.DONE else row.next_on or row.check_on,
        mended=mended,
        process_due_on=row.process_due_on if mended in (Mended.FOLLOWS, Mended.LATE) else None,
    )


def _holds(row: Any, on: date, ends_soon: date) -> Holds:
    if row.newer_id is not None:
        return Holds.REPLACED
    if row.ends_on is None or row.ends_on > ends_soon:
        return Holds.HOLDS
    return Holds.EXPIRED if row.ends_on < on else Holds.ENDS_SOON


def _carried(row: Any) -> Carried | None:
    if row.result is None:
        return Carried.NOT_LOOKED if row.newer_id is None else None
    return Carried.DONE if row.result is CheckResult.DONE else Carried.NOT_DONE


def _mended(row: Any, on: date) -> Mended | None:
    if row.process_outcome is ProcessOutcome.CHANGED:
        return Mended.MENDED
    if row.process_outcome is ProcessOutcome.NOT_NEEDED:
        return Mended.NOT_NEEDED
    if row.process_outcome is None or row.newer_id is not None:
        return None
    if row.process_due_on is None:
        return Mended.MENDED
    return Mended.LATE if row.process_due_on < on else Mended.FOLLOWS
