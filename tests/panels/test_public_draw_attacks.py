"""What an insider or a visitor would try, and what stops it (docs/loting-dreigingen.md).

Where the site itself cannot refuse (somebody with the password of the database), the public script does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from civic.accounts.states import Role
from civic.config import SettingsError, settings
from civic.db import db
from civic.errors import DomainError, Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, PanelFiles, PublicDraw, PublicDrawFile, Registration, Seat
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_commit as commits
from civic.panels.service import public_draws_pool as pools
from civic.panels.service import public_draws_reveal as reveals
from civic.panels.service import seats, seats_answers
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from civic.sortition.publication import practice_signature, verify_draw
from tests.conftest import NOW, configuration
from tests.panels.makers import ADMINISTRATOR_EMAIL, actions_of, administrator
from tests.panels.makers_freeze import SECOND_EMAIL, second
from tests.panels.makers_public_draws import (
    AFTER,
    BALLS,
    PLAN,
    REASON,
    ROUND_AT,
    allow_practice,
    approved_draw,
    commit,
    committed_draw,
    drawn_draw,
    due_draw,
    frozen_panel,
    griffier,
    log_is_sealed,
    proposed_draw,
    reveal,
    signature_of,
    superseded_draw,
)
from tests.panels.makers_public_draws_drand import BALLS as REAL_BALLS
from tests.panels.makers_public_draws_drand import (
    BEFORE,
    committed_on_drand,
    declared_fallback,
    proposed_on_drand,
    reveal_on_drand,
    sign,
    use_own_keys,
    witnesses_sign,
)
from tests.panels.makers_seats import make_public_draw
from tests.seal.makers import DRONTEN, LELYSTAD, cosign, drop_triggers, newest

THIRD_EMAIL = "derde@example.nl"


def edit_file(draw: PublicDraw, name: str, change: Callable[[bytes], bytes]) -> None:
    """With the password of the database: the file and its hash, as neatly as can be."""
    content = change(queries.file_of(draw, name) or b"")
    db.session.execute(
        update(PublicDrawFile)
        .where(PublicDrawFile.public_draw_id == draw.id, PublicDrawFile.name == name)
        .values(content=content, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    )
    db.session.commit()
    db.session.expire_all()


def edited(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    def _edit(content: bytes) -> bytes:
        found = json.loads(content)
        change(found)
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()

    return _edit


# --- drawing again ---------------------------------------------------------------------------------------


def test_redraw_after_the_commitment(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        with pytest.raises(Invalid):
            service.propose(panel, PLAN, actor=administrator(), at=NOW)
        with pytest.raises(NotAllowedNow):
            service.supersede(draw, REASON, actor=administrator(), at=AFTER)


def test_redraw_after_a_result_that_nobody_likes(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        with pytest.raises(Invalid):
            service.propose(panel, PLAN, actor=administrator(), at=NOW)
        with pytest.raises(NotAllowedNow):
            service.supersede(draw, REASON, actor=administrator(), at=AFTER)
        with pytest.raises(NotAllowedNow):
            service.cancel(draw, actor=administrator(), at=AFTER)
        with pytest.raises(Invalid):
            service.void(draw, "het-bevalt-niet", REASON, actor=griffier(), at=AFTER)
        assert draw.state is PublicDrawState.DRAWN


def test_two_results_for_one_manifest(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        question = reveals.gather(draw, chain.Signature(signature_of(draw)), AFTER)
        assert question is not None
        answer = reveals.work_out(question)
        reveals.apply(draw, answer, at=AFTER)
        db.session.commit()
        with pytest.raises(NotAllowedNow):
            reveals.apply(draw, answer, at=AFTER)
        db.session.rollback()
        assert actions_of(draw).count("result") == 1


# --- changing what is drawn from -------------------------------------------------------------------------


def test_swap_the_pool_before_the_commitment(app: Flask) -> None:
    """Another answer in the file than was frozen: the leaf does not fit."""
    with app.app_context():
        draw = approved_draw()
        files = db.session.get_one(PanelFiles, draw.draw.files_id)
        swapped = (files.respondents or b"").replace(b"16-34", b"65+", 1)
        files.respondents = swapped
        db.session.commit()
        with pytest.raises(commits.NotPossible, match="pool_differs"):
            commits.build(commits.work_on(draw, NOW).order)


def test_swap_a_person_before_the_commitment(app: Flask) -> None:
    """Another person behind a leaf: the root is not the one that was made public at the freeze."""
    with app.app_context():
        draw = approved_draw()
        row = db.session.scalars(select(Registration).where(Registration.leaf.is_not(None))).first()
        assert row is not None
        person = json.dumps({"birth_date": "1980-01-01", "letter_code": "", "name": "Een Vriend"})
        row.secrets = {**row.secrets, "person": person}
        db.session.commit()
        with pytest.raises(commits.NotPossible, match="pool_differs"):
            commits.build(commits.work_on(draw, NOW).order)


def test_swap_the_auditors_list(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        pool = json.loads(pools.read_pool(draw, actor=second(), at=AFTER))
        first, other = pool["members"][0], pool["members"][1]
        first["person"], other["person"] = other["person"], first["person"]
        report = verify_draw.check(queries.folder_of(draw), pool=verify_draw.canonical(pool))
        assert {"leaf_wrong", "root_wrong"} <= report.codes


def test_edit_the_quotas_after_the_commitment(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        edit_file(
            draw,
            "manifest.json",
            edited(lambda manifest: manifest["quotas"][0].update(max=manifest["panel_size"])),
        )
        assert "commitment_unlogged" in verify_draw.check(queries.folder_of(draw)).codes
        with pytest.raises(reveals.NotPublishable, match="commitment_unlogged"):
            service.receive_signature(draw, signature_of(draw), source="relay", at=AFTER)
        db.session.rollback()
        assert draw.state is PublicDrawState.COMMITTED


def test_drop_a_panel(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()

        def _without_the_last(content: bytes) -> bytes:
            return b"".join(one for one in content.splitlines(keepends=True) if not one.startswith(b"99 "))

        edit_file(draw, "panels.txt", _without_the_last)
        assert {"panels_changed", "panel_count"} <= verify_draw.check(queries.folder_of(draw)).codes
        with pytest.raises(reveals.NotPublishable, match="panel"):
            service.receive_signature(draw, signature_of(draw), source="relay", at=AFTER)


def test_a_doctored_script(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        edit_file(draw, "verify_draw.py", lambda content: content + b"\nprint('Alles klopt.')\n")
        assert "verifier_changed" in verify_draw.check(queries.folder_of(draw)).codes


# --- more than one manifest ------------------------------------------------------------------------------


def test_a_second_open_manifest(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        other = proposed_copy(draw)
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()
        assert other.id is None


def proposed_copy(draw: PublicDraw) -> PublicDraw:
    names = ("panel_id", "freeze_id", "identifier", "pool", "size", "panels", "chain", "round", "round_at")
    copy = PublicDraw(
        **{name: getattr(draw, name) for name in names},
        draw_id=draw.draw_id,
        proposed_by_id=administrator().id,
        proposed_at=NOW,
    )
    db.session.add(copy)
    return copy


def test_a_second_manifest_behind_the_constraint(app: Flask) -> None:
    """Somebody took the index away: both manifests are in the log, and both are refused."""
    with app.app_context():
        draw = committed_draw()
        data = {
            "commitment": "ab" * 32,
            "draw": draw.identifier,
            "kind": "commitment",
            "sequence": 2,
            "value": "manifest",
        }
        what = events.What("commitment", visibility=Visibility.PUBLIC, data=data)
        events.record(draw, what, actor=None, at=NOW)
        log_is_sealed(NOW)
        assert "two_manifests" in verify_draw.check(queries.folder_of(draw)).codes
        with pytest.raises(reveals.NotPublishable, match="two_manifests"):
            service.receive_signature(draw, signature_of(draw), source="relay", at=AFTER)


def test_a_manifest_on_a_sequence_number_that_was_used(app: Flask) -> None:
    with app.app_context():
        panel = db.session.get_one(Panel, superseded_draw().panel_id)
        draw = approved_draw(panel, at=NOW + timedelta(hours=2))
        work = commits.work_on(draw, NOW + timedelta(hours=2))
        assert work.sequence == 2
        stale = commits.Work(work.draw_id, 1, work.committed_at, work.order)
        with pytest.raises(NotAllowedNow, match="changed_meanwhile"):
            commits.commit(draw, stale, commits.build(work.order), at=NOW)


# --- balls -----------------------------------------------------------------------------------------------


def test_late_ball_digits(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw(plan=BALLS)
        with pytest.raises(Invalid) as caught:
            service.enter_balls(draw, "12", actor=administrator(), at=draw.round_at)
        assert "te laat" in caught.value.errors["digits"][0]
        db.session.rollback()
        reveal(draw)
        assert (queries.result_of(draw) or {})["balls"] == "00"


def test_late_ball_digits_in_the_table(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw(plan=BALLS)
        with pytest.raises(IntegrityError):
            db.session.execute(
                update(PublicDraw)
                .where(PublicDraw.id == draw.id)
                .values(balls="12", balls_at=draw.round_at + timedelta(seconds=1))
            )


def test_other_balls_in_the_table_than_in_the_log(app: Flask) -> None:
    """The result reads the log, not the row."""
    with app.app_context():
        draw = committed_draw(plan=BALLS)
        service.enter_balls(draw, "12", actor=administrator(), at=NOW)
        db.session.commit()
        log_is_sealed()
        db.session.execute(update(PublicDraw).where(PublicDraw.id == draw.id).values(balls="99"))
        db.session.commit()
        reveal(draw)
        assert (queries.result_of(draw) or {})["balls"] == "12"


def test_other_balls_the_second_time(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw(plan=BALLS)
        service.enter_balls(draw, "12", actor=administrator(), at=NOW)
        service.enter_balls(draw, "12", actor=griffier(), at=NOW)
        with pytest.raises(Invalid):
            service.enter_balls(draw, "13", actor=griffier(), at=NOW)
        assert actions_of(draw).count("balls") == 1
        for wrong in ("1", "123", "1a", "", "１２", "-1"):
            with pytest.raises((Invalid, NotAllowedNow)):
                service.check_balls(committed_again(draw), wrong, at=NOW)


def committed_again(draw: PublicDraw) -> PublicDraw:
    draw.balls = draw.balls_at = None
    return draw


def test_balls_that_no_witness_saw_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a draw on drand: written down before the round, but nobody outside can say so."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(plan=REAL_BALLS)
        service.enter_balls(draw, "12", actor=griffier(), at=draw.round_at - timedelta(minutes=31))
        db.session.commit()
        log_is_sealed(draw.round_at - timedelta(minutes=31))
        witnesses_sign(draw.round_at + timedelta(minutes=1))
        reveal_on_drand(draw)
        log_is_sealed(draw.round_at + timedelta(hours=3))
        assert (queries.result_of(draw) or {})["balls"] == "00"
        report = verify_draw.check(queries.folder_of(draw))
        assert report.codes == set()
        assert "balls_ignored" in {one.code for one in report.limits}


def test_balls_that_leave_witnesses_no_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour before the round is too late, in a draw that counts."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(plan=REAL_BALLS)
        with pytest.raises(Invalid) as caught:
            service.enter_balls(draw, "12", actor=griffier(), at=draw.round_at - timedelta(minutes=30))
        assert "half uur" in caught.value.errors["digits"][0]
        service.enter_balls(draw, "12", actor=griffier(), at=draw.round_at - timedelta(minutes=30, seconds=1))
        assert draw.balls == "12"


def test_a_signature_under_the_balls_that_comes_after_the_result(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A witness signed in time, and hands it in when the result would be there already."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(plan=REAL_BALLS)
        at = draw.round_at
        service.enter_balls(draw, "42", actor=griffier(), at=at - timedelta(minutes=40))
        db.session.commit()
        log_is_sealed(at - timedelta(minutes=40))
        checkpoint = newest()
        cosign(LELYSTAD, checkpoint, at - timedelta(minutes=1))
        for wait in (timedelta(seconds=5), timedelta(minutes=9, seconds=59)):
            with pytest.raises(NotAllowedNow, match="log_behind"):
                reveal_on_drand(draw, at=at + wait)
            db.session.rollback()
        cosign(DRONTEN, checkpoint, at + timedelta(minutes=8), time=int(at.timestamp()) - 2)
        db.session.commit()
        reveal_on_drand(draw, at=at + timedelta(minutes=8, seconds=1))  # now there are two
        log_is_sealed(at + timedelta(minutes=9))
        assert (queries.result_of(draw) or {})["balls"] == "42"
        assert verify_draw.check(queries.folder_of(draw)).codes == set()


def test_without_enough_signatures_the_result_comes_ten_minutes_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(plan=REAL_BALLS)
        at = draw.round_at
        service.enter_balls(draw, "42", actor=griffier(), at=at - timedelta(minutes=40))
        db.session.commit()
        log_is_sealed(at - timedelta(minutes=40))
        checkpoint = newest()
        cosign(LELYSTAD, checkpoint, at - timedelta(minutes=1))
        late = at + timedelta(minutes=10)
        reveal_on_drand(draw, at=late)
        assert (queries.result_of(draw) or {})["balls"] == "00"
        with pytest.raises(DomainError):  # what was signed in time is not taken any more
            cosign(DRONTEN, checkpoint, late, time=int(at.timestamp()) - 1)


# --- the public number -----------------------------------------------------------------------------------


def test_the_number_before_its_round(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        with pytest.raises(NotAllowedNow, match="round_not_yet"):
            service.receive_signature(
                draw, signature_of(draw), source="form", at=ROUND_AT - timedelta(seconds=1)
            )


def test_the_signature_of_another_round(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        for number in (draw.round - 1, draw.round + 1):
            with pytest.raises(Invalid):
                service.receive_signature(draw, practice_signature(number).hex(), source="form", at=AFTER)
        assert draw.state is PublicDrawState.COMMITTED


def test_another_round_on_drand(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        for number in (draw.round - 1, draw.round + 1):
            with pytest.raises(Invalid):
                service.receive_signature(draw, sign(draw.chain, number), source="relay", at=AFTER)
        reveal_on_drand(draw)
        assert draw.state is PublicDrawState.DRAWN


@pytest.mark.parametrize("forged", ["", "00" * 48, "c0" + "00" * 47, "zz", "ab" * 200, "Uitslag: 417"])
def test_a_forged_signature(app: Flask, forged: str) -> None:
    with app.app_context():
        draw = committed_draw()
        with pytest.raises(Invalid):
            service.receive_signature(draw, forged, source="form", at=AFTER)
        assert draw.state is PublicDrawState.COMMITTED


def test_a_forged_signature_on_drand(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        true = sign(draw.chain, draw.round)
        turned = f"{int(true, 16) ^ (1 << 381):096x}"  # the other point with that x
        for forged in (turned, "c0" + "00" * 47, true[:-2], "a" * 96, practice_signature(draw.round).hex()):
            with pytest.raises(Invalid):
                service.receive_signature(draw, forged, source="form", at=AFTER)


def test_a_signature_of_an_earlier_draw_again(app: Flask) -> None:
    with app.app_context():
        first = drawn_draw()
        old = first.signature or ""
        code = "fout-in-de-lijst-met-aanmeldingen"
        service.void(first, code, REASON, actor=griffier(), at=AFTER)
        db.session.commit()
        later = AFTER + timedelta(days=1)
        plan = service.Plan(PLAN.purpose, 100, 0, later + timedelta(days=1))
        draw = committed_draw(db.session.get_one(Panel, first.panel_id), plan, later)
        with pytest.raises(Invalid):
            service.receive_signature(draw, old, source="form", at=later + timedelta(days=2))


# --- the fallback ----------------------------------------------------------------------------------------


def test_a_fallback_is_no_choice_while_the_chain_may_still_speak(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()  # on the practice chain there is none at all
        with pytest.raises(NotAllowedNow):
            service.declare_fallback(draw, REASON, actor=griffier(), at=AFTER)


def test_the_fallback_without_a_griffiers_decision(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        with pytest.raises(NotAllowedNow):
            service.declare_fallback(draw, REASON, actor=griffier(), at=draw.round_at - timedelta(seconds=1))
        with pytest.raises(NotAllowedNow):
            reveal_on_drand(draw, is_fallback=True)
        assert draw.state is PublicDrawState.COMMITTED


def test_the_fallback_declared_when_its_number_is_known(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        spare = chain.fallback_at(draw)
        assert spare is not None
        with pytest.raises(NotAllowedNow, match="round_passed"):
            service.declare_fallback(draw, REASON, actor=griffier(), at=spare)
        db.session.rollback()
        service.declare_fallback(draw, REASON, actor=griffier(), at=spare - timedelta(seconds=1))
        db.session.commit()
        log_is_sealed(spare)
        with pytest.raises(NotAllowedNow, match="round_not_yet"):
            reveal_on_drand(draw, is_fallback=True, at=spare - timedelta(seconds=1))


@pytest.mark.parametrize("state", [PublicDrawState.DRAWN, PublicDrawState.COMMITTED])
def test_the_first_number_also_undoes_a_replacement(
    app: Flask, monkeypatch: pytest.MonkeyPatch, state: PublicDrawState
) -> None:
    """No living seat of it remains, and no open draw."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        at = declared_fallback(draw)
        reveal_on_drand(draw, is_fallback=True, at=at)
        drawn = db.session.scalars(select(Seat).order_by(Seat.id)).all()
        for number, seat in enumerate(drawn):
            act = seats_answers.Act(SeatAnswer.PHONE, administrator(), at + timedelta(hours=1))
            (seats_answers.decline if number < 4 else seats_answers.accept)(seat, act)
        db.session.commit()
        panel = db.session.get_one(Panel, draw.panel_id)
        then = at + timedelta(days=3)
        later = make_public_draw(panel, DrawPurpose.REPLACEMENT, then, state)
        if state is PublicDrawState.DRAWN:
            held = {one.registration_id for one in drawn}
            rows = db.session.scalars(select(Registration).where(Registration.panel_id == panel.id)).all()
            new = [one.uid for one in rows if one.id not in held][:4]
            seats.seat_the_drawn(later, [*seats.replacement_of(panel).fixed, *new], then)
            db.session.commit()
        reveal_on_drand(draw, at=at + timedelta(days=4))
        assert draw.state is PublicDrawState.VOIDED
        later = db.session.get_one(PublicDraw, later.id, populate_existing=True)
        assert (later.state, later.end_code) == (PublicDrawState.VOIDED, "lotingsgetal-kwam-toch")
        assert db.session.get_one(Panel, panel.id).stage is Stage.FROZEN
        living = (SeatState.INVITED, SeatState.ACCEPTED)
        assert db.session.scalars(select(Seat).where(Seat.state.in_(living))).all() == []


@pytest.mark.parametrize("step", ["proposed", "approved"])
def test_the_first_number_stops_what_was_not_public_yet(
    app: Flask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        at = declared_fallback(draw)
        reveal_on_drand(draw, is_fallback=True, at=at)
        seat = db.session.scalars(select(Seat)).first()
        assert seat is not None
        seats_answers.decline(seat, seats_answers.Act(SeatAnswer.PHONE, administrator(), at))
        panel = db.session.get_one(Panel, draw.panel_id)
        plan = service.Plan(DrawPurpose.REPLACEMENT, 100, 0, at + timedelta(days=3))
        later = service.propose(panel, plan, actor=administrator(), at=at)
        if step == "approved":
            later.state, later.approved_by_id, later.approved_at = PublicDrawState.APPROVED, second().id, at
        db.session.commit()
        reveal_on_drand(draw, at=at + timedelta(days=1))
        later = db.session.get_one(PublicDraw, later.id, populate_existing=True)
        assert (later.state, later.draw.is_open) == (PublicDrawState.CANCELLED, False)
        assert actions_of(later)[-1] == "cancel_draw"


def test_voiding_between_the_number_and_the_result(app: Flask) -> None:
    """The result comes first, so that what was voided stays public."""
    code = "fout-in-het-lotingsgetal"
    with app.app_context():
        draw = committed_draw()
        with pytest.raises(NotAllowedNow, match="round_passed"):
            service.void(draw, code, REASON, actor=griffier(), at=AFTER)
        db.session.rollback()
        reveal(draw)
        service.void(draw, code, REASON, actor=griffier(), at=AFTER)
        db.session.commit()
        assert draw.state is PublicDrawState.VOIDED
        assert queries.result_of(draw)


def test_the_fallback_chosen_though_the_round_exists(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever brings the first signature, at any later time, makes the fallback's result void."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        at = declared_fallback(draw)
        reveal_on_drand(draw, is_fallback=True, at=at)
        assert (draw.state, draw.used_fallback) == (PublicDrawState.DRAWN, True)
        assert draw.previous_signature == BEFORE
        panel = db.session.get_one(Panel, draw.panel_id)
        assert panel.stage is Stage.DRAWN
        log_is_sealed(at)
        witnesses_sign(at + timedelta(minutes=1))
        folder = queries.folder_of(draw)
        report = verify_draw.check(folder)
        assert report.codes == set()
        assert "fallback_unchecked" in {one.code for one in report.unchecked}

        with pytest.raises(Invalid):
            service.receive_signature(draw, sign(draw.chain, draw.round + 1), source="form", at=at)
        reveal_on_drand(draw, at=at + timedelta(days=30))
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, "lotingsgetal-kwam-toch")
        assert db.session.get_one(Panel, draw.panel_id).stage is Stage.FROZEN
        log_is_sealed(at + timedelta(days=30))
        assert "fallback_void" in verify_draw.check(queries.folder_of(draw)).codes


def test_the_first_number_wins_also_after_the_declaration(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        at = declared_fallback(draw)
        reveal_on_drand(draw, at=at)
        assert (draw.state, draw.used_fallback) == (PublicDrawState.DRAWN, False)


# --- the practice chain ----------------------------------------------------------------------------------


def test_production_does_not_start_with_the_practice_chain(tmp_path: Any) -> None:
    overrides = {**configuration(tmp_path, "sqlite://"), "ENVIRONMENT": "production", "PRACTICE_CHAIN": True}
    with pytest.raises(SettingsError, match="CIVIC_PRACTICE_CHAIN"):
        settings(overrides)


def test_a_demo_practises_and_nothing_else_does(tmp_path: Any) -> None:
    plain = configuration(tmp_path, "sqlite://")
    assert settings(plain)["PRACTICE_CHAIN"] is False
    assert settings({**plain, "DEMO": True})["PRACTICE_CHAIN"] is True
    assert settings({**plain, "DEMO": True, "PRACTICE_CHAIN": "nee"})["PRACTICE_CHAIN"] is False


def test_the_practice_chain_where_it_is_off(app: Flask) -> None:
    """A draw that was prepared in a demo does not become real where the settings forbid it."""
    with app.app_context():
        draw = approved_draw()
        app.config["PRACTICE_CHAIN"] = False
        work = commits.work_on(draw, NOW)
        bundle = commits.build(work.order)
        with pytest.raises(NotAllowedNow, match="practice_refused"):
            commits.commit(draw, work, bundle, at=NOW)
        db.session.rollback()
        allow_practice()
        commit(draw)
        log_is_sealed()
        app.config["PRACTICE_CHAIN"] = False
        with pytest.raises(NotAllowedNow, match="practice_refused"):
            service.receive_signature(draw, signature_of(draw), source="form", at=AFTER)
        with pytest.raises(NotAllowedNow, match="practice_refused"):
            chain.practice_signature(1)


def test_a_row_that_was_put_on_the_practice_chain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the draw says that it counts, the row says practice: the script refuses the mix."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        practice = chain.source_for(draw.round_at, is_rehearsal=True)
        db.session.execute(
            update(PublicDraw)
            .where(PublicDraw.id == draw.id)
            .values(chain=practice.chain, round=practice.round)
        )
        db.session.commit()
        db.session.expire_all()
        with pytest.raises(NotAllowedNow, match="practice_refused"):
            chain.practice_signature_of(draw)
        with pytest.raises((reveals.NotPublishable, NotAllowedNow)):
            service.receive_signature(draw, signature_of(draw), source="form", at=AFTER)


def test_the_tool_that_signs_practice_rounds(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["panels", "practice-round", "7"]).exit_code != 0
    app.config["PRACTICE_CHAIN"] = True
    found = runner.invoke(args=["panels", "practice-round", "7"])
    assert found.output.strip() == practice_signature(7).hex()


def test_a_rehearsal_never_becomes_real(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        changed = edited(lambda manifest: manifest.update(practice=False))
        edit_file(draw, "manifest.json", changed)
        assert "practice_mixed" in verify_draw.check(queries.folder_of(draw)).codes


# --- afterwards ------------------------------------------------------------------------------------------


def _one_further(result: dict[str, Any]) -> None:
    result["index"] = (result["index"] + 1) % 100


def test_an_edited_result(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        edit_file(draw, "result.json", edited(_one_further))
        assert {"index_wrong", "result_differs"} <= verify_draw.check(queries.folder_of(draw)).codes


def test_an_edited_result_with_its_event(app: Flask) -> None:
    """The log entry too, behind the trigger's back: then the sealed log itself no longer fits."""
    with app.app_context():
        draw = drawn_draw()
        drop_triggers()
        db.session.execute(
            text("UPDATE event SET data = :data WHERE subject_type = 'public_draw' AND action = 'result'"),
            {"data": json.dumps({"kind": "result", "value": "ab" * 32})},
        )
        db.session.commit()
        db.session.expire_all()
        assert "log_proof" in verify_draw.check(queries.folder_of(draw)).codes
    found = app.test_cli_runner().invoke(args=["log", "verify"])
    assert found.exit_code == 1


def test_an_edited_row(app: Flask) -> None:
    """The page shows the row; the files and the log say otherwise, and the script reads only those."""
    with app.app_context():
        draw = drawn_draw()
        before = draw.index
        db.session.execute(update(PublicDraw).where(PublicDraw.id == draw.id).values(index=99))
        db.session.commit()
        result = queries.result_of(draw)
        assert result is not None
        assert result["index"] == before
        assert verify_draw.check(queries.folder_of(draw)).codes == set()


# --- people ----------------------------------------------------------------------------------------------


def test_an_administrator_alone(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    alone = sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)
    with app.app_context():
        draw = proposed_draw()
        with pytest.raises(NotAllowedNow, match="own_proposal"):
            service.approve(draw, actor=administrator(), at=NOW)
        with pytest.raises(NotAllowedNow, match="own_proposal"):
            service.refuse(draw, REASON, actor=administrator(), at=NOW)
        address = f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/besluit"
        one = administrator().id
        with pytest.raises(IntegrityError):
            db.session.execute(
                update(PublicDraw)
                .where(PublicDraw.id == draw.id)
                .values(approved_by_id=one, approved_at=NOW, state=PublicDrawState.APPROVED)
            )
        db.session.rollback()
    assert alone.post(address, data={"decision": "agree"}).status_code == 403


def test_too_few_witnesses(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel()
        with pytest.raises(Invalid) as caught:
            service.propose(panel, PLAN, actor=administrator(), at=NOW)
        assert "getuigen" in str(caught.value.errors["purpose"])


def test_witnesses_who_left_before_the_approval(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = proposed_on_drand()
        db.session.execute(text("UPDATE witness SET retired_at = published_at"))
        db.session.commit()
        with pytest.raises(Invalid) as caught:
            service.approve(draw, actor=second(), at=NOW)
        assert "getuigen" in caught.value.errors["decision"][0]


def test_a_manifest_that_no_witness_signed_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand(is_witnessed=False)
        assert not queries.is_witnessed(draw)
        with pytest.raises(reveals.NotPublishable, match="commitment_unwitnessed"):
            reveal_on_drand(draw)
        db.session.rollback()
        witnesses_sign(draw.round_at - timedelta(hours=23))  # too late: less than a day ahead
        assert not queries.is_witnessed(draw)
        with pytest.raises(reveals.NotPublishable, match="commitment_unwitnessed"):
            reveal_on_drand(draw)


def test_a_replayed_approval(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    other = sign_in(Role.LOTTERY_ADMINISTRATOR, email=SECOND_EMAIL)
    with app.app_context():
        draw = proposed_draw()
        old, panel_id = draw.id, draw.panel_id
        service.cancel(draw, actor=administrator(), at=NOW)
        db.session.commit()
        new = proposed_draw(db.session.get_one(Panel, panel_id)).id
    address = f"/panels/{panel_id}/openbare-loting/%s/besluit"
    assert other.post(address % old, data={"decision": "agree"}).status_code == 409
    assert other.post(address % new, data={"decision": "agree"}).status_code == 303
    assert other.post(address % new, data={"decision": "agree"}).status_code == 409
    with app.app_context():
        assert db.session.get_one(PublicDraw, old).state is PublicDrawState.CANCELLED
        assert actions_of(db.session.get_one(PublicDraw, new)).count("approve_draw") == 1


def test_two_approvals_at_once(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    clients = [sign_in(Role.LOTTERY_ADMINISTRATOR, email=email) for email in (SECOND_EMAIL, THIRD_EMAIL)]
    with app.app_context():
        draw = proposed_draw()
        address = f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/besluit"
        draw_id = draw.id
    start, found = Barrier(2), []

    def _agree(client: FlaskClient) -> None:
        start.wait()
        found.append(client.post(address, data={"decision": "agree"}).status_code)

    threads = [Thread(target=_agree, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 409]
    with app.app_context():
        assert actions_of(db.session.get_one(PublicDraw, draw_id)).count("approve_draw") == 1


def test_a_strangers_number_and_a_jobs_number_at_once(app: Flask) -> None:
    with app.app_context():
        draw = due_draw()
        draw_id, address = draw.id, f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/lotingsgetal"
        signature = signature_of(draw)
    start, found = Barrier(2), []

    def _enter() -> None:
        client = app.test_client()
        start.wait()
        found.append(client.post(address, data={"signature": signature}).status_code)

    threads = [Thread(target=_enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 303 in found
    assert set(found) <= {303, 409}
    with app.app_context():
        assert actions_of(db.session.get_one(PublicDraw, draw_id)).count("result") == 1


PLACES = (
    ("GET", "voorbereiding"),
    ("GET", "besluit"),
    ("POST", "besluit"),
    ("POST", "annuleren"),
    ("GET", "ballen"),
    ("POST", "ballen"),
    ("GET", "terugnemen"),
    ("POST", "terugnemen"),
    ("GET", "ongeldig"),
    ("POST", "ongeldig"),
    ("GET", "terugval"),
    ("POST", "terugval"),
    ("GET", "lotingsgetal"),
    ("POST", "lotingsgetal"),
    ("GET", "bestanden/manifest.json"),
    ("GET", "bestanden.zip"),
    ("GET", "controlelijst"),
)


def test_foreign_ids(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    """A draw exists under its own panel's address only, whoever asks."""
    with app.app_context():
        draw, other = committed_draw(plan=BALLS), frozen_panel()
        own, foreign = f"/panels/{draw.panel_id}/openbare-loting", f"/panels/{other.id}/openbare-loting"
        draw_id, before = draw.id, len(actions_of(draw))
    roles = (Role.LOTTERY_ADMINISTRATOR, Role.COUNCIL_OFFICE, Role.AUDITOR)
    for role in roles:
        code = "GM0995" if role is Role.COUNCIL_OFFICE else None
        client = sign_in(role, email=f"{role.value}@example.nl", code=code)
        for method, name in PLACES:
            for address in (f"{foreign}/{draw_id}/{name}", f"{own}/99999/{name}"):
                answer = client.open(address, method=method, data={"reason": REASON, "digits": "12"})
                assert answer.status_code == 404, f"{role} {method} {address}: {answer.status}"
    with app.app_context():
        assert len(actions_of(db.session.get_one(PublicDraw, draw_id))) == before


def test_what_is_not_public_yet(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = proposed_draw()
        path = f"/panels/{draw.panel_id}/openbare-loting/{draw.id}"
    for name in ("lotingsgetal", "bestanden/manifest.json", "bestanden.zip"):
        assert client.get(f"{path}/{name}").status_code == 404
