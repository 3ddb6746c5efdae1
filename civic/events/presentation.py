"""Events as people read them: a Dutch title per action, for timelines and the history page.

Features say what their actions are called, once, when they are imported:

    register_titles("initiative", {"publish": _l("Het staat online")}, kinds={"publish": "positive"})

A title may use what the event holds: _l("Versie %(version)s van de regels").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import lazyload, selectinload

from civic.accounts.models import User
from civic.db import db
from civic.events.models import Event

LazyString = Any  # flask_babel's lazy string, or a plain one

PLACEHOLDER = re.compile(r"%\(\w+\)s")
LONG_NUMBER = 10_000  # from here on a number is easier to read with a dot
ANY = "*"  # titles that hold for every kind of subject
TITLES: dict[str, dict[str, LazyString]] = {}
KINDS: dict[str, dict[str, str]] = {}
SUBJECTS: dict[str, LazyString] = {}
LINKS: dict[str, Callable[[int], str | None]] = {}
DEADLINES: dict[str, LazyString] = {}
CODES: dict[tuple[str, str], Mapping[Any, LazyString]] = {}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline; `kind` is that of a badge (neutral, info, positive, warning, negative)."""

    title: str
    at: datetime
    by: str = ""
    text: str = ""
    kind: str = "neutral"


def register_titles(
    subject_type: str, titles: Mapping[str, LazyString], kinds: Mapping[str, str] | None = None
) -> None:
    """Say what the actions on `subject_type` (a table name) are called, and how they look."""
    TITLES.setdefault(subject_type, {}).update(titles)
    KINDS.setdefault(subject_type, {}).update(kinds or {})


def register_subject(
    subject_type: str, name: LazyString, link: Callable[[int], str | None] | None = None
) -> None:
    """Say what this kind of subject is called ("Initiatief"), and the full address of one with this id."""
    SUBJECTS[subject_type] = name
    if link is not None:
        LINKS[subject_type] = link


def register_codes(subject_type: str, name: str, words: Mapping[Any, LazyString]) -> None:
    """Say how a title reads a code that events hold: level 2 of a report is "het management"."""
    CODES[subject_type, name] = words


def register_deadlines(names: Mapping[str, LazyString]) -> None:
    """Say what is promised per kind of deadline: {"council_answer": _l("een antwoord van de raad")}."""
    DEADLINES.update(names)


def entries(events: Iterable[Event], names: bool = False) -> list[Entry]:
    """Timeline entries in the order given. With `names` (staff only) people are named.

    Without it a person stays unnamed; only "automatisch" and "een bezoeker" are said.
    """
    found = list(events)
    known = actor_names(found) if names else {}
    return [
        Entry(title=title_of(event), at=event.at, by=actor_of(event, known), kind=kind_of(event))
        for event in found
    ]


def title_of(event: Event) -> str:
    for subject_type in (event.subject_type, ANY):
        title = TITLES.get(subject_type, {}).get(event.action)
        if title is not None:
            return _filled(str(title), event.data, event.subject_type)
    return str(_("Iets veranderde"))


def action_name(action: str, subject_type: str = "") -> str:
    """What an action is called in a list to choose from; its code when nobody said so."""
    kinds = (subject_type, ANY) if subject_type else tuple(TITLES)
    titles = (str(TITLES.get(kind, {}).get(action, "")) for kind in kinds)
    names = dict.fromkeys(PLACEHOLDER.sub("…", title) for title in titles if title)
    return " / ".join(names) or action


def kind_of(event: Event) -> str:
    for subject_type in (event.subject_type, ANY):
        kind = KINDS.get(subject_type, {}).get(event.action)
        if kind is not None:
            return kind
    return "neutral"


def subject_name(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type, subject_type))


def subject_link(subject_type: str, subject_id: int) -> str | None:
    """The full address of the subject's page, or None when nobody registered one."""
    link = LINKS.get(subject_type)
    return link(subject_id) if link is not None else None


def deadline_name(kind: str) -> str:
    return str(DEADLINES.get(kind, kind))


class _Data(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "\u2013"  # an older event may lack what a newer title names


def _filled(title: str, data: Mapping[str, Any] | None, subject_type: str) -> str:
    if "%(" not in title:
        return title
    words = {name: _readable(value, (subject_type, name)) for name, value in (data or {}).items()}
    return title % _Data(words)


def _readable(value: Any, code: tuple[str, str]) -> Any:
    """A code in words; 10.000 letters, but the year 2027 and version 3 as they are."""
    if isinstance(value, int | str) and value in CODES.get(code, {}):
        return str(CODES[code][value])
    is_long = isinstance(value, int) and abs(value) >= LONG_NUMBER
    return format_decimal(value) if is_long else value


def actor_names(events: Iterable[Event]) -> dict[int, str]:
    """The names of the people who did this, in one statement."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    if not ids:
        return {}
    people = db.session.scalars(select(User).where(User.id.in_(ids)).options(lazyload(User.grants)))
    return {person.id: person.display_name for person in people}


def staff_names(events: Iterable[Event]) -> dict[int, str]:
    """Officials by name, residents by the number of their account: the log is not a list of residents."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    if not ids:
        return {}
    people = db.session.scalars(select(User).where(User.id.in_(ids)).options(selectinload(User.grants)))
    return {
        person.id: person.display_name if person.is_staff else _("inwoner %(number)s", number=person.id)
        for person in people
    }


def actor_of(event: Event, names: Mapping[int, str]) -> str:
    if event.actor_kind == "system":
        return str(_("automatisch"))
    if event.actor_kind == "anonymous":
        return str(_("een bezoeker"))
    return names.get(event.actor_id or 0, "")


register_subject("municipality", _l("Gemeente"))
register_subject("user", _l("Account"))
register_subject("outgoing_mail", _l("Mail"))
register_titles(
    "municipality", {"rule_set_added": _l("Nieuwe regels vanaf %(valid_from)s (versie %(version)s)")}
)
register_titles("outgoing_mail", {"resend": _l("Mail opnieuw in de rij gezet")})
register_titles(
    ANY,
    {
        "deadline_passed": _l("Een beloofde datum is voorbij"),
        "deadline_escalated": _l("Iemand anders moet het nu oppakken"),
        "clock_paused": _l("De termijn staat stil"),
        "clock_resumed": _l("De termijn loopt weer"),
        "clock_extended": _l("De termijn is verdaagd"),
        "history_exported": _l("De geschiedenis is gedownload"),
    },
    kinds={
        "deadline_passed": "warning",
        "deadline_escalated": "warning",
        "clock_paused": "warning",
        "clock_extended": "warning",
    },
)
