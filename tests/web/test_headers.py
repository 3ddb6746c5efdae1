"""What every answer says to the browser, page or not: policy, sniffing, frames, caching, cookies."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from civic import create_app
from civic.db import db
from civic.web import FRAMED_POLICY, HEADERS
from tests import access
from tests.access import Case
from tests.conftest import close, configuration
from tests.web import site

# the card that other sites may frame (tests/initiatives/test_embed.py), and files that their scripts may read
FRAMED = {"Content-Security-Policy": FRAMED_POLICY, "X-Frame-Options": None}
FROM_ANY_SITE = {"Cross-Origin-Resource-Policy": "cross-origin"}
EXCEPTIONS: dict[str, dict[str, str | None]] = {
    "initiatives.card": {**FRAMED, **FROM_ANY_SITE},
    "aanjaagteam.open_data_csv": {**FROM_ANY_SITE},
    "aanjaagteam.open_data_json": {**FROM_ANY_SITE},
    "aanjaagteam.report_json": {**FROM_ANY_SITE},
    "initiatives.open_data_csv": {**FROM_ANY_SITE},
    "initiatives.open_data_json": {**FROM_ANY_SITE},
    "initiatives.figures_csv": {**FROM_ANY_SITE},
    # a file of a resident: whatever it is, it may do nothing
    "initiatives.attachment": {"Content-Security-Policy": "default-src 'none'; sandbox"},
}


def check_headers(answer: TestResponse, endpoint: str = "") -> None:
    for name, value in {**HEADERS, **EXCEPTIONS.get(endpoint, {})}.items():
        assert answer.headers.get(name) == value, name
    assert "Server" not in answer.headers or "/" not in answer.headers["Server"]
    assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize("endpoint", site.get_endpoints())
def test_every_get(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    identity = access.ADMINISTRATOR if access.ADMINISTRATOR in case.allowed else sorted(case.allowed)[0]
    answer = site.client_of(shared_app, identity).get(site.address(shared_app, endpoint, case))
    check_headers(answer, endpoint)
    if access.ANONYMOUS not in case.allowed:
        assert "no-store" in answer.headers["Cache-Control"]
    if answer.mimetype.startswith("text/"):
        assert "utf-8" in answer.content_type


@pytest.mark.parametrize("path", ["/bestaat-niet", "/static/bestaat-niet.css", "/static/../civic/db.py"])
def test_errors_too(shared_app: Flask, path: str) -> None:
    answer = shared_app.test_client().get(path)
    assert answer.status_code == 404
    check_headers(answer)


def test_the_policy_leaves_no_hole() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    for directive in (
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert directive in policy


def test_session_cookie_on_http(shared_app: Flask) -> None:
    """A client that signs in gets a cookie that scripts and other sites cannot use."""
    assert shared_app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert shared_app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    settings = configuration(tmp_path, f"sqlite:///{tmp_path / 'https.sqlite3'}")
    app = create_app({**settings, "SITE_URL": "https://regio.example.nl"})
    with app.app_context():
        db.create_all()
    answer = app.test_client().get("/privacy?taal=en", base_url="https://regio.example.nl")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    close(app)


def test_static_files_may_be_kept_only_by_their_hash(shared_app: Flask) -> None:
    client = shared_app.test_client()
    with shared_app.test_request_context():
        hashed = shared_app.url_for("static", filename="css/civic.css")
    assert "immutable" in client.get(hashed).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/civic.css").headers.get("Cache-Control", "")


def test_host_header_does_not_reach_the_page(shared_app: Flask) -> None:
    """Absolute addresses come from the settings: a forged Host cannot send people elsewhere."""
    text = shared_app.test_client().get("/", base_url="http://boef.example.com").text
    assert "boef.example.com" not in text


@pytest.mark.parametrize(
    "target",
    ["https://boef.example.com/", "//boef.example.com/", "/\\boef.example.com", "\\\\boef.example.com"],
)
def test_no_open_redirect_after_sign_in(shared_app: Flask, target: str) -> None:
    answer = shared_app.test_client().get("/inloggen", query_string={"verder": target})
    assert "boef.example.com" not in answer.headers.get("Location", "")
    assert f'value="{target}"' not in answer.text
    assert f'href="{target}"' not in answer.text
