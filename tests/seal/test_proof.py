"""The record that goes into the public folder of a draw, checked by the script of that folder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from civic.db import db
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.seal import note, queries, service
from civic.sortition.publication import verify_draw
from tests.conftest import NOW
from tests.seal.makers import DRONTEN, LELYSTAD, URK, cosign, publish, record, seal_all, signed_log

LIBRARIES = verify_draw.find_libraries()
DATA = {"kind": "commitment", "draw": "panel-7", "sequence": 1, "commitment": "ab" * 32, "value": "x"}


def step(at: Any = NOW) -> Event:
    """A step of a draw, as the room of panels records it."""
    what = events.What("committed", visibility=Visibility.PUBLIC, data=DATA)
    event = events.record(events.Reference("public_draw", 7), what, actor=None, at=at)
    db.session.flush()
    return event


def holds(record: dict[str, Any]) -> bool:
    """As verify_draw.py sees it: in the checkpoint, and every signature good."""
    keys = {one.name: one.public_key for one in queries.all_witnesses()}
    return verify_draw._in_checkpoint(record) and all(
        verify_draw._signed(LIBRARIES, keys[one["name"]], one, record["checkpoint"])
        for one in record["signatures"]
    )


def proof(event: Event, *among: bytes) -> dict[str, Any]:
    found = queries.proof_record(event.id, [note.public_key(one).hex() for one in among] or None)
    assert found is not None
    assert verify_draw.misfit(found, verify_draw.LOG_SHAPE["records"][0]) is None
    assert holds(found)
    return found


def size_of(record: dict[str, Any]) -> int:
    return int(record["checkpoint"].split("\n")[1])


def test_not_sealed_yet(app: Flask) -> None:
    with app.app_context():
        event = step()
        assert queries.proof_record(event.id) is None
        assert queries.proof_record(10**9) is None


def test_sealed_but_under_no_checkpoint_yet(app: Flask) -> None:
    with app.app_context():
        signed_log(2)
        (event,) = record(1)
        seal_all()
        assert queries.proof_record(event.id) is None


def test_at_once_under_a_checkpoint_without_witnesses(app: Flask) -> None:
    with app.app_context():
        signed_log(300)
        event = step()
        seal_all()
        found = proof(event)
        assert found["signatures"] == []
        assert found["index"] == size_of(found) - 1


def test_the_first_checkpoint_with_two_witnesses(app: Flask) -> None:
    with app.app_context():
        for seed in (LELYSTAD, DRONTEN, URK):
            publish(seed)
        event = step()
        seal_all()
        first = queries.newest_checkpoint()
        assert first is not None
        cosign(LELYSTAD, first, at=NOW + timedelta(minutes=1))
        second = signed_log(5, at=NOW + timedelta(minutes=2))
        assert size_of(proof(event)) == second.size, "one signature is not enough: the newest"
        for seed in (LELYSTAD, DRONTEN):
            cosign(seed, second, at=NOW + timedelta(minutes=3))
        third = signed_log(5, at=NOW + timedelta(minutes=4))
        for seed in (LELYSTAD, DRONTEN, URK):
            cosign(seed, third, at=NOW + timedelta(minutes=5))
        found = proof(event)
        assert size_of(found) == second.size
        assert [one["name"] for one in found["signatures"]] == ["Gemeente Dronten", "Griffie Lelystad"]


def test_signing_an_older_one_afterwards_changes_nothing(app: Flask) -> None:
    """The second signature decides, not the size: a late one cannot push the moment back."""
    with app.app_context():
        publish(LELYSTAD)
        publish(DRONTEN)
        event = step()
        seal_all()
        first = queries.newest_checkpoint()
        assert first is not None
        second = signed_log(5, at=NOW + timedelta(minutes=1))
        for seed in (LELYSTAD, DRONTEN):
            cosign(seed, second, at=NOW + timedelta(minutes=2))
        for seed in (LELYSTAD, DRONTEN):
            cosign(seed, first, at=NOW + timedelta(minutes=9))
        assert size_of(proof(event)) == second.size


def test_only_the_witnesses_of_a_manifest(app: Flask) -> None:
    """The script refuses a witness that the manifest does not name, so the record leaves it out."""
    with app.app_context():
        for seed in (LELYSTAD, DRONTEN, URK):
            publish(seed)
        event = step()
        seal_all()
        first = queries.newest_checkpoint()
        assert first is not None
        for seed in (LELYSTAD, URK):
            cosign(seed, first, at=NOW + timedelta(minutes=1))
        second = signed_log(5, at=NOW + timedelta(minutes=2))
        for seed in (LELYSTAD, DRONTEN):
            cosign(seed, second, at=NOW + timedelta(minutes=3))
        assert size_of(proof(event)) == first.size
        found = proof(event, LELYSTAD, DRONTEN)
        assert size_of(found) == second.size
        assert {one["name"] for one in found["signatures"]} == {"Griffie Lelystad", "Gemeente Dronten"}
        assert proof(event, URK)["signatures"] == []


def test_witnesses_who_sign_now(app: Flask) -> None:
    with app.app_context():
        for seed in (LELYSTAD, DRONTEN):
            publish(seed)
        service.retire_witness(queries.witnesses()[0], actor=None, at=NOW)
        assert [one.name for one in queries.witnesses()] == ["Gemeente Dronten"]
