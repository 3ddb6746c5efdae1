"""`flask log verify`: whatever an insider changes in the tables is found, and said in Dutch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, update

from civic import merkle
from civic.accounts import queries as accounts
from civic.accounts.models import RoleGrant, User
from civic.accounts.states import Role
from civic.db import db
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.jobs import run_job, slot_of
from civic.jobs.models import JobRun
from civic.mail.models import OutgoingMail
from civic.retention import apply_retention
from civic.seal import keys, note, queries, service, verify
from civic.seal.entry import entry_of, leaf_of
from civic.seal.jobs import JOBS
from civic.seal.models import Checkpoint, Cosignature, LogCheck, LogNode, Witness
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.seal.makers import (
    DRONTEN,
    LATER,
    LELYSTAD,
    URK,
    cosign,
    drop_triggers,
    publish,
    record,
    run,
    seal_all,
    signature_of,
    signed_log,
)

CHECK = JOBS[1]


def log_verify(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["log", "verify"])


def a_log() -> tuple[Checkpoint, Checkpoint]:
    """Two checkpoints, both signed by two witnesses, and something sealed after them."""
    publish(LELYSTAD)
    publish(DRONTEN)
    first = signed_log(300)
    second = signed_log(300, at=NOW + timedelta(minutes=5))
    for seed in (LELYSTAD, DRONTEN):
        cosign(seed, second, at=NOW + timedelta(minutes=6))
    record(3)
    seal_all()
    return first, second


def codes() -> list[str]:
    return [one.code for one in verify.everything()]


def test_a_good_log(app: Flask) -> None:
    with app.app_context():
        _first, second = a_log()
        assert codes() == []
        size = queries.log_size()
    done = log_verify(app)
    assert done.exit_code == 0, done.output
    assert f"{size} regels" in done.output
    assert second.root in done.output


def test_an_empty_log(app: Flask) -> None:
    done = log_verify(app)
    assert done.exit_code == 0
    assert "Er is nog geen controlepunt" in done.output


def edit_event() -> str:
    run("UPDATE event SET action = 'other' WHERE sealed_seq = 40")
    return "Regel 40 (gebeurtenis"


def edit_actor() -> str:
    user = make_user(email="boef@example.nl")
    db.session.commit()
    run("UPDATE event SET actor_id = :id, actor_kind = 'user' WHERE sealed_seq = 500", id=user.id)
    return "Regel 500 (gebeurtenis"


def remove_row() -> str:
    run("DELETE FROM event WHERE sealed_seq = 300")
    return "Regel 300 van het logboek is weg"


def swap_leaves() -> str:
    leaves = {row.sealed_seq: row.leaf_hash for row in queries.sealed_rows(10, 12)}
    for place, leaf in ((10, leaves[11]), (11, leaves[10])):
        run("UPDATE event SET leaf_hash = :leaf WHERE sealed_seq = :place", leaf=leaf, place=place)
    return "Regel 10 (gebeurtenis"


def swap_entries() -> str:
    """Two whole entries change places, each with its own leaf."""
    last = queries.log_size()
    for old, new in ((10, last), (11, 10), (last, 11)):
        run("UPDATE event SET sealed_seq = :new WHERE sealed_seq = :old", old=old, new=new)
    return "knoop bij regel 0"


def swap_entries_at_the_end() -> str:
    """Where no full tile covers them: only the checkpoint tells."""
    newest = queries.newest_checkpoint()
    assert newest is not None
    last = queries.log_size()
    one, other = newest.size - 2, newest.size - 1
    for old, new in ((one, last), (other, one), (last, other)):
        run("UPDATE event SET sealed_seq = :new WHERE sealed_seq = :old", old=old, new=new)
    return f"Controlepunt {newest.size} hoort niet bij dit logboek"


def edit_with_leaf() -> str:
    """The row, its leaf and the stored node: whoever knows how the tree is made."""
    run("UPDATE event SET action = 'other' WHERE sealed_seq = 40")
    row = queries.sealed_rows(40, 41)[0]
    run("UPDATE event SET leaf_hash = :leaf WHERE sealed_seq = 40", leaf=leaf_of(row).hex())
    tile = merkle.root_of([bytes.fromhex(one.leaf_hash) for one in queries.sealed_rows(0, 256)])
    run("UPDATE log_node SET hash = :hash WHERE level = 8 AND number = 0", hash=tile.hex())
    return "hoort niet bij dit logboek. Het logboek is vertakt"


def edit_node() -> str:
    run("UPDATE log_node SET hash = :hash WHERE number = 1", hash="cd" * 32)
    return "knoop bij regel 256"


def remove_node() -> str:
    run("DELETE FROM log_node WHERE number = 0")
    return "knoop bij regel 0"


def extra_node() -> str:
    run("INSERT INTO log_node (level, number, hash) VALUES (16, 0, :hash)", hash="cd" * 32)
    return "knoop bij regel 0"


def fork_checkpoint() -> str:
    """Signed with the key of the site, between two good ones, over another tree."""
    root, size = merkle.leaf_hash(b"fork"), 310
    text = note.body(keys.origin(), size, root)
    db.session.add(
        Checkpoint(
            size=size, root=root.hex(), origin=keys.origin(), signed_at=NOW, public_size=0,
            signature=note.sign(keys.seed(), text.encode()).hex(),
        )
    )  # fmt: skip
    db.session.commit()
    return "Controlepunt 310 hoort niet bij dit logboek"


def edit_root() -> str:
    newest = queries.newest_checkpoint()
    assert newest is not None
    run("UPDATE checkpoint SET root = :root WHERE size = :size", root="ef" * 32, size=newest.size)
    return f"Controlepunt {newest.size} hoort niet bij dit logboek"


def edit_signature() -> str:
    run("UPDATE checkpoint SET signature = :bad", bad="ab" * 64)
    return "handtekening van de site onder controlepunt"


def edit_cosignature() -> str:
    run("UPDATE cosignature SET time = time - 60")
    return "handtekening van een getuige"


def nonsense_in_hexadecimal() -> str:
    run("UPDATE cosignature SET signature = 'geen getal'")
    return "handtekening van een getuige"


def swap_key() -> str:
    """The insider puts the own key in the place of that of a witness, and signs with it."""
    run("UPDATE witness SET public_key = :key WHERE id = 1", key=note.public_key(b"x" * 32).hex())
    return "handtekening van een getuige"


def rename_witness() -> str:
    run("UPDATE witness SET name = 'Rekenkamer' WHERE id = 1")
    return "naam van getuige 1"


def add_witness() -> str:
    """A witness that was never published."""
    db.session.add(Witness(name="Nep", public_key="ab" * 32, published_at=NOW))
    db.session.commit()
    return "De sleutel of de naam van getuige 3"


def earlier_witness() -> str:
    run("UPDATE witness SET published_at = :at WHERE id = 2", at="2020-01-01 00:00:00+00:00")
    return "getuige 2"


def cut_off_the_end() -> str:
    run("DELETE FROM event WHERE sealed_seq > 500")
    return "Het logboek is korter dan controlepunt"


@pytest.mark.parametrize(
    "tamper",
    [
        edit_event, edit_actor, remove_row, swap_leaves, swap_entries, swap_entries_at_the_end,
        edit_with_leaf,
        edit_node, remove_node, extra_node, fork_checkpoint, edit_root, edit_signature, edit_cosignature,
        nonsense_in_hexadecimal, swap_key, rename_witness, add_witness, earlier_witness, cut_off_the_end,
    ],
)  # fmt: skip
def test_tampering_is_found(app: Flask, tamper: Callable[[], str]) -> None:
    with app.app_context():
        a_log()
        drop_triggers()
        sentence = tamper()
    done = log_verify(app)
    assert done.exit_code == 1, done.output
    assert "Het logboek klopt niet." in done.output
    assert sentence in done.output


def test_the_first_wrong_event_is_named_first(app: Flask) -> None:
    with app.app_context():
        a_log()
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq IN (17, 99, 401)")
        number = db.session.scalar(select(Event.id).where(Event.sealed_seq == 17))
    first, *_rest = log_verify(app).output.splitlines()
    assert f"Regel 17 (gebeurtenis {number}) is veranderd na het verzegelen" in first


def test_a_ruined_log_gives_a_short_answer(app: Flask) -> None:
    with app.app_context():
        a_log()
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq < 500")
    done = log_verify(app)
    assert done.exit_code == 1
    assert len(done.output.splitlines()) < 25


def test_an_insider_with_the_key_of_the_site_is_found_by_the_witnesses(app: Flask) -> None:
    """Everything computed and signed anew: rows, leaves, nodes, checkpoints. Only witnesses can tell."""
    with app.app_context():
        a_log()
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq = 40")
        rewrite_history()
        assert set(codes()) == {"cosignature"}
        run("DELETE FROM cosignature")
        assert codes() == [], "then only the copies at the witnesses are left: tests/seal/test_script.py"


def rewrite_history() -> None:
    size = queries.log_size()
    leaves = [leaf_of(row) for row in queries.sealed_rows(0, size)]
    for place, leaf in enumerate(leaves):
        db.session.execute(update(Event).where(Event.sealed_seq == place).values(leaf_hash=leaf.hex()))
    for number in range(size // 256):
        root = merkle.root_of(leaves[number * 256 : number * 256 + 256]).hex()
        db.session.execute(update(LogNode).where(LogNode.number == number).values(hash=root))
    for one in db.session.scalars(select(Checkpoint)):
        one.root = merkle.root_of(leaves[: one.size]).hex()
        one.signature = note.sign(keys.seed(), one.text.encode()).hex()
    db.session.commit()


def test_the_log_grows_while_it_is_checked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check lets the database go between batches: what is sealed and signed meanwhile is no fault."""
    with app.app_context():
        a_log()
        read, times = queries.sealed_rows, iter(range(9))

        def read_while_it_grows(start: int, end: int) -> object:
            found = read(start, end)
            if next(times) == 0:
                publish(URK)
                signed_log(600, at=LATER)
            return found

        monkeypatch.setattr(queries, "sealed_rows", read_while_it_grows)
        assert codes() == []
        assert verify.todays_part(NOW).problem is None


# Erasing a person -------------------------------------------------------------------------------------


def test_erasing_a_person_leaves_the_log_whole(app: Flask) -> None:
    """The row of the person is blanked; the entry holds a salted hash of a number, which stays."""
    with app.app_context():
        person = make_user(email="fatma@example.nl", name="Fatma Yıldız")
        for visibility in Visibility:
            what = events.What("supported", visibility=visibility)
            event = events.record(municipality(), what, actor=person, at=NOW)
        checkpoint = signed_log(300)
        before = entry_of(event)
        person.last_login_at = NOW - timedelta(days=4 * 365)
        db.session.commit()
        apply_retention(NOW)
        db.session.expire_all()
        erased = db.session.get_one(User, person.id)
        assert (erased.name, erased.email, erased.email_index) == (None, None, None)
        assert entry_of(db.session.get_one(Event, event.id)) == before
        assert codes() == []
        assert queries.proof_record(event.id) is not None
        assert checkpoint.root == merkle.root_over(verify.Tiles().subtree, checkpoint.size).hex()
    assert log_verify(app).exit_code == 0


# The daily job ----------------------------------------------------------------------------------------


def test_the_daily_check_of_a_good_log(app: Flask) -> None:
    with app.app_context():
        a_log()
        size = queries.log_size()
    assert run_job(app, CHECK, NOW)
    with app.app_context():
        check = queries.last_check()
        assert check is not None
        assert (check.size, check.problem) == (size, None)


def test_the_daily_check_alarms(app: Flask) -> None:
    """A mail to each administrator of the region, a failed job, a sentence on the public page."""
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email="beheer@example.nl", name="Marit Hoekstra")
        make_user(Role.AUDITOR, email="controleur@example.nl")
        a_log()
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq = 40")
    assert not run_job(app, CHECK, NOW)
    with app.app_context():
        check = queries.last_check()
        assert check is not None
        assert (check.problem, check.place) == ("leaf", 40)
        assert db.session.get_one(JobRun, ("check_log", slot_of(CHECK, NOW))).error == "LogBroken"
        (letter,) = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "log_alarm"))
        assert letter.address == "beheer@example.nl"
        assert "Regel 40 (gebeurtenis" in (letter.text or "")
        assert "flask log verify" in (letter.text or "")
    page = app.test_client().get("/verifieer").text
    assert "Ons logboek klopt niet" in page


def test_the_alarm_comes_every_day_until_it_is_right(app: Flask) -> None:
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email="beheer@example.nl")
        a_log()
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq = 40")
    for day in range(3):
        run_job(app, CHECK, NOW + timedelta(days=day))
        run_job(app, CHECK, NOW + timedelta(days=day, hours=2))  # a restart of the process
    with app.app_context():
        letters = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.template == "log_alarm")
        assert db.session.scalar(letters) == 3
        run("UPDATE event SET action = 'tried' WHERE sealed_seq = 40")
    assert run_job(app, CHECK, NOW + timedelta(days=4))


def test_a_long_log_is_checked_in_turns(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """New entries every day; old ones in a few days, each of them, also after a change."""
    monkeypatch.setattr(verify, "MOST_AGAIN", 256)
    with app.app_context():
        signed_log(1200)
        reached = []
        for day in range(6):
            part = verify.todays_part(NOW)
            assert part.problem is None
            db.session.add(LogCheck(at=NOW + timedelta(days=day), size=part.size, again_to=part.again_to))
            db.session.commit()
            reached.append(part.again_to)
        assert reached == [0, 256, 512, 768, 1024, 256]
        drop_triggers()
        run("UPDATE event SET action = 'other' WHERE sealed_seq = 600")
        found = []
        for _day in range(4):
            part = verify.todays_part(NOW)
            found.append(part.problem.code if part.problem else None)
            db.session.add(LogCheck(at=NOW, size=part.size, again_to=part.again_to))
            db.session.commit()
        assert found == [None, "leaf", "leaf", "leaf"], "it stays there until it is right"


def test_a_removed_grant_gets_no_mail(app: Flask) -> None:
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email="beheer@example.nl")
        db.session.execute(delete(RoleGrant))
        db.session.commit()
        assert accounts.people_with(Role.ADMINISTRATOR, in_region=True) == []


def test_signatures_given_after_stopping_are_found(app: Flask) -> None:
    with app.app_context():
        witness = publish(LELYSTAD)
        checkpoint = signed_log(3)
        service.retire_witness(witness, actor=None, at=NOW + timedelta(minutes=1))
        moment = int(LATER.timestamp())
        db.session.add(
            Cosignature(
                checkpoint_id=checkpoint.id, witness_id=witness.id, time=moment, received_at=LATER,
                signature=signature_of(LELYSTAD, checkpoint, moment),
            )
        )  # fmt: skip
        db.session.commit()
        assert codes() == ["cosignature"]
