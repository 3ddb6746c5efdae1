"""Who may reach what people do together: merging, groups, comments and the rules of the conversation."""

from __future__ import annotations

from datetime import timedelta

from civic.accounts.models import User
from civic.db import db, now
from civic.initiatives import service as supports
from civic.initiatives.models import Initiative, Support
from civic.initiatives.models.clusters import ClusterMember
from civic.initiatives.models.talk import Comment
from civic.initiatives.queries.clusters import lines_of
from civic.initiatives.service import clusters, merge, talk
from civic.initiatives.service.supports import token_of
from civic.initiatives.states.talk import HideReason, ReportReason
from tests.access import (
    AANJAAGTEAM_MEMBER,
    ADMINISTRATOR,
    COUNCIL_OFFICE,
    EVERYBODY,
    OWNER,
    SIGNED_IN,
    Case,
)
from tests.initiatives.factories import author, published, supporter
from tests.initiatives.merge_factories import FORM, TEXT, bert, his
from tests.initiatives.talk_factories import WHY, commented, hidden, talked_about

OWN = frozenset({OWNER})
MODERATORS = frozenset({COUNCIL_OFFICE, ADMINISTRATOR})
MAKERS = MODERATORS | {AANJAAGTEAM_MEMBER}
SAID = {"name": "Kees", "text": "Goed plan."}


def build() -> dict[str, Case]:
    cases = {**_talk(), **_moderation(), **_merge(), **_clusters()}
    db.session.commit()
    return cases


def _of(comment: Comment) -> dict[str, int]:
    return {"comment_id": comment.id}


def _talk() -> dict[str, Case]:
    # a day ago: the clock of a test begins anew, before the moment at which these rows were made
    initiative = talked_about(now() - timedelta(days=1))
    number = {"initiative_id": initiative.id}
    edited, deleted, mine = (commented(initiative, text) for text in ("Een", "Twee", "Drie"))
    reported, refused = commented(initiative, "Vier", by=bert()), hidden(commented(initiative, "Vijf"))
    return {
        "initiatives.comments": Case(EVERYBODY, number),
        "initiatives.comment_new": Case(SIGNED_IN, number, form=SAID),
        "initiatives.comment": Case(OWN, _of(mine)),
        "initiatives.comment_edit": Case(OWN, _of(edited), form=SAID),
        "initiatives.comment_delete": Case(OWN, _of(deleted)),
        "initiatives.comment_object": Case(OWN, _of(refused), form={"text": "Het klopt."}),
        "initiatives.comment_report": Case(EVERYBODY, _of(reported), form={"reason": "spam"}),
    }


def _reported(initiative: Initiative, text: str, by: User) -> Comment:
    comment = commented(initiative, text, by=by)
    talk.report(comment, ReportReason.SPAM, actor=None, network=text, at=now())
    return comment


def _moderation() -> dict[str, Case]:
    initiative, other = talked_about(), published()
    judged, kept, taken = (_reported(initiative, text, bert()) for text in ("Zes", "Zeven", "Acht"))
    switch = {"initiative_id": other.id, "switch": "aan"}
    return {
        "initiatives.moderation": Case(MODERATORS),
        "initiatives.comment_judge": Case(MODERATORS, _of(judged)),
        "initiatives.comment_keep": Case(MODERATORS, _of(kept)),
        "initiatives.comment_hide": Case(
            MODERATORS, _of(taken), form={"reason": HideReason.SPAM.value, "text": WHY}
        ),
        "initiatives.conversation": Case(MODERATORS, {"initiative_id": other.id}, form={"level": "consult"}),
        "initiatives.listening": Case(MODERATORS, switch),
    }


def _proposal() -> dict[str, int]:
    proposal = merge.propose(published(), his(), TEXT, actor=author(), at=now())
    db.session.flush()
    return {"proposal_id": proposal.id}


def _merge() -> dict[str, Case]:
    text = {**FORM, "revision": "1"}
    return {
        "initiatives.merge_propose": Case(
            SIGNED_IN, {"initiative_id": his().id}, form={**FORM, "source": "1"}
        ),
        "initiatives.merge": Case(OWN, _proposal()),
        "initiatives.merge_edit": Case(OWN, _proposal(), form=text),
        "initiatives.merge_agree": Case(OWN, _proposal(), form={"revision": "1"}),
        "initiatives.merge_stop": Case(OWN, _proposal()),
        "initiatives.move_support": Case(EVERYBODY, {"token": _moving()}, form={"antwoord": "ja"}),
    }


def _moving() -> str:
    source = published()
    supports.add_confirmed(source, [supporter(1)], at=now())
    proposal = merge.propose(source, his(), TEXT, actor=author(), at=now())
    merge.agree(proposal, 1, actor=bert(), at=now())
    one = db.session.scalars(db.select(Support).where(Support.initiative_id == source.id)).one()
    return token_of(one)


def _clusters() -> dict[str, Case]:
    cluster = clusters.make("Ontmoeten", "Een plek voor iedereen.", actor=author(), at=now())
    over = clusters.make("Samen sporten", "Op het veld.", actor=author(), at=now())
    db.session.flush()
    clusters.add(cluster, published().id, None, actor=author(), at=now())
    item = lines_of(cluster)[0].id
    clusters.invite(cluster, actor=author(), at=now())
    member = db.session.scalars(db.select(ClusterMember).order_by(ClusterMember.id.desc())).first()
    assert member is not None
    clusters.join(member, clusters.Answer("Eva", False), at=now())
    number, token = {"cluster_id": cluster.id}, {"token": clusters.token_of(member)}
    return {
        "initiatives.clusters": Case(EVERYBODY),
        "initiatives.cluster": Case(EVERYBODY, number),
        "initiatives.cluster_new": Case(MAKERS, form={"topic": "Groen", "text": "Bomen."}),
        "initiatives.cluster_manage": Case(MAKERS, number),
        "initiatives.cluster_add": Case(MAKERS, number, form={"initiative_id": str(published().id)}),
        "initiatives.cluster_remove": Case(MAKERS, {**number, "item_id": item}),
        "initiatives.cluster_invite": Case(MAKERS, number),
        "initiatives.cluster_close": Case(MAKERS, {"cluster_id": over.id}),
        "initiatives.group": Case(EVERYBODY, token, form={"name": "Eva"}),
        "initiatives.group_leave": Case(EVERYBODY, token),
    }
