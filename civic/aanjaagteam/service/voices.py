"""The conversation with a reporter: both ways, also with one whom nobody knows.

    write_as_reporter(report, NewMessage(text, token), at=)          -> ReportMessage
    write_as_official(report, NewMessage(text, token, is_question), actor=, at=)  -> ReportMessage
    mark_handled(report, actor=, at=)      the team needs not answer what the reporter wrote
    mark_read(report, by_reporter=, at=)   whoever opened the conversation
    give_verdict(report, is_solved, reason, at=)  the reporter says whether it is solved, and why not

Of an anonymous reporter nothing but the day is kept: `veiled` gives the moment that is written down instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from civic.aanjaagteam.models import Report, ReportMessage, ReportVerdict
from civic.aanjaagteam.models.voices import MESSAGE_LENGTH
from civic.aanjaagteam.queries.voices import current_verdict
from civic.aanjaagteam.service.intake import FIRST_ANSWER
from civic.aanjaagteam.service.waits import NewWait, end_reporter_waits, open_waits, start_wait
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.crypto import blind_index
from civic.db import add_or_find, db
from civic.errors import Invalid, NotAllowedNow, TooMany
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Event
from civic.links import absolute
from civic.mail.service import Letter, queue

REPLY, REPLY_TERM = "message_answer", "5 werkdagen"
NOT_SOLVED, NOT_SOLVED_TERM = "not_solved", "10 werkdagen"
MOST_A_DAY = 20  # of one reporter; more is no conversation


@dataclass(frozen=True)
class NewMessage:
    """`token` comes from the form and makes a repeated post recognisable."""

    text: str
    token: str
    is_question: bool = False

    def hash_for(self, report: Report, side: str) -> str:
        return blind_index("report-message", json.dumps([report.id, side, self.token, self.text.strip()]))


# --- the reporter ---------------------------------------------------------------------------------------


def write_as_reporter(report: Report, new: NewMessage, *, at: datetime) -> ReportMessage:
    """What waited for the reporter waits no longer; the team must answer. The same post twice is one."""
    row, is_new = _add(report, new, None, at)
    if not is_new:
        return row
    moment = veiled(report, at)
    what = events.What("message_received", data={"message": row.id})
    events.record(report, what, actor=None, at=moment, anonymous=True)
    end_reporter_waits(report, at=moment)
    _promise_reply(report, row.sent_on)
    db.session.flush()
    return row


def _promise_reply(report: Report, start: date) -> None:
    """A second message does not move the day that was promised for the first."""
    known = event_queries.deadline_of(report, REPLY)
    if known is None or known.met_at is not None:
        promised = events.Promise(REPLY, REPLY_TERM, start, owner_id=report.owner_id)
        events.promise_again(report, promised)


def veiled(report: Report, at: datetime) -> datetime:
    """For an anonymous reporter the beginning of the day, but never before what already happened then."""
    if not report.is_anonymous:
        return at
    happened = (Event.subject_type == report.__tablename__, Event.subject_id == report.id)
    last = db.session.scalar(select(func.max(Event.at)).where(*happened))
    morning = datetime.combine(today(at), time.min, tzinfo=ZONE)
    return min(at, max(morning, last)) if last is not None else morning


def give_verdict(report: Report, is_solved: bool, reason: str = "", *, at: datetime) -> ReportVerdict:
    """Is it solved? "No" is a task with a date for the team, who also reads why, where that was said.

    Saying the same again changes nothing but the reason.
    """
    if report.state is not State.DONE:
        raise NotAllowedNow("not_in_this_state")
    known = db.session.get(ReportVerdict, report.id, with_for_update=True)
    why = "" if is_solved else reason.strip()
    if known is not None and current_verdict(report) is not None and known.is_solved == is_solved:
        known.reason = why or known.reason
        return known
    row = known if known is not None else _first_verdict(report, is_solved, at)
    row.is_solved, row.given_on, row.reason = is_solved, today(at), why or None
    what = events.What("verdict_given", data={"solved": is_solved})
    events.record(report, what, actor=None, at=veiled(report, at), anonymous=True)
    if is_solved:
        events.keep_promise(report, NOT_SOLVED, veiled(report, at))
    else:
        promised = events.Promise(NOT_SOLVED, NOT_SOLVED_TERM, today(at), owner_id=report.owner_id)
        events.promise_again(report, promised)
    db.session.flush()
    return row


def _first_verdict(report: Report, is_solved: bool, at: datetime) -> ReportVerdict:
    row = ReportVerdict(report_id=report.id, is_solved=is_solved, given_on=today(at))
    return add_or_find(row, lambda: db.session.get(ReportVerdict, report.id))[0]


# --- the team -------------------------------------------------------------------------------------------


def write_as_official(report: Report, new: NewMessage, *, actor: User, at: datetime) -> ReportMessage:
    """Write to the reporter. The mail says only that there is a message; a question starts a wait."""
    row, is_new = _add(report, new, actor, at)
    if not is_new:
        return row
    what = events.What("message_sent", data={"message": row.id})
    events.record(report, what, actor=actor, at=at)
    _settle(report, at)
    events.keep_promise(report, FIRST_ANSWER, at)
    events.keep_promise(report, NOT_SOLVED, at)
    if not (new.is_question and _starts_waiting(report, actor, at)):
        _tell(report, row, at)
    return row


def _starts_waiting(report: Report, actor: User, at: datetime) -> bool:
    """True where a wait began, which tells the reporter by itself."""
    if report.closed_at is not None or open_waits(report, WaitKind.REPORTER):
        return False
    # the question itself is sealed, in the conversation
    wait = NewWait(WaitKind.REPORTER, _("De vraag staat in het gesprek."))
    start_wait(report, wait, report.revision, actor=actor, at=at)
    return True


def mark_handled(report: Report, *, actor: User, at: datetime) -> int:
    """What the reporter wrote needs no answer. Twice is once."""
    count = _settle(report, at)
    if count:
        events.record(report, events.What("message_handled"), actor=actor, at=at)
    return count


def _settle(report: Report, at: datetime) -> int:
    result = db.session.execute(
        update(ReportMessage)
        .where(
            ReportMessage.report_id == report.id,
            ReportMessage.author_id.is_(None),
            ReportMessage.handled_on.is_(None),
        )
        .values(handled_on=today(at))
        .execution_options(synchronize_session="fetch")
    )
    events.keep_promise(report, REPLY, at)
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def _tell(report: Report, message: ReportMessage, at: datetime) -> None:
    """That there is something to read, never what: a mailbox can be open to others."""
    if not report.contact:
        return
    facts = {"report": report, "follow_url": absolute("aanjaagteam.follow")}
    queue(Letter(report.contact, "report_message", f"report_message:{message.id}", facts), at=at)


# --- both -----------------------------------------------------------------------------------------------


def mark_read(report: Report, *, by_reporter: bool, at: datetime) -> int:
    """Note by the day that the other side opened the conversation."""
    whose = ReportMessage.author_id.is_not(None) if by_reporter else ReportMessage.author_id.is_(None)
    result = db.session.execute(
        update(ReportMessage)
        .where(ReportMessage.report_id == report.id, whose, ReportMessage.read_on.is_(None))
        .values(read_on=today(at))
        .execution_options(synchronize_session="fetch")
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def _add(report: Report, new: NewMessage, actor: User | None, at: datetime) -> tuple[ReportMessage, bool]:
    _check(new.text)
    post_hash = new.hash_for(report, "team" if actor else "reporter")

    def _known() -> ReportMessage | None:
        return db.session.scalar(select(ReportMessage).where(ReportMessage.post_hash == post_hash))

    known = _known()
    if known is not None:
        return known, False
    if actor is None:
        _check_room(report, at)
    row = ReportMessage(
        report_id=report.id,
        author_id=actor.id if actor else None,
        sent_on=today(at),
        sent_at=None if actor is None and report.is_anonymous else at,
        post_hash=post_hash,
    )
    row.text = new.text.strip()
    return add_or_find(row, _known)


def _check(text: str) -> None:
    if not text.strip():
        raise Invalid({"text": [_("Schrijf uw bericht.")]})
    if len(text) > MESSAGE_LENGTH:
        raise Invalid({"text": [_("Maak deze tekst korter.")]})


def _check_room(report: Report, at: datetime) -> None:
    """Counted by the messages themselves: no counter elsewhere says when somebody wrote."""
    mine = (
        ReportMessage.report_id == report.id,
        ReportMessage.author_id.is_(None),
        ReportMessage.sent_on == today(at),
    )
    if (db.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_A_DAY:
        raise TooMany("too_many_messages")
