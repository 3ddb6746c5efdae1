"""Following by mail: asking, saying yes, changing, stopping. One answer for every address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.policy import default
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.calendar import today
from civic.db import db
from civic.initiatives.models import Follow, Follower
from civic.initiatives.service import follow as service
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.mail.message import compose
from civic.mail.models import OutgoingMail
from civic.mail.service import Letter, queue
from civic.retention import apply_retention
from civic.tickets import holder, ticket
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.access_follow import followed, token_of
from tests.initiatives.factories import draft, mails, published

SignIn = Callable[..., FlaskClient]
EVERYTHING = Subject(FollowScope.EVERYTHING)
ASK = {"email": "volger@example.nl", "rhythm": "weekly"}


def page_of(app: Flask) -> tuple[str, int]:
    with app.app_context():
        number = published().id
    return f"/initiatieven/{number}/volgen", number


def link_in(mail: OutgoingMail, word: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/volgen/{word}/\S+)", mail.text or "")
    assert found is not None
    return found[1]


def rows(kind: type[Any]) -> list[Any]:
    return list(db.session.scalars(db.select(kind).order_by(kind.id)))


def test_ask_and_confirm(app: Flask, client: FlaskClient) -> None:
    url, number = page_of(app)
    assert f"/initiatieven/{number}/volgen" in client.get(f"/initiatieven/{number}").text
    assert "Hoe vaak wilt u mail?" in client.get(url).text
    answer = client.post(url, data={**ASK, "rhythm": "daily"})
    assert (answer.status_code, answer.location) == (303, "/volgen/mail")
    with app.app_context():
        (mail,) = mails("follow_confirm")
        assert (mail.address, mail.unsubscribe) == ("volger@example.nl", None)
        link = link_in(mail, "bevestigen")
        assert rows(Follow)[0].confirmed_at is None
    assert "Ja, mail mij" in client.get(link).text
    with app.app_context():
        assert rows(Follow)[0].confirmed_at is None, "looking is not saying yes"
    for _time in range(2):  # twice is once
        assert client.post(link).status_code in {200, 303}
    assert "U volgt dit" in client.get(link).text
    with app.app_context():
        (follower,) = rows(Follower)
        assert follower.rhythm is Rhythm.DAILY
        assert rows(Follow)[0].initiative_id == number


def test_known_and_unknown_get_the_same_answer(app: Flask, client: FlaskClient) -> None:
    url, _number = page_of(app)
    with app.app_context():
        followed("bekend@example.nl")
    both = ("bekend@example.nl", "n@example.nl")
    answers = {client.post(url, data={**ASK, "email": one}).location for one in both}
    answers |= {client.post("/volgen", data={"email": one}).location for one in both}
    assert answers == {"/volgen/mail"}
    with app.app_context():
        assert [mail.address for mail in mails("follow_link")] == ["bekend@example.nl"]


def test_asking_for_a_known_follow_mails_the_link_to_the_known_address(app: Flask) -> None:
    with app.app_context():
        followed("jan.jansen@gmail.com")
        service.ask(EVERYTHING, "janjansen+lijst@gmail.com", Rhythm.DAILY, at=NOW)
        db.session.commit()
        (mail,) = mails("follow_link")
        assert mail.address == "jan.jansen@gmail.com"
        assert rows(Follower)[0].rhythm is Rhythm.WEEKLY, "a stranger changes nothing"


def test_nobody_is_flooded(app: Flask, client: FlaskClient) -> None:
    url, _number = page_of(app)
    for _time in range(3):
        client.post(url, data=ASK)
    with app.app_context():
        assert len(mails("follow_confirm")) == 1, "a double click is one mail"
        for turn in range(1, 9):
            service.ask(EVERYTHING, "vol@example.nl", Rhythm.WEEKLY, at=NOW + timedelta(minutes=2 * turn))
        db.session.commit()
        assert len([one for one in mails("follow_confirm") if one.address == "vol@example.nl"]) == 5


def test_a_network_that_asks_too_often(app: Flask, client: FlaskClient) -> None:
    url, _number = page_of(app)
    codes = [client.post(url, data={**ASK, "email": f"a{n}@example.nl"}).status_code for n in range(31)]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {303}


@pytest.mark.parametrize("email", ["", "geen adres", "x" * 300 + "@example.nl", "a@b\u202e.nl", "<script>@x"])
def test_strange_addresses(app: Flask, client: FlaskClient, email: str) -> None:
    url, _number = page_of(app)
    answer = client.post(url, data={"email": email, "rhythm": "soms"})
    assert answer.status_code == 422
    assert "Kies hoe vaak u mail wilt" in answer.text


def test_signed_in_is_one_click(app: Flask, sign_in: SignIn) -> None:
    url, number = page_of(app)
    client = sign_in()
    assert "Uw mailadres" not in client.get(url).text.split("<h2>")[0]
    answer = client.post(url, data={"rhythm": "weekly"})
    assert answer.location.startswith("/volgen/mijn/")
    assert client.get("/volgen").location.startswith("/volgen/mijn/")
    with app.app_context():
        (follow,) = rows(Follow)
        assert (follow.initiative_id, follow.confirmed_at is not None) == (number, True)
        assert mails("follow_confirm") == []


def test_a_draft_or_an_ended_one_cannot_be_followed(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        number = draft().id
    assert client.get(f"/initiatieven/{number}/volgen").status_code == 404
    assert sign_in(email="eigenaar@example.nl").get(f"/initiatieven/{number}/volgen").status_code == 409
    assert client.get("/initiatieven/999999/volgen").status_code == 404


def test_a_municipality_or_everything(app: Flask, client: FlaskClient) -> None:
    page = client.get("/initiatieven/volgen?gemeente=lelystad").text
    assert re.search(r'value="lelystad"\s+checked', page)
    assert client.post("/initiatieven/volgen", data={**ASK, "what": "lelystad"}).status_code == 303
    assert client.post("/initiatieven/volgen", data={**ASK, "what": "everything"}).status_code == 303
    assert client.post("/initiatieven/volgen", data={**ASK, "what": "atlantis"}).status_code == 422
    with app.app_context():
        assert [one.municipality_id for one in rows(Follow)] == [municipality().id, None]


def test_what_i_follow(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        follower = followed("ik@example.nl")
        url = f"/volgen/mijn/{token_of(service.MANAGE, follower.uid)}"
        other = followed("ander@example.nl")
        foreign = db.session.scalars(db.select(Follow.id).where(Follow.follower_id == other.id)).first()
        mine = list(db.session.scalars(db.select(Follow.id).where(Follow.follower_id == follower.id)))
    page = client.get(url).text
    assert "Bomen op het plein" in page
    assert "Alle initiatieven in de regio" in page
    assert client.post(url, data={"rhythm": "daily"}).status_code == 303
    assert client.post(url, data={"rhythm": "nooit"}).status_code == 422
    assert client.get(f"{url}/stoppen/{mine[0]}").status_code == 405
    for number in (foreign, mine[0], mine[0]):
        assert client.post(f"{url}/stoppen/{number}").status_code == 303
    with app.app_context():
        assert len(rows(Follow)) == 3, "only my own stopped"
        assert {one.rhythm for one in rows(Follower)} == {Rhythm.DAILY, Rhythm.WEEKLY}
    assert client.post(f"{url}/stoppen/{mine[1]}").location == "/volgen/gestopt"
    with app.app_context():
        assert [one.email for one in rows(Follower)] == ["ander@example.nl"], "the address went"


def test_stop_with_one_click_takes_waiting_mails_along(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        follower = followed("ik@example.nl")
        service.mail_link("ik@example.nl", at=NOW)
        db.session.commit()
        url = f"/volgen/stop/{token_of(service.STOP, follower.uid)}"
    assert "U volgt nu 2 dingen" in client.get(url).text
    with app.app_context():
        assert len(rows(Follower)) == 1, "programs that scan mail follow links"
    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.location == "/volgen/gestopt"
    with app.app_context():
        assert (rows(Follower), rows(Follow), mails("follow_link")) == ([], [], [])
    assert "U krijgt geen mail meer" in client.post(url).text


def test_links_have_one_purpose_and_an_end(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        follower = followed("ik@example.nl")
        day = today(NOW)
        old = ticket(service.MANAGE, follower.uid, day - timedelta(days=1))
        stop = ticket(service.STOP, follower.uid, day)
        good = ticket(service.MANAGE, follower.uid, day)
        assert holder(service.MANAGE, good, day) == follower.uid
        assert holder(service.MANAGE, good, day + timedelta(days=1)) is None
        later = good[:32] + f"{day.toordinal() + 9:07d}" + good[39:]
    for token in (old, stop, later, good[:-1] + ("0" if good[-1] != "0" else "1"), "x", "é" * 90):
        assert client.get(f"/volgen/mijn/{token}").status_code == 404, token
    assert client.get(f"/volgen/mijn/{good}").status_code == 200
    assert client.get(f"/volgen/stop/{good}").status_code == 404


def test_what_was_not_confirmed_lapses(app: Flask) -> None:
    with app.app_context():
        followed("blijft@example.nl")
        service.ask(EVERYTHING, "vraagt@example.nl", Rhythm.WEEKLY, at=NOW)
        db.session.commit()
        apply_retention(NOW + timedelta(days=31))
        assert [one.email for one in rows(Follower)] == ["blijft@example.nl"]
        apply_retention(NOW + timedelta(days=2 * 365 + 1))
        assert rows(Follower) == []


def test_the_headers_of_one_click(app: Flask) -> None:
    with app.app_context():
        context = {"manage_url": "https://x.nl", "until": today(NOW)}
        letter = Letter(
            "a@example.nl", "follow_link", "test:1", context, unsubscribe_url="https://x.nl/stop/1"
        )
        text = compose(queue(letter, at=NOW), NOW).as_bytes(policy=default).decode()
        assert "List-Unsubscribe: <https://x.nl/stop/1>" in text
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
