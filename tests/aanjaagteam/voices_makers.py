"""What the tests of the conversation, of "me too" and of groups share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, ReportFollower
from civic.aanjaagteam.queries.me_too import person_key_of
from civic.aanjaagteam.service import me_too
from civic.db import db, now
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.makers import new_report


def tokens(app: Flask, count: int = 1) -> list[str]:
    with app.app_context():
        return [service.new_token() for _number in range(count)]


def followed(app: Flask, client: FlaskClient, **given: Any) -> int:
    """A new report whose code was just typed on this device; its number."""
    with app.app_context():
        receipt = new_report(**given)
        db.session.commit()
        number, code = receipt.report.id, receipt.code
    client.post("/meldingen/volgen", data={"code": code})
    return number


def mails(app: Flask, template: str) -> list[tuple[str, str]]:
    """To whom and what, of the letters made from this template."""
    with app.app_context():
        rows = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == template).order_by(OutgoingMail.id)
        )
        return [(row.address or "", row.text or "") for row in rows]


def actions(app: Flask, report_id: int) -> list[str]:
    with app.app_context():
        rows = db.session.scalars(
            select(Event.action)
            .where(Event.subject_type == "report", Event.subject_id == report_id)
            .order_by(Event.id)
        )
        return list(rows)


def follower(report: Report, email: str, at: datetime | None = None) -> ReportFollower:
    """Somebody who confirmed, inside an app context."""
    at = at or now() - timedelta(hours=1)
    row = ReportFollower(report_id=report.id, person_key=person_key_of(email), asked_at=at)
    row.email = email
    db.session.add(row)
    db.session.flush()
    me_too.confirm(row, at=at)
    return row
