"""Asking for a draw, computing it, and everything that can go wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from civic.accounts.states import Role
from civic.db import committing, db, now
from civic.jobs import STOPPING
from civic.panels import jobs
from civic.panels.models import Draw, Panel, PanelFiles
from civic.panels.service import draws
from civic.panels.service.child import Child
from civic.panels.service.draws import MOST_ATTEMPTS, Progress
from civic.panels.states import DrawState
from tests.conftest import NOW
from tests.panels.makers import (
    CATEGORIES,
    actions_of,
    administrator,
    make_draw,
    make_finished_draw,
    make_panel,
    make_ready_panel,
    respondents,
)


def only_draw() -> Draw:
    return db.session.scalars(select(Draw).execution_options(populate_existing=True)).one()


def draw_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Draw)) or 0


def run_jobs(app: Flask) -> dict[str, int]:
    with app.app_context():
        return jobs.run_draws(now())


def test_ask_compute_and_see(app: Flask, client: FlaskClient, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    answer = administrator_client.post(f"/panels/{panel_id}/loten")
    assert answer.status_code == 303
    waiting = client.get(answer.location).text
    assert "De loting staat in de rij." in waiting
    assert "Stop deze loting" not in waiting
    assert "Stop deze loting" in administrator_client.get(answer.location).text
    assert run_jobs(app) == {"draws": 1}
    result = client.get(answer.location)
    assert result.status_code == 200
    for part in ("OEFENLOTING – telt niet", "kleinste kans", "binnen quotum", 'role="img"', "Startgetal"):
        assert part in result.text
    with app.app_context():
        draw = only_draw()
        assert draw.state is DrawState.DONE
        assert (draw.result or {})["verified"] is True
        assert (draw.claimed_by, draw.attempts) == (None, 1)
        assert actions_of(draw) == ["draw_requested", "draw_started", "draw_finished"]
        members = draw.members
        assert members is not None
        assert len(members["rows"]) == 10


def test_the_same_seed_draws_the_same_people(app: Flask) -> None:
    with app.app_context():
        first = make_finished_draw(make_ready_panel())
        panel = make_ready_panel()
        make_draw(panel)
        db.session.execute(update(Draw).where(Draw.panel_id == panel.id).values(seed=first.seed))
        db.session.commit()
    run_jobs(app)
    with app.app_context():
        one, two = db.session.scalars(select(Draw).order_by(Draw.id)).all()
        assert one.members == two.members
        assert one.result == two.result


def test_a_double_click_draws_once(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    first = administrator_client.post(f"/panels/{panel_id}/loten")
    second = administrator_client.post(f"/panels/{panel_id}/loten")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with app.app_context():
        assert draw_count() == 1


def test_the_database_allows_one_open_draw(app: Flask) -> None:
    """Two requests in the same instant both see no open draw; the partial unique index decides."""
    with app.app_context():
        draw = make_draw(make_ready_panel())
        twin = Draw(
            panel_id=draw.panel_id, files_id=draw.files_id, number=2, size=10, seed=1,
            requested_by_id=draw.requested_by_id, requested_at=NOW,
        )  # fmt: skip
        db.session.add(twin)
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_the_loser_of_the_race_gets_the_winner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        panel = make_ready_panel()
        winner = make_draw(panel)
        looks = iter([None])
        found = draws.queries.open_draw_of
        monkeypatch.setattr(draws.queries, "open_draw_of", lambda panel_id: next(looks, found(panel_id)))
        assert draws.request_draw(panel, actor=administrator(), at=NOW).id == winner.id


def test_draws_stay_and_are_numbered(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = make_ready_panel()
        panel_id = panel.id
        make_finished_draw(panel)
        make_finished_draw(panel)
    page = administrator_client.get(f"/panels/{panel_id}").text
    assert "Loting 1" in page
    assert "Loting 2" in page


def test_without_files_no_draw(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_panel().id
    assert administrator_client.post(f"/panels/{panel_id}/loten").status_code == 409
    assert "Vraag een oefenloting aan" not in administrator_client.get(f"/panels/{panel_id}").text


@pytest.mark.parametrize("path", ["loten", "loting/1/stoppen"])
def test_strangers(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], path: str) -> None:
    with app.app_context():
        panel = make_ready_panel()
        panel_id = panel.id
        make_draw(panel)
    url = f"/panels/{panel_id}/{path}"
    assert client.post(url).status_code == 302
    for number, roles in enumerate([[], [Role.ADMINISTRATOR], [Role.AUDITOR], [Role.EDITOR]]):
        assert sign_in(*roles, email=f"vreemd{number}@example.nl").post(url).status_code == 403
    assert client.get(url).status_code in (302, 405)
    with app.app_context():
        assert (draw_count(), only_draw().state) == (1, DrawState.REQUESTED)


def test_a_draw_lives_under_its_own_panel(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        other = make_ready_panel().id
        draw = make_finished_draw(make_ready_panel())
        draw_id = draw.id
    for path in ("", "/voortgang", "/leden.csv", "/samenstelling.csv", "/kansen.csv", "/zonder-kans"):
        assert administrator_client.get(f"/panels/{other}/loting/{draw_id}{path}").status_code == 404
    assert administrator_client.post(f"/panels/{other}/loting/{draw_id}/stoppen").status_code == 404


def test_cancel_while_it_waits(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    assert administrator_client.post(f"{url}/stoppen").status_code == 303
    assert run_jobs(app) == {"draws": 0}
    page = administrator_client.get(url).text
    assert "Deze loting is gestopt op" in page
    assert administrator_client.post(f"{url}/stoppen").status_code == 303  # a repeat looks like success
    with app.app_context():
        assert actions_of(only_draw()) == ["draw_requested", "draw_cancelled"]


def test_cancel_while_it_computes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heartbeat notices, the child is killed, and a new draw can be asked for."""
    children: list[Child] = []

    class Watched(Child):
        def messages(self, seconds: float) -> list[dict[str, object] | None]:
            if not children:
                with committing():
                    draws.cancel_draw(only_draw(), actor=administrator(), at=now())
            children.append(self)
            return []

    monkeypatch.setattr(jobs, "Child", Watched)
    with app.app_context():
        panel = make_ready_panel()
        panel_id = panel.id
        make_draw(panel)
    run_jobs(app)
    assert children[0]._process.returncode is not None
    with app.app_context():
        assert only_draw().state is DrawState.CANCELLED
        draws.request_draw(db.session.get_one(Panel, panel_id), actor=administrator(), at=NOW)
        assert draw_count() == 2


def test_an_ended_draw_cannot_be_cancelled(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        draw = make_finished_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}/stoppen"
    assert administrator_client.post(url).status_code == 409


def test_a_result_that_comes_after_cancelling_is_dropped(app: Flask) -> None:
    with app.app_context():
        make_draw(make_ready_panel())
        with committing():
            order = draws.claim_draw("test", now())
        assert order is not None
        with committing():
            draws.cancel_draw(only_draw(), actor=administrator(), at=now())
        jobs._publish(order, {"result": {"verified": True}, "members": {}})
        db.session.expire_all()
        assert (only_draw().state, only_draw().result, only_draw().members) == (
            DrawState.CANCELLED,
            None,
            None,
        )


def test_progress_is_shown(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
        with committing():
            draws.claim_draw("test", now())
        with committing():
            progress = Progress("weights", 40, 120, value_ppm=49_800, bound_ppm=49_900)
            assert draws.note_progress(draw.id, "test", progress, now())
            assert not draws.note_progress(draw.id, "somebody else", progress, now())
    page = client.get(url).text
    assert "Eerlijkheid: 4,98% van maximaal 4,99%." in page
    assert 'value="40" max="120"' in page
    assert "http-equiv" not in page
    block = client.get(f"{url}/voortgang", headers={"HX-Request": "true"})
    assert block.status_code == 200
    assert "<html" not in block.text
    assert "4,98%" in block.text
    without = client.get(f"{url}/voortgang")
    assert (without.status_code, without.location) == (303, url)


def test_the_block_reloads_the_page_when_the_draw_ended(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = make_finished_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}/voortgang"
    answer = client.get(url, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")


def short_pool() -> bytes:
    """One person of 65 and over, where two are needed."""
    lines = [line for line in respondents().splitlines() if b"65+" not in line]
    return b"\n".join([*lines, b"Z1,65+,man", b""])


def test_impossible_quotas(app: Flask, client: FlaskClient, administrator_client: FlaskClient) -> None:
    with app.app_context():
        draw = make_draw(make_ready_panel(people=short_pool()))
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    run_jobs(app)
    page = administrator_client.get(url).text
    assert "Met deze aanmeldingen kunnen niet alle quota gehaald worden." in page
    assert "65+" in page
    assert "Zo kan het wel: de kleinste verandering" in page
    assert "Plaats andere bestanden" in page
    public = client.get(url).text
    assert "Deze loting heeft geen uitslag." in public
    assert "65+" not in re.sub(r"<time[^>]*>", "", public)  # a moment may read …65+00:00
    with app.app_context():
        draw = only_draw()
        assert (draw.state, draw.error_code) == (DrawState.FAILED, "impossible_quotas")


def test_together_impossible_quotas_get_a_proposal(app: Flask, administrator_client: FlaskClient) -> None:
    """Each quota can be met alone, all of them together cannot: every older person is a man, and so on."""
    rows = [f"A{number},16-34,vrouw" for number in range(20)] + [
        f"B{number},35-64,man" for number in range(20)
    ]
    people = "\n".join(["id,leeftijd,geslacht", *rows, *[f"C{n},65+,man" for n in range(9)], ""]).encode()
    categories = CATEGORIES.replace(b"16-34,3,5", b"16-34,7,8").replace(b"35-64,3,5", b"35-64,1,5")
    with app.app_context():
        draw = make_draw(make_ready_panel(categories, people))
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    run_jobs(app)
    page = administrator_client.get(url).text
    assert "Zo kan het wel: de kleinste verandering" in page
    assert "Alleen u beslist over een quotum." in page


def test_files_that_are_gone(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
        db.session.execute(update(PanelFiles).values(respondents_sealed=None, deleted_at=NOW))
        db.session.commit()
    run_jobs(app)
    assert "Het bestand met aanmeldingen is verwijderd." in client.get(url).text


def test_what_does_not_verify_is_not_published(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
        draws.claim_draw("test", NOW)
        draws.finish_draw(draw, {"verified": False}, {"rows": []}, at=NOW)
        db.session.commit()
        assert (only_draw().error_code, only_draw().result, only_draw().members) == (
            "not_verified",
            None,
            None,
        )
    assert "De controle vond een fout in de uitslag." in client.get(url).text


def test_a_child_that_dies_is_started_again_and_fails_in_the_end(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(Child):
        def messages(self, seconds: float) -> list[dict[str, object] | None]:
            return [None]

    monkeypatch.setattr(jobs, "Child", Dead)
    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    run_jobs(app)
    with app.app_context():
        draw = only_draw()
        assert (draw.state, draw.error_code) == (DrawState.FAILED, "too_many_attempts")
        assert actions_of(draw).count("draw_resumed") == MOST_ATTEMPTS
    assert "De berekening is drie keer afgebroken." in client.get(url).text


def test_a_claim_that_went_silent_is_taken_over(app: Flask) -> None:
    with app.app_context():
        make_draw(make_ready_panel())
        with committing():
            assert draws.claim_draw("dead", now() - timedelta(minutes=5)) is not None
        with committing():
            assert draws.claim_draw("alive", now()) is not None
        with committing():
            assert draws.claim_draw("third", now()) is None
        assert only_draw().claimed_by == "alive"
        assert not draws.note_progress(only_draw().id, "dead", None, now())


def test_stopping_gives_the_draw_back(app: Flask) -> None:
    """An orderly stop is not a failed attempt: the next process starts at once."""
    with app.app_context():
        make_draw(make_ready_panel())
        with committing():
            order = draws.claim_draw("test", now())
        assert order is not None
        STOPPING.set()
        try:
            jobs._give_back(order, "test")
        finally:
            STOPPING.clear()
        draw = only_draw()
        assert (draw.state, draw.claimed_by, draw.attempts) == (DrawState.COMPUTING, None, 0)


def test_nobody_waits_for_the_engine(
    app: Flask, administrator_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W10: while the engine works no transaction is open, so other requests can write."""
    wrote: list[int] = []

    class Looked(Child):
        def messages(self, seconds: float) -> list[dict[str, object] | None]:
            if not wrote:
                form = {
                    "title": "Tussendoor",
                    "question": "Kan dit ook terwijl er geloot wordt?",
                    "size": "20",
                }
                wrote.append(administrator_client.post("/panels/nieuw", data=form).status_code)
            return super().messages(seconds)

    monkeypatch.setattr(jobs, "Child", Looked)
    with app.app_context():
        make_draw(make_ready_panel())
    run_jobs(app)
    assert wrote == [303]
