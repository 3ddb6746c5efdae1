"""What somebody wrote in a conversation or at the end, and said "me too" to: to hand over, and to erase."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.aanjaagteam.models import Report, ReportFollower, ReportMessage, ReportVerdict
from civic.aanjaagteam.queries.me_too import followed_by
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User, reports: Iterable[Report]) -> list[Section]:
    """Of the conversations both sides: what was written to them is theirs as well."""
    reports = list(reports)
    said: list[dict[str, Any]] = [
        {
            _("Melding"): one.report_id,
            _("Dag"): one.sent_on,
            _("Van"): _("u") if one.is_from_reporter else _("het aanjaagteam"),
            _("Bericht"): one.text,
        }
        for one in _messages_of(report.id for report in reports)
    ]
    verdicts: list[dict[str, Any]] = [
        {
            _("Melding"): one.report_id,
            _("Dag"): one.given_on,
            _("Opgelost"): _("ja") if one.is_solved else _("nee"),
            _("Waarom niet"): one.reason,
        }
        for one in _verdicts_of(report.id for report in reports)
    ]
    follows: list[dict[str, Any]] = [
        {
            _("Melding"): line.report_id,
            _("Gevraagd"): line.follower.asked_at,
            _("Bevestigd"): line.follower.confirmed_at,
            _("Loopt vast sinds"): line.follower.since_on,
            _("Mailadres"): line.follower.email,
        }
        for line in followed_by(user)
    ]
    return [
        Section("report_messages", _("Berichten bij uw meldingen"), said),
        Section("report_verdicts", _("Is het voor u opgelost?"), verdicts),
        Section("report_me_too", _("Waar u ook op vastloopt"), follows),
    ]


def _messages_of(ids: Iterable[int]) -> list[ReportMessage]:
    statement = select(ReportMessage).where(ReportMessage.report_id.in_(list(ids)))
    return list(db.session.scalars(statement.order_by(ReportMessage.report_id, ReportMessage.id)))


def _verdicts_of(ids: Iterable[int]) -> list[ReportVerdict]:
    statement = select(ReportVerdict).where(ReportVerdict.report_id.in_(list(ids)))
    return list(db.session.scalars(statement.order_by(ReportVerdict.report_id)))


def erase(user: User, reports: Iterable[Report]) -> None:
    """Who said "me too" still counts, without a name; what was written goes where the report is closed."""
    for line in followed_by(user):
        line.follower.email, line.follower.person_key = None, None
        if line.follower.confirmed_at is None:
            db.session.execute(delete(ReportFollower).where(ReportFollower.id == line.follower.id))
    closed = [report.id for report in reports if report.closed_at is not None]
    for message in _messages_of(closed):
        message.text = None
    for verdict in _verdicts_of(closed):
        verdict.reason = None
