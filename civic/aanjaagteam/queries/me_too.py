"""What somebody said "me too" to: found by their own address only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from civic.aanjaagteam.models import Report, ReportFollower
from civic.accounts.models import User
from civic.crypto import blind_index, canonical_email
from civic.db import db


@dataclass(frozen=True)
class FollowedReport:
    """`title` is empty where the report is not on the site (any more)."""

    follower: ReportFollower
    report_id: int
    title: str


def person_key_of(email: str) -> str:
    """One key per mailbox and for this only: it leads to nothing that the person does elsewhere."""
    return blind_index("report-follower", canonical_email(email))


def followed_by(user: User) -> list[FollowedReport]:
    """Newest first, also what was not confirmed yet; one statement."""
    if user.email is None:
        return []
    rows = db.session.execute(
        select(ReportFollower, Report.is_public, Report.public_title)
        .join(Report, Report.id == ReportFollower.report_id)
        .where(ReportFollower.person_key == person_key_of(user.email))
        .order_by(ReportFollower.id.desc())
    )
    return [
        FollowedReport(follower, follower.report_id, title if is_public else "")
        for follower, is_public, title in rows
    ]
