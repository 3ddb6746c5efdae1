"""First names on the page: only of who wants that, and only when they are many."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.queries.ledger import MOST_NAMES, first_name, first_names
from civic.initiatives.service.supports import show_name, token_of
from civic.initiatives.states import SupportState
from civic.retention import apply_retention
from tests.initiatives.factories import mails, published, supported

FORM = {"name": "Ada Groen", "email": "ada@example.nl", "postcode": "8232ab", "declares": "y"}


def _named(count: int, *, shown: int) -> Initiative:
    initiative = published()
    supported(initiative, count)
    for number, one in enumerate(db.session.scalars(db.select(Support).order_by(Support.id))):
        one.name = f"Naam{number} Achternaam"
        show_name(one, number < shown, at=now())
    db.session.commit()
    return initiative


def test_never_without_consent(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    page = client.get(f"/initiatieven/{number}/steunen").text
    assert not re.search(r'name="shows_name"[^>]*checked', page), "nobody has to opt out"
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    with app.app_context():
        assert db.session.scalars(db.select(Support)).one().shows_name is False


def test_asked_with_the_form_and_shown_before_confirming(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    client.post(f"/initiatieven/{number}/steunen", data={**FORM, "shows_name": "y"})
    with app.app_context():
        path = re.search(r"/steun/[0-9a-f]{64}", mails("support_confirm")[-1].text or "")[0]
    assert "Uw voornaam mag op de pagina staan." in client.get(path).text


def test_not_while_they_are_few(app: Flask, client) -> None:
    with app.app_context():
        number = _named(12, shown=9).id
    assert "Naam3" not in client.get(f"/initiatieven/{number}").text
    with app.app_context():
        for one in db.session.scalars(db.select(Support)):
            show_name(one, True, at=now())
        db.session.commit()
    page = client.get(f"/initiatieven/{number}").text
    assert "Naam3" in page
    assert "Achternaam" not in page


def test_at_most_the_newest(app: Flask) -> None:
    with app.app_context():
        found = first_names(_named(MOST_NAMES + 5, shown=MOST_NAMES + 5), 10)
        assert len(found) == MOST_NAMES
        assert "Naam0" not in found


def test_hidden_again_from_the_link(app: Flask, client) -> None:
    with app.app_context():
        initiative = _named(10, shown=10)
        one = db.session.scalars(db.select(Support)).first()
        path, number = f"/steun/{token_of(one)}", initiative.id
    assert "Naam0" in client.get(f"/initiatieven/{number}").text
    assert client.get(f"{path}/naam").status_code == 405
    for _again in range(2):
        assert client.post(f"{path}/naam", data={}).status_code == 303
    assert "Naam0" not in client.get(f"/initiatieven/{number}").text, "nine are too few as well"
    assert client.post(f"{path}/naam", data={"shows_name": "y"}).status_code == 303
    assert "Naam0" in client.get(f"/initiatieven/{number}").text
    assert client.post("/steun/" + "0" * 64 + "/naam").status_code == 404


def test_gone_with_the_support_and_with_the_data(app: Flask, client) -> None:
    with app.app_context():
        initiative = _named(11, shown=11)
        one, *_others = db.session.scalars(db.select(Support).order_by(Support.id))
        path = f"/steun/{token_of(one)}/naam"
        service.withdraw_support(one, at=now())
        db.session.commit()
        assert "Naam0" not in first_names(initiative, 1)
        apply_retention(now() + timedelta(days=366))
        assert first_names(initiative, 1) == []
    assert client.post(path, data={"shows_name": "y"}).status_code in {404, 409}


def test_withdrawing_after_the_data_is_gone(app: Flask) -> None:
    with app.app_context():
        initiative = published()
        supported(initiative, 1)
        apply_retention(now() + timedelta(days=366))
        db.session.expire_all()
        one = db.session.scalars(db.select(Support)).one()
        service.withdraw_support(one, at=now() + timedelta(days=366))
        assert one.state is SupportState.WITHDRAWN


def test_the_first_word_is_the_name() -> None:
    assert first_name("  Ada de Groot ") == "Ada"
    assert first_name("") == ""
    assert len(first_name("x" * 500)) == 30
