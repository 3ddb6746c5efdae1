"""The short clock of what can be decided now: marking a report promises a decision, on a day (S14c)."""

from __future__ import annotations

from datetime import datetime

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.team import DECIDE_NOW
from civic.aanjaagteam.states import BEFORE_DECISION
from civic.calendar import today
from civic.config import setting
from civic.events import service as events


def mark_decide_now(report: Report, was: bool, at: datetime) -> None:
    """Call it after `decide_now` was set: the clock starts, or the promise is taken back."""
    if report.decide_now and not was and report.state in BEFORE_DECISION:
        term = f"{setting('DECIDE_NOW_DAYS')} werkdagen"
        events.promise_again(report, events.Promise(DECIDE_NOW, term, today(at), owner_id=report.owner_id))
    elif was and not report.decide_now:
        events.keep_promise(report, DECIDE_NOW, at)


def stop_decide_now(report: Report, at: datetime) -> None:
    """Decided, closed or declined: nothing is left to decide now."""
    events.keep_promise(report, DECIDE_NOW, at)
