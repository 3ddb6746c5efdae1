"""Reading who was drawn: each reading is a line in the log, with how many people it was about."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime

from civic.accounts.models import User
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, ReserveOffer, Seat
from civic.panels.queries import seats as queries
from civic.panels.queries.seats import Wanted


class Kind(enum.Enum):
    """Dutch, because it stands in addresses."""

    ALL = "alle"  # everybody drawn
    CALL = "bellen"  # drawn, no answer yet, no mail address
    RESERVE = "reserve"  # not drawn, no mail address


def read_list(
    panel: Panel, kind: Kind, *, actor: User, at: datetime
) -> tuple[Sequence[Seat], Sequence[ReserveOffer]]:
    seats: Sequence[Seat] = ()
    offers: Sequence[ReserveOffer] = ()
    if kind is Kind.ALL:
        seats = queries.all_seats(panel.id, Wanted())
    elif kind is Kind.CALL:
        seats = queries.seats_without_mail(panel.id)
    else:
        offers = queries.offers_without_mail(panel.id)
    data = {"kind": kind.value, "people": len(seats) + len(offers)}
    what = events.What("seats_listed", visibility=Visibility.PRIVATE, data=data)
    events.record(panel, what, actor=actor, at=at)
    return seats, offers


def log_seat(seat: Seat, *, actor: User, at: datetime) -> None:
    events.record(seat, events.What("seat_read", visibility=Visibility.PRIVATE), actor=actor, at=at)
