"""What of an initiative can be found by its words: its public text, as long as it is on the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.queries.visible import is_shown
from civic.search import service as search

KIND = Initiative.__tablename__


def refresh(initiative: Initiative, *, at: datetime) -> None:
    """Call it after publishing, hiding and showing again; often is harmless."""
    if initiative.published_at is None or initiative.hidden_at is not None:
        search.remove(initiative)
    else:
        search.put(initiative, initiative.title, _body(initiative.wish, initiative.plan), at=at)


def _body(wish: str, plan: str) -> str:
    return f"{wish}\n{plan}"


def public_texts() -> Iterator[search.Text]:
    """Everything there is to find, for `flask search rebuild`."""
    columns = (Initiative.id, Initiative.title, Initiative.wish, Initiative.plan)
    rows = db.session.execute(select(*columns).where(is_shown()).order_by(Initiative.id))
    for row in rows.all():
        yield search.Text(row.id, row.title, _body(row.wish, row.plan))


search.register(KIND, public_texts)
