"""Strange requests get a clear page, never a stack trace and never a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from civic.db import db
from civic.web import public
from tests import access
from tests.access import Case
from tests.conftest import close, make_app
from tests.web import markup, site

# larger than a PostgreSQL integer, larger than a bigint, and what people paste
NUMBERS = (0, 2**31, 2**63, 10**30)
QUERIES = (
    "pagina",
    "na",
    "q",
    "zoek",
    "gemeente",
    "thema",
    "status",
    "fase",
    "sorteer",
    "taal",
    "verder",
    "code",
)
VALUES = ("", "-1", "9" * 20, "\x00'\"--%", "é\u202e" * 300)


def number_rules() -> list[Rule]:
    return [rule for rule in site.rules() if re.search(r"<int", rule.rule)]


@pytest.mark.parametrize("rule", number_rules(), ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_unknown_numbers_are_not_found(steady_app: Flask, rule: Rule) -> None:
    client = site.client_of(steady_app, access.ADMINISTRATOR)
    method = client.get if "GET" in (rule.methods or set()) else client.post
    for number in NUMBERS:
        path = re.sub(r"<int:[^>]+>", str(number), rule.rule)
        path = re.sub(r"<[^>]+>", "onbekend", path)
        assert method(path).status_code in {302, 303, 403, 404}, path


@pytest.mark.parametrize(
    "rule",
    [rule for rule in site.rules() if re.search(r"<(string:|path:)?[a-z_]+>", rule.rule)],
    ids=lambda rule: f"{rule.endpoint} {rule.rule}",
)
def test_unknown_names_are_not_found(steady_app: Flask, cases: dict[str, Case], rule: Rule) -> None:
    client = site.client_of(steady_app, access.ADMINISTRATOR)
    method = client.get if "GET" in (rule.methods or set()) else client.post
    for name in ("onbekend", "%00", "..%2F..%2Fetc%2Fpasswd", "{{7*7}}", "a" * 2000, "%E2%80%AE"):
        path = re.sub(r"<(string:|path:)?[a-z_]+>", name, rule.rule)
        path = re.sub(r"<int:[^>]+>", "1", path)
        assert method(path).status_code < 500, path


@pytest.mark.parametrize("endpoint", site.get_endpoints())
def test_strange_queries_never_break_a_page(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    identity = access.ADMINISTRATOR if access.ADMINISTRATOR in case.allowed else sorted(case.allowed)[0]
    client = site.client_of(shared_app, identity)
    names = QUERIES + used_arguments(shared_app, endpoint)
    url = site.address(shared_app, endpoint, case)
    for value in VALUES:
        answer = client.get(url, query_string=dict.fromkeys(names, value))
        assert answer.status_code < 500, repr(value)
        assert b"<script>" not in answer.data  # a PDF is no text


def used_arguments(app: Flask, endpoint: str) -> tuple[str, ...]:
    """The names of query arguments that the view's room reads, found in its source."""
    return _arguments_of(tuple(app.view_functions[endpoint].__module__.split(".")[:2]))


@cache
def _arguments_of(package: tuple[str, ...]) -> tuple[str, ...]:
    folder = Path(__file__).resolve().parent.parent.parent.joinpath(*package)
    files = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    asked = r"request\.args(?:\.get\(|\[)\s*\"([^\"]+)\""
    return tuple(sorted({name for path in files for name in re.findall(asked, path.read_text("utf-8"))}))


@pytest.mark.parametrize("endpoint", [one for one in site.endpoints() if site.unsafe_method(one)])
def test_strange_input_never_breaks_a_form(full_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    """Every field of the form that the table posts, filled with things nobody should type."""
    case = cases[endpoint]
    identity = access.ADMINISTRATOR if access.ADMINISTRATOR in case.allowed else sorted(case.allowed)[0]
    for value in ("", "\x00", "<script>alert(1)</script>🦆" * 400, "9" * 40):
        client = site.client_of(full_app, identity)
        form: dict[str, Any] = dict.fromkeys(case.form, value)
        answer = client.post(site.address(full_app, endpoint, case), data=form)
        assert answer.status_code < 500, repr(value)
        assert b"<script>alert" not in answer.data  # bytes: a download is no text


@pytest.fixture
def live_app(app: Flask) -> Iterator[Flask]:
    """As in production: errors become pages."""
    live = make_app({**app.config, "TESTING": False})

    def breaks() -> str:
        raise KeyError("geheim-detail")

    live.add_url_rule("/kapot", "kapot", public(breaks))
    yield live
    close(live)


def test_a_mistake_of_ours_shows_no_detail(live_app: Flask) -> None:
    answer = live_app.test_client().get("/kapot")
    assert answer.status_code == 500
    assert "geheim-detail" not in answer.text
    assert "Traceback" not in answer.text
    assert markup.problems(answer.text) == []


def test_a_database_that_is_away(live_app: Flask) -> None:
    """Also the page that says so needs no database."""

    def _refuse(*_arguments: Any) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("server closed the connection"))

    with live_app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", _refuse)
    answer = live_app.test_client().get("/gezond")
    event.remove(engine, "before_cursor_execute", _refuse)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert markup.problems(answer.text) == []


@pytest.mark.parametrize(
    ("path", "status"), [("/bestaat-niet", 404), ("/gezond/", 404), ("/%00", 400), ("/" + "a" * 5000, 404)]
)
def test_not_found_is_a_good_page(shared_app: Flask, path: str, status: int) -> None:
    answer = shared_app.test_client().get(path)
    assert answer.status_code == status
    assert markup.problems(answer.text) == []


def test_wrong_method(shared_app: Flask) -> None:
    answer = shared_app.test_client().post("/over")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert markup.problems(answer.text) == []


def test_too_large(steady_app: Flask) -> None:
    answer = steady_app.test_client().post("/inloggen", data={"email": "a" * 6_000_000})
    assert answer.status_code == 413
    assert markup.problems(answer.text) == []


def test_a_view_that_forgot_to_ask_answers_nothing(full_app: Flask) -> None:
    """Deny by default: signed in, no `require`, so 403 instead of what the view rendered."""
    forgetful = make_app(dict(full_app.config))
    forgetful.add_url_rule("/vergeten", "vergeten", lambda: "geheim-detail")
    answer = site.client_of(forgetful, access.ADMINISTRATOR).get("/vergeten")
    assert answer.status_code == 403
    assert "geheim-detail" not in answer.text
    assert forgetful.test_client().get("/vergeten").status_code == 302
    close(forgetful)


def test_an_expired_form_shows_what_was_typed_but_never_megabytes(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(
        "/inloggen", data={f"a{n}": "tekst" for n in range(2_000)} | {"code": "123456"}
    )
    assert answer.status_code == 400
    assert answer.text.count("tekst") < 100
    assert "123456" not in answer.text


def test_a_form_of_a_megabyte_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/inloggen", data={"email": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "5 MB" in answer.text


@pytest.mark.parametrize("referrer", ["http://[", "//", "http://a@b:99999/"])
def test_a_strange_referrer_is_no_error(app: Flask, referrer: str) -> None:
    answer = app.test_client().post("/mijn/overal-uitloggen", headers={"Referer": referrer})
    assert answer.status_code == 302
