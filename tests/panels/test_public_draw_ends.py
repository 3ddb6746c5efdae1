"""A draw that cannot go on still comes to an end, by reasons that lay fixed, and the panel with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event, Visibility
from civic.mail.models import OutgoingMail
from civic.panels.jobs import public_draws as jobs
from civic.panels.models import Panel, PublicDraw, PublicDrawFile
from civic.panels.queries import public_draws as queries
from civic.panels.service import freeze
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_rules as rules
from civic.panels.states import (
    LATE_VOID_CODES,
    NEVER_CAME,
    RESULT_REFUSED,
    VOID_CODES,
    DrawPurpose,
    PublicDrawState,
    Stage,
)
from civic.seal.models import Cosignature
from civic.sortition.publication import verify_draw
from tests.conftest import NOW
from tests.panels.makers import ADMINISTRATOR_EMAIL, actions_of, administrator
from tests.panels.makers_freeze import SECOND_EMAIL, second
from tests.panels.makers_public_draws import (
    AFTER,
    GRIFFIER_EMAIL,
    PLAN,
    REASON,
    ROUND_AT,
    allow_practice,
    commit,
    committed_draw,
    compute_lottery,
    drawn_draw,
    due_draw,
    frozen_panel,
    griffier,
    log_is_sealed,
    note,
    signature_of,
    superseded_draw,
)
from tests.panels.makers_public_draws_drand import (
    committed_on_drand,
    proposed_on_drand,
    reveal_on_drand,
    use_own_keys,
    with_witnesses,
    witnesses_sign,
)

WEEK = ends.NUMBER_AT_MOST
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    jobs._waits.clear()
    yield
    jobs._waits.clear()


@pytest.fixture
def griffier_client(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER_EMAIL, code="GM0995")


def mailed(template: str) -> list[str]:
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == template))
    return sorted(row.address or "" for row in rows)


def officials() -> list[str]:
    return sorted([GRIFFIER_EMAIL, ADMINISTRATOR_EMAIL, SECOND_EMAIL])


def test_every_reason_has_words_on_the_form() -> None:
    from civic.panels.forms.public_draws import VOID_WORDS

    assert set(VOID_WORDS) == {*VOID_CODES, *LATE_VOID_CODES}


# --- the number never comes ------------------------------------------------------------------------------


def test_which_reasons_hold_follows_from_the_clock(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        moments = (
            (NOW, VOID_CODES),
            (draw.round_at - timedelta(seconds=1), VOID_CODES),
            (draw.round_at, ()),
            (draw.round_at + WEEK - timedelta(seconds=1), ()),
            (draw.round_at + WEEK, (NEVER_CAME,)),
        )
        for at, codes in moments:
            assert ends.void_codes(draw, at) == codes
        late = draw.round_at + WEEK
        with pytest.raises(Invalid, match="invalid"):
            service.void(draw, VOID_CODES[0], REASON, actor=griffier(), at=late)
        db.session.rollback()
        for early in (NOW, draw.round_at + timedelta(days=6)):
            with pytest.raises((Invalid, NotAllowedNow)):
                service.void(draw, NEVER_CAME, REASON, actor=griffier(), at=early)
            db.session.rollback()


def test_a_number_that_never_comes_does_not_hold_the_panel(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        at = draw.round_at + WEEK
        service.void(draw, NEVER_CAME, REASON, actor=griffier(), at=at)
        db.session.commit()
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, NEVER_CAME)
        panel = db.session.get_one(Panel, draw.panel_id)
        assert panel.stage is Stage.FROZEN
        plan = service.Plan(DrawPurpose.PANEL, 100, 0, at + timedelta(days=2))
        assert service.propose(panel, plan, actor=administrator(), at=at).state is PublicDrawState.COMPUTING


def test_after_a_week_the_officials_hear_of_it_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        app.config["BEACON_RELAYS"] = ""
        griffier()
        committed_on_drand()
        for at in (ROUND_AT + WEEK - MINUTE, ROUND_AT + WEEK, ROUND_AT + WEEK + MINUTE):
            jobs._waits.clear()
            monkeypatch.setattr(jobs, "now", lambda at=at: at)
            jobs.advance(at)
            expected = officials() if at >= ROUND_AT + WEEK else []
            assert mailed("draw_without_number") == expected


# --- the public script refuses the result ----------------------------------------------------------------


def spoil(draw: PublicDraw) -> bytes:
    """A file is not what was committed to any more; returns what it was."""
    content = queries.file_of(draw, queries.PANELS) or b""
    _write(draw, content[:-2] + (b"0" if content[-2:-1] != b"0" else b"1") + content[-1:])
    return content


def _write(draw: PublicDraw, content: bytes) -> None:
    db.session.execute(
        update(PublicDrawFile)
        .where(PublicDrawFile.public_draw_id == draw.id, PublicDrawFile.name == queries.PANELS)
        .values(content=content)
    )
    db.session.commit()
    db.session.expire_all()


def refused_draw(app: Flask) -> int:
    """The number came yesterday, and no result can follow from it."""
    with app.app_context():
        griffier()
        draw = due_draw()
        spoil(draw)
        draw_id = draw.id
        jobs.advance(NOW)
    return draw_id


def test_a_result_that_is_refused_is_noted_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "civic.panels"):
        draw_id = refused_draw(app)
        for _ in range(5):  # the job runs every two seconds
            with app.app_context():
                jobs.advance(NOW)
    assert len([one for one in caplog.records if one.name == "civic.panels"]) == 1
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert draw.state is PublicDrawState.COMMITTED
        assert draw.refused_at is not None
        assert draw.refused_codes == "panels_changed"
        events = db.session.scalars(select(Event).where(Event.action == ends.REFUSED)).all()
        assert [one.visibility for one in events] == [Visibility.INTERNAL]
        assert mailed("draw_refused") == officials()
        jobs._waits.clear()
        jobs.advance(NOW + timedelta(hours=1))
        assert db.session.scalar(select(func.count()).where(Event.action == ends.REFUSED)) == 1
        assert len(mailed("draw_refused")) == 3


def test_whoever_repairs_the_site_still_gets_the_result(app: Flask) -> None:
    with app.app_context():
        draw = due_draw()
        before = spoil(draw)
        jobs.advance(NOW)
        _write(draw, before)
        jobs._waits.clear()
        assert jobs.advance(NOW)["drawn"] == 1


def test_the_griffier_sees_what_is_wrong_and_ends_it(app: Flask, griffier_client: FlaskClient) -> None:
    draw_id = refused_draw(app)
    with app.app_context():
        panel_id = db.session.get_one(PublicDraw, draw_id).panel_id
    base = f"/panels/{panel_id}/openbare-loting/{draw_id}"
    page = griffier_client.get(f"{base}/voorbereiding").text
    assert "Het controleprogramma keurt de uitslag af." in page
    assert "U bent griffier. U kunt dit besluiten." in page
    assert "De lijst met panels is niet de lijst uit het manifest." in page
    assert "komt er zo aan" not in page
    form = griffier_client.get(f"{base}/ongeldig").text
    assert f'value="{RESULT_REFUSED}"' in form
    for other in (*VOID_CODES, NEVER_CAME):
        assert f'value="{other}"' not in form
        assert (
            griffier_client.post(f"{base}/ongeldig", data={"code": other, "reason": REASON}).status_code
            == 422
        )
    data = {"code": RESULT_REFUSED, "reason": REASON}
    assert griffier_client.post(f"{base}/ongeldig", data=data).status_code == 303
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, RESULT_REFUSED)
        assert actions_of(draw)[-1] == "voided"


def test_a_right_number_on_the_public_form_is_noted_too(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = due_draw()
        spoil(draw)
        path, signature = (
            f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/lotingsgetal",
            signature_of(draw),
        )
        draw_id = draw.id
    answer = client.post(path, data={"signature": signature})
    assert answer.status_code == 422
    assert "keurt de uitslag af" in answer.text
    with app.app_context():
        assert db.session.get_one(PublicDraw, draw_id).refused_at is not None


def test_what_never_was_refused_has_no_such_reason(app: Flask) -> None:
    with app.app_context():
        draw = committed_draw()
        assert not ends.note_refused(drawn_draw(frozen_panel()), {"panels_hash"}, at=AFTER)
        assert ends.note_refused(draw, {f"a_long_code_{number}" for number in range(60)}, at=AFTER)
        assert len(draw.refused_codes or "") <= 400
        assert not (draw.refused_codes or " ").endswith("_")


# --- replaced, but nobody signed that in time ------------------------------------------------------------


def replaced_on_drand(monkeypatch: pytest.MonkeyPatch, *, is_signed: bool = False) -> PublicDraw:
    use_own_keys(monkeypatch)
    draw = committed_on_drand()
    at = NOW + timedelta(hours=1)
    service.supersede(draw, REASON, actor=administrator(), at=at)
    db.session.commit()
    log_is_sealed(at)
    if is_signed:
        witnesses_sign(at + MINUTE)
    return draw


def next_plan(draw: PublicDraw) -> service.Plan:
    return service.Plan(DrawPurpose.PANEL, 100, 0, draw.round_at + timedelta(days=5))


def test_a_new_draw_waits_until_witnesses_signed_the_end_of_the_old(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        draw = replaced_on_drand(monkeypatch)
        panel = db.session.get_one(Panel, draw.panel_id)
        early, late = NOW + timedelta(hours=2), draw.round_at + timedelta(hours=1)
        for at, words in ((early, "Vraag de getuigen"), (late, "niet op tijd")):
            (sentence,) = rules.obstacles(panel, DrawPurpose.PANEL, at)
            assert words in sentence
            with pytest.raises(Invalid):
                service.propose(panel, next_plan(draw), actor=administrator(), at=at)
            db.session.rollback()
            assert ends.void_codes(draw, at) == VOID_CODES
        assert rules.obstacles(panel, DrawPurpose.PANEL, late, is_rehearsal=True) == []
        witnesses_sign(late)  # too late: it could be known by then
        assert ends.is_left_open(draw, late + MINUTE)


def test_signed_in_time_there_is_nothing_left_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        draw = replaced_on_drand(monkeypatch, is_signed=True)
        panel = db.session.get_one(Panel, draw.panel_id)
        assert rules.obstacles(panel, DrawPurpose.PANEL, draw.round_at) == []
        assert ends.void_codes(draw, draw.round_at) == ()
        with pytest.raises(NotAllowedNow, match="not_in_this_state"):
            service.void(draw, VOID_CODES[0], REASON, actor=griffier(), at=draw.round_at)


def test_a_griffier_ends_what_was_left_open(
    app: Flask, monkeypatch: pytest.MonkeyPatch, griffier_client: FlaskClient
) -> None:
    with app.app_context():
        draw = replaced_on_drand(monkeypatch)
        draw_id, panel_id = draw.id, draw.panel_id
    base = f"/panels/{panel_id}/openbare-loting/{draw_id}"
    for path in (f"{base}/voorbereiding", f"/panels/{panel_id}"):
        assert "Een nieuwe loting kan nog niet." in griffier_client.get(path).text
    data = {"code": VOID_CODES[1], "reason": REASON}
    for _ in range(2):
        assert griffier_client.post(f"{base}/ongeldig", data=data).status_code == 303
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert (draw.state, draw.end_code) == (PublicDrawState.VOIDED, VOID_CODES[1])
        assert [one for one in actions_of(draw) if one in queries.STEPS] == [
            "commitment",
            "superseded",
            "voided",
        ]
        panel = db.session.get_one(Panel, panel_id)
        assert rules.obstacles(panel, DrawPurpose.PANEL, NOW + timedelta(hours=2)) == []


def test_what_was_left_open_also_stops_an_approval(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops as a witness after the proposal does not count any more."""
    with app.app_context():
        draw = replaced_on_drand(monkeypatch, is_signed=True)
        panel = db.session.get_one(Panel, draw.panel_id)
        at = NOW + timedelta(hours=2)
        new = service.propose(panel, next_plan(draw), actor=administrator(), at=at)
        db.session.commit()
        compute_lottery(new, at)
        note(new, at)
        db.session.execute(delete(Cosignature))
        db.session.commit()
        with pytest.raises(Invalid) as caught:
            service.approve(new, actor=second(), at=at)
        assert "teruggenomen" in caught.value.errors["decision"][0]


def test_practice_needs_no_witnesses_for_its_end(app: Flask) -> None:
    with app.app_context():
        draw = superseded_draw()
        assert ends.void_codes(draw, AFTER) == ()
        panel = db.session.get_one(Panel, draw.panel_id)
        assert rules.obstacles(panel, DrawPurpose.PANEL, AFTER) == []


def test_taking_back_stops_half_an_hour_before_the_round(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody outside could sign it any more, and every next draw would be refused."""
    use_own_keys(monkeypatch)
    with app.app_context():
        draw = committed_on_drand()
        panel = db.session.get_one(Panel, draw.panel_id)
        near = draw.round_at - timedelta(minutes=30)
        for act in (
            lambda: service.supersede(draw, REASON, actor=administrator(), at=near),
            lambda: freeze.correct(panel, REASON, actor=administrator(), at=near),
        ):
            with pytest.raises(NotAllowedNow, match="round_near"):
                act()
            db.session.rollback()
        assert ends.void_codes(draw, near) == VOID_CODES  # for a griffier it still is
        service.supersede(draw, REASON, actor=administrator(), at=near - timedelta(seconds=1))
        assert draw.state is PublicDrawState.SUPERSEDED


# --- witnesses that are new ------------------------------------------------------------------------------


def test_new_witnesses_do_not_count_for_a_draw(app: Flask) -> None:
    with app.app_context():
        with_witnesses(NOW - timedelta(days=6))
        panel = frozen_panel()
        (sentence,) = rules.obstacles(panel, DrawPurpose.PANEL, NOW)
        assert "een week na het publiceren" in sentence
        with pytest.raises(Invalid):
            service.propose(panel, PLAN, actor=administrator(), at=NOW)
        db.session.rollback()
        panel = db.session.get_one(Panel, panel.id)
        assert rules.obstacles(panel, DrawPurpose.PANEL, NOW + timedelta(days=1)) == []
        allow_practice()
        assert rules.obstacles(panel, DrawPurpose.PANEL, NOW) == []


def test_a_new_witness_is_not_in_the_manifest(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.panels import makers_public_draws as makers
    from tests.seal.makers import URK, publish

    use_own_keys(monkeypatch)
    with app.app_context():
        draw = proposed_on_drand()
        publish(URK, NOW - timedelta(days=2))
        service.approve(draw, actor=second(), at=NOW)
        db.session.commit()
        makers.commit(draw)
        names = [one["name"] for one in queries.manifest_of(draw)["witnesses"]]
        assert sorted(names) == ["Gemeente Dronten", "Griffie Lelystad"]


# --- what everybody sees of it ---------------------------------------------------------------------------


def drawn_after(ended: PublicDraw, at: datetime) -> PublicDraw:
    """Another draw of the same panel, from the proposal to its result, with witnesses at every step."""
    panel = db.session.get_one(Panel, ended.panel_id)
    plan = service.Plan(DrawPurpose.PANEL, 100, 0, at + timedelta(days=2))
    draw = service.propose(panel, plan, actor=administrator(), at=at)
    db.session.commit()
    compute_lottery(draw, at)
    note(draw, at)
    service.approve(draw, actor=second(), at=at)
    db.session.commit()
    commit(draw, at)
    log_is_sealed(at)
    witnesses_sign(at + MINUTE)
    reveal_on_drand(draw)
    done = draw.round_at + timedelta(hours=4)
    log_is_sealed(done)
    witnesses_sign(done)
    return draw


def left_open(draw: PublicDraw) -> datetime:
    at = NOW + timedelta(hours=1)
    service.supersede(draw, REASON, actor=administrator(), at=at)
    db.session.commit()
    log_is_sealed(at)
    late = draw.round_at + timedelta(hours=1)
    service.void(draw, VOID_CODES[1], REASON, actor=griffier(), at=late)
    return late


def without_number(draw: PublicDraw) -> datetime:
    late = draw.round_at + WEEK
    service.void(draw, NEVER_CAME, REASON, actor=griffier(), at=late)
    return late


def refused(draw: PublicDraw) -> datetime:
    late = draw.round_at + timedelta(hours=1)
    assert ends.note_refused(draw, {"panels_changed"}, at=late)
    service.void(draw, RESULT_REFUSED, REASON, actor=griffier(), at=late)
    return late


def without_witnesses(draw: PublicDraw) -> datetime:
    late = draw.round_at - timedelta(hours=20)
    jobs.advance(late)
    return late


@pytest.mark.parametrize("end", [left_open, without_number, refused, without_witnesses])
def test_the_next_draw_counts_for_everybody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, end: Callable[[PublicDraw], datetime]
) -> None:
    """However a draw ended, the public script takes the next one."""
    use_own_keys(monkeypatch)
    with app.app_context():
        ended = committed_on_drand(is_witnessed=end is not without_witnesses)
        late = end(ended)
        db.session.commit()
        log_is_sealed(late)
        assert ended.state is PublicDrawState.VOIDED
        draw = drawn_after(ended, late + timedelta(minutes=5))
        assert draw.sequence == 2
        report = verify_draw.check(queries.folder_of(draw))
        assert report.codes == set()
