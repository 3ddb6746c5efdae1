"""The engine's look at a pool: asked for by a person, computed by the jobs process, accepted by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.accounts.models import User
from civic.db import STALE_AFTER, add_first, claim, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, PoolCheck, SeatCell
from civic.panels.policy import pool as policy
from civic.panels.service.composition_relax import QuotaChange, relax_quota
from civic.panels.service.pool_engine import Question
from civic.panels.service.pool_files import Line, PoolFiles, pool_files
from civic.panels.states import CHECK_TRANSITIONS, CheckAction, CheckState

OPEN_CHECKS = (CheckState.REQUESTED, CheckState.CHECKING)
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Work:
    """A claimed check and what the engine needs for it; `lines` say what each quota is about."""

    check_id: int
    question: Question
    lines: list[Line]


def request_check(panel: Panel, *, actor: User, at: datetime) -> PoolCheck:
    """Ask for a look at the pool. While one is open the answer is that one."""
    if not policy.can_change_pool(panel):
        raise NotAllowedNow("not_in_this_state")
    found = open_check(panel.id)
    if found is not None:
        return found
    check = PoolCheck(panel_id=panel.id, requested_by_id=actor.id, requested_at=at)
    if not add_first(check):
        # someone else asked in the same instant; the partial unique index let one through
        found = open_check(panel.id)
        if found is None:
            raise NotAllowedNow("changed_meanwhile")
        return found
    events.record(panel, events.What("pool_check_requested", data={"check": check.id}), actor=actor, at=at)
    return check


def open_check(panel_id: int) -> PoolCheck | None:
    return db.session.scalar(
        select(PoolCheck).where(PoolCheck.panel_id == panel_id, PoolCheck.state.in_(OPEN_CHECKS))
    )


def claim_check(worker: str, at: datetime) -> int | None:
    """Take the oldest check that waits, or that a dead process left behind; None when there is none."""
    due = (
        select(PoolCheck.id)
        .where(
            PoolCheck.state.in_(OPEN_CHECKS),
            PoolCheck.claimed_by.is_(None) | (PoolCheck.claimed_at < at - STALE_AFTER),
        )
        .order_by(PoolCheck.id)
    )
    check_id = claim(PoolCheck, due, worker, at)
    if check_id is None:
        return None
    check = db.session.get_one(PoolCheck, check_id, populate_existing=True)
    if check.attempts > MOST_ATTEMPTS:
        fail_check(check, at=at)
        return None
    move(check, check.state, CHECK_TRANSITIONS[check.state, CheckAction.START])
    return check.id


def work_of(check_id: int) -> Work:
    """Read and write down the pool; outside a write, because it takes a second or so."""
    check = db.session.get_one(PoolCheck, check_id)
    panel = db.session.get_one(Panel, check.panel_id)
    files = pool_files(panel)
    return Work(check_id, _question(panel, files), files.lines)


def _question(panel: Panel, files: PoolFiles) -> Question:
    return Question(files.categories, files.respondents, panel.size, files.household_column)


def finish_check(work: Work, answer: dict[str, Any], *, at: datetime) -> None:
    check = db.session.get_one(PoolCheck, work.check_id, populate_existing=True)
    targets = {line.condition: line.target for line in work.lines}
    proposal = []
    for one in answer["proposal"]:
        condition = tuple((feature, value) for feature, value in one["condition"])
        target = targets.get(condition) or targets[condition[::-1]]
        if target.kind != "margin":
            proposal.append(
                {
                    "kind": target.kind,
                    "key": target.key,
                    "cell": list(target.cell),
                    "label": ", ".join(f"{feature}: {value}" for feature, value in condition),
                    "old": list(one["old"]),
                    "new": list(one["new"]),
                }
            )
    result = {
        "is_possible": answer["is_possible"],
        "shortages": answer["shortages"],
        "proposal": proposal,
        "registrations": work.question.respondents.count(b"\r\n") - 1,
    }
    new = CHECK_TRANSITIONS[CheckState.CHECKING, CheckAction.FINISH]
    move(check, CheckState.CHECKING, new, result=result, finished_at=at, claimed_by=None, claimed_at=None)
    what = events.What(
        "pool_checked",
        to_state=new,
        data={"check": check.id, "is_possible": bool(answer["is_possible"]), "changes": len(proposal)},
    )
    events.record(db.session.get_one(Panel, check.panel_id), what, actor=None, at=at)


def fail_check(check: PoolCheck, *, at: datetime) -> None:
    old = check.state
    if old is CheckState.REQUESTED:
        move(check, old, CHECK_TRANSITIONS[old, CheckAction.START])
    new = CHECK_TRANSITIONS[CheckState.CHECKING, CheckAction.FAIL]
    move(check, CheckState.CHECKING, new, finished_at=at, claimed_by=None, claimed_at=None)


def accept_proposal(panel: Panel, check: PoolCheck, reason: str, *, actor: User, at: datetime) -> None:
    """Widen the quotas as the engine proposed: all of them together, once, with a public reason."""
    if check.accepted_at is not None:
        return
    if not is_acceptable(panel, check):
        raise NotAllowedNow("not_in_this_state")
    relax_quota(panel, changes_of(panel, check), reason, actor=actor, at=at)
    taken: Any = db.session.execute(
        update(PoolCheck)
        .where(PoolCheck.id == check.id, PoolCheck.accepted_at.is_(None))
        .values(accepted_at=at, accepted_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(check)
    what = events.What("proposal_accepted", visibility=Visibility.PUBLIC, data={"check": check.id})
    events.record(panel, what, actor=actor, at=at)


def is_acceptable(panel: Panel, check: PoolCheck, *, is_newest: bool = False) -> bool:
    """The newest finished check, of a pool that is closed, with changes that we can all make.

    `is_newest` says that the caller knows it is the newest one already.
    """
    proposal = proposal_of(check)
    return (
        policy.can_accept_proposal(panel)
        and check.state is CheckState.DONE
        and bool(proposal)
        and all(one["kind"] != "derived" for one in proposal)
        and (is_newest or newest_check_id(panel.id) == check.id)
    )


def proposal_of(check: PoolCheck) -> list[dict[str, Any]]:
    return list((check.result or {}).get("proposal", []))


def newest_check_id(panel_id: int) -> int | None:
    return db.session.scalar(
        select(PoolCheck.id).where(PoolCheck.panel_id == panel_id).order_by(PoolCheck.id.desc()).limit(1)
    )


def changes_of(panel: Panel, check: PoolCheck) -> list[QuotaChange]:
    rows = {
        (row.constituency_id, row.municipality_id): row.id
        for row in db.session.execute(select(SeatCell.id, SeatCell.constituency_id, SeatCell.municipality_id))
    }
    found = []
    for one in proposal_of(check):
        low, high = one["new"]
        if one["kind"] == "cell":
            cell = rows.get(tuple(one["cell"]))
            if cell is None:
                raise Invalid(
                    {"reason": [_("De verdeling is intussen veranderd. Vraag een nieuwe toets aan.")]}
                )
            found.append(QuotaChange(cell, low, high, kind="cell"))
        else:
            found.append(QuotaChange(one["key"], low, high))
    return found
