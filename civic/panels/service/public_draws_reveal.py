"""The result: from the signature of the round to the panel, without anybody choosing.

gather(draw, signature, at)   reads what is needed (a short transaction)
work_out(question)            checks the signature, computes the result and puts it before the public script:
                              seconds, and no transaction
apply(draw, answer, at)       stores it, once (a short transaction)

It does not matter who brings the signature: of every round there is one, and everybody can check it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Draw, Panel, PublicDraw, PublicDrawFile, unpack
from civic.panels.queries import public_draws as queries
from civic.panels.service import draws, draws_composition, stages
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_rules as rules
from civic.panels.service.public_draws_chain import Signature
from civic.panels.service.public_draws_steps import Step, take
from civic.panels.states import (
    CAME_AFTER_ALL,
    IN_PUBLIC,
    OPEN_PUBLIC_DRAWS,
    DrawPurpose,
    PublicDrawAction,
    PublicDrawState,
    Stage,
    StageAction,
)

LACKS_WITNESSES = frozenset({"commitment_unwitnessed", "too_few_witnesses"})


@dataclass(frozen=True, repr=False)
class Question:
    """A signature, the round it must be of, and the public folder it is drawn from.

    `folder` is empty where only the signature counts: it undoes the result of the fallback.
    """

    chain: str
    number: int
    signature: Signature
    folder: Mapping[str, bytes]
    pool: bytes


@dataclass(frozen=True, repr=False)
class Answer:
    """What follows. `result` is result.json; `uids` are who was drawn; empty: the fallback is undone."""

    signature: Signature
    result: bytes = b""
    index: int = 0
    uids: tuple[str, ...] = ()


class WrongSignature(Exception):
    """It is not the signature of that round."""


class NotPublishable(Exception):
    """The public script would refuse the result; `codes` say why."""

    def __init__(self, codes: set[str]) -> None:
        super().__init__(", ".join(sorted(codes)))
        self.codes = codes


def receive_signature(
    draw: PublicDraw,
    signature: str,
    *,
    previous: str = "",
    is_fallback: bool = False,
    source: str,
    at: datetime,
) -> None:
    """All three steps at once. Raises `Invalid` for `signature`, `NotAllowedNow` when it is too early, or the
    log is not sealed up to here yet. The same signature again changes nothing."""
    question = gather(draw, Signature(tidy(signature), tidy(previous), is_fallback, source), at)
    if question is None:
        return
    try:
        answer = work_out(question)
    except WrongSignature:
        raise Invalid({"signature": [wrong_signature(draw, is_fallback=is_fallback)]}) from None
    apply(draw, answer, at=at)


def tidy(text: str) -> str:
    """As people copy it: with spaces, line ends and capitals."""
    return "".join(text.split()).lower()


def wrong_signature(draw: PublicDraw, *, is_fallback: bool = False) -> str:
    return str(
        _(
            "Dit is niet het getal van ronde %(number)s. Kopieer het nog eens, zonder iets weg te laten.",
            number=draw.fallback_round if is_fallback else draw.round,
        )
    )


def not_publishable(codes: Collection[str]) -> str:
    """For who brought the right number, of a draw that can have no result."""
    if LACKS_WITNESSES & set(codes):
        return str(
            _(
                "Dit getal klopt, maar te weinig getuigen tekenden een dag vooraf. Daarom telt deze loting "
                "niet. Binnen een minuut staat dat ook op de pagina van de loting."
            )
        )
    return str(
        _("Dit getal klopt, maar het controleprogramma keurt de uitslag af. De beheerder zoekt uit waarom.")
    )


# --- reading ---------------------------------------------------------------------------------------------


def gather(draw: PublicDraw, signature: Signature, at: datetime) -> Question | None:
    """None when this signature was taken already. Raises `NotAllowedNow` when none can be taken now."""
    if draw.signature == signature.value and draw.used_fallback == signature.is_fallback:
        return None
    if draw.state is PublicDrawState.DRAWN and draw.used_fallback and not signature.is_fallback:
        return Question(*_round(draw, signature), signature, {}, b"")
    if draw.state is not PublicDrawState.COMMITTED:
        raise NotAllowedNow("not_in_this_state")
    _refuse_early(draw, signature, at)
    chain.refuse_practice_number(draw)
    return Question(*_round(draw, signature), signature, _folder(draw), _pool(draw))


def _refuse_early(draw: PublicDraw, signature: Signature, at: datetime) -> None:
    """Also as long as a witness can still hand in what it signed in time under the balls."""
    if at < draw.round_at:
        raise NotAllowedNow("round_not_yet")
    if signature.is_fallback:
        spare = chain.fallback_at(draw)
        if draw.fallback_at is None or spare is None:
            raise NotAllowedNow("not_in_this_state")
        if at < spare:
            raise NotAllowedNow("round_not_yet")
    if rules.waits_for_balls(draw, at):
        raise NotAllowedNow("log_behind")


def _round(draw: PublicDraw, signature: Signature) -> tuple[str, int]:
    if not signature.is_fallback:
        return draw.chain, draw.round
    if draw.fallback_chain is None or draw.fallback_round is None:
        raise NotAllowedNow("not_in_this_state")
    return draw.fallback_chain, draw.fallback_round


def _folder(draw: PublicDraw) -> dict[str, bytes]:
    """With the log: it says which balls were in time. So every step must be sealed before the result is."""
    files = queries.stored_folder(draw)
    manifest = json.loads(files[queries.MANIFEST])
    if not queries.is_sealed(draw):
        raise NotAllowedNow("log_behind")
    log = queries.log_of(draw, manifest)
    return {**files, queries.LOG: log} if log is not None else files


def _pool(draw: PublicDraw) -> bytes:
    """The auditor's list: it says whose labels the result holds."""
    packed = draw.pool_packed
    if packed is None:
        raise NotAllowedNow("not_in_this_state")
    return unpack(packed)


# --- computing -------------------------------------------------------------------------------------------


def work_out(question: Question) -> Answer:
    """Pure. Raises `WrongSignature`, or `NotPublishable` when the public script would refuse the result."""
    from civic.panels.service.public_bundle import Beacon, Refused, result_files

    signature = question.signature
    if not chain.is_signature(question.chain, question.number, signature):
        raise WrongSignature
    if not question.folder:
        return Answer(signature)
    beacon = Beacon(signature.value, signature.previous, question.chain, question.number)
    try:
        made = result_files(question.folder, beacon)[queries.RESULT]
    except Refused as error:
        raise NotPublishable(
            {one.code for one in (*error.report.failures, *error.report.unchecked)}
        ) from error
    result = json.loads(made)
    return Answer(signature, made, result["index"], _drawn(json.loads(question.pool), result))


def _drawn(pool: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose labels these are. Raises `NotPublishable` when a label is of nobody."""
    from civic.sortition.publication.encoding import label

    labels = set(result["labels"])
    found = tuple(
        one["id"]
        for one in pool["members"]
        if label(bytes.fromhex(one["secret"]), result["draw"], result["sequence"], result["index"]) in labels
    )
    if len(found) != len(labels):
        raise NotPublishable({"label_unknown"})
    return found


# --- writing ---------------------------------------------------------------------------------------------


def apply(draw: PublicDraw, answer: Answer, *, at: datetime) -> None:
    """One result per manifest: of two who bring the same signature, one is first and the other sees it."""
    if answer.result:
        _reveal(draw, answer, at)
    else:
        _undo_fallback(draw, answer.signature, at)


def _reveal(draw: PublicDraw, answer: Answer, at: datetime) -> None:
    digest = hashlib.sha256(answer.result).hexdigest()
    facts: dict[str, Any] = {
        "signature": answer.signature.value,
        "previous_signature": answer.signature.previous or None,
        "signature_source": answer.signature.source,
        "used_fallback": answer.signature.is_fallback,
        "index": answer.index,
        "drawn_at": at,
    }
    take(draw, Step(PublicDrawAction.REVEAL, "result", digest, facts=facts), actor=None, at=at)
    db.session.add(
        PublicDrawFile(
            public_draw_id=draw.id,
            name=queries.RESULT,
            content=answer.result,
            sha256=digest,
            size=len(answer.result),
        )
    )
    draws_composition.keep_composition(draw, answer.uids)
    if not draw.is_rehearsal:
        _seat(draw, answer.uids, at)


def _seat(draw: PublicDraw, uids: tuple[str, ...], at: datetime) -> None:
    """Of a panel that was stopped meanwhile the result is public, and nobody is invited."""
    from civic.panels.service import seats

    panel = db.session.get_one(Panel, draw.panel_id, populate_existing=True)
    if draw.purpose is DrawPurpose.PANEL and panel.stage is Stage.FROZEN:
        stages.advance(panel, StageAction.DRAW, actor=None, at=at, public_draw=draw.id)
    if panel.stage is Stage.DRAWN:
        seats.seat_the_drawn(draw, list(uids), at)


def _undo_fallback(draw: PublicDraw, signature: Signature, at: datetime) -> None:
    """The first chain did make its round: what came of the fallback is void, whoever would rather keep it."""
    if draw.state is not PublicDrawState.DRAWN or not draw.used_fallback or signature.is_fallback:
        raise NotAllowedNow("not_in_this_state")
    stages.hold(draw.panel_id)
    for later in _later(draw):
        _end_later(later, at)
    facts = {"ended_at": at, "end_code": CAME_AFTER_ALL}
    step = Step(PublicDrawAction.VOID, "signature", signature.value, reason=CAME_AFTER_ALL, facts=facts)
    take(draw, step, actor=None, at=at)
    unseat(draw, CAME_AFTER_ALL, actor=None, at=at)


def _later(draw: PublicDraw) -> list[PublicDraw]:
    """The draws that were built on this one, newest first: open, or drawn."""
    found = select(PublicDraw).where(
        PublicDraw.panel_id == draw.panel_id,
        PublicDraw.is_rehearsal.is_(False),
        PublicDraw.id > draw.id,
        PublicDraw.state.in_((*OPEN_PUBLIC_DRAWS, PublicDrawState.DRAWN)),
    )
    found = found.order_by(PublicDraw.id.desc()).execution_options(populate_existing=True)
    return list(db.session.scalars(found.with_for_update(of=PublicDraw)))


def _end_later(draw: PublicDraw, at: datetime) -> None:
    """What it filled up or replaced is void, so it holds no more either."""
    was = draw.state
    facts: dict[str, Any] = {"ended_at": at, "end_code": CAME_AFTER_ALL}
    if was not in IN_PUBLIC:
        facts |= {"claimed_by": None, "claimed_at": None}
        step = Step(PublicDrawAction.CANCEL, "cancel_draw", reason=CAME_AFTER_ALL, facts=facts)
    else:
        step = Step(PublicDrawAction.VOID, "voided", CAME_AFTER_ALL, reason=CAME_AFTER_ALL, facts=facts)
    take(draw, step, actor=None, at=at)
    if was is PublicDrawState.DRAWN:
        unseat(draw, CAME_AFTER_ALL, actor=None, at=at)
    lottery = db.session.get_one(Draw, draw.draw_id)
    if lottery.is_open:
        draws.cancel_draw(lottery, actor=None, at=at)


def unseat(draw: PublicDraw, code: str, *, actor: User | None, at: datetime) -> None:
    """The draw is void: its invitations are taken back, and the panel waits for another draw."""
    from civic.panels.service import seats

    if draw.is_rehearsal:
        return
    panel = db.session.get_one(Panel, draw.panel_id, populate_existing=True)
    if draw.purpose is DrawPurpose.PANEL and panel.stage is Stage.DRAWN:
        stages.advance(panel, StageAction.UNDO_DRAW, actor=actor, at=at, public_draw=draw.id)
    seats.withdraw_seats(draw, code, at)
