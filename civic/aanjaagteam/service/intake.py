"""Take a report in: the story, the code, the first promise, the receipt, and what it looks like.

Lean on purpose: a by-mail report is ten statements at most, limits and session included (a test counts).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Integer, bindparam, case, insert, select

from civic.aanjaagteam import queries, wording
from civic.aanjaagteam.models import STORY_LENGTH, Report
from civic.aanjaagteam.models.intake import STEP_LENGTH, DoubleQuestion, ReportLikeness
from civic.aanjaagteam.queries.intake import MOST_ALIKE, found_alike
from civic.aanjaagteam.service.codes import ALPHABET, CODE_LENGTH, code_hash, written_code
from civic.aanjaagteam.states import Channel, State, Waiting
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.wording.intake import REQUIRED
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.crypto import blind_index
from civic.db import add_or_find, db
from civic.errors import Invalid
from civic.events import service as events
from civic.events.models import Deadline
from civic.links import absolute
from civic.mail.service import Letter, queue
from civic.search.words import folded, stems_of

FIRST_ANSWER = "first_answer"
FIRST_ANSWER_TERM = "10 werkdagen"


@dataclass(frozen=True)
class NewReport:
    """What a reporter tells. `token` comes from the form and makes a repeated post recognisable.

    `origin` is ("initiative", 12), ("panel", 3) or ("page", 1), see states/intake.py. `steps` are the two
    that asked the same, for a report of that kind.
    """

    story: str
    token: str
    since_on: date | None = None
    waiting: Waiting = Waiting.UNKNOWN
    municipality_id: int | None = None
    email: str = ""
    channel: Channel = Channel.WEB
    kind: ReportKind = ReportKind.SLUGGISH
    unit_id: int | None = None
    origin: tuple[str, int] | None = None
    steps: tuple[str, str] | None = None

    @property
    def is_anonymous(self) -> bool:
        return not self.email

    def make_code(self) -> str:
        """The same form with the same answers gives the same code: a double click is one report.

        Nobody can guess it: the token is random and the hash is keyed.
        """
        place = (self.municipality_id, self.unit_id)
        answers = [self.token, self.story, self.since_on, self.waiting, *place, self.email, self.steps]
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
    _check(new)
    code = new.make_code()
    # the same post can arrive twice, also at the same moment: the unique key of the code decides
    report, is_new = add_or_find(_new_report(new, code, at), lambda: queries.report_of_hash(code_hash(code)))
    receipt = Receipt(report, written_code(code), is_new)
    if is_new:
        promise = _record_intake(report, new, actor, at)
        _keep_steps(report, new, at)
        _keep_likeness(report, new)
        _mail_receipt(receipt, promise, at)
        db.session.flush()
    return receipt


def _check(new: NewReport) -> None:
    errors: dict[str, list[str]] = {}
    if not new.story.strip():
        errors["story"] = [str(wording.REQUIRED["story"])]
    elif len(new.story) > STORY_LENGTH:
        errors["story"] = [_("Maak deze tekst korter.")]
    if new.kind is ReportKind.DOUBLE_QUESTION:
        for name, step in zip(("step_a", "step_b"), new.steps or ("", ""), strict=True):
            if not step.strip():
                errors[name] = [str(REQUIRED[name])]
    if errors:
        raise Invalid(errors)


def _new_report(new: NewReport, code: str, at: datetime) -> Report:
    report = Report(
        created_at=_moment(new, at),
        channel=new.channel,
        is_anonymous=new.is_anonymous,
        receipt_code_hash=code_hash(code),
        since_on=min(new.since_on or today(at), today(at)),
        is_since_known=new.since_on is not None,
        waiting=new.waiting,
        municipality_id=new.municipality_id,
        kind=new.kind,
        unit_id=new.unit_id,
        state=State.NEW,
        revision=0,
    )
    if new.origin is not None:
        report.origin_type, report.origin_id = new.origin
    report.story = new.story
    report.contact = new.email or None
    return report


def _moment(new: NewReport, at: datetime) -> datetime:
    """Of an anonymous report only the day is kept: who was at a keyboard at 14:32 can be found out."""
    if not new.is_anonymous or new.channel is not Channel.WEB:
        return at
    return datetime.combine(today(at), time.min, tzinfo=ZONE)


def _record_intake(report: Report, new: NewReport, actor: User | None, at: datetime) -> Deadline:
    # internal: also the day could tell colleagues something
    what = events.What("reported", to_state=State.NEW, data={"channel": new.channel.value})
    recorder = actor if new.channel is Channel.PHONE else None
    events.record(report, what, actor=recorder, at=_moment(new, at), anonymous=recorder is None)
    return events.promise(report, events.Promise(FIRST_ANSWER, FIRST_ANSWER_TERM, today(at)))


def _mail_receipt(receipt: Receipt, promise: Deadline, at: datetime) -> None:
    """The only mail in which the code ever stands; without an address nobody gets one."""
    report = receipt.report
    if not report.contact:
        return
    facts = {
        "report": report,
        "follow_url": absolute("aanjaagteam.follow"),
        "code": receipt.code,
        "due_on": promise.due_on,
    }
    key = f"report_received:{report.id}:{report.revision}"
    queue(Letter(report.contact, "report_received", key, facts, is_new=True), at=at)


# --- what is kept beside it -----------------------------------------------------------------------------


def _keep_likeness(report: Report, new: NewReport) -> None:
    """Now the story is in clear; later nobody can search in it. Only numbers of public reports are kept."""
    if new.kind is ReportKind.DOUBLE_QUESTION:
        return  # its pair of steps says more than the words of the question
    found = found_alike(new.story)
    if not found:
        return
    given: dict[str, int | None] = {"report": report.id}
    for place in range(MOST_ALIKE):
        one = found[place] if place < len(found) else None
        given[f"other_{place}"] = one.subject_id if one else None
        given[f"score_{place}"] = max(1, round(100 * one.score)) if one else None
    db.session.execute(_likenesses(), given)


@lru_cache
def _likenesses() -> Any:
    """One row for each that is still public; made once, because making it takes longer than running it.

    Through the table itself: a text that stayed behind in the index may not make a report fail.
    """
    others = [bindparam(f"other_{place}", type_=Integer()) for place in range(MOST_ALIKE)]
    scores = [bindparam(f"score_{place}", type_=Integer()) for place in range(MOST_ALIKE)]
    score = case(*((Report.id == other, score) for other, score in zip(others, scores, strict=True)))
    still_there = select(bindparam("report", type_=Integer()), Report.id, score).where(
        Report.id.in_(others), Report.is_public.is_(True)
    )
    likeness: Any = ReportLikeness.__table__  # its class would read the values as those of a row
    return insert(likeness).from_select(["report_id", "other_id", "score"], still_there)


def _keep_steps(report: Report, new: NewReport, at: datetime) -> None:
    if new.kind is not ReportKind.DOUBLE_QUESTION or new.steps is None:
        return
    first, again = (step.strip()[:STEP_LENGTH] for step in new.steps)
    row = DoubleQuestion(report_id=report.id, asked_on=today(at), pair_key=pair_key(first, again))
    row.step_a, row.step_b = first, again
    db.session.add(row)


def pair_key(first: str, again: str) -> str:
    """One key for two steps, whoever asked first: "Wmo-team" and "het WMO team" are one step."""
    return blind_index("double-question", json.dumps(sorted([_one_spelling(first), _one_spelling(again)])))


def _one_spelling(step: str) -> str:
    return " ".join(sorted(stems_of(step))) or " ".join(folded(step).split())
