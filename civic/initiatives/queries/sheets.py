"""Paper sheets as they are read: the list, what to look at twice, and what waits in the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Deadline
from civic.initiatives.models import Initiative, InitiativePlace, Support, SupportSheet, SupportSheetLine
from civic.initiatives.queries import inbox
from civic.initiatives.states import OPEN_FOR_SUPPORT, SupportChannel, SupportState
from civic.initiatives.states.ledger import SHEETS_WAITING, LineVerdict, SheetState
from civic.keyset import Cursor, Part, fetch
from civic.regions.models import Municipality

PAGE_SIZE = 25
INBOX_SIZE = 100
BADGES: dict[SheetState, tuple[str, Any]] = {
    SheetState.ENTERED: ("info", _l("Wacht op een tweede paar ogen")),
    SheetState.RETURNED: ("warning", _l("Terug om te verbeteren")),
}


def sheets_of(initiative: Initiative, cursor: Cursor) -> Part[SupportSheet]:
    statement = select(SupportSheet).where(SupportSheet.initiative_id == initiative.id)
    return fetch(statement, SupportSheet.id, cursor, PAGE_SIZE)


def line_counts(sheets: list[SupportSheet]) -> dict[int, tuple[int, int]]:
    """(lines, lines that count) per sheet; one statement."""
    accepted = func.count().filter(SupportSheetLine.verdict == LineVerdict.ACCEPTED)
    rows = db.session.execute(
        select(SupportSheetLine.sheet_id, func.count(), accepted)
        .where(SupportSheetLine.sheet_id.in_([sheet.id for sheet in sheets]))
        .group_by(SupportSheetLine.sheet_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@dataclass(frozen=True)
class Flag:
    """Why to look twice at a line: online by the same name and postcode, or the same person on paper."""

    online_at: datetime | None = None
    is_on_paper: bool = False
    is_on_this_sheet: bool = False


def flags_of(sheet: SupportSheet) -> dict[int, Flag]:
    """Per line number what stands out; two statements, whatever the number of lines."""
    lines = [line for line in sheet.lines if line.verdict is LineVerdict.WAITING]
    online = _online(sheet, [line.review_key for line in lines])
    on_paper = _on_paper(sheet, [line.person_key for line in lines])
    found, seen = {}, set()
    for line in lines:
        flag = Flag(online.get(line.review_key or ""), line.person_key in on_paper, line.person_key in seen)
        seen.add(line.person_key)
        if flag != Flag():
            found[line.number] = flag
    return found


def _online(sheet: SupportSheet, keys: list[str | None]) -> dict[str, datetime]:
    rows = db.session.execute(
        select(Support.review_key, func.min(Support.confirmed_at))
        .where(
            Support.initiative_id == sheet.initiative_id,
            Support.review_key.in_([key for key in keys if key]),
            Support.channel != SupportChannel.PAPER,
            Support.state == SupportState.CONFIRMED,
        )
        .group_by(Support.review_key)
    )
    return {key: moment for key, moment in rows if key and moment}


def _on_paper(sheet: SupportSheet, keys: list[str | None]) -> set[str | None]:
    return set(
        db.session.scalars(
            select(Support.person_key).where(
                Support.initiative_id == sheet.initiative_id,
                Support.person_key.in_([key for key in keys if key]),
            )
        )
    )


def waiting(municipality_ids: frozenset[int]) -> list[inbox.Item]:
    """For the inbox: sheets that wait for a second pair of eyes, or to be mended; one statement."""
    rows = db.session.execute(
        select(SupportSheet, Initiative.title, func.min(Municipality.name), func.min(Deadline.due_on))
        .outerjoin(
            Deadline,
            and_(
                Deadline.subject_type == SupportSheet.__tablename__,
                Deadline.subject_id == SupportSheet.id,
                Deadline.met_at.is_(None),
            ),
        )
        .join(Initiative, Initiative.id == SupportSheet.initiative_id)
        .join(InitiativePlace, InitiativePlace.initiative_id == Initiative.id)
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .where(
            SupportSheet.state.in_(SHEETS_WAITING),
            Initiative.state.in_(OPEN_FOR_SUPPORT),
            InitiativePlace.municipality_id.in_(municipality_ids),
        )
        .group_by(SupportSheet.id, Initiative.title)
        .order_by(SupportSheet.id)
        .limit(INBOX_SIZE)
    )
    return [_item(*row) for row in rows]


def _item(sheet: SupportSheet, title: str, municipality: str, due_on: date | None) -> inbox.Item:
    return inbox.Item(
        kind="sheet",
        title=f"{title} ({sheet.code})",
        municipality=municipality,
        badge=BADGES[sheet.state],
        since=sheet.checked_at or sheet.entered_at,
        due_on=due_on,
        endpoint="initiatives.sheet",
        arguments={"initiative_id": sheet.initiative_id, "sheet_id": sheet.id},
        roles=frozenset({Role.COUNCIL_OFFICE, Role.INITIATIVE_DESK}),  # it holds names: no administrators
    )


inbox.SOURCES.append(waiting)
