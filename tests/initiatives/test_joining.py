"""Joining what others started: asking, saying yes, stopping, and how the writers answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.errors import NotAllowedNow, TooMany
from civic.events.models import Event, Visibility
from civic.initiatives import service as initiatives
from civic.initiatives.models import Initiative, JoinRequest
from civic.initiatives.service import joining as service
from civic.initiatives.service.desk_stops import hide
from civic.initiatives.service.kinds import start_project
from civic.initiatives.states import InitiativeKind, WithdrawReason
from civic.initiatives.states.desk import HideReason
from civic.initiatives.states.joining import JoinState, SourceChannel
from civic.mail.models import OutgoingMail
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.access_joining import TYPED, joined, token_of
from tests.initiatives.factories import author, draft, mails, published

SignIn = Callable[..., FlaskClient]


def address(app: Flask) -> tuple[str, int]:
    with app.app_context():
        number = published().id
    return f"/initiatieven/{number}/meedoen", number


def rows() -> list[JoinRequest]:
    return list(db.session.scalars(db.select(JoinRequest).order_by(JoinRequest.id)))


def link_in(mail: OutgoingMail, word: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/meedoen/{word}/\S+)", mail.text or "")
    assert found is not None
    return found[1]


def offer(number: int = 0, **changes: str) -> service.Offer:
    return service.Offer(f"Mees {number}", f"mees{number}@example.nl", "", SourceChannel.SCHOOL)


def many(initiative: Initiative, count: int) -> None:
    for number in range(count):
        row = service._request(initiative, offer(number), NOW)
        service.confirm(row, at=NOW)
    db.session.commit()


# --- joining --------------------------------------------------------------------------------------------


def test_ask_confirm_and_stop(app: Flask, client: FlaskClient) -> None:
    url, number = address(app)
    assert url in client.get(f"/initiatieven/{number}").text
    page = client.get(url).text
    assert "Uw mailadres zien ze niet" in page
    answer = client.post(url, data=TYPED)
    assert (answer.status_code, answer.location) == (303, "/meedoen/mail")
    with app.app_context():
        link = link_in(mails("join_confirm")[0], "bevestigen")
    assert "Ik help graag." in client.get(link).text
    with app.app_context():
        assert rows()[0].state is JoinState.ASKED, "looking is not saying yes"
    assert [client.post(link).status_code for _twice in range(2)] == [303, 200]
    page = client.get(link).text
    assert "U doet mee" in page
    with app.app_context():
        (row,) = rows()
        assert (row.state, row.source_channel) == (JoinState.JOINED, SourceChannel.POSTER)
        (event,) = db.session.scalars(db.select(Event).where(Event.action == "join"))
        assert (event.visibility, event.actor_id) == (Visibility.INTERNAL, None)
        assert mails("join_new")[0].address == OWNER_EMAIL
    stop = re.search(r'href="(/meedoen/stop/[^"]+)"', page)
    assert stop is not None
    assert "mees@example.nl" in client.get(stop[1]).text
    assert client.post(stop[1]).location == "/meedoen/gestopt"
    assert [client.post(stop[1]).status_code, client.get(link).status_code] == [404, 404]
    with app.app_context():
        assert rows() == []
        assert mails("join_confirm") == []


def test_known_and_unknown_get_the_same_answer(app: Flask, client: FlaskClient) -> None:
    url, number = address(app)
    with app.app_context():
        joined(db.session.get_one(Initiative, number), "bekend@example.nl")
    both = ("Bekend@example.nl", "nieuw@example.nl")
    answers = {client.post(url, data={**TYPED, "email": one}).location for one in both}
    assert answers == {"/meedoen/mail"}
    with app.app_context():
        assert [mail.address for mail in mails("join_known")] == ["bekend@example.nl"]
        assert rows()[0].name == "Doet Mee", "a stranger changes nothing"


def test_signed_in_is_one_click(app: Flask, sign_in: SignIn) -> None:
    url, _number = address(app)
    client = sign_in(email="ik@example.nl", name="Ik Zelf")
    page = client.get(url).text
    assert 'value="Ik Zelf"' in page
    assert "Uw mailadres</label>" not in page
    first = client.post(url, data={"name": "Ik Zelf", "message": ""})
    assert first.location.startswith("/meedoen/stop/")
    assert client.post(url, data={"name": "Ik Zelf"}).location.startswith("/meedoen/stop/"), "twice is once"
    assert client.get(url).location.startswith("/meedoen/stop/")
    with app.app_context():
        (row,) = rows()
        assert (row.email, row.source_channel, row.state) == ("ik@example.nl", None, JoinState.JOINED)
        assert mails("join_confirm") == []


def test_nobody_is_flooded(app: Flask, client: FlaskClient) -> None:
    url, number = address(app)
    codes = [client.post(url, data=TYPED).status_code for _turn in range(31)]
    assert (set(codes[:-1]), codes[-1]) == ({303}, 429)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert len(mails("join_confirm")) == 1, "a double click is one mail"
        for turn in range(1, 9):
            service.ask(initiative, offer(1), at=NOW + timedelta(minutes=2 * turn))
        assert len([one for one in mails("join_confirm") if one.address == "mees1@example.nl"]) == 5


def test_the_page_shows_a_number_but_no_small_one(app: Flask, client: FlaskClient) -> None:
    _url, number = address(app)
    page = f"/initiatieven/{number}"
    with app.app_context():
        many(db.session.get_one(Initiative, number), 9)
    assert "minder dan 10" in client.get(page).text
    with app.app_context():
        many(db.session.get_one(Initiative, number), 10)
    text = app.test_client().get(page + "?x=1").text
    assert "Er doen 10 mensen mee." in text
    assert "Mees 1" not in text


def test_what_ended_or_is_hidden_cannot_be_joined(app: Flask, client: FlaskClient) -> None:
    url, number = address(app)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.ask(initiative, offer(), at=now())
        link = link_in(mails("join_confirm")[0], "bevestigen")
        initiatives.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now())
        waits = draft().id
        off = published()
        hide(off, HideReason.INSULT, "Dit kan niet.", actor=author(), at=now())
        db.session.commit()
        hidden = off.id
    assert client.get(url).status_code == client.post(url, data=TYPED).status_code == 409
    assert client.post(link).status_code == 409
    assert client.get(f"/initiatieven/{waits}/meedoen").status_code == 404
    assert client.get(f"/initiatieven/{hidden}/meedoen").status_code == 410
    assert client.get("/initiatieven/999999/meedoen").status_code == 404
    with app.app_context(), pytest.raises(NotAllowedNow):
        service.ask(db.session.get_one(Initiative, number), offer(2), at=now())


def test_a_running_project_can_be_joined(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        project = draft(kind=InitiativeKind.RESIDENT_PROJECT)
        start_project(project, project.revision, actor=author(), at=now())
        db.session.commit()
        url = f"/initiatieven/{project.id}/meedoen"
    assert client.post(url, data=TYPED).status_code == 303


def test_strange_input(app: Flask, client: FlaskClient) -> None:
    url, _number = address(app)
    bad = {"name": " ", "email": "<script>@x", "message": "x" * 1001, "channel": "droom"}
    answer = client.post(url, data=bad)
    assert answer.status_code == 422
    for text in ("Vul uw naam in.", "Schrijf een mailadres", "hoogstens 1000 tekens", "Kies hoe u hiervan"):
        assert text in answer.text
    strange = {**TYPED, "name": "Z\u0308oë 🌳\u202e", "message": "<script>alert(1)</script>"}
    assert client.post(url, data=strange).status_code == 303
    with app.app_context():
        link = link_in(mails("join_confirm")[0], "bevestigen")
    assert "<script>alert" not in client.get(link).text


def test_links_of_another_purpose_do_nothing(app: Flask, client: FlaskClient) -> None:
    _url, number = address(app)
    with app.app_context():
        row = joined(db.session.get_one(Initiative, number))
        stop, yes = token_of(service.STOP, row), token_of(service.CONFIRM, row)
    wrong = [f"/meedoen/stop/{yes}", f"/meedoen/bevestigen/{stop}", "/meedoen/stop/kaas"]
    assert [client.post(one).status_code for one in wrong] == [404, 404, 404]


# --- the writers ----------------------------------------------------------------------------------------


def joiner(app: Flask) -> tuple[str, int]:
    """(the address of the list, the number of who joined)."""
    with app.app_context():
        initiative = published()
        row = joined(initiative)
        return f"/initiatieven/{initiative.id}/meedoen/mensen", row.id


def test_the_writer_reads_names_and_no_address(app: Flask, sign_in: SignIn) -> None:
    url, number = joiner(app)
    writer = sign_in(email=OWNER_EMAIL)
    assert writer.get(url.removesuffix("/mensen")).location == url
    for page in (url, f"{url}/{number}/antwoord"):
        text = writer.get(page).text
        assert "Doet Mee" in text
        assert "Ik kan spitten." in text
        assert "doet.mee@example.nl" not in text
    assert "Van buren of vrienden" in writer.get(url).text
    with app.app_context():
        reads = db.session.scalars(db.select(Event).where(Event.action == "read_joiners"))
        assert {(event.data["rows"], event.visibility) for event in reads} == {(1, Visibility.INTERNAL)}


def test_nobody_else_reads_or_answers(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    url, number = joiner(app)
    assert client.get(url).status_code == 302
    others = (sign_in(), sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code="GM0995"))
    for other in others:
        assert other.get(url).status_code == 403
        assert other.post(f"{url}/{number}/antwoord", data={"text": "Hoi"}).status_code == 403
        assert other.post(f"{url}/{number}/afgehandeld").status_code == 403
    with app.app_context():
        assert mails("join_answer") == []


def test_answering_goes_by_mail_once(app: Flask, sign_in: SignIn) -> None:
    url, number = joiner(app)
    writer = sign_in(email=OWNER_EMAIL)
    assert writer.post(f"{url}/{number}/antwoord", data={"text": " "}).status_code == 422
    said = {"text": "Kom zaterdag om tien uur."}
    assert [writer.post(f"{url}/{number}/antwoord", data=said).location for _twice in range(2)] == [url, url]
    with app.app_context():
        (mail,) = mails("join_answer")
        assert mail.address == "doet.mee@example.nl"
        assert "Kom zaterdag" in (mail.text or "")
        assert OWNER_EMAIL not in (mail.text or "")
        assert rows()[0].state is JoinState.HANDLED
        for turn in range(4):
            service.answer(rows()[0], f"En nog {turn}.", actor=author(), at=now())
        with pytest.raises(TooMany):
            service.answer(rows()[0], "Te veel.", actor=author(), at=now())


def test_handled_twice_is_once(app: Flask, sign_in: SignIn) -> None:
    url, number = joiner(app)
    writer = sign_in(email=OWNER_EMAIL)
    assert writer.get(f"{url}/{number}/afgehandeld").status_code == 405
    assert [writer.post(f"{url}/{number}/afgehandeld").status_code for _twice in range(2)] == [303, 303]
    assert "Afgehandeld</span>" in writer.get(url).text
    other = joiner(app)[0]
    assert writer.post(f"{other}/{number}/afgehandeld").status_code == 404, "of another initiative"
    with app.app_context():
        handled = db.session.scalars(db.select(Event).where(Event.action == "join_handled")).all()
        assert len(handled) == 1
        asked = service._request(published(), offer(5), NOW)
        with pytest.raises(NotAllowedNow):
            service.handle(asked, actor=author(), at=NOW)


def test_what_is_kept_goes_in_time(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.ask(initiative, offer(), at=NOW)
        many(initiative, 1)
        service.ask(initiative, offer(7), at=NOW)
        db.session.commit()
        apply_retention(NOW + timedelta(days=31))
        db.session.expire_all()
        (row,) = rows()
        assert row.name == "Mees 0"
        apply_retention(NOW + timedelta(days=366))
        db.session.expire_all()
        (row,) = rows()
        assert (row.name, row.email, row.person_key, row.state) == (None, None, None, JoinState.JOINED)
