"""Reads of clusters: what the public sees, what officials see (numbers), what members see (names)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from civic.aanjaagteam import queries as reports
from civic.accounts.models import User
from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.models.clusters import Cluster, ClusterItem, ClusterMember
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states.clusters import MemberState
from civic.keyset import Cursor, Part, fetch

PAGE_SIZE = 25


def clusters(cursor: Cursor) -> Part[Cluster]:
    """The newest first; one statement."""
    return fetch(select(Cluster), Cluster.id, cursor, PAGE_SIZE)


def initiatives_of(cluster: Cluster) -> list[Any]:
    """id and title of what is on the site; reports are never shown here."""
    statement = (
        select(Initiative.id, Initiative.title)
        .join(ClusterItem, ClusterItem.initiative_id == Initiative.id)
        .where(ClusterItem.cluster_id == cluster.id, is_shown())
        .order_by(ClusterItem.id)
    )
    return list(db.session.execute(statement))


@dataclass(frozen=True)
class Line:
    """One thing in a cluster, for an official. A report that is not public has a number only."""

    id: int
    initiative_id: int | None
    report_id: int | None
    title: str
    is_asked: bool


def lines_of(cluster: Cluster) -> list[Line]:
    rows = db.session.execute(
        select(ClusterItem, Initiative.title)
        .outerjoin(Initiative, Initiative.id == ClusterItem.initiative_id)
        .where(ClusterItem.cluster_id == cluster.id)
        .order_by(ClusterItem.id)
    ).all()
    known = reports.briefs_of(row[0].report_id for row in rows if row[0].report_id)
    return [_line(row[0], row[1], known) for row in rows]


def _line(item: ClusterItem, title: str | None, known: dict[int, reports.Brief]) -> Line:
    brief = known.get(item.report_id or 0)
    text = title or (brief.title if brief else "")
    return Line(item.id, item.initiative_id, item.report_id, text, item.invited_at is not None)


def counts_of(cluster: Cluster) -> dict[MemberState, int]:
    rows = db.session.execute(
        select(ClusterMember.state, func.count())
        .where(ClusterMember.cluster_id == cluster.id)
        .group_by(ClusterMember.state)
    )
    return dict.fromkeys(MemberState, 0) | {row[0]: row[1] for row in rows}


def members_of(cluster_id: int) -> list[ClusterMember]:
    """Who said yes, the first one first."""
    statement = select(ClusterMember).where(
        ClusterMember.cluster_id == cluster_id, ClusterMember.state == MemberState.MEMBER
    )
    return list(db.session.scalars(statement.order_by(ClusterMember.answered_at, ClusterMember.id)))


def contacts_of(cluster_id: int) -> list[ClusterMember]:
    return [one for one in members_of(cluster_id) if one.is_contact]


def not_asked(cluster: Cluster) -> list[ClusterItem]:
    statement = select(ClusterItem).where(
        ClusterItem.cluster_id == cluster.id, ClusterItem.invited_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(ClusterItem.id)))


def addresses_of(items: list[ClusterItem]) -> list[str]:
    """Where the people behind these initiatives and reports can be mailed; two statements."""
    numbers = [one.initiative_id for one in items if one.initiative_id]
    writers = db.session.scalars(
        select(User).join(Initiative, Initiative.author_id == User.id).where(Initiative.id.in_(numbers))
    )
    found = [one.email for one in writers.unique() if one.email]
    return found + list(reports.contacts_of(one.report_id for one in items if one.report_id).values())
