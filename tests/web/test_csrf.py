"""Nothing changes without the token of the form; what was typed is shown again."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.access import Case
from tests.web import site

# a mail program posts there with the secret of its address, and cannot have a token (RFC 8058)
SECRET_ADDRESSES = {"initiatives.follow_stop", "aanjaagteam.me_too_stop"}
UNSAFE = [
    endpoint
    for endpoint in site.endpoints()
    if site.unsafe_method(endpoint) and endpoint not in SECRET_ADDRESSES
]


@pytest.mark.parametrize("endpoint", UNSAFE)
def test_post_without_token_is_refused(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    for identity in sorted(case.allowed):
        client = site.client_of(shared_app, identity)
        answer = client.post(site.address(shared_app, endpoint, case), data=case.form)
        assert answer.status_code == 400, f"{identity}: {answer.status}"
        assert "verlopen" in answer.text


@pytest.mark.parametrize("endpoint", UNSAFE)
def test_a_token_of_someone_else_is_refused(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    client = site.client_of(shared_app, sorted(case.allowed)[0])
    form = {**case.form, "csrf_token": "IjEyMyI.Z0000.namaak"}
    assert client.post(site.address(shared_app, endpoint, case), data=form).status_code == 400


@pytest.mark.parametrize("endpoint", sorted(SECRET_ADDRESSES))
def test_the_button_of_a_mail_program_needs_no_token(
    full_app: Flask, cases: dict[str, Case], endpoint: str
) -> None:
    full_app.config["WTF_CSRF_ENABLED"] = True
    url = site.address(full_app, endpoint, cases[endpoint])
    answer = full_app.test_client().post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 303
    assert full_app.test_client().post(url[:-1] + "x").status_code == 404


def test_what_was_typed_is_shown_again(shared_app: Flask) -> None:
    typed = "Een bankje <b>bij</b> de vijver"
    answer = shared_app.test_client().post("/inloggen", data={"email": typed})
    assert answer.status_code == 400
    assert "Een bankje &lt;b&gt;bij&lt;/b&gt; de vijver" in answer.text


def test_no_other_view_is_exempt(shared_app: Flask) -> None:
    protection = shared_app.extensions["csrf"]
    assert protection._exempt_views == {
        "civic.initiatives.routes.follow.follow_stop",
        "civic.aanjaagteam.routes.me_too.me_too_stop",
    }
    assert protection._exempt_blueprints == set()
