"""Publishing the key of a witness and letting one stop: by an administrator, in the log, never undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import User
from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events.models import Event, Visibility
from civic.mail.models import OutgoingMail
from civic.retention import apply_retention
from civic.seal import note, queries, verify, witnesses
from civic.seal.models import Witness, WitnessProposal
from tests.conftest import NOW
from tests.factories import make_user
from tests.seal.makers import DRONTEN, LELYSTAD, URK, publish

Signed = Callable[..., FlaskClient]
NEW = "/beheer/getuigen/nieuw"
KEY = note.public_key(URK).hex()
FORM = {"name": "Griffie Urk", "public_key": KEY, "email": "griffie.urk@example.nl"}


PROPOSAL = "/beheer/getuigen/voorstel/1"
PUBLISH, DROP = {"decision": "publish"}, {"decision": "drop"}


@pytest.fixture
def administrator(sign_in: Signed) -> FlaskClient:
    return sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")


@pytest.fixture
def colleague(sign_in: Signed) -> FlaskClient:
    return sign_in(Role.ADMINISTRATOR, email="collega@example.nl")


def actions(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(Event).where(Event.subject_type == "witness").order_by(Event.id))
        return [(row.action, row.visibility.value) for row in rows]


def test_one_proposes_and_another_publishes(
    app: Flask, administrator: FlaskClient, colleague: FlaskClient
) -> None:
    assert administrator.post(NEW, data=FORM).status_code == 303
    page = colleague.get("/beheer/getuigen").text
    assert "Wacht op een tweede beheerder" in page
    with app.app_context():
        assert queries.witnesses() == []
    assert "Griffie Urk" not in administrator.get("/verifieer").text
    assert KEY in colleague.get(PROPOSAL).text
    assert colleague.post(PROPOSAL, data=PUBLISH).status_code == 303
    assert "De sleutel is gepubliceerd" in colleague.get("/beheer/getuigen").text
    with app.app_context():
        (witness,) = queries.witnesses()
        assert (witness.name, witness.public_key, witness.email) == tuple(FORM.values())
        event = db.session.scalars(select(Event).where(Event.subject_type == "witness")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data == {"key": KEY, "name_sha256": note.digest("Griffie Urk")}
        assert event.actor_id == db.session.get_one(WitnessProposal, 1).decided_by_id
        assert list(verify.witnesses()) == []


def test_nobody_publishes_an_own_proposal(app: Flask, administrator: FlaskClient) -> None:
    administrator.post(NEW, data=FORM)
    page = administrator.get(PROPOSAL).text
    assert "Een andere beheerder moet besluiten" in page
    assert "Publiceer deze sleutel" not in page
    assert administrator.post(PROPOSAL, data=PUBLISH).status_code == 409
    with app.app_context():
        proposal = db.session.get_one(WitnessProposal, 1)
        proposer = db.session.get_one(User, proposal.proposed_by_id)
        with pytest.raises(NotAllowedNow, match="own_witness"):
            witnesses.confirm(proposal, actor=proposer, at=NOW)
        db.session.rollback()
        published_id, proposer_id = publish(URK).id, proposer.id
        proposal = db.session.get_one(WitnessProposal, 1)
        proposal.decided_by_id, proposal.decided_at = proposer_id, NOW
        proposal.is_agreed, proposal.witness_id = True, published_id
        with pytest.raises(IntegrityError, match="four_eyes"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("by_proposer", [True, False])
def test_a_proposal_that_does_not_go_on(
    app: Flask, administrator: FlaskClient, colleague: FlaskClient, by_proposer: bool
) -> None:
    administrator.post(NEW, data=FORM)
    client = administrator if by_proposer else colleague
    for _ in range(2):
        assert client.post(PROPOSAL, data=DROP).status_code == 303
    assert colleague.post(PROPOSAL, data=PUBLISH).status_code == 409
    with app.app_context():
        proposal = db.session.get_one(WitnessProposal, 1)
        assert (proposal.is_agreed, proposal.email) == (False, None)
        assert queries.all_witnesses() == []
        proposed = db.session.scalars(select(Event).where(Event.subject_type == "witness_proposal"))
        assert [one.action for one in proposed] == ["propose_witness", "drop_witness"]
    # the name and the key are free again
    assert administrator.post(NEW, data=FORM).status_code == 303


def test_publishing_twice_is_once(app: Flask, administrator: FlaskClient, colleague: FlaskClient) -> None:
    administrator.post(NEW, data=FORM)
    assert [colleague.post(PROPOSAL, data=PUBLISH).status_code for _ in range(2)] == [303, 409]
    with app.app_context():
        assert len(queries.witnesses()) == 1
    assert "gepubliceerd op" in colleague.get(PROPOSAL).text


def test_two_proposals_for_one_key(administrator: FlaskClient, colleague: FlaskClient) -> None:
    administrator.post(NEW, data=FORM)
    again = colleague.post(NEW, data={**FORM, "name": "Een ander"})
    assert again.status_code == 422
    assert "Er is al een voorstel hiervoor" in again.text


def test_a_key_that_was_published_meanwhile(
    app: Flask, administrator: FlaskClient, colleague: FlaskClient
) -> None:
    administrator.post(NEW, data=FORM)
    with app.app_context():
        publish(URK)
    answer = colleague.post(PROPOSAL, data=PUBLISH)
    assert answer.status_code == 422
    assert "Deze sleutel is al van een getuige" in answer.text
    assert colleague.post(PROPOSAL, data={"decision": "x"}).status_code == 422


def test_whoever_watches_the_log_is_told(
    app: Flask, administrator: FlaskClient, colleague: FlaskClient
) -> None:
    with app.app_context():
        publish(LELYSTAD, email="lelystad@example.nl")
        make_user(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995")
        db.session.commit()
    administrator.post(NEW, data=FORM)
    assert mailed(app, "witness_proposed") == {"collega@example.nl"}
    colleague.post(PROPOSAL, data=PUBLISH)
    everybody = {"beheer@example.nl", "collega@example.nl", "lelystad@example.nl", "jan@example.nl"}
    assert mailed(app, "witness_changed") == {*everybody, "griffie.urk@example.nl"}
    with app.app_context():
        db.session.execute(delete(OutgoingMail))
        db.session.commit()
    for _ in range(2):
        administrator.post("/beheer/getuigen/1/stoppen")
    assert mailed(app, "witness_changed") == {*everybody, "griffie.urk@example.nl"}
    with app.app_context():
        texts = {one.text for one in db.session.scalars(select(OutgoingMail))}
        assert all("Griffie Lelystad" in text and "stoppen" in text for text in texts)


def mailed(app: Flask, template: str) -> set[str | None]:
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == template))
        return {row.address for row in rows}


def test_a_new_key_counts_for_a_draw_after_a_week(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        witness = publish(LELYSTAD)
        for early in (timedelta(0), timedelta(days=7, seconds=-1)):
            assert queries.witnesses_for_a_draw(NOW + early) == []
        assert queries.witnesses_for_a_draw(NOW + timedelta(days=7)) == [witness]
        witness.retired_at = NOW + timedelta(days=8)
        assert queries.witnesses_for_a_draw(NOW + timedelta(days=9)) == []
        db.session.rollback()
    for path in ("/verifieer", "/verifieer/getuigen/1"):
        assert "Telt voor een loting vanaf" in client.get(path).text
    (facts,) = client.get("/verifieer/getuigen.json").json or []
    assert facts["counts_from"] - facts["published"] == 7 * 86_400


def test_the_key_may_be_pasted_with_spaces_and_capitals(app: Flask, administrator: FlaskClient) -> None:
    pasted = "\n ".join(KEY[start : start + 8].upper() for start in range(0, 64, 8))
    assert administrator.post(NEW, data={**FORM, "public_key": pasted}).status_code == 303
    with app.app_context():
        assert queries.proposals()[0].public_key == KEY


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": ""}, "Vul de naam in."),
    ({"name": "n" * 101}, "maximaal 100 tekens"),
    ({"name": "Griffie\u202eUrk"}, "Gebruik alleen letters"),
    ({"public_key": ""}, "Vul de sleutel in."),
    ({"public_key": KEY[:-1]}, "Een sleutel heeft 64 tekens"),
    ({"public_key": "g" * 64}, "Een sleutel heeft 64 tekens"),
    ({"public_key": "😀" * 64}, "Een sleutel heeft 64 tekens"),
    ({"email": "geen adres"}, "Schrijf een mailadres"),
    ({"email": "a" * 300 + "@example.nl"}, "te lang"),
    ({"name": "Griffie Lelystad"}, "Deze naam is al gebruikt"),
    ({"public_key": note.public_key(LELYSTAD).hex()}, "Deze sleutel is al van een getuige"),
    ({"name": "Gemeente Dronten"}, "Deze naam is al gebruikt"),
    ({"public_key": note.public_key(DRONTEN).hex()}, "Deze sleutel is al van een getuige"),
)


def test_refused(app: Flask, administrator: FlaskClient) -> None:
    """A name or a key is never used twice, also not of one that stopped: one key could count as two."""
    with app.app_context():
        publish(LELYSTAD)
        publish(DRONTEN).retired_at = NOW
        db.session.commit()
    for change, sentence in REFUSED:
        answer = administrator.post(NEW, data={**FORM, **change})
        assert answer.status_code == 422, change
        assert sentence in answer.text
    with app.app_context():
        assert len(queries.all_witnesses()) == 2


def test_all_errors_at_once(administrator: FlaskClient) -> None:
    page = administrator.post(NEW, data={"email": "x"}).text
    for sentence in ("Vul de naam in.", "Vul de sleutel in.", "Schrijf een mailadres"):
        assert sentence in page


@pytest.mark.parametrize("path", [NEW, "/beheer/getuigen/1/stoppen", PROPOSAL])
def test_the_second_step_again(
    app: Flask, administrator: FlaskClient, colleague: FlaskClient, path: str
) -> None:
    colleague.post(NEW, data=FORM)
    with app.app_context():
        publish(LELYSTAD)
    with administrator.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(hours=1)).timestamp())
    assert administrator.get(path).status_code == 302
    assert administrator.post(path, data={**FORM, **PUBLISH}).status_code == 403
    with app.app_context():
        assert len(queries.witnesses()) == 1


@pytest.mark.parametrize("role", [Role.COUNCIL_OFFICE, Role.AUDITOR, Role.LOTTERY_ADMINISTRATOR])
def test_nobody_else(app: Flask, sign_in: Signed, role: Role) -> None:
    with app.app_context():
        publish(LELYSTAD)
    client = sign_in(role, email="ander@example.nl")
    for path in ("/beheer/getuigen", NEW, PROPOSAL, "/beheer/getuigen/1/stoppen", "/beheer/getuigen/1/mail"):
        assert client.get(path).status_code == 403
        if path != "/beheer/getuigen":
            assert client.post(path, data=FORM).status_code == 403
    assert [one for one, _ in actions(app)] == ["witness_published"]


def test_an_administrator_of_one_municipality_may_not(sign_in: Signed) -> None:
    client = sign_in(Role.ADMINISTRATOR, email="ander@example.nl", code="GM0995")
    assert client.get("/beheer/getuigen").status_code == 403


def test_stop(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD)
    page = administrator.get("/beheer/getuigen/1/stoppen").text
    assert "Dan zijn er te weinig getuigen" in page
    for _ in range(2):
        assert administrator.post("/beheer/getuigen/1/stoppen").status_code == 303
    assert actions(app) == [("witness_published", "public"), ("witness_retired", "public")]
    assert "al gestopt" in administrator.get("/beheer/getuigen/1/stoppen").text
    with app.app_context():
        assert queries.witnesses() == []
        assert len(queries.all_witnesses()) == 1


def test_another_address(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD, email="oud@example.nl")
    path = "/beheer/getuigen/1/mail"
    assert 'value="oud@example.nl"' in administrator.get(path).text
    assert administrator.post(path, data={"email": "x"}).status_code == 422
    for address, kept in (("nieuw@example.nl", "nieuw@example.nl"), ("", None), ("", None)):
        assert administrator.post(path, data={"email": address}).status_code == 303
        with app.app_context():
            assert queries.witnesses()[0].email == kept
    changed = [("witness_email_changed", "internal")] * 2
    assert actions(app) == [("witness_published", "public"), *changed]
    administrator.post("/beheer/getuigen/1/stoppen")
    assert administrator.post(path, data={"email": "a@example.nl"}).status_code == 409


def test_the_address_goes_a_month_after_stopping(app: Flask) -> None:
    with app.app_context():
        publish(LELYSTAD, email="griffie@example.nl")
        publish(DRONTEN, email="dronten@example.nl").retired_at = NOW
        db.session.commit()
        apply_retention(NOW + timedelta(days=29))
        db.session.expire_all()
        assert [one.email for one in queries.all_witnesses()] == ["griffie@example.nl", "dronten@example.nl"]
        apply_retention(NOW + timedelta(days=31))
        db.session.expire_all()
        assert [one.email for one in queries.all_witnesses()] == ["griffie@example.nl", None]


def test_a_nasty_name_is_only_text(app: Flask, administrator: FlaskClient) -> None:
    name = '<script>alert(1)</script>"'
    administrator.post(NEW, data={**FORM, "name": name})
    assert "&lt;script&gt;alert" in administrator.get(PROPOSAL).text
    with app.app_context():
        proposal = queries.proposals()[0]
        witnesses.confirm(proposal, actor=make_user(Role.ADMINISTRATOR, email="c@example.nl"), at=NOW)
        db.session.commit()
    for path in ("/verifieer", "/verifieer/getuigen/1", "/beheer/getuigen", "/beheer/getuigen/1/stoppen"):
        page = administrator.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_number_of_statements(app: Flask, administrator: FlaskClient) -> None:
    from tests.statements import counting

    counts = []
    for more in (1, 8):
        with app.app_context():
            for number in range(more):
                key = note.public_key(bytes([more, number]) * 16).hex()
                db.session.add(Witness(name=f"Getuige {more}-{number}", public_key=key, published_at=NOW))
            db.session.commit()
            engine = db.engine
        with counting(engine) as seen:
            administrator.get("/beheer/getuigen")
        counts.append(len(seen))
    assert counts[0] == counts[1]
