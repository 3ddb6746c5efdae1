"""Having letters made: an order with addresses, batches of letters, downloads, and the end of it all.

Addresses and letters exist for a day at most, encrypted with the key of the order. Which code is on which
letter is fixed when the order is given, so that one that was broken off goes on without a double or a gap.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import gettext as _
from sqlalchemy import delete, update

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import KEY_BYTES, NONCE_BYTES
from civic.db import STALE_AFTER, add_first, claim, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import Extraction, InvitationShare, LetterBatch, LetterOrder, Panel
from civic.panels.models.invitations import KEEP_ADDRESSES
from civic.panels.policy import letters as may
from civic.panels.queries import letters as queries
from civic.panels.queries.invitations import can_go_out
from civic.panels.service.letters_content import (
    Address,
    Occasion,
    Stationery,
    default_text,
    stationery,
)
from civic.panels.states import OPEN_ORDERS, ORDER_TRANSITIONS, OrderAction, OrderState

BATCH = 100
MOST_ATTEMPTS = 3
FIELDS = ["naam", "adres", "postcode", "plaats"]


@dataclass(frozen=True)
class Request:
    """An address file that was read without errors. `first_code` is where its codes may begin."""

    addresses: list[Address]
    ground: str
    first_code: int = 0


@dataclass(frozen=True)
class Work:
    """All that is needed to typeset an order. Numbers of batches count from 0."""

    order_id: int
    uid: str
    key: str
    paper: Stationery
    addresses: list[Address]
    codes: list[str]
    missing: list[int]

    def batch_data(self, number: int) -> dict[str, Any]:
        part = slice(number * BATCH, (number + 1) * BATCH)
        return self.paper.batch(self.addresses[part], self.codes[part]).as_data()

    def letters_in(self, number: int) -> int:
        return min(BATCH, len(self.addresses) - number * BATCH)


def request_letters(share: InvitationShare, wanted: Request, *, actor: User, at: datetime) -> LetterOrder:
    """Ask for the letters of a share. While one order is open the answer is that one: a double click
    orders once. Raises `Invalid` for the field `addresses`."""
    if not (may.can_order(share) and can_go_out(share)):
        raise NotAllowedNow("not_in_this_state")
    live = queries.live_order_of(share.id)
    if live is not None and live.state in OPEN_ORDERS:
        return live
    if live is not None:
        raise NotAllowedNow("not_in_this_state")
    numbers = _numbers_for(share, wanted)
    order = _add_order(share, wanted, numbers, actor, at)
    _note_extraction(order, wanted, actor, at)
    what = events.What(
        "letters_ordered",
        to_state=OrderState.REQUESTED,
        data={"share": share.id, "letters": order.letters, "first": order.first_code},
    )
    events.record(order, what, actor=actor, at=at)
    return order


def _numbers_for(share: InvitationShare, wanted: Request) -> list[int]:
    """The number of the code for each letter; a blocked code is on no letter."""
    if not wanted.addresses:
        raise Invalid({"addresses": [_("Er staat geen adres in het bestand.")]})
    blocked = queries.blocked_numbers(share.id)
    free = [number for number in range(wanted.first_code, share.letters) if number not in blocked]
    if len(wanted.addresses) > len(free):
        sentence = _(
            "Er staan %(n)s adressen in. Er zijn codes voor %(most)s brieven.",
            n=len(wanted.addresses),
            most=len(free),
        )
        raise Invalid({"addresses": [sentence]})
    return free[: len(wanted.addresses)]


def _add_order(
    share: InvitationShare, wanted: Request, numbers: list[int], actor: User, at: datetime
) -> LetterOrder:
    order = LetterOrder(
        uid=secrets.token_hex(16),
        share_id=share.id,
        first_code=numbers[0],
        next_code=numbers[-1] + 1,
        letters=len(numbers),
        requested_by_id=actor.id,
        requested_at=at,
    )
    key = secrets.token_hex(KEY_BYTES)
    lines = [(number, *astuple(one)) for number, one in zip(numbers, wanted.addresses, strict=True)]
    plain = zlib.compress(json.dumps(lines, ensure_ascii=False).encode())
    order.key, order.addresses = key, _encrypt(key, plain, _addresses_binding(order.uid))
    if not add_first(order):
        # somebody asked in the same instant; the partial unique index let one through
        raise NotAllowedNow("changed_meanwhile")
    return order


def _note_extraction(order: LetterOrder, wanted: Request, actor: User, at: datetime) -> None:
    share = queries.order_with_addresses(order.id).share
    panel = db.session.get_one(Panel, share.wave.panel_id)
    db.session.add(
        Extraction(
            panel_id=panel.id,
            municipality_id=share.municipality_id,
            share_id=share.id,
            order_id=order.id,
            ground=wanted.ground,
            purpose=f"Brieven met een uitnodiging voor het panel “{panel.title}”",
            fields=FIELDS,
            people=order.letters,
            recipient="dit platform, hooguit 24 uur, om de brieven te maken",
            extracted_on=today(at),
            recorded_by_id=actor.id,
            recorded_at=at,
        )
    )


# --- the jobs process ---------------------------------------------------------------------------------------


def claim_order(worker: str, at: datetime) -> Work | None:
    """Take the oldest order that waits (or that a dead process left behind); None when there is none.

    After `MOST_ATTEMPTS` starts without a new batch the order fails: something in it does not go.
    """
    order_id = claim(LetterOrder, queries.due_orders(at - STALE_AFTER), worker, at)
    if order_id is None:
        return None
    order = queries.order_with_addresses(order_id)
    name = "letters_resumed" if order.state is OrderState.TYPESETTING else "letters_started"
    _step(order, OrderAction.START, name, None, at)
    if order.attempts > MOST_ATTEMPTS:
        fail_order(order, "too_many_attempts", at=at)
        return None
    return _work(order, at)


def _work(order: LetterOrder, at: datetime) -> Work | None:
    key, content = order.key, order.addresses
    if key is None or content is None:
        fail_order(order, "addresses_gone", at=at)
        return None
    if order.share.secret_sealed is None:
        fail_order(order, "codes_gone", at=at)
        return None
    lines = json.loads(zlib.decompress(_decrypt(key, content, _addresses_binding(order.uid))))
    codes = _all_codes(order.share)
    kept = set(queries.batch_numbers(order.id))
    batches = -(-order.letters // BATCH)
    return Work(
        order_id=order.id,
        uid=order.uid,
        key=key,
        paper=_stationery_of(order.share, order.requested_at),
        addresses=[Address(*one[1:]) for one in lines],
        codes=[codes[one[0]] for one in lines],
        missing=[number for number in range(batches) if number not in kept],
    )


def _all_codes(share: InvitationShare) -> list[str]:
    from civic.panels.service.invitations import codes_of  # that module destroys orders, so it imports us

    return codes_of(share)


def _stationery_of(share: InvitationShare, at: datetime) -> Stationery:
    panel = db.session.get_one(Panel, share.wave.panel_id)
    text = queries.letter_text_of(panel.id) or default_text(panel, queries.mandate_for_letter(panel.id))
    occasion = Occasion(panel, share.municipality, share.wave.closes_on, today(at))
    return stationery(occasion, text, queries.inserts_of(panel.id))


def keep_batch(work: Work, number: int, content: bytes, *, worker: str, at: datetime) -> bool:
    """Store one batch and count it, together; False when the order was destroyed or taken over."""
    letters = work.letters_in(number)
    result: Any = db.session.execute(
        update(LetterOrder)
        .where(
            LetterOrder.id == work.order_id,
            LetterOrder.state == OrderState.TYPESETTING,
            LetterOrder.claimed_by == worker,
        )
        # a new batch is progress: only starts without one count against the order
        .values(done=LetterOrder.done + letters, claimed_at=at, attempts=1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        return False
    sealed = _encrypt(work.key, content, _batch_binding(work.uid, number))
    db.session.add(
        LetterBatch(order_id=work.order_id, number=number, letters=letters, content=sealed, made_at=at)
    )
    db.session.flush()
    return True


def finish_order(order_id: int, *, at: datetime) -> None:
    """All letters are there; the addresses themselves are not needed any more."""
    order = queries.order_with_addresses(order_id)
    if queries.made_count(order_id) != order.letters:
        raise RuntimeError("an order is finished before its letters are")
    facts = {"finished_at": at, "addresses": None, "claimed_by": None, "claimed_at": None}
    _step(order, OrderAction.FINISH, "letters_made", None, at, **facts)


def fail_order(order: LetterOrder, code: str, *, at: datetime) -> None:
    facts = {"finished_at": at, "error_code": code, "claimed_by": None, "claimed_at": None}
    _step(order, OrderAction.FAIL, "letters_failed", None, at, **facts)


def give_back(order_id: int, worker: str) -> None:
    """Let go of an order that did not end, so that another process can go on with it at once."""
    db.session.execute(
        update(LetterOrder)
        .where(LetterOrder.id == order_id, LetterOrder.claimed_by == worker)
        .values(claimed_by=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )


# --- downloads and the end ----------------------------------------------------------------------------------


def retry_order(order: LetterOrder, *, actor: User, at: datetime) -> None:
    """Try again after a failure: with the same addresses, and the batches that were finished."""
    if order.state in OPEN_ORDERS:
        return
    if order.key_sealed is None:
        raise NotAllowedNow("not_in_this_state")
    facts = {"finished_at": None, "error_code": None, "attempts": 0}
    _step(order, OrderAction.RETRY, "letters_retried", actor, at, **facts)


def read_batch(order: LetterOrder, number: int, *, actor: User, at: datetime) -> bytes | None:
    """The PDF of one batch, or None when there is no such batch. A line in the log."""
    _refuse_unreadable(order)
    content = queries.batch_content(order.id, number)
    if content is None:
        return None
    events.record(order, events.What(queries.READ, data={"batch": number}), actor=actor, at=at)
    return _decrypt(order.key or "", content, _batch_binding(order.uid, number))


@dataclass(frozen=True)
class AllBatches:
    """Every batch of an order, opened one at a time while somebody downloads them."""

    order_id: int
    uid: str
    key: str
    numbers: list[int]

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for number in self.numbers:
            content = queries.batch_content(self.order_id, number)
            # nothing stays open while the other side reads
            db.session.rollback()
            if content is None:  # destroyed meanwhile
                return
            yield number, _decrypt(self.key, content, _batch_binding(self.uid, number))


def read_all_batches(order: LetterOrder, *, actor: User, at: datetime) -> AllBatches:
    _refuse_unreadable(order)
    events.record(order, events.What(queries.READ, data={"batch": None}), actor=actor, at=at)
    return AllBatches(order.id, order.uid, order.key or "", queries.batch_numbers(order.id))


def _refuse_unreadable(order: LetterOrder) -> None:
    if not (may.can_download(order) and can_go_out(order.share)):
        raise NotAllowedNow("not_in_this_state")


def destroy_order(order: LetterOrder, reason: str, *, actor: User | None, at: datetime) -> None:
    """Addresses, letters and their key are gone; a second time changes nothing."""
    if order.state is OrderState.DESTROYED:
        return
    facts = {
        "key_sealed": None,
        "addresses": None,
        "destroyed_at": at,
        "claimed_by": None,
        "claimed_at": None,
    }
    _step(order, OrderAction.DESTROY, "letters_destroyed", actor, at, reason=reason, **facts)
    db.session.execute(
        delete(LetterBatch)
        .where(LetterBatch.order_id == order.id)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Extraction)
        .where(Extraction.order_id == order.id, Extraction.destroyed_on.is_(None))
        .values(destroyed_on=today(at))
        .execution_options(synchronize_session="fetch")
    )


def destroy_orders(share: InvitationShare, *, actor: User | None, at: datetime) -> int:
    """All letters of a share that still exist, because they are in the post; how many orders it were."""
    live = [one for one in queries.orders_of(share.id) if one.state is not OrderState.DESTROYED]
    for order in live:
        destroy_order(order, "posted", actor=actor, at=at)
    return len(live)


def destroy_expired_orders(at: datetime, after: timedelta = KEEP_ADDRESSES) -> int:
    expired = queries.expired_orders(at - after)
    for order in expired:
        destroy_order(order, "expired", actor=None, at=at)
    return len(expired)


def _step(
    order: LetterOrder, action: OrderAction, name: str, actor: User | None, at: datetime, **facts: Any
) -> None:
    old, reason = order.state, facts.pop("reason", None) or facts.get("error_code")
    new = ORDER_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(order, old, new, **facts)
    data = {"share": order.share_id, "letters": order.letters, "done": order.done}
    what = events.What(name, from_state=old, to_state=new, reason_code=reason, data=data)
    events.record(order, what, actor=actor, at=at)


def _addresses_binding(uid: str) -> str:
    return f"addresses:{uid}"


def _batch_binding(uid: str, number: int) -> str:
    return f"batch:{uid}:{number}"


def _encrypt(key: str, content: bytes, binding: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, content, f"panel_letter:{binding}".encode())


def _decrypt(key: str, sealed: bytes, binding: str) -> bytes:
    box = AESGCM(bytes.fromhex(key))
    return box.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"panel_letter:{binding}".encode())
