"""Giving, taking, inviting: each an event and a mail, and old sessions end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.models import RoleGrant
from civic.accounts.service import roles as service
from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event
from tests.accounts.helpers import actions, find, get, mails, sign_in_by_mail
from tests.conftest import NOW
from tests.factories import make_user, municipality

SignIn = Callable[..., FlaskClient]
ADMIN, COLLEAGUE = "marit@example.nl", "noor@example.nl"


@pytest.fixture
def admin(app: Flask, sign_in: SignIn) -> FlaskClient:
    with app.app_context():
        make_user(email=COLLEAGUE, name="Noor")
        db.session.commit()
    return sign_in(Role.ADMINISTRATOR, email=ADMIN, name="Marit")


def _path(app: Flask, email: str, rest: str) -> str:
    with app.app_context():
        return f"/beheer/mensen/{get(email).id}/{rest}"


def _give(app: Flask, client: FlaskClient, role: str, place: str = "region", email: str = COLLEAGUE) -> int:
    data = {"role": role, "municipality": place}
    return client.post(_path(app, email, "rollen"), data=data).status_code


def _take_path(app: Flask, email: str = COLLEAGUE) -> str:
    with app.app_context():
        grant_id = get(email).grants[0].id
    return _path(app, email, f"rollen/{grant_id}/afnemen")


def _roles(app: Flask, email: str = COLLEAGUE) -> set[tuple[str, str | None]]:
    with app.app_context():
        return {
            (one.role.value, one.municipality.code if one.municipality else None) for one in get(email).grants
        }


def _event(app: Flask, action: str) -> Event:
    with app.app_context():
        return db.session.scalars(select(Event).where(Event.action == action)).one()


def test_give_in_the_region(app: Flask, admin: FlaskClient) -> None:
    assert _give(app, admin, "editor") == 303
    assert _roles(app) == {("editor", None)}
    event = _event(app, "role_given")
    assert event.data == {"role": "editor"}
    assert event.actor_kind == "user"
    address, text = mails(app, "role_given")[0]
    assert address == COLLEAGUE
    assert "redacteur" in text
    assert "/inloggen" in text


def test_give_in_a_municipality(app: Flask, admin: FlaskClient) -> None:
    assert _give(app, admin, "council_office", "GM0184") == 303
    assert _roles(app) == {("council_office", "GM0184")}
    assert _event(app, "role_given").data == {"role": "council_office", "municipality": "GM0184"}
    assert "(Urk)" in mails(app, "role_given")[0][1]
    page = admin.get(_path(app, COLLEAGUE, "")[:-1]).text
    assert "Urk" in page
    assert "Rol gegeven" in page
    assert "griffie, Urk" in page


def test_give_again_changes_nothing(app: Flask, admin: FlaskClient) -> None:
    assert _give(app, admin, "editor") == 303
    assert _give(app, admin, "editor") == 303
    assert _give(app, admin, "editor", "GM0995") == 303
    assert _roles(app) == {("editor", None), ("editor", "GM0995")}
    assert actions(app).count("role_given") == 2


@pytest.mark.parametrize(
    ("role", "place", "sentence"),
    [
        ("", "region", "Kies een rol."),
        ("resident", "region", "Kies een rol uit de lijst"),
        ("burgemeester", "region", "Kies een rol uit de lijst"),
        ("editor", "GM9999", "Kies een gemeente uit de lijst"),
        ("administrator", "GM0995", "altijd voor de hele regio"),
        ("lottery_administrator", "GM0995", "altijd voor de hele regio"),
        ("council_office", "region", "altijd voor één gemeente"),
    ],
)
def test_impossible_roles(app: Flask, admin: FlaskClient, role: str, place: str, sentence: str) -> None:
    answer = admin.post(_path(app, COLLEAGUE, "rollen"), data={"role": role, "municipality": place})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert _roles(app) == set()


def test_missing_place_is_not_the_whole_region(app: Flask, admin: FlaskClient) -> None:
    answer = admin.post(_path(app, COLLEAGUE, "rollen"), data={"role": "editor", "municipality": ""})
    assert answer.status_code == 422
    assert "Kies waar de rol geldt" in answer.text


def test_resident_role_is_never_given(app: Flask) -> None:
    with app.app_context():
        user = make_user()
        with pytest.raises(Invalid):
            service.give_role(user, service.Task(Role.RESIDENT), actor=None, at=NOW)


def test_change_of_role_ends_sessions(app: Flask, admin: FlaskClient) -> None:
    colleague = app.test_client()
    sign_in_by_mail(app, colleague, COLLEAGUE)
    assert colleague.get("/mijn").status_code == 200
    _give(app, admin, "editor")
    assert colleague.get("/mijn").location.startswith("/inloggen?")
    sign_in_by_mail(app, colleague, COLLEAGUE)
    admin.post(_take_path(app))
    assert colleague.get("/mijn").location.startswith("/inloggen?")


def test_take(app: Flask, admin: FlaskClient) -> None:
    _give(app, admin, "editor")
    path = _take_path(app)
    page = admin.get(path)
    assert page.status_code == 200
    assert "Weet u zeker" in page.text
    assert _roles(app) == {("editor", None)}
    assert admin.post(path).status_code == 303
    assert _roles(app) == set()
    assert _event(app, "role_taken").data == {"role": "editor"}
    assert mails(app, "role_taken")[0][0] == COLLEAGUE
    assert admin.post(path).status_code == 303  # the second click looks like success
    assert admin.get(path).status_code == 404
    assert actions(app).count("role_taken") == 1


def test_grant_of_somebody_else(app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        other = make_user(Role.AUDITOR, email="henk@example.nl")
        db.session.commit()
        grant_id = other.grants[0].id
    path = _path(app, COLLEAGUE, f"rollen/{grant_id}/afnemen")
    assert admin.get(path).status_code == 404
    assert admin.post(path).status_code == 404
    assert _roles(app, "henk@example.nl") == {("auditor", None)}


def test_nobody_changes_their_own_roles(app: Flask, admin: FlaskClient) -> None:
    assert _give(app, admin, "editor", email=ADMIN) == 403
    assert admin.post(_take_path(app, ADMIN)).status_code == 403
    answer = admin.post(
        "/beheer/mensen/uitnodigen", data={"email": ADMIN, "role": "editor", "municipality": "region"}
    )
    assert answer.status_code == 422
    assert "uw eigen adres" in answer.text
    assert _roles(app, ADMIN) == {("administrator", None)}


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_strangers_change_nothing(app: Flask, admin: FlaskClient, sign_in: SignIn, role: Role | None) -> None:
    _give(app, admin, "editor")
    stranger = sign_in(*([role] if role else []), email="vreemd@example.nl")
    assert _give(app, stranger, "administrator") == 403
    assert _give(app, stranger, "administrator", email="vreemd@example.nl") == 403
    assert stranger.post(_take_path(app)).status_code == 403
    assert stranger.post("/beheer/mensen/uitnodigen", data={}).status_code == 403
    assert _roles(app) == {("editor", None)}


def test_anonymous_changes_nothing(app: Flask, admin: FlaskClient, client: FlaskClient) -> None:
    _give(app, admin, "editor")
    assert client.post(_take_path(app)).location.startswith("/inloggen")
    assert client.post(_path(app, COLLEAGUE, "rollen")).location.startswith("/inloggen")
    assert _roles(app) == {("editor", None)}


def test_get_gives_no_role(app: Flask, admin: FlaskClient) -> None:
    assert admin.get(_path(app, COLLEAGUE, "rollen")).status_code == 405


def test_last_administrator_stays(app: Flask) -> None:
    with app.app_context():
        first = make_user(Role.ADMINISTRATOR, email=ADMIN)
        second = make_user(Role.ADMINISTRATOR, email=COLLEAGUE)
        service.take_role(first.grants[0], actor=second, at=NOW)
        with pytest.raises(NotAllowedNow, match="last_administrator"):
            service.take_role(second.grants[0], actor=first, at=NOW)


def test_erased_administrator_does_not_count(app: Flask) -> None:
    with app.app_context():
        gone = make_user(Role.ADMINISTRATOR, email=ADMIN)
        gone.erased_at = NOW
        last = make_user(Role.ADMINISTRATOR, email=COLLEAGUE)
        with pytest.raises(NotAllowedNow):
            service.take_role(last.grants[0], actor=gone, at=NOW)


def test_refusal_is_a_page(app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two administrators who take each other's role at once: the second one hears why not."""
    _give(app, admin, "administrator")

    def refuse(*_args: object, **_facts: object) -> None:
        raise NotAllowedNow("last_administrator")

    monkeypatch.setattr(service, "take_role", refuse)
    answer = admin.post(_take_path(app))
    assert answer.status_code == 409
    assert "laatste beheerder" in answer.text


def test_invite_somebody_new(app: Flask, admin: FlaskClient) -> None:
    assert admin.get("/beheer/mensen/uitnodigen").status_code == 200
    data = {"email": "Nieuw@Example.nl", "role": "council_office", "municipality": "GM0995"}
    answer = admin.post("/beheer/mensen/uitnodigen", data=data)
    with app.app_context():
        person = get("nieuw@example.nl")
        assert answer.location == f"/beheer/mensen/{person.id}"
        assert person.last_login_at is None
        assert person.name is None
    assert _roles(app, "nieuw@example.nl") == {("council_office", "GM0995")}
    assert actions(app)[:2] == ["account_created", "role_given"]
    assert mails(app, "role_given")[0][1].startswith("Beste collega,")
    assert "Naam nog onbekend" in admin.get("/beheer/mensen").text
    client = app.test_client()
    sign_in_by_mail(app, client, "nieuw@example.nl")
    assert client.get("/beheer").location.startswith("/inloggen/tweede-stap")


def test_invite_somebody_known(app: Flask, admin: FlaskClient) -> None:
    data = {"email": COLLEAGUE, "role": "editor", "municipality": "region"}
    assert admin.post("/beheer/mensen/uitnodigen", data=data).status_code == 303
    assert admin.post("/beheer/mensen/uitnodigen", data=data).status_code == 303
    assert _roles(app) == {("editor", None)}
    assert "account_created" not in actions(app)


def test_invite_shows_all_errors_and_makes_nobody(app: Flask, admin: FlaskClient) -> None:
    answer = admin.post(
        "/beheer/mensen/uitnodigen", data={"email": "geen adres", "role": "", "municipality": "x"}
    )
    assert answer.status_code == 422
    assert answer.text.count('class="field__error"') == 3
    assert "geen adres" in answer.text
    data = {"email": "nieuw@example.nl", "role": "auditor", "municipality": "GM0995"}
    assert admin.post("/beheer/mensen/uitnodigen", data=data).status_code == 422
    with app.app_context():
        assert find("nieuw@example.nl") is None


def test_database_refuses_the_same_grant_twice(app: Flask) -> None:
    from sqlalchemy.exc import IntegrityError

    with app.app_context():
        user = make_user(Role.EDITOR)
        db.session.add(RoleGrant(user_id=user.id, role=Role.EDITOR, granted_at=NOW))
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_lost_race_for_a_grant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        user = make_user(Role.EDITOR)
        known = user.grants[0]
        found = service._grant_of
        answers = iter([None, known])
        monkeypatch.setattr(service, "_grant_of", lambda person, task: next(answers))
        task = service.Task(Role.EDITOR)
        assert service.give_role(user, task, actor=None, at=NOW) is known
        monkeypatch.setattr(service, "_grant_of", lambda person, task: None)
        with pytest.raises(NotAllowedNow):
            service.give_role(user, task, actor=None, at=NOW)
        assert found(user, service.Task(Role.EDITOR, municipality())) is None
