"""Registrations that staff fills in, and people whom an organisation nominates."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Constituency, Panel, Source
from civic.panels.queries import pool as queries
from civic.panels.queries.composition import cells_of
from civic.panels.service import registrations
from civic.panels.service.registrations import Receipt
from civic.panels.service.registrations_rules import Application
from civic.panels.states import Channel, EntryRoute
from civic.regions.models import Municipality


def take_in(
    panel: Panel,
    source: Source,
    municipality_id: int,
    application: Application,
    channel: Channel,
    *,
    actor: User,
    at: datetime,
) -> Receipt:
    """Somebody without a letter, by telephone, on paper, or nominated (then there must be a seat left)."""
    constituency = db.session.get_one(Constituency, source.constituency_id)
    is_nomination = constituency.route is EntryRoute.NOMINATION
    if is_nomination is not (channel is Channel.NOMINATION):
        raise NotAllowedNow("not_in_this_state")
    if is_nomination:
        hold_seats(panel)
        if sentence := no_seat_left(panel, constituency, municipality_id):
            raise Invalid({"name": [sentence]})
    return registrations.register_at_entrance(
        panel, source, municipality_id, application, channel=channel, actor=actor, at=at
    )


def hold_seats(panel: Panel) -> None:
    """One gives seats away at a time (PostgreSQL; on SQLite one writer is alone)."""
    db.session.execute(select(Panel.id).where(Panel.id == panel.id).with_for_update())


def no_seat_left(panel: Panel, constituency: Constituency, municipality_id: int) -> str | None:
    """Why nobody can be nominated here any more; None while there is a seat."""
    cell = constituency.id, municipality_id
    seats = cells_of(panel.id).get(cell, 0)
    taken = queries.nominated_in(panel.id).get(cell, 0)
    if taken < seats:
        return None
    place = db.session.get_one(Municipality, municipality_id).name
    if not seats:
        return str(_("“%(group)s” heeft geen plaats in %(place)s.", group=constituency.name, place=place))
    return str(
        _(
            "“%(group)s” heeft in %(place)s %(seats)s plaatsen. Die zijn al vergeven.",
            group=constituency.name,
            place=place,
            seats=seats,
        )
    )
