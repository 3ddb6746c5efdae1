"""What stands in the log of an event: written out when public, a salted hash when not, nobody's name ever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from civic.canonical import canonical
from civic.db import db
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.seal.entry import entry_of, leaf_of
from tests.conftest import NOW
from tests.factories import make_user, municipality

SALT = "00112233445566778899aabbccddeeff"


def row(**changes: Any) -> Any:
    facts = {
        "subject_type": "public_draw",
        "subject_id": 7,
        "action": "committed",
        "from_state": None,
        "to_state": "committed",
        "actor_id": 12,
        "actor_kind": "user",
        "at": datetime(2026, 11, 23, 10, 0, 0, 999_999, tzinfo=UTC),
        "reason_code": None,
        "data": {"kind": "commitment", "draw": "panel-7", "sequence": 1},
        "visibility": Visibility.PUBLIC,
        "salt": SALT,
    }
    return SimpleNamespace(**(facts | changes))


def test_a_public_event_written_out() -> None:
    actor = hashlib.sha256(bytes.fromhex(SALT) + b"12").hexdigest()
    assert entry_of(row()).decode() == (
        f'{{"action":"committed","actor":"{actor}","at":1795428000,'
        '"data":{"draw":"panel-7","kind":"commitment","sequence":1},"format":"civic-event/1","from":"",'
        '"reason":"","subject":"public_draw","subject_id":7,"to":"committed"}'
    )


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.PRIVATE])
def test_any_other_event_is_a_salted_hash(visibility: Visibility) -> None:
    content = entry_of(row())
    expected = hashlib.sha256(bytes.fromhex(SALT) + content).hexdigest()
    entry = json.loads(entry_of(row(visibility=visibility)))
    assert entry == {"format": "civic-event-hidden/1", "hash": expected}


def test_the_system_and_a_visitor_are_named_by_kind() -> None:
    for kind in ("system", "anonymous"):
        entry = json.loads(entry_of(row(actor_id=None, actor_kind=kind)))
        assert entry["actor"] == hashlib.sha256(bytes.fromhex(SALT) + kind.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"subject_type": "panel"}, {"subject_id": 8}, {"action": "other"}, {"from_state": "a"},
        {"to_state": None}, {"actor_id": 13}, {"actor_id": None, "actor_kind": "system"},
        {"at": NOW.replace(second=1)}, {"reason_code": "x"}, {"data": {}}, {"salt": "00" * 16},
    ],
)  # fmt: skip
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.PRIVATE])
def test_every_fact_is_in_the_leaf(change: dict[str, Any], visibility: Visibility) -> None:
    assert leaf_of(row(visibility=visibility)) != leaf_of(row(visibility=visibility, **change))


def test_what_was_public_cannot_be_hidden_afterwards() -> None:
    assert leaf_of(row()) != leaf_of(row(visibility=Visibility.PRIVATE))


def test_odd_numbers_stop_nothing(app: Flask) -> None:
    """A float or a very long number is written as text: JCS has no one way to write it."""
    data = {"share": 0.5, "deep": [1.25, {"long": 2**60}], "whole": 3, "yes": True, "none": None}
    with app.app_context():
        what = events.What("tried", data=data, visibility=Visibility.PUBLIC)
        event = events.record(municipality(), what, actor=make_user(), at=NOW)
        db.session.commit()
        number = event.id
        db.session.expire_all()
        stored = db.session.get_one(Event, number)
        content = json.loads(entry_of(stored))
    assert content["data"] == {
        "deep": ["1.25", {"long": str(2**60)}], "none": None, "share": "0.5", "whole": 3, "yes": True,
    }  # fmt: skip
    assert canonical(content) == entry_of(stored)
