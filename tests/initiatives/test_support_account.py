"""One click for who is signed in: the same person as without an account."""

from __future__ import annotations

from typing import Any

from flask import Flask

from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support, SupportHome
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import SupportChannel, SupportState
from tests.initiatives.factories import draft, published

MAIL = "ada@example.nl"
POSTCODE = {"account-postcode": "8232 AB"}


def _start(app: Flask, sign_in: Any, **changes: Any) -> tuple[int, Any]:
    with app.app_context():
        number = published(**changes).id
    return number, sign_in(email=MAIL, name="Ada Groen")


def _all(app: Flask) -> list[Support]:
    with app.app_context():
        return list(db.session.scalars(db.select(Support).order_by(Support.id)))


def test_one_click(app: Flask, sign_in) -> None:
    number, client = _start(app, sign_in)
    page = client.get(f"/initiatieven/{number}/steunen").text
    assert "Steun met één klik" in page
    assert 'name="account-postcode"' in page
    assert 'name="account-name"' not in page, "we know the name"
    url = f"/initiatieven/{number}/steunen/account"
    answer = client.post(url, data=POSTCODE)
    assert answer.status_code == 303
    own = client.get(answer.location).text
    assert "Uw steun is bevestigd" in own
    assert "Op de site, met een account" in own
    (one,) = _all(app)
    assert (one.state, one.channel, one.shows_name) == (SupportState.CONFIRMED, SupportChannel.ACCOUNT, False)
    assert client.post(url).status_code == 303, "a second click is the same success"
    assert len(_all(app)) == 1
    assert "U steunt dit initiatief al" in client.get(f"/initiatieven/{number}/steunen").text


def test_the_postcode_is_asked_once(app: Flask, sign_in) -> None:
    number, client = _start(app, sign_in)
    client.post(f"/initiatieven/{number}/steunen/account", data=POSTCODE)
    with app.app_context():
        other = published().id
        assert db.session.scalars(db.select(SupportHome)).one().postcode == "8232 AB"
    page = client.get(f"/initiatieven/{other}/steunen").text
    assert 'name="account-postcode"' not in page
    assert "Uw postcode is 8232 AB." in page
    assert client.post(f"/initiatieven/{other}/steunen/account").status_code == 303
    assert len(_all(app)) == 2


def test_a_postcode_from_elsewhere_is_asked_anew(app: Flask, sign_in) -> None:
    number, client = _start(app, sign_in)
    url = f"/initiatieven/{number}/steunen/account"
    for wrong in ("1011 AB", "nee", ""):
        answer = client.post(url, data={"account-postcode": wrong})
        assert answer.status_code == 422
    client.post(url, data=POSTCODE)
    with app.app_context():
        home = db.session.scalars(db.select(SupportHome)).one()
        home.postcode = "1011 AB"  # moved house, and the next initiative is elsewhere
        db.session.commit()
        other = published().id
    answer = client.post(f"/initiatieven/{other}/steunen/account")
    assert answer.status_code == 422
    assert 'name="account-postcode"' in answer.text
    assert client.post(f"/initiatieven/{other}/steunen/account", data=POSTCODE).status_code in {303, 422}


def test_one_with_support_without_an_account(app: Flask, sign_in) -> None:
    number, client = _start(app, sign_in)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.ask(initiative, service.Supporter("Ada", "Ada+x@example.nl", "8232 AB"), at=now())
        db.session.commit()
    assert client.post(f"/initiatieven/{number}/steunen/account", data=POSTCODE).status_code == 303
    (one,) = _all(app)
    assert one.state is SupportState.CONFIRMED, "signed in is as good as the link in the mail"


def test_again_after_withdrawing(app: Flask, sign_in) -> None:
    number, client = _start(app, sign_in)
    url = f"/initiatieven/{number}/steunen/account"
    client.post(url, data=POSTCODE)
    with app.app_context():
        service.withdraw_support(db.session.scalars(db.select(Support)).one(), at=now())
        db.session.commit()
    assert client.post(url, data={"account-shows_name": "y"}).status_code == 303
    (one,) = _all(app)
    assert (one.state, one.shows_name) == (SupportState.CONFIRMED, True)


def test_who_and_when(app: Flask, client, sign_in) -> None:
    number, mine = _start(app, sign_in)
    url = f"/initiatieven/{number}/steunen/account"
    assert client.post(url, data=POSTCODE).status_code == 302, "sign in first"
    assert mine.get(url).status_code == 405
    with app.app_context():
        own = draft().id
        over = published()
        service.withdraw(over, _reason(), actor=_author(over), at=now())
        db.session.commit()
        closed = over.id
    assert mine.post(f"/initiatieven/{own}/steunen/account", data=POSTCODE).status_code == 404
    assert mine.post(f"/initiatieven/{closed}/steunen/account", data=POSTCODE).status_code == 409


def _reason() -> Any:
    from civic.initiatives.states import WithdrawReason

    return WithdrawReason.SOLVED


def _author(initiative: Initiative) -> Any:
    from civic.accounts.models import User

    return db.session.get_one(User, initiative.author_id)


def test_the_own_link_works_without_signing_in(app: Flask, client, sign_in) -> None:
    number, mine = _start(app, sign_in)
    mine.post(f"/initiatieven/{number}/steunen/account", data=POSTCODE)
    with app.app_context():
        path = f"/steun/{token_of(db.session.scalars(db.select(Support)).one())}/intrekken"
    assert client.post(path).status_code == 303
    assert _all(app)[0].state is SupportState.WITHDRAWN
