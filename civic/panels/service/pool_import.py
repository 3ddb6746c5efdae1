"""Registrations from an organisation's own list: everything that is wrong at once, then all of them or none.

The file is read twice: for the preview, and again when somebody confirms it. In between it travels in the
page, sealed with the key of the site and bound to the panel, the group and the person who uploaded it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import select

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import CannotOpen, key_ring
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import Constituency, Panel, Registration, Source
from civic.panels.models.draws import pack, unpack
from civic.panels.queries import pool as queries
from civic.panels.queries.composition import cells_of
from civic.panels.service import registrations
from civic.panels.service.file_errors import sentence_of
from civic.panels.service.pool_intake import hold_seats
from civic.panels.service.registrations_rules import (
    CONSTITUENCY,
    Application,
    Asking,
    Person,
    consent_texts,
    index_of,
    parse_birth_date,
    problems,
    written_phone,
    written_postcode,
)
from civic.panels.states import Channel, EntryRoute
from civic.regions import queries as regions
from civic.regions.models import Municipality

if TYPE_CHECKING:
    from civic.sortition.files import Row, Table

MOST_LINES = 300
MOST_BYTES = 100_000  # so that it fits, sealed, in the page
NEEDED = ("naam", "geboortedatum", "straat", "huisnummer", "postcode", "plaats")
OPTIONAL = ("mail", "telefoon", "toestemming")
YES = frozenset({"ja", "j", "yes", "x", "1", "true"})
NOT_SAID = frozenset({"", "wil ik niet zeggen", "wil niet zeggen", "onbekend"})
LINE = re.compile(r"\s+")


@dataclass(frozen=True)
class Entry:
    """One line of the file, as it would be registered."""

    line: int
    application: Application
    municipality: Municipality


@dataclass(frozen=True)
class Preview:
    """What would be registered, or the sentences about what is wrong; never both."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """For which group of which panel a list is."""

    panel: Panel
    source: Source
    constituency: Constituency

    @property
    def channel(self) -> Channel:
        is_nomination = self.constituency.route is EntryRoute.NOMINATION
        return Channel.NOMINATION if is_nomination else Channel.PAPER


def columns_of(asking: Asking) -> list[str]:
    """The head of the file that we ask for."""
    return [*NEEDED, *(one.name for one in asking.asked), *OPTIONAL]


def preview(target: Target, content: bytes, at: datetime) -> Preview:
    """Read the file against the panel. Nothing is stored."""
    asking = registrations.asking_of(target.panel.id, target.constituency)
    if len(content) > MOST_BYTES:
        most = format_decimal(MOST_BYTES // 1000)
        return Preview(errors=[_("Het bestand is te groot. Het mag hooguit %(most)s kB zijn.", most=most)])
    table = _table(content, asking)
    errors = [sentence_of("aanmeldingen", one) for one in table.errors]
    errors += _missing(table, asking)
    if errors or not table.rows:
        return Preview(errors=errors or [_("Er staan geen aanmeldingen in het bestand.")])
    if len(table.rows) > MOST_LINES:
        return Preview(errors=[_("Er staan te veel regels in. Het mogen er %(n)s zijn.", n=MOST_LINES)])
    return _checked(target, asking, table, today(at))


def _table(content: bytes, asking: Asking) -> Table:
    # the engine brings a solver along: loaded when somebody uploads, not when a web process starts
    from civic.sortition.files.reading import read_table
    from civic.sortition.files.table import Wanted

    return read_table(content, Wanted("aanmeldingen", tuple(one.casefold() for one in columns_of(asking))))


def _missing(table: Table, asking: Asking) -> list[str]:
    if not table.columns:
        return []
    wanted = [*NEEDED, *(one.name.casefold() for one in asking.asked)]
    needs_consent = bool(consent_texts(asking))
    wanted += ["toestemming"] if needs_consent else []
    return [
        _("De kolom “%(column)s” ontbreekt.", column=name) for name in wanted if name not in table.columns
    ]


def _checked(target: Target, asking: Asking, table: Table, day: date) -> Preview:
    entries: list[Entry] = []
    errors: list[str] = []
    for row in table.rows:
        found = _entry(row, asking)
        wrong = [*_faults(row), *(found if isinstance(found, list) else _wrong(found, asking, day))]
        errors += [_("Regel %(line)s: %(text)s", line=row.line, text=one) for one in dict.fromkeys(wrong)]
        if isinstance(found, Entry):
            entries.append(found)
    errors += [*_twice(target, entries), *_too_many_nominated(target, entries)]
    return Preview(errors=errors) if errors else Preview(entries)


def _entry(row: Row, asking: Asking) -> Entry | list[str]:
    """What a line says, or why it cannot be read."""
    cells = {name: LINE.sub(" ", text).strip() for name, text in row.cells.items()}
    born = parse_birth_date(cells["geboortedatum"])
    postcode = written_postcode(cells["postcode"])
    place = regions.municipality_of_postcode(postcode)
    wrong = []
    if born is None:
        wrong.append(_("Schrijf de geboortedatum als dag, maand en jaar: 31-03-1957."))
    if place is None:
        wrong.append(_("Deze postcode ligt niet in de regio."))
    if born is None or place is None:
        return wrong
    person = Person(
        name=cells["naam"],
        birth_date=born,
        street=cells["straat"],
        number=cells["huisnummer"],
        postcode=postcode,
        place=cells["plaats"],
        email=cells.get("mail", ""),
        phone=written_phone(cells.get("telefoon", "")),
    )
    return Entry(row.line, _application(person, cells, asking), place)


def _application(person: Person, cells: Mapping[str, str], asking: Asking) -> Application:
    answers: dict[int, str | None] = {}
    for feature in asking.asked:
        said = cells.get(feature.name.casefold(), "")
        known = {value.value.casefold(): value.value for value in feature.values}
        is_unsaid = said.casefold() in NOT_SAID
        answers[feature.id] = None if is_unsaid else known.get(said.casefold(), said)
    agreed = cells.get("toestemming", "").casefold() in YES
    return Application(person, answers, consents=frozenset(consent_texts(asking)) if agreed else frozenset())


def _faults(row: Row) -> list[str]:
    return [_("In het vak “%(column)s” staat een formule.", column=name) for name in row.faults]


def _wrong(entry: Entry, asking: Asking, day: date) -> Iterator[str]:
    for name, sentences in problems(entry.application, asking, day).items():
        if name == f"consent_{CONSTITUENCY}":
            yield _("Er staat geen toestemming. Zonder “ja” kan deze persoon niet meedoen.")
        elif name.startswith("feature_"):
            feature = next(one for one in asking.asked if name == f"feature_{one.id}")
            yield f"{feature.name}: {sentences[0]}"
        else:
            yield sentences[0]


def _twice(target: Target, entries: list[Entry]) -> Iterator[str]:
    """The same person on two lines, or in the pool already."""
    lines: dict[str, list[int]] = {}
    for entry in entries:
        lines.setdefault(index_of(target.panel.id, entry.application.person), []).append(entry.line)
    known = set(
        db.session.scalars(
            select(Registration.person_index).where(
                Registration.panel_id == target.panel.id, Registration.person_index.in_(list(lines))
            )
        )
    )
    for index, found in lines.items():
        for line in found[1:]:
            yield _("Regel %(line)s: deze persoon staat ook op regel %(first)s.", line=line, first=found[0])
        if index in known:
            yield _("Regel %(line)s: deze persoon is al aangemeld.", line=found[0])


def _too_many_nominated(target: Target, entries: list[Entry]) -> Iterator[str]:
    if target.channel is not Channel.NOMINATION:
        return
    seats, taken = cells_of(target.panel.id), queries.nominated_in(target.panel.id)
    wanted: dict[int, list[Entry]] = {}
    for entry in entries:
        wanted.setdefault(entry.municipality.id, []).append(entry)
    for place, found in wanted.items():
        cell = target.constituency.id, place
        left = seats.get(cell, 0) - taken.get(cell, 0)
        if len(found) > left:
            yield _(
                "%(place)s: u draagt %(wanted)s mensen voor. Er zijn nog %(left)s plaatsen.",
                place=found[0].municipality.name,
                wanted=len(found),
                left=max(0, left),
            )


def take_in_list(target: Target, content: bytes, *, actor: User, at: datetime) -> int:
    """Register everybody on the list, or nobody. Raises `Invalid` for `people` with every sentence."""
    hold_seats(target.panel)
    found = preview(target, content, at)
    if found.errors:
        raise Invalid({"people": found.errors})
    for entry in found.entries:
        registrations.register_at_entrance(
            target.panel,
            target.source,
            entry.municipality.id,
            entry.application,
            channel=target.channel,
            actor=actor,
            at=at,
        )
    what = events.What(
        "registrations_imported", data={"source": target.source.id, "people": len(found.entries)}
    )
    events.record(target.panel, what, actor=actor, at=at)
    return len(found.entries)


# --- between the preview and the confirmation ------------------------------------------------------------


def sealed_for_page(target: Target, content: bytes, *, actor: User, at: datetime) -> str:
    text: dict[str, Any] = {"at": at.isoformat(), "content": pack(content)}
    return key_ring().seal(json.dumps(text), _bound(target, actor))


def opened_from_page(target: Target, sealed: str, *, actor: User, at: datetime) -> bytes:
    """What was shown, for an hour. Raises `NotAllowedNow` for anything else."""
    try:
        text = json.loads(key_ring().open(sealed, _bound(target, actor)))
    except CannotOpen as error:
        raise NotAllowedNow("changed_meanwhile") from error
    if (at - datetime.fromisoformat(text["at"])).total_seconds() > 3600:
        raise NotAllowedNow("changed_meanwhile")
    return unpack(text["content"])


def _bound(target: Target, actor: User) -> str:
    return f"panel-import:{target.panel.id}:{target.source.id}:{actor.id}"
