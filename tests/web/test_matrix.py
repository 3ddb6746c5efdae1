"""The authorisation matrix: every endpoint × every identity, own and foreign objects.

The table is what the rooms list in `access.py`; a new route without an entry is red. Nobody is refused
what the table gives, nobody gets what it does not give, and a refused request changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from civic.accounts.models import RoleGrant
from civic.db import Base, db
from tests import access
from tests.access import Case
from tests.factories import make_user
from tests.web import site

SIGN_IN = "/inloggen"
STAFF = frozenset(access.SIGNED_IN - {access.RESIDENT, access.OWNER})
# counted windows and mail of refused attempts are no change to anything that matters
NOT_COUNTED = frozenset({"rate_window"})
LIVE_ENDPOINTS = [endpoint for endpoint in site.endpoints() if endpoint != "static"]


def requests(
    app: Flask, client: FlaskClient, endpoint: str, case: Case
) -> Iterable[tuple[str, TestResponse]]:
    """(method, answer) for each method of the endpoint."""
    url = site.address(app, endpoint, case)
    if "GET" in site.methods_of(endpoint):
        yield "GET", client.get(url)
    if site.unsafe_method(endpoint) == "POST":
        yield "POST", client.post(url, data=case.form)


def is_sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.location.split("?")[0] == SIGN_IN


@cache
def _counts() -> Any:
    """All of them in one statement, made once: a hundred tables are counted two thousand times."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_COUNTED]
    return select(
        *(select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables)
    )


def row_counts(app: Flask) -> dict[str, int]:
    with app.app_context():
        return dict(db.session.execute(_counts()).one()._asdict())


@pytest.mark.parametrize("endpoint", LIVE_ENDPOINTS)
def test_who_may_not_gets_nothing(steady_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    before = row_counts(steady_app)
    for identity in sorted(access.EVERYBODY - case.allowed):
        for method, answer in requests(steady_app, site.client_of(steady_app, identity), endpoint, case):
            if identity == access.ANONYMOUS:
                assert is_sent_to_sign_in(answer), f"anonymous {method}: {answer.status}"
            else:
                assert answer.status_code in {403, 404}, f"{identity} {method}: {answer.status}"
    assert row_counts(steady_app) == before, "a refused request changed something"


def _some(app: Flask, identities: list[str]) -> list[str]:
    """Who may is the same on both databases; what is asked of PostgreSQL shows with three people."""
    with app.app_context():
        return identities if db.engine.dialect.name == "sqlite" else identities[:3]


@pytest.mark.parametrize("endpoint", LIVE_ENDPOINTS)
def test_who_may_gets_through(full_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    """The first finds everything; who comes after may find that it is done (404, 409)."""
    case = cases[endpoint]
    is_signing_in = endpoint.startswith("accounts.") and access.ANONYMOUS in case.allowed
    for number, identity in enumerate(_some(full_app, sorted(case.allowed))):
        for method, answer in requests(full_app, site.client_of(full_app, identity), endpoint, case):
            refused = {401, 403} | ({404} if number == 0 else set())
            assert answer.status_code not in refused, f"{identity} {method}: {answer.status}"
            assert answer.status_code < 500, f"{identity} {method}: {answer.status}"
            assert is_signing_in or not is_sent_to_sign_in(answer), f"{identity} {method}: sent to sign in"


@pytest.mark.parametrize("endpoint", LIVE_ENDPOINTS)
def test_staff_without_second_factor_get_nowhere(
    steady_app: Flask, cases: dict[str, Case], endpoint: str
) -> None:
    view = steady_app.view_functions[endpoint]
    if getattr(view, "is_public", False) or getattr(view, "before_second_factor", False):
        return
    before = row_counts(steady_app)
    for identity in sorted(STAFF):
        client = site.client_of(steady_app, identity, second_factor=False)
        for method, answer in requests(steady_app, client, endpoint, cases[endpoint]):
            assert answer.status_code == 302, f"{identity} {method}: {answer.status}"
            assert "tweede-stap" in answer.location
    assert row_counts(steady_app) == before


@pytest.mark.parametrize("endpoint", [one for one in LIVE_ENDPOINTS if not site.is_page(one)])
def test_get_is_refused_where_something_changes(
    steady_app: Flask, cases: dict[str, Case], endpoint: str
) -> None:
    url = site.address(steady_app, endpoint, cases[endpoint])
    others = [one for one in site.rules() if one.endpoint != endpoint and "GET" in (one.methods or set())]
    adapter = steady_app.url_map.bind("localhost")
    if adapter.test(url, "GET"):
        # the address is a page too (a form that posts to itself): another endpoint answers
        assert any(rule.endpoint == adapter.match(url, "GET")[0] for rule in others)
        return
    answer = site.client_of(steady_app, access.ADMINISTRATOR).get(url)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_right_that_is_taken_away_is_gone_at_once(full_app: Flask, cases: dict[str, Case]) -> None:
    """A cookie says who, never what: rights are read from the database at each request."""
    client = site.client_of(full_app, access.ADMINISTRATOR)
    with full_app.app_context():
        administrator = make_user(email=site.email_of(access.ADMINISTRATOR))
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == administrator.id))
        db.session.commit()
    for endpoint in site.get_endpoints():
        allowed = cases[endpoint].allowed
        if access.ADMINISTRATOR in allowed and access.RESIDENT not in allowed:
            answer = client.get(site.address(full_app, endpoint, cases[endpoint]))
            assert answer.status_code in {403, 404}, f"{endpoint}: {answer.status}"
