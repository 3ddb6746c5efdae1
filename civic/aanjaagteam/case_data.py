"""What a case keeps of an official: a name they put on a report themselves. To hand over, and to erase."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.aanjaagteam.models import Report, ReportWait
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User) -> list[Section]:
    adopted = db.session.execute(
        select(Report.id, Report.adopted_at, Report.adopter_is_public)
        .where(Report.adopter_id == user.id)
        .order_by(Report.id)
    )
    names: list[dict[str, Any]] = [
        {
            _("Nummer"): row.id,
            _("Sinds"): row.adopted_at,
            _("Naam op de site"): _("ja") if row.adopter_is_public else _("nee"),
        }
        for row in adopted
    ]
    answered = db.session.execute(
        select(ReportWait.report_id, ReportWait.ended_at, ReportWait.answer)
        .where(ReportWait.ended_by_id == user.id, ReportWait.answer != "")
        .order_by(ReportWait.id)
    )
    answers: list[dict[str, Any]] = [
        {_("Nummer"): row.report_id, _("Antwoord gegeven"): row.ended_at, _("Antwoord"): row.answer}
        for row in answered
    ]
    return [
        Section("adopted_reports", _("Meldingen op uw naam"), names),
        Section("report_answers", _("Antwoorden die u aan het aanjaagteam gaf"), answers),
    ]


def erase(user: User) -> None:
    """The name comes off. An answer was given for a unit: it stays, without a name."""
    db.session.execute(
        update(Report)
        .where(Report.adopter_id == user.id)
        .values(adopter_id=None, adopted_at=None, adopter_is_public=False)
    )
