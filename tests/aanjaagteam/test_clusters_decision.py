"""The decision on the head is told to the others too; their reports stay where they are."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.one import current_decision
from civic.aanjaagteam.service import clusters, me_too
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db, now
from civic.events.models import Event
from tests.aanjaagteam.makers import KNOT, member, new_report, report_in
from tests.aanjaagteam.voices_makers import actions, follower, mails
from tests.conftest import NOW


def _group(app: Flask, state: State = State.DECIDED) -> tuple[int, int, str]:
    """A head with an item that left an address and an anonymous one: head, first item, code of the other."""
    with app.app_context():
        head = report_in(state)
        item = report_in(State.TAKEN_UP, email="ander@example.nl")
        receipt = new_report()
        for other in (item, receipt.report):
            clusters.put_together(head, other, actor=member(), at=now())
        db.session.commit()
        return head.id, item.id, receipt.code


def test_told_once_and_nothing_moves(app: Flask, team: FlaskClient, client: FlaskClient) -> None:
    head, item, code = _group(app)
    url = f"/aanjaagteam/meldingen/{head}/groep"
    assert KNOT.decision in team.get(url).text
    for _time in range(2):
        assert team.post(f"{url}/besluit-vertellen").status_code == 303
    [(to, text)] = mails(app, "report_alike_decided")
    assert to == "ander@example.nl"
    assert KNOT.decision in text
    assert actions(app, item).count("decision_shared") == 1
    with app.app_context():
        assert db.session.get_one(Report, item).state is State.TAKEN_UP
    client.post("/meldingen/volgen", data={"code": code})
    page = client.get("/meldingen/volgen/stand").text
    assert "Besloten over dezelfde soort melding" in page
    assert KNOT.decision in page


def test_after_its_last_day_it_is_told_to_nobody_and_says_so(
    app: Flask, team: FlaskClient, client: FlaskClient
) -> None:
    head, _item, code = _group(app)
    url = f"/aanjaagteam/meldingen/{head}/groep"
    over = today(now()) - timedelta(days=2)
    with app.app_context():
        decision = current_decision(db.session.get_one(Report, head))
        assert decision is not None
        decision.decided_on = decision.valid_until = decision.ends_on = over
        db.session.commit()
    assert "Vertel het de anderen" not in team.get(url).text
    assert team.post(f"{url}/besluit-vertellen").status_code == 409
    assert mails(app, "report_alike_decided") == []
    with app.app_context():
        decision = current_decision(db.session.get_one(Report, head))
        assert decision is not None
        decision.valid_until = decision.ends_on = today(now())
        db.session.commit()
    assert team.post(f"{url}/besluit-vertellen").status_code == 303
    with app.app_context():
        decision = current_decision(db.session.get_one(Report, head))
        assert decision is not None
        decision.valid_until = decision.ends_on = over
        db.session.commit()
    client.post("/meldingen/volgen", data={"code": code})
    assert "Verlopen op" in client.get("/meldingen/volgen/stand").text


def test_who_said_me_too_hears_it_once(app: Flask, team: FlaskClient, client: FlaskClient) -> None:
    """Not who is told already: as a reporter in the group, or as a follower of the head."""
    head, item, _code = _group(app)
    with app.app_context():
        one, third = db.session.get_one(Report, item), report_in(State.TRIAGED, is_public=False)
        clusters.put_together(db.session.get_one(Report, head), third, actor=member(), at=now())
        for report, email in (
            (one, "volgt@example.nl"),
            (third, "Volgt@example.nl"),
            (one, "voorop@example.nl"),
            (db.session.get_one(Report, head), "voorop@example.nl"),
            (third, "ander@example.nl"),
        ):
            follower(report, email)
        me_too.stop(follower(one, "gestopt@example.nl"), is_gone=False)
        db.session.commit()
    url = f"/aanjaagteam/meldingen/{head}/groep/besluit-vertellen"
    for _time in range(2):
        assert team.post(url).status_code == 303
    [(to, text)] = mails(app, "me_too_alike_decided")
    assert to == "volgt@example.nl"
    assert KNOT.decision in text
    assert f"/meldingen/{head}" in text
    stop = re.search(r"(/meldingen/ik-ook/stop/\S+)", text)
    assert stop is not None
    assert client.get(stop[1]).status_code == 200
    with app.app_context():  # a report that comes later: only who did not hear it yet
        late = report_in(State.TRIAGED)
        follower(late, "volgt@example.nl")
        follower(late, "later@example.nl")
        clusters.put_together(db.session.get_one(Report, head), late, actor=member(), at=now())
        db.session.commit()
    team.post(url)
    assert [to for to, _text in mails(app, "me_too_alike_decided")] == [
        "volgt@example.nl",
        "later@example.nl",
    ]


def test_what_is_not_on_the_site_is_not_in_the_mail(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        head, item = report_in(State.DECIDED, is_public=False), report_in(State.TRIAGED)
        follower(item, "volgt@example.nl")
        clusters.put_together(head, item, actor=member(), at=now())
        db.session.commit()
        number = head.id
    team.post(f"/aanjaagteam/meldingen/{number}/groep/besluit-vertellen")
    [(_to, text)] = mails(app, "me_too_alike_decided")
    assert "Dat besluit staat niet op de site." in text
    assert KNOT.decision not in text
    assert KNOT.reason not in text


def test_owners_hear_that_their_report_is_in_a_group(app: Flask) -> None:
    """Each once, in office hours; who did it knows, and of the other report only the number is told."""
    with app.app_context():
        head, mine = report_in(State.TAKEN_UP), report_in(State.TRIAGED)
        boss = member("baas@example.nl", "Bas Beheer")
        service.assign(mine, boss, mine.revision, actor=boss, at=now())
        head.public_title = "Iets van een ander"
        for more in range(3):  # together, apart and together again is one mail a day
            clusters.put_together(head, mine, actor=member(), at=NOW + timedelta(minutes=more))
            if more:
                clusters.take_out(mine, actor=member(), at=NOW + timedelta(minutes=more))
        db.session.commit()
        numbers = head.id, mine.id
    [(to, text)] = mails(app, "report_grouped")
    assert to == "baas@example.nl"
    assert f"Uw melding {numbers[1]} hoort daar nu bij." in text
    assert f"Voorop staat melding {numbers[0]}." in text
    assert "Iets van een ander" not in text
    assert f"/aanjaagteam/meldingen/{numbers[1]}/groep" in text


def test_without_a_decision(app: Flask, team: FlaskClient) -> None:
    head, _item, _code = _group(app, State.TAKEN_UP)
    url = f"/aanjaagteam/meldingen/{head}/groep"
    assert "Vertel het besluit" not in team.get(url).text
    assert team.post(f"{url}/besluit-vertellen").status_code == 409


def test_taken_out_it_stays_told(app: Flask, team: FlaskClient) -> None:
    """What somebody read cannot be unread: the note of it stays."""
    head, item, _code = _group(app)
    team.post(f"/aanjaagteam/meldingen/{head}/groep/besluit-vertellen")
    team.post(f"/aanjaagteam/meldingen/{item}/groep/uit")
    assert actions(app, item)[-2:] == ["decision_shared", "unclustered"]


def test_reporters_elsewhere_hear_only_what_is_on_the_site(app: Flask, scoped: FlaskClient) -> None:
    """A member of Dronten mailed the reporter of a report in Lelystad, which that member may not read."""
    with app.app_context():
        head, mine, elsewhere = (
            report_in(State.DECIDED, code="GM0303", is_public=False),
            report_in(State.TAKEN_UP, code="GM0303", email="hier@example.nl"),
            report_in(State.TAKEN_UP, code="GM0995", email="elders@example.nl"),
        )
        for other in (mine, elsewhere):
            clusters.put_together(head, other, actor=member(), at=now())
        number, far = head.id, elsewhere.id
        db.session.commit()
    url = f"/aanjaagteam/meldingen/{number}/groep"
    assert "besluit-vertellen" in scoped.get(url).text
    assert scoped.post(f"{url}/besluit-vertellen").status_code == 303
    assert [to for to, _text in mails(app, "report_alike_decided")] == ["hier@example.nl"]
    assert "decision_shared" not in actions(app, far)
    page = scoped.get(url).text
    assert "besluit-vertellen" not in page
    assert "horen dit als het besluit op de site staat" in page
    with app.app_context():
        front = db.session.get_one(Report, number)
        front.is_public, front.published_at = True, now()
        db.session.commit()
    assert scoped.post(f"{url}/besluit-vertellen").status_code == 303
    assert [to for to, _text in mails(app, "report_alike_decided")][1:] == ["elders@example.nl"]
    with app.app_context():
        event = select(Event).where(Event.action == "decision_shared", Event.subject_id == far)
        assert db.session.scalars(event).one().actor_id is None
