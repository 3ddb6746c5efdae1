"""Erasing oneself: what goes, what stays, and that the log still verifies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts import my_data
from civic.accounts.jobs import JOBS
from civic.accounts.models import Erasure, RoleGrant, User
from civic.accounts.service import my_data as service
from civic.accounts.states import Role
from civic.db import committing, db, now
from civic.files.models import Upload
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service import counting
from civic.initiatives.service.supports import person_key_of
from civic.initiatives.states import State, SupportState
from civic.jobs import run_job
from civic.mail.models import MailState, OutgoingMail
from civic.seal import verify
from tests.accounts.helpers import actions, last_code, mails, wrong
from tests.accounts.someone import EMAIL, NAME, someone, traces, written_by
from tests.conftest import NOW
from tests.factories import make_user
from tests.files.samples import image
from tests.seal.makers import seal_all, signed_log

SignIn = Callable[..., FlaskClient]
ERASE = JOBS[0]


def asked(app: Flask, client: FlaskClient) -> None:
    """Through the pages, as people do."""
    assert client.post("/mijn/wissen").location == "/mijn/wissen/code"
    answer = client.post("/mijn/wissen/code", data={"code": last_code(app)})
    assert (answer.status_code, answer.location) == (303, "/gewist")


def run(app: Flask, minutes: int = 1) -> None:
    assert run_job(app, ERASE, NOW + timedelta(minutes=minutes))


def test_nothing_is_left(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        user, own, other = someone()
        number, own_id, other_id, count = user.id, own.id, other.id, other.support_count
        assert len(traces()) > 8, "there is something to erase"
    client = sign_in(email=EMAIL, name=NAME)
    page = client.get("/mijn/wissen").text
    assert "Uw steun telt mee als getal" in page
    assert "loopt nog" in page
    asked(app, client)
    assert client.get("/mijn").status_code == 302, "signed out"
    run(app)
    with app.app_context():
        assert traces() == ["erasure.email_sealed (sealed)", "outgoing_mail.address_sealed (sealed)"]
        (receipt,) = db.session.scalars(
            db.select(OutgoingMail).where(OutgoingMail.template == "account_erased")
        )
        assert receipt.address == EMAIL
        receipt.state = MailState.SENT
        db.session.commit()
    run(app, 2)
    with app.app_context():
        assert traces() == []
        erased = db.session.get_one(User, number)
        assert (erased.erased_at is not None, erased.name, erased.grants) == (True, None, [])
        counting.recount(other_id, at=now())
        assert db.session.get_one(Initiative, other_id).support_count == count
        key = person_key_of(other_id, EMAIL)
        kept = db.session.scalars(db.select(Support).where(Support.person_key == key)).one()
        assert (kept.state, kept.name, kept.email) == (SupportState.CONFIRMED, None, None)
        mine = list(db.session.scalars(db.select(Initiative).where(Initiative.author_id == number)))
        assert [(one.id, one.state) for one in mine] == [(own_id, State.COLLECTING)], "the draft is gone"
    page = app.test_client().get(f"/initiatieven/{own_id}").text
    assert "De schrijver" in page


def test_the_log_still_verifies(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        someone()
        signed_log(3)
    asked(app, sign_in(email=EMAIL, name=NAME))
    run(app)
    with app.app_context():
        seal_all()
        assert list(verify.everything()) == []
    assert {"erasure_asked", "erased"} <= set(actions(app))


def test_a_wrong_code_erases_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in()
    assert client.get("/mijn/wissen/code").location == "/mijn/wissen"
    client.post("/mijn/wissen")
    assert client.post("/mijn/wissen/code", data={"code": wrong(last_code(app))}).status_code == 422
    assert client.post("/mijn/wissen/code", data={"code": "kaas"}).status_code == 422
    run(app)
    with app.app_context():
        assert db.session.scalars(db.select(Erasure)).all() == []
        assert make_user().name == "Kees Jansen"


def test_a_code_of_somebody_else_erases_nobody(app: Flask, sign_in: SignIn) -> None:
    mine, other = sign_in(), sign_in(email="ander@example.nl", name="Ander")
    mine.post("/mijn/wissen")
    other.post("/mijn/wissen")  # the newest code is of the other one
    assert mine.post("/mijn/wissen/code", data={"code": last_code(app)}).status_code == 422
    with app.app_context():
        assert db.session.scalars(db.select(Erasure)).all() == []


def test_anonymous_and_get(client: FlaskClient) -> None:
    for path in ("/mijn/wissen", "/mijn/wissen/code"):
        assert client.get(path).location == f"/inloggen?verder={path}"
        assert client.post(path).status_code == 302


def test_the_last_administrator_stays(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    answer = client.post("/mijn/wissen")
    assert answer.status_code == 409
    assert "laatste beheerder" in answer.text
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email="tweede@example.nl", name="Tweede")
        db.session.commit()
    asked(app, client)
    with app.app_context():  # and the other one leaves before the jobs process comes by
        tweede = make_user(email="tweede@example.nl")
        db.session.execute(db.delete(RoleGrant).where(RoleGrant.user_id == tweede.id))
        db.session.commit()
    run(app)
    with app.app_context():
        assert make_user().name == "Kees Jansen", "nothing was erased"
        assert db.session.scalars(db.select(Erasure)).all() == []


def test_staff_lose_their_roles(app: Flask, sign_in: SignIn) -> None:
    asked(app, sign_in(Role.EDITOR))
    run(app)
    with app.app_context():
        assert db.session.scalars(db.select(RoleGrant)).all() == []
    assert "role_taken" in actions(app)


def test_a_crash_is_resumed(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        someone()
    asked(app, sign_in(email=EMAIL, name=NAME))
    with app.app_context():
        for _room in range(4):
            with committing():
                found = service.next_step()
                assert found is not None
                service.take_step(*found, at=NOW)
        with pytest.raises(ZeroDivisionError):
            _killed()
        done = db.session.scalars(db.select(Erasure)).one().rooms_done
        assert len(done) == 4, "the step that was killed is done again"
    run(app)
    run(app, 2)
    assert len(mails(app, "account_erased")) == 1
    with app.app_context():
        done = db.session.scalars(db.select(Erasure)).one().rooms_done
        assert len(done) == len(my_data.ROOMS) + 3


def _killed() -> None:
    with committing():
        found = service.next_step()
        assert found is not None
        service.take_step(*found, at=NOW)
        raise ZeroDivisionError


def test_nobody_comes_back_before_it_is_done(app: Flask, sign_in: SignIn) -> None:
    """A room that was emptied already would be written in again."""
    asked(app, sign_in(email=EMAIL, name=NAME))
    again = app.test_client()
    again.post("/inloggen", data={"email": EMAIL})
    answer = again.post("/inloggen/code", data={"code": last_code(app)})
    assert (answer.status_code, again.get("/mijn").status_code) == (422, 302)
    run(app)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 1


def test_the_files_of_a_draft_go_with_it(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        number = written_by(make_user(email=EMAIL, name=NAME)).id
        db.session.commit()
    client = sign_in(email=EMAIL, name=NAME)
    data = {"description": "Ikzelf", "file": (BytesIO(image()), "foto.jpg")}
    assert client.post(f"/initiatieven/{number}/bijlagen", data=data).status_code == 303
    asked(app, client)
    run(app)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 0
