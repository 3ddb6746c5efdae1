"""Draws in public, brought further by the clock (W6): after the engine, after an approval, after the round.

Every step can be cut off and is then done again: what is written is one short conditional commit, and what
takes long (making the folder, asking relays, checking a signature) happens while no transaction is open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from civic.db import claim, committing, db, now
from civic.errors import NotAllowedNow
from civic.jobs import STOPPING, Job
from civic.jobs.leader import worker_name
from civic.panels.models import PublicDraw
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_commit as commits
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_relays as relays
from civic.panels.service import public_draws_reveal as reveals
from civic.panels.service import public_draws_rules as rules
from civic.panels.service.public_draws_chain import Signature
from civic.panels.service.public_draws_commit import NotPossible
from civic.panels.service.public_draws_rules import CLOCKS_DIFFER, DAY_AHEAD
from civic.panels.states import PublicDrawState

log = logging.getLogger("civic.panels")
MOST_ATTEMPTS, TOO_MANY = 3, "too_many_attempts"
# a relay that has nothing is asked again a little later each time
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
REFUSED_WAIT = 3600.0  # the number is there, and only another version of the site could make something of it
_waits: dict[int, tuple[float, float]] = {}  # per draw: when to ask again, and how long to wait after that


def advance(at: datetime) -> dict[str, Any]:
    """One look at everything that is under way. Of one draw that goes wrong the others know nothing."""
    done = {"unwitnessed": _end_unwitnessed(at), "computed": 0, "committed": 0, "drawn": 0}
    steps = {
        PublicDrawState.COMPUTING: ("computed", _follow_engine),
        PublicDrawState.APPROVED: ("committed", _commit),
        PublicDrawState.COMMITTED: ("drawn", _draw),
    }
    for draw_id, state in _due(at):
        if STOPPING.is_set():
            break
        name, step = steps[state]
        done[name] += _guarded(step, draw_id)
    return done


def _due(at: datetime) -> list[tuple[int, PublicDrawState]]:
    found = [(row.id, row.state) for row in db.session.execute(queries.due_public_draws(at))]
    db.session.commit()  # nothing is open while a step takes its time
    return found


def _guarded(step: Callable[[int], bool], draw_id: int) -> int:
    try:
        return int(step(draw_id))
    except NotAllowedNow as error:
        db.session.rollback()
        log.info("public draw %s: %s", draw_id, error.code)
    except Exception:
        db.session.rollback()
        log.exception("public draw %s is not brought further", draw_id)
    return 0


def _follow_engine(draw_id: int) -> bool:
    with committing():
        return commits.note_computed(_load(draw_id), at=now())


def _load(draw_id: int) -> PublicDraw:
    return db.session.get_one(PublicDraw, draw_id, populate_existing=True)


# --- the commitment --------------------------------------------------------------------------------------


def _commit(draw_id: int) -> bool:
    if not _claimed(draw_id):
        return False
    try:
        _make(draw_id)
    except NotPossible as error:
        log.warning("public draw %s cannot be committed to: %s", draw_id, error.code, exc_info=True)
        _fail(draw_id, error.code)
    except NotAllowedNow as error:
        _fail_at_last(draw_id, error.code)
        raise
    except Exception:
        _fail_at_last(draw_id, TOO_MANY)
        raise
    else:
        return True
    return False


def _make(draw_id: int) -> None:
    with committing():
        work = commits.work_on(_load(draw_id), now())
    bundle = commits.build(work.order)
    with committing():
        commits.commit(_load(draw_id), work, bundle, at=now())


def _fail_at_last(draw_id: int, code: str) -> None:
    """The third start that goes wrong is the last: people must be able to go on."""
    db.session.rollback()
    with committing():
        is_last = _load(draw_id).attempts >= MOST_ATTEMPTS
    if is_last:
        _fail(draw_id, code)


def _fail(draw_id: int, code: str) -> None:
    """Unless somebody stopped it meanwhile."""
    with committing():
        draw = _load(draw_id)
        if draw.state is PublicDrawState.APPROVED:
            commits.fail(draw, code, at=now())


def _claimed(draw_id: int) -> bool:
    """By this process; every start counts. After three that killed who tried, it fails."""
    with committing():
        due = select(PublicDraw.id).where(
            PublicDraw.id == draw_id, PublicDraw.state == PublicDrawState.APPROVED
        )
        if claim(PublicDraw, due, worker_name(), now()) is None and not _started_again(draw_id):
            return False
        draw = _load(draw_id)
        if draw.attempts > MOST_ATTEMPTS:
            commits.fail(draw, TOO_MANY, at=now())
            return False
        return True


def _started_again(draw_id: int) -> bool:
    """What this process claimed itself and did not finish: a job runs once at a time."""
    result: Any = db.session.execute(
        update(PublicDraw)
        .where(
            PublicDraw.id == draw_id,
            PublicDraw.state == PublicDrawState.APPROVED,
            PublicDraw.claimed_by == worker_name(),
        )
        .values(claimed_at=now(), attempts=PublicDraw.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


# --- the round -------------------------------------------------------------------------------------------


def _draw(draw_id: int) -> bool:
    if not _is_ready(draw_id) or not _may_ask(draw_id):
        return False
    with committing():
        ends.tell_number_missing(_load(draw_id), at=now())
    try:
        is_drawn = any(_tried(draw_id, signature) for signature in _signatures(draw_id))
    except reveals.NotPublishable as error:
        _note_refused(draw_id, error)
        return False
    if is_drawn:
        _waits.pop(draw_id, None)
    return is_drawn


def _tried(draw_id: int, signature: Signature) -> bool:
    with committing():
        question = reveals.gather(_load(draw_id), signature, now())
    return question is not None and _drawn(draw_id, question)


def _note_refused(draw_id: int, error: reveals.NotPublishable) -> None:
    """Said once, and tried again an hour later: not every two seconds."""
    with committing():
        is_new = ends.note_refused(_load(draw_id), error.codes, at=now())
    if is_new:
        log.error("public draw %s: the number is there, and its result is refused: %s", draw_id, error)
    _waits[draw_id] = (time.monotonic() + REFUSED_WAIT, REFUSED_WAIT)


def _is_ready(draw_id: int) -> bool:
    """Every step so far is in the sealed log, and witnesses had their time to sign the balls: until then no
    answer of a relay can be used."""
    draw = _load(draw_id)
    is_ready = queries.is_sealed(draw) and not rules.waits_for_balls(draw, now())
    db.session.commit()
    return is_ready


def _drawn(draw_id: int, question: reveals.Question) -> bool:
    try:
        answer = reveals.work_out(question)
    except reveals.WrongSignature:
        log.warning("public draw %s: a relay gave a wrong signature for its round", draw_id)
        return False
    with committing():
        reveals.apply(_load(draw_id), answer, at=now())
    return True


def _may_ask(draw_id: int) -> bool:
    """Ask now, and not again for a while: longer every time."""
    ask_at, wait = _waits.get(draw_id, (0.0, FIRST_WAIT))
    if time.monotonic() < ask_at:
        return False
    _waits[draw_id] = (time.monotonic() + wait, min(2 * wait, LONGEST_WAIT))
    return True


def _signatures(draw_id: int) -> Iterator[Signature]:
    """What is said to be the signature: of the round that was fixed, and of a fallback that was declared."""
    draw = _load(draw_id)
    practice = chain.practice_signature_of(draw)
    first, has_fallback = (draw.chain, draw.round), draw.fallback_at is not None
    spare_chain, spare_round = draw.fallback_chain, draw.fallback_round
    db.session.commit()
    if practice is not None:
        yield practice
        return
    yield from _asked(*first, is_fallback=False)
    if has_fallback and spare_chain is not None and spare_round is not None:
        yield from _asked(spare_chain, spare_round, is_fallback=True)


def _asked(source: str, number: int, *, is_fallback: bool) -> Iterator[Signature]:
    for answer in relays.ask(source, number):
        previous = reveals.tidy(answer.previous) if is_fallback else ""
        yield Signature(reveals.tidy(answer.signature), previous, is_fallback, "relay")


# --- witnesses that did not sign -------------------------------------------------------------------------


def _end_unwitnessed(at: datetime) -> int:
    """A manifest that two witnesses did not sign a day ahead can never count: say so, best in time."""
    due = [one.id for one in queries.waiting_for_witnesses(at + DAY_AHEAD - CLOCKS_DIFFER)]
    db.session.commit()
    return sum(_guarded(lambda draw_id: _ended_unwitnessed(draw_id, at), draw_id) for draw_id in due)


def _ended_unwitnessed(draw_id: int, at: datetime) -> bool:
    """Also after the round, when no process ran before it: otherwise this panel waits for ever."""
    with committing():
        draw = _load(draw_id)
        if chain.is_practice(draw) or queries.is_witnessed(draw):
            return False
        service.void_unwitnessed(draw, at=at)
    return True


JOBS = (Job("advance_public_draws", 2, advance, owns_transactions=True),)
