"""Letters: planning a wave, making the codes of a share, reporting that it was posted, blocking a code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic import limits
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.limits import Limit
from civic.panels.models import (
    Constituency,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    LetterOrder,
    Panel,
    Source,
)
from civic.panels.queries import invitations as queries
from civic.panels.queries.composition import has_codes
from civic.panels.service import codes, letters, stages
from civic.panels.states import (
    OPEN_ORDERS,
    SHARE_TRANSITIONS,
    EntryRoute,
    ShareAction,
    ShareState,
    Stage,
    StageAction,
)
from civic.regions.models import Municipality

# 55 bits of secret: even the whole world at this pace needs centuries to hit one letter of 70,000
GUESSES_PER_NETWORK = Limit("panel_code_network", 20, 60)
GUESSES = Limit("panel_code", 1200, 60)
STAFF_TRIES = Limit("panel_code_staff", 60, 60)
PLANNING = (Stage.INVITATION, Stage.REGISTRATION)
MOST_LETTERS = 200_000
LONGEST_WAVE = timedelta(days=366)
SHORTEST_REASON, LONGEST_REASON = 10, 300
BATCH = 10_000


@dataclass(frozen=True)
class ShareLine:
    """The letters of one municipality to one source."""

    municipality_id: int
    source_id: int
    letters: int


def count_guess(network: str, *, at: datetime) -> None:
    """Count one try with a code, right or wrong. Commit it on its own, before looking the code up."""
    limits.hit(GUESSES_PER_NETWORK, network, at)
    limits.hit(GUESSES, "all", at)


def plan_wave(
    panel: Panel, lines: Sequence[ShareLine], closes_on: date, reason: str = "", *, actor: User, at: datetime
) -> InvitationWave:
    """The next wave. A later one says in `reason` why it is needed; everybody can read that."""
    number = _next_number(panel)
    words = " ".join(reason.split())
    _refuse(
        _errors_of_lines(panel, lines)
        | _errors_of_day(closes_on, at)
        | (_errors_of_reason(words) if number > 1 else {})
    )
    wave = InvitationWave(
        panel_id=panel.id,
        number=number,
        closes_on=closes_on,
        reason=words if number > 1 else "",
        created_by_id=actor.id,
        created_at=at,
        shares=[_planned(line) for line in lines],
    )
    db.session.add(wave)
    _record(panel, "plan_wave", wave, actor, at)
    return wave


def _next_number(panel: Panel) -> int:
    """Under a lock on the panel: two people who plan at once get two numbers."""
    db.session.execute(select(Panel.id).where(Panel.id == panel.id).with_for_update())
    _require_planning(panel)
    return queries.next_wave_number(panel.id)


def _require_planning(panel: Panel) -> None:
    if panel.stage not in PLANNING:
        raise NotAllowedNow("not_in_this_state")


def _planned(line: ShareLine) -> InvitationShare:
    return InvitationShare(
        municipality_id=line.municipality_id, source_id=line.source_id, letters=line.letters
    )


def _record(panel: Panel, action: str, wave: InvitationWave, actor: User, at: datetime) -> None:
    """Totals only: what one municipality sends to one source may say something about its people."""
    total = sum(one.letters for one in wave.shares)
    data = {"wave": wave.number, "letters": total, "closes_on": wave.closes_on.isoformat()}
    what = events.What(action, visibility=Visibility.PUBLIC, data=data)
    events.record(panel, what, actor=actor, at=at)


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise Invalid(errors)


def _errors_of_day(closes_on: date, at: datetime) -> dict[str, list[str]]:
    if closes_on <= today(at):
        return {"closes_on": [_("Kies een dag die nog komt.")]}
    if closes_on > today(at) + LONGEST_WAVE:
        return {"closes_on": [_("Kies een dag binnen een jaar.")]}
    return {}


def _errors_of_reason(words: str) -> dict[str, list[str]]:
    if SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        return {}
    return {"reason": [_("Schrijf in 10 tot 300 tekens waarom er nog een ronde nodig is.")]}


def early_errors(closes_on: date | None, reason: str | None, *, at: datetime) -> dict[str, list[str]]:
    """What the rules say of a form that is wrong in other ways too; None is not looked at."""
    errors = _errors_of_day(closes_on, at) if closes_on is not None else {}
    return errors | (_errors_of_reason(" ".join(reason.split())) if reason is not None else {})


def _errors_of_lines(panel: Panel, lines: Sequence[ShareLine]) -> dict[str, list[str]]:
    pairs = {(one.municipality_id, one.source_id) for one in lines}
    if not lines:
        return {"letters": [_("Vul bij minstens één gemeente een aantal brieven in.")]}
    is_known = len(pairs) == len(lines) and pairs <= _pairs_of(panel)
    if not is_known or not all(0 < one.letters <= MOST_LETTERS for one in lines):
        return {"letters": [_("Deze aantallen passen niet bij de samenstelling. Begin opnieuw.")]}
    return {}


def _pairs_of(panel: Panel) -> set[tuple[int, int]]:
    """(municipality, source) to which letters can go: sources of constituencies that are drawn by lot."""
    sources = db.session.scalars(
        select(Source.id)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .where(Constituency.panel_id == panel.id, Constituency.route == EntryRoute.LOT)
    ).all()
    places = db.session.scalars(select(Municipality.id).where(Municipality.region_id == panel.region_id))
    return {(place, source) for place in places for source in sources}


def change_wave(
    wave: InvitationWave, lines: Sequence[ShareLine], closes_on: date, *, actor: User, at: datetime
) -> None:
    """New numbers for the shares without codes. Once letters have a code, the closing day only moves on."""
    panel = _panel_of(wave)
    _next_number(panel)  # the lock, and the right stage
    issued = [one for one in wave.shares if one.state is not ShareState.PLANNED]
    taken = {(one.municipality_id, one.source_id) for one in issued}
    wanted = [one for one in lines if (one.municipality_id, one.source_id) not in taken]
    errors = _errors_of_lines(panel, wanted) if wanted or not issued else {}
    if closes_on != wave.closes_on:
        errors |= _errors_of_day(closes_on, at)
    if issued and closes_on < wave.closes_on:
        errors |= {"closes_on": [_("Er zijn al codes met een einddatum. Kies een latere dag.")]}
    _refuse(errors)
    _replace_planned(wave, wanted)
    wave.closes_on = closes_on
    _record(panel, "change_wave", wave, actor, at)


def _replace_planned(wave: InvitationWave, lines: Sequence[ShareLine]) -> None:
    wanted = {(one.municipality_id, one.source_id): one for one in lines}
    for share in [one for one in wave.shares if one.state is ShareState.PLANNED]:
        line = wanted.pop((share.municipality_id, share.source_id), None)
        if line is None:
            wave.shares.remove(share)
        else:
            share.letters = line.letters
    wave.shares.extend(_planned(line) for line in wanted.values())
    db.session.flush()


def drop_wave(wave: InvitationWave, *, actor: User, at: datetime) -> None:
    """Forget a wave of which no letter has a code yet."""
    panel = _panel_of(wave)
    _next_number(panel)
    if any(one.state is not ShareState.PLANNED for one in wave.shares):
        raise NotAllowedNow("not_in_this_state")
    _record(panel, "drop_wave", wave, actor, at)
    db.session.delete(wave)


def forget_planned_waves(panel: Panel, *, actor: User, at: datetime) -> None:
    """The composition is open again: plans that were made for it go. Refuses when a letter has a code."""
    if has_codes(panel.id):
        raise NotAllowedNow("not_in_this_state")
    for wave in queries.waves_of(panel.id):
        _record(panel, "drop_wave", wave, actor, at)
        db.session.delete(wave)
    db.session.flush()


def may_issue(share: InvitationShare, signed: set[int], at: datetime) -> bool:
    """No letters without a convenant, and none whose code would no longer work."""
    return (
        share.state is ShareState.PLANNED
        and share.municipality_id in signed
        and share.wave.closes_on >= today(at)
    )


def issue_codes(share: InvitationShare, *, actor: User, at: datetime) -> None:
    """Make a secret and the codes of the share. Raises `NotAllowedNow` without a convenant."""
    panel = _panel_of(share.wave)
    _require_planning(panel)
    if not may_issue(share, queries.signed_municipalities(panel.id), at):
        raise NotAllowedNow("not_in_this_state")
    secret = secrets.token_bytes(codes.SECRET_BYTES)
    share.secret = secret.hex()
    _move(share, ShareAction.ISSUE, issued_at=at)
    table: Any = InvitationCode.__table__  # tens of thousands of rows: no objects
    for start in range(0, share.letters, BATCH):
        db.session.execute(table.insert(), list(_rows(share, secret, start)))
    data = {"panel": panel.id, "letters": share.letters}
    _record_share(share, events.What("issue_codes", data=data), actor, at)


def _rows(share: InvitationShare, secret: bytes, start: int) -> Iterator[dict[str, Any]]:
    for number in range(start, min(start + BATCH, share.letters)):
        code = codes.make_code(secret, number)
        yield {"share_id": share.id, "number": number, "code_index": codes.code_index(code)}


def codes_of(share: InvitationShare) -> list[str]:
    """The codes in the order of their numbers; `NotAllowedNow` once the secret is gone (or not yet there)."""
    secret = bytes.fromhex(share.secret or "")
    if not secret:
        raise NotAllowedNow("not_in_this_state")
    return [codes.make_code(secret, number) for number in range(share.letters)]


def lines_to_print(share: InvitationShare, *, actor: User, at: datetime) -> list[tuple[int, str]]:
    """(number from 1, code) of every letter that is not blocked; the log counts how often this is asked."""
    if not queries.can_go_out(share):
        raise NotAllowedNow("not_in_this_state")
    blocked = set(
        db.session.scalars(
            select(InvitationCode.number).where(
                InvitationCode.share_id == share.id, InvitationCode.blocked_at.is_not(None)
            )
        )
    )
    lines = [(number + 1, code) for number, code in enumerate(codes_of(share)) if number not in blocked]
    what = events.What(queries.DOWNLOADED, data={"letters": len(lines)})
    _record_share(share, what, actor, at)
    return lines


def report_posted(share: InvitationShare, *, actor: User, at: datetime) -> None:
    """The letters are on their way: what the codes were made from is destroyed, and so are letters here."""
    if has_open_order(share):
        raise NotAllowedNow("not_in_this_state")
    _move(share, ShareAction.POST, posted_at=at, secret_sealed=None)
    letters.destroy_orders(share, actor=actor, at=at)
    _record_share(share, events.What("report_posted", data={"letters": share.letters}), actor, at)


def has_open_order(share: InvitationShare) -> bool:
    """Letters of this share are being typeset: they cannot be in the post yet."""
    open_order = select(LetterOrder.id).where(
        LetterOrder.share_id == share.id, LetterOrder.state.in_(OPEN_ORDERS)
    )
    return db.session.scalar(open_order.limit(1)) is not None


def block_code(code: InvitationCode, reason: str, *, actor: User, at: datetime) -> None:
    """Nobody can register with this letter any more; a second time changes nothing."""
    _set_blocked(code, events.What("block_code", reason_code=reason), actor, at)


def unblock_code(code: InvitationCode, *, actor: User, at: datetime) -> None:
    _set_blocked(code, events.What("unblock_code"), actor, at)


def _set_blocked(code: InvitationCode, what: events.What, actor: User, at: datetime) -> None:
    is_blocked = code.blocked_at is not None
    wants_blocked = what.action == "block_code"
    if is_blocked != wants_blocked:
        code.blocked_at = at if wants_blocked else None
        what.data["code"] = code.id
        events.record(code.share, what, actor=actor, at=at)


def open_registration(panel: Panel, *, actor: User, at: datetime) -> None:
    """People can register from now on. There must be a letter to register with, where a lot is drawn."""
    if not can_open_registration(panel):
        raise NotAllowedNow("not_in_this_state")
    stages.advance(panel, StageAction.OPEN_REGISTRATION, actor=actor, at=at)


def can_open_registration(panel: Panel) -> bool:
    drawn = select(Constituency.id).where(
        Constituency.panel_id == panel.id, Constituency.route == EntryRoute.LOT
    )
    draws_by_lot = db.session.scalar(drawn.limit(1)) is not None
    return not draws_by_lot or has_codes(panel.id)


def _panel_of(wave: InvitationWave) -> Panel:
    return db.session.get_one(Panel, wave.panel_id)


def _move(share: InvitationShare, action: ShareAction, **facts: Any) -> None:
    new = SHARE_TRANSITIONS.get((share.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(share, share.state, new, **facts)


def _record_share(share: InvitationShare, what: events.What, actor: User, at: datetime) -> None:
    events.record(share, what, actor=actor, at=at)
