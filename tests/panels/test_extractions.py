"""The log of what left a registry: writing it, destroying, reminders, who reads what, public counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid
from civic.events.jobs import notice_passed_deadlines
from civic.events.queries import deadline_of
from civic.mail.models import OutgoingMail
from civic.panels.models import Extraction
from civic.panels.queries import invitations_extractions as queries
from civic.panels.service import invitations_extractions as service
from tests.conftest import NOW
from tests.panels.access_invitations import EXTRACTION
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_invitations import (
    ALMERE,
    URK,
    make_extraction,
    make_share,
    panel_of,
    registry_client,
    taken,
)

TODAY = NOW.date()
OWN = "/panels/gegevens-van-mijn-gemeente"


def log_address(share_id: int) -> str:
    return f"/panels/brieven-van-mijn-gemeente/{share_id}/gegevens"


def destroy_address(extraction_id: int) -> str:
    return f"{OWN}/{extraction_id}/vernietigd"


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Extraction)) or 0


@pytest.fixture
def share_id(app: Flask) -> int:
    with app.app_context():
        return make_share(ALMERE, number=2).id


@pytest.fixture
def almere(app: Flask) -> FlaskClient:
    return registry_client(app, ALMERE)


def test_writing_it_down(app: Flask, almere: FlaskClient, share_id: int) -> None:
    page = almere.get(log_address(share_id)).text
    assert 'value="20"' in page
    assert "Artikel 3.8 van de Wet BRP" in page
    assert almere.post(log_address(share_id), data=EXTRACTION).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(Extraction)).one()
        assert row.ground == "Artikel 3.8 Wet BRP: Verordening basisregistratie 2024, artikel 4"
        assert (row.fields, row.people, row.share_id) == (["name", "address"], 20, share_id)
        assert (row.extracted_on, row.destroyed_on) == (TODAY, None)
        assert actions_of(row) == ["log_extraction"]
    page = almere.get(OWN).text
    assert "naam, adres" in page
    assert "Drukkerij De Polder" in page


def test_another_ground_is_kept_in_its_own_words(app: Flask, almere: FlaskClient, share_id: int) -> None:
    form = {**EXTRACTION, "ground": "other", "explanation": "Toestemming van de Wmo-cliënt"}
    assert almere.post(log_address(share_id), data=form).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Extraction.ground)).one() == "Toestemming van de Wmo-cliënt"


# what is changed in a good form, and the sentence that says what is wrong with it
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"ground": "x"}, "Kies de grond."),
    ({"explanation": ""}, "Noem de verordening, of leg de grond uit."),
    ({"explanation": "x" * 151}, "Gebruik 5 tot 150 tekens."),
    ({"purpose": " "}, "Schrijf waarvoor u de gegevens gebruikt."),
    ({"fields": []}, "Kies welke gegevens u uit het register haalde."),
    ({"fields": ["bsn"]}, "Kies welke gegevens u uit het register haalde."),
    ({"people": ""}, "Vul in van hoeveel mensen u gegevens haalde."),
    ({"people": "0"}, "Kies een getal van 1 tot 200.000."),
    ({"people": "veel"}, "Schrijf een heel getal, zoals 1.250."),
    ({"recipient": ""}, "Schrijf welke afdeling of drukker de gegevens kreeg."),
    ({"extracted_on": ""}, "Kies de dag."),
    ({"extracted_on": "2026-11-24"}, "Deze dag moet nog komen."),
    ({"destroyed_on": "2026-11-22"}, "Kies een dag op of na de dag waarop u de gegevens haalde."),
    ({"destroyed_on": "2027-11-22"}, "Deze dag moet nog komen."),
]


def test_what_is_wrong_is_shown_and_kept(app: Flask, almere: FlaskClient, share_id: int) -> None:
    for other, sentence in WRONG:
        answer = almere.post(log_address(share_id), data={**EXTRACTION, **other})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Drukkerij De Polder" in answer.text or "recipient" in other
    assert count(app) == 0


def test_all_that_is_wrong_at_once(almere: FlaskClient, share_id: int) -> None:
    answer = almere.post(log_address(share_id), data={"ground": "x", "purpose": ""})
    assert answer.text.count('class="field__error"') == 7
    form = {**EXTRACTION, "people": "x", "extracted_on": "2026-12-24"}
    answer = almere.post(log_address(share_id), data=form)
    assert answer.text.count('class="field__error"') == 2


def test_the_service_checks_for_itself(app: Flask, share_id: int) -> None:
    with app.app_context():
        share = make_share()
        for wrong in ({"fields": ("bsn",)}, {"people": 0}, {"extracted_on": TODAY + timedelta(days=1)}):
            with pytest.raises(Invalid):
                service.log_extraction(
                    share.wave.panel_id, taken(share, **wrong), actor=administrator(), at=NOW
                )


def test_destroyed_is_said_once(app: Flask, almere: FlaskClient, share_id: int) -> None:
    with app.app_context():
        row_id = make_extraction(make_share(ALMERE), extracted_on=TODAY - timedelta(days=2)).id
    address = destroy_address(row_id)
    assert "Ja, alles is vernietigd" in almere.get(address).text
    for day in ("2026-11-20", "2026-11-24", "gisteren", ""):
        assert almere.post(address, data={"destroyed_on": day}).status_code == 422
    for day in ("2026-11-22", "2026-11-23"):
        assert almere.post(address, data={"destroyed_on": day}).status_code == 303
    with app.app_context():
        row = db.session.get_one(Extraction, row_id)
        assert row.destroyed_on == date(2026, 11, 22)
        assert actions_of(row) == ["log_extraction", "report_destroyed"]
        kept = deadline_of(row, service.PROMISE)
        assert kept is not None
        assert kept.met_at is not None
    assert "Dit staat vast in het logboek." in almere.get(address).text


def test_after_thirty_days_it_is_asked_for(app: Flask, almere: FlaskClient) -> None:
    with app.app_context():
        share = make_share(ALMERE)
        long_ago, lately = TODAY - timedelta(days=31), TODAY - timedelta(days=30)
        late = make_extraction(share, extracted_on=long_ago)
        assert queries.is_overdue(late, TODAY)
        assert not queries.is_overdue(make_extraction(share, extracted_on=lately), TODAY)
        assert not queries.is_overdue(
            make_extraction(share, extracted_on=long_ago, destroyed_on=TODAY), TODAY
        )
        assert queries.overdue_extractions({share.municipality_id}, TODAY) == [late]
        assert queries.overdue_extractions({share.municipality_id + 1}, TODAY) == []
        address = destroy_address(late.id)
    page = almere.get("/panels/brieven-van-mijn-gemeente").text
    assert "Zijn deze gegevens vernietigd?" in page
    assert address in page
    assert "Al meer dan 30 dagen" in almere.get(OWN).text


def test_who_wrote_it_down_gets_a_mail_when_it_is_late(app: Flask) -> None:
    with app.app_context():
        make_extraction(make_share(ALMERE))
        notice_passed_deadlines(NOW + timedelta(days=29))
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0
        notice_passed_deadlines(NOW + timedelta(days=40))
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1


# --- who reads what -----------------------------------------------------------------------------------------


def test_everybody_sees_counts_and_nobody_sees_the_source(
    app: Flask, client: FlaskClient, almere: FlaskClient
) -> None:
    with app.app_context():
        share = make_share(ALMERE, number=2)
        make_extraction(share, people=40)
        make_extraction(share, people=25, fields=("address", "gender"), purpose="Brieven aan zorgontvangers")
        panel_id = panel_of(share).id
    for who in (client, almere):
        page = who.get(f"/panels/{panel_id}/gegevens").text
        assert "65" in page
        assert "naam, adres, geslacht" in page
        assert "nog niet" in page
        assert "zorgontvangers" not in page.lower()
        assert "Logboek" not in page


def test_small_counts_are_hidden_with_one_more(app: Flask) -> None:
    with app.app_context():
        share, panel_id = make_share(ALMERE), 0
        panel_id = panel_of(share).id
        urk = make_share(URK)
        make_extraction(share, people=40)
        for row, people in ((urk, 4), (urk, 3)):
            service.log_extraction(panel_id, taken(row, people=people), actor=administrator(), at=NOW)
        lines, total = queries.public_lines(panel_id, 10)
        assert [(one.municipality, one.people) for one in lines] == [("Almere", None), ("Urk", None)]
        assert total == 47
        assert queries.public_lines(panel_id + 999, 10)[0] == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LOTTERY_ADMINISTRATOR])
def test_the_log_is_for_who_checks(app: Flask, sign_in: Callable[..., FlaskClient], role: Role) -> None:
    with app.app_context():
        row = make_extraction(make_share(ALMERE))
        panel_id, row_id = row.panel_id, row.id
    client = sign_in(role, email="kijker@example.nl")
    page = client.get(f"/panels/{panel_id}/gegevens").text
    assert "Logboek" in page
    assert "Brieven met een uitnodiging voor het panel" in page
    # the auditor reads, and changes nothing
    is_administrator = role is Role.LOTTERY_ADMINISTRATOR
    assert (destroy_address(row_id) in page) is is_administrator
    assert client.get(destroy_address(row_id)).status_code == (200 if is_administrator else 404)
    assert client.get(OWN).status_code == (200 if is_administrator else 403)


def test_another_municipality_finds_nothing(app: Flask) -> None:
    with app.app_context():
        row_id = make_extraction(make_share(ALMERE)).id
    urk = registry_client(app, URK)
    assert urk.get(destroy_address(row_id)).status_code == 404
    assert urk.post(destroy_address(row_id), data={"destroyed_on": "2026-11-23"}).status_code == 404
    assert "Het logboek is nog leeg." in urk.get(OWN).text
    with app.app_context():
        assert db.session.get_one(Extraction, row_id).destroyed_on is None


def test_the_log_of_a_panel_nobody_knows_yet(app: Flask, client: FlaskClient) -> None:
    assert client.get("/panels/999999/gegevens").status_code == 404


def test_the_log_asks_the_same_number_of_statements(
    app: Flask, almere: FlaskClient, count_statements: Any
) -> None:
    with app.app_context():
        panel_id = make_extraction(make_share(ALMERE)).panel_id
    administrator_counts = []
    for _more in range(2):
        almere.get(OWN)
        with count_statements() as seen:
            almere.get(OWN)
        administrator_counts.append(len(seen))
        with app.app_context():
            share = make_share(ALMERE)
            for _one in range(5):
                make_extraction(share)
    assert len(set(administrator_counts)) == 1
    assert panel_id
