"""Writing: take a report in, and move it along. Every change is checked against the version that was read."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from civic.aanjaagteam import policy, queries, wording
from civic.aanjaagteam.findable import keep_findable
from civic.aanjaagteam.models import STORY_LENGTH, Decision, InternalNote, Report
from civic.aanjaagteam.states import (
    RULES,
    TRANSITIONS,
    Action,
    Channel,
    DeclineReason,
    Outcome,
    State,
    Waiting,
)
from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.mail.service import Letter, queue

FIRST_ANSWER = "first_answer"
FIRST_ANSWER_TERM = "10 werkdagen"
# no I, L, O, S, U, 0, 1: what looks alike on paper is not in a code
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
GROUPS, GROUP_LENGTH = 5, 4
CODE_LENGTH = GROUPS * GROUP_LENGTH  # 29 ** 20 is 97 bits
SEAL_LENGTH = 32


# The receipt code ------------------------------------------------------------------------------------


def new_token() -> str:
    """A one-time mark for one form: random, and recognisable as ours."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{blind_index('report-token', nonce)[:SEAL_LENGTH]}"


def is_own_token(token: str) -> bool:
    nonce, _dot, seal = token.partition(".")
    return secrets.compare_digest(seal.encode(), blind_index("report-token", nonce)[:SEAL_LENGTH].encode())


def normalised_code(typed: str) -> str:
    """Forgive case, spaces, dashes and the two slips that can only mean one thing."""
    signs = typed.upper().replace("S", "5").replace("U", "V")
    return "".join(sign for sign in signs if sign in ALPHABET)


def written_code(code: str) -> str:
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))


def code_hash(code: str) -> str:
    return blind_index("report-code", code)


@dataclass(frozen=True)
class NewReport:
    """What a reporter tells. `token` comes from the form and makes a repeated post recognisable."""

    story: str
    token: str
    since_on: date | None = None
    waiting: Waiting = Waiting.UNKNOWN
    municipality_id: int | None = None
    email: str = ""
    channel: Channel = Channel.WEB

    def make_code(self) -> str:
        """The same form with the same answers gives the same code: a double click is one report.

        Nobody can guess it: the token is random and the hash is keyed.
        """
        answers = [self.token, self.story, self.since_on, self.waiting, self.municipality_id, self.email]
        number = int(blind_index("report-code-make", json.dumps(answers, default=str)), 16)
        signs = []
        for _place in range(CODE_LENGTH):
            number, rest = divmod(number, len(ALPHABET))
            signs.append(ALPHABET[rest])
        return "".join(signs)


@dataclass(frozen=True)
class Receipt:
    report: Report
    code: str
    is_new: bool


def submit(new: NewReport, *, actor: User | None, at: datetime) -> Receipt:
    """Take a report in and promise a first answer. The same post again gives the same receipt."""
    _check_story(new.story)
    code = new.make_code()
    known = queries.report_of_hash(code_hash(code))
    if known is not None:
        return Receipt(known, written_code(code), is_new=False)
    report = _new_report(new, code, at)
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError:
        # the same post arrived twice at the same moment; the other one was first
        known = queries.report_of_hash(code_hash(code))
        if known is None:
            raise
        return Receipt(known, written_code(code), is_new=False)
    _record_intake(report, new, actor, at)
    _tell(report, "report_received", at, code=written_code(code), due_on=_first_answer_on(report))
    return Receipt(report, written_code(code), is_new=True)


def _check_story(story: str) -> None:
    if not story.strip():
        raise Invalid({"story": [str(wording.REQUIRED["story"])]})
    if len(story) > STORY_LENGTH:
        raise Invalid({"story": [_("Maak deze tekst korter.")]})


def _new_report(new: NewReport, code: str, at: datetime) -> Report:
    report = Report(
        created_at=at,
        channel=new.channel,
        is_anonymous=not new.email,
        receipt_code_hash=code_hash(code),
        since_on=min(new.since_on or today(at), today(at)),
        is_since_known=new.since_on is not None,
        waiting=new.waiting,
        municipality_id=new.municipality_id,
        state=State.NEW,
        revision=0,
    )
    report.story = new.story
    report.contact = new.email or None
    return report


def _record_intake(report: Report, new: NewReport, actor: User | None, at: datetime) -> None:
    # internal: the exact moment could tell colleagues who was at a keyboard then
    what = events.What("reported", to_state=State.NEW, data={"channel": new.channel.value})
    recorder = actor if new.channel is Channel.PHONE else None
    events.record(report, what, actor=recorder, at=at, anonymous=recorder is None)
    events.promise(report, events.Promise(FIRST_ANSWER, FIRST_ANSWER_TERM, today(at)))
    db.session.flush()


def _first_answer_on(report: Report) -> date | None:
    deadline = queries.first_answer(report)
    return deadline.due_on if deadline else None


# Moving along ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """Who moves a report along, when, and which version of it they were looking at."""

    action: Action
    revision: int
    actor: User
    at: datetime


def _apply(report: Report, step: Step, required: dict[str, Any], **facts: Any) -> State:
    """Check version, state and required facts, then move; returns the state it came from."""
    db.session.refresh(report, with_for_update=True)
    if report.revision != step.revision:
        raise NotAllowedNow("changed_meanwhile")
    old = report.state
    new = TRANSITIONS.get((old, step.action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    _check_required(step.action, required)
    move(report, old, new, revision=step.revision + 1, **facts)
    return old


def _check_required(action: Action, given: dict[str, Any]) -> None:
    missing = [name for name in RULES[action].required if not given.get(name)]
    if missing:
        raise Invalid({name: [str(wording.REQUIRED[name])] for name in missing})


def _note_move(report: Report, step: Step, old: State, name: str = "", **options: Any) -> None:
    options.setdefault("visibility", Visibility.PUBLIC)
    what = events.What(name or step.action.value, from_state=old, to_state=report.state, **options)
    events.record(report, what, actor=step.actor, at=step.at)


@dataclass(frozen=True)
class Triage:
    public_title: str
    is_public: bool = False
    decide_now: bool = False
    municipality_id: int | None = None
    process_guess: str = ""


def triage(report: Report, wanted: Triage, revision: int, *, actor: User, at: datetime) -> None:
    """Give the report a title for the public and say whether it is on the site. First time: first answer."""
    step = Step(Action.TRIAGE, revision, actor, at)
    was_public, is_first = report.is_public, report.triaged_at is None
    old = _apply(
        report,
        step,
        {"public_title": wanted.public_title.strip()},
        public_title=wanted.public_title.strip(),
        is_public=wanted.is_public,
        decide_now=wanted.decide_now,
        municipality_id=wanted.municipality_id,
        process_guess=wanted.process_guess,
        triaged_at=report.triaged_at or at,
        published_at=report.published_at or (at if wanted.is_public else None),
    )
    keep_findable(report, at)
    if is_first:
        _note_move(report, step, old)
    else:
        _note_move(report, step, old, "title_changed", visibility=Visibility.INTERNAL)
    if was_public != wanted.is_public:
        _note_move(report, step, report.state, "published" if wanted.is_public else "unpublished")
    if old is State.NEW:
        events.keep_promise(report, FIRST_ANSWER, at)
        _tell(report, "report_update", at, sentence=_sentence(report))


def assign(report: Report, owner: User, revision: int, *, actor: User, at: datetime) -> None:
    """Give the report one named owner of the team; the first time this takes it up."""
    if not policy.may_read_case(owner, report):
        raise Invalid({"owner": [_("Deze persoon kan deze melding niet oppakken.")]})
    step = Step(Action.ASSIGN, revision, actor, at)
    old = _apply(report, step, {"owner": owner}, owner_id=owner.id, taken_up_at=report.taken_up_at or at)
    if old is State.TRIAGED:
        _note_move(report, step, old, "taken_up", data={"owner": owner.id})
        _tell(report, "report_update", at, sentence=_sentence(report), owner=owner.display_name)
    else:
        _note_move(
            report, step, old, "owner_changed", data={"owner": owner.id}, visibility=Visibility.INTERNAL
        )


@dataclass(frozen=True)
class Knot:
    """A decision as it is written down."""

    question: str
    decision: str
    reason: str
    decider: str
    mandate: str
    decided_on: date | None
    effective_on: date | None = None


def decide(report: Report, knot: Knot, revision: int, *, actor: User, at: datetime) -> Decision:
    """Record a decision. One that was there is replaced, and stays readable."""
    _check_days(knot, at)
    step = Step(Action.DECIDE, revision, actor, at)
    facts = {"decided_at": report.decided_at or at, "owner_id": report.owner_id or actor.id}
    old = _apply(report, step, vars(knot), **facts)
    previous = queries.current_decision(report)
    row = Decision(
        report_id=report.id,
        decided_by_id=actor.id,
        created_at=at,
        supersedes_id=previous.id if previous else None,
        **vars(knot),
    )
    db.session.add(row)
    db.session.flush()
    _note_move(report, step, old, "decision_replaced" if previous else "decide", data={"decision": row.id})
    _tell(report, "report_decided", at, decision=row, is_new=previous is None)
    return row


def _check_days(knot: Knot, at: datetime) -> None:
    if knot.decided_on and knot.decided_on > today(at):
        raise Invalid({"decided_on": [_("Deze dag is nog niet geweest.")]})
    if knot.decided_on and knot.effective_on and knot.effective_on < knot.decided_on:
        raise Invalid({"effective_on": [_("Deze dag ligt vóór de dag van het besluit.")]})


def change_process(report: Report, text: str, revision: int, *, actor: User, at: datetime) -> None:
    """The process itself was mended, so that nobody gets stuck there again."""
    step = Step(Action.CHANGE_PROCESS, revision, actor, at)
    old = _apply(report, step, {"process_change": text}, process_change=text)
    _note_move(report, step, old)
    _tell(report, "report_update", at, sentence=_sentence(report), explanation=text)


def measure(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    """From now on the team looks whether the change helps."""
    step = Step(Action.MEASURE, revision, actor, at)
    old = _apply(report, step, {})
    _note_move(report, step, old)
    _tell(report, "report_update", at, sentence=_sentence(report))


@dataclass(frozen=True)
class Ending:
    outcome: Outcome | None
    text: str


def close(report: Report, ending: Ending, revision: int, *, actor: User, at: datetime) -> None:
    """Close with an outcome that may also be "not solved"."""
    step = Step(Action.CLOSE, revision, actor, at)
    required = {"outcome": ending.outcome, "outcome_text": ending.text}
    old = _apply(report, step, required, closed_at=at, **required)
    _note_move(report, step, old, reason_code=report.outcome.value if report.outcome else None)
    _tell(report, "report_closed", at, words=wording.OUTCOMES[report.outcome])


@dataclass(frozen=True)
class Refusal:
    """Why the team does not take it up, and where the reporter can go."""

    reason: DeclineReason | None
    text: str
    where: str


def decline(report: Report, refusal: Refusal, revision: int, *, actor: User, at: datetime) -> None:
    """Not taken up: always with a reason, an explanation and where to go."""
    step = Step(Action.DECLINE, revision, actor, at)
    required = {
        "decline_reason": refusal.reason,
        "decline_text": refusal.text,
        "decline_where": refusal.where,
    }
    old = _apply(report, step, required, closed_at=at, **required)
    _note_move(report, step, old, reason_code=report.decline_reason.value if report.decline_reason else None)
    events.keep_promise(report, FIRST_ANSWER, at)
    _tell(report, "report_closed", at, words=wording.DECLINE_REASONS[report.decline_reason])


def add_note(report: Report, text: str, *, actor: User, at: datetime) -> InternalNote:
    if not text.strip():
        raise Invalid({"note": [str(wording.REQUIRED["note"])]})
    note = InternalNote(report_id=report.id, author_id=actor.id, created_at=at)
    note.text = text.strip()
    db.session.add(note)
    db.session.flush()
    events.record(report, events.What("note_added", data={"note": note.id}), actor=actor, at=at)
    return note


def log_read(report: Report, *, actor: User, at: datetime) -> None:
    """Reading a story is a privileged read: each one is in the log."""
    events.record(report, events.What("story_read", visibility=Visibility.PRIVATE), actor=actor, at=at)


# Telling the reporter --------------------------------------------------------------------------------


def _sentence(report: Report) -> str:
    return str(wording.STATE_SENTENCES[report.state])


def _tell(report: Report, template: str, at: datetime, **context: Any) -> None:
    """Queue a mail to the reporter, if an address was left."""
    address = report.contact
    if not address:
        return
    key = f"{template}:{report.id}:{report.revision}"
    facts = {"report": report, "follow_url": absolute("aanjaagteam.follow"), **context}
    queue(Letter(address, template, key, facts), at=at)
