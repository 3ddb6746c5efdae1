"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.db import db
from tests.aanjaagteam.makers import TEAM_EMAIL, report_in


@pytest.fixture
def team(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A member of the team for the whole region."""
    return sign_in(Role.AANJAAGTEAM_MEMBER, email=TEAM_EMAIL, name="Tess Team")


@pytest.fixture
def scoped(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A member of the team of Dronten only."""
    return sign_in(Role.AANJAAGTEAM_MEMBER, email="dronten@example.nl", name="Dora Dronten", code="GM0303")


@pytest.fixture
def make(app: Flask) -> Callable[..., int]:
    """`make(State.DECIDED, code="GM0303", is_public=False)`: the id of a report in that state."""

    def _make(state: State, **given: Any) -> int:
        with app.app_context():
            number = report_in(state, **given).id
            db.session.commit()
            return int(number)

    return _make


@pytest.fixture
def read(app: Flask) -> Callable[..., Any]:
    """`read(7, "state")`: a fact of a report as the database has it now."""

    def _read(report_id: int, name: str) -> Any:
        with app.app_context():
            return getattr(db.session.get(Report, report_id), name)

    return _read
