"""A draw in public from the proposal to the result, as the services and the jobs do it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event, Visibility
from civic.panels.models import Panel, PanelFiles, PublicDraw, PublicDrawFile, Seat
from civic.panels.queries import public_draws as queries
from civic.panels.service import draws, freeze, panels
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_commit as commits
from civic.panels.service import public_draws_pool as pools
from civic.panels.service.public_draws import Plan
from civic.panels.states import DrawPurpose, DrawState, PublicDrawState, Stage
from civic.sortition.publication import verify_draw
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_freeze import EARLIER, frozen, make_in_order, pool_panel, second
from tests.panels.makers_pool import Wish, make_registration
from tests.panels.makers_public_draws import (
    AFTER,
    BALLS,
    FROZEN_AT,
    PEOPLE,
    PLAN,
    REASON,
    REHEARSAL,
    ROUND_AT,
    allow_practice,
    approved_draw,
    commit,
    committed_draw,
    compute_lottery,
    drawn_draw,
    frozen_panel,
    griffier,
    log_is_sealed,
    proposed_draw,
    requested_draw,
    reveal,
    signature_of,
    superseded_draw,
    voided_draw,
    withdrawn,
)


def test_the_whole_way(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw(plan=BALLS, balls="47")
        panel = db.session.get_one(Panel, draw.panel_id)
        assert (draw.state, panel.stage, draw.sequence) == (PublicDrawState.DRAWN, Stage.DRAWN, 1)
        assert actions_of(draw) == [
            "propose_draw",
            "draw_computed",
            "approve_draw",
            "commitment",
            "balls",
            "result",
            *(action for action in actions_of(draw) if action not in _OURS),
        ]
        folder = queries.folder_of(draw)
        assert set(folder) == set(queries.FILES)
        report = verify_draw.check(folder, pool=pools.read_pool(draw, actor=second(), at=AFTER))
        assert report.codes == set()
        assert report.practice
        manifest, result = queries.manifest_of(draw), queries.result_of(draw)
        assert result is not None
        assert result["balls"] == "47"
        assert result["index"] == draw.index
        assert hashlib.sha256(folder["manifest.json"]).hexdigest() == draw.commitment
        assert (manifest["draw"], manifest["pool"]) == (f"oefenloting-panel-{panel.id}", f"panel-{panel.id}")
        assert manifest["pool_size"] == PEOPLE
        # who was drawn sits there, and nobody else
        assert db.session.scalar(select(func.count()).select_from(Seat)) == draw.size
        assert [one["name"] for one in (draw.draw.result or {})["composition"]]


_OURS = {"propose_draw", "draw_computed", "approve_draw", "commitment", "balls", "result"}


def test_who_is_seated_holds_the_labels_of_the_panel(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        lottery = draw.draw.members
        assert lottery is not None
        panel = {lottery["ids"][place] for place in lottery["panels"][draw.index or 0]}
        seated = set(db.session.scalars(select(Seat)).all())
        assert {one.registration.uid for one in seated} == panel


def test_steps_of_the_protocol_are_public_and_the_rest_is_not(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        rows = db.session.scalars(
            select(Event).where(Event.subject_type == "public_draw", Event.subject_id == draw.id)
        )
        for row in rows:
            is_step = row.action in queries.STEPS
            if is_step:
                assert row.visibility is Visibility.PUBLIC
                assert set(row.data) == {"commitment", "draw", "kind", "sequence", "value"}
            elif row.action in _OURS:
                assert row.visibility is Visibility.INTERNAL
        # the engine's own events of a draw that counts are not public either
        events = db.session.scalars(select(Event).where(Event.subject_type == "panel_draw"))
        assert {row.visibility for row in events} == {Visibility.INTERNAL}


def test_a_rehearsal_has_its_own_sequence_and_invites_nobody(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel()
        rehearsal = drawn_draw(panel, REHEARSAL)
        assert rehearsal.identifier == f"oefenloting-panel-{panel.id}-proef"
        assert panel.stage is Stage.FROZEN
        assert db.session.scalar(select(func.count()).select_from(Seat)) == 0
        real = committed_draw(panel)
        assert (rehearsal.sequence, real.sequence) == (1, 1)
        assert queries.newest_public_draw(panel.id) == real
        assert queries.newest_public_draw(panel.id, is_rehearsal=True) == rehearsal


def test_the_next_manifest_names_the_one_before(app: Flask) -> None:
    with app.app_context():
        first = superseded_draw()
        panel = db.session.get_one(Panel, first.panel_id)
        again = drawn_draw(panel, at=NOW + timedelta(hours=2))
        assert (first.sequence, again.sequence) == (1, 2)
        assert queries.manifest_of(again)["previous"] == first.commitment
        # both are in the log of the new one, and the verifier takes that
        assert len(json.loads(queries.folder_of(again)["log.json"])["records"]) == 4
        assert verify_draw.check(queries.folder_of(again)).codes == set()
        assert verify_draw.check(queries.folder_of(first)).codes == {"superseded"}


def test_a_voided_result_stays_and_the_panel_is_drawn_again(app: Flask) -> None:
    with app.app_context():
        void = voided_draw()
        panel = db.session.get_one(Panel, void.panel_id)
        assert (void.state, panel.stage) == (PublicDrawState.VOIDED, Stage.FROZEN)
        assert queries.result_of(void) is not None
        assert verify_draw.check(queries.folder_of(void)).codes == {"voided"}
        later = AFTER + timedelta(days=1)
        plan = Plan(DrawPurpose.PANEL, 100, 0, later + timedelta(days=2))
        again = drawn_draw(panel, plan, at=later)
        assert again.sequence == 2
        assert queries.manifest_of(again)["previous"] == void.commitment
        assert verify_draw.check(queries.folder_of(again)).codes == set()
        assert db.session.get_one(Panel, panel.id).stage is Stage.DRAWN


def test_who_withdrew_before_the_draw_is_in_no_panel(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel()
        gone = withdrawn(panel, NOW - timedelta(days=1))
        draw = drawn_draw(panel)
        assert draw.draw.options["excluded"] == [gone.uid]
        pool = json.loads(pools.read_pool(draw, actor=second(), at=AFTER))
        member = next(one for one in pool["members"] if one["id"] == gone.uid)
        assert member["frequency"] == 0
        assert "person" not in member
        assert verify_draw.check(queries.folder_of(draw), pool=json_bytes(pool)).codes == set()


def test_who_withdraws_after_the_draw_is_closed_in_the_auditors_list(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        gone = withdrawn(panel, AFTER + timedelta(days=1))
        content = pools.read_pool(draw, actor=second(), at=AFTER)
        member = next(one for one in json.loads(content)["members"] if one["id"] == gone.uid)
        assert "person_hash" in member
        assert "answers" not in member
        # erased, and everything still holds
        assert verify_draw.check(queries.folder_of(draw), pool=content).codes == set()


def json_bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


# --- proposing -------------------------------------------------------------------------------------------


def test_a_plan_that_cannot_be_is_refused_with_every_reason(app: Flask) -> None:
    with app.app_context():
        allow_practice()
        panel = frozen_panel()
        plan = Plan(DrawPurpose.PANEL, 500, 0, NOW - timedelta(hours=1))
        with pytest.raises(Invalid) as caught:
            service.propose(panel, plan, actor=administrator(), at=NOW)
        assert set(caught.value.errors) == {"panels", "round_at"}
        for wrong in (
            Plan(DrawPurpose.PANEL, 100, 3, ROUND_AT),
            Plan(DrawPurpose.PANEL, 1000, 7, ROUND_AT),
            Plan(DrawPurpose.PANEL, 100, 0, NOW + timedelta(days=31)),
            Plan(DrawPurpose.REPLACEMENT, 100, 0, ROUND_AT),
        ):
            with pytest.raises(Invalid):
                service.propose(panel, wrong, actor=administrator(), at=NOW)
        assert db.session.scalar(select(func.count()).select_from(PublicDraw)) == 0


def test_a_real_round_is_a_day_and_an_hour_ahead(app: Flask) -> None:
    """On drand; the practice chain has no minimum."""
    with app.app_context():
        panel = frozen_panel()
        plan = Plan(DrawPurpose.PANEL, 100, 0, NOW + timedelta(hours=24, minutes=59))
        with pytest.raises(Invalid) as caught:
            service.propose(panel, plan, actor=administrator(), at=NOW)
        assert "purpose" in caught.value.errors  # no witnesses either
        allow_practice()
        soon = Plan(DrawPurpose.PANEL, 100, 0, NOW + timedelta(minutes=2))
        assert service.propose(panel, soon, actor=administrator(), at=NOW).round_at >= NOW


def test_not_while_people_can_react_to_the_pool(app: Flask) -> None:
    with app.app_context():
        allow_practice()
        panel = frozen_panel()
        early = NOW - timedelta(days=10)
        plan = Plan(DrawPurpose.PANEL, 100, 0, NOW)
        with pytest.raises(Invalid, match="invalid") as caught:
            service.propose(panel, plan, actor=administrator(), at=early)
        assert "reageren" in str(caught.value.errors["purpose"])


def test_one_open_draw_per_panel(app: Flask) -> None:
    with app.app_context():
        draw = requested_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        with pytest.raises(Invalid):
            service.propose(panel, PLAN, actor=administrator(), at=NOW)
        with pytest.raises(NotAllowedNow, match="draw_running"):
            draws.request_draw(panel, actor=administrator(), at=NOW)


def test_an_impossible_lottery_fails_with_its_reasons(app: Flask) -> None:
    with app.app_context():
        draw = requested_draw()
        row = draw.draw
        assert not commits.note_computed(draw, at=NOW)
        draws.claim_draw("test", NOW)
        draws.fail_draw(row, "impossible_quotas", [{"kind": "cause", "text": "Te weinig mensen."}], at=NOW)
        assert commits.note_computed(draw, at=NOW)
        assert (draw.state, draw.end_code) == (PublicDrawState.FAILED, "impossible_quotas")


def test_stopping_stops_the_engine_too(app: Flask) -> None:
    with app.app_context():
        draw = requested_draw()
        service.cancel(draw, actor=administrator(), at=NOW)
        service.cancel(draw, actor=administrator(), at=NOW)
        assert draw.draw.state is DrawState.CANCELLED
        assert actions_of(draw) == ["propose_draw", "cancel_draw"]
        assert requested_draw(db.session.get_one(Panel, draw.panel_id)).state is PublicDrawState.COMPUTING


# --- deciding --------------------------------------------------------------------------------------------


def test_refusing_needs_a_reason_and_leaves_nothing_public(app: Flask) -> None:
    with app.app_context():
        draw = proposed_draw()
        with pytest.raises(Invalid):
            service.refuse(draw, "Nee", actor=second(), at=NOW)
        service.refuse(draw, REASON, actor=second(), at=NOW)
        assert draw.state is PublicDrawState.CANCELLED
        assert queries.public_draws_of(draw.panel_id) == []
        assert queries.public_draws_of(draw.panel_id, for_staff=True) == [draw]
        assert [note.reason for note in queries.notes_of(draw)] == [REASON]


def test_an_approval_too_close_to_the_round_is_refused(app: Flask) -> None:
    """For a draw on drand; here one is made to look like it."""
    with app.app_context():
        draw = proposed_draw()
        draw.identifier = draw.pool
        db.session.commit()
        with pytest.raises(Invalid) as caught:
            service.approve(draw, actor=second(), at=ROUND_AT - timedelta(hours=24, minutes=30))
        assert "25 uur" in caught.value.errors["decision"][0]
        with pytest.raises(commits.NotPossible, match="too_late"):
            commits.work_on(draw, ROUND_AT - timedelta(hours=23))


def test_what_was_approved_fails_when_its_files_are_gone(app: Flask) -> None:
    with app.app_context():
        draw = approved_draw()
        db.session.get_one(PanelFiles, draw.draw.files_id).respondents_sealed = None
        db.session.get_one(PanelFiles, draw.draw.files_id).deleted_at = NOW
        db.session.commit()
        with pytest.raises(commits.NotPossible, match="files_gone"):
            commits.work_on(draw, NOW)


def test_the_commitment_is_stored_once(app: Flask) -> None:
    with app.app_context():
        draw = approved_draw()
        work = commits.work_on(draw, NOW)
        bundle = commits.build(work.order)
        commits.commit(draw, work, bundle, at=NOW)
        db.session.commit()
        with pytest.raises(NotAllowedNow):
            commits.commit(draw, work, bundle, at=NOW)
        db.session.rollback()
        names = db.session.scalars(select(PublicDrawFile.name).order_by(PublicDrawFile.name)).all()
        assert names == ["README.md", "manifest.json", "panels.txt", "verify_draw.py"]


# --- the pool and its files ------------------------------------------------------------------------------


def test_a_corrected_pool_takes_the_manifest_back(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        freeze.correct(panel, REASON, actor=administrator(), at=NOW + timedelta(hours=3))
        db.session.commit()
        assert (draw.state, draw.end_code) == (PublicDrawState.SUPERSEDED, "fout-in-de-pool")
        assert panel.stage is Stage.POOL


def test_namesakes_in_the_pool_do_not_stop_the_commitment(app: Flask) -> None:
    """Two people with one name and birth date, neither with a letter: the public script takes both."""
    with app.app_context():
        allow_practice()
        panel = pool_panel(PEOPLE)
        for postcode in ("1315 AB", "8232 AB"):
            wish = Wish(name="Jan de Vries", constituency=3, postcode=postcode)
            make_registration(panel, wish, EARLIER)
        make_in_order(panel, EARLIER + timedelta(hours=2))
        frozen(panel, FROZEN_AT)
        draw = committed_draw(panel)
        pool = pools.read_pool(draw, actor=second(), at=AFTER)
        names = [one["person"]["name"] for one in json.loads(pool)["members"]]
        assert names.count("Jan de Vries") == 2


def test_a_corrected_pool_stops_a_proposal(app: Flask) -> None:
    with app.app_context():
        draw = proposed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        freeze.correct(panel, REASON, actor=administrator(), at=NOW)
        assert draw.state is PublicDrawState.CANCELLED


def test_after_the_round_the_pool_is_not_corrected(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        with pytest.raises(NotAllowedNow, match="round_passed"):
            freeze.correct(panel, REASON, actor=administrator(), at=AFTER)
        db.session.rollback()
        assert db.session.get_one(Panel, panel.id).stage is Stage.FROZEN


def test_files_stay_while_a_draw_is_open(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        with pytest.raises(NotAllowedNow, match="draw_is_open"):
            panels.delete_files(panel, actor=administrator(), at=NOW)


def test_a_draw_whose_files_the_retention_rule_took_is_still_drawn(app: Flask) -> None:
    """The files of a pool live 90 days; what was committed to stands by itself."""
    with app.app_context():
        draw = committed_draw()
        files = db.session.get_one(PanelFiles, draw.draw.files_id)
        files.respondents_sealed, files.deleted_at = None, NOW
        db.session.commit()
        panels.close_panels_without_data(NOW)
        db.session.commit()
        reveal(draw)
        assert draw.state is PublicDrawState.DRAWN
        assert db.session.scalar(select(func.count()).select_from(Seat)) == draw.size


# --- the result ------------------------------------------------------------------------------------------


def test_the_log_is_waited_for(app: Flask) -> None:
    """The balls count when the log says so: before it is sealed there is no result."""
    with app.app_context():
        draw = committed_draw(plan=BALLS)
        service.enter_balls(draw, "07", actor=griffier(), at=NOW)
        db.session.commit()
        with pytest.raises(NotAllowedNow, match="log_behind"):
            service.receive_signature(draw, signature_of(draw), source="form", at=AFTER)
        log_is_sealed(NOW)
        reveal(draw)
        assert (queries.result_of(draw) or {})["balls"] == "07"


def test_without_balls_they_count_as_nought(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw(plan=BALLS)
        assert (queries.result_of(draw) or {})["balls"] == "00"


def test_the_same_signature_again_looks_like_success(app: Flask) -> None:
    with app.app_context():
        draw = drawn_draw()
        before = (draw.index, draw.drawn_at, len(actions_of(draw)))
        text = f"  {signature_of(draw).upper()[:20]}\n {signature_of(draw)[20:]} "
        service.receive_signature(draw, text, source="form", at=AFTER + timedelta(hours=1))
        assert (draw.index, draw.drawn_at, len(actions_of(draw))) == before


def test_a_stopped_panel_gets_its_result_and_invites_nobody(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        panel = db.session.get_one(Panel, draw.panel_id)
        panel.stage = Stage.STOPPED
        db.session.commit()
        reveal(draw)
        assert draw.state is PublicDrawState.DRAWN
        assert db.session.scalar(select(func.count()).select_from(Seat)) == 0


def test_a_void_draw_can_not_pull_the_rug_from_a_later_one(app: Flask) -> None:
    with app.app_context():
        first = drawn_draw()
        later = PublicDraw(
            panel_id=first.panel_id,
            freeze_id=first.freeze_id,
            draw_id=_another_lottery(first),
            purpose=DrawPurpose.REPLACEMENT,
            identifier=first.identifier,
            pool=first.pool,
            size=first.size,
            panels=100,
            chain=first.chain,
            round=first.round + 1000,
            round_at=AFTER + timedelta(days=3),
            proposed_by_id=administrator().id,
            proposed_at=AFTER,
        )
        db.session.add(later)
        db.session.commit()
        code = "fout-in-het-lotingsgetal"
        with pytest.raises(NotAllowedNow, match="newer_draw"):
            service.void(first, code, REASON, actor=griffier(), at=AFTER)


def _another_lottery(draw: PublicDraw) -> int:
    panel = db.session.get_one(Panel, draw.panel_id)
    files = db.session.get_one(PanelFiles, draw.draw.files_id)
    options = {"panels": 100, "fixed": [], "excluded": []}
    return draws.request_lottery(panel, files, options, actor=administrator(), at=AFTER).id


def test_the_engines_lottery_is_the_same_twice(app: Flask) -> None:
    """Killed and started again, it makes the same panels: the seed stands in the row."""
    with app.app_context():
        draw = requested_draw()
        compute_lottery(draw)
        assert draw.draw.state is DrawState.DONE
        assert len((draw.draw.members or {})["panels"]) == PLAN.panels
        assert (draw.draw.result or {})["uniform"]["panels"] == PLAN.panels
        assert commits.note_computed(draw, at=NOW)
        service.approve(draw, actor=second(), at=NOW)
        commit(draw)
        assert draw.state is PublicDrawState.COMMITTED
