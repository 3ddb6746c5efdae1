"""What goes by itself each morning of the made-up year: the jobs of the site, and people who do answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select

from civic.aanjaagteam.models import Escalation, Report, ReportWait
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries import ladder_due as due
from civic.aanjaagteam.service import knot_ends, ladder, ladder_climb, promises, waits
from civic.aanjaagteam.states.ladder import EscalationReason
from civic.calendar import today
from civic.db import db
from civic.events import service as events
from civic.events.models import Deadline

ANSWERED_AFTER = (timedelta(hours=20), timedelta(hours=40))  # the next day, or too late for the first rung
ANSWERS = (
    "Het obstakel is weg. Mijn afdeling belt de melder deze week en doet wat het team vroeg.",
    "Ik heb de twee afdelingen aan één tafel gezet. Zij spraken af wie het doet en wanneer.",
    "Hiervoor was geen nieuw besluit nodig. Ik heb gezegd dat het mag, en dat ik ervoor teken.",
)


class Mornings:
    """`left_alone`: reports whose escalations are told in stories.toml, so nobody else answers them.

    What was there before the demo (the tests put rows of their own beside it) is left as it is.
    """

    def __init__(self, left_alone: set[int]) -> None:
        self.left_alone = left_alone
        self._before = db.session.scalar(select(func.max(Report.id))) or 0
        self._numbers = count()

    def __call__(self, at: datetime) -> None:
        self._notice_passed(at)
        promises.break_promises(at)
        waits.remind(at)
        knot_ends.tell_of_ends(at)
        for deadline_id in due.broken_promises(today(at), 0):
            if db.session.get_one(Deadline, deadline_id).subject_id > self._before:
                ladder_climb.open_for_promise(deadline_id, at)
        for wait_id in due.unanswered_waits(today(at), 0):
            if db.session.get_one(ReportWait, wait_id).report_id > self._before:
                ladder_climb.open_for_wait(wait_id, at)
        for run_id in due.runs_to_look_at(at, today(at), 0):
            if db.session.get_one(Escalation, run_id).report_id > self._before:
                ladder_climb.look_at(run_id, at)
        self._answer(at)

    def _notice_passed(self, at: datetime) -> None:
        """Of these reports only: the other rooms look after their own."""
        passed = select(Deadline).where(
            Deadline.subject_type == "report",
            Deadline.subject_id > self._before,
            Deadline.due_on < today(at),
            Deadline.met_at.is_(None),
            Deadline.passed_at.is_(None),
        )
        for row in db.session.scalars(passed.order_by(Deadline.id)):
            events.notice_passed(row, at)

    def _answer(self, at: datetime) -> None:
        """Most people answer within two days, and then nothing climbs."""
        mine = select(Escalation).where(Escalation.report_id > self._before, Escalation.ended_at.is_(None))
        for run in db.session.scalars(mine.order_by(Escalation.id)):
            row = queries.rung_in_hand(run)
            patience = ANSWERED_AFTER[run.id % 2]
            is_told = run.report_id in self.left_alone and run.reason is not EscalationReason.DECISION
            if is_told or row is None or row.reached_at > at - patience:
                continue
            people = queries.asked_on([row]).get(row.id, [])
            if people:
                text = ANSWERS[next(self._numbers) % len(ANSWERS)]
                ladder.answer(run, row.level, text, actor=people[0], at=at)
