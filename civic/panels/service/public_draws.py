"""A draw in public (W7), from the proposal to the result: what people do.

What the jobs process does by itself stands in `public_draws_commit` (the commitment) and
`public_draws_reveal` (the result).

Every step is one conditional update with one event. Nobody picks: two administrators fix the rules, a public
number that nobody has chosen decides, and what was fixed is public a day before that number exists.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from civic.accounts.models import User
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Draw, Freeze, Panel, PublicDraw
from civic.panels.queries import public_draws as queries
from civic.panels.service import draws, stages
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_quotas as quotas
from civic.panels.service import public_draws_rules as rules
from civic.panels.service.public_draws_reveal import receive_signature, unseat
from civic.panels.service.public_draws_rules import Field, Plan
from civic.panels.service.public_draws_steps import Step, note, record, take, write_once
from civic.panels.states import (
    LATE_VOID_CODES,
    UNWITNESSED,
    VOID_CODES,
    PublicDrawAction,
    PublicDrawState,
)

__all__ = [
    "Plan",
    "approve",
    "cancel",
    "check_balls",
    "close_for_correction",
    "declare_fallback",
    "enter_balls",
    "propose",
    "receive_signature",
    "refuse",
    "supersede",
    "void",
]

# codes in the log; the words stand in the notes
MISTAKE_FOUND = "fout-gevonden-voor-de-loting"
POOL_CORRECTED = "fout-in-de-pool"
NO_NUMBER = "geen-lotingsgetal"
DIGITS = re.compile(r"[0-9]+\Z")


# --- before the commitment -------------------------------------------------------------------------------


def propose(panel: Panel, plan: Plan, *, actor: User, at: datetime) -> PublicDraw:
    """Ask for a draw. The engine makes the panels; then another administrator decides.

    Raises `Invalid` (purpose, panels, ball_digits, round_at), `NotAllowedNow` when somebody was first.
    """
    _hold(panel)
    obstacles = rules.obstacles(panel, plan.purpose, at, is_rehearsal=plan.is_rehearsal)
    if obstacles:
        raise Invalid({"purpose": obstacles})
    rules.refuse_plan(plan, at)
    field = rules.field_of(panel, plan)
    changes = _accepted_changes(panel, plan)
    options = {
        "panels": plan.panels,
        "fixed": field.fixed,
        "excluded": field.excluded,
        "reasons": field.reasons,
        "changes": changes,
    }
    lottery = draws.request_lottery(panel, field.files, options, actor=actor, at=at)
    draw = _new_draw(panel, plan, field, lottery)
    draw.proposed_by_id, draw.proposed_at = actor.id, at
    if not add_first(draw):
        raise NotAllowedNow("draw_is_open")
    step = Step(PublicDrawAction.COMPUTED, "propose_draw")
    record(draw, step, (None, PublicDrawState.COMPUTING), actor=actor, at=at)
    if changes:
        note(draw, "quotas_changed", quotas.sentence_of(changes), actor=actor, at=at)
    return draw


def _accepted_changes(panel: Panel, plan: Plan) -> list[dict[str, Any]]:
    """Only those that were proposed, and only for a replacement: for a first draw the pool is corrected."""
    if not plan.accepts_changes:
        return []
    changes = quotas.proposed_changes(panel)
    if not changes or plan.is_rehearsal:
        raise Invalid({"accepts_changes": [_("Er is geen voorstel om quota te veranderen.")]})
    return changes


def _hold(panel: Panel) -> None:
    """The pool is not opened again in the same instant (PostgreSQL; on SQLite one writer is alone)."""
    db.session.execute(select(Panel.id).where(Panel.id == panel.id).with_for_update())
    db.session.refresh(panel)


def _new_draw(panel: Panel, plan: Plan, field: Field, lottery: Draw) -> PublicDraw:
    source = chain.source_for(plan.round_at, is_rehearsal=plan.is_rehearsal)
    return PublicDraw(
        panel_id=panel.id,
        freeze_id=field.freeze.id,
        draw_id=lottery.id,
        purpose=plan.purpose,
        is_rehearsal=plan.is_rehearsal,
        identifier=chain.identifier_of(panel, is_rehearsal=plan.is_rehearsal),
        pool=chain.pool_name(panel),
        size=panel.size,
        panels=plan.panels,
        ball_digits=plan.ball_digits,
        chain=source.chain,
        round=source.round,
        round_at=source.round_at,
        fallback_chain=source.fallback_chain,
        fallback_round=source.fallback_round,
    )


def cancel(draw: PublicDraw, *, actor: User, at: datetime) -> None:
    """Stop before anything was public. Twice is once."""
    if draw.state is PublicDrawState.CANCELLED:
        return
    facts = {"ended_at": at, "end_code": "cancelled", "claimed_by": None, "claimed_at": None}
    take(draw, Step(PublicDrawAction.CANCEL, "cancel_draw", facts=facts), actor=actor, at=at)
    _stop_computing(draw, actor, at)


def _stop_computing(draw: PublicDraw, actor: User | None, at: datetime) -> None:
    lottery = db.session.get_one(Draw, draw.draw_id)
    if lottery.is_open:
        draws.cancel_draw(lottery, actor=actor, at=at)


def approve(draw: PublicDraw, *, actor: User, at: datetime) -> None:
    """The second administrator agrees; the jobs process makes the public folder and commits to it.

    Raises `Invalid` for `decision` when it cannot be committed to any more.
    """
    _refuse_own(draw, actor)
    sentences = _in_the_way(draw, at)
    if sentences and draw.state is PublicDrawState.PROPOSED:
        raise Invalid({"decision": sentences})
    facts: dict[str, Any] = {"approved_by_id": actor.id, "approved_at": at, "attempts": 0}
    take(draw, Step(PublicDrawAction.APPROVE, "approve_draw", facts=facts), actor=actor, at=at)


def _in_the_way(draw: PublicDraw, at: datetime) -> list[str]:
    """What changed since the proposal."""
    found = []
    if rules.is_too_late(draw, at):
        found.append(_("Er is minder dan 25 uur tot het lotingsgetal. Weiger, en kies een later moment."))
    if not chain.is_practice(draw):
        found += [*ends.unfinished(draw.panel_id, at), *rules.witness_obstacles(at)]
    if db.session.get_one(Freeze, draw.freeze_id).superseded_at is not None:
        found.append(_("De pool is na het voorstel veranderd. Weiger, en stel een nieuwe loting voor."))
    return found


def refuse(draw: PublicDraw, reason: str, *, actor: User, at: datetime) -> None:
    """The second administrator does not agree: nothing was public, and another proposal can be made."""
    _refuse_own(draw, actor)
    note(draw, "refuse_draw", reason, actor=actor, at=at)
    step = Step(PublicDrawAction.REFUSE, "refuse_draw", facts={"ended_at": at, "end_code": "refused"})
    take(draw, step, actor=actor, at=at)


def _refuse_own(draw: PublicDraw, actor: User) -> None:
    """Four eyes: the page refuses it before, a constraint of the table after."""
    if actor.id == draw.proposed_by_id:
        raise NotAllowedNow("own_proposal")


# --- between the commitment and the round ----------------------------------------------------------------


def enter_balls(draw: PublicDraw, digits: str, *, actor: User, at: datetime) -> None:
    """The balls that were drawn in public: once, and before the round. The same again changes nothing.

    Raises `Invalid` for `digits`; late balls never count.
    """
    if draw.state is PublicDrawState.COMMITTED and draw.balls == digits:
        return
    check_balls(draw, digits, at=at)
    is_free = PublicDraw.balls.is_(None) & (PublicDraw.round_at > at + rules.balls_ahead(draw))
    _write_once(draw, is_free, balls=digits, balls_at=at, balls_by_id=actor.id)
    record(draw, Step(PublicDrawAction.COMMIT, "balls", digits), actor=actor, at=at)


def _write_once(draw: PublicDraw, is_free: ColumnElement[bool], **facts: Any) -> None:
    """Facts of a manifest that waits for its number: of two who write them at the same time, one is first."""
    if not write_once(draw, is_free, **facts):
        raise NotAllowedNow("changed_meanwhile")


def check_balls(draw: PublicDraw, digits: str, *, at: datetime) -> None:
    """Can these be written down? Raises `Invalid` for `digits`, `NotAllowedNow` in another state."""
    if draw.state is PublicDrawState.COMMITTED and draw.balls == digits:
        return
    if draw.state is not PublicDrawState.COMMITTED or not draw.ball_digits:
        raise NotAllowedNow("not_in_this_state")
    if draw.balls is not None:
        raise Invalid({"digits": [_("De ballen staan al in het logboek. Daar verandert niets meer aan.")]})
    if at >= rules.balls_until(draw):
        raise Invalid({"digits": [_too_late_for_balls(draw)]})
    if len(digits) != draw.ball_digits or not (digits.isascii() and DIGITS.match(digits)):
        raise Invalid({"digits": [_("Schrijf precies %(count)s cijfers.", count=draw.ball_digits)]})


def _too_late_for_balls(draw: PublicDraw) -> str:
    if chain.is_practice(draw):
        return str(_("U bent te laat: het lotingsgetal is er al. De ballen tellen als nul."))
    return str(
        _(
            "U bent te laat: invullen kon tot een half uur voor het lotingsgetal. Getuigen moeten nog kunnen "
            "tekenen. De ballen tellen als nul."
        )
    )


def supersede(draw: PublicDraw, reason: str, *, actor: User, at: datetime) -> None:
    """A mistake was found before the round: this manifest is replaced, and stays public with the reason."""
    if draw.state is PublicDrawState.SUPERSEDED:
        return
    _refuse_late(draw, at)
    note(draw, "superseded", reason, actor=actor, at=at)
    _supersede(draw, MISTAKE_FOUND, actor, at)


def _refuse_late(draw: PublicDraw, at: datetime) -> None:
    """After the round everybody can know the result, and taking back would be choosing. Just before it nobody
    outside could sign it any more; a griffier can still declare it void."""
    if draw.state is PublicDrawState.COMMITTED and at >= draw.round_at:
        raise NotAllowedNow("round_passed")
    if draw.state is PublicDrawState.COMMITTED and at >= rules.supersede_until(draw):
        raise NotAllowedNow("round_near")


def _supersede(draw: PublicDraw, code: str, actor: User, at: datetime) -> None:
    facts = {"ended_at": at, "end_code": code}
    step = Step(PublicDrawAction.SUPERSEDE, "superseded", code, reason=code, facts=facts)
    take(draw, step, actor=actor, at=at)


def void_unwitnessed(draw: PublicDraw, *, at: datetime) -> None:
    """Too few witnesses signed a day ahead, so no verifier takes this manifest: the house says so itself.

    Void, also before the round: that it was replaced would have to be signed in time by witnesses who do not
    sign. Everybody can check why there is no result that could count.
    """
    facts = {"ended_at": at, "end_code": UNWITNESSED}
    step = Step(PublicDrawAction.VOID, "voided", UNWITNESSED, reason=UNWITNESSED, facts=facts)
    take(draw, step, actor=None, at=at)


def close_for_correction(panel: Panel, reason: str, *, actor: User, at: datetime) -> None:
    """The pool is opened again: what was made of it ends here, before the round only.

    Raises `NotAllowedNow` when the public number of an open draw is there, or can be.
    """
    for draw in queries.open_public_draws(panel.id):
        if draw.state is PublicDrawState.APPROVED:
            raise NotAllowedNow("draw_is_open")  # within seconds it is committed to, and can be taken back
        if draw.state is PublicDrawState.COMMITTED:
            _refuse_late(draw, at)
            note(draw, "superseded", reason, actor=actor, at=at)
            _supersede(draw, POOL_CORRECTED, actor, at)
        else:
            cancel(draw, actor=actor, at=at)


# --- after the round -------------------------------------------------------------------------------------


def declare_fallback(draw: PublicDraw, reason: str, *, actor: User, at: datetime) -> None:
    """By a griffier: the chain made no such round, so the fallback's will count. If the first number turns up
    at any later time, what came of the fallback is void.

    Only before the fallback's own number is there: who knows both would be choosing.
    """
    if draw.fallback_at is not None:
        return
    spare = chain.fallback_at(draw)
    if draw.state is not PublicDrawState.COMMITTED or spare is None:
        raise NotAllowedNow("not_in_this_state")
    if at < draw.round_at:
        raise NotAllowedNow("round_not_yet")
    if at >= spare:
        raise NotAllowedNow("round_passed")
    note(draw, "fallback", reason, actor=actor, at=at)
    _write_once(draw, PublicDraw.fallback_at.is_(None), fallback_at=at)
    step = Step(PublicDrawAction.REVEAL, "fallback", NO_NUMBER, reason=NO_NUMBER)
    record(draw, step, actor=actor, at=at)


def void(draw: PublicDraw, code: str, reason: str, *, actor: User, at: datetime) -> None:
    """By a griffier, for a reason that was fixed beforehand. The result stays public, and counts no more.

    Once the number can be known, the result comes first: otherwise a result could be voided unseen. Which
    reasons hold when is for `public_draws_ends`.
    """
    if draw.state is PublicDrawState.VOIDED:
        return
    if code not in (*VOID_CODES, *LATE_VOID_CODES):
        raise Invalid({"code": [_("Kies een van de redenen die vooraf zijn vastgelegd.")]})
    stages.hold(draw.panel_id)
    # what was replaced holds for nobody: ending it undoes nothing that came after
    if draw.state is not PublicDrawState.SUPERSEDED and queries.has_later(draw):
        raise NotAllowedNow("newer_draw")
    _refuse_code(draw, code, at)
    was_drawn = draw.state is PublicDrawState.DRAWN
    note(draw, "voided", reason, actor=actor, at=at)
    facts = {"ended_at": at, "end_code": code}
    take(draw, Step(PublicDrawAction.VOID, "voided", code, reason=code, facts=facts), actor=actor, at=at)
    if was_drawn:
        unseat(draw, code, actor=actor, at=at)


def _refuse_code(draw: PublicDraw, code: str, at: datetime) -> None:
    codes = ends.void_codes(draw, at)
    if not codes:
        is_waiting = draw.state is PublicDrawState.COMMITTED
        raise NotAllowedNow("round_passed" if is_waiting else "not_in_this_state")
    if code not in codes:
        raise Invalid({"code": [_("Deze reden geldt nu niet. Kies een andere.")]})
