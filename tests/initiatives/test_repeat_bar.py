"""What a council decided on lately does not come back as an initiative; how long is up to its by-law."""

from __future__ import annotations

from flask import Flask

from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.states import State
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.desk_makers import by_law
from tests.initiatives.factories import DECLARED, draft


def test_decided_on_lately_does_not_go_online(app: Flask, sign_in) -> None:
    with app.app_context():
        by_law(checks_before_publication=False, repeat_bar_years=4)
        number = draft(NOW, confirmed_rules=tuple(code for code in DECLARED if code != "repeat_bar")).id
    owner = sign_in(email=OWNER_EMAIL)
    page = owner.get(f"/initiatieven/{number}/controleren").text
    assert "De raad besloot hier de laatste 4 jaar niet over." in page
    answer = owner.post(f"/initiatieven/{number}/publiceren", data={"consents": "y", "revision": "2"})
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get_one(Initiative, number).state is State.DRAFT
