"""`python -m benchmarks.flow`: the page with figures over a synthetic year, on SQLite and on PostgreSQL.

REPORTS=10000 EVENTS=100000   how much there is
TIMES=15                      requests per page; the middle one and the slowest are told
RESULTS=folder                where to write flow.md (default: benchmarks/results)

Every page is a whole request through the app, counted anew: nothing of a page for the team is kept from one
request to the next. Each database is measured in a process of its own that first opened one other page of the
team; the very first page with figures (templates and statements are compiled then) is told apart.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import site
from benchmarks.measure import ROOT, busy_cores

GOAL_MS = 500
PAGES = {
    "cijfers, alles": "/aanjaagteam/cijfers",
    "cijfers, één gemeente": "/aanjaagteam/cijfers?gemeente={place}",
    "cijfers, drie maanden": "/aanjaagteam/cijfers?van={spring}&tot={summer}",
    "rijen achter een cijfer": "/aanjaagteam/cijfers/rijen?maat=cyclus",
    "rijen met verwachting": "/aanjaagteam/cijfers/rijen?maat=leeftijd",
    "CSV van de stroom": "/aanjaagteam/cijfers/stroom.csv",
}


def main() -> int:
    if len(sys.argv) > 1:
        _measure_here(sys.argv[1] == "fill")
        return 0
    target = Path(os.environ.get("RESULTS") or ROOT / "benchmarks" / "results")
    busy = busy_cores(2)
    found = {}
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
            env = site.settings(Path(folder), url)
            made = _child(env, "fill")
            found[name] = {**made, **_child(env, "measure")}
    lines = _told(found, busy)
    target.mkdir(parents=True, exist_ok=True)
    (target / "flow.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(one["pages"]["cijfers, alles"]["middle"] < GOAL_MS for one in found.values()) else 1


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'civic.sqlite3'}"


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    server = site.Postgresql(folder)
    try:
        yield server.url
    finally:
        server.stop("immediate")


def _child(env: dict[str, str], what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.flow", what]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _measure_here(is_filling: bool) -> None:
    from civic import create_app

    app = create_app()
    found = _fill(app) if is_filling else _measure(app)
    sys.stdout.write(json.dumps(found) + "\n")


def _fill(app: Any) -> dict[str, Any]:
    from flask_migrate import upgrade

    from benchmarks import flow_year
    from civic.accounts.models import RoleGrant, User
    from civic.accounts.states import Role
    from civic.db import db, now
    from civic.regions.service import load_region

    with app.app_context():
        upgrade()
        load_region("flevoland", at=now())
        user = User(created_at=now())
        user.name = "Mees Meter"
        user.grants.append(RoleGrant(role=Role.AANJAAGTEAM_MEMBER, granted_at=now()))
        db.session.add(user)
        db.session.commit()
        made = flow_year.fill(_number("REPORTS", 10_000), _number("EVENTS", 100_000), now())
        # what a server does by itself within a minute; without it the index has to look into the table
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(db.text("VACUUM ANALYZE event"))
                connection.execute(db.text("VACUUM ANALYZE report"))
                # else the server is still writing a year to disk while the first page is measured
                connection.execute(db.text("CHECKPOINT"))
    return made


def _number(name: str, otherwise: int) -> int:
    return int(os.environ.get(name) or otherwise)


@dataclass(frozen=True)
class Client:
    """A member of the team for the whole region, signed in."""

    client: Any

    def milliseconds(self, url: str) -> float:
        began = time.perf_counter()
        answer = self.client.get(url)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{url}: {answer.status}")
        return took


def _signed_in(app: Any) -> Client:
    from civic.accounts.models import RoleGrant
    from civic.accounts.session import SECOND_FACTOR, SECOND_FACTOR_AT
    from civic.db import db, now

    client = app.test_client()
    with app.app_context():
        identity = db.session.scalars(db.select(RoleGrant).limit(1)).one().user.get_id()
    with client.session_transaction() as session:
        session.update({"_user_id": identity, "_fresh": True, SECOND_FACTOR: identity})
        session[SECOND_FACTOR_AT] = int(now().timestamp())
    return Client(client)


def _measure(app: Any) -> dict[str, Any]:
    from datetime import timedelta

    from civic.calendar import today
    from civic.db import db, now
    from civic.regions.models import Municipality

    day = today(now())
    with app.app_context():
        place = db.session.scalar(db.select(db.func.min(Municipality.id)))
    names = {"place": place, "spring": day - timedelta(days=200), "summer": day - timedelta(days=110)}
    client = _signed_in(app)
    client.milliseconds("/aanjaagteam")
    pages: dict[str, Any] = {}
    for name, url in PAGES.items():
        first = client.milliseconds(url.format(**names))
        count, before = _number("TIMES", 15), time.process_time()
        times = [client.milliseconds(url.format(**names)) for _time in range(count)]
        cpu = (time.process_time() - before) * 1000 / count
        pages[name] = {"first": first, "middle": statistics.median(times), "slowest": max(times), "cpu": cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"pages": pages, "peak_mb": peak, "load": os.getloadavg()[0]}


def _told(found: dict[str, Any], busy: float) -> list[str]:
    some = next(iter(found.values()))
    lines = [
        "# Cijfers van het aanjaagteam",
        "",
        f"`python -m benchmarks.flow`, Python {platform.python_version()}, {os.cpu_count()} kernen, "
        f"{busy:.1f} kern bezet door anderen bij het begin.",
        f"{some['reports']:,} meldingen ({some['open']:,} open), {some['events']:,} regels in het logboek: "
        "een verzonnen jaar dat altijd hetzelfde is.",
        "",
        "| database | pagina | middelste ms | langzaamste ms | rekentijd ms | de eerste keer ms |",
        "|---|---|---|---|---|---|",
    ]
    for database, one in found.items():
        for page, times in one["pages"].items():
            mark = " **niet gehaald**" if page == "cijfers, alles" and times["middle"] >= GOAL_MS else ""
            middle, slowest, first, cpu = (round(times[key]) for key in ("middle", "slowest", "first", "cpu"))
            lines.append(f"| {database} | {page} | {middle}{mark} | {slowest} | {cpu} | {first} |")
    loads = ", ".join(f"{name} {one['load']:.1f}" for name, one in found.items())
    peaks = ", ".join(f"{name} {one['peak_mb']} MB" for name, one in found.items())
    return [
        *lines,
        "",
        f"Norm: de pagina met alle cijfers binnen {GOAL_MS} ms. Elke keer is alles opnieuw geteld: van een "
        "pagina voor het team wordt niets bewaard. De eerste keer in een nieuw proces kost meer: dan worden "
        "sjablonen en opdrachten vertaald.",
        "Rekentijd is van het webproces. Bij SQLite is dat alles; bij PostgreSQL komt de server daarbij.",
        f"Belasting van de machine na afloop (wij zelf zijn 1): {loads}. Geheugen van het proces: {peaks}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
