"""The decision on the head is told to the others too; their reports stay where they are."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service import clusters
from civic.aanjaagteam.states import State
from civic.db import db, now
from tests.aanjaagteam.makers import KNOT, member, new_report, report_in
from tests.aanjaagteam.voices_makers import actions, mails


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
