"""Reads round a knot: who can mend the process, the checks, what is compared, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from civic.aanjaagteam.models import Decision, ExecutionCheck, Report, UnitMember
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries import asked, inbox
from civic.aanjaagteam.queries.one import current_decision, members_for
from civic.aanjaagteam.states.knots import OptionKind
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.db import db
from civic.events.models import Deadline
from civic.events.presentation import deadline_name

# per kind of promise: its line on the inbox, and the page where it is done
PAGES = {
    "execution_check": ("check", "aanjaagteam.check_execution"),
    "process_change": ("process", "aanjaagteam.finish_process"),
    "promise": ("promise", "aanjaagteam.promise"),
}
FOR_THE_TEAM = frozenset({"execution_check", "promise"})


@dataclass(frozen=True)
class Comparison:
    """What is needed beside what the rule says; above zero when the rule is dearer."""

    wanted: int
    rule: int

    @property
    def difference(self) -> int:
        return self.rule - self.wanted


def compare(options: Iterable[Any]) -> Comparison | None:
    """Of options of a decision, kept or only filled in; None where a side or its amount is missing."""
    amounts = {option.kind: option.cost_yes for option in options if option.cost_yes is not None}
    if OptionKind.WANTED not in amounts or OptionKind.RULE not in amounts:
        return None
    return Comparison(amounts[OptionKind.WANTED], amounts[OptionKind.RULE])


def extra_cost_of_no(option: Any) -> int | None:
    """How much dearer no is than yes; below zero when yes is dearer."""
    if option.cost_yes is None or option.cost_no is None:
        return None
    return int(option.cost_no - option.cost_yes)


def process_owners(report: Report, on: date) -> list[User]:
    """Who can be asked to mend the process: the team, and everybody who works at a unit on that day."""
    works = select(UnitMember.user_id).where(
        UnitMember.from_on <= on, or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on)
    )
    staff = db.session.scalars(select(User).where(User.id.in_(works), User.erased_at.is_(None)))
    found = {user.id: user for user in (*members_for(report), *staff) if user.is_staff}
    return sorted(found.values(), key=lambda user: user.display_name)


def checks_of(decision: Decision | None) -> list[ExecutionCheck]:
    """Oldest first."""
    if decision is None:
        return []
    statement = select(ExecutionCheck).where(ExecutionCheck.decision_id == decision.id)
    return list(db.session.scalars(statement.order_by(ExecutionCheck.number)))


def mends_process(user: User, report: Report, on: date) -> bool:
    """Is this the person who has to change the process? It gives a look at the report, not at the story."""
    promised = select(Deadline.id).where(
        Deadline.subject_type == Report.__tablename__,
        Deadline.subject_id == report.id,
        Deadline.kind == "process_change",
        Deadline.met_at.is_(None),
    )
    return mended_process(user, report, on) and db.session.scalar(promised.limit(1)) is not None


def mended_process(user: User, report: Report, _on: date) -> bool:
    """Was it asked of this person, at the decision that holds?"""
    decision = current_decision(report)
    return decision is not None and decision.process_owner_id == user.id


def overdue_promises(on: date, limit: int = 100) -> list[Deadline]:
    """Days promised to reporters that went by, and that nobody was told of yet."""
    statement = select(Deadline).where(
        Deadline.subject_type == "report",
        Deadline.kind == "promise",
        Deadline.met_at.is_(None),
        Deadline.escalation == 0,
        Deadline.due_on < on,
    )
    return list(db.session.scalars(statement.order_by(Deadline.due_on, Deadline.id).limit(limit)))


def _lines(user: User, _unit_ids: frozenset[int], at: datetime) -> list[inbox.Item]:
    """The checks, processes and promised days that this person owns; one statement."""
    rows = db.session.execute(
        select(
            Deadline.kind,
            Deadline.starts_on,
            Deadline.due_on,
            Report.id,
            Report.public_title,
            Report.municipality_id,
        )
        .join(Report, and_(Deadline.subject_type == "report", Deadline.subject_id == Report.id))
        .where(
            Deadline.owner_id == user.id,
            Deadline.met_at.is_(None),
            Deadline.kind.in_(list(PAGES)),
        )
        .order_by(Deadline.due_on, Deadline.id)
    )
    covered = covered_municipalities(user)
    return [_line(row, at) for row in rows if _may_see(row, covered)]


def _may_see(row: Any, covered: set[int] | None) -> bool:
    """Whoever left the team keeps the process they promised to mend, and nothing else."""
    return row.kind not in FOR_THE_TEAM or covered is None or row.municipality_id in covered


def _line(row: Any, at: datetime) -> inbox.Item:
    kind, endpoint = PAGES[row.kind]
    is_late = row.due_on < today(at)
    return inbox.Item(
        kind=kind,
        report_id=row.id,
        title=row.public_title or _("Melding %(id)s", id=row.id),
        badge=("negative" if is_late else "info", deadline_name(row.kind)),
        since=datetime.combine(row.starts_on, time.min, tzinfo=ZONE),
        due_on=row.due_on,
        endpoint=endpoint,
        arguments={"report_id": row.id},
    )


inbox.SOURCES.append(_lines)
asked.RELATIONS.append(mends_process)
asked.PAST_RELATIONS.append(mended_process)
