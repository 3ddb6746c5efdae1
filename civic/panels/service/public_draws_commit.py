"""The commitment: what the jobs process does between an approval and the manifest that everybody can read.

order_of(draw)    reads everything (a short transaction)
build(order)      makes the folder and puts it before the public script: some ten seconds, no transaction
commit(…)         stores it, gives out the sequence number, writes the log entry (a short transaction)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from civic import __version__
from civic.crypto import binding, key_ring
from civic.db import db
from civic.errors import NotAllowedNow
from civic.panels.models import Draw, Freeze, PanelFiles, PublicDraw, PublicDrawFile, Registration, pack
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_rules as rules
from civic.panels.service import receipts, stages
from civic.panels.service.public_draws_pool import close_in
from civic.panels.service.public_draws_quotas import categories_of
from civic.panels.service.public_draws_steps import Step, take
from civic.panels.states import DrawState, PublicDrawAction, PublicDrawState

if TYPE_CHECKING:
    from civic.panels.service.public_bundle import Bundle, BundleOrder, Procedure

SOFTWARE = f"civic-region {__version__}"
TABLE = Registration.__tablename__


class NotPossible(Exception):
    """There is nothing to commit to; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Work:
    """One approved draw, with everything that its manifest is made of."""

    draw_id: int
    sequence: int
    committed_at: datetime
    order: BundleOrder


# --- after the engine ------------------------------------------------------------------------------------


def note_computed(draw: PublicDraw, *, at: datetime) -> bool:
    """Follow the lottery: it is done, it failed, or somebody stopped it. False while it is computed."""
    lottery = db.session.get_one(Draw, draw.draw_id)
    if lottery.is_open:
        return False
    if lottery.state is DrawState.DONE:
        take(draw, Step(PublicDrawAction.COMPUTED, "draw_computed"), actor=None, at=at)
    elif lottery.state is DrawState.FAILED:
        fail(draw, lottery.error_code or "failed", at=at)
    else:
        facts = {"ended_at": at, "end_code": "cancelled"}
        take(draw, Step(PublicDrawAction.CANCEL, "cancel_draw", facts=facts), actor=None, at=at)
    return True


def fail(draw: PublicDraw, code: str, *, at: datetime) -> None:
    facts = {"ended_at": at, "end_code": code, "claimed_by": None, "claimed_at": None}
    take(draw, Step(PublicDrawAction.FAIL, "fail_draw", reason=code, facts=facts), actor=None, at=at)


# --- the folder ------------------------------------------------------------------------------------------


def work_on(draw: PublicDraw, at: datetime) -> Work:
    """Raises `NotPossible` when what was approved is not there any more, or it is too late."""
    freeze = db.session.get_one(Freeze, draw.freeze_id)
    if freeze.superseded_at is not None:
        raise NotPossible("pool_changed")
    if rules.is_too_late(draw, at, rules.DAY_AHEAD):
        raise NotPossible("too_late")
    sequence = queries.newest_sequence(draw.panel_id, is_rehearsal=draw.is_rehearsal) + 1
    return Work(draw.id, sequence, at, _order(draw, freeze, sequence, at))


def _order(draw: PublicDraw, freeze: Freeze, sequence: int, at: datetime) -> BundleOrder:
    from civic.panels.service.public_bundle import BundleOrder

    lottery = db.session.scalars(
        select(Draw).where(Draw.id == draw.draw_id).options(undefer(Draw.members_sealed))
    ).one()
    files = db.session.scalars(
        select(PanelFiles).where(PanelFiles.id == lottery.files_id).options(undefer("*"))
    ).one()
    members, respondents = lottery.members, files.respondents
    if members is None or respondents is None or freeze.pool_root is None:
        raise NotPossible("files_gone")
    return BundleOrder(
        identifier=draw.identifier,
        pool=draw.pool,
        sequence=sequence,
        kind=draw.purpose.value,
        categories=categories_of(lottery, files),
        respondents=respondents,
        columns=dict(files.columns),
        size=draw.size,
        lottery=members,
        kept=_kept(draw.panel_id),
        procedure=_procedure(draw, freeze, sequence, at),
        pool_root=freeze.pool_root,
        reasons=lottery.options.get("reasons", {}),
    )


def _kept(panel_id: int) -> dict[str, dict[str, str]]:
    """{uid: what opens the leaf}, of everybody in the frozen pool; one statement."""
    ring = key_ring()
    rows = db.session.execute(
        select(Registration.uid, Registration.secrets_sealed).where(
            Registration.panel_id == panel_id,
            Registration.leaf.is_not(None),
            Registration.secrets_sealed.is_not(None),
        )
    )
    return {
        row.uid: json.loads(ring.open(row.secrets_sealed, binding(TABLE, "secrets_sealed", row.uid)))
        for row in rows
    }


def _procedure(draw: PublicDraw, freeze: Freeze, sequence: int, at: datetime) -> Procedure:
    from civic.panels.service.public_bundle import Procedure
    from civic.sortition.publication import Round

    if freeze.decided_at is None:
        raise NotPossible("pool_changed")
    spare = None
    if draw.fallback_chain is not None and draw.fallback_round is not None:
        spare = Round(draw.fallback_chain, draw.fallback_round)
    return Procedure(
        beacon=Round(draw.chain, draw.round),
        frozen_at=int(freeze.decided_at.timestamp()),
        committed_at=int(at.timestamp()),
        ball_digits=draw.ball_digits,
        fallback=spare,
        previous=queries.commitment_before(draw, sequence),
        witnesses={
            one.name: one.public_key for one in rules.witnesses_of(at, is_practice=chain.is_practice(draw))
        },
        software=SOFTWARE,
    )


def build(order: BundleOrder) -> Bundle:
    """Raises `NotPossible` when the public script would refuse it: nothing is published then."""
    from civic.panels.service.public_bundle import DoesNotFit, Refused, bundle_of
    from civic.sortition.errors import InvalidProblem

    try:
        return bundle_of(order)
    except DoesNotFit as error:
        raise NotPossible("pool_differs") from error
    except (InvalidProblem, Refused) as error:
        raise NotPossible("check_refused") from error


def commit(draw: PublicDraw, work: Work, bundle: Bundle, *, at: datetime) -> None:
    """Make it public, once. Raises `NotAllowedNow` when the draw, its pool or its number changed."""
    if draw.state is not PublicDrawState.APPROVED:
        raise NotAllowedNow("not_in_this_state")
    chain.refuse_practice_number(draw)
    if db.session.get_one(Freeze, draw.freeze_id, populate_existing=True).superseded_at is not None:
        raise NotAllowedNow("changed_meanwhile")
    if queries.newest_sequence(draw.panel_id, is_rehearsal=draw.is_rehearsal) + 1 != work.sequence:
        raise NotAllowedNow("changed_meanwhile")
    draw.pool_packed = pack(_without_who_left(draw.panel_id, work, bundle))
    db.session.add_all(_file(draw, name, content) for name, content in sorted(bundle.files.items()))
    facts: dict[str, Any] = {
        "sequence": work.sequence,
        "commitment": bundle.commitment,
        "committed_at": work.committed_at,
        "claimed_by": None,
        "claimed_at": None,
    }
    # the log itself says which number decides: anybody sees whether it was replaced before that number came
    step = Step(PublicDrawAction.COMMIT, "commitment", f"{draw.chain}:{draw.round}", facts=facts)
    take(draw, step, actor=None, at=at)


def _without_who_left(panel_id: int, work: Work, bundle: Bundle) -> bytes:
    """The auditor's list, closed for who left while it was made (nobody can, from here to the commit)."""
    stages.hold(panel_id)
    now_kept = _kept(panel_id)
    left = {
        uid
        for uid, then in work.order.kept.items()
        if then.keys() >= receipts.FROZEN and not now_kept.get(uid, {}).keys() >= receipts.FROZEN
    }
    return close_in(bundle.pool, left) if left else bundle.pool


def _file(draw: PublicDraw, name: str, content: bytes) -> PublicDrawFile:
    digest = hashlib.sha256(content).hexdigest()
    return PublicDrawFile(
        public_draw_id=draw.id, name=name, content=content, sha256=digest, size=len(content)
    )
