"""Without a letter: the mail must be confirmed, with a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db
from civic.errors import NotAllowedNow
from civic.limits import Limit
from civic.mail.models import OutgoingMail
from civic.panels.models import Panel, PoolFlag
from civic.panels.routes import registrations_walk
from civic.panels.service import registrations as service
from civic.panels.states import Channel, FlagKind, RegistrationState, Stage
from tests.conftest import NOW
from tests.factories import municipality
from tests.panels import stages
from tests.panels.makers import administrator
from tests.panels.makers_registrations import (
    WHO,
    WILL,
    application,
    everyone,
    open_to_all,
    post_part,
    questions,
    register,
    register_openly,
    send,
)
from tests.panels.stages import prepared_panel

MAIL = "fatma@example.nl"


@pytest.fixture
def panel(app: Flask) -> Panel:
    with app.app_context():
        panel = prepared_panel()
        open_to_all(panel)
        db.session.refresh(panel)
        return panel


def fill_in(app: Flask, client: FlaskClient, panel: Panel, email: str = MAIL) -> str:
    """All pages; returns where one ends up."""
    with app.app_context():
        source = stages.constituency(panel, 3).sources[0].id
        door = {"source": str(source), "municipality": str(municipality().id)}
        said = questions(panel)
    assert client.post(f"/meedoen/panel/{panel.id}", data=door).status_code == 303
    for part, form in (("gegevens", WHO), ("vragen", said), ("wensen", WILL), ("contact", {"email": email})):
        assert post_part(client, part, form).status_code == 303
    page = client.get("/meedoen/aanmelding/controle")
    return str(send(client, page).location)


def mails() -> list[OutgoingMail]:
    return list(db.session.query(OutgoingMail).order_by(OutgoingMail.id))


def link_in(mail: OutgoingMail) -> str:
    return "/meedoen/mijn/" + (mail.text or "").split("/meedoen/mijn/")[1][:64]


def test_from_the_open_door_to_confirmed(app: Flask, client: FlaskClient, panel: Panel) -> None:
    assert fill_in(app, client, panel) == "/meedoen/aanmelding/mail"
    assert "Kijk in uw mail" in client.get("/meedoen/aanmelding/mail").text
    with app.app_context():
        [one] = everyone()
        assert one.state is RegistrationState.PENDING
        [mail] = mails()
        link = link_in(mail)
    for _scan in range(3):  # a program that reads mail opens every link
        page = app.test_client().get(link)
        assert "Bevestig uw aanmelding" in page.text
        app.test_client().head(link)
    with app.app_context():
        assert everyone()[0].state is RegistrationState.PENDING
    answer = client.post(f"{link}/bevestigen")
    assert answer.status_code == 303
    assert "U bent aangemeld" in client.get(answer.location).text
    assert client.post(f"{link}/bevestigen").status_code == 303
    with app.app_context():
        [one] = everyone()
        assert one.state is RegistrationState.CONFIRMED
        assert one.person_index is not None


def test_a_mailbox_is_needed(app: Flask, client: FlaskClient, panel: Panel) -> None:
    with app.app_context():
        door = {
            "source": str(stages.constituency(panel, 3).sources[0].id),
            "municipality": str(municipality().id),
        }
    client.post(f"/meedoen/panel/{panel.id}", data=door)
    assert post_part(client, "contact", {}).status_code == 422


def test_other_doors_stay_shut(app: Flask, client: FlaskClient, panel: Panel) -> None:
    with app.app_context():
        shut = [str(stages.constituency(panel, number).sources[0].id) for number in (1, 2)]
        place = str(municipality().id)
    for source in (*shut, "99999", "", "x"):
        form = {"source": source, "municipality": place}
        assert client.post(f"/meedoen/panel/{panel.id}", data=form).status_code == 422
    assert client.get("/meedoen/panel/99999").status_code == 404


@pytest.mark.parametrize("stage", [Stage.INVITATION, Stage.POOL, Stage.FROZEN])
def test_a_panel_that_is_not_open(app: Flask, client: FlaskClient, stage: Stage) -> None:
    with app.app_context():
        panel = prepared_panel(stage)
        open_to_all(panel)
        panel_id = panel.id
    assert client.get(f"/meedoen/panel/{panel_id}").status_code == 409


def test_the_same_mailbox_again_gets_its_link(app: Flask, panel: Panel) -> None:
    assert fill_in(app, app.test_client(), panel) == "/meedoen/aanmelding/mail"
    with app.app_context():
        service.confirm(everyone()[0], at=NOW)
        db.session.commit()
    assert fill_in(app, app.test_client(), panel) == "/meedoen/aanmelding/mail"
    with app.app_context():
        assert len(everyone()) == 1
        first, second = mails()
        assert second.template == "registration_known"
        assert link_in(first) == link_in(second)


def test_another_mailbox_learns_nothing_and_is_flagged(app: Flask, panel: Panel) -> None:
    with app.app_context():
        mine = register(panel, email=MAIL).registration.id
    assert fill_in(app, app.test_client(), panel, "buur@example.nl") == "/meedoen/aanmelding/mail"
    with app.app_context():
        theirs = everyone()[1]
        assert mails()[1].template == "registration_confirm"
        assert db.session.query(PoolFlag).count() == 0
        service.confirm(theirs, at=NOW)
        db.session.commit()
        [flag] = db.session.query(PoolFlag).all()
        assert (flag.kind, flag.registration_id, flag.other_id) == (FlagKind.SAME_PERSON, theirs.id, mine)
        assert theirs.person_index is None


def test_a_link_lapses(app: Flask, panel: Panel) -> None:
    with app.app_context():
        one = register_openly(panel).registration
        with pytest.raises(NotAllowedNow):
            service.confirm(one, at=NOW + timedelta(days=8))


def test_after_closing_nobody_can_confirm(app: Flask, client: FlaskClient, panel: Panel) -> None:
    with app.app_context():
        token = register_openly(panel).token
        db.session.merge(panel).stage = Stage.POOL
        db.session.commit()
    assert client.post(f"/meedoen/mijn/{token}/bevestigen").status_code == 409
    with app.app_context():
        assert everyone()[0].state is RegistrationState.PENDING


def test_not_me_wipes_it(app: Flask, client: FlaskClient, panel: Panel) -> None:
    with app.app_context():
        token = register_openly(panel).token
    assert client.post(f"/meedoen/mijn/{token}/intrekken").status_code == 303
    with app.app_context():
        assert everyone()[0].state is RegistrationState.WITHDRAWN
    assert client.post(f"/meedoen/mijn/{token}/bevestigen").status_code == 404


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.PAPER, Channel.NOMINATION])
def test_staff_and_nominations_are_confirmed_at_once(app: Flask, panel: Panel, channel: Channel) -> None:
    """Also into a constituency that is not open to all."""
    with app.app_context():
        panel = db.session.merge(panel)
        source = stages.constituency(panel, 1).sources[0]
        one = service.register_at_entrance(
            panel,
            source,
            municipality().id,
            application(panel),
            channel=channel,
            actor=administrator(),
            at=NOW,
        ).registration
        assert one.state is RegistrationState.CONFIRMED
        assert one.is_nominated == (channel is Channel.NOMINATION)


def test_a_source_of_another_panel(app: Flask, panel: Panel) -> None:
    with app.app_context():
        panel, other = db.session.merge(panel), prepared_panel()
        source = stages.constituency(other, 3).sources[0]
        with pytest.raises(NotAllowedNow):
            service.register_at_entrance(
                panel,
                source,
                municipality().id,
                application(panel, email=MAIL),
                channel=Channel.WEB,
                actor=None,
                at=NOW,
            )


def test_one_network_cannot_fill_the_pool(
    app: Flask, client: FlaskClient, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registrations_walk, "WITHOUT_LETTER", Limit("registration-entrance", 2, 600))
    for number in range(2):
        fill_in(app, client, panel, f"mens{number}@example.nl")
    with app.app_context():
        door = {
            "source": str(stages.constituency(panel, 3).sources[0].id),
            "municipality": str(municipality().id),
        }
        said = questions(panel)
    client.post(f"/meedoen/panel/{panel.id}", data=door)
    for part, form in (("gegevens", WHO), ("vragen", said), ("wensen", WILL), ("contact", {"email": MAIL})):
        post_part(client, part, form)
    answer = send(client, client.get("/meedoen/aanmelding/controle"))
    assert answer.status_code == 429
    with app.app_context():
        assert len(everyone()) <= 2
