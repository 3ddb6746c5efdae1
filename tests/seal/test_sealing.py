"""Giving events their place: every event once, in order, with its nodes; checkpoints when they are due."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from civic import merkle
from civic.db import committing, db
from civic.events import service as events
from civic.events.models import Event
from civic.jobs import run_job, slot_of
from civic.seal import keys, note, queries, service
from civic.seal.entry import leaf_of
from civic.seal.jobs import JOBS, seal_log
from civic.seal.models import Checkpoint, LogNode
from civic.seal.tree import LogBroken, Tiles
from tests.conftest import NOW
from tests.seal.makers import LATER, drop_triggers, record, run, seal_all, signed_log
from tests.statements import counting

SEAL = JOBS[0]


def leaves() -> list[bytes]:
    rows = db.session.scalars(select(Event).where(Event.sealed_seq.is_not(None)).order_by(Event.sealed_seq))
    return [leaf_of(row) for row in rows]


def test_every_event_gets_one_place_in_order(app: Flask) -> None:
    with app.app_context():
        record(10)
        size = seal_all()
        rows = list(db.session.execute(select(Event.id, Event.sealed_seq).order_by(Event.id)))
        assert [row.sealed_seq for row in rows] == list(range(size))
        assert size >= 10
        assert service.seal(NOW) == 0, "nothing is sealed twice"


def test_batches_of_a_thousand(app: Flask) -> None:
    with app.app_context():
        seal_all()
        before = queries.log_size()
        record(2300)
        db.session.commit()
        assert [service.seal(NOW) for _ in range(4)] == [1000, 1000, 300, 0]
        assert queries.log_size() == before + 2300
        db.session.commit()
        assert merkle.root_over(Tiles().subtree, before + 2300) == merkle.root_of(leaves())


def test_an_event_that_commits_late_is_sealed_too(app: Flask) -> None:
    """On PostgreSQL number 5 may be committed after number 6; there is no watermark it could fall behind."""
    with app.app_context():
        seal_all()
        late, early = record(2)
        db.session.commit()
        size = queries.log_size()
        leaf = leaf_of(early).hex()
        db.session.execute(update(Event).where(Event.id == early.id).values(sealed_seq=size, leaf_hash=leaf))
        db.session.commit()
        assert seal_all() == size + 2
        db.session.refresh(late)
        assert (early.sealed_seq, late.sealed_seq) == (size, size + 1)


@pytest.mark.parametrize("step", [1, 7, 255, 256, 257])
def test_nodes_are_the_same_however_the_log_grew(
    app: Flask, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", step)
    with app.app_context():
        record(520 if step > 1 else 260)
        while service.seal(NOW):
            pass
        db.session.commit()
        hashes = leaves()
        nodes = db.session.execute(select(LogNode.number, LogNode.hash).where(LogNode.level == 8))
        stored = {node.number: node.hash for node in nodes}
        full = len(hashes) // 256
        assert stored == {n: merkle.root_of(hashes[n * 256 : n * 256 + 256]).hex() for n in range(full)}
        for size in (1, 255, 256, 257, full * 256, len(hashes)):
            assert merkle.root_over(Tiles().subtree, size) == merkle.root_of(hashes[:size])


def test_two_processes_at_once(app: Flask) -> None:
    """Two leaders for a moment: all is sealed once, without an error."""
    with app.app_context():
        seal_all()
        record(400)
        db.session.commit()
        before = queries.log_size()
    start, sealed, errors = threading.Barrier(4), [], []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                sealed.append(seal_log(NOW)["sealed"])
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert sum(sealed) == 400
    with app.app_context():
        assert queries.log_size() == before + 400
        assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 1


def test_the_fence_holds_without_the_lock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the lock ever fail, the database refuses a second event at the same place."""
    with app.app_context():
        record(2)
        size = seal_all()
        record(1)
        monkeypatch.setattr(queries, "log_size", lambda: size - 1)
        with pytest.raises(IntegrityError), committing():
            service.seal(NOW)


def test_the_job_does_its_slot_once(app: Flask) -> None:
    with app.app_context():
        record(3)
        db.session.commit()
    assert run_job(app, SEAL, NOW)
    assert not run_job(app, SEAL, NOW)
    assert slot_of(SEAL, NOW) == NOW
    with app.app_context():
        assert queries.unsealed(1) == []


def test_sealing_does_not_read_the_log(app: Flask) -> None:
    """As many statements for a long log as for a short one."""
    with app.app_context():
        counts = []
        for waiting in (10, 700, 10):
            record(waiting)
            db.session.commit()
            with counting(db.engine) as seen:
                service.seal(NOW)
            db.session.commit()
            counts.append(len(seen))
    assert counts[2] <= counts[0] + 1
    assert counts[1] <= counts[0] + 4


def test_the_unsealed_are_found_by_an_index(app: Flask) -> None:
    """On SQLite the unique index on the place will do: within one place it is in the order of the numbers."""
    with app.app_context():
        signed_log(600)
        wanted = "SELECT * FROM event WHERE sealed_seq IS NULL ORDER BY id LIMIT 1000"
        if db.engine.dialect.name == "sqlite":
            plan = " ".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {wanted}")))
            assert "SEARCH event USING INDEX" in plan
            assert "TEMP B-TREE" not in plan
        else:
            db.session.execute(text("ANALYZE event"))
            plan = " ".join(row[0] for row in db.session.execute(text(f"EXPLAIN {wanted}")))
            assert "ix_event_unsealed" in plan


# Checkpoints ------------------------------------------------------------------------------------------


def test_a_checkpoint_is_signed(app: Flask) -> None:
    with app.app_context():
        checkpoint = signed_log(7)
        origin, size, _root = checkpoint.text.splitlines()
        assert (origin, int(size)) == ("127.0.0.1", checkpoint.size)
        assert checkpoint.root == merkle.root_of(leaves()).hex()
        assert note.holds(keys.public_key(), bytes.fromhex(checkpoint.signature), checkpoint.text.encode())
        public = db.session.scalars(select(Event.visibility)).all()
        assert checkpoint.public_size == sum(one.value == "public" for one in public)


def test_none_when_nothing_was_added(app: Flask) -> None:
    with app.app_context():
        first = signed_log()
        again = service.sign_checkpoint(LATER)
        assert again is not None
        assert again.id == first.id
        assert service.sign_when_due(LATER) is None


def test_every_hour_when_the_log_grew(app: Flask) -> None:
    with app.app_context():
        first = signed_log()
        record(1)
        seal_all()
        assert service.sign_when_due(NOW + timedelta(minutes=59)) is None
        second = service.sign_when_due(NOW + timedelta(minutes=60))
        assert second is not None
        assert second.size == first.size + 1
        assert second.public_size == first.public_size + 1


def test_at_once_when_a_draw_takes_a_step(app: Flask) -> None:
    with app.app_context():
        first = signed_log()
        record(1, subject=events.Reference("public_draw", 1))
        seal_all(NOW + timedelta(seconds=10))
        newest = queries.newest_checkpoint()
        assert newest is not None
        assert newest.size == first.size + 1


def test_an_empty_log_has_no_checkpoint(app: Flask) -> None:
    with app.app_context():
        assert queries.log_size() == 0
        assert service.sign_checkpoint(NOW) is None
        assert service.sign_when_due(NOW) is None


def test_a_fork_is_never_signed(app: Flask) -> None:
    """Somebody changed what an earlier checkpoint covers: no new one, until a person looked."""
    with app.app_context():
        checkpoint = signed_log(20)
        drop_triggers()
        run("UPDATE event SET leaf_hash = :leaf WHERE sealed_seq = 3", leaf="ab" * 32)
        record(1)
        seal_all()
        with pytest.raises(LogBroken, match="fork"):
            service.sign_checkpoint(LATER)
        assert queries.newest_checkpoint() is checkpoint


def test_a_log_that_lost_its_end_is_not_gone_on_with(app: Flask) -> None:
    """The next event would take the place of the one that was removed."""
    with app.app_context():
        checkpoint = signed_log(20)
        drop_triggers()
        run("DELETE FROM event WHERE sealed_seq = :last", last=checkpoint.size - 1)
        record(1)
        for verb in (service.seal, service.sign_checkpoint):
            with pytest.raises(LogBroken, match="shrunk"):
                verb(LATER)


def test_the_status_page_shows_that_sealing_stopped(app: Flask) -> None:
    with app.app_context():
        checkpoint = signed_log(20)
        drop_triggers()
        run("DELETE FROM event WHERE sealed_seq = :last", last=checkpoint.size - 1)
    assert not run_job(app, SEAL, NOW)
    with app.app_context():
        from civic.jobs.models import JobRun

        assert db.session.get_one(JobRun, ("seal_log", slot_of(SEAL, NOW))).error == "LogBroken"
