"""Take a report in: the story, the code, the first promise, the receipt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.aanjaagteam import queries, wording
from civic.aanjaagteam.models import STORY_LENGTH, Report
from civic.aanjaagteam.service.codes import ALPHABET, CODE_LENGTH, code_hash, written_code
from civic.aanjaagteam.service.telling import tell
from civic.aanjaagteam.states import Channel, State, Waiting
from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index
from civic.db import add_or_find, db
from civic.errors import Invalid
from civic.events import service as events

FIRST_ANSWER = "first_answer"
FIRST_ANSWER_TERM = "10 werkdagen"


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
    # the same post can arrive twice at the same moment
    report, is_new = add_or_find(_new_report(new, code, at), lambda: queries.report_of_hash(code_hash(code)))
    if not is_new:
        return Receipt(report, written_code(code), is_new=False)
    _record_intake(report, new, actor, at)
    tell(report, "report_received", at, code=written_code(code), due_on=_first_answer_on(report))
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
