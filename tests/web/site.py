"""The whole site as a table: endpoints, their cases, and one database that holds what all rooms need."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from civic import create_app
from civic.accounts.session import SECOND_FACTOR, SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import SAFE_METHODS, db, now
from tests import access
from tests.access import Case
from tests.conftest import configuration
from tests.factories import make_user

TESTS = Path(__file__).resolve().parent.parent
HOME_PLACE = "GM0995"  # Lelystad: where the council office of the table works
# everybody has the same name, so that pages differ only where rights differ
NAME = "Kees Jansen"


def settings(directory: Path, database_url: str) -> dict[str, object]:
    """As for every test, with the pages of the demo (they are part of the site)."""
    return {**configuration(directory, database_url), "DEMO": True}


@cache
def bare_app() -> Flask:
    """An app without tables: enough to read the URL map when tests are collected."""
    return create_app(settings(Path(tempfile.gettempdir()) / "civic-map", "sqlite://"))


@cache
def rules() -> list[Rule]:
    return sorted(bare_app().url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


@cache
def endpoints() -> list[str]:
    return sorted({rule.endpoint for rule in rules()})


@cache
def methods_of(endpoint: str) -> set[str]:
    return {method for rule in rules() if rule.endpoint == endpoint for method in rule.methods or ()}


def is_page(endpoint: str) -> bool:
    return "GET" in methods_of(endpoint) and endpoint != "static"


def get_endpoints() -> list[str]:
    return [endpoint for endpoint in endpoints() if is_page(endpoint)]


def unsafe_method(endpoint: str) -> str | None:
    return next(iter(sorted(methods_of(endpoint) - SAFE_METHODS)), None)


def rooms() -> list[str]:
    """The rooms whose tests list who may do what."""
    return sorted(path.parent.name for path in TESTS.glob("*/access.py"))


def build_cases() -> dict[str, Case]:
    """Let every room make its rows and say who may reach what. Call inside an app context."""
    cases: dict[str, Case] = {}
    for room in rooms():
        found = import_module(f"tests.{room}.access").build()
        twice = cases.keys() & found.keys()
        if twice:
            raise ValueError(f"{room} lists endpoints of another room: {sorted(twice)}")
        cases |= found
    return cases


def email_of(identity: str) -> str:
    return access.OWNER_EMAIL if identity == access.OWNER else f"{identity.replace('_', '-')}@example.nl"


def make_identities() -> None:
    """One person per identity; a council office and a civil registry work in one municipality."""
    for identity in sorted(access.SIGNED_IN):
        roles = [] if identity in {access.RESIDENT, access.OWNER} else [Role(identity)]
        code = HOME_PLACE if identity in {access.COUNCIL_OFFICE, access.CIVIL_REGISTRY} else None
        make_user(*roles, email=email_of(identity), name=NAME, code=code)


def client_of(app: Flask, identity: str, *, second_factor: bool = True) -> FlaskClient:
    """A client of this identity; the person exists (make_identities)."""
    client = app.test_client()
    if identity == access.ANONYMOUS:
        return client
    login = _logins(app)[identity]
    with client.session_transaction() as session:
        session["_user_id"] = login
        session["_fresh"] = True
        if second_factor:
            session[SECOND_FACTOR] = login
            session[SECOND_FACTOR_AT] = int(now().timestamp())
    return client


def _logins(app: Flask) -> dict[str, str]:
    """What the cookie of each identity says; read once per app."""
    if "test_logins" not in app.extensions:
        with app.app_context():
            found = {one: make_user(email=email_of(one)).get_id() for one in sorted(access.SIGNED_IN)}
            db.session.rollback()
        app.extensions["test_logins"] = found
    logins: dict[str, str] = app.extensions["test_logins"]
    return logins


def address(app: Flask, endpoint: str, case: Case) -> str:
    with app.test_request_context():
        return app.url_for(endpoint, **case.args)


def every_view(app: Flask, endpoint: str, case: Case) -> dict[str, list[str]]:
    """{page: [identities that see this between header and footer]}; a redirect or a file is no page.

    The header, with the name and the menu of who looks, is as good on one page as on another.
    """
    seen: dict[str, tuple[str, list[str]]] = {}
    url = address(app, endpoint, case)
    for identity in sorted(case.allowed):
        answer = client_of(app, identity).get(url)
        assert answer.status_code < 400, f"{identity}: {answer.status}"
        if answer.status_code == 200 and answer.mimetype == "text/html":
            # the token differs at each request
            text = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", answer.text)
            main = text.partition("<main")[2].partition("</main>")[0] or text
            seen.setdefault(main, (text, []))[1].append(identity)
    return dict(seen.values())


def pages(cases: dict[str, Case]) -> Iterator[tuple[str, Case]]:
    """Every GET endpoint that answers with a page for people."""
    for endpoint in get_endpoints():
        case = cases.get(endpoint)
        if case is not None and case.is_page:
            yield endpoint, case
