"""Draws in public at every step, with real files made of a small frozen pool. In an app context; they commit.

The practice chain is switched on for the app of the test: its signatures can be made here, those of drand
cannot. `log_is_sealed` does what the sealing job does every ten seconds.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Draw, Panel, PublicDraw, Registration
from civic.panels.service import compute, draws
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_commit as commits
from civic.panels.service.draws import Order
from civic.panels.service.public_draws import Plan
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import DrawPurpose, RegistrationState
from civic.seal import service as seal
from civic.sortition.publication import practice_signature
from tests.conftest import NOW
from tests.factories import make_user
from tests.kept import keep
from tests.panels.makers import administrator
from tests.panels.makers_freeze import frozen, panel_of, pool_panel, second

PEOPLE = 160  # fewer, and of some of these pools no panel can be drawn
FROZEN_AT = NOW - timedelta(days=20)  # so the days to react are over
ROUND_AT = NOW + timedelta(days=2)
AFTER = ROUND_AT + timedelta(seconds=5)
PLAN = Plan(DrawPurpose.PANEL, 100, 0, ROUND_AT)
BALLS = Plan(DrawPurpose.PANEL, 100, 2, ROUND_AT)
REHEARSAL = Plan(DrawPurpose.PANEL, 100, 0, ROUND_AT, is_rehearsal=True)
REASON = "De quota in het manifest zijn niet die van het besluit."
GRIFFIER_EMAIL = "jan@example.nl"
# the same pool gives the same lottery, and the engine takes a second or two
_computed: dict[str, dict[str, Any]] = {}


def allow_practice() -> None:
    """Draws of this app use the practice chain from now on."""
    current_app.config["PRACTICE_CHAIN"] = True


def griffier(code: str = "GM0995") -> User:
    user = make_user(email=GRIFFIER_EMAIL, name="Jan Visser")
    if not user.grants:
        user = make_user(Role.COUNCIL_OFFICE, email=GRIFFIER_EMAIL, name="Jan Visser", code=code)
    db.session.commit()
    return user


def frozen_panel() -> Panel:
    """The pool is frozen, and the days to react are over."""
    return panel_of(frozen(pool_panel(PEOPLE), FROZEN_AT))


def requested_draw(panel: Panel | None = None, plan: Plan = PLAN, at: datetime = NOW) -> PublicDraw:
    """Proposed by the first administrator; the engine has not begun."""
    allow_practice()
    draw = service.propose(panel or frozen_panel(), plan, actor=administrator(), at=at)
    db.session.commit()
    return draw


def proposed_draw(panel: Panel | None = None, plan: Plan = PLAN, at: datetime = NOW) -> PublicDraw:
    """The engine is done; the second administrator must decide."""
    draw = requested_draw(panel, plan, at)
    compute_lottery(draw, at)
    note(draw, at)
    return draw


def note(draw: PublicDraw, at: datetime = NOW) -> None:
    """What the jobs process does when the engine is done."""
    commits.note_computed(draw, at=at)
    db.session.commit()


def compute_lottery(draw: PublicDraw, at: datetime = NOW) -> None:
    """What the jobs process and its child do."""
    order = _claimed(draw, at)
    options = (order.size, order.columns, order.panels, *order.fixed, "-", *order.excluded)
    key = hashlib.sha256(order.respondents + order.categories + repr(options).encode()).hexdigest()
    if key not in _computed:
        question = compute.Question(
            order.categories,
            order.respondents,
            order.size,
            order.columns,
            order.panels,
            order.fixed,
            order.excluded,
        )
        _computed[key] = keep("lotteries", key, lambda: compute.outcome_of(question, 7))
    outcome = _computed[key]
    row = db.session.get_one(Draw, order.draw_id)
    if "error" in outcome:
        draws.fail_draw(row, outcome["error"], outcome["details"], at=at)
    else:
        draws.finish_draw(row, outcome["result"], outcome["lottery"], at=at)
    db.session.commit()


def _claimed(draw: PublicDraw, at: datetime) -> Order:
    """The oldest comes first; what others asked for is given back."""
    others = []
    while (order := draws.claim_draw("test", at)) is not None and order.draw_id != draw.draw_id:
        others.append(order.draw_id)
    for other in others:
        draws.give_back(other, "test", was_stopped=True)
    assert order is not None
    return order


def approved_draw(panel: Panel | None = None, plan: Plan = PLAN, at: datetime = NOW) -> PublicDraw:
    draw = proposed_draw(panel, plan, at)
    service.approve(draw, actor=second(), at=at)
    db.session.commit()
    return draw


def committed_draw(panel: Panel | None = None, plan: Plan = PLAN, at: datetime = NOW) -> PublicDraw:
    """The manifest is public, and its entry is in the sealed log."""
    draw = approved_draw(panel, plan, at)
    commit(draw, at)
    log_is_sealed(at)
    return draw


def commit(draw: PublicDraw, at: datetime = NOW) -> None:
    """What the jobs process does after the approval."""
    work = commits.work_on(draw, at)
    commits.commit(draw, work, commits.build(work.order), at=at)
    db.session.commit()


def log_is_sealed(at: datetime = NOW) -> None:
    while seal.seal(at):
        db.session.commit()
    db.session.commit()


def drawn_draw(
    panel: Panel | None = None, plan: Plan = PLAN, *, balls: str = "", at: datetime = NOW
) -> PublicDraw:
    """The round came: there is a result, in the log too, and (if no rehearsal) people are invited."""
    draw = committed_draw(panel, plan, at)
    if balls:
        service.enter_balls(draw, balls, actor=griffier(), at=at + timedelta(hours=1))
        db.session.commit()
        log_is_sealed(at + timedelta(hours=1))
    reveal(draw)
    return draw


def reveal(draw: PublicDraw, at: datetime | None = None) -> None:
    at = at or draw.round_at + timedelta(seconds=5)
    service.receive_signature(draw, signature_of(draw), source="practice", at=at)
    db.session.commit()
    log_is_sealed(at)


def signature_of(draw: PublicDraw) -> str:
    return practice_signature(draw.round).hex()


def voided_draw(panel: Panel | None = None) -> PublicDraw:
    draw = drawn_draw(panel)
    code = "fout-in-de-lijst-met-aanmeldingen"
    service.void(draw, code, "Twee mensen stonden dubbel in de pool.", actor=griffier(), at=AFTER)
    db.session.commit()
    log_is_sealed(AFTER)
    return draw


def superseded_draw(panel: Panel | None = None) -> PublicDraw:
    draw = committed_draw(panel)
    service.supersede(draw, REASON, actor=administrator(), at=NOW + timedelta(hours=1))
    db.session.commit()
    log_is_sealed(NOW + timedelta(hours=1))
    return draw


def withdrawn(panel: Panel, at: datetime) -> Registration:
    """Somebody of the frozen pool who takes their registration back."""
    row = db.session.scalars(
        select(Registration)
        .where(Registration.panel_id == panel.id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(Registration.uid)
    ).first()
    assert row is not None
    withdraw(row, actor=None, at=at)
    db.session.commit()
    return row


# --- in the past, so that it is now that something can be done -------------------------------------------

EARLIER = NOW - timedelta(days=3)
PAST = Plan(DrawPurpose.PANEL, 100, 0, NOW - timedelta(days=1))


def due_draw(panel: Panel | None = None, plan: Plan = PAST) -> PublicDraw:
    """Committed to three days ago; its round came yesterday, and nobody fetched it."""
    return committed_draw(panel, plan, EARLIER)
