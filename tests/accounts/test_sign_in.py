"""/inloggen: asking for a code. The answer never tells whether the address is known."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import LoginCode
from civic.accounts.network import network_of
from civic.accounts.service.sign_in import PER_ADDRESS, PER_MAILBOX, PER_NETWORK, enter_code, request_code
from civic.db import db
from civic.errors import TooMany
from civic.web import safe_target
from tests.accounts.helpers import ask_code, find, last_code, mails, sign_in_by_mail
from tests.conftest import NOW
from tests.factories import make_user


def _known(app: Flask, email: str) -> None:
    with app.app_context():
        make_user(email=email)
        db.session.commit()


def test_page_asks_for_an_address(client: FlaskClient) -> None:
    page = client.get("/inloggen")
    assert page.status_code == 200
    assert 'autocomplete="email"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_known_and_unknown_address_get_the_same_answer(app: Flask) -> None:
    _known(app, "bekend@example.nl")
    answers = []
    for email in ("bekend@example.nl", "onbekend@example.nl"):
        client = app.test_client()
        first = client.post("/inloggen", data={"email": email})
        page = client.get("/inloggen/code")
        text = re.sub(r'value="[^"]*"', "", page.text.replace(email, "ADRES"))
        answers.append((first.status_code, first.location, page.status_code, text))
    assert answers[0] == answers[1]
    sent = [text for _address, text in mails(app, "sign_in_code")]
    assert len(sent) == 2
    assert re.sub(r"\d{3} \d{3}", "", sent[0]) == re.sub(r"\d{3} \d{3}", "", sent[1])


def test_no_account_before_the_code_is_right(app: Flask, client: FlaskClient) -> None:
    ask_code(client, "nieuw@example.nl")
    with app.app_context():
        assert find("nieuw@example.nl") is None


def test_code_is_not_kept_readable(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    code = last_code(app).replace(" ", "")
    with app.app_context():
        row = db.session.query(LoginCode).one()
        assert code not in (row.code_hash, row.email_index)
        assert row.expires_at - row.created_at == timedelta(minutes=15)


def test_code_and_address_are_in_no_url(client: FlaskClient) -> None:
    answer = client.post("/inloggen", data={"email": "kees@example.nl"})
    assert answer.location == "/inloggen/code"


def test_other_spelling_of_a_mailbox_sends_to_its_owner(app: Flask, client: FlaskClient) -> None:
    _known(app, "kees@example.nl")
    ask_code(client, "Kees+boos@example.nl")
    assert mails(app, "sign_in_code")[-1][0] == "kees@example.nl"


def test_code_for_a_look_alike_does_not_open_an_account_made_meanwhile(
    app: Flask, client: FlaskClient
) -> None:
    ask_code(client, "kees+boos@example.nl")
    code = last_code(app)
    _known(app, "kees@example.nl")
    assert client.post("/inloggen/code", data={"code": code}).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "kees",
        "kees@",
        "@example.nl",
        "kees@example.nl\r\nBcc: x@example.nl",
        "a" * 300 + "@example.nl",
        "<script>@example.nl",
        "😀",
        "kees@exa mple.nl",
        "‮kees@example.nl",
    ],
)
def test_wrong_address_is_kept_and_explained(app: Flask, client: FlaskClient, email: str) -> None:
    answer = client.post("/inloggen", data={"email": email})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert "<script>@" not in answer.text
    assert mails(app, "sign_in_code") == []


def test_signed_in_person_goes_on(app: Flask, client: FlaskClient) -> None:
    sign_in_by_mail(app, client)
    assert client.get("/inloggen").location == "/mijn"
    assert client.get("/inloggen?verder=/regels").location == "/regels"


@time_machine.travel(NOW, tick=False)
def test_sixth_request_for_one_address_is_refused(client: FlaskClient) -> None:
    for _time in range(PER_ADDRESS.most):
        ask_code(client)
    answer = client.post("/inloggen", data={"email": "kees@example.nl"})
    assert answer.status_code == 429
    assert client.post("/inloggen", data={"email": "ander@example.nl"}).status_code == 303


def test_limit_counts_all_spellings_of_a_mailbox(app: Flask) -> None:
    with app.app_context():
        for number in range(PER_ADDRESS.most):
            request_code(f"kees+{number}@example.nl", network="n", locale="nl", at=NOW)
        with pytest.raises(TooMany):
            request_code("KEES@example.nl", network="n", locale="nl", at=NOW)
        request_code("kees@example.nl", network="n", locale="nl", at=NOW + timedelta(minutes=15))


def test_a_stranger_does_not_use_up_the_requests_of_the_owner(app: Flask) -> None:
    with app.app_context():
        for _time in range(PER_ADDRESS.most):
            request_code("kees@example.nl", network="far", locale="nl", at=NOW)
        request_code("kees@example.nl", network="home", locale="nl", at=NOW)


def test_above_the_mails_of_a_day_nothing_is_sent_and_nothing_said(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for number in range(PER_MAILBOX.most):
            request_code("kees@example.nl", network=str(number), locale="nl", at=NOW)
        ticket = request_code("kees@example.nl", network="last", locale="nl", at=NOW)
        db.session.commit()
        assert enter_code(ticket, "123456", network="last", at=NOW).tries_left == 4
        db.session.commit()
    ask_code(client)
    assert len(mails(app, "sign_in_code")) == PER_MAILBOX.most


def test_address_with_a_long_domain(app: Flask, client: FlaskClient) -> None:
    domain = ".".join(["a" * 47] * 4) + ".nl"
    assert len(domain) == 194
    ask_code(client, f"kees@{domain}")
    assert mails(app, "sign_in_code")[-1][0] == f"kees@{domain}"


def test_limit_per_network(app: Flask) -> None:
    with app.app_context():
        for number in range(PER_NETWORK.most):
            request_code(f"a{number}@example.nl", network="192.0.2.0/24", locale="nl", at=NOW)
        with pytest.raises(TooMany):
            request_code("b@example.nl", network="192.0.2.0/24", locale="nl", at=NOW)
        request_code("b@example.nl", network="198.51.100.0/24", locale="nl", at=NOW)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_network_of(address: str | None, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "///evil.example",
        "/\t/evil.example",
        "evil.example",
        "http:/evil.example",
        " //evil.example",
    ],
)
def test_no_way_to_another_host(app: Flask, client: FlaskClient, target: str) -> None:
    assert safe_target(target) is None
    ask_code(client, verder=target)
    answer = client.post("/inloggen/code", data={"code": last_code(app)}, query_string={"verder": target})
    assert "evil" not in answer.location
    assert answer.location.startswith("/")


def test_target_survives_all_steps(app: Flask, client: FlaskClient) -> None:
    _known(app, "kees@example.nl")
    first = client.post("/inloggen?verder=/regels", data={"email": "kees@example.nl"})
    assert first.location == "/inloggen/code?verder=/regels"
    assert client.post(first.location, data={"code": last_code(app)}).location == "/regels"


def test_deleted_codes_do_not_silence_new_mail(app: Flask, client: FlaskClient) -> None:
    """SQLite gives the ids of deleted rows out again; the mail's key must not repeat."""
    ask_code(client)
    with app.app_context():
        db.session.query(LoginCode).delete()
        db.session.commit()
    ask_code(client)
    assert len(mails(app, "sign_in_code")) == 2


def test_english_mail_for_an_english_page(app: Flask, client: FlaskClient) -> None:
    client.get("/inloggen?taal=en")
    ask_code(client)
    with app.app_context():
        from civic.mail.models import OutgoingMail

        assert db.session.query(OutgoingMail).one().locale == "en"
