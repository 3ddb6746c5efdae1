"""From addresses to letters: the job, being killed between batches, and what is left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.jobs import run_job
from civic.panels.jobs import JOBS
from civic.panels.jobs import letters as job
from civic.panels.models import Extraction, InvitationCode, LetterBatch, LetterOrder
from civic.panels.queries import letters as queries
from civic.panels.service import letters
from civic.panels.states import OrderState
from civic.panels.typeset import render
from civic.panels.typeset.processes import CannotTypeset, Typesetters
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_letters import NAMES, codes_of, make_order, make_share, registry
from tests.panels.pdf_text import text_of
from tests.panels.test_typeset import batch

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
# makes one batch of the order that waits and then dies as hard as a process can
KILLED = """
import os, signal
from civic import create_app
from civic.panels.jobs import letters as job
from civic.panels.service import letters
keep = letters.keep_batch
def keep_one(*args, **facts):
    kept = keep(*args, **facts)
    if number_of_batches() == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept
def number_of_batches():
    from civic.db import db
    from civic.panels.models import LetterBatch
    return len(db.session.query(LetterBatch.id).all())
letters.keep_batch = keep_one
with create_app().app_context():
    job.typeset_letters(None)
"""


def environment(app: Flask) -> dict[str, str]:
    names = ("ENVIRONMENT", "SECRET_KEY", "PEPPER", "DATA_KEYS", "INSTANCE", "DATABASE_URL")
    return {**os.environ, **{f"CIVIC_{name}": str(app.config[name]) for name in names}}


def the_order() -> LetterOrder:
    return db.session.scalars(select(LetterOrder).execution_options(populate_existing=True)).one()


def all_pdfs() -> list[bytes]:
    order = the_order()
    with committing():
        batches = letters.read_all_batches(order, actor=registry(), at=NOW)
    return [pdf for _number, pdf in batches]


def raw_bytes(app: Flask) -> bytes:
    path = Path(str(app.config["DATABASE_URL"]).removeprefix("sqlite:///"))
    files = [path, path.with_name(path.name + "-wal")]
    return b"".join(one.read_bytes() for one in files if one.exists())


def test_two_hundred_and_thirty_letters_survive_a_kill(app: Flask) -> None:
    with app.app_context():
        make_order(make_share(230), 230)
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment(app), check=False)
    assert done.returncode == -9
    with app.app_context():
        order = the_order()
        # the second batch was not committed yet
        assert (order.state, order.done) in {(OrderState.TYPESETTING, 100), (OrderState.TYPESETTING, 30)}
        first = db.session.execute(select(LetterBatch.number, LetterBatch.content)).one()
        with committing():
            letters.give_back(order.id, order.claimed_by or "")
        assert job.typeset_letters(now()) == {"orders": 1}
        order = the_order()
        assert (order.state, order.done, order.addresses) == (OrderState.DONE, 230, None)
        assert queries.batch_content(order.id, first.number) == first.content
        assert actions_of(order) == ["letters_ordered", "letters_started", "letters_resumed", "letters_made"]
        texts = [text_of(pdf) for pdf in all_pdfs()]
    found = [CODE.findall(text) for text in texts]
    assert [len(one) for one in found] == [100, 100, 30]
    assert [code for one in found for code in one] == codes_of(230)
    for number in (0, 2, 99, 100, 229):
        name, code = f"{NAMES[number % 4]} {number}", codes_of(230)[number]
        page = next(page for page in texts[number // 100].split("Gemeente Almere") if code in page)
        assert name in page.splitlines()
        assert f"Beukenlaan {number + 1}" in page


@pytest.mark.skipif("config.getoption('--database') == 'postgresql'", reason="looks into the SQLite file")
def test_nothing_in_the_database_can_be_read(app: Flask) -> None:
    with app.app_context():
        share = make_share(3)
        make_order(share, 3)
        raw = raw_bytes(app)
        job.typeset_letters(now())
        all_pdfs()
        raw += raw_bytes(app)
        letters.destroy_orders(share, actor=None, at=NOW)
        db.session.commit()
        raw += raw_bytes(app)
    secrets = [
        *NAMES,
        "Beukenlaan",
        "1315 AB",
        *codes_of(3),
        *(code.replace("-", "") for code in codes_of(3)),
    ]
    assert [secret for secret in secrets if secret.encode() in raw] == []
    assert b"%PDF" not in raw
    assert b"panel_letter_order" in raw


def test_the_same_share_in_two_parts(app: Flask) -> None:
    """More letters than a file may hold: the second file goes on where the first ended."""
    with app.app_context():
        share = make_share(5)
        order = make_order(share, 3)
        job.typeset_letters(now())
        all_pdfs()
        with committing():
            letters.destroy_order(the_order(), "asked", actor=registry(), at=NOW)
        assert queries.next_code_of(share.id) == 3
        order = make_order(share, 2, first_code=3)
        job.typeset_letters(now())
        order = db.session.get_one(LetterOrder, order.id)
        with committing():
            pdf = letters.read_batch(order, 0, actor=registry(), at=NOW)
        assert CODE.findall(text_of(pdf or b"")) == codes_of(2, 3)


def test_a_blocked_code_is_on_no_letter(app: Flask) -> None:
    with app.app_context():
        share = make_share(4)
        blocked = db.session.scalars(select(InvitationCode).where(InvitationCode.number == 1)).one()
        blocked.blocked_at = NOW
        db.session.commit()
        make_order(share, 3)
        job.typeset_letters(now())
        (pdf,) = all_pdfs()
    codes = codes_of(4)
    assert CODE.findall(text_of(pdf)) == [codes[0], codes[2], codes[3]]


def test_a_batch_counts_once(app: Flask) -> None:
    with app.app_context():
        make_order(make_share(3), 3)
        with committing():
            work = letters.claim_order("one", NOW)
        assert work is not None
        with committing():
            assert letters.claim_order("two", NOW) is None
        with committing():
            assert not letters.keep_batch(work, 0, b"%PDF", worker="two", at=NOW)
            assert letters.keep_batch(work, 0, b"%PDF", worker="one", at=NOW)
        assert (the_order().done, db.session.scalar(select(func.count(LetterBatch.id)))) == (3, 1)


def test_typst_that_refuses_fails_the_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(work: Any, worker: str) -> bool:
        raise CannotTypeset("TypstError")

    with app.app_context():
        share = make_share(3)
        make_order(share, 3)
        monkeypatch.setattr(job, "_make_batches", breaks)
        job.typeset_letters(now())
        order = the_order()
        assert (order.state, order.error_code) == (OrderState.FAILED, "cannot_typeset")
        monkeypatch.undo()
        with committing():
            letters.retry_order(order, actor=registry(), at=NOW)
            letters.retry_order(order, actor=registry(), at=NOW)
        job.typeset_letters(now())
        assert the_order().state is OrderState.DONE
        with pytest.raises(NotAllowedNow):
            letters.retry_order(the_order(), actor=registry(), at=NOW)


def test_without_typst(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "is_available", lambda: False)
    with app.app_context():
        make_order(make_share(3), 3)
        job.typeset_letters(now())
        assert the_order().error_code == "no_typst"


def test_three_starts_without_a_batch_are_enough(app: Flask) -> None:
    with app.app_context():
        make_order(make_share(3), 3)
        for _attempt in range(letters.MOST_ATTEMPTS):
            with committing():
                assert letters.claim_order("w", now()) is not None
                letters.give_back(the_order().id, "w")
        with committing():
            assert letters.claim_order("w", now()) is None
        assert the_order().error_code == "too_many_attempts"


@pytest.mark.parametrize(
    ("lost", "code"), [("key_sealed", "addresses_gone"), ("secret_sealed", "codes_gone")]
)
def test_what_is_gone_cannot_be_set(app: Flask, lost: str, code: str) -> None:
    with app.app_context():
        share = make_share(3)
        order = make_order(share, 3)
        setattr(order if lost == "key_sealed" else share, lost, None)
        db.session.commit()
        with committing():
            assert letters.claim_order("w", NOW) is None
        assert the_order().error_code == code


def test_destroyed_while_it_is_made(app: Flask) -> None:
    with app.app_context():
        share = make_share(3)
        make_order(share, 3)
        with committing():
            work = letters.claim_order("w", NOW)
        assert work is not None
        with committing():
            assert letters.destroy_orders(share, actor=registry(), at=NOW) == 1
            assert letters.destroy_orders(share, actor=registry(), at=NOW) == 0
        with committing():
            assert not letters.keep_batch(work, 0, b"%PDF", worker="w", at=NOW)
        order = the_order()
        assert (order.key_sealed, order.addresses, order.destroyed_at) == (None, None, NOW)
        assert db.session.scalars(select(Extraction)).one().destroyed_on == NOW.date()
        with pytest.raises(NotAllowedNow):
            letters.read_all_batches(order, actor=registry(), at=NOW)


def test_after_a_day_all_is_gone(app: Flask) -> None:
    with app.app_context():
        make_order(make_share(3), 3)
        job.typeset_letters(now())
        assert letters.destroy_expired_orders(NOW + letters.KEEP_ADDRESSES) == 0
        later = NOW + letters.KEEP_ADDRESSES * 1.01
    destroy = next(one for one in JOBS if one.name == "destroy_expired_letters")
    assert run_job(app, destroy, later)
    with app.app_context():
        order = the_order()
        assert (order.state, order.key_sealed) == (OrderState.DESTROYED, None)
        assert db.session.scalar(select(func.count(LetterBatch.id))) == 0
        extraction = db.session.scalars(select(Extraction)).one()
        assert extraction.destroyed_on == later.date()
        assert "letters_destroyed" in actions_of(order)


def test_a_process_that_dies_says_so() -> None:
    with Typesetters(1) as setters:
        setters._all[0]._process.kill()
        with pytest.raises(CannotTypeset, match="died"):
            list(setters.run([0], lambda _number: {}, 5))


def test_a_process_is_renewed_before_it_eats_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic.panels.typeset.processes.LIFE", 2)
    with Typesetters(1) as setters:
        first = setters._all[0]._process
        made = [one for one in setters.run(range(3), lambda _number: batch(1), 60) if one]
        assert [number for number, _pdf in made] == [0, 1, 2]
        assert len({pdf for _number, pdf in made}) == 1
        assert first.poll() is not None
        second = setters._all[0]._process
        assert second.poll() is None
    assert second.poll() is not None


def test_a_letter_that_typst_refuses() -> None:
    with Typesetters(1) as setters, pytest.raises(CannotTypeset, match="KeyError"):
        list(setters.run([0], lambda _number: {"letters": [{}]}, 5))
