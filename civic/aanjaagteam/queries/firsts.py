"""What comes first for each report of a page: the promise that falls due, the wait that lasts longest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import ReportWait
from civic.events.models import Deadline, DeadlinePause


def with_firsts(page: Any) -> Any:
    """The same rows, each with the promise and the wait that come first.

    Its OFFSET says nothing, but keeps these apart from the joins: else PostgreSQL reads all there are into a
    table of its own, to find those of one page.
    """
    columns = (*page.c, _first_promise(page).label("promise_id"), _first_wait(page).label("wait_id"))
    return select(*columns).offset(literal_column("0")).subquery("with_firsts")


def _first_wait(page: Any) -> Any:
    """The open wait that lasts longest."""
    return (
        select(ReportWait.id)
        .where(ReportWait.report_id == page.c.id, ReportWait.ended_at.is_(None))
        .order_by(ReportWait.began_at, ReportWait.id)
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )


def _first_promise(page: Any) -> Any:
    """The promise that falls due first, of those whose clock runs."""
    promised = aliased(Deadline)
    is_paused = (
        select(DeadlinePause.id)
        .where(DeadlinePause.deadline_id == promised.id, DeadlinePause.until_at.is_(None))
        .exists()
    )
    return (
        select(promised.id)
        .where(promised.subject_type == "report", promised.subject_id == page.c.id)
        .where(promised.met_at.is_(None), ~is_paused)
        .order_by(promised.due_on, promised.id)
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )


def first_asked(page: Any) -> Any:
    """The first day by which somebody should answer us."""
    asked = aliased(ReportWait)
    return (
        select(func.min(asked.due_on))
        .where(asked.report_id == page.c.id, asked.ended_at.is_(None))
        .correlate(page)
        .scalar_subquery()
    )
