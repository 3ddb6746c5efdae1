from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from civic.accounts.network import HOUSEHOLD, network_of
from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.initiatives import jobs, service
from civic.initiatives.models import Support
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import SupportState
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.initiatives.factories import draft, mails, published, supporter

FORM = {"name": "Ada Groen", "email": "Ada@Example.nl", "postcode": "8232ab", "declares": "y"}


def _number(app: Flask, **changes) -> int:
    with app.app_context():
        return published(**changes).id


def _one(app: Flask) -> Support:
    with app.app_context():
        return db.session.scalars(db.select(Support)).one()


def _mail_text(app: Flask, template: str = "support_confirm") -> str:
    with app.app_context():
        return mails(template)[-1].text or ""


def _path(app: Flask) -> str:
    return re.search(r"/steun/[0-9a-f]{64}", _mail_text(app))[0]


def _code(app: Flask) -> str:
    return re.search(r"code in: (\d{6})", _mail_text(app))[1]


def test_the_text_stands_above_the_form(app: Flask, client) -> None:
    """Nobody puts a name under words that are on another page; they stay when something is wrong."""
    text = {"wish": "Schaduw <b>voor</b> iedereen.", "plan": "We planten tien bomen.\n\nBuren geven water."}
    number = _number(app, **text)
    url = f"/initiatieven/{number}/steunen"
    for page in (client.get(url).text, client.post(url, data={**FORM, "postcode": ""}).text):
        before, after = page.split('<form method="post" novalidate>')
        for part in ("Bomen op het plein", "Schaduw &lt;b&gt;voor&lt;/b&gt; iedereen."):
            assert part in before
        plan = before.split('<details class="panel">')[1].split("</details>")[0]
        assert "<p>We planten tien bomen.</p>" in plan
        assert "<p>Buren geven water.</p>" in plan
        assert 'name="postcode"' in after


def test_support_by_link(app: Flask, client) -> None:
    number = _number(app)
    assert (
        "Ik woon in Lelystad en ik ben 16 jaar of ouder."
        in client.get(f"/initiatieven/{number}/steunen").text
    )
    response = client.post(f"/initiatieven/{number}/steunen", data=FORM)
    assert response.status_code == 303
    assert "Kijk in uw mail" in client.get(response.location).text
    path = _path(app)
    page = client.get(path).text
    assert "Ada Groen" in page
    assert "8232 AB" in page
    assert _one(app).state is SupportState.PENDING, "opening the link confirms nothing"
    assert client.post(path).status_code == 303
    assert _one(app).state is SupportState.CONFIRMED
    assert client.post(path).status_code == 303, "a repeat looks like success"
    assert "Uw steun is bevestigd" in client.get(path).text
    with client.session_transaction() as session:
        assert "_user_id" not in session
    with app.app_context():
        jobs.count_supports(now())
        db.session.commit()
    assert '<strong class="progress__value">1</strong>' in client.get(f"/initiatieven/{number}").text


def test_nothing_readable_is_stored(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    path, code = _path(app), _code(app)
    with app.app_context():
        row = db.session.execute(db.select(Support.__table__)).mappings().one()
        stored = " ".join(str(value) for value in row.values())
    for secret in ("Ada", "xample.nl", "8232", path.split("/")[-1], code):
        assert secret not in stored


def test_support_by_code_in_the_same_browser(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    url = f"/initiatieven/{number}/steunen/code"
    assert 'name="email"' not in client.get(url).text
    code = _code(app)
    assert client.post(url, data={"code": f" {code[:3]} {code[3:]} "}).status_code == 303
    assert _one(app).state is SupportState.CONFIRMED
    assert client.post(url, data={"code": code}).status_code == 303, "a repeat looks like success"


def test_support_by_code_in_another_browser(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    other, url = app.test_client(), f"/initiatieven/{number}/steunen/code"
    assert 'name="email"' in other.get(url).text
    assert other.post(url, data={"email": "nee", "code": "12"}).status_code == 422
    unknown = other.post(url, data={"email": "niemand@example.nl", "code": "123456"})
    assert unknown.status_code == 422
    assert "Deze code klopt niet" in unknown.text
    assert other.post(url, data={"email": "ada@example.nl", "code": _code(app)}).status_code == 303


def test_guessing_codes_stops(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    code, url = _code(app), f"/initiatieven/{number}/steunen/code"
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    statuses = [client.post(url, data={"code": wrong}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    with app.app_context():
        initiative_id, key = _one(app).initiative_id, _one(app).person_key
        from civic.initiatives.models import Initiative

        initiative = db.session.get_one(Initiative, initiative_id)
        assert service.confirm_with_code(initiative, key, code, at=now()) is False, "this code is used up"
    assert client.post(_path(app)).status_code == 303, "the link still works"


def test_known_gets_the_same_answer_and_another_mail(app: Flask, client) -> None:
    number = _number(app)
    first = client.post(f"/initiatieven/{number}/steunen", data=FORM)
    client.post(_path(app))
    with app.app_context():
        row = db.session.scalars(db.select(Support)).one()
        row.mailed_at = now() - timedelta(minutes=5)
        db.session.commit()
    second = app.test_client().post(
        f"/initiatieven/{number}/steunen", data={**FORM, "email": "ada+x@example.nl"}
    )
    assert (first.status_code, first.location) == (second.status_code, second.location)
    text = _mail_text(app, "support_known")
    assert "Per mailadres telt één persoon mee." in text
    assert "/intrekken" in text
    assert _one(app).state is SupportState.CONFIRMED


def test_a_name_never_travels_to_an_unconfirmed_mailbox(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data={**FORM, "name": "Win geld op kwaad.example"})
    assert "kwaad" not in _mail_text(app)


def test_at_most_five_mails_and_not_two_at_once(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        for minute in (0, 0, 2, 4, 6, 8, 10, 12):
            service.ask(initiative, supporter(), at=NOW + timedelta(minutes=minute))
        assert len(mails("support_confirm")) == 5
        tokens = {
            re.search(r"/steun/([0-9a-f]{64})", mail.text or "")[1] for mail in mails("support_confirm")
        }
        assert len(tokens) == 1, "the link of every mail works"


def test_one_mailbox_gets_at_most_twenty_mails_a_day(app: Flask) -> None:
    with app.app_context():
        for number in range(22):
            service.ask(published(NOW - timedelta(days=1 + number // 11)), supporter(), at=NOW)
        assert len(mails("support_confirm")) == 20
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 22


def test_the_newest_answers_count(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.ask(initiative, supporter(), at=NOW)
        service.ask(initiative, service.Supporter("Beter", "steun0@example.nl", "8224 AB"), at=NOW)
        row = db.session.scalars(db.select(Support)).one()
        assert (row.name, row.postcode) == ("Beter", "8224 AB")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Vul uw naam in."),
        ({"name": "   "}, "Vul uw naam in."),
        ({"name": "x" * 81}, "hoogstens 80 tekens"),
        ({"email": ""}, "Vul uw mailadres in."),
        ({"email": "geen adres"}, "naam@voorbeeld.nl"),
        ({"email": "a@b.nl\nBcc: x@y.nl"}, "naam@voorbeeld.nl"),
        ({"email": "a" * 300 + "@example.nl"}, "naam@voorbeeld.nl"),
        ({"postcode": "12"}, "1234 AB"),
        ({"postcode": "1315 AB"}, "Deze postcode ligt niet in Lelystad."),
        ({"postcode": "9999 ZZ"}, "Deze postcode ligt niet in Lelystad."),
        ({"declares": ""}, "Kruis dit aan"),
    ],
)
def test_wrong_answers_come_back_with_what_was_typed(app: Flask, client, change: dict, sentence: str) -> None:
    number = _number(app)
    response = client.post(f"/initiatieven/{number}/steunen", data={**FORM, **change})
    assert response.status_code == 422
    assert sentence in response.text
    if "name" not in change:
        assert "Ada Groen" in response.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 0


def test_a_crowd_from_one_network_waits(app: Flask) -> None:
    number = _number(app)
    statuses = []
    for n in range(21):
        data = {**FORM, "email": f"mens{n}@example.nl"}
        address = {"REMOTE_ADDR": f"192.0.2.{n}"}
        response = app.test_client().post(
            f"/initiatieven/{number}/steunen", data=data, environ_overrides=address
        )
        statuses.append(response.status_code)
    assert statuses == [303] * 20 + [429]
    assert "Ada Groen" in response.text
    other = {"REMOTE_ADDR": "198.51.100.1"}
    elsewhere = app.test_client().post(f"/initiatieven/{number}/steunen", data=FORM, environ_overrides=other)
    assert elsewhere.status_code == 303


def test_networks() -> None:
    assert network_of("192.0.2.77") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2ff::1", HOUSEHOLD) == "2001:db8:1:200::/56"
    assert network_of(None) == network_of("unix:") == "unknown"


@pytest.mark.parametrize("token", ["x", "0" * 64, "g" * 64, "0" * 6000, "%F0%9F%8C%B3"])
def test_unknown_links_say_what_to_do(client, token: str) -> None:
    for method in (client.get, client.post):
        for path in ("", "/intrekken"):
            response = method(f"/steun/{token}{path}")
            assert response.status_code == 404
            assert "Deze link werkt niet meer" in response.text


def test_withdraw_and_come_back(app: Flask, client) -> None:
    number = _number(app)
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    path = _path(app)
    client.post(path)
    assert "Wilt u uw steun intrekken?" in client.get(f"{path}/intrekken").text
    assert _one(app).state is SupportState.CONFIRMED
    for _twice in range(2):
        assert client.post(f"{path}/intrekken").status_code in {200, 303}
    row = _one(app)
    assert row.state is SupportState.WITHDRAWN
    assert (row.name_sealed, row.email_sealed, row.postcode_sealed, row.code_hash) == (None, None, None, None)
    assert row.is_dirty
    assert client.post(path).status_code == 303
    assert _one(app).state is SupportState.WITHDRAWN, "an old link does not confirm again"
    assert "U trok uw steun in" in client.get(path).text
    client.post(f"/initiatieven/{number}/steunen", data=FORM)
    assert _one(app).state is SupportState.PENDING
    assert client.post(_path(app)).status_code == 303
    assert _one(app).state is SupportState.CONFIRMED


def test_closed_or_unpublished_cannot_be_supported(app: Flask, client) -> None:
    with app.app_context():
        initiative = published(NOW)
        late = NOW + timedelta(days=200)
        key = service.ask(initiative, supporter(), at=NOW)
        support = db.session.scalars(db.select(Support)).one()
        db.session.commit()
        with pytest.raises(NotAllowedNow):
            service.ask(initiative, supporter(1), at=late)
        with pytest.raises(NotAllowedNow):
            service.confirm(support, at=late)
        assert service.confirm_with_code(initiative, key, "000000", at=late) is False
        with pytest.raises(NotAllowedNow):
            service.ask(draft(NOW), supporter(1), at=NOW)


def test_unconfirmed_lapses_and_withdrawn_goes(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.ask(initiative, supporter(), at=NOW)
        token = token_of(db.session.scalars(db.select(Support)).one())
        assert service.find_by_token(token, at=NOW + timedelta(days=29)) is not None
        assert service.find_by_token(token, at=NOW + timedelta(days=31)) is None
        apply_retention(NOW + timedelta(days=31))
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 0


def test_confirmed_keeps_counting_when_the_data_is_gone(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.add_confirmed(initiative, [supporter()], at=NOW)
        db.session.commit()
        apply_retention(NOW + timedelta(days=366))
        db.session.expire_all()
        row = db.session.scalars(db.select(Support)).one()
        assert (row.name, row.email, row.postcode, row.review_key) == (None, None, None, None)
        service.recount(initiative.id, at=NOW)
        assert initiative.support_count == 1


def test_a_look_alike_never_gets_the_link_of_another_mailbox(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        real = service.Supporter("Sam", "sam77@example.org", "8232 AB")
        service.ask(initiative, real, at=NOW)
        service.confirm(db.session.scalars(db.select(Support)).one(), at=NOW)
        twin = service.Supporter("Sam", "\u017fam77@example.org", "8232 AB")
        service.ask(initiative, twin, at=NOW + timedelta(hours=1))
        assert [mail.address for mail in mails("support_known")] == ["sam77@example.org"]


def test_without_a_stored_address_there_is_no_link(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.ask(initiative, supporter(), at=NOW)
        support = db.session.scalars(db.select(Support)).one()
        service.confirm(support, at=NOW)
        support.email_sealed = None  # as retention does
        service.ask(initiative, supporter(), at=NOW + timedelta(hours=1))
        assert mails("support_known") == []


def test_the_page_after_asking_is_true_when_the_mail_came_before(app: Flask, client) -> None:
    number = _number(app)
    pages = set()
    for _time in range(2):
        sent = client.post(f"/initiatieven/{number}/steunen", data=FORM)
        pages.add(client.get(sent.location).text.split("<main")[1].split("</main>")[0])
    (page,) = pages
    assert "Uw steun telt pas als u die bevestigt." in page
    assert "Stuurden we u net al een mail? Gebruik die." in page
