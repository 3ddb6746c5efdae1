"""How often a page asks the database. Lists have their own tests, with more rows; this is the ceiling."""

from __future__ import annotations

import pytest
from flask import Flask

from civic.db import db
from tests import access
from tests.access import Case
from tests.statements import counting
from tests.web import site

MOST = 30
MORE = {
    # everything that was fixed: files, steps in the log, witnesses, quotas, seats and chances
    "panels.public_draw": 40,
    # all that hangs on one case, a block of each part; as many for a full one (test_between_parts)
    "aanjaagteam.case": 50,
    # what every room keeps of somebody
    "accounts.my_data": 40,
}


@pytest.mark.parametrize("endpoint", site.get_endpoints())
def test_no_page_asks_much(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    """The same statement many times is a query in a loop."""
    case = cases[endpoint]
    identity = access.ADMINISTRATOR if access.ADMINISTRATOR in case.allowed else sorted(case.allowed)[0]
    client = site.client_of(shared_app, identity)
    url = site.address(shared_app, endpoint, case)
    with shared_app.app_context():
        engine = db.engine
    with counting(engine) as seen:
        client.get(url)
    assert len(seen) <= MORE.get(endpoint, MOST), "\n".join(seen)
    assert not {statement for statement in seen if seen.count(statement) > 6}


def test_looking_never_writes(shared_app: Flask, cases: dict[str, Case]) -> None:
    """GET is safe: only views that say @logs_read write (their one event), and rate windows."""
    with shared_app.app_context():
        engine = db.engine
    writing = {}
    for endpoint, case in site.pages(cases):
        view = shared_app.view_functions[endpoint]
        if getattr(view, "logs_read", False):
            continue
        client = site.client_of(shared_app, sorted(case.allowed)[0])
        with counting(engine) as seen:
            client.get(site.address(shared_app, endpoint, case))
        writes = [one for one in seen if one.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
        if any("rate_window" not in one for one in writes):
            writing[endpoint] = writes
    assert writing == {}
