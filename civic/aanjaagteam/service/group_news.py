"""Mails about a group of like reports: to reporters, to who said "me too", and to the owners of the reports.

tell_reporter(report, decision, at)             what was decided on the head
tell_followers(head, reports, decision, at)     the same; one mail to a person who follows two of the group
tell_owners(head_id, moved, actor, at)          your report is in a group now
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from civic.aanjaagteam.models import Decision, DecisionShare, Report, ReportFollower
from civic.aanjaagteam.service.me_too import mail_alike_decided
from civic.aanjaagteam.service.weights import reporters_of_group
from civic.accounts.models import User
from civic.accounts.queries import reachable_staff_by_id
from civic.calendar import today
from civic.db import db
from civic.links import absolute
from civic.mail.service import Letter, queue, queue_reminder


def tell_reporter(report: Report, decision: Decision, at: datetime) -> None:
    if not report.contact:
        return
    facts = {"report": report, "decision": decision, "follow_url": absolute("aanjaagteam.follow")}
    key = f"report_alike_decided:{decision.id}:{report.id}"
    queue(Letter(report.contact, "report_alike_decided", key, facts), at=at)


def tell_followers(head: Report, reports: list[Report], decision: Decision, at: datetime) -> int:
    """Who heard of this decision already, hears nothing: also where that was with another report."""
    told = reporters_of_group(head) | _told_before(head, reports, decision)
    count = 0
    for follower in _followers(one.id for one in reports):
        if follower.email is None or follower.person_key is None or follower.person_key in told:
            continue
        told.add(follower.person_key)
        report = next(one for one in reports if one.id == follower.report_id)
        mail_alike_decided(follower, report, decision if head.is_public else None, at)
        count += 1
    return count


def _told_before(head: Report, reports: list[Report], decision: Decision) -> set[str]:
    """Who follows the head heard it when it was cut; the others when it was shared with their report."""
    shared = select(DecisionShare.report_id).where(DecisionShare.decision_id == decision.id)
    known = {head.id, *db.session.scalars(shared)} - {one.id for one in reports}
    return {one.person_key for one in _followers(known) if one.person_key is not None}


def _followers(ids: Iterable[int]) -> list[ReportFollower]:
    statement = select(ReportFollower).where(
        ReportFollower.report_id.in_(list(ids)), ReportFollower.confirmed_at.is_not(None)
    )
    return list(db.session.scalars(statement.order_by(ReportFollower.id)))


def tell_owners(head_id: int, moved: list[int], actor: User, at: datetime) -> None:
    """One mail a person, in office hours; who did it knows. Of other reports only the number of the head."""
    statement = select(Report).where(Report.id.in_([head_id, *moved]), Report.owner_id.is_not(None))
    owned = {row.owner_id or 0: row for row in db.session.scalars(statement.order_by(Report.id.desc()))}
    owned.pop(actor.id, None)
    for person in reachable_staff_by_id(owned).values():
        report = owned[person.id]
        context = {
            "name": person.name,
            "by": actor.display_name,
            "number": report.id,
            "title": report.public_title,
            "front": head_id,
            "url": absolute("aanjaagteam.group", report_id=report.id),
        }
        # together and apart and together again on one day is one mail
        key = f"report-grouped:{head_id}:{moved[0]}:{today(at)}:{person.id}"
        queue_reminder(Letter(person.email or "", "report_grouped", key, context), at=at)
