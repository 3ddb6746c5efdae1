"""Moving a report along: triage, taking up, changing the process, closing; and what the team writes down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from civic.aanjaagteam import policy, wording
from civic.aanjaagteam.findable import keep_findable
from civic.aanjaagteam.models import InternalNote, Report
from civic.aanjaagteam.models.core import MOST_WAITING
from civic.aanjaagteam.queries.one import owner_or
from civic.aanjaagteam.service import improvements, promises
from civic.aanjaagteam.service.clocks import mark_decide_now
from civic.aanjaagteam.service.intake import FIRST_ANSWER
from civic.aanjaagteam.service.knots import PROCESS_CHANGE
from civic.aanjaagteam.service.steps import Step, apply, note_move
from civic.aanjaagteam.service.telling import state_sentence, tell
from civic.aanjaagteam.service.voices import NOT_SOLVED
from civic.aanjaagteam.service.waits import end_all
from civic.aanjaagteam.states import Action, DeclineReason, Outcome, State
from civic.aanjaagteam.states.facts import DecisionOwner, ReopenReason
from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute


@dataclass(frozen=True)
class Triage:
    public_title: str
    is_public: bool = False
    decide_now: bool = False
    municipality_id: int | None = None
    process_guess: str = ""
    decision_owner: DecisionOwner | None = None
    decision_owner_name: str = ""
    # the first time also to take away what the reporter chose; after that a report is handed over
    unit_id: int | None = None
    waiting_people: int | None = None


def triage(report: Report, wanted: Triage, revision: int, *, actor: User, at: datetime) -> None:
    """Give the report a title for the public and say whether it is on the site. First time: first answer."""
    _check_waiting(wanted.waiting_people)
    step = Step(Action.TRIAGE, revision, actor, at)
    was_public, is_first = report.is_public, report.triaged_at is None
    was_decide_now = report.decide_now
    known_decision_owner = report.decision_owner
    old = apply(
        report,
        step,
        {"public_title": wanted.public_title.strip(), "decision_owner": wanted.decision_owner},
        public_title=wanted.public_title.strip(),
        is_public=wanted.is_public,
        decide_now=wanted.decide_now,
        municipality_id=wanted.municipality_id,
        process_guess=wanted.process_guess,
        triaged_at=report.triaged_at or at,
        published_at=report.published_at or (at if wanted.is_public else None),
        unit_id=wanted.unit_id if is_first else report.unit_id or wanted.unit_id,
        waiting_people=wanted.waiting_people,
        **_who_may_decide(report, wanted, at),
    )
    if known_decision_owner is not report.decision_owner:
        _note_decision_owner(report, step)
    keep_findable(report, at)
    mark_decide_now(report, was_decide_now, at)
    if is_first:
        note_move(report, step, old)
    else:
        note_move(report, step, old, "title_changed", visibility=Visibility.INTERNAL)
    if was_public != wanted.is_public:
        note_move(report, step, report.state, "published" if wanted.is_public else "unpublished")
    if old is State.NEW:
        events.keep_promise(report, FIRST_ANSWER, at)
        tell(report, "report_update", at, sentence=state_sentence(report))


def _check_waiting(people: int | None) -> None:
    if people is not None and not 0 < people <= MOST_WAITING:
        raise Invalid({"waiting_people": [str(wording.REQUIRED["waiting_people"])]})


def _who_may_decide(report: Report, wanted: Triage, at: datetime) -> dict[str, Any]:
    """ "Unknown" is counted from the first moment that it was so."""
    is_unknown = wanted.decision_owner is DecisionOwner.UNKNOWN
    return {
        "decision_owner": wanted.decision_owner,
        "decision_owner_name": "" if is_unknown else wanted.decision_owner_name.strip(),
        "decision_owner_unknown_since": (report.decision_owner_unknown_since or at) if is_unknown else None,
    }


def _note_decision_owner(report: Report, step: Step) -> None:
    code = report.decision_owner.value if report.decision_owner else None
    events.record(report, events.What("decision_owner_set", reason_code=code), actor=step.actor, at=step.at)


def assign(report: Report, owner: User, revision: int, *, actor: User, at: datetime) -> None:
    """Give the report one named owner of the team, who is its contact; the first time this takes it up."""
    if not policy.may_read_case(owner, report):
        raise Invalid({"owner": [_("Deze persoon kan deze melding niet oppakken.")]})
    step = Step(Action.ASSIGN, revision, actor, at)
    deputy_id = report.deputy_id if report.deputy_id != owner.id else None
    facts = {"owner_id": owner.id, "deputy_id": deputy_id, "taken_up_at": report.taken_up_at or at}
    old = apply(report, step, {"owner": owner}, **facts)
    promises.follow_owner(report)
    if old is State.TRIAGED:
        note_move(report, step, old, "taken_up", data={"owner": owner.id})
        tell(report, "report_update", at, sentence=state_sentence(report), owner=owner.display_name)
    else:
        note_move(
            report, step, old, "owner_changed", data={"owner": owner.id}, visibility=Visibility.INTERNAL
        )


def change_process(report: Report, text: str, revision: int, *, actor: User, at: datetime) -> None:
    """The process itself was mended, so that nobody gets stuck there again."""
    step = Step(Action.CHANGE_PROCESS, revision, actor, at)
    old = apply(report, step, {"process_change": text}, process_change=text)
    events.keep_promise(report, PROCESS_CHANGE, at)
    note_move(report, step, old)
    tell(report, "report_update", at, sentence=state_sentence(report), explanation=text)


def measure(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    """From now on the team looks whether the change helps."""
    step = Step(Action.MEASURE, revision, actor, at)
    old = apply(report, step, {})
    note_move(report, step, old)
    tell(report, "report_update", at, sentence=state_sentence(report))


@dataclass(frozen=True)
class Ending:
    outcome: Outcome | None
    text: str


def close(report: Report, ending: Ending, revision: int, *, actor: User, at: datetime) -> None:
    """Close with an outcome that may also be "not solved"."""
    step = Step(Action.CLOSE, revision, actor, at)
    required = {"outcome": ending.outcome, "outcome_text": ending.text}
    old = apply(report, step, required, closed_at=at, **required)
    end_all(report, actor=actor, at=at)
    note_move(report, step, old, reason_code=report.outcome.value if report.outcome else None)
    promises.settle(report, actor=actor, at=at)
    tell(report, "report_closed", at, words=wording.OUTCOMES[report.outcome])


@dataclass(frozen=True)
class Reopening:
    """Why a report that was done goes on; the text is for the reporter."""

    reason: ReopenReason | None
    text: str


def reopen(report: Report, why: Reopening, revision: int, *, actor: User, at: datetime) -> None:
    """It is not done after all. Waiting still counts from the first report; what was told before stays."""
    step = Step(Action.REOPEN, revision, actor, at)
    required = {"reopen_reason": why.reason, "reopen_text": why.text.strip()}
    facts = {"closed_at": None, "outcome": None, "owner_id": owner_or(report, actor)}
    facts["decide_now"] = False  # its short clock is over; whoever wants it again says so
    old = apply(report, step, required, **facts, taken_up_at=report.taken_up_at or at)
    promises.follow_owner(report)
    events.keep_promise(report, NOT_SOLVED, at)
    note_move(report, step, old, reason_code=why.reason.value if why.reason else None)
    tell(report, "report_update", at, sentence=_("Uw melding is weer open."), explanation=why.text.strip())


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
    old = apply(report, step, required, closed_at=at, **required)
    end_all(report, actor=actor, at=at)
    note_move(report, step, old, reason_code=report.decline_reason.value if report.decline_reason else None)
    events.keep_promise(report, FIRST_ANSWER, at)
    promises.settle(report, actor=actor, at=at)
    proposal = improvements.decline_with(report, actor=actor, at=at)
    url = absolute("aanjaagteam.improvement", improvement_id=proposal.id) if proposal else ""
    words = wording.DECLINE_REASONS[report.decline_reason]
    tell(report, "report_closed", at, words=words, improvement_url=url)


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
