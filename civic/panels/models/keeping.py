"""How long the pool of a panel stays: as long as somebody who stops can still be replaced.

A replacement draw is made from the frozen pool, so its files and the registrations stay until the panel is
done: the day of its advice, as the mandate promises it in public. A day that is moved moves this with it.
Whoever withdraws is blanked at once, and whatever happens nothing stays longer than two years.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select

from civic.calendar import today
from civic.panels.models.draws import KEEP_REGISTRANTS, Panel, PanelFiles
from civic.panels.models.mandate import Mandate
from civic.panels.models.pool import Freeze
from civic.panels.models.public_draws import Seat
from civic.panels.models.registrations import KEEP_AT_MOST, PERSONAL, Registration
from civic.panels.states import SeatState, Stage
from civic.retention import Retention, mark

KEEP_AFTER_ADVICE = timedelta(days=90)
SITTING = (Stage.FROZEN, Stage.DRAWN)


def kept_until(advice_on: date) -> date:
    """The last day that a pool is kept, of a panel whose advice comes that day."""
    return advice_on + KEEP_AFTER_ADVICE


def _sitting(at: datetime) -> Select[int]:
    """Panels that draw, or that can still need somebody."""
    return (
        select(Panel.id)
        .join(Mandate, Mandate.panel_id == Panel.id)
        .where(Panel.stage.in_(SITTING), Mandate.advice_on >= today(at) - KEEP_AFTER_ADVICE)
    )


def _no_pool_in_use(at: datetime) -> ColumnElement[bool]:
    in_use = select(Freeze.files_id).where(
        Freeze.panel_id.in_(_sitting(at)), Freeze.files_id.is_not(None), Freeze.superseded_at.is_(None)
    )
    return PanelFiles.id.not_in(in_use)


_SITS = select(Seat.registration_id).where(Seat.state.in_((SeatState.INVITED, SeatState.ACCEPTED)))


def _panel_is_done(at: datetime) -> ColumnElement[bool]:
    """Who sits in the panel is still needed: for them the two years of `registrations.RETENTION`."""
    return Registration.id.not_in(_SITS) & Registration.panel_id.not_in(_sitting(at))


RETENTION = [
    Retention(
        model=PanelFiles,
        # of a panel that goes on the 90 days begin at the day of its advice
        basis=mark(
            "Een bestand met aanmeldingen gaat weg na het plaatsen. Staat de pool vast, dan na het advies."
        ),
        after=KEEP_REGISTRANTS,
        since="uploaded_at",
        action="blank",
        blank_columns=("respondents_sealed",),
        blanked_at="deleted_at",
        only=_no_pool_in_use,
    ),
    Retention(
        model=PanelFiles,
        basis=mark("Elk ander bestand met aanmeldingen gaat in elk geval na deze tijd weg."),
        after=KEEP_AT_MOST,
        since="uploaded_at",
        action="blank",
        blank_columns=("respondents_sealed",),
        blanked_at="deleted_at",
    ),
    Retention(
        model=Registration,
        # the pool is frozen long before the advice: what counts is the second half of the condition
        basis=mark("Zit u niet in het panel? Dan gaan uw gegevens weg na de dag van het advies."),
        after=KEEP_AFTER_ADVICE,
        since="frozen_at",
        action="blank",
        blank_columns=PERSONAL,
        only=_panel_is_done,
    ),
]
