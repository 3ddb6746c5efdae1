"""Reading registrations: by the person's own link, by their letter, and what stands in one."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from civic.crypto import blind_index
from civic.db import db
from civic.panels.models import (
    Consent,
    Constituency,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    Panel,
    Registration,
    SeatCell,
    Source,
)
from civic.panels.service.codes import code_index, normalised
from civic.panels.service.registrations_rules import Application, Person
from civic.panels.states import EntryRoute, Honorarium, Stage
from civic.regions.models import Municipality

TOKEN = re.compile(r"[0-9a-f]{64}\Z")


class Letter(NamedTuple):
    """Everything a code stands for."""

    code: InvitationCode
    wave: InvitationWave
    source: Source
    constituency: Constituency
    panel: Panel
    municipality: Municipality


def access_index_of(token: str) -> str:
    return blind_index("panel-registration-access", token)


def registration_of_token(token: str) -> Registration | None:
    """The registration behind somebody's own link; None when there is none (any more)."""
    if not TOKEN.match(token):
        return None
    return db.session.scalar(_whole().where(Registration.access_index == access_index_of(token)))


def registration_of_code(code_id: int) -> Registration | None:
    return db.session.scalar(_whole().where(Registration.code_id == code_id))


def registration_of_letter(text: str, birth_date: date) -> Registration | None:
    """Who registered with this code, for somebody who also knows the date of birth. Also after closing."""
    code = normalised(text)
    if code is None:
        return None
    found = db.session.scalar(
        _whole()
        .join(InvitationCode, InvitationCode.id == Registration.code_id)
        .where(InvitationCode.code_index == code_index(code))
    )
    return found if found is not None and found.birth_date == birth_date.isoformat() else None


def of_mailbox(panel_id: int, index: str) -> list[Registration]:
    """The registrations with this keyed hash of a mail address."""
    return list(
        db.session.scalars(
            _whole()
            .where(Registration.panel_id == panel_id, Registration.email_index == index)
            .order_by(Registration.id)
        )
    )


def _whole() -> Select[Registration]:
    return select(Registration).options(
        joinedload(Registration.constituency),
        joinedload(Registration.source),
        joinedload(Registration.municipality),
    )


def letter_of(code_id: int) -> Letter | None:
    """One statement for what a registration needs to know of its letter."""
    row = db.session.execute(
        select(InvitationCode, InvitationWave, Source, Constituency, Panel, Municipality)
        .join(InvitationShare, InvitationShare.id == InvitationCode.share_id)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .join(Source, Source.id == InvitationShare.source_id)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .join(Panel, Panel.id == InvitationWave.panel_id)
        .join(Municipality, Municipality.id == InvitationShare.municipality_id)
        .where(InvitationCode.id == code_id)
    ).first()
    return None if row is None else Letter(*row)


def open_entrances(panel_id: int) -> list[tuple[Source, Constituency]]:
    """Where people without a letter can register by themselves, in order."""
    rows = db.session.execute(
        select(Source, Constituency)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .join(Panel, Panel.id == Constituency.panel_id)
        .where(
            Panel.id == panel_id,
            Panel.stage == Stage.REGISTRATION,
            Constituency.route == EntryRoute.SELF_REGISTRATION,
        )
        .order_by(Constituency.number, Source.number)
    )
    return [(source, constituency) for source, constituency in rows]


def panels_with_open_entrance() -> list[Panel]:
    """Panels somebody can register for without a letter."""
    return list(
        db.session.scalars(
            select(Panel)
            .where(
                Panel.stage == Stage.REGISTRATION,
                Panel.id.in_(
                    select(Constituency.panel_id).where(Constituency.route == EntryRoute.SELF_REGISTRATION)
                ),
            )
            .order_by(Panel.id.desc())
        )
    )


def places_with_seats(panel_id: int) -> list[Municipality]:
    """The municipalities a panel has seats for."""
    return list(
        db.session.scalars(
            select(Municipality)
            .where(
                Municipality.id.in_(
                    select(SeatCell.municipality_id)
                    .join(Constituency, Constituency.id == SeatCell.constituency_id)
                    .where(Constituency.panel_id == panel_id, SeatCell.seats > 0)
                )
            )
            .order_by(Municipality.name)
        )
    )


def consents_of(registration_id: int) -> list[Consent]:
    """The consents that still hold."""
    return list(
        db.session.scalars(
            select(Consent)
            .where(Consent.registration_id == registration_id, Consent.withdrawn_at.is_(None))
            .order_by(Consent.id)
        )
    )


def person_of(registration: Registration) -> Person | None:
    """Who it is about; None when it was blanked. The address is kept as JSON."""
    name, birth_date, address = registration.name, registration.birth_date, registration.address
    if name is None or birth_date is None or address is None:
        return None
    lines: dict[str, str] = json.loads(address)
    return Person(
        name=name,
        birth_date=date.fromisoformat(birth_date),
        street=lines["street"],
        number=lines["number"],
        postcode=lines["postcode"],
        place=lines["place"],
        email=registration.email or "",
        phone=registration.phone or "",
    )


def application_of(registration: Registration) -> Application | None:
    """Everything that is kept, as somebody filled it in; None when it was blanked."""
    person = person_of(registration)
    if person is None:
        return None
    return Application(
        person=person,
        answers={int(feature): value for feature, value in registration.answers.items()},
        needs=registration.needs,
        honorarium=registration.honorarium or Honorarium.LATER,
        consents=frozenset(one.subject for one in consents_of(registration.id)),
    )
