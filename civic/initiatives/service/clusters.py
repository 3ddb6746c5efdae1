"""Bringing people with like needs together. Only who says yes is in, and only members see members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.aanjaagteam import queries as reports
from civic.accounts.models import User
from civic.crypto import Sealed, blind_index, canonical_email, key_ring, token_hash
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.clusters import Cluster, ClusterItem, ClusterMember
from civic.initiatives.queries import clusters as queries
from civic.initiatives.service.supports import TOKEN
from civic.initiatives.states import PUBLISHED
from civic.initiatives.states.clusters import MEMBER_TRANSITIONS, MemberAction, MemberState
from civic.links import absolute
from civic.mail import service as mail

GROUP_STARTS_AT = 2


@dataclass(frozen=True)
class Answer:
    """What somebody says yes with: a name for the others, and whether others may mail them."""

    name: str
    is_contact: bool


def make(topic: str, text: str, *, actor: User, at: datetime) -> Cluster:
    cluster = Cluster(topic=topic, text=text, made_by_id=actor.id, made_at=at)
    db.session.add(cluster)
    _record(cluster, "make", actor=actor, at=at)
    return cluster


def add(
    cluster: Cluster, initiative_id: int | None, report_id: int | None, *, actor: User, at: datetime
) -> None:
    """Put an initiative, a report, or both with it. What is there already stays once."""
    _require_open(cluster)
    _check(initiative_id, report_id, actor)
    for name, number in (("initiative_id", initiative_id), ("report_id", report_id)):
        if number is None or not add_first(ClusterItem(cluster_id=cluster.id, added_at=at, **{name: number})):
            continue
        _record(cluster, "add_item", actor=actor, at=at, data={name: number})


def _check(initiative_id: int | None, report_id: int | None, actor: User) -> None:
    errors: dict[str, list[str]] = {}
    if initiative_id is None and report_id is None:
        errors["initiative_id"] = [_("Vul een nummer in, of bij de melding.")]
    if initiative_id is not None and not _is_published(initiative_id):
        errors["initiative_id"] = [_("Dit initiatief staat niet op de site. Kijk het nummer na.")]
    if report_id is not None and not reports.may_group(actor, report_id):
        errors["report_id"] = [_("Deze melding kennen we niet. Kijk het nummer na.")]
    if errors:
        raise Invalid(errors)


def _is_published(initiative_id: int) -> bool:
    found = db.session.get(Initiative, initiative_id)
    return found is not None and found.state in PUBLISHED and found.hidden_at is None


def remove(cluster: Cluster, item: ClusterItem, *, actor: User, at: datetime) -> None:
    """Members stay: they said yes to the topic."""
    _require_open(cluster)
    data = {"initiative_id": item.initiative_id, "report_id": item.report_id}
    db.session.delete(item)
    _record(cluster, "remove_item", actor=actor, at=at, data=data)


def invite(cluster: Cluster, *, actor: User, at: datetime) -> int:
    """Ask everybody behind what was added since the last time; how many mails. Nobody is asked twice."""
    _require_open(cluster)
    items = queries.not_asked(cluster)
    asked = sum(_ask(cluster, address, at) for address in queries.addresses_of(items))
    for item in items:
        item.invited_at = at
    if items:
        _record(cluster, "invite", actor=actor, at=at, data={"asked": asked})
    return asked


def _ask(cluster: Cluster, address: str, at: datetime) -> bool:
    member = ClusterMember(cluster_id=cluster.id, invited_at=at, state=MemberState.INVITED)
    member.person_key = blind_index(f"cluster:{cluster.id}", canonical_email(address))
    member.email = address
    token = token_of(member)
    member.token_hash = token_hash(token)
    if not add_first(member):
        return False
    context = {
        "topic": cluster.topic,
        "text": cluster.text,
        "url": absolute("initiatives.group", token=token),
    }
    mail.queue(
        mail.Letter(address, "cluster_invitation", f"cluster:{cluster.id}:{member.uid}", context), at=at
    )
    return True


def token_of(member: ClusterMember) -> str:
    """The secret of the link: derived, nowhere stored."""
    return blind_index("cluster-token", member.uid)


def find_by_token(token: str) -> ClusterMember | None:
    if not TOKEN.match(token):
        return None
    return db.session.scalar(select(ClusterMember).where(ClusterMember.token_hash == token_hash(token)))


def close(cluster: Cluster, *, actor: User, at: datetime) -> None:
    """The group is over; nobody is asked any more, and members no longer see each other."""
    if cluster.closed_at is None:
        cluster.closed_at = at
        _record(cluster, "close", actor=actor, at=at)


# --- who is asked ---------------------------------------------------------------------------------------


def join(member: ClusterMember, answer: Answer, *, at: datetime) -> None:
    """Yes. A second yes changes the name or the wish to be the contact."""
    cluster = _cluster_of(member)
    if member.state is MemberState.MEMBER:
        member.name, member.is_contact = answer.name, answer.is_contact
        return
    # sealed before the move: a member has a name
    sealed = _sealed_name(member, answer.name)
    facts = {"name_sealed": sealed, "is_contact": answer.is_contact, "answered_at": at}
    _take(member, MemberAction.JOIN, facts, at)
    if cluster.started_at is None and len(queries.members_of(cluster.id)) >= GROUP_STARTS_AT:
        cluster.started_at = at
        _record(cluster, "start", actor=None, at=at)


def _sealed_name(member: ClusterMember, name: str) -> str:
    return key_ring().seal(name, Sealed("name_sealed").binding(member))


def decline(member: ClusterMember, *, at: datetime) -> None:
    if member.state is MemberState.DECLINED:
        return
    _cluster_of(member)
    _take(member, MemberAction.DECLINE, {"answered_at": at}, at)


def leave(member: ClusterMember, *, at: datetime) -> None:
    """At any moment, also when the group is closed; the name goes at once."""
    if member.state is MemberState.LEFT:
        return
    facts = {"answered_at": at, "name_sealed": None, "is_contact": False}
    _take(member, MemberAction.LEAVE, facts, at)


def _take(member: ClusterMember, action: MemberAction, facts: dict[str, Any], at: datetime) -> None:
    old = member.state
    new = MEMBER_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(member, old, new, **facts)
    what = events.What(
        action.value, from_state=old, to_state=new, visibility=Visibility.PRIVATE,
        data={"cluster": member.cluster_id},
    )  # fmt: skip
    events.record(member, what, actor=None, at=at, anonymous=True)


def _cluster_of(member: ClusterMember) -> Cluster:
    """Locked: of two who join at once the second one sees the first."""
    cluster = db.session.get_one(Cluster, member.cluster_id, with_for_update=True)
    _require_open(cluster)
    return cluster


def _require_open(cluster: Cluster) -> None:
    if cluster.closed_at is not None:
        raise NotAllowedNow("group_closed")


def _record(
    cluster: Cluster, action: str, *, actor: User | None, at: datetime, data: dict[str, Any] | None = None
) -> None:
    events.record(cluster, events.What(action, data=data or {}), actor=actor, at=at)
