"""Putting reports together, taking them apart, another one in front (S14e, need G)."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Report, ReportClusterItem
from civic.aanjaagteam.queries.clusters import head_of, members_of
from civic.aanjaagteam.service import clusters
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from tests.aanjaagteam.makers import member
from tests.aanjaagteam.voices_makers import actions


def _url(number: int) -> str:
    return f"/aanjaagteam/meldingen/{number}/groep"


@pytest.fixture
def four(make: Callable[..., int]) -> list[int]:
    return [make(State.TAKEN_UP) for _number in range(4)]


def _together(app: Flask, head: int, other: int) -> None:
    with app.app_context():
        one, two = (db.session.get_one(Report, number) for number in (head, other))
        clusters.put_together(one, two, actor=member(), at=now())
        db.session.commit()


def _groups(app: Flask) -> dict[int, int]:
    with app.app_context():
        rows = db.session.execute(select(ReportClusterItem.report_id, ReportClusterItem.head_id))
        return {row.report_id: row.head_id for row in rows}


# --- by the pages ---------------------------------------------------------------------------------------


def test_find_preview_and_put_together(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b = four[:2]
    page = team.get(_url(a)).text
    assert "Deze melding staat los." in page
    assert f"?met={b}" in page  # the most alike are offered
    page = team.get(f"{_url(a)}?met={b}").text
    assert "Horen deze meldingen bij elkaar?" in page
    assert _groups(app) == {}
    data = {"other": str(b), "front": str(a)}
    assert team.post(_url(a), data=data).status_code == 303
    assert _groups(app) == {b: a}
    assert "Deze meldingen horen bij elkaar" in team.get(_url(b)).text
    assert actions(app, b)[-1] == "clustered"


def test_twice_says_that_it_is_there_already(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b = four[:2]
    data = {"other": str(b), "front": str(a)}
    team.post(_url(a), data=data)
    page = team.post(_url(a), data=data)
    assert page.status_code == 422
    assert "Deze melding zit al in dezelfde groep." in page.text
    assert _groups(app) == {b: a}


@pytest.mark.parametrize("number", ["999999", "x", "-1", "9" * 40, "²"])
def test_a_number_that_is_none(team: FlaskClient, four: list[int], number: str) -> None:
    page = team.get(f"{_url(four[0])}?met={number}")
    assert page.status_code == 422
    assert "Wij kennen geen melding met dit nummer" in page.text
    assert team.post(_url(four[0]), data={"other": number, "front": "1"}).status_code == 422


def test_the_one_in_front_must_be_one_of_both(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b, c, _d = four
    page = team.post(_url(a), data={"other": str(b), "front": str(c)})
    assert page.status_code == 422
    assert "Kies welke melding voorop staat." in page.text
    assert _groups(app) == {}


def test_rights_are_needed_for_both(
    app: Flask, scoped: FlaskClient, team: FlaskClient, make: Callable[..., int]
) -> None:
    mine, foreign = make(State.TAKEN_UP, code="GM0303"), make(State.TAKEN_UP, code="GM0995")
    assert scoped.get(_url(foreign)).status_code == 403
    page = scoped.post(_url(mine), data={"other": str(foreign), "front": str(mine)})
    assert page.status_code == 422
    assert _groups(app) == {}
    _together(app, foreign, mine)
    assert f"Melding {foreign} van een andere gemeente" in scoped.get(_url(mine)).text
    assert scoped.post(f"{_url(mine)}/voorop").status_code == 403
    assert scoped.post(f"{_url(mine)}/uit").status_code == 303


@pytest.mark.parametrize("path", ["", "/uit", "/voorop", "/besluit-vertellen"])
def test_strangers(
    sign_in: Callable[..., FlaskClient], client: FlaskClient, four: list[int], path: str
) -> None:
    assert client.post(f"{_url(four[0])}{path}").status_code in (302, 401)
    assert sign_in(Role.EMPLOYEE, email="x@example.nl").post(f"{_url(four[0])}{path}").status_code == 403


def test_get_is_refused(team: FlaskClient, four: list[int]) -> None:
    for path in ("uit", "voorop", "besluit-vertellen"):
        assert team.get(f"{_url(four[0])}/{path}").status_code == 405


def test_apart_again_and_too_late(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b = four[:2]
    _together(app, a, b)
    assert team.post(f"{_url(b)}/uit").status_code == 303
    assert _groups(app) == {}
    assert actions(app, b)[-1] == "unclustered"
    for path in ("uit", "voorop"):
        answer = team.post(f"{_url(b)}/{path}")
        assert answer.status_code == 409
        assert "Iemand anders was u net voor." in answer.text


# --- no chains, and nothing lost ------------------------------------------------------------------------


def test_a_head_with_a_group_goes_along_and_back(app: Flask, four: list[int]) -> None:
    a, b, c, d = four
    _together(app, a, b)
    _together(app, c, d)
    _together(app, a, c)
    assert _groups(app) == {b: a, c: a, d: a}
    with app.app_context():
        left = clusters.take_out(db.session.get_one(Report, c), actor=member(), at=now())
        db.session.commit()
        assert left == [c, d]
    assert _groups(app) == {b: a, d: c}


def test_three_deep_and_all_the_way_back(app: Flask, four: list[int]) -> None:
    a, b, c, d = four
    _together(app, a, b)
    _together(app, c, a)
    _together(app, d, c)
    assert _groups(app) == {a: d, b: d, c: d}
    with app.app_context():
        clusters.take_out(db.session.get_one(Report, c), actor=member(), at=now())
        db.session.commit()
    assert _groups(app) == {a: c, b: c}
    with app.app_context():
        clusters.take_out(db.session.get_one(Report, a), actor=member(), at=now())
        db.session.commit()
    assert _groups(app) == {b: a}


def test_a_member_brings_its_whole_group(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b, c, _d = four
    _together(app, a, b)
    assert f"Groep van melding {a}" in team.get(f"{_url(c)}?met={b}").text
    team.post(_url(c), data={"other": str(b), "front": str(c)})
    assert _groups(app) == {a: c, b: c}


def test_another_in_front(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b, c, _d = four
    _together(app, a, b)
    _together(app, a, c)
    assert team.post(f"{_url(c)}/voorop").status_code == 303
    assert _groups(app) == {a: c, b: c}
    with app.app_context():
        assert members_of(c)[0] == c
        assert head_of(four) == {a: c, b: c}


def test_an_item_cannot_be_a_head(app: Flask, four: list[int]) -> None:
    a, b, c, _d = four
    _together(app, a, b)
    with app.app_context():
        one, two = (db.session.get_one(Report, number) for number in (b, c))
        with pytest.raises(NotAllowedNow, match="changed_meanwhile"):
            clusters.put_together(one, two, actor=member(), at=now())


def test_two_officials_the_other_way_round(app: Flask, four: list[int]) -> None:
    """One of them is first; there is never a report that hangs under itself."""
    a, b = four[:2]
    with app.app_context():
        member()
        db.session.commit()
    barrier, refused = Barrier(2), []

    def _try(head: int, other: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with committing():
                    one, two = (db.session.get_one(Report, number) for number in (head, other))
                    clusters.put_together(one, two, actor=member(), at=now())
            except NotAllowedNow:
                refused.append(head)

    threads = [Thread(target=_try, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _groups(app) in ({b: a}, {a: b})
    assert len(refused) == 1


def test_states_and_mails_stay_their_own(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    a, b = make(State.TRIAGED, email="een@example.nl"), make(State.TAKEN_UP, email="twee@example.nl")
    _together(app, a, b)
    with app.app_context():
        assert db.session.get_one(Report, a).state is State.TRIAGED
        assert db.session.get_one(Report, b).state is State.TAKEN_UP
        assert db.session.get_one(Report, b).contact == "twee@example.nl"


def test_the_case_says_to_what_it_belongs(app: Flask, team: FlaskClient, four: list[int]) -> None:
    a, b = four[:2]
    _together(app, a, b)
    assert "Hieronder hangt 1 andere melding." in team.get(f"/aanjaagteam/meldingen/{a}").text
    assert "Deze melding hangt onder:" in team.get(f"/aanjaagteam/meldingen/{b}").text
