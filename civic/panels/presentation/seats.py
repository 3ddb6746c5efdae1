"""What became of the drawn, in words and counts; and what the events about it are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from civic.events.presentation import register_deadlines, register_subject, register_titles
from civic.panels.models import Panel, Registration, ReserveOffer, Seat
from civic.panels.policy.registrations import age_on
from civic.panels.policy.seats import LIVING, is_void
from civic.panels.presentation.pool import HONORARIA
from civic.panels.presentation.registrations import needs_text
from civic.panels.queries.registrations import person_of
from civic.panels.queries.seats import Why, standings
from civic.panels.queries.seats_counts import Group, Head
from civic.panels.service.seats import ANSWER
from civic.panels.states import SeatAnswer, SeatState
from civic.smallnumbers import hide_small

LazyString = Any  # flask_babel's lazy string

register_subject("seat", _l("Plaats in een panel"))
register_subject("reserve_offer", _l("Plaats op een reservelijst"))
register_deadlines({ANSWER: _l("de antwoorden van de gelote mensen")})
register_titles(
    "panel",
    {
        "seats_invited": _l("%(seats)s mensen uitgenodigd; %(others)s anderen krijgen bericht"),
        "seat_text_changed": _l("De tekst van de uitnodiging is veranderd"),
        "seats_listed": _l("Een lijst met gelote mensen is gelezen"),
        "seat_letters_made": _l("Brieven gemaakt met een uitnodiging (%(people)s)"),
    },
    kinds={"seats_invited": "positive"},
)
register_titles(
    "seat",
    {
        "seat_accepted": _l("Doet mee"),
        "seat_declined": _l("Doet niet mee"),
        "seat_lapsed": _l("Antwoordde niet op tijd"),
        "seat_left": _l("De plaats is vrij"),
        "seat_called": _l("Gebeld: deze persoon weet van de loting"),
        "seat_written": _l("Brief gestuurd over de loting"),
        "seat_read": _l("De gegevens zijn gelezen"),
    },
    kinds={"seat_accepted": "positive", "seat_declined": "negative", "seat_lapsed": "warning"},
)
register_titles(
    "reserve_offer",
    {
        "reserve_accepted": _l("Blijft op de reservelijst"),
        "reserve_declined": _l("Wil niet op de reservelijst"),
        "reserve_read": _l("De gegevens zijn gelezen"),
    },
)

STATES: dict[SeatState, LazyString] = {
    SeatState.INVITED: _l("Wacht op antwoord"),
    SeatState.ACCEPTED: _l("Doet mee"),
    SeatState.DECLINED: _l("Doet niet mee"),
    SeatState.LAPSED: _l("Antwoordde niet op tijd"),
    SeatState.LEFT: _l("Is gestopt"),
}
KINDS = {
    SeatState.INVITED: "info",
    SeatState.ACCEPTED: "positive",
    SeatState.DECLINED: "negative",
    SeatState.LAPSED: "warning",
    SeatState.LEFT: "negative",
}
HOW: dict[SeatAnswer, LazyString] = {
    SeatAnswer.LINK: _l("met de link"),
    SeatAnswer.CODE: _l("met de code van de brief"),
    SeatAnswer.PHONE: _l("per telefoon"),
}
LEFT: dict[str, LazyString] = {
    "dropped-out": _l("Zei later af"),
    "withdrawn": _l("Trok de aanmelding in"),
    "fout-in-het-lotingsgetal": _l("De loting is ongeldig: er zat een fout in het lotingsgetal"),
    "fout-in-de-lijst-met-aanmeldingen": _l("De loting is ongeldig: er zat een fout in de aanmeldingen"),
    "lotingsgetal-kwam-toch": _l("De loting is ongeldig: het eerste lotingsgetal kwam toch nog"),
    "uitslag-afgekeurd": _l("De loting is ongeldig: het controleprogramma keurde de uitslag af"),
}


def badge(seat: Seat) -> tuple[str, str]:
    if is_void(seat):
        return "neutral", _("Loting ongeldig")
    return KINDS[seat.state], str(STATES[seat.state])


def left_text(seat: Seat) -> str:
    return str(LEFT.get(seat.left_code or "", _("Is gestopt")))


# --- counts --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """How the seats of a municipality or a group stand. None is hidden; `empty` None is not known."""

    label: str
    seats: int | None
    yes: int | None
    waiting: int | None
    gone: int | None

    @property
    def empty(self) -> int | None:
        if self.seats is None or self.yes is None or self.waiting is None:
            return None
        return max(0, self.seats - self.yes - self.waiting)


def counted(groups: Iterable[Group]) -> Counter[SeatState]:
    found: Counter[SeatState] = Counter()
    for group in groups:
        found[group.state] += group.seats
    return found


def _by(groups: Sequence[Group], label: Callable[[Group], str]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        found.setdefault(label(group), []).append(group)
    return found


def by_place(groups: Sequence[Group]) -> list[Line]:
    return sorted(_lines(_by(groups, lambda one: one.municipality)), key=lambda one: one.label)


def by_group(groups: Sequence[Group]) -> list[Line]:
    return _lines(_by(groups, lambda one: one.constituency))


def _lines(parts: dict[str, list[Group]]) -> list[Line]:
    return [Line(label, _seats(part), *_three(part)) for label, part in parts.items()]


def _seats(part: list[Group]) -> int | None:
    cells = {(one.constituency_id, one.municipality_id): one.cell_seats for one in part}
    known = [seats for seats in cells.values() if seats is not None]
    return sum(known) if len(known) == len(cells) else None


def _three(part: Iterable[Group]) -> tuple[int, int, int]:
    count = counted(part)
    living = count[SeatState.ACCEPTED], count[SeatState.INVITED]
    return (*living, sum(count.values()) - sum(living))


def shown_by_place(groups: Sequence[Group], minimum: int) -> list[Line]:
    """For who may not see small numbers. One table only: two about the same people betray each other."""
    parts = sorted(_by(groups, lambda one: one.municipality).items())
    if not parts:
        return []
    shown = hide_small([list(_three(part)) for _label, part in parts], minimum)
    lines = [Line(label, None, *cells) for (label, _part), cells in zip(parts, shown.cells, strict=True)]
    return [*lines, Line(_("Samen"), None, *shown.column_totals)]


# --- what is next ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How far it is; the page says from this what to do now."""

    yes: int
    waiting: int
    gone: int
    empty: int
    untold: int
    to_call: int
    unreached: int
    answer_by: date | None

    @property
    def living(self) -> int:
        return self.yes + self.waiting


def standing(groups: Sequence[Group], panel: Panel) -> Standing:
    yes, waiting, gone = _three(groups)
    invited = [one for one in groups if one.state is SeatState.INVITED]
    return Standing(
        yes=yes,
        waiting=waiting,
        gone=gone,
        empty=max(0, panel.size - yes - waiting) if groups else 0,
        untold=sum(one.untold for one in invited),
        to_call=sum(one.without_mail for one in invited),
        unreached=sum(one.unreached for one in invited),
        answer_by=max((one.answer_by for one in invited), default=None),
    )


def tasks(now: Standing, head: Head) -> list[tuple[str, str]]:
    """Who waits for what: (who, what)."""
    found = []
    if now.untold:
        found.append((_("De computer"), _("Stuurt de uitnodigingen. Dat duurt een paar minuten.")))
    if now.waiting:
        told = ngettext("%(num)d moet nog antwoorden.", "%(num)d moeten nog antwoorden.", now.waiting)
        found.append((_("Gelote mensen"), told))
    if now.to_call:
        told = ngettext("Bel of schrijf %(num)d mens.", "Bel of schrijf %(num)d mensen.", now.to_call)
        found.append((_("U"), f"{told} {_('Zij hebben geen mailadres.')}"))
    if now.unreached:
        told = ngettext(
            "%(num)d mens weet nog niet van de loting.",
            "%(num)d mensen weten nog niet van de loting.",
            now.unreached,
        )
        clock = _("Noteer wie u belde of schreef. Pas dan loopt hun tijd.")
        found.append((_("U"), f"{told} {clock}"))
    if head.open_draw_id:
        found.append((_("U, met een tweede beheerder"), _("Er loopt al een loting voor lege plaatsen.")))
    elif now.empty:
        told = ngettext("Er is %(num)d plaats leeg.", "Er zijn %(num)d plaatsen leeg.", now.empty)
        found.append((_("U"), f"{told} {_('Bereid een naloting voor.')}"))
    return found


# --- who cannot be drawn ---------------------------------------------------------------------------------

EXCLUDED: dict[Why, LazyString] = {
    Why.SAID_NO: _l("Zei zelf nee, met de eigen link of code"),
    Why.NOTED: _l("Een medewerker noteerde een nee"),
    Why.SILENT: _l("Antwoordde niet op tijd"),
    Why.STOPPED: _l("Stopte, of trok de aanmelding in"),
    Why.REMOVED: _l("Door een medewerker van de lijst gehaald"),
}


def exclusions(panel: Panel) -> list[tuple[str, int]]:
    """For who decides on a replacement draw: how many people cannot be drawn, and by whose word."""
    count = Counter(one.why for one in standings(panel.id))
    return [(str(label), count[why]) for why, label in EXCLUDED.items()]


# --- people --------------------------------------------------------------------------------------------

HEADER = (
    "nummer",
    "antwoord",
    "antwoord voor",
    "naam",
    "straat en nummer",
    "postcode",
    "plaats",
    "mailadres",
    "telefoon",
    "nodig",
    "vergoeding",
    "jonger dan 18",
    "gemeente",
)


@dataclass(frozen=True)
class Someone:
    """One line of a list with names."""

    number: int
    state: str
    answer_by: date | None
    name: str
    address: str
    postcode: str
    place: str
    email: str
    phone: str
    needs: str
    honorarium: str
    is_minor: bool
    municipality: str
    told_at: datetime | None = None
    is_waiting: bool = False

    def cells(self) -> list[Any]:
        """For the CSV. The group is not in it: it can tell about somebody's health."""
        day = self.answer_by.strftime("%d-%m-%Y") if self.answer_by else ""
        minor = _("ja") if self.is_minor else ""
        return [
            self.number,
            self.state,
            day,
            self.name,
            self.address,
            self.postcode,
            self.place,
            self.email,
            self.phone,
            ", ".join(self.needs.splitlines()),
            self.honorarium,
            minor,
            self.municipality,
        ]


def people_of_seats(seats: Iterable[Seat], day: date) -> list[Someone]:
    found = []
    for seat in seats:
        # who does not know of it yet has no last day
        last_day = seat.answer_by if seat.told_at else None
        someone = _someone(seat.id, str(badge(seat)[1]), last_day, seat.registration, day)
        if someone is not None:
            is_waiting = seat.state is SeatState.INVITED
            found.append(replace(someone, told_at=seat.told_at, is_waiting=is_waiting))
    return found


def people_of_offers(offers: Iterable[ReserveOffer], day: date) -> list[Someone]:
    text = _("Niet geloot")
    found = (_someone(one.id, text, None, one.registration, day) for one in offers)
    return [one for one in found if one is not None]


def _someone(
    number: int, state: str, answer_by: date | None, registration: Registration, day: date
) -> Someone | None:
    """None for somebody whose data are gone."""
    person = person_of(registration)
    if person is None:
        return None
    choice = HONORARIA.get(registration.honorarium) if registration.honorarium else ""
    return Someone(
        number=number,
        state=state,
        answer_by=answer_by,
        name=person.name,
        address=f"{person.street} {person.number}",
        postcode=person.postcode,
        place=person.place,
        email=person.email,
        phone=person.phone,
        needs=needs_text(registration.needs),
        honorarium=str(choice or ""),
        is_minor=age_on(person.birth_date, day) < 18,
        municipality=registration.municipality.name,
    )


def state_choices() -> list[tuple[str, str]]:
    return [("", _("Alle")), *((one.value, str(text)) for one, text in STATES.items())]


def place_choices(groups: Sequence[Group]) -> list[tuple[str, str]]:
    places = {one.municipality: str(one.municipality_id) for one in groups}
    return [("", _("Alle")), *((places[name], name) for name in sorted(places))]


def is_living(seat: Seat) -> bool:
    return seat.state in LIVING
