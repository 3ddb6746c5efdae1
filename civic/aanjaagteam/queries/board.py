"""The board: per state the cards that wait longest, and how many there are. One statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.firsts import with_firsts
from civic.aanjaagteam.queries.team import QueueFilter, QueueRow, conditions, queue_row, scope_of, with_facts
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.db import db

CARDS = 15  # in a column; the list shows the rest


@dataclass(frozen=True)
class Column:
    state: State
    total: int
    rows: list[QueueRow]


def board(user: User, wanted: QueueFilter, on: date, cards: int = CARDS) -> list[Column]:
    """The same reports as in the list, in columns; only the states that were asked for."""
    rules = conditions(wanted, scope_of(user), user.id, on)
    by_state = func.row_number().over(partition_by=Report.state, order_by=(Report.since_on, Report.id))
    ranked = (
        select(
            Report.id,
            by_state.label("place"),
            func.count().over(partition_by=Report.state).label("total"),
        )
        .where(*rules)
        .subquery("ranked")
    )
    page = with_firsts(select(ranked).where(ranked.c.place <= cards).subquery("page"))
    statement = with_facts(page, page.c.total).order_by(page.c.place)
    found = list(db.session.execute(statement))
    states = wanted.states or tuple(State)
    columns = []
    for state in (one for one in State if one in states):
        rows = [row for row in found if row.state is state]
        columns.append(Column(state, rows[0].total if rows else 0, [queue_row(row, on) for row in rows]))
    return columns
