"""Which two steps asked somebody the same: to hand over, and to erase."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.models.intake import DoubleQuestion
from civic.accounts.my_data import Section
from civic.db import db


def sections(reports: list[Report]) -> list[Section]:
    ids = [one.id for one in reports]
    found = db.session.scalars(select(DoubleQuestion).where(DoubleQuestion.report_id.in_(ids)))
    rows: list[dict[str, Any]] = [
        {
            _("Melding"): one.report_id,
            _("Vroeg het eerst"): one.step_a,
            _("Vroeg het nog een keer"): one.step_b,
        }
        for one in found
    ]
    return [Section("double_questions", _("Dezelfde vraag twee keer"), rows)] if rows else []


def erase(reports: list[Report]) -> None:
    """Together with the story, so only of what is closed."""
    ids = [one.id for one in reports if one.closed_at is not None]
    mine = delete(DoubleQuestion).where(DoubleQuestion.report_id.in_(ids))
    db.session.execute(mine.execution_options(synchronize_session="fetch"))
