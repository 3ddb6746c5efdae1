"""What the ladder keeps of an official: where they stand, their hours, what they were asked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.aanjaagteam.models import EscalationPerson, EscalationRung, LadderHours, LadderPerson, LadderRung
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User) -> list[Section]:
    hours: list[dict[str, Any]] = [
        {
            _("Dag"): str(words.DAYS[row.weekday]),
            _("Van"): _clock(row.from_minute),
            _("Tot"): _clock(row.until_minute),
        }
        for row in db.session.scalars(
            select(LadderHours).where(LadderHours.user_id == user.id).order_by(LadderHours.weekday)
        )
    ]
    stands = select(LadderRung.level).join(LadderPerson, LadderPerson.rung_id == LadderRung.id)
    rungs: list[dict[str, Any]] = [
        {_("Trede"): str(words.LEVELS[level])}
        for level in db.session.scalars(stands.where(LadderPerson.user_id == user.id).order_by(LadderRung.id))
    ]
    return [
        Section("ladder", _("Waar u op de ladder staat"), rungs),
        Section("ladder_hours", _("Uw werktijden"), hours),
        Section("ladder_asked", _("Meldingen die aan u zijn voorgelegd"), _asked(user)),
    ]


def _asked(user: User) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(EscalationRung.report_id, EscalationRung.level, EscalationPerson.asked_at)
        .join(EscalationPerson, EscalationPerson.rung_id == EscalationRung.id)
        .where(EscalationPerson.user_id == user.id)
        .order_by(EscalationPerson.id)
    )
    return [
        {_("Nummer"): row.report_id, _("Trede"): str(words.LEVELS[row.level]), _("Gevraagd"): row.asked_at}
        for row in rows
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def erase(user: User) -> None:
    """From the ladder; what was asked stays with the report, without a name."""
    for table in (LadderHours, LadderPerson):
        db.session.execute(delete(table).where(table.user_id == user.id))
