"""From the letter to the receipt: what works, and what is said when it does not."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient

from civic.db import db, now
from civic.mail.models import OutgoingMail
from civic.panels.models import Consent, PoolFlag
from civic.panels.queries import registrations as queries
from civic.panels.routes import registrations_draft as drafts
from civic.panels.service import registrations as service
from civic.panels.service.registrations_rules import CONSTITUENCY
from civic.panels.states import Channel, FlagKind, Honorarium, RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_registrations import (
    WHO,
    WILL,
    application,
    draft_key,
    everyone,
    feature,
    make_letter,
    post_part,
    questions,
    register,
    send,
    walk,
)
from tests.panels.stages import prepared_panel

SAME_ANSWER = "Met deze code kunt u zich nu niet aanmelden."


def test_from_code_to_receipt(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        row, code = make_letter(panel)
        code_id, said = row.id, questions(panel)
    contact = {"email": "Fatma@Example.nl", "phone": "06-0000 0000"}
    page = walk(client, code, said, contact=contact)
    assert page.status_code == 200
    assert "31 maart 1957" in page.text
    answer = send(client, page)
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    with app.app_context():
        [one] = everyone()
        assert one.state is RegistrationState.CONFIRMED
        assert (one.code_id, one.channel, one.constituency.number) == (code_id, Channel.WEB, 3)
        assert one.municipality.code == "GM0995"
        person = queries.person_of(one)
        assert person is not None
        assert (person.name, person.birth_date) == ("Fatma Yıldız", date(1957, 3, 31))
        assert (person.street, person.number, person.postcode) == ("Botter", "12 A", "8232 AB")
        assert (person.email, person.phone) == ("Fatma@Example.nl", "0600000000")
        assert one.honorarium is Honorarium.LATER
        # education is sensitive: no box was ticked
        named = {feature(panel, name).id: name for name in ("geslacht", "leeftijd", "opleiding")}
        assert {named[int(key)]: value for key, value in one.answers.items()} == {
            "geslacht": "vrouw",
            "leeftijd": "65+",
            "opleiding": None,
        }
        assert {name: len(secret) for name, secret in one.secrets.items()} == {
            "s": 32,
            "salt1": 32,
            "salt2": 32,
            "code": 14,  # with its hyphens: bound into the receipt
        }
        assert one.secrets["s"] in receipt.text
        assert one.is_dirty
        assert actions_of(one) == ["registered"]
        [mail] = db.session.query(OutgoingMail).all()
        link = (mail.text or "").split("/meedoen/mijn/")[1][:64]
        assert queries.registration_of_token(link) is one
    assert f"/meedoen/mijn/{link}" in receipt.text
    assert client.get(f"/meedoen/mijn/{link}").status_code == 200


def test_the_address_in_the_qr_code_goes_on_at_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    answer = client.get(f"/meedoen/{code}")
    assert answer.status_code == 303
    assert answer.location == "/meedoen/aanmelding/gegevens"
    assert client.get(answer.location).status_code == 200


def test_a_code_is_forgiven_small_letters_and_signs(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    typed = f"  {code.replace('-', ' ').lower().replace('0', 'o').replace('1', 'l')} "
    assert client.post("/meedoen", data={"code": typed}).status_code == 303


def test_every_code_that_does_not_work_gets_the_same_answer(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel, closed = prepared_panel(), prepared_panel(Stage.POOL)
        used, used_code = make_letter(panel)
        service.register_with_code(used, application(panel), channel=Channel.WEB, actor=None, at=NOW)
        blocked, blocked_code = make_letter(panel)
        blocked.blocked_at = NOW
        db.session.commit()
        expired_code = make_letter(panel, closes_on=NOW.date() - timedelta(days=1))[1]
        closed_code = make_letter(closed)[1]
    wrong, strange = "K7QM-3XDP-WT5S", "🙃\u202e<script>" * 900
    for code in (wrong, used_code, blocked_code, expired_code, closed_code, strange):
        answer = client.post("/meedoen", data={"code": code})
        assert answer.status_code == 422
        assert SAME_ANSWER in answer.text
        assert "Werkt uw code niet?" in answer.text
    for code in (wrong, used_code, blocked_code, expired_code, closed_code):
        answer = client.get(f"/meedoen/{code}", follow_redirects=True)
        assert "Werkt uw code niet?" in answer.text
        assert code not in answer.text


def test_guessing_is_slow(app: Flask, client: FlaskClient) -> None:
    statuses = [client.post("/meedoen", data={"code": "K7QM-3XDP-WT5R"}).status_code for _try in range(22)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_the_code_stays_out_of_addresses_and_cannot_be_read_from_the_cookie(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    post_part(client, "gegevens", WHO)
    with client.session_transaction() as session:
        kept = str(dict(session))
    assert "Fatma" not in kept
    assert code not in kept


def test_all_errors_at_once_and_nothing_lost(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    wrong = WHO | {"name": "", "birth_date": "31-02-1957", "postcode": "8232", "number": "A12"}
    answer = post_part(client, "gegevens", wrong)
    assert answer.status_code == 422
    for sentence in ("Vul uw naam in.", "als dag, maand en jaar", "1234 AB", "met een cijfer voorop"):
        assert sentence in answer.text
    for typed in ("31-02-1957", "8232", "A12", "Botter", "Lelystad"):
        assert f'value="{typed}"' in answer.text


def test_age_is_counted_on_the_day_itself(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    for typed in ("24 november 2010", "1 1 2020"):
        answer = post_part(client, "gegevens", WHO | {"birth_date": typed})
        assert answer.status_code == 422
        assert "16 jaar of ouder" in answer.text
    for typed in ("23-11-2010", "31031957", "1957-3-31"):
        assert post_part(client, "gegevens", WHO | {"birth_date": typed}).status_code == 303


def test_dates_that_cannot_be(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    for typed in ("30-11-2027", "1-1-1890", "5-1957", "gisteren", "31-03-57", "0-0-0000"):
        assert post_part(client, "gegevens", WHO | {"birth_date": typed}).status_code == 422, typed


def test_every_question_needs_an_answer_that_is_on_the_list(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        gender = feature(panel, "geslacht").id
    client.post("/meedoen", data={"code": code})
    post_part(client, "gegevens", WHO)
    assert post_part(client, "vragen", {}).status_code == 422
    for number in ("9", "-1", "vrouw", "<script>"):
        answer = post_part(client, "vragen", {f"feature_{gender}": number})
        assert answer.status_code == 422
        assert "uit de lijst" in answer.text


def test_a_first_third_answers_only_its_own_questions(app: Flask, client: FlaskClient) -> None:
    """Education binds the second and third constituency."""
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel, 1)
        gender = feature(panel, "geslacht").id
    page = walk(client, code, {f"feature_{gender}": "0"})
    assert "hoogste opleiding" not in page.text
    assert send(client, page).status_code == 303
    with app.app_context():
        [one] = everyone()
        assert one.answers[str(gender)] is None
        assert len(one.answers) == 2


def test_an_answer_with_consent_is_kept_with_its_words(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        school = feature(panel, "opleiding")
        said = {**questions(panel), f"consent_{school.id}": "y"}
    send(client, walk(client, code, said))
    with app.app_context():
        [one] = everyone()
        assert one.answers[str(school.id)] == "midden"
        [consent] = db.session.query(Consent).all()
        assert (consent.subject, consent.text) == (f"feature:{school.id}", school.consent_text)


def test_a_sensitive_group_asks_consent_first(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel, 2)
        said = questions(panel)
    client.post("/meedoen", data={"code": code})
    post_part(client, "gegevens", WHO)
    page = client.get("/meedoen/aanmelding/vragen")
    assert " checked" not in page.text
    refused = post_part(client, "vragen", said)
    assert refused.status_code == 422
    assert "Zonder uw toestemming" in refused.text
    client.post("/meedoen/aanmelding/stoppen")
    page = walk(client, code, said | {"consent_constituency": "y"})
    assert send(client, page).status_code == 303
    with app.app_context():
        [consent] = db.session.query(Consent).all()
        assert consent.subject == CONSTITUENCY
        assert "Zorgontvangers" in consent.text


def test_no_account_and_no_service_number(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    for text in ("Stort het op NL91 ABNA 0417 1643 00 graag", "mijn bsn is 111222333"):
        answer = post_part(client, "wensen", WILL | {"other": text})
        assert answer.status_code == 422
        assert "rekeningnummer" in answer.text


def test_needs_and_honorarium(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    needs = {"wants_interpreter": "y", "interpreter": "Turks", "step_free": "y", "honorarium": "waived"}
    page = walk(client, code, said, needs=needs)
    assert "tolk: Turks" in page.text
    send(client, page)
    with app.app_context():
        [one] = everyone()
        assert one.needs == {
            "interpreter": "Turks",
            "travel": False,
            "childcare": False,
            "step_free": True,
            "other": "",
        }
        assert one.honorarium is Honorarium.WAIVED


def test_the_way_back_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    post_part(client, "gegevens", WHO)
    answer = post_part(client, "wensen", {"other": "Een plek voor mijn hond", "terug": "1"})
    assert answer.location == "/meedoen/aanmelding/vragen"
    assert "Een plek voor mijn hond" in client.get("/meedoen/aanmelding/wensen").text


def test_pages_cannot_be_skipped(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
    for part in ("gegevens", "controle", "klaar"):
        assert client.get(f"/meedoen/aanmelding/{part}").location == "/meedoen"
    client.post("/meedoen", data={"code": code})
    assert client.get("/meedoen/aanmelding/controle").location == "/meedoen/aanmelding/gegevens"
    client.post(
        "/meedoen/aanmelding/controle",
        data={"draft": draft_key(client.get("/meedoen/aanmelding/gegevens").text)},
    )
    with app.app_context():
        assert everyone() == []


def test_scanning_again_goes_on_where_you_were(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.get(f"/meedoen/{code}")
    post_part(client, "gegevens", WHO)
    client.get(f"/meedoen/{code}")
    assert "Botter" in client.get("/meedoen/aanmelding/gegevens").text


def test_two_letters_at_one_table(app: Flask, client: FlaskClient) -> None:
    """A page of the first form, sent after a second form began, does not end up in the second."""
    with app.app_context():
        panel = prepared_panel()
        codes = [make_letter(panel)[1] for _letter in range(2)]
    client.get(f"/meedoen/{codes[0]}")
    first = draft_key(client.get("/meedoen/aanmelding/gegevens").text)
    client.get(f"/meedoen/{codes[1]}")
    client.post("/meedoen/aanmelding/gegevens", data={**WHO, "draft": first})
    page = client.get("/meedoen/aanmelding/gegevens")
    assert "Botter" not in page.text
    assert "In een ander venster" in page.text


def test_pressing_twice_is_one_registration(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    page = walk(client, code, said)
    before = client.get_cookie("session")
    assert before is not None
    first = send(client, page)
    assert first.location == "/meedoen/aanmelding/klaar"
    assert send(client, page).location == "/meedoen/aanmelding/klaar"
    secret = client.get(first.location).text
    client.set_cookie("session", before.value)  # the second press left before the first was answered
    assert send(client, page).location == "/meedoen/aanmelding/klaar"
    assert (
        client.get("/meedoen/aanmelding/klaar").text.split("Geheim")[1][:90] == secret.split("Geheim")[1][:90]
    )
    with app.app_context():
        assert len(everyone()) == 1


def test_a_letter_that_somebody_else_used_meanwhile(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    other = app.test_client()
    mine = walk(client, code, said)
    theirs = walk(other, code, said, who={"name": "Iemand Anders"})
    assert send(other, theirs).status_code == 303
    answer = send(client, mine)
    assert answer.status_code == 409
    assert "Deze code is al gebruikt" in answer.text
    assert "Iemand Anders" not in answer.text


def test_closed_while_somebody_was_typing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    page = walk(client, code, said)
    with app.app_context():
        db.session.merge(panel).stage = Stage.POOL
        db.session.commit()
    assert send(client, page).status_code == 409
    assert client.get("/meedoen/aanmelding/contact").status_code == 409


def test_another_postcode_is_taken_and_flagged(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    page = walk(client, code, said, who={"postcode": "1315 AB", "place": "Almere"})
    assert send(client, page).status_code == 303
    with app.app_context():
        [flag] = db.session.query(PoolFlag).all()
        assert flag.kind is FlagKind.OTHER_MUNICIPALITY


STRANGE = {
    "emoji": "Zoë 👩‍👩‍👧 O’Neill-Çelik",
    "right to left": "محمد \u202eابن\u202c",
    "script": "<script>alert('x')</script>",
    "entity": "&quot;&gt;<img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% print 1 %}",
}


def test_strange_names(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        codes, said = [make_letter(panel)[1] for _name in STRANGE], questions(panel)
    for code, name in zip(codes, STRANGE.values(), strict=True):
        page = walk(client, code, said, who={"name": name})
        receipt = client.get(send(client, page).location)
        own = client.get(receipt.text.split('value="http://127.0.0.1:5000')[1].split('"')[0])
        assert own.status_code == 200
        for text in (page.text, receipt.text, own.text):
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert ">49<" not in text
    with app.app_context():
        kept = [name.replace("\u202e", "").replace("\u202c", "") for name in STRANGE.values()]
        assert [one.name for one in everyone()] == kept


def test_ten_thousand_signs_are_refused_and_the_pages_stay(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    for form in (
        WHO | {"name": "é" * 10_000},
        WHO | {"street": "👍" * 10_000},
        dict.fromkeys(WHO, "x" * 10_000),
    ):
        assert post_part(client, "gegevens", form).status_code == 422
        assert post_part(client, "gegevens", form | {"terug": "1"}).status_code == 303
    assert (
        post_part(client, "contact", {"email": "a" * 10_000 + "@b.nl", "phone": "0" * 10_000}).status_code
        == 422
    )
    assert post_part(client, "gegevens", WHO).status_code == 303


def test_the_longest_answers_fit_in_a_cookie(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    page = walk(
        client,
        code,
        said,
        who={"name": "é" * 120, "street": "ü" * 80, "place": "ŵ" * 60, "number": "12345 abcdef"},
        needs={"wants_interpreter": "y", "interpreter": "ß" * 40, "other": "ï" * 200},
        contact={"email": "a" * 64 + "@" + "b" * 180 + ".nl", "phone": "+31612345678"},
    )
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert len(cookie.value) + len("session=") < 4000
    assert send(client, page).status_code == 303


def test_pages_stay_out_of_caches_and_search(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = register(prepared_panel()).token
    for path in (
        "/meedoen",
        f"/meedoen/mijn/{token}",
        f"/meedoen/mijn/{token}/gegevens.json",
        "/meedoen/mijn/x",
    ):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_form_lapses_after_a_day(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _row, code = make_letter(prepared_panel())
    client.post("/meedoen", data={"code": code})
    with client.session_transaction() as session:
        sealed = session[drafts.DRAFT]
    with app.test_request_context():
        cookie[drafts.DRAFT] = sealed
        assert drafts.current(now()) is not None
        assert drafts.current(now() + timedelta(hours=25)) is None
        cookie[drafts.DRAFT] = sealed[:-4] + "AAAA"
        assert drafts.current(now()) is None
