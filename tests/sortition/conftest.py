"""The engine's tests need no database and no site."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# No database: a run leaves nothing behind. No deadline: the machine may be busy. Always the same examples.
settings.register_profile(
    "sortition", database=None, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sortition")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds; leave out with -m 'not slow'")
