""" "Me too": somebody is stuck on the same as a published report, and hears of it by mail of their own.

    ask(report, email, since_on, at=)               typed on the site: mails a link, same answer to everybody
    join_at_once(report, since_on, actor=, at=)     signed in: the address is known to be theirs
    confirm(follower, at=)                          the link was opened and the button pressed
    stop(follower, is_gone=, at=)                   no more mails; or gone altogether

Who is a reporter of the report (or of its group) counts already: the address of each is opened to see that,
because there is no index to look it up with. Nothing that a reporter wrote is in these mails.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from civic.aanjaagteam.models import Decision, Report, ReportFollower
from civic.aanjaagteam.queries.me_too import person_key_of
from civic.aanjaagteam.service.weights import note_pattern, recount, reporters_of_group
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.wording.voices import FOLLOWER_SENTENCES
from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_or_find, db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.limits import DAY_SECONDS, Limit, has_room
from civic.links import absolute
from civic.mail import service as mail
from civic.tickets import holder, ticket

LAPSES_AFTER = timedelta(days=30)
STOP_DAYS = timedelta(days=400)  # an old mail must still be able to stop the next one
CONFIRM, STOP = "me-too-confirm", "me-too-stop"
MAILS_PER_ADDRESS = Limit("me-too-mail", 5, DAY_SECONDS)
NEWS = frozenset({"report_update", "report_decided", "report_closed"})


def can_be_joined(report: Report) -> bool:
    return report.is_public and report.state not in FINAL


# --- saying so ------------------------------------------------------------------------------------------


def ask(report: Report, email: str, since_on: date | None, *, at: datetime) -> None:
    """Mail a link to the address that was typed. Only the owner of the mailbox reads the difference."""
    _require_open(report)
    key = person_key_of(email)
    if not has_room(MAILS_PER_ADDRESS, key, at):
        return
    if key in reporters_of_group(report):
        _mail_known(report, email, key, None, at)
        return
    follower = _follower(report, email, since_on, at)
    if follower.confirmed_at is None:
        _mail_confirm(follower, report, at)
    else:
        # who stopped the mails gets them back only signed in: anybody can type an address
        _mail_known(report, email, key, follower, at)


def join_at_once(
    report: Report, since_on: date | None, *, actor: User, at: datetime
) -> ReportFollower | None:
    """None where this person reported it: they count already. Twice is once."""
    _require_open(report)
    if actor.email is None:
        raise NotAllowedNow("not_in_this_state")
    if person_key_of(actor.email) in reporters_of_group(report):
        return None
    follower = _follower(report, actor.email, since_on, at)
    follower.email = follower.email or actor.email
    confirm(follower, at=at)
    return follower


def confirm(follower: ReportFollower, *, at: datetime) -> None:
    """Yes, I am stuck on this too. A second time is the same success. Not even the log says who it was."""
    if follower.confirmed_at is not None:
        return
    follower.confirmed_at = at
    report = db.session.get_one(Report, follower.report_id)
    events.record(report, events.What("me_too"), actor=None, at=at, anonymous=True)
    head_id = recount(report.id)
    note_pattern(head_id, at)


def stop(follower: ReportFollower, *, is_gone: bool) -> None:
    """No more mails: the address goes. Who is still stuck counts on; `is_gone` takes the whole row away."""
    mail.forget(_prefix(follower))
    if not is_gone and follower.confirmed_at is not None:
        follower.email = None
        db.session.flush()
        return
    report_id = follower.report_id
    db.session.execute(
        delete(ReportFollower)
        .where(ReportFollower.id == follower.id)
        .execution_options(synchronize_session="fetch")
    )
    recount(report_id)


def _require_open(report: Report) -> None:
    if not can_be_joined(report):
        raise NotAllowedNow("not_in_this_state")


def _follower(report: Report, email: str, since_on: date | None, at: datetime) -> ReportFollower:
    key = person_key_of(email)

    def _known() -> ReportFollower | None:
        same = (ReportFollower.report_id == report.id, ReportFollower.person_key == key)
        return db.session.scalar(select(ReportFollower).where(*same))

    row = _known() or add_or_find(ReportFollower(report_id=report.id, person_key=key, asked_at=at), _known)[0]
    if row.confirmed_at is None:
        row.email, row.since_on, row.asked_at = email, since_on, at
    return row


# --- links ----------------------------------------------------------------------------------------------


def follower_of(purpose: str, token: str, *, at: datetime) -> ReportFollower | None:
    """Behind a link; None when it is not ours, over, or gone."""
    uid = holder(purpose, token, today(at))
    return db.session.scalar(select(ReportFollower).where(ReportFollower.uid == uid)) if uid else None


def stop_token(follower: ReportFollower, at: datetime) -> str:
    return ticket(STOP, follower.uid, today(at + STOP_DAYS))


def _stop_url(follower: ReportFollower, at: datetime) -> str:
    return absolute("aanjaagteam.me_too_stop", token=stop_token(follower, at))


# --- mails ----------------------------------------------------------------------------------------------


def _prefix(follower: ReportFollower) -> str:
    return f"me-too:{follower.uid}:"


def _mail_confirm(follower: ReportFollower, report: Report, at: datetime) -> None:
    until = today(at + LAPSES_AFTER)
    token = ticket(CONFIRM, follower.uid, until)
    facts = {
        "report": report,
        "confirm_url": absolute("aanjaagteam.me_too_confirm", token=token),
        "lapses_on": until,
    }
    key = f"{_prefix(follower)}ask:{int(at.timestamp()) // 60}"  # a double click is one mail
    mail.queue(mail.Letter(follower.email or "", "me_too_confirm", key, facts), at=at)


def _mail_known(
    report: Report, email: str, person_key: str, follower: ReportFollower | None, at: datetime
) -> None:
    prefix = _prefix(follower) if follower else f"me-too-known:{report.id}:{person_key[:16]}:"
    facts = {
        "report": report,
        "is_reporter": follower is None,
        "has_stopped": follower is not None and follower.email is None,
        "url": absolute("aanjaagteam.show", report_id=report.id),
        "stop_url": _stop_url(follower, at) if follower else "",
    }
    letter = mail.Letter(email, "me_too_known", f"{prefix}known:{int(at.timestamp()) // 60}", facts)
    mail.queue(letter, at=at)


def tell_followers(report: Report, template: str, at: datetime, context: dict[str, Any]) -> int:
    """What every follower may read of this step, in a mail with a link of their own to stop.

    Of a report that is not on the site nothing but that there is news.
    """
    if template not in NEWS or report.state not in FOLLOWER_SENTENCES:
        return 0
    statement = select(ReportFollower).where(
        ReportFollower.report_id == report.id,
        ReportFollower.confirmed_at.is_not(None),
        ReportFollower.email_sealed.is_not(None),
    )
    followers = list(db.session.scalars(statement.order_by(ReportFollower.id)))
    for follower in followers:
        _mail_news(follower, report, context.get("decision"), at)
    return len(followers)


def mail_alike_decided(
    follower: ReportFollower, report: Report, decision: Decision | None, at: datetime
) -> None:
    """Decided on another report of the group; without the decision where that report is not on the site."""
    stop_url = _stop_url(follower, at)
    facts = {
        "report": report,
        "decision": decision,
        "decision_url": absolute("aanjaagteam.show", report_id=decision.report_id) if decision else "",
        "stop_url": stop_url,
    }
    key = f"{_prefix(follower)}alike:{decision.id if decision else int(at.timestamp())}"
    letter = mail.Letter(follower.email or "", "me_too_alike_decided", key, facts, unsubscribe_url=stop_url)
    mail.queue(letter, at=at)


def _mail_news(follower: ReportFollower, report: Report, decision: Decision | None, at: datetime) -> None:
    stop_url = _stop_url(follower, at)
    facts = {
        "report": report,
        "sentence": str(FOLLOWER_SENTENCES[report.state]),
        "decision": decision if report.is_public else None,
        "url": absolute("aanjaagteam.show", report_id=report.id) if report.is_public else "",
        "stop_url": stop_url,
    }
    key = f"{_prefix(follower)}news:{report.revision}"
    letter = mail.Letter(follower.email or "", "me_too_news", key, facts, unsubscribe_url=stop_url)
    mail.queue(letter, at=at)
