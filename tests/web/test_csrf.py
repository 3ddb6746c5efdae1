"""Nothing changes without the token of the form; what was typed is shown again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from civic import create_app
from tests.access import Case
from tests.conftest import close
from tests.databases import Databases
from tests.web import site

UNSAFE = [endpoint for endpoint in site.endpoints() if site.unsafe_method(endpoint)]


@pytest.fixture(scope="module")
def guarded_app(
    databases: Databases, full_template: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The site as it runs for people: with the CSRF check."""
    url = databases.copy(full_template[0])
    directory: Path = tmp_path_factory.mktemp("guarded")
    app = create_app({**site.settings(directory, url), "WTF_CSRF_ENABLED": True})
    yield app
    close(app)
    databases.drop(url)


@pytest.mark.parametrize("endpoint", UNSAFE)
def test_post_without_token_is_refused(guarded_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    for identity in sorted(case.allowed):
        client = site.client_of(guarded_app, identity)
        answer = client.post(site.address(guarded_app, endpoint, case), data=case.form)
        assert answer.status_code == 400, f"{identity}: {answer.status}"
        assert "verlopen" in answer.text


@pytest.mark.parametrize("endpoint", UNSAFE)
def test_a_token_of_someone_else_is_refused(
    guarded_app: Flask, cases: dict[str, Case], endpoint: str
) -> None:
    case = cases[endpoint]
    client = site.client_of(guarded_app, sorted(case.allowed)[0])
    form = {**case.form, "csrf_token": "IjEyMyI.Z0000.namaak"}
    assert client.post(site.address(guarded_app, endpoint, case), data=form).status_code == 400


def test_what_was_typed_is_shown_again(guarded_app: Flask) -> None:
    typed = "Een bankje <b>bij</b> de vijver"
    answer = guarded_app.test_client().post("/inloggen", data={"email": typed})
    assert answer.status_code == 400
    assert "Een bankje &lt;b&gt;bij&lt;/b&gt; de vijver" in answer.text


def test_no_view_is_exempt(guarded_app: Flask) -> None:
    protection = guarded_app.extensions["csrf"]
    assert protection._exempt_views == set()
    assert protection._exempt_blueprints == set()
