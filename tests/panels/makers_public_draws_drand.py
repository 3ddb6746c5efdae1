"""Draws on drand, with keys of our own in the place of drand's: then a test can sign any round.

`use_own_keys(monkeypatch)` first. Everything else is as it is in production: two witnesses, a day ahead.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
from py_ecc.bls.point_compression import compress_G1, compress_G2
from py_ecc.optimized_bls12_381 import G1, G2, multiply

from civic.db import db
from civic.panels.models import Panel, PublicDraw
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service.public_draws import Plan
from civic.panels.states import DrawPurpose
from civic.sortition.publication.verify_draw import CHAINS, DEFAULT, DOMAIN, QUICKNET
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels.makers import administrator
from tests.panels.makers_freeze import second
from tests.seal.makers import DRONTEN, LELYSTAD, cosign, newest, publish

SECRET = 20271123
SEEDS = (LELYSTAD, DRONTEN)
BEFORE = "ab" * 96  # what our own default chain says the round before gave
ROUND_AT = NOW + timedelta(days=2)
PLAN = Plan(DrawPurpose.PANEL, 100, 0, ROUND_AT)
BALLS = Plan(DrawPurpose.PANEL, 100, 2, ROUND_AT)


def use_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {QUICKNET: _g2(multiply(G2, SECRET)), DEFAULT: _g1(multiply(G1, SECRET))}
    for name, key in keys.items():
        monkeypatch.setitem(CHAINS, name, replace(CHAINS[name], key=key.hex()))


def sign(source: str, number: int) -> str:
    """What our own chain gives in this round."""
    message = number.to_bytes(8, "big")
    if source == QUICKNET:
        hashed = hash_to_G1(hashlib.sha256(message).digest(), DOMAIN % b"G1", hashlib.sha256)
        return _g1(multiply(hashed, SECRET)).hex()
    message = hashlib.sha256(bytes.fromhex(BEFORE) + message).digest()
    return _g2(multiply(hash_to_G2(message, DOMAIN % b"G2", hashlib.sha256), SECRET)).hex()


def _g1(point: Any) -> bytes:
    return int(compress_G1(point)).to_bytes(48, "big")


def _g2(point: Any) -> bytes:
    first, second_half = compress_G2(point)
    return int(first).to_bytes(48, "big") + int(second_half).to_bytes(48, "big")


def with_witnesses(at: datetime = NOW - timedelta(days=12)) -> None:
    for seed in SEEDS:
        publish(seed, at)
    db.session.commit()


def witnesses_sign(at: datetime, seeds: tuple[bytes, ...] = SEEDS) -> None:
    for seed in seeds:
        cosign(seed, newest(), at)
    db.session.commit()


def proposed_on_drand(panel: Panel | None = None, plan: Plan = PLAN, at: datetime = NOW) -> PublicDraw:
    with_witnesses()
    draw = service.propose(panel or makers.frozen_panel(), plan, actor=administrator(), at=at)
    db.session.commit()
    makers.compute_lottery(draw, at)
    makers.note(draw, at)
    return draw


def committed_on_drand(
    panel: Panel | None = None, plan: Plan = PLAN, *, is_witnessed: bool = True, at: datetime = NOW
) -> PublicDraw:
    draw = proposed_on_drand(panel, plan, at)
    service.approve(draw, actor=second(), at=at)
    db.session.commit()
    makers.commit(draw, at)
    makers.log_is_sealed(at)
    if is_witnessed:
        witnesses_sign(at + timedelta(minutes=5))
    return draw


def reveal_on_drand(draw: PublicDraw, *, is_fallback: bool = False, at: datetime | None = None) -> None:
    at = at or draw.round_at + timedelta(hours=3)
    source, number = (draw.fallback_chain, draw.fallback_round) if is_fallback else (draw.chain, draw.round)
    assert source is not None
    assert number is not None
    previous = BEFORE if is_fallback else ""
    service.receive_signature(
        draw, sign(source, number), previous=previous, is_fallback=is_fallback, source="relay", at=at
    )
    db.session.commit()


def declared_fallback(draw: PublicDraw) -> datetime:
    """A griffier decided in time, witnesses signed; a moment at which the fallback's round is there."""
    spare = chain.fallback_at(draw)
    assert spare is not None
    at = spare - timedelta(minutes=30)
    service.declare_fallback(draw, makers.REASON, actor=makers.griffier(), at=at)
    db.session.commit()
    makers.log_is_sealed(at)
    witnesses_sign(at + timedelta(minutes=5))
    return spare + timedelta(minutes=10)
