"""The event log: append-only on both databases, and nothing personal in it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from civic.db import committing, db
from civic.events import queries
from civic.events import service as events
from civic.events.models import Event, Visibility
from tests.conftest import NOW
from tests.factories import make_user, municipality


def an_event(**options: Any) -> int:
    event = events.record(municipality(), events.What("tried", **options), actor=None, at=NOW)
    db.session.commit()
    return event.id


def refuse(statement: Any) -> None:
    with pytest.raises(DBAPIError, match="append-only"), committing():
        db.session.execute(statement)


def test_what_is_recorded(app: Flask) -> None:
    with app.app_context():
        user = make_user()
        what = events.What(
            "publish",
            from_state=Visibility.PRIVATE,
            to_state=Visibility.PUBLIC,
            reason_code="asked",
            data={"n": 3},
        )
        event = events.record(municipality(), what, actor=user, at=NOW)
        db.session.commit()
        assert (event.subject_type, event.subject_id) == ("municipality", municipality().id)
        assert (event.from_state, event.to_state) == ("private", "public")
        assert (event.actor_kind, event.actor_id) == ("user", user.id)
        assert event.visibility is Visibility.INTERNAL
        assert len(event.salt) == 32


def test_who_did_it(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        assert events.record(place, events.What("a"), actor=None, at=NOW).actor_kind == "system"
        assert (
            events.record(place, events.What("a"), actor=None, at=NOW, anonymous=True).actor_kind
            == "anonymous"
        )


def test_no_event_is_changed_or_deleted(app: Flask) -> None:
    with app.app_context():
        number = an_event()
        for values in (
            {"action": "other"},
            {"at": NOW.replace(year=2020)},
            {"data": {"n": 1}},
            {"salt": "x"},
        ):
            refuse(update(Event).where(Event.id == number).values(values))
        refuse(delete(Event).where(Event.id == number))
        assert db.session.scalar(select(Event.action).where(Event.id == number)) == "tried"


@pytest.mark.parametrize(
    "column", [c.name for c in Event.__table__.columns if c.name not in {"sealed_seq", "leaf_hash"}]
)
def test_sealing_may_not_hide_a_change(app: Flask, column: str) -> None:
    """Every column of the event is compared when the seal is filled in."""
    with app.app_context():
        number = an_event(from_state="a", to_state="b", reason_code="c", data={"n": 1})
        other: Any = {
            "id": number + 1000,
            "subject_id": 999,
            "actor_id": make_user().id,
            "actor_kind": "anonymous",
            "at": NOW.replace(year=2020),
            "data": {"n": 2},
            "visibility": Visibility.PUBLIC,
        }.get(column, "changed")
        db.session.commit()
        values = {"sealed_seq": 1, "leaf_hash": "0" * 64, column: other}
        with pytest.raises(DBAPIError), committing():
            db.session.execute(update(Event).where(Event.id == number).values(values))


def test_a_seal_is_filled_in_once(app: Flask) -> None:
    with app.app_context():
        number = an_event()
        mine = update(Event).where(Event.id == number)
        refuse(mine.values(sealed_seq=1))  # a place without its hash
        with committing():
            db.session.execute(mine.values(sealed_seq=1, leaf_hash="a" * 64))
        refuse(mine.values(sealed_seq=2, leaf_hash="b" * 64))
        refuse(mine.values(sealed_seq=None, leaf_hash=None))


def test_an_event_cannot_be_written_over(app: Flask) -> None:
    """INSERT OR REPLACE on SQLite deletes without a delete trigger; ON CONFLICT DO UPDATE is an update."""
    with app.app_context():
        number = an_event()
        copied = ", ".join(c.name for c in Event.__table__.columns if c.name not in {"id", "action"})
        forged = f"(id, action, {copied}) SELECT id, 'forged', {copied} FROM event WHERE id = {number}"
        if db.engine.dialect.name == "sqlite":
            refuse(text(f"INSERT OR REPLACE INTO event {forged}"))
        else:
            refuse(text(f"INSERT INTO event {forged} ON CONFLICT (id) DO UPDATE SET action = 'forged'"))
            refuse(text("TRUNCATE event CASCADE"))  # a table refers to it
        assert db.session.scalar(select(Event.action).where(Event.id == number)) == "tried"


def test_an_actor_matches_its_kind(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError), committing():
        db.session.execute(
            insert(Event).values(
                subject_type="x", subject_id=1, action="a", actor_kind="user", at=NOW, data={},
                visibility=Visibility.PUBLIC, salt="s",
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"text": "Dit is een hele zin."},
        {"mail": "kees@example.nl"},
        {"naam van": 1},
        {"deep": {"list": [1, {"x": "met spatie"}]}},
        {"long": "a" * 101},
        {"line": "a\n"},
        {"emoji": "🎉"},
        {"accent": "Zoë"},
    ],
)
def test_free_text_is_refused(app: Flask, data: dict[str, Any]) -> None:
    with app.app_context(), pytest.raises(ValueError, match="free text"):
        events.record(municipality(), events.What("a", data=data), actor=None, at=NOW)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_json_does_not_know(app: Flask, value: float) -> None:
    with app.app_context(), pytest.raises(ValueError, match="JSON"):
        events.record(municipality(), events.What("a", data={"n": value}), actor=None, at=NOW)


def test_objects_are_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(TypeError):
        events.record(municipality(), events.What("a", data={"who": object()}), actor=None, at=NOW)


@pytest.mark.parametrize(
    "what", [events.What("een zin"), events.What(""), events.What("a", reason_code="omdat ik wil")]
)
def test_actions_and_reasons_are_codes(app: Flask, what: events.What) -> None:
    with app.app_context(), pytest.raises(ValueError, match="codes"):
        events.record(municipality(), what, actor=None, at=NOW)


def test_a_timeline_shows_what_its_reader_may_see(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        for visibility in Visibility:
            events.record(place, events.What(visibility.value, visibility=visibility), actor=None, at=NOW)
        db.session.commit()
        assert [event.action for event in queries.timeline(place)] == ["public"]
        seen = queries.timeline(place, (Visibility.PUBLIC, Visibility.INTERNAL))
        assert [event.action for event in seen] == ["public", "internal"]
        assert queries.timeline(municipality("GM0034")) == []
