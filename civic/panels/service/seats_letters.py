"""Invitations on paper, for the drawn who cannot be mailed: made while somebody waits, and kept nowhere.

The text is Dutch in every language of the site, as that of the first letter: a letter is not a page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from babel.dates import format_date
from flask_babel import force_locale

from civic.accounts.models import User
from civic.calendar import today
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.panels.models import Panel, Seat
from civic.panels.queries import seats as queries
from civic.panels.queries.registrations import person_of
from civic.panels.service import seats_answers, seats_mail
from civic.panels.service.letters_content import COLOR, DEFAULT_COLOR, Address, fill
from civic.panels.service.registrations_rules import Person
from civic.panels.service.seats_mail import About
from civic.panels.typeset.letters import Batch, OneLetter, Sheet, Words, parts_of
from civic.typesetting.glyphs import unprintable

MOST = 100  # in one file: that takes a second
SUBJECT = "U bent geloot voor het panel “{panel}”"
DRAWN = "U bent geloot voor het panel “{panel}”. Uit {mensen} mensen zijn er {plaatsen} geloot."
NOMINATED_SUBJECT = "U hebt een plaats in het panel “{panel}”"
NOMINATED = (
    "U hebt een plaats in het panel “{panel}”. U bent voorgedragen door een organisatie. "
    "Daarom hoefde u niet mee te loten."
)
BODY = """Beste {naam},

[begin]

Doet u mee?

Laat het ons weten tot en met {dag}. Dat kan met de code hieronder. {bellen}[jong]

Waar gaat het over?

De vraag is: {vraag}

Wanneer en hoe lang?

{dagen}

Wat krijgt u?

{vergoeding}

Wat hebt u nodig?

Hebt u iets nodig, zoals een tolk of vervoer? Bel ons. Dan regelen wij dat.

Wilt u zien hoe er geloot is? Iedereen kan dat nakijken op de pagina van het panel."""
YOUNG = "\nU bent nog geen 18 jaar. {wie} Er mag altijd iemand met u meekomen die u vertrouwt."
ASK_FIRST = "Vraag eerst een ouder of verzorger of het goed is."
DECIDE = "U beslist zelf of u meedoet. Praat er thuis over, als u dat wilt."
CLOSING = """Met vriendelijke groet,

de gemeenten van {regio}"""
WORDS = Words(
    code="Uw code",
    scan="Scan de code met uw telefoon, of ga naar",
    until="Op de site vult u ook uw geboortedatum in.",
    easy="",
)


def waiting(panel: Panel) -> list[Seat]:
    """Who gets a letter now: drawn, invited, told of it by nobody, with an address that can be printed."""
    untold = (one for one in queries.seats_without_mail(panel.id) if one.told_at is None and one.token_index)
    return [one for one in untold if _address_of(one) is not None][:MOST]


def letters(panel: Panel, ids: Collection[int], *, actor: User, at: datetime) -> Batch | None:
    """The letters of those of `ids` who still wait for one; None when nobody does. A line in the log."""
    seats = [one for one in waiting(panel) if one.id in ids]
    if not seats:
        return None
    data = {"people": len(seats)}
    what = events.What("seat_letters_made", visibility=Visibility.PRIVATE, data=data)
    events.record(panel, what, actor=actor, at=at)
    with force_locale("nl"):
        return Batch(_sheet(panel, seats[0], at), tuple(_letters(panel, seats, at)))


def posted(panel: Panel, ids: Collection[int], *, actor: User, at: datetime) -> int:
    """They are in the post: from now the days to answer run. How many people that were."""
    seats = [one for one in waiting(panel) if one.id in ids]
    for seat in seats:
        seats_answers.tell(seat, seats_answers.Told.WRITTEN, actor=actor, at=at)
    return len(seats)


# --- one letter ------------------------------------------------------------------------------------------


def _address_of(seat: Seat) -> Address | None:
    person = person_of(seat.registration)
    if person is None or not (person.street and person.postcode):
        return None
    address = _address(person)
    return None if unprintable("".join(address.lines)) else address


def _address(person: Person) -> Address:
    return Address(person.name, f"{person.street} {person.number}", person.postcode, person.place.upper())


def _sheet(panel: Panel, seat: Seat, at: datetime) -> Sheet:
    region = seat.registration.municipality.region
    phone = region.contact_phone
    return Sheet(
        title=fill(SUBJECT, {"panel": panel.title}),
        sender=region.name,
        color=region.brand_color if COLOR.match(region.brand_color) else DEFAULT_COLOR,
        day=_written(today(at)),
        phone=f"Telefoon {phone}" if phone else "",
        website=absolute("registrations.seat_by_code").partition("://")[2],
        words=WORDS,
        closing=parts_of(fill(CLOSING, {"regio": region.name})),
    )


def _letters(panel: Panel, seats: Sequence[Seat], at: datetime) -> list[OneLetter]:
    known: dict[int, About] = {}
    for seat in seats:
        if seat.public_draw_id not in known:
            known[seat.public_draw_id] = seats_mail.about(panel, seat.public_draw)
    return [_letter(seat, known[seat.public_draw_id], at) for seat in seats]


def _letter(seat: Seat, about: About, at: datetime) -> OneLetter:
    address = _address_of(seat)
    if address is None:  # `waiting` left them out
        raise ValueError("a letter without an address")
    values = _values(seat, about, at)
    is_nominated = seat.registration.is_nominated
    body = BODY.replace("[begin]", NOMINATED if is_nominated else DRAWN).replace("[jong]", _young(seat, at))
    return OneLetter(
        address=address.lines,
        subject=fill(NOMINATED_SUBJECT if is_nominated else SUBJECT, values),
        body=parts_of(fill(body, values)),
        code=queries.seat_code(seat.uid),
        url=absolute("registrations.seat", token=queries.seat_token(seat)),
    )


def _values(seat: Seat, about: About, at: datetime) -> dict[str, str]:
    phone = seat.registration.municipality.region.contact_phone
    values = {
        "naam": seat.registration.name or "",
        "panel": about.title,
        "mensen": f"{about.pool:,}".replace(",", "."),
        "plaatsen": f"{about.size:,}".replace(",", "."),
        "dag": _written(seats_mail.last_day(seat, at)),
        "bellen": f"Liever bellen? Bel {phone}." if phone else "",
        "vraag": about.question,
        "dagen": about.meetings,
        "vergoeding": about.honorarium,
    }
    return {name: _printable(text) for name, text in values.items()}


def _young(seat: Seat, at: datetime) -> str:
    day = today(at)
    if not seats_mail.is_minor(seat.registration, day):
        return ""
    asks = seats_mail.needs_consent(seat.registration, day)
    return YOUNG.replace("{wie}", ASK_FIRST if asks else DECIDE)


def _printable(text: str) -> str:
    """Our fonts have no picture signs: a text of the site may hold one, and a letter goes out without it."""
    strange = set(unprintable(text))
    return "".join(sign for sign in text if sign not in strange)


def _written(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale="nl"))
