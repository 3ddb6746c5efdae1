"""How much a panel has to say: declared once, never lowered without a reason that stays to be read."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import LevelChange, Panel
from civic.panels.presentation.mandate import LEVEL_NAMES, LEVEL_SENTENCES
from civic.panels.queries import mandate as queries
from civic.panels.service.mandate import is_lower
from civic.panels.states import LEVELS, ParticipationLevel, Stage
from tests.panels.makers import actions_of
from tests.panels.makers_mandate import REASON, published_panel
from tests.panels.stages import prepared_panel

LOWER = {"level": "consult", "reason": REASON}


@pytest.fixture
def panel_id(app: Flask) -> int:
    with app.app_context():
        return published_panel().id


def changes(panel_id: int) -> list[tuple[str, str, str]]:
    return [
        (one.from_level.value, one.to_level.value, one.reason) for one in queries.level_changes_of(panel_id)
    ]


def test_every_level_has_a_name_and_one_sentence() -> None:
    assert set(LEVEL_NAMES) == set(LEVEL_SENTENCES) == set(ParticipationLevel)


def test_the_order_of_the_levels_counts() -> None:
    assert is_lower(ParticipationLevel.INFORM, ParticipationLevel.DECIDE)
    assert not is_lower(ParticipationLevel.DECIDE, ParticipationLevel.INFORM)
    assert not any(is_lower(level, level) for level in LEVELS)


def test_lowering_shows_a_warning_for_ever(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, panel_id: int
) -> None:
    path = f"/panels/{panel_id}/opdracht/zeggenschap"
    assert "Minder zeggenschap blijft altijd te zien" in administrator_client.get(path).text
    assert administrator_client.post(path, data=LOWER).status_code == 303
    warning = "De gemeente verlaagde de zeggenschap op 23 november 2026."
    page = client.get(f"/panels/{panel_id}").text
    assert warning in page
    assert "Eerst was het: Samen maken (coproduceren). Nu is het: Raadplegen." in page
    assert page.count(REASON) == 2  # in the warning and on the timeline
    with app.app_context():
        assert changes(panel_id) == [("coproduce", "consult", REASON)]
        event = db.session.scalars(select(Event).where(Event.action == "level_lowered")).one()
        assert event.visibility is Visibility.PUBLIC
        assert (event.data["from_level"], event.data["to_level"]) == ("coproduce", "consult")
        assert REASON not in str(event.data)
    again = {"level": "decide", "reason": "De raad gaf alsnog meer ruimte."}
    assert administrator_client.post(path, data=again).status_code == 303
    page = client.get(f"/panels/{panel_id}").text
    assert warning in page  # also after it was raised
    assert "Meebeslissen. De gemeenten doen wat het panel kiest" in page


def test_raising_needs_a_reason_but_warns_nobody(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, panel_id: int
) -> None:
    data = {"level": "decide", "reason": REASON}
    path = f"/panels/{panel_id}/opdracht/zeggenschap"
    assert administrator_client.post(path, data=data).status_code == 303
    page = client.get(f"/panels/{panel_id}").text
    assert "verlaagde de zeggenschap" not in page
    assert "Het panel kreeg meer te zeggen" in page
    assert REASON in page
    with app.app_context():
        assert actions_of(db.session.get_one(Panel, panel_id))[-1] == "level_raised"


WRONG = [
    ({"level": "consult", "reason": ""}, "Schrijf in een zin waarom."),
    ({"level": "consult", "reason": "daarom"}, "Gebruik voor de reden 10 tot 1.000 tekens."),
    ({"level": "consult", "reason": "x" * 1001}, "Gebruik voor de reden 10 tot 1.000 tekens."),
    ({"level": "", "reason": REASON}, "Kies hoeveel het panel te zeggen heeft."),
    ({"reason": REASON}, "Kies hoeveel het panel te zeggen heeft."),
    ({"level": "coproduce", "reason": REASON}, "Dit niveau geldt nu al."),
    ({"level": "dictate", "reason": REASON}, "Kies hoeveel het panel te zeggen heeft."),
]


def test_wrong_answers(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    for data, sentence in WRONG:
        answer = administrator_client.post(f"/panels/{panel_id}/opdracht/zeggenschap", data=data)
        assert answer.status_code == 422, data
        assert sentence in answer.text
    with app.app_context():
        assert db.session.scalars(select(LevelChange)).all() == []


def test_the_same_change_twice_is_one_change(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    path = f"/panels/{panel_id}/opdracht/zeggenschap"
    assert administrator_client.post(path, data=LOWER).status_code == 303
    assert administrator_client.post(path, data=LOWER).status_code == 422
    with app.app_context():
        assert len(changes(panel_id)) == 1


def test_also_late_the_level_cannot_change_silently(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.FROZEN).id
    assert (
        administrator_client.post(f"/panels/{panel_id}/opdracht/zeggenschap", data=LOWER).status_code == 303
    )
    assert "verlaagde de zeggenschap" in client.get(f"/panels/{panel_id}").text
