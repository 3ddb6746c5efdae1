"""Somebody's own page: look, change, one consent, a copy, and getting in again."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db
from civic.panels.models import Consent, Panel, PoolFlag
from civic.panels.queries import registrations as queries
from civic.panels.service import registrations as service
from civic.panels.service.registrations_rules import CONSTITUENCY, subject_of
from civic.panels.states import Channel, FlagKind, RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_registrations import (
    WHO,
    application,
    everyone,
    feature,
    make_letter,
    questions,
    register,
)
from tests.panels.stages import prepared_panel


@pytest.fixture
def panel(app: Flask) -> Panel:
    with app.app_context():
        panel = prepared_panel()
        db.session.refresh(panel)
        return panel


@pytest.fixture
def url(app: Flask, panel: Panel) -> str:
    """The own page of somebody who gave consent for one sensitive answer."""
    with app.app_context():
        consents = frozenset({subject_of(feature(panel, "opleiding"))})
        return f"/meedoen/mijn/{register(panel, consents=consents, email='fatma@example.nl').token}"


def to_stage(app: Flask, panel: Panel, stage: Stage) -> None:
    with app.app_context():
        db.session.merge(panel).stage = stage
        db.session.commit()


def test_everything_is_on_it(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    for text in (
        "Fatma Yıldız",
        "31 maart 1957",
        "Botter 12 A",
        "Vrouw",
        "Midden",
        "fatma@example.nl",
    ):
        assert text in page.text


def test_other_tokens(client: FlaskClient, url: str) -> None:
    for token in ("x", "0" * 64, "A" * 64, "../..", "%00", "'" * 64, "a" * 5000):
        for tail in ("", "/wijzigen/gegevens", "/intrekken", "/gegevens.json", "/gegevens.txt"):
            answer = client.get(f"/meedoen/mijn/{token}{tail}")
            assert answer.status_code in {400, 404}
            assert "Fatma" not in answer.text


def test_change_answers(app: Flask, client: FlaskClient, panel: Panel, url: str) -> None:
    with app.app_context():
        before = everyone()[0]
        before.is_dirty = False
        db.session.commit()
        school = feature(panel, "opleiding").id
        said = questions(panel, geslacht="2", opleiding="3") | {f"consent_{school}": "y"}
    page = client.get(f"{url}/wijzigen/vragen")
    assert page.text.count(" checked") == 3  # two answers and the consent that was given
    assert client.post(f"{url}/wijzigen/vragen", data=said).status_code == 303
    with app.app_context():
        [one] = everyone()
        assert sorted(filter(None, one.answers.values())) == ["65+", "hoog", "man"]
        assert one.is_dirty
        assert actions_of(one)[-1] == "registration_changed"


def test_taking_the_tick_away_wipes_the_answer(
    app: Flask, client: FlaskClient, panel: Panel, url: str
) -> None:
    with app.app_context():
        said = questions(panel)
        school = feature(panel, "opleiding").id
    client.post(f"{url}/wijzigen/vragen", data=said)
    with app.app_context():
        [one] = everyone()
        assert one.answers[str(school)] is None
        assert queries.consents_of(one.id) == []


def test_change_who_and_where(app: Flask, client: FlaskClient, url: str) -> None:
    with app.app_context():
        before = everyone()[0].person_index
    form = WHO | {"name": "Fatma Yıldız-Kaya", "postcode": "1315 AB", "birth_date": "31-03-1997"}
    assert client.post(f"{url}/wijzigen/gegevens", data=form).status_code == 303
    with app.app_context():
        [one] = everyone()
        assert one.person_index not in {None, before}
        assert "16-34" in one.answers.values()
        [flag] = db.session.query(PoolFlag).all()
        assert flag.kind is FlagKind.OTHER_MUNICIPALITY
    client.post(f"{url}/wijzigen/gegevens", data=WHO)
    with app.app_context():
        assert db.session.query(PoolFlag).count() == 0
        assert everyone()[0].person_index == before


def test_becoming_somebody_else_is_flagged(app: Flask, client: FlaskClient, panel: Panel, url: str) -> None:
    with app.app_context():
        other = register(panel, name="Jan Smit").registration.id
    assert client.post(f"{url}/wijzigen/gegevens", data=WHO | {"name": "Jan Smit"}).status_code == 303
    with app.app_context():
        mine = everyone()[0]
        assert mine.person_index is None
        [flag] = db.session.query(PoolFlag).all()
        assert (flag.kind, flag.registration_id, flag.other_id) == (FlagKind.SAME_PERSON, mine.id, other)


def test_needs_and_contact(app: Flask, client: FlaskClient, url: str) -> None:
    assert (
        client.post(f"{url}/wijzigen/wensen", data={"travel": "y", "honorarium": "money"}).status_code == 303
    )
    assert (
        client.post(f"{url}/wijzigen/contact", data={"email": "", "phone": "06 00000000"}).status_code == 303
    )
    assert client.post(f"{url}/wijzigen/contact", data={"email": "geen adres"}).status_code == 422
    with app.app_context():
        [one] = everyone()
        assert (one.email, one.email_index, one.phone) == (None, None, "0600000000")
        assert one.needs["travel"] is True


def test_wrong_answers_change_nothing(app: Flask, client: FlaskClient, url: str) -> None:
    answer = client.post(f"{url}/wijzigen/gegevens", data=WHO | {"name": "", "postcode": "1"})
    assert answer.status_code == 422
    with app.app_context():
        assert everyone()[0].name == "Fatma Yıldız"


def test_in_the_pool_stage_one_can_still_change(
    app: Flask, client: FlaskClient, panel: Panel, url: str
) -> None:
    to_stage(app, panel, Stage.POOL)
    assert client.post(f"{url}/wijzigen/contact", data={"phone": "0600000000"}).status_code == 303


def test_after_the_freeze_a_sentence(app: Flask, client: FlaskClient, panel: Panel, url: str) -> None:
    for stage in (Stage.FREEZE, Stage.FROZEN, Stage.STOPPED):
        to_stage(app, panel, stage)
        page = client.get(url)
        assert "niet meer wijzigen" in page.text
        assert "/wijzigen/" not in page.text
        for answer in (
            client.get(f"{url}/wijzigen/gegevens"),
            client.post(f"{url}/wijzigen/gegevens", data=WHO),
        ):
            assert answer.status_code == 409


def test_the_proof_of_the_frozen_pool_is_linked(app: Flask, client: FlaskClient, url: str) -> None:
    assert "/kwitantie" not in client.get(url).text
    with app.app_context():
        everyone()[0].leaf = "ab" * 32
        db.session.commit()
    assert f"{url}/kwitantie" in client.get(url).text


def test_withdraw_one_consent(app: Flask, client: FlaskClient, panel: Panel, url: str) -> None:
    with app.app_context():
        school = feature(panel, "opleiding").id
        consent = db.session.query(Consent).one().id
    address = f"{url}/toestemming/{consent}"
    assert client.get(address).status_code == 200
    with app.app_context():
        assert everyone()[0].answers[str(school)] == "midden"
    for _twice in range(2):
        assert client.post(address).status_code == 303
    with app.app_context():
        [one] = everyone()
        assert one.answers[str(school)] is None
        assert one.state is RegistrationState.CONFIRMED
        assert actions_of(one).count("consent_withdrawn") == 1


def test_the_consent_of_somebody_else(app: Flask, client: FlaskClient, panel: Panel, url: str) -> None:
    with app.app_context():
        mine = db.session.query(Consent).one().id
        other = register(panel, name="Jan Smit").token
    assert client.post(f"/meedoen/mijn/{other}/toestemming/{mine}").status_code == 404
    assert client.post(f"/meedoen/mijn/{other}/toestemming/99999").status_code == 404
    with app.app_context():
        assert db.session.query(Consent).one().withdrawn_at is None


def test_without_consent_for_the_group_there_is_no_registration(
    app: Flask, client: FlaskClient, panel: Panel
) -> None:
    with app.app_context():
        receipt = register(panel, number=2, consents=frozenset({CONSTITUENCY}))
        consent = db.session.query(Consent).one()
        address = f"/meedoen/mijn/{receipt.token}/toestemming/{consent.id}"
        service.withdraw_consent(receipt.registration, consent, actor=None, at=NOW)
        assert receipt.registration.state is RegistrationState.WITHDRAWN
        db.session.rollback()
    assert client.get(address).location == f"/meedoen/mijn/{receipt.token}/intrekken"


def test_a_copy_of_everything(app: Flask, client: FlaskClient, url: str) -> None:
    copy = json.loads(client.get(f"{url}/gegevens.json").text)
    assert copy["person"]["name"] == "Fatma Yıldız"
    assert copy["answers"] == {"geslacht": "vrouw", "leeftijd": "65+", "opleiding": "midden"}
    assert len(copy["consents"]) == 1
    answer = client.get(f"{url}/gegevens.txt")
    for text in ("Fatma Yıldız", "Botter 12 A, 8232 AB Lelystad", "Leeftijd: 65+", copy["receipt"]["s"]):
        assert text in answer.text
    for label in ("Geheim: ", "Tweede geheim: ", "Derde geheim: "):
        assert label in answer.text
    assert "salt" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]


class TestLostLink:
    @pytest.fixture
    def code(self, app: Flask, panel: Panel) -> str:
        with app.app_context():
            row, text = make_letter(panel)
            service.register_with_code(row, application(panel), channel=Channel.WEB, actor=None, at=NOW)
            db.session.commit()
            return text

    def test_with_letter_and_birthday(self, client: FlaskClient, code: str) -> None:
        form = {"code": code.lower(), "birth_date": "31 maart 1957"}
        answer = client.post("/meedoen/link-kwijt", data=form)
        assert answer.status_code == 303
        assert "Fatma" in client.get(answer.location).text

    def test_also_after_closing(self, app: Flask, client: FlaskClient, panel: Panel, code: str) -> None:
        to_stage(app, panel, Stage.FROZEN)
        form = {"code": code, "birth_date": "31-3-1957"}
        assert client.post("/meedoen/link-kwijt", data=form).status_code == 303

    def test_one_answer_for_all_that_is_wrong(
        self, app: Flask, client: FlaskClient, panel: Panel, code: str
    ) -> None:
        with app.app_context():
            _row, unused = make_letter(panel)
        tries = [
            (code, "30-3-1957"),
            (unused, "31-3-1957"),
            ("K7QM-3XDP-WT5R", "31-3-1957"),
            ("🙂" * 99, "1-1-2000"),
        ]
        for typed, day in tries:
            answer = client.post("/meedoen/link-kwijt", data={"code": typed, "birth_date": day})
            assert answer.status_code == 422
            assert "vinden wij geen aanmelding" in answer.text

    def test_birthdays_cannot_be_tried(self, client: FlaskClient, code: str) -> None:
        statuses = [
            client.post("/meedoen/link-kwijt", data={"code": code, "birth_date": f"{day}-1-1960"}).status_code
            for day in range(1, 23)
        ]
        assert statuses[0] == 422
        assert statuses[-1] == 429
