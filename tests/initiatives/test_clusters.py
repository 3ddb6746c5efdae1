"""People with like needs (S34): an official sees it and asks; only who says yes is in and sees the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives.models.clusters import Cluster, ClusterMember
from civic.initiatives.service import clusters as service
from civic.initiatives.states.clusters import MEMBER_TRANSITIONS, MemberAction, MemberState
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import draft, mails, published
from tests.initiatives.merge_factories import BERT, his
from tests.initiatives.talk_factories import GRIFFIER, official

FORM = {"topic": "Ontmoeten in de buurt", "text": "Zij zoeken een plek om samen te komen."}


def made(*initiative_ids: int, at: Any = NOW) -> Cluster:
    cluster = service.make(FORM["topic"], FORM["text"], actor=official(), at=at)
    db.session.flush()
    for number in initiative_ids:
        service.add(cluster, number, None, actor=official(), at=at)
    db.session.commit()
    return cluster


def invited(at: Any = NOW) -> Cluster:
    """Eva and Bert are asked."""
    cluster = made(published(at).id, his(at).id, at=at)
    service.invite(cluster, actor=official(), at=at)
    db.session.commit()
    return cluster


def token(address: str) -> str:
    rows = db.session.scalars(db.select(ClusterMember).order_by(ClusterMember.id.desc()))
    return next(service.token_of(one) for one in rows if one.email == address)


def member(address: str) -> ClusterMember:
    found = service.find_by_token(token(address))
    assert found is not None
    return found


@pytest.fixture
def office(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


def test_every_move_is_in_the_table() -> None:
    assert {action for _state, action in MEMBER_TRANSITIONS} == set(MemberAction)
    assert set(MEMBER_TRANSITIONS.values()) | {MemberState.INVITED} == set(MemberState)


def test_make_add_and_invite(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        first, hidden = published().id, draft().id
    assert office.post("/initiatieven/clusters/nieuw", data={"topic": "", "text": ""}).status_code == 422
    manage = office.post("/initiatieven/clusters/nieuw", data=FORM).location
    url = manage.removesuffix("/beheer")
    for wrong in ({}, {"initiative_id": str(hidden)}, {"initiative_id": "x"}, {"report_id": "99999"}):
        assert office.post(f"{url}/erbij", data=wrong).status_code == 422
    for _time in range(2):
        assert office.post(f"{url}/erbij", data={"initiative_id": str(first)}).status_code == 303
    assert "Bomen op het plein" in client.get(url).text
    for _time in range(2):
        assert office.post(f"{url}/uitnodigen").status_code == 303
    with app.app_context():
        assert [mail.address for mail in mails("cluster_invitation")] == [OWNER_EMAIL]
    page = office.get(manage).text
    assert OWNER_EMAIL not in page
    assert "Iedereen is gevraagd." in page
    assert FORM["topic"] in client.get("/initiatieven/clusters").text


def test_only_officials_make_them(app: Flask, client: FlaskClient, sign_in: Any) -> None:
    with app.app_context():
        number = invited(now()).id
    resident = sign_in(email="kees@example.nl")
    assert resident.get("/initiatieven/clusters/nieuw").status_code == 403
    for step in ("erbij", "uitnodigen", "stoppen", "eruit/1"):
        assert resident.post(f"/initiatieven/clusters/{number}/{step}").status_code == 403
        assert client.get(f"/initiatieven/clusters/{number}/{step}").status_code == 405
    assert (
        sign_in(Role.AANJAAGTEAM_MEMBER, email="aanjager@example.nl")
        .get(f"/initiatieven/clusters/{number}/beheer")
        .status_code
        == 200
    )


def test_yes_and_no(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        cluster_id = invited(now()).id
        eva, bert = f"/groep/{token(OWNER_EMAIL)}", f"/groep/{token(BERT)}"
    assert FORM["topic"] in client.get(eva).text
    assert "Wie doet mee?" not in client.get(eva).text
    with app.app_context():
        assert member(OWNER_EMAIL).state is MemberState.INVITED  # looking is not answering
    assert client.post(eva, data={"name": ""}).status_code == 422
    assert client.post(eva, data={"name": "Eva"}).status_code == 303
    assert "Bert" not in client.get(eva).text
    assert client.post(bert, data={"antwoord": "nee"}).status_code == 303
    assert "Eva" not in client.get(bert).text
    assert client.post(bert, data={"name": "Bert", "is_contact": "y"}).status_code == 303  # thought again
    text = client.get(eva).text
    assert "Bert" in text
    assert BERT in text  # the contact said so
    assert OWNER_EMAIL not in client.get(bert).text
    public = client.get(f"/initiatieven/clusters/{cluster_id}").text
    assert "De groep is begonnen" in public
    assert "Bert" not in public
    for _time in range(2):
        assert client.post(f"{eva}/verlaten").status_code == 303
    assert "Eva" not in client.get(bert).text
    with app.app_context():
        assert (member(OWNER_EMAIL).state, member(OWNER_EMAIL).name) == (MemberState.LEFT, None)


def test_a_link_of_nobody(client: FlaskClient) -> None:
    for wrong in ("0" * 64, "x", "../../"):
        assert client.get(f"/groep/{wrong}").status_code == 404
    assert client.post(f"/groep/{'0' * 64}/verlaten").status_code == 404


def test_one_invitation_per_person_and_no_is_not_asked_again(app: Flask) -> None:
    with app.app_context():
        cluster = invited()
        service.decline(member(BERT), at=NOW)
        apply_retention(NOW + timedelta(days=31))
        assert db.session.scalars(db.select(ClusterMember)).one().email == OWNER_EMAIL
        assert service.invite(cluster, actor=official(), at=NOW) == 0
        service.add(cluster, published(NOW).id, None, actor=official(), at=NOW)
        assert service.invite(cluster, actor=official(), at=NOW) == 0  # Eva was asked for her first one


def test_closing_ends_it(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        cluster_id = invited(now()).id
        eva = f"/groep/{token(OWNER_EMAIL)}"
        service.join(member(OWNER_EMAIL), service.Answer("Eva", True), at=now())
        db.session.commit()
    url = f"/initiatieven/clusters/{cluster_id}"
    assert OWNER_EMAIL in office.get(f"{url}/beheer").text
    for _time in range(2):
        assert office.post(f"{url}/stoppen").status_code == 303
    assert OWNER_EMAIL not in office.get(f"{url}/beheer").text
    assert "Deze groep is gestopt" in client.get(eva).text
    assert client.post(eva, data={"name": "Eva"}).status_code == 409
    assert client.post(f"{eva}/verlaten").status_code == 303
    with app.app_context(), pytest.raises(NotAllowedNow):
        service.invite(db.session.get_one(Cluster, cluster_id), actor=official(), at=now())


def test_reports_and_their_writers(app: Flask) -> None:
    from civic.aanjaagteam import service as reports

    with app.app_context():
        new = reports.NewReport(
            story="Ik wacht al lang.", token=reports.new_token(), email="melder@example.nl"
        )
        report = reports.submit(new, actor=None, at=NOW).report
        db.session.commit()
        cluster = made()
        with pytest.raises(Invalid):  # not public, and not of the griffie
            service.add(cluster, None, report.id, actor=official(), at=NOW)
        member_of_team = official("aanjager@example.nl", Role.AANJAAGTEAM_MEMBER)
        service.add(cluster, None, report.id, actor=member_of_team, at=NOW)
        assert service.invite(cluster, actor=member_of_team, at=NOW) == 1
        assert [mail.address for mail in mails("cluster_invitation")] == ["melder@example.nl"]


def test_taking_something_out(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        cluster, other = made(published().id), made(his(now()).id)
        from civic.initiatives.queries.clusters import lines_of

        mine, foreign = lines_of(cluster)[0].id, lines_of(other)[0].id
        number = cluster.id
    url = f"/initiatieven/clusters/{number}"
    assert office.post(f"{url}/eruit/{foreign}").status_code == 404
    for _time in range(2):
        assert office.post(f"{url}/eruit/{mine}").status_code == 303
    assert "Er staat nog niets bij." in office.get(f"{url}/beheer").text


def test_forgetting(app: Flask) -> None:
    with app.app_context():
        invited()
        service.join(member(OWNER_EMAIL), service.Answer("Eva", False), at=NOW)
        db.session.commit()
        apply_retention(NOW + timedelta(days=61))
        assert [one.email for one in db.session.scalars(db.select(ClusterMember))] == [OWNER_EMAIL]
        apply_retention(NOW + timedelta(days=731))
        assert db.session.scalars(db.select(ClusterMember)).all() == []
