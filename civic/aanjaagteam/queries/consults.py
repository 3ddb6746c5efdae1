"""Reading consults: who knows about what, what is asked of me, what I asked, what was asked about a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from civic.aanjaagteam.models import Consult, Report, Specialist
from civic.aanjaagteam.policy.consults import Reach
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import unit_ids_of, unit_names
from civic.aanjaagteam.states.consults import CONSULT_OPEN, ConsultState, Domain
from civic.aanjaagteam.wording.consults import CONSULT_KINDS, CONSULT_STATES, DOMAINS
from civic.accounts.models import User
from civic.accounts.queries import reachable_staff_by_id
from civic.calendar import today
from civic.crypto import email_index
from civic.db import db
from civic.keyset import Order, Page, Place, page_of, parse_number

PAGE_SIZE = 25
LINE = 90
BY_NUMBER = Order(Consult.id, Consult.id, "id", parse_number, is_descending=True)


def domains_of(user: User) -> dict[Domain, datetime]:
    """What the team confirmed that this person knows about, and since when."""
    rows = db.session.execute(
        select(Specialist.domain, Specialist.confirmed_at).where(
            Specialist.user_id == user.id, Specialist.confirmed_at.is_not(None)
        )
    )
    return {row.domain: row.confirmed_at for row in rows}


def reach_of(user: User | None, on: date) -> Reach:
    if user is None or not user.is_staff:
        return Reach()
    return Reach(unit_ids_of(user, on), domains_of(user))


# --- who knows about what -------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpecialistLine:
    id: int
    user_id: int
    name: str
    domain: Domain
    unit: str
    hours: str
    is_confirmed: bool


def specialists() -> list[SpecialistLine]:
    """Everybody in the register who can still be asked, by domain and name."""
    rows = list(db.session.scalars(select(Specialist)))
    known = reachable_staff_by_id({row.user_id for row in rows})
    units = unit_names(row.unit_id for row in rows)
    lines = [
        SpecialistLine(
            id=row.id,
            user_id=row.user_id,
            name=known[row.user_id].display_name,
            domain=row.domain,
            unit=units.get(row.unit_id or 0, ""),
            hours=row.hours,
            is_confirmed=row.confirmed_at is not None,
        )
        for row in rows
        if row.user_id in known
    ]
    order = list(Domain)
    return sorted(lines, key=lambda line: (order.index(line.domain), line.name.casefold()))


def specialists_in(domain: Domain, asked_at: datetime) -> list[User]:
    """Who may read what was asked then of whoever has time."""
    ids = db.session.scalars(
        select(Specialist.user_id).where(Specialist.domain == domain, Specialist.confirmed_at <= asked_at)
    )
    return list(reachable_staff_by_id(ids).values())


def official_with(email: str) -> User | None:
    user = db.session.scalar(select(User).where(User.email_index == email_index(email)))
    return user if user is not None and user.is_staff and user.erased_at is None else None


# --- lists ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConsultLine:
    """One line of a list. `title` is that of the report; a quick consult shows its question."""

    id: int
    report_id: int | None
    title: str
    state: ConsultState
    asked_by: str
    asked_at: datetime
    whom: str
    due_on: date | None
    minutes: int | None
    is_mine: bool = True


def _for_me(user: User, reach: Reach) -> ColumnElement[bool]:
    """Named, or of my unit or domain while nobody took it."""
    known = [
        and_(Consult.domain == domain, Consult.asked_at >= since) for domain, since in reach.domains.items()
    ]
    shared = or_(Consult.unit_id.in_(reach.unit_ids or {0}), *known)
    return and_(
        Consult.state.in_(CONSULT_OPEN),
        Consult.asked_by_id != user.id,
        or_(Consult.user_id == user.id, and_(Consult.user_id.is_(None), shared)),
    )


def asked_of_me(user: User, reach: Reach) -> list[ConsultLine]:
    """Everything open that this person may answer, what is due first on top."""
    rows = list(db.session.scalars(select(Consult).where(_for_me(user, reach)).order_by(Consult.id)))
    lines = _lines(rows, user)
    return sorted(lines, key=lambda line: (line.due_on or date.max, line.asked_at))


def asked_by_me(user: User, place: Place | None, size: int = PAGE_SIZE) -> Page:
    statement = select(Consult.id).where(Consult.asked_by_id == user.id)
    page = page_of(statement, BY_NUMBER, place, size)
    ids = [row.id for row in page.rows]
    rows = db.session.scalars(select(Consult).where(Consult.id.in_(ids)).order_by(Consult.id.desc()))
    return replace(page, rows=_lines(list(rows), user))


def answered_by_me(user: User, limit: int = PAGE_SIZE) -> list[ConsultLine]:
    statement = select(Consult).where(Consult.answered_by_id == user.id).order_by(Consult.id.desc())
    return _lines(list(db.session.scalars(statement.limit(limit))), user)


def _lines(rows: list[Consult], user: User) -> list[ConsultLine]:
    names = people({one for row in rows for one in (row.asked_by_id, row.user_id)})
    units = unit_names(row.unit_id for row in rows)
    titles = _titles({row.report_id for row in rows if row.report_id is not None})
    return [
        ConsultLine(
            id=row.id,
            report_id=row.report_id,
            title=titles.get(row.report_id, "") if row.report_id else (row.question or ""),
            state=row.state,
            asked_by=names.get(row.asked_by_id, ""),
            asked_at=row.asked_at,
            whom=_whom(row, names, units),
            due_on=row.due_on,
            minutes=row.minutes,
            is_mine=row.user_id == user.id,
        )
        for row in rows
    ]


def _titles(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(Report.id, Report.public_title).where(Report.id.in_(ids)))
    return {row.id: row.public_title for row in rows}


def _whom(row: Consult, names: dict[int, str], units: dict[int, str]) -> str:
    if row.user_id is not None:
        return names.get(row.user_id, "")
    if row.unit_id is not None:
        return units.get(row.unit_id, "")
    return str(DOMAINS[row.domain]) if row.domain is not None else ""


# --- one ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConsultView:
    """A consult with the names around it, for its page and for the case."""

    row: Consult
    asked_by: str
    whom: str
    answered_by: str
    passed_by: str


def view_of(row: Consult) -> ConsultView:
    return _views([row])[0]


def consults_of(report: Report) -> list[ConsultView]:
    """About one case, newest first; three statements."""
    statement = select(Consult).where(Consult.report_id == report.id).order_by(Consult.id.desc())
    return _views(list(db.session.scalars(statement)))


def _views(rows: list[Consult]) -> list[ConsultView]:
    columns = ("asked_by_id", "user_id", "answered_by_id", "passed_by_id")
    names = people({getattr(row, name) for row in rows for name in columns})
    units = unit_names(row.unit_id for row in rows)
    return [
        ConsultView(
            row=row,
            asked_by=names.get(row.asked_by_id, ""),
            whom=_whom(row, names, units),
            answered_by=names.get(row.answered_by_id or 0, ""),
            passed_by=names.get(row.passed_by_id or 0, ""),
        )
        for row in rows
    ]


# --- what waits for me ----------------------------------------------------------------------------------


def _inbox(user: User, unit_ids: frozenset[int], at: datetime) -> Iterable[inbox.Item]:
    if not user.is_staff:
        return []
    reach = Reach(unit_ids, domains_of(user))
    mine = or_(_for_me(user, reach), _to_thank(user), _overdue(user, today(at)), _to_call(user, today(at)))
    rows = list(db.session.scalars(select(Consult).where(mine).order_by(Consult.id)))
    lines = zip(rows, _lines(rows, user), strict=True)
    return [_item(row, line, user) for row, line in lines]


def _to_thank(user: User) -> ColumnElement[bool]:
    """Answered: whoever asked reads it and says how it goes on."""
    return and_(Consult.asked_by_id == user.id, Consult.state == ConsultState.ANSWERED)


def _overdue(user: User, on: date) -> ColumnElement[bool]:
    """No answer, and the day is gone: whoever asked calls, or asks another."""
    return and_(Consult.asked_by_id == user.id, Consult.state.in_(CONSULT_OPEN), Consult.due_on < on)


def _to_call(user: User, on: date) -> ColumnElement[bool]:
    """They would call on that day or before: both see it until one says that it was done."""
    helper = func.coalesce(Consult.answered_by_id, Consult.user_id)
    return and_(
        Consult.call_on <= on,
        Consult.called_at.is_(None),
        or_(Consult.asked_by_id == user.id, helper == user.id),
    )


def _item(row: Consult, line: ConsultLine, user: User) -> inbox.Item:
    is_answer, is_call = row.state is ConsultState.ANSWERED, row.call_on is not None
    words = (CONSULT_KINDS[row.state], CONSULT_STATES[row.state])
    return inbox.Item(
        kind="consult_call" if is_call else "consult",
        report_id=row.report_id,
        title=_short(line.title) or _("Vraag %(id)s", id=row.id),
        badge=("warning", _("Bel elkaar")) if is_call else words,
        since=row.answered_at if is_answer and row.answered_at else row.asked_at,
        due_on=None if is_answer else row.call_on or row.due_on,
        endpoint="aanjaagteam.consult",
        arguments={"consult_id": row.id},
        is_mine=is_call or user.id in (row.asked_by_id, row.user_id),
    )


def _short(text: str) -> str:
    """A question as one line; whoever opens it reads all of it."""
    line = " ".join(text.split())
    return line if len(line) <= LINE else f"{line[: LINE - 1].rstrip()}…"


inbox.SOURCES.append(_inbox)
