"""Shared by the tests of this room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from civic.accounts.states import Role
from tests.panels.makers import ADMINISTRATOR_EMAIL


@pytest.fixture
def administrator_client(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)
