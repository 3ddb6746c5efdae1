"""Two lottery administrators freeze a pool: proposing, agreeing, refusing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.panels.models import Freeze, Panel, PanelFiles, Registration, StageNote
from civic.panels.queries import freeze as queries
from civic.panels.service import draws
from civic.panels.service import freeze as service
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import PanelState, RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import ADMINISTRATOR_EMAIL, actions_of, administrator
from tests.panels.makers_freeze import (
    EARLIER,
    PEOPLE,
    REASON,
    SECOND_EMAIL,
    frozen,
    make_in_order,
    panel_of,
    pool_panel,
    proposed,
    second,
    with_warning,
)
from tests.panels.makers_pool import Wish, make_registration

AGREE = {"decision": "agree"}
REFUSE = {"decision": "refuse", "reason": REASON}


@pytest.fixture
def first(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)


@pytest.fixture
def other(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.LOTTERY_ADMINISTRATOR, email=SECOND_EMAIL)


def _panel(app: Flask, warns: bool = False) -> str:
    with app.app_context():
        panel = pool_panel()
        if warns:
            with_warning(panel)
        return f"/panels/{panel.id}/vastzetten"


def _proposed(app: Flask) -> str:
    with app.app_context():
        return f"/panels/{proposed().panel_id}/vastzetten"


def _only(app: Flask) -> tuple[Stage, Freeze | None]:
    panel = db.session.scalars(select(Panel)).one()
    return panel.stage, db.session.scalar(select(Freeze).order_by(Freeze.id.desc()))


def _go_stale(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(minutes=6)).timestamp())


def test_the_proposer_takes_it_back(app: Flask, first: FlaskClient, other: FlaskClient) -> None:
    path = _proposed(app)
    assert other.post(f"{path}/terugnemen").status_code == 403
    assert "Neem het voorstel terug" in first.get(path).text
    assert first.post(f"{path}/terugnemen").status_code == 303
    with app.app_context():
        stage, freeze = _only(app)
        assert stage is Stage.POOL
        assert freeze is not None
        assert (freeze.is_agreed, freeze.decided_by_id) == (False, None)
    assert first.post(f"{path}/terugnemen").status_code == 409
    assert other.post(f"{path}/besluiten", data=AGREE).status_code == 303  # to the page that says: nothing
    with app.app_context():
        assert _only(app)[0] is Stage.POOL
        assert proposed(panel_of(freeze)).version == freeze.version + 1


def test_the_whole_way(app: Flask, first: FlaskClient, other: FlaskClient) -> None:
    path = _panel(app, warns=True)
    page = first.get(path)
    assert page.status_code == 200
    assert "1 gemeente tekende het convenant niet." in page.text
    assert "Stel voor om vast te zetten" in page.text
    answer = first.post(f"{path}/voorstellen", data={"acknowledged": "agreements"})
    assert (answer.status_code, answer.location) == (303, path)
    assert "U deed dit voorstel zelf." in first.get(path).text
    assert "Bekijk het voorstel en besluit" in other.get(path).text
    page = other.get(f"{path}/besluiten")
    assert "De voorsteller heeft deze punten gezien." in page.text
    answer = other.post(f"{path}/besluiten", data=AGREE)
    assert (answer.status_code, answer.location) == (303, path)
    assert "De pool staat vast." in first.get(path).text
    with app.app_context():
        stage, freeze = _only(app)
        assert freeze is not None
        panel = panel_of(freeze)
        assert (stage, freeze.version, panel.state) == (Stage.FROZEN, 1, PanelState.READY)
        assert freeze.checklist == [{"point": "agreements", "count": 1}]
        assert freeze.objections_until == date(2026, 12, 7)  # 14 days from Monday the 23rd
        assert actions_of(panel) == ["propose_freeze", "files_accepted", "confirm_freeze"]
        files = db.session.get_one(PanelFiles, freeze.files_id)
        assert files.registrants == PEOPLE
        assert files.summary["features"]
        everybody = list(db.session.scalars(select(Registration)))
        assert all(row.leaf and row.frozen_at == freeze.decided_at for row in everybody)
        promise = events.deadline_of(freeze, service.OBJECTION_PERIOD)
        assert promise is not None
        assert promise.is_public
        assert promise.due_on == freeze.objections_until


def test_a_practice_draw_works_from_the_frozen_pool(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen())
        draw = draws.request_draw(panel, actor=administrator(), at=NOW)
        db.session.commit()
        order = draws.claim_draw("test", NOW)
        assert order is not None
        assert (order.draw_id, order.size) == (draw.id, 45)


# --- proposing ---------------------------------------------------------------------------------------------


def test_every_warning_must_be_acknowledged(app: Flask, first: FlaskClient) -> None:
    path = _panel(app, warns=True)
    for form in ({}, {"acknowledged": "flags"}, {"acknowledged": ["pending", "<script>"]}):
        answer = first.post(f"{path}/voorstellen", data=form)
        assert answer.status_code == 422
        assert "Lees elk punt en zet er een vinkje bij." in answer.text
    with app.app_context():
        assert _only(app) == (Stage.POOL, None)


def test_what_blocks_can_not_be_acknowledged(app: Flask, first: FlaskClient) -> None:
    path = _panel(app)
    with app.app_context():
        db.session.execute(update(Registration).values(is_dirty=True))
        db.session.commit()
    assert "Maak eerst in orde" in first.get(path).text
    assert "<form method" not in first.get(f"{path}/voorstellen").text.split("<main")[1].split("</main")[0]
    answer = first.post(f"{path}/voorstellen", data={"acknowledged": ["recount", "agreements"]})
    assert answer.status_code == 422
    assert "Er staat nog iets open." in answer.text
    with app.app_context():
        assert _only(app) == (Stage.POOL, None)


def test_proposing_twice_is_once(app: Flask, first: FlaskClient, other: FlaskClient) -> None:
    path = _panel(app)
    assert first.post(f"{path}/voorstellen").status_code == 303
    assert first.post(f"{path}/voorstellen").status_code == 409
    assert other.post(f"{path}/voorstellen").status_code == 409
    assert first.get(f"{path}/voorstellen").location == path
    with app.app_context():
        assert len(list(db.session.scalars(select(Freeze)))) == 1


def test_proposing_from_another_stage(app: Flask, first: FlaskClient) -> None:
    path = _panel(app)
    for stage in (one for one in Stage if one is not Stage.POOL):
        with app.app_context():
            db.session.execute(update(Panel).values(stage=stage))
            db.session.commit()
        assert first.get(path).status_code == 200
        assert first.get(f"{path}/voorstellen").location == path
        assert first.post(f"{path}/voorstellen").status_code == 409
        with app.app_context():
            assert _only(app) == (stage, None)


def test_other_staff_may_not(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    """Whatever the role; and a lottery administrator of one place is none of the region."""
    path = _proposed(app)
    others = [sign_in(role, email=f"{role.value}@example.nl") for role in (Role.AUDITOR, Role.ADMINISTRATOR)]
    others.append(sign_in(Role.LOTTERY_ADMINISTRATOR, email="plaats@example.nl", code="GM0034"))
    for client in others:
        for page in (path, f"{path}/voorstellen", f"{path}/besluiten", f"{path}/herstellen"):
            assert client.get(page).status_code == 403
        assert client.post(f"{path}/besluiten", data=AGREE).status_code == 403


# --- four eyes ---------------------------------------------------------------------------------------------


def test_nobody_decides_on_an_own_proposal(
    app: Flask, first: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    path = _proposed(app)
    again = sign_in(email=ADMINISTRATOR_EMAIL)  # the same person in another browser
    for client in (first, again):
        assert client.get(f"{path}/besluiten").status_code == 403
        assert client.post(f"{path}/besluiten", data=AGREE).status_code == 403
        assert client.post(f"{path}/besluiten", data=REFUSE).status_code == 403
    with app.app_context():
        stage, freeze = _only(app)
        assert freeze is not None
        assert (stage, freeze.decided_at) == (Stage.FREEZE, None)
        with pytest.raises(NotAllowedNow):
            service.confirm(freeze, actor=administrator(), at=NOW)
        with pytest.raises(NotAllowedNow):
            service.refuse(freeze, REASON, actor=administrator(), at=NOW)


def test_the_database_refuses_it_too(app: Flask) -> None:
    with app.app_context():
        freeze = proposed()
        with pytest.raises(IntegrityError):
            db.session.execute(
                update(Freeze).values(decided_by_id=freeze.proposed_by_id, decided_at=NOW, is_agreed=False)
            )


def test_a_stale_second_factor_never_acts(app: Flask, first: FlaskClient, other: FlaskClient) -> None:
    path = _panel(app)
    _go_stale(first)
    _go_stale(other)
    assert first.get(path).status_code == 200  # looking is no step
    assert first.get(f"{path}/voorstellen").location.startswith("/inloggen/tweede-stap/opnieuw?verder=")
    answer = first.post(f"{path}/voorstellen")
    assert answer.status_code == 403
    assert "Er is nog niets gebeurd." in answer.text
    with app.app_context():
        proposed(db.session.scalars(select(Panel)).one())
    assert other.get(f"{path}/besluiten").location.startswith("/inloggen/tweede-stap/opnieuw?verder=")
    answer = other.post(f"{path}/besluiten", data=REFUSE)
    assert answer.status_code == 403
    assert REASON in answer.text
    with app.app_context():
        stage, freeze = _only(app)
        assert (stage, freeze and freeze.decided_at) == (Stage.FREEZE, None)


# --- deciding ----------------------------------------------------------------------------------------------


def test_refusing_needs_a_reason(app: Flask, other: FlaskClient) -> None:
    path = _proposed(app)
    for reason in ("", "nee", " " * 40):
        answer = other.post(f"{path}/besluiten", data={"decision": "refuse", "reason": reason})
        assert answer.status_code == 422
        assert "Schrijf in een zin waarom u niet akkoord gaat." in answer.text
    assert (
        other.post(f"{path}/besluiten", data={"decision": "refuse", "reason": "é" * 1001}).status_code == 422
    )
    answer = other.post(f"{path}/besluiten", data={"decision": "misschien"})
    assert "Kies of u akkoord gaat." in answer.text
    assert other.post(f"{path}/besluiten", data=REFUSE).status_code == 303
    with app.app_context():
        stage, freeze = _only(app)
        assert freeze is not None
        assert (stage, freeze.is_agreed, freeze.pool_root) == (Stage.POOL, False, None)
        assert db.session.scalars(select(StageNote)).one().reason == REASON
    assert REASON in other.get(path.replace("vastzetten", "pool")).text  # for everybody to read


def test_after_a_refusal_comes_a_new_version(app: Flask, first: FlaskClient) -> None:
    path = _proposed(app)
    with app.app_context():
        service.refuse(db.session.scalars(select(Freeze)).one(), REASON, actor=second(), at=NOW)
        db.session.commit()
    assert first.post(f"{path}/voorstellen").status_code == 303
    with app.app_context():
        assert [one.freeze.version for one in queries.versions_of(1)] == [2, 1]


def test_deciding_twice_is_once(app: Flask, other: FlaskClient) -> None:
    path = _proposed(app)
    assert other.post(f"{path}/besluiten", data=AGREE).status_code == 303
    again = other.post(f"{path}/besluiten", data=REFUSE)
    assert (again.status_code, again.location) == (303, path)  # to the page that says it is frozen
    with app.app_context():
        assert _only(app)[0] is Stage.FROZEN


def _agree(freeze: Freeze) -> None:
    service.confirm(freeze, actor=second(), at=NOW)


def _refuse(freeze: Freeze) -> None:
    service.refuse(freeze, REASON, actor=second(), at=NOW)


@pytest.mark.parametrize("is_confirmed_first", [True, False])
def test_agreeing_and_refusing_at_once(app: Flask, is_confirmed_first: bool) -> None:
    """The second one worked with what it read before the first: one wins, nothing of the other stays."""
    with app.app_context():
        freeze = proposed()
        slow = Freeze(id=freeze.id, panel_id=freeze.panel_id, proposed_by_id=freeze.proposed_by_id, version=1)
        winner, loser = (_agree, _refuse) if is_confirmed_first else (_refuse, _agree)
        winner(freeze)
        db.session.commit()
        with pytest.raises(NotAllowedNow):
            loser(slow)
        db.session.rollback()
        stage, row = _only(app)
        assert row is not None
        assert row.is_agreed is is_confirmed_first
        assert stage is (Stage.FROZEN if is_confirmed_first else Stage.POOL)
        assert len(list(db.session.scalars(select(StageNote)))) == (0 if is_confirmed_first else 1)


def test_two_who_press_at_the_same_moment(
    app: Flask, other: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    """Real requests in real threads: one decision, and the other hears that it was too late."""
    path = _proposed(app)
    third = sign_in(Role.LOTTERY_ADMINISTRATOR, email="derde@example.nl")
    ready, answers = Barrier(2), []

    def _press(client: FlaskClient, form: dict[str, str]) -> None:
        ready.wait()
        answer = client.post(f"{path}/besluiten", data=form)
        answers.append((answer.status_code, answer.location))

    threads = [Thread(target=_press, args=one) for one in ((other, AGREE), (third, REFUSE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _location in answers} <= {303, 409}
    with app.app_context():
        stage, freeze = _only(app)
        assert freeze is not None
        assert stage is (Stage.FROZEN if freeze.is_agreed else Stage.POOL)
        actions = actions_of(panel_of(freeze))
        assert ("confirm_freeze" in actions) is bool(freeze.is_agreed)
        assert ("refuse_freeze" in actions) is not freeze.is_agreed


def test_a_pool_that_changed_after_the_proposal_is_not_frozen(app: Flask, other: FlaskClient) -> None:
    path = _proposed(app)
    with app.app_context():
        one = db.session.scalars(select(Registration)).first()
        assert one is not None
        withdraw(one, actor=None, at=NOW)
        db.session.commit()
    assert "Akkoord gaan kan nu niet." in other.get(f"{path}/besluiten").text
    answer = other.post(f"{path}/besluiten", data=AGREE)
    assert answer.status_code == 422
    assert "Er is na het voorstel iets veranderd." in answer.text
    with app.app_context():
        stage, freeze = _only(app)
        assert freeze is not None
        assert (stage, freeze.decided_at) == (Stage.FREEZE, None)
        assert db.session.scalar(select(PanelFiles)) is None
        assert db.session.scalar(select(Registration).where(Registration.leaf.is_not(None))) is None


def test_another_panels_proposal_is_out_of_reach(app: Flask, other: FlaskClient) -> None:
    path = _proposed(app)
    with app.app_context():
        quiet = pool_panel(count=20).id
    answer = other.post(f"/panels/{quiet}/vastzetten/besluiten", data=AGREE)
    assert (answer.status_code, answer.location) == (303, f"/panels/{quiet}/vastzetten")
    assert other.post("/panels/99/vastzetten/besluiten", data=AGREE).status_code == 404
    with app.app_context():
        assert all(one.decided_at is None for one in db.session.scalars(select(Freeze)))
    assert path


def test_only_the_confirmed_are_in_it(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel()
        first_two = list(db.session.scalars(select(Registration).limit(2)))
        first_two[1].removed_at = NOW - timedelta(days=2)
        first_two[0].state, first_two[1].state = RegistrationState.PENDING, RegistrationState.REMOVED
        db.session.commit()
        frozen(panel)
        leaves = list(db.session.scalars(select(Registration.leaf)))
        assert sum(leaf is None for leaf in leaves) == 2
        assert len(queries.leaves_of(panel.id)) == PEOPLE - 2


def test_service_says_what_is_wrong(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel(count=20)
        with pytest.raises(Invalid) as error:
            service.propose(panel, [], actor=administrator(), at=NOW)
        assert list(error.value.errors) == ["acknowledged"]


def test_namesakes_born_on_one_day_are_two_people_in_the_pool(app: Flask) -> None:
    """Somebody looked at the flag and kept both: the public script must not see one person twice."""
    with app.app_context():
        panel = pool_panel()
        for postcode in ("1315 AB", "8232 AB"):
            make_registration(panel, Wish(name="Jan de Vries", postcode=postcode), EARLIER)
        make_in_order(panel, EARLIER + timedelta(hours=2))
        frozen(panel)
        rows = db.session.scalars(select(Registration).where(Registration.panel_id == panel.id)).all()
        people = {row.uid: json.loads(row.secrets["person"]) for row in rows}
        twins = {uid: one for uid, one in people.items() if one["name"] == "Jan de Vries"}
        assert {one["letter_code"] for one in twins.values()} == set(twins)
        others = [one["letter_code"] for uid, one in people.items() if uid not in twins]
        assert set(others) == {""}
