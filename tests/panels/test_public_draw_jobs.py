"""The clock brings draws in public further: after the engine, after an approval, after the round."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from civic.config import SettingsError, settings
from civic.db import STALE_AFTER, committing, db, now
from civic.limits import Limit, hit
from civic.panels.jobs import public_draws as jobs
from civic.panels.models import PublicDraw
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_commit as commits
from civic.panels.service import public_draws_relays as relays
from civic.panels.states import PublicDrawState
from civic.sortition.publication import verify_draw
from civic.sortition.publication.verify_draw import QUICKNET
from tests.conftest import NOW, configuration
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_freeze import second
from tests.panels.makers_public_draws import (
    EARLIER,
    PAST,
    allow_practice,
    approved_draw,
    compute_lottery,
    due_draw,
    log_is_sealed,
    proposed_draw,
    requested_draw,
)
from tests.panels.makers_public_draws_drand import (
    committed_on_drand,
    sign,
    use_own_keys,
    witnesses_sign,
)

Answer = Callable[[str], tuple[int, bytes, dict[str, str]]]
TRIES = Limit("test_relay", 100, 60)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """What one test was told to wait for is nothing to another."""
    jobs._waits.clear()
    yield
    jobs._waits.clear()


def advanced(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return jobs.advance(NOW)


def state_of(app: Flask, draw_id: int) -> PublicDrawState:
    with app.app_context():
        return db.session.get_one(PublicDraw, draw_id).state


def test_step_by_step_and_each_step_once(app: Flask) -> None:
    with app.app_context():
        draw = requested_draw(plan=PAST, at=EARLIER)
        draw_id = draw.id
    assert advanced(app)["computed"] == 0  # the engine is not done
    with app.app_context():
        compute_lottery(db.session.get_one(PublicDraw, draw_id), EARLIER)
    assert advanced(app)["computed"] == 1
    assert sum(advanced(app).values()) == 0  # it waits for the second administrator
    with app.app_context():
        service.approve(db.session.get_one(PublicDraw, draw_id), actor=second(), at=EARLIER)
        db.session.commit()
    assert advanced(app)["committed"] == 1
    jobs._waits.clear()
    assert advanced(app)["drawn"] == 0  # the commitment is not in the sealed log yet
    with app.app_context():
        log_is_sealed()
    jobs._waits.clear()
    assert advanced(app)["drawn"] == 1
    assert sum(advanced(app).values()) == 0
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert (draw.state, draw.signature_source) == (PublicDrawState.DRAWN, "practice")
        assert (draw.claimed_by, draw.attempts) == (None, 1)
        assert [one for one in actions_of(draw) if one in queries.STEPS] == ["commitment", "result"]
        log_is_sealed()
        assert verify_draw.check(queries.folder_of(draw)).codes == set()


def test_what_a_dead_process_claimed_is_taken_over(app: Flask) -> None:
    with app.app_context():
        draw = approved_draw()
        draw.claimed_by, draw.claimed_at, draw.attempts = "dead:1:abc", now(), 1
        db.session.commit()
        draw_id = draw.id
    assert advanced(app)["committed"] == 0  # it may still be at it
    with app.app_context():
        db.session.get_one(PublicDraw, draw_id).claimed_at = now() - STALE_AFTER - timedelta(seconds=1)
        db.session.commit()
    assert advanced(app)["committed"] == 1


def test_what_keeps_killing_the_process_fails(app: Flask) -> None:
    with app.app_context():
        draw = approved_draw()
        draw.attempts = jobs.MOST_ATTEMPTS
        db.session.commit()
        draw_id = draw.id
    assert advanced(app)["committed"] == 0
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert (draw.state, draw.end_code) == (PublicDrawState.FAILED, "too_many_attempts")


def test_what_goes_wrong_every_time_fails_after_three(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when the same process tries again, and whatever it is that goes wrong."""
    tries = []

    def _break(_order: Any) -> Any:
        tries.append(1)
        raise MemoryError

    monkeypatch.setattr(commits, "build", _break)
    with app.app_context():
        draw_id = approved_draw().id
        for _ in range(5):
            jobs.advance(NOW)
        draw = db.session.get_one(PublicDraw, draw_id, populate_existing=True)
        assert (draw.state, draw.end_code) == (PublicDrawState.FAILED, "too_many_attempts")
        assert (len(tries), draw.claimed_by) == (jobs.MOST_ATTEMPTS, None)
        assert actions_of(draw)[-1] == "fail_draw"
    assert "MemoryError" in caplog.text


@pytest.mark.own_app
def test_what_is_refused_every_time_fails_with_its_code(app: Flask) -> None:
    with app.app_context():
        draw_id = approved_draw().id
        app.config["PRACTICE_CHAIN"] = False
        for _ in range(2):
            jobs.advance(NOW)
        draw = db.session.get_one(PublicDraw, draw_id, populate_existing=True)
        assert draw.state is PublicDrawState.APPROVED  # it may have been a passing cloud
        jobs.advance(NOW)
        draw = db.session.get_one(PublicDraw, draw_id, populate_existing=True)
        assert (draw.state, draw.end_code) == (PublicDrawState.FAILED, "practice_refused")


def test_what_is_stopped_meanwhile_is_never_public(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    build = commits.build
    with app.app_context():
        draw_id = approved_draw().id

        def _stopped_meanwhile(order: Any) -> Any:
            with committing():
                service.cancel(db.session.get_one(PublicDraw, draw_id), actor=administrator(), at=NOW)
            return build(order)

        monkeypatch.setattr(commits, "build", _stopped_meanwhile)
        for _ in range(4):
            assert jobs.advance(NOW)["committed"] == 0
        draw = db.session.get_one(PublicDraw, draw_id, populate_existing=True)
        assert (draw.state, draw.end_code, draw.claimed_by) == (PublicDrawState.CANCELLED, "cancelled", None)
        assert queries.folder_of(draw) == {}


def test_a_draw_that_cannot_be_committed_to_says_why(app: Flask) -> None:
    with app.app_context():
        bad, good = approved_draw(), approved_draw()
        bad.draw.files.respondents_sealed, bad.draw.files.deleted_at = None, NOW
        db.session.commit()
        bad_id, good_id = bad.id, good.id
    assert advanced(app)["committed"] == 1
    assert (state_of(app, bad_id), state_of(app, good_id)) == (
        PublicDrawState.FAILED,
        PublicDrawState.COMMITTED,
    )


def test_a_proposal_waits_for_a_person(app: Flask) -> None:
    with app.app_context():
        draw_id = proposed_draw(plan=PAST, at=EARLIER).id
    assert sum(advanced(app).values()) == 0
    assert state_of(app, draw_id) is PublicDrawState.PROPOSED


# --- relays ----------------------------------------------------------------------------------------------


@contextmanager
def relay(answer: Answer) -> Iterator[str]:
    """A host that says `answer(path)`: (status, bytes, headers)."""

    class _Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content, headers = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(signature: str, number: int, **more: Any) -> Answer:
    content = json.dumps({"round": number, "signature": signature, "randomness": "", **more}).encode()
    return lambda _path: (200, content, {"Content-Type": "application/json"})


def test_the_first_relay_lies_and_the_second_does_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(plan=_plan_that_came(), at=EARLIER)
        draw_id, source, number = draw.id, draw.chain, draw.round
    seen = []

    def _honest(path: str) -> tuple[int, bytes, dict[str, str]]:
        seen.append(path)
        with app.app_context(), committing():
            hit(TRIES, "somebody writes meanwhile", NOW)  # so no transaction of the job is open
        return says(sign(source, number), number)(path)

    with relay(says(sign(source, number + 1), number)) as liar, relay(_honest) as honest:
        app.config["BEACON_RELAYS"] = f"{liar},{honest}"
        assert advanced(app)["drawn"] == 1
    assert seen == [f"/{QUICKNET}/public/{number}"]
    assert "wrong signature" in caplog.text
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert (draw.state, draw.signature_source) == (PublicDrawState.DRAWN, "relay")


def _plan_that_came() -> Any:
    """Two days after the commitment, and that is now a day ago."""
    return PAST


def test_silent_relays_are_asked_again_later_and_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw_id = committed_on_drand(plan=_plan_that_came(), at=EARLIER).id
    asked = []

    def _nothing(path: str) -> tuple[int, bytes, dict[str, str]]:
        asked.append(path)
        return 404, b"", {}

    with relay(_nothing) as address:
        app.config["BEACON_RELAYS"] = address
        for _ in range(5):
            assert advanced(app)["drawn"] == 0
    assert len(asked) == 1
    assert jobs._waits[draw_id][1] == 2 * jobs.FIRST_WAIT
    assert state_of(app, draw_id) is PublicDrawState.COMMITTED


NONSENSE: dict[str, Answer] = {
    "not json": lambda _path: (200, b"<html>Storing</html>", {}),
    "a list": lambda _path: (200, b"[]", {}),
    "another round": says("ab" * 48, 8),
    "no text": lambda _path: (200, b'{"round": 7, "signature": 5}', {}),
    "too much": lambda _path: (200, b" " * 70_000, {}),
    "too deep": lambda _path: (200, b"[" * 60_000, {}),
    "an error": lambda _path: (500, b"", {}),
    "not utf-8": lambda _path: (200, b"\xff\xfe{", {}),
}


@pytest.mark.parametrize("name", list(NONSENSE))
def test_nonsense_is_left_out(app: Flask, name: str) -> None:
    with relay(NONSENSE[name]) as address, app.app_context():
        app.config["BEACON_RELAYS"] = address
        assert list(relays.ask("ab" * 32, 7)) == []


def test_a_redirect_is_not_followed(app: Flask) -> None:
    with relay(says("ab" * 48, 7)) as other:
        elsewhere: Answer = lambda _path: (302, b"", {"Location": f"{other}/x"})  # noqa: E731  # shorter so
        with relay(elsewhere) as address, app.app_context():
            app.config["BEACON_RELAYS"] = address
            assert list(relays.ask("ab" * 32, 7)) == []


def test_bytes_that_drip_do_not_hold_the_job(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "TIMEOUT_SECONDS", 0.5)
    stop = threading.Event()

    class _Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.1):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Drip)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with app.app_context():
            app.config["BEACON_RELAYS"] = f"http://127.0.0.1:{server.server_port}"
            started = time.monotonic()
            assert list(relays.ask("ab" * 32, 7)) == []
            assert time.monotonic() - started < 3
    finally:
        stop.set()
        server.shutdown()
        server.server_close()


def test_only_safe_addresses(app: Flask, tmp_path: Any) -> None:
    plain = configuration(tmp_path, "sqlite://")
    for wrong in (
        "http://example.nl",
        "ftp://example.nl",
        "https://u:p@example.nl",
        "example.nl",
        "https://x?y",
    ):
        with pytest.raises(SettingsError, match="CIVIC_BEACON_RELAYS"):
            settings({**plain, "BEACON_RELAYS": wrong})
    found = settings({**plain, "BEACON_RELAYS": " https://a.example/ , http://127.0.0.1:8 "})
    assert found["BEACON_RELAYS"] == "https://a.example,http://127.0.0.1:8"
    with app.app_context():  # also when the setting got there in another way
        app.config["BEACON_RELAYS"] = "http://example.nl"
        assert list(relays.ask("ab" * 32, 7)) == []


# --- witnesses -------------------------------------------------------------------------------------------


def test_a_manifest_without_witnesses_is_void_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        signed = committed_on_drand()
        unsigned_id = _unsigned()
        signed_id, limit = signed.id, signed.round_at - timedelta(hours=24)
    with app.app_context():
        assert jobs.advance(limit + timedelta(minutes=9))["unwitnessed"] == 0  # one can be on its way
        assert jobs.advance(limit + timedelta(minutes=11))["unwitnessed"] == 1
        assert jobs.advance(limit + timedelta(minutes=12))["unwitnessed"] == 0
        draw = db.session.get_one(PublicDraw, unsigned_id)
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, "te-weinig-getuigen")
        assert db.session.get_one(PublicDraw, signed_id).state is PublicDrawState.COMMITTED


def _unsigned() -> int:
    """Another panel, whose commitment only one witness signed."""
    from tests.panels import makers_public_draws as makers
    from tests.panels.makers import administrator
    from tests.panels.makers_public_draws_drand import PLAN
    from tests.seal.makers import DRONTEN

    draw = service.propose(makers.frozen_panel(), PLAN, actor=administrator(), at=NOW)
    db.session.commit()
    compute_lottery(draw)
    makers.note(draw)
    service.approve(draw, actor=second(), at=NOW)
    db.session.commit()
    makers.commit(draw)
    log_is_sealed(NOW + timedelta(minutes=6))
    witnesses_sign(NOW + timedelta(minutes=7), (DRONTEN,))
    return draw.id


def test_a_manifest_without_witnesses_is_void_when_nobody_was_there_in_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs process was down until after the round: nobody is stuck."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(is_witnessed=False, plan=PAST, at=EARLIER)
        assert jobs.advance(NOW)["unwitnessed"] == 1
        draw = db.session.get_one(PublicDraw, draw.id, populate_existing=True)
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, "te-weinig-getuigen")
        assert actions_of(draw)[-1] == "voided"
        assert jobs.advance(NOW)["unwitnessed"] == 0
        assert queries.open_public_draw(draw.panel_id) is None


def test_relays_are_not_asked_while_the_balls_can_still_be_signed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    plan = replace(PAST, ball_digits=2, round_at=NOW - timedelta(minutes=5))
    asked: list[str] = []

    def _note(path: str) -> tuple[int, bytes, dict[str, str]]:
        asked.append(path)
        return 404, b"", {}

    with relay(_note) as address, app.app_context():
        app.config["BEACON_RELAYS"] = address
        draw = committed_on_drand(plan=plan, at=EARLIER)
        early = draw.round_at - timedelta(hours=1)
        service.enter_balls(draw, "42", actor=administrator(), at=early)
        db.session.commit()
        log_is_sealed(early)
        jobs.advance(NOW)
        assert asked == []
        witnesses_sign(early + timedelta(minutes=1))
        jobs.advance(NOW)
        assert len(asked) == 1


def test_practice_needs_no_witnesses(app: Flask) -> None:
    with app.app_context():
        allow_practice()
        draw_id = due_draw().id
        jobs.advance(NOW - timedelta(days=1, minutes=1))
        assert db.session.get_one(PublicDraw, draw_id).state is not PublicDrawState.SUPERSEDED
