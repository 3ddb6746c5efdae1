"""How fast the page about a pool is, and the count behind it: `python -m benchmarks.pool_page [registrants]`.

Makes a panel with 20,000 made-up registrants in a scratch database (SQLite), counts it as the job does, and
asks for the pages with the test client. Prints one JSON object; the limits are those of the issue.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from civic import create_app
from civic.accounts.session import SECOND_FACTOR
from civic.accounts.states import Role
from civic.db import db, now
from civic.panels.jobs import pool as jobs
from civic.panels.models import Panel
from civic.panels.service.pool_files import pool_files
from civic.panels.states import Stage
from civic.regions.service import load_region
from tests.conftest import configuration
from tests.factories import make_user
from tests.panels.makers_pool import make_pool, make_registration
from tests.panels.stages import prepared_panel
from tests.statements import counting

REGISTRANTS = 20_000
MOST_STATEMENTS, MOST_MILLISECONDS = 8, 300
TIMES = 15


def main() -> None:
    registrants = int(sys.argv[1]) if len(sys.argv) > 1 else REGISTRANTS
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(configuration(Path(directory), f"sqlite:///{directory}/civic.db"))
        answer = _measure(app, registrants)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    print(json.dumps(answer, indent=1))  # noqa: T201  # the answer of this program
    page = answer["pages"]["aanmeldingen"]
    good = page["statements"] <= MOST_STATEMENTS and page["median_ms"] < MOST_MILLISECONDS
    sys.exit(0 if good else 1)


def _measure(app: Flask, registrants: int) -> dict[str, Any]:
    with app.app_context():
        upgrade()
        load_region("flevoland", at=now())
        panel = prepared_panel(Stage.REGISTRATION, at=now())
        panel_id = panel.id
        make_pool(panel, registrants, at=now())
        seconds = {"first_count": _timed(lambda: jobs.count_changed(now()))}
        make_registration(panel, at=now())
        seconds["count_after_one"] = _timed(lambda: jobs.count_changed(now()))
        seconds["nightly_count"] = _timed(lambda: jobs.count_all(now()))
        seconds["pool_files"] = _timed(lambda: pool_files(db.session.get_one(Panel, panel_id)))
    client = _client(app)
    pages = ("aanmeldingen", "signalen", "diversiteit")
    return {
        "registrants": registrants,
        "seconds": seconds,
        "pages": {name: _page(app, client, f"/panels/{panel_id}/{name}") for name in pages},
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 2)


def _client(app: Flask) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        identity = make_user(Role.LOTTERY_ADMINISTRATOR, email="meet@example.nl").get_id()
        db.session.commit()
    with client.session_transaction() as session:
        session.update({"_user_id": identity, "_fresh": True, SECOND_FACTOR: identity})
    return client


def _page(app: Flask, client: FlaskClient, url: str) -> dict[str, Any]:
    with app.app_context():
        seen = counting(db.engine)
    with seen as statements:
        assert client.get(url).status_code == 200, url  # noqa: S101  # a benchmark of an error page is none
    times = [_timed_ms(client, url) for _time in range(TIMES)]
    return {
        "statements": len(statements),
        "median_ms": round(statistics.median(times)),
        "worst_ms": round(max(times)),
    }


def _timed_ms(client: FlaskClient, url: str) -> float:
    start = time.perf_counter()
    client.get(url)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
