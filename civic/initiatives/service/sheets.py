"""Paper sheets: one official types them over, another looks at them, and only then do they count.

On paper a person is known by name, birth date and postcode; nobody stands there twice, the unique key says.
Who supported online as well has another key: then name and postcode are the same, and the second official
decides. A sheet that waits keeps the collection from ending (`queries.sheets_waiting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Deadline
from civic.initiatives import queries
from civic.initiatives.models import Initiative, Support, SupportSheet, SupportSheetLine
from civic.initiatives.queries import desk as desk_queries
from civic.initiatives.service import supports
from civic.initiatives.states import OPEN_FOR_SUPPORT, SupportChannel, SupportState
from civic.initiatives.states.ledger import (
    REFUSALS,
    SHEET_TRANSITIONS,
    LineVerdict,
    SheetAction,
    SheetState,
)

MOST_LINES = 40
SHEET_CHECK, CHECK_TERM = "sheet_check", "2 weken"
CHOICES = frozenset({LineVerdict.ACCEPTED, *REFUSALS})


@dataclass(frozen=True)
class Line:
    """One line as it was typed. Of what cannot count (unreadable, too young) nothing is kept."""

    number: int
    name: str = ""
    birth_date: date | None = None
    postcode: str = ""
    is_skipped: bool = False


def paper_key_of(initiative_id: int, line: Line) -> str:
    born = line.birth_date.isoformat() if line.birth_date else ""
    text = f"{supports.folded(line.name)}\0{born}\0{line.postcode}"
    return blind_index(f"support-paper:{initiative_id}", text)


def age_on(day: date, birth_date: date) -> int:
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


# --- typing over ----------------------------------------------------------------------------------------


def enter(
    initiative: Initiative, code: str, lines: Iterable[Line], *, actor: User, at: datetime
) -> SupportSheet:
    """Keep a sheet for the second pair of eyes. Raises `Invalid` with all that is wrong, on its line."""
    require_open(initiative, at)
    found = _checked(initiative, lines, at)
    sheet = SupportSheet(initiative_id=initiative.id, code=code, entered_by_id=actor.id, entered_at=at)
    if not add_first(sheet):
        raise Invalid({"code": [_known_code()]})
    _put_lines(sheet, found, at)
    _promise_check(sheet, at)
    _record(sheet, SheetAction.REPAIR, (None, SheetState.ENTERED), actor, at, lines=len(found), name="enter")
    return sheet


def _known_code() -> str:
    return str(_("Deze lijst is al overgetypt. Is dit een kopie? Zet dan /2 achter de code, ook op papier."))


def require_open(initiative: Initiative, at: datetime) -> None:
    """In time is in time: what is typed over on the last day counts, also when it is looked at later."""
    ends_on = queries.collection_ends_on(initiative)
    if initiative.state not in OPEN_FOR_SUPPORT or ends_on is None or today(at) > ends_on:
        raise NotAllowedNow("collection_over")


def _checked(initiative: Initiative, lines: Iterable[Line], at: datetime) -> list[Line]:
    found, errors = list(lines), {}
    for line in found:
        if not line.is_skipped:
            errors.update(_refusals(initiative, line, today(at)))
    if not found:
        errors["lines"] = [_("Vul minstens één regel in.")]
    if len(found) > MOST_LINES:
        errors["lines"] = [_("Op één lijst passen hoogstens %(most)s regels.", most=MOST_LINES)]
    if errors:
        raise Invalid(errors)
    return found


def _refusals(initiative: Initiative, line: Line, day: date) -> dict[str, list[str]]:
    """Residence and age by the rules of the place the line counts for, on the day it is typed over."""
    prefix = f"lines-{line.number - 1}"
    try:
        place_id = supports.counts_for(initiative, line.postcode)
    except Invalid as error:
        return {f"{prefix}-postcode": error.errors["postcode"]}
    rules = next(one.rules for one in initiative.places if one.municipality_id == place_id)
    if line.birth_date is not None and age_on(day, line.birth_date) < rules.supporter_age:
        sentence = _(
            "Jonger dan %(age)s jaar. Geen typefout? Kruis dan aan dat dit niet telt.",
            age=rules.supporter_age,
        )
        return {f"{prefix}-birth_date": [sentence]}
    return {}


def _put_lines(sheet: SupportSheet, lines: Iterable[Line], at: datetime) -> None:
    db.session.add_all([_line(sheet, one, at) for one in lines])
    db.session.flush()


def _line(sheet: SupportSheet, typed: Line, at: datetime) -> SupportSheetLine:
    line = SupportSheetLine(sheet_id=sheet.id, number=typed.number, entered_at=at)
    if typed.is_skipped:
        line.verdict = LineVerdict.UNREADABLE
        return line
    line.name, line.postcode = typed.name, typed.postcode
    line.birth_date = typed.birth_date.isoformat() if typed.birth_date else None
    line.person_key = paper_key_of(sheet.initiative_id, typed)
    line.review_key = supports.review_key_of(sheet.initiative_id, typed.name, typed.postcode)
    return line


def repair(sheet: SupportSheet, lines: Iterable[Line], revision: int, *, actor: User, at: datetime) -> None:
    """Type a returned sheet over again. Whoever does that cannot be its second pair of eyes."""
    initiative = db.session.get_one(Initiative, sheet.initiative_id)
    found = _checked(initiative, lines, at)
    facts = {"entered_by_id": actor.id, "entered_at": at, "checked_by_id": None, "checked_at": None}
    _move(sheet, SheetAction.REPAIR, revision, **facts, revision=sheet.revision + 1)
    sheet.lines.clear()
    db.session.flush()
    _put_lines(sheet, found, at)
    db.session.refresh(sheet)
    _promise_check(sheet, at)
    states = (SheetState.RETURNED, SheetState.ENTERED)
    _record(sheet, SheetAction.REPAIR, states, actor, at, lines=len(found))


# --- the second pair of eyes ----------------------------------------------------------------------------


def accept(
    sheet: SupportSheet, choices: Mapping[int, LineVerdict], revision: int, *, actor: User, at: datetime
) -> dict[str, int]:
    """Decide on every line that waits (by its number) and count what is right; how many did and did not.

    All of it or nothing: the sheet is through when each line has its verdict.
    """
    _require_other(sheet, actor)
    _require_collecting(sheet)
    _require_seen(sheet, SheetAction.ACCEPT, revision)
    _require_all(sheet, choices)
    _move(sheet, SheetAction.ACCEPT, revision, checked_by_id=actor.id, checked_at=at)
    for line in sheet.lines:
        if line.verdict is LineVerdict.WAITING:
            _decide(sheet, line, choices[line.number], at)
    db.session.flush()
    accepted = sum(line.verdict is LineVerdict.ACCEPTED for line in sheet.lines)
    counts = {"accepted": accepted, "refused": len(sheet.lines) - accepted}
    events.keep_promise(sheet, SHEET_CHECK, at)
    states = (SheetState.ENTERED, SheetState.CHECKED)
    _record(sheet, SheetAction.ACCEPT, states, actor, at, **counts)
    return counts


def _require_collecting(sheet: SupportSheet) -> None:
    """What was withdrawn or ended takes no support any more, whatever still lies on a desk."""
    if db.session.get_one(Initiative, sheet.initiative_id).state not in OPEN_FOR_SUPPORT:
        raise NotAllowedNow("collection_over")


def _require_other(sheet: SupportSheet, actor: User) -> None:
    if sheet.entered_by_id == actor.id:
        raise NotAllowedNow("own_sheet")


def _require_all(sheet: SupportSheet, choices: Mapping[int, LineVerdict]) -> None:
    missing = [
        line.number
        for line in sheet.lines
        if line.verdict is LineVerdict.WAITING and choices.get(line.number) not in CHOICES
    ]
    if missing:
        raise Invalid(
            {f"line-{number}": [_("Kies of regel %(number)s meetelt.", number=number)] for number in missing}
        )


def _decide(sheet: SupportSheet, line: SupportSheetLine, choice: LineVerdict, at: datetime) -> None:
    if choice is not LineVerdict.ACCEPTED:
        line.verdict = choice
        return
    support = _support(sheet, line, at)
    if not add_first(support):  # the key of this person is taken: by another sheet, or higher on this one
        line.verdict = LineVerdict.TWICE_ON_PAPER
        return
    line.verdict, line.support_id = LineVerdict.ACCEPTED, support.id


def _support(sheet: SupportSheet, line: SupportSheetLine, at: datetime) -> Support:
    initiative = db.session.get_one(Initiative, sheet.initiative_id)
    support = Support(
        initiative_id=initiative.id,
        municipality_id=supports.counts_for(initiative, line.postcode or ""),
        channel=SupportChannel.PAPER,
        sheet_id=sheet.id,
        person_key=line.person_key,
        review_key=line.review_key,
        state=SupportState.CONFIRMED,
        requested_at=line.entered_at,
        confirmed_at=at,
        is_dirty=True,
    )
    support.name, support.postcode = line.name, line.postcode
    supports.give_token(support)
    return support


def send_back(sheet: SupportSheet, note: str, revision: int, *, actor: User, at: datetime) -> None:
    """Something was typed over wrong: nothing of it counts until it is mended."""
    _require_other(sheet, actor)
    _move(sheet, SheetAction.RETURN, revision, checked_by_id=actor.id, checked_at=at, note=note)
    events.keep_promise(sheet, SHEET_CHECK, at)
    states = (SheetState.ENTERED, SheetState.RETURNED)
    _record(sheet, SheetAction.RETURN, states, actor, at, revision=sheet.revision)


def _promise_check(sheet: SupportSheet, at: datetime) -> None:
    """As long as it waits, the collection cannot end: somebody has to look in time."""
    events.promise_again(sheet, events.Promise(SHEET_CHECK, CHECK_TERM, today(at)))


def ladder(row: Deadline) -> list[list[User]]:
    """Who looks when nobody did in time: the other people of those desks, then the region."""
    sheet = db.session.get(SupportSheet, row.subject_id)
    if sheet is None:
        return [[], []]
    initiative = db.session.get_one(Initiative, sheet.initiative_id)
    people = [one for one, _place in desk_queries.people_around(initiative).values()]
    return [[one for one in people if one.id != sheet.entered_by_id], desk_queries.administrators()]


def note_read(sheet: SupportSheet, *, actor: User, at: datetime) -> None:
    """Names, birth dates and postcodes were shown to this official (W8)."""
    what = events.What("read_sheet", data={"initiative": sheet.initiative_id, "lines": len(sheet.lines)})
    events.record(sheet, what, actor=actor, at=at)


def _move(sheet: SupportSheet, action: SheetAction, seen_revision: int, **facts: Any) -> None:
    """The step, if the sheet is still as it was on the screen; somebody faster means 409."""
    _require_seen(sheet, action, seen_revision)
    move(sheet, sheet.state, SHEET_TRANSITIONS[sheet.state, action], **facts)


def _require_seen(sheet: SupportSheet, action: SheetAction, revision: int) -> None:
    if (sheet.state, action) not in SHEET_TRANSITIONS or sheet.revision != revision:
        raise NotAllowedNow("changed_meanwhile")


def _record(
    sheet: SupportSheet, action: SheetAction, states: tuple[Any, Any], actor: User, at: datetime, **data: Any
) -> None:
    name = data.pop("name", action.value)
    data["initiative"] = sheet.initiative_id
    what = events.What(name, from_state=states[0], to_state=states[1], data=data)
    events.record(sheet, what, actor=actor, at=at)
