"""`flask panels demo-draw`: the frozen panel of the demo, drawn in public, through the services of the site.

A rehearsal, the real protocol with two witnesses and balls, twenty people who drop out, and the draw that
replaces them. It happens now, and waits for the rounds: only the source of the public number is the practice
chain, because a demo has no network. So every page says that it is practice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from civic.accounts.demo import persona
from civic.db import committing, db, now
from civic.panels.jobs import run_draws
from civic.panels.jobs.public_draws import advance
from civic.panels.jobs.seats import tell_everybody
from civic.panels.models import Panel, PublicDraw, Registration, Seat
from civic.panels.service import public_draws as service
from civic.panels.service import seats_answers
from civic.panels.service.public_draws_rules import Plan
from civic.panels.service.seats_answers import Act
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from civic.seal import demo as witnesses
from civic.seal import service as seal

Say = Callable[[str], None]
# from the proposal to the public number: time to compute, to agree, to sign and to draw the balls
REHEARSAL, REAL, REPLACEMENT = timedelta(seconds=45), timedelta(seconds=75), timedelta(seconds=60)
DROP_OUTS = 20
BY_PHONE = 7  # every seventh answers by telephone
PATIENCE = 60
ENDED = (
    PublicDrawState.FAILED,
    PublicDrawState.CANCELLED,
    PublicDrawState.SUPERSEDED,
    PublicDrawState.VOIDED,
)
STEP_SECONDS = 0.5


class NotReady(Exception):
    """There is no frozen panel in this demo yet."""


def run(say: Say) -> int:
    """Take the newest frozen panel through everything; its id."""
    panel = db.session.scalar(select(Panel).where(Panel.stage == Stage.FROZEN).order_by(Panel.id.desc()))
    if panel is None:
        raise NotReady
    panel_id = panel.id
    _hold(panel_id, Plan(DrawPurpose.PANEL, 100, 2, now() + REHEARSAL, is_rehearsal=True), "42", say)
    first = _hold(panel_id, Plan(DrawPurpose.PANEL, 1_000, 3, now() + REAL), "417", say)
    told = tell_everybody(now())
    say(f"{told['invited']} mensen uitgenodigd; {told['thanked']} anderen bedankt.")
    _answer(first, say)
    second = _hold(panel_id, Plan(DrawPurpose.REPLACEMENT, 1_000, 3, now() + REPLACEMENT), "805", say)
    tell_everybody(now())
    for seat_id in _seats(second, SeatState.INVITED):
        _accept(seat_id)
    say(f"Het panel is vol: {len(_seats(None, SeatState.ACCEPTED, panel_id))} mensen zeiden ja.")
    _witness()
    return panel_id


# --- one draw ----------------------------------------------------------------------------------------------


def _hold(panel_id: int, plan: Plan, balls: str, say: Say) -> int:
    """Propose, compute, agree, commit, witness, draw the balls, wait for the round: the id of the draw."""
    name = (
        "Oefenloting" if plan.is_rehearsal else "Loting" if plan.purpose is DrawPurpose.PANEL else "Naloting"
    )
    with committing():
        panel = db.session.get_one(Panel, panel_id)
        draw_id = service.propose(panel, plan, actor=persona("lottery"), at=now()).id
        db.session.flush()
    began = time.monotonic()
    run_draws(now())
    _until(draw_id, PublicDrawState.PROPOSED)
    say(f"{name}: {plan.panels} panels berekend in {time.monotonic() - began:.0f} seconden.")
    with committing():
        service.approve(_load(draw_id), actor=persona("lottery2"), at=now())
    draw = _until(draw_id, PublicDrawState.COMMITTED)
    say(f"{name}: vastgelegd door twee beheerders, {(draw.commitment or '')[:16]}…")
    say(f"{name}: {_witness()} getuigen tekenden.")
    with committing():
        service.enter_balls(_load(draw_id), balls, actor=persona("griffier"), at=now())
    say(f"{name}: de ballen zijn {' '.join(balls)}; {_witness()} getuigen tekenden.")
    _wait(_load(draw_id).round_at)
    draw = _until(draw_id, PublicDrawState.DRAWN)
    say(f"{name}: lotingsgetal van ronde {draw.round}, dus panel {draw.index}.")
    _witness()
    return draw_id


def _load(draw_id: int) -> PublicDraw:
    return db.session.get_one(PublicDraw, draw_id, populate_existing=True)


def _until(draw_id: int, wanted: PublicDrawState) -> PublicDraw:
    """Let the job of the site bring it further, as it does by itself when the site runs."""
    for _ in range(int(PATIENCE / STEP_SECONDS)):
        advance(now())
        draw = _load(draw_id)
        if draw.state is wanted:
            return draw
        if draw.state in ENDED:
            break
        db.session.commit()
        time.sleep(STEP_SECONDS)
    draw = _load(draw_id)
    raise LookupError(f"the draw is {draw.state.value} {draw.end_code or ''}")


def _wait(moment: datetime) -> None:
    db.session.commit()
    while (left := (moment - now()).total_seconds()) > 0:
        time.sleep(min(left, 1))


def _witness() -> int:
    """Seal what happened, and let the witnesses of the demo sign it."""
    with committing():
        while seal.seal(now()) == seal.BATCH:
            continue
        seal.sign_checkpoint(now())
    with committing():
        return witnesses.cosign_newest(now())


# --- the answers -------------------------------------------------------------------------------------------


def _answer(draw_id: int, say: Say) -> None:
    """Some say no at once, some say yes and drop out later: twenty seats in all.

    Only seats that were drawn by lot: for a nominated one the council that nominated must name somebody else.
    """
    seats, nominated = _seats(draw_id, SeatState.INVITED), _nominated(draw_id)
    by_lot = [seat_id for seat_id in seats if seat_id not in nominated]
    # spread over the list, so that no group is hit more than another
    out = set(by_lot[:: max(1, len(by_lot) // DROP_OUTS)][:DROP_OUTS])
    for number, seat_id in enumerate(seats):
        if seat_id in out and number % 2:
            with committing():
                seats_answers.decline(db.session.get_one(Seat, seat_id), _by_link())
            continue
        _accept(seat_id, by_phone=number % BY_PHONE == 0)
        if seat_id in out:
            with committing():
                seats_answers.drop_out(db.session.get_one(Seat, seat_id), _by_phone())
    say(f"{len(seats) - len(out)} mensen zeiden ja; {len(out)} plaatsen zijn weer leeg.")


def _nominated(draw_id: int) -> set[int]:
    found = db.session.scalars(
        select(Seat.id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Seat.public_draw_id == draw_id, Registration.is_nominated)
    )
    return set(found)


def _accept(seat_id: int, *, by_phone: bool = False) -> None:
    with committing():
        seats_answers.accept(db.session.get_one(Seat, seat_id), _by_phone() if by_phone else _by_link())


def _by_link() -> Act:
    return Act(SeatAnswer.LINK, None, now())


def _by_phone() -> Act:
    return Act(SeatAnswer.PHONE, persona("lottery2"), now())


def _seats(draw_id: int | None, state: SeatState, panel_id: int = 0) -> list[int]:
    statement = select(Seat.id).where(Seat.state == state).order_by(Seat.id)
    of_which = Seat.public_draw_id == draw_id if draw_id else Seat.panel_id == panel_id
    found = list(db.session.scalars(statement.where(of_which)))
    db.session.commit()
    return found
