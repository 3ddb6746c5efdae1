"""A panel that was drawn, as rows: the draw itself has its own tests. Inside an app context; they commit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from civic.crypto import email_index
from civic.db import db
from civic.mail.models import OutgoingMail
from civic.panels.jobs.seats import look_after_seats, tell_everybody
from civic.panels.models import (
    Draw,
    Freeze,
    Panel,
    PanelFiles,
    PublicDraw,
    Registration,
    ReserveOffer,
    Seat,
)
from civic.panels.queries import seats as queries
from civic.panels.queries.composition import cells_of
from civic.panels.service import seats as service
from civic.panels.states import (
    DrawKind,
    DrawPurpose,
    DrawState,
    PublicDrawState,
    RegistrationState,
    SeatState,
    Stage,
)
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_freeze import second
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.makers_registrations import make_letter
from tests.panels.stages import prepared_panel

PEOPLE = 126  # seven in every cell: one more than the largest cell has seats
DRAWN_AT = NOW
ZOE = "zoe@example.nl"


def frozen_panel(people: int = PEOPLE, at: datetime = NOW, stage: Stage = Stage.DRAWN) -> Panel:
    """Everybody in the pool has a leaf; nobody was drawn yet."""
    panel = prepared_panel(stage, at=at - timedelta(days=20))
    if people:
        make_pool(panel, people, seed=panel.id, at=at - timedelta(days=20))
    freeze_all(panel, at)
    return panel


def freeze_all(panel: Panel, at: datetime = NOW) -> None:
    db.session.execute(
        update(Registration)
        .where(Registration.panel_id == panel.id)
        .values(frozen_at=at - timedelta(days=15), leaf="0" * 64, is_dirty=False)
    )
    db.session.commit()


def make_public_draw(
    panel: Panel,
    purpose: DrawPurpose = DrawPurpose.PANEL,
    at: datetime = NOW,
    state: PublicDrawState = PublicDrawState.DRAWN,
    *,
    is_rehearsal: bool = False,
) -> PublicDraw:
    """Proposed two days before `at`, drawn at `at` (or only committed to)."""
    number = (db.session.scalar(select(func.count()).where(PublicDraw.panel_id == panel.id)) or 0) + 1
    freeze, files = _freeze(panel, at), _files(panel, at)
    draw = Draw(
        panel_id=panel.id,
        files_id=files.id,
        number=number,
        kind=DrawKind.REAL,
        state=DrawState.DONE,
        size=panel.size,
        seed=number,
        requested_by_id=administrator().id,
        requested_at=at - timedelta(days=2),
        finished_at=at - timedelta(days=2),
        result={},
    )
    db.session.add(draw)
    db.session.flush()
    is_drawn = state is PublicDrawState.DRAWN
    row = PublicDraw(
        panel_id=panel.id,
        freeze_id=freeze.id,
        draw_id=draw.id,
        purpose=purpose,
        is_rehearsal=is_rehearsal,
        state=state,
        identifier=f"oefenloting-panel-{panel.id}",
        pool=f"panel-{panel.id}",
        sequence=number,
        size=panel.size,
        panels=1000,
        chain="practice",
        round=1000 + number,
        round_at=at,
        proposed_by_id=administrator().id,
        proposed_at=at - timedelta(days=2),
        approved_by_id=second().id,
        approved_at=at - timedelta(days=1, hours=3),
        committed_at=at - timedelta(days=1, hours=2),
        commitment="c" * 64,
        signature="ab" * 48 if is_drawn else None,
        index=7 if is_drawn else None,
        drawn_at=at if is_drawn else None,
    )
    db.session.add(row)
    db.session.commit()
    return row


def _freeze(panel: Panel, at: datetime) -> Freeze:
    known = db.session.scalar(select(Freeze).where(Freeze.panel_id == panel.id))
    if known is not None:
        return known
    freeze = Freeze(
        panel_id=panel.id,
        version=1,
        objections_until=at.date(),
        proposed_by_id=administrator().id,
        proposed_at=at - timedelta(days=15),
    )
    db.session.add(freeze)
    db.session.flush()
    return freeze


def _files(panel: Panel, at: datetime) -> PanelFiles:
    known = db.session.scalar(select(PanelFiles).where(PanelFiles.panel_id == panel.id))
    if known is not None:
        return known
    files = PanelFiles(
        panel_id=panel.id,
        version=1,
        categories=b"",
        categories_sha256="0" * 64,
        respondents_sha256="0" * 64,
        registrants=1,
        summary={},
        uploaded_by_id=administrator().id,
        uploaded_at=at - timedelta(days=15),
        deleted_at=at - timedelta(days=14),
    )
    db.session.add(files)
    db.session.flush()
    return files


def first_uids(panel: Panel) -> list[str]:
    """As many people of every cell as it has seats: a panel that could have been drawn."""
    seats, taken = cells_of(panel.id), Counter[tuple[int, int]]()
    chosen = []
    people = select(Registration).where(
        Registration.panel_id == panel.id, Registration.state == RegistrationState.CONFIRMED
    )
    for row in db.session.scalars(people.order_by(Registration.id)):
        cell = (row.constituency_id, row.municipality_id)
        if taken[cell] < seats.get(cell, 0):
            taken[cell] += 1
            chosen.append(row.uid)
    return chosen


def seated_panel(people: int = PEOPLE, at: datetime = NOW, *, told: bool = True) -> Panel:
    """Drawn: 45 people are invited, the others have an offer; with `told` the mails went out."""
    panel = frozen_panel(people, at)
    hold(panel, first_uids(panel), at=at, told=told)
    return panel


def hold(
    panel: Panel,
    uids: Sequence[str],
    purpose: DrawPurpose = DrawPurpose.PANEL,
    at: datetime = NOW,
    *,
    told: bool = True,
) -> PublicDraw:
    public_draw = make_public_draw(panel, purpose, at)
    service.seat_the_drawn(public_draw, list(uids), at)
    db.session.commit()
    if told:
        tell_everybody(at)
    return public_draw


def person_in(panel: Panel, wish: Wish | None = None, at: datetime = NOW) -> Registration:
    """Somebody in the frozen pool, Zoë from Almere if it is not said who."""
    row = make_registration(panel, wish or Wish(name="Zoë Yılmaz", email=ZOE), at - timedelta(days=20))
    row.frozen_at, row.leaf, row.is_dirty = at - timedelta(days=15), "0" * 64, False
    db.session.commit()
    return row


def invited(wish: Wish | None = None, at: datetime = NOW, *, told: bool = True) -> Seat:
    """One drawn person in a panel of their own; quick."""
    panel = frozen_panel(0, at)
    person = person_in(panel, wish, at)
    hold(panel, [person.uid], at=at, told=told)
    return seat_of(person)


def passed_over(wish: Wish | None = None, at: datetime = NOW) -> ReserveOffer:
    """One person who was not drawn (somebody else was)."""
    panel = frozen_panel(0, at)
    other = person_in(panel, Wish(name="Cor Visser", born="1970-01-02", email="cor@example.nl"), at)
    person = person_in(panel, wish, at)
    hold(panel, [other.uid], at=at)
    return offer_of(person)


def seat_of(person: Registration) -> Seat:
    found = queries.seat_of_registration(person.id)
    assert found is not None
    return found


def offer_of(person: Registration) -> ReserveOffer:
    found = queries.offer_of_registration(person.id)
    assert found is not None
    return found


def with_letter(person: Registration) -> str:
    """The code of the letter they registered with."""
    row, code = make_letter(db.session.get_one(Panel, person.panel_id), 2, place="GM0034")
    person.code_id = row.id
    db.session.commit()
    return code


def without_mail(person: Registration, phone: str = "06-00000000") -> None:
    person.email, person.email_index, person.phone = None, None, phone
    db.session.commit()


def with_mail(person: Registration, address: str) -> None:
    person.email, person.email_index = address, email_index(address)
    db.session.commit()


def unreachable() -> Seat:
    """Drawn, and no mail address: nobody told them yet."""
    panel = frozen_panel(0)
    person = person_in(panel)
    without_mail(person)
    hold(panel, [person.uid])
    return seat_of(person)


def mails(template: str = "") -> list[OutgoingMail]:
    db.session.expire_all()
    statement = select(OutgoingMail).order_by(OutgoingMail.id)
    return list(
        db.session.scalars(statement.where(OutgoingMail.template == template) if template else statement)
    )


def seats_of(panel: Panel, state: SeatState | None = None) -> list[Seat]:
    db.session.expire_all()
    statement = select(Seat).where(Seat.panel_id == panel.id).order_by(Seat.id)
    return list(db.session.scalars(statement if state is None else statement.where(Seat.state == state)))


def pass_days(days: int, at: datetime = NOW) -> datetime:
    """The jobs run on that day."""
    later = at + timedelta(days=days)
    look_after_seats(later)
    return later


def address_of(person: Registration) -> str:
    return str(json.loads(person.address or "{}")["postcode"])
