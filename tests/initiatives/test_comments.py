"""Commenting under an initiative: write, answer, change, delete, and what the page shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.calendar import today
from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.events import queries as events
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.queries import talk as queries
from civic.initiatives.queries.inbox import everything
from civic.initiatives.service import collection, talk
from civic.initiatives.states import WithdrawReason
from civic.initiatives.states.talk import CommentState, WaitReason
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, draft, mails, published
from tests.initiatives.talk_factories import commented, hidden, official, talked_about
from tests.statements import counting

SAID = {"name": "Kees", "text": "Goed plan."}
LINK = {"name": "Kees", "text": "Kijk op https://goedkoop.example/nu"}


@pytest.fixture
def number(app: Flask) -> int:
    with app.app_context():
        return talked_about().id


@pytest.fixture
def kees(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(email="kees@example.nl")
    return client


def page(client: FlaskClient, number: int) -> str:
    return client.get(f"/initiatieven/{number}/reacties").text


def _initiative(number: int) -> Initiative:
    return db.session.get_one(Initiative, number)


def newest() -> Comment:
    return db.session.scalars(db.select(Comment).order_by(Comment.id.desc())).first()  # type: ignore[return-value]


def test_comment(app: Flask, client: FlaskClient, kees: FlaskClient, number: int) -> None:
    response = kees.post(f"/initiatieven/{number}/reageren", data=SAID)
    assert (response.status_code, response.location) == (303, f"/initiatieven/{number}/reacties")
    assert "Goed plan." in page(client, number)
    shown = client.get(f"/initiatieven/{number}").text
    assert "Lees 1 reactie" in shown
    assert "Raadplegen" in shown


def test_twice_is_once_and_strange_signs_stay_text(
    kees: FlaskClient, client: FlaskClient, number: int
) -> None:
    strange = {"name": "<b>Kees</b> \u202e", "text": "<script>alert(1)</script>\n\n🦆 العربية"}
    for _time in range(2):
        kees.post(f"/initiatieven/{number}/reageren", data=strange)
    text = page(client, number)
    assert text.count("🦆") == 1
    assert "<script>alert(1)" not in text


def test_anonymous_signs_in_first(client: FlaskClient, number: int) -> None:
    response = client.post(f"/initiatieven/{number}/reageren", data=SAID)
    assert "/inloggen" in response.location
    assert "Goed plan." not in page(client, number)


@pytest.mark.parametrize(
    "wrong", [{"name": "", "text": "Ja"}, {"name": "Kees", "text": " "}, {"name": "Kees", "text": "a" * 2001}]
)
def test_what_is_wrong_comes_back(kees: FlaskClient, number: int, wrong: dict[str, str]) -> None:
    response = kees.post(f"/initiatieven/{number}/reageren", data=wrong)
    assert response.status_code == 422
    assert "error-summary" in response.text


def test_not_on_a_draft_and_not_where_nothing_was_said_yet(app: Flask, kees: FlaskClient) -> None:
    with app.app_context():
        hers, silent = draft().id, published().id
    assert kees.get(f"/initiatieven/{hers}/reacties").status_code == 404
    assert kees.post(f"/initiatieven/{hers}/reageren", data=SAID).status_code == 404
    assert kees.post(f"/initiatieven/{silent}/reageren", data=SAID).status_code == 409
    assert "Reageren kan vanaf" in kees.get(f"/initiatieven/{silent}").text


def test_the_conversation_opens_by_itself(app: Flask) -> None:
    """No initiative waits for ever because nobody at the municipality said anything."""
    with app.app_context():
        initiative = published(NOW)
        with pytest.raises(NotAllowedNow):
            commented(initiative, at=NOW + timedelta(days=6))
        assert commented(initiative, at=NOW + timedelta(days=7)).state is CommentState.SHOWN


def test_after_the_end_people_may_still_talk(app: Flask) -> None:
    with app.app_context():
        initiative = talked_about()
        collection.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now())
        assert commented(initiative).state is CommentState.SHOWN


def test_one_level_of_answers(app: Flask, kees: FlaskClient, client: FlaskClient, number: int) -> None:
    kees.post(f"/initiatieven/{number}/reageren", data=SAID)
    with app.app_context():
        first = newest().id
    answer = {"name": "Kees", "text": "Hoeveel bomen?"}
    kees.post(f"/initiatieven/{number}/reageren?op={first}", data=answer)
    with app.app_context():
        second = newest()
        assert second.parent_id == first
        second_id = second.id
    text = page(client, number)
    assert text.index("Goed plan.") < text.index("Hoeveel bomen?")
    deeper = kees.post(f"/initiatieven/{number}/reageren?op={second_id}", data={"name": "K", "text": "Tien"})
    assert deeper.status_code == 409


def test_no_answer_under_another_initiative(app: Flask, kees: FlaskClient, number: int) -> None:
    with app.app_context():
        foreign = commented(talked_about()).id
    assert kees.post(f"/initiatieven/{number}/reageren?op={foreign}", data=SAID).status_code == 404
    assert kees.post(f"/initiatieven/{number}/reageren?op=999999", data=SAID).status_code == 404
    assert kees.post(f"/initiatieven/{number}/reageren?op=x", data=SAID).status_code == 303


def test_ten_in_ten_minutes(kees: FlaskClient, number: int) -> None:
    with time_machine.travel(NOW, tick=False):
        for turn in range(10):
            kees.post(f"/initiatieven/{number}/reageren", data={"name": "K", "text": f"Nummer {turn}"})
        assert kees.post(f"/initiatieven/{number}/reageren", data=SAID).status_code in (409, 429)


# --- a first comment with a link ------------------------------------------------------------------------


def test_a_first_comment_with_a_link_waits_and_says_so(
    app: Flask, client: FlaskClient, kees: FlaskClient, number: int
) -> None:
    response = kees.post(f"/initiatieven/{number}/reageren", data=LINK, follow_redirects=True)
    assert "kijkt er eerst naar" in response.text
    assert "goedkoop.example" in response.text  # the writer sees it
    assert "goedkoop.example" not in page(client, number)
    with app.app_context():
        one = newest()
        assert (one.state, one.wait_reason) == (CommentState.WAITING, WaitReason.FIRST_LINK)
        assert len(mails("comment_waits")) == 1
        kinds = [item.kind for item in everything([municipality().id])]
        assert "comment" in kinds


def test_later_links_do_not_wait_and_a_link_put_in_later_does(app: Flask) -> None:
    with app.app_context():
        initiative, kees = talked_about(NOW), make_user()
        first = commented(initiative, by=kees, at=NOW)
        assert commented(initiative, "Zie www.bomen.nl", by=kees, at=NOW).state is CommentState.SHOWN
        anna = make_user(email="anna@example.nl")
        hers = commented(initiative, by=anna, at=NOW)
        talk.edit(hers, talk.Words("Anna", "Koop op spul.shop"), actor=anna, at=NOW + timedelta(minutes=5))
        assert hers.state is CommentState.WAITING
        assert first.state is CommentState.SHOWN


# --- one's own ------------------------------------------------------------------------------------------


def test_edit_within_a_quarter_of_an_hour(app: Flask, kees: FlaskClient, number: int) -> None:
    kees.post(f"/initiatieven/{number}/reageren", data=SAID)
    with app.app_context():
        comment_id, posted = newest().id, newest().posted_at
    url = f"/initiatieven/reacties/{comment_id}/wijzigen"
    assert "Goed plan." in kees.get(url).text
    assert kees.post(url, data={"name": "Kees", "text": "Beter plan."}).status_code == 303
    with app.app_context():
        assert newest().text == "Beter plan."
        assert newest().edited_at is not None
        with pytest.raises(NotAllowedNow):
            talk.edit(newest(), talk.Words("K", "Te laat"), actor=make_user(), at=posted + talk.EDIT_TIME)


def test_delete_leaves_a_line_only_under_answers(
    app: Flask, client: FlaskClient, kees: FlaskClient, number: int
) -> None:
    kees.post(f"/initiatieven/{number}/reageren", data=SAID)
    with app.app_context():
        mine = newest()
        mine_id = mine.id
        commented(_initiative(number), "Eens", parent=mine)
    url = f"/initiatieven/reacties/{mine_id}/verwijderen"
    assert kees.get(url).status_code == 200
    for _time in range(2):
        assert kees.post(url).status_code == 303
    text = page(client, number)
    assert "Goed plan." not in text
    assert "De schrijver haalde deze reactie weg" in text
    assert "Eens" in text
    with app.app_context():
        row = db.session.get_one(Comment, mine_id)
        assert (row.text, row.name) == (None, None)


def test_delete_without_answers_leaves_nothing(app: Flask, client: FlaskClient, number: int) -> None:
    with app.app_context():
        one = commented(_initiative(number))
        talk.delete(one, actor=author(), at=now())
        db.session.commit()
    assert "Er zijn nog geen reacties." in page(client, number)


@pytest.mark.parametrize("step", ["", "/wijzigen", "/verwijderen", "/niet-mee-eens"])
def test_another_persons_comment(
    app: Flask, kees: FlaskClient, client: FlaskClient, number: int, step: str
) -> None:
    with app.app_context():
        hers = commented(_initiative(number)).id
    url = f"/initiatieven/reacties/{hers}{step}"
    assert kees.get(url).status_code == 403
    assert client.get(url).status_code == 302
    if step:
        assert kees.post(url, data=SAID).status_code == 403


# --- pages ----------------------------------------------------------------------------------------------


def test_a_page_costs_the_same_whatever_is_on_it(app: Flask, client: FlaskClient, number: int) -> None:
    def costs() -> int:
        with counting(engine) as statements:
            assert client.get(f"/initiatieven/{number}/reacties").status_code == 200
        return len(statements)

    with app.app_context():
        engine = db.engine

    with app.app_context():
        commented(_initiative(number), "Nummer 0", parent=commented(_initiative(number), "Eerste"))
    few = costs()
    with app.app_context():
        rows = [
            Comment(
                initiative_id=number, author_id=author().id, text=f"Tekst {n}", posted_at=NOW,
                state=CommentState.SHOWN,
            )
            for n in range(45)
        ]  # fmt: skip
        for row in rows:
            row.name = "Kees"
        db.session.add_all(rows)
        db.session.commit()
    assert costs() == few <= 6
    first = page(client, number)
    assert first.count("<article") == queries.PAGE_SIZE
    with app.app_context():
        oldest = db.session.scalars(db.select(Comment.id).order_by(Comment.id)).all()[15]
    assert "Eerste" in client.get(f"/initiatieven/{number}/reacties?voor={oldest}").text


# --- what stays -----------------------------------------------------------------------------------------


def test_old_words_go(app: Flask) -> None:
    with app.app_context():
        initiative = talked_about(NOW)
        kept, gone = (
            commented(initiative, at=NOW),
            hidden(commented(initiative, "Bel 06-00000000", at=NOW), NOW),
        )
        ids = kept.id, gone.id
        apply_retention(NOW + timedelta(days=366))
        texts = [db.session.get_one(Comment, one, populate_existing=True).text for one in ids]
        assert texts == ["Goed plan.", None]
        apply_retention(NOW + timedelta(days=731))
        assert db.session.get_one(Comment, ids[0], populate_existing=True).name is None


def test_the_owner_of_the_promise(app: Flask) -> None:
    """Who waits, is promised a look; the promise has an owner."""
    with app.app_context():
        griffier = official()
        one = commented(talked_about(NOW), "Zie www.iets.nl", at=NOW)
        clock = events.deadline_of(one, talk.LOOK)
        assert clock is not None
        assert clock.owner_id == griffier.id
        assert clock.due_on > today(NOW)
