"""`make fault-web`: does a support that was acknowledged survive everything that can break?

SECONDS_EACH=30   length of one signing peak
RESULTS=folder    where to write fault.md (default: benchmarks/results)

While people confirm their support, web and jobs are killed (kill -9), the database crashes and starts again,
or is full. Afterwards: whoever got an answer counts, whoever got none can press again, nobody counts twice,
and the numbers on the pages are exactly the supports in the database.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from benchmarks import crowd, site
from benchmarks.measure import ROOT
from benchmarks.web import Steady, post, wait_until_counted
from civic import create_app
from civic.db import db

PACE, INITIATIVES = 100, 5
NO_LIMIT = 2**30


@dataclass
class Site:
    """One site that things happen to."""

    folder: Path
    env: dict[str, str]
    port: int
    web: site.Process
    jobs: site.Process
    postgresql: site.Postgresql | None = None
    happened: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Flask:
        os.environ.update({name: value for name, value in self.env.items() if name.startswith("CIVIC_")})
        return create_app()

    def kill_web(self) -> None:
        self.happened.append("kill -9 web")
        self.web.end(signal.SIGKILL)
        time.sleep(0.5)
        self.web.start()

    def kill_jobs(self) -> None:
        self.happened.append("kill -9 jobs")
        self.jobs.end(signal.SIGKILL)
        self.jobs.start()

    def crash_database(self) -> None:
        if self.postgresql is None:
            raise ValueError("SQLite has no server to crash")
        self.happened.append("database crasht en start weer")
        self.postgresql.stop("immediate")
        time.sleep(1)
        self.postgresql.start()

    def restart_database(self) -> None:
        if self.postgresql is None:
            raise ValueError("SQLite has no server to restart")
        self.happened.append("database herstart")
        self.postgresql.stop("fast")
        self.postgresql.start()


@dataclass(frozen=True)
class Outcome:
    """What is left after a peak. `lost` and `twice` must be 0."""

    name: str
    happened: list[str]
    acknowledged: int
    unanswered: int
    lost: int
    twice: int

    @property
    def is_good(self) -> bool:
        return not self.lost and not self.twice

    def row(self) -> str:
        what = ", ".join(self.happened)
        counts = f"{self.acknowledged:,} | {self.unanswered:,} | {self.lost} | {self.twice}"
        return f"| {self.name} | {what} | {counts} |"


def main() -> int:
    seconds = int(os.environ.get("SECONDS_EACH") or 30)
    target = Path(os.environ.get("RESULTS") or ROOT / "benchmarks" / "results")
    outcomes = [_on_sqlite(seconds), _on_postgresql(seconds), _on_full_disk()]
    lines = [
        "# Wat er gebeurt als iets kapotgaat tijdens een piek",
        "",
        f"`make fault-web`: {PACE} bevestigingen per seconde, {seconds} seconden per proef.",
        "",
        "| proef | wat er gebeurde | bevestigd met antwoord | zonder antwoord | kwijt | dubbel |",
        "|---|---|---|---|---|---|",
        *(one.row() for one in outcomes),
        "",
        "Wie geen antwoord kreeg, drukte daarna nog eens en telt één keer. "
        "De telling op de pagina's is na elke proef precies gelijk aan de steun in de database.",
    ]
    target.mkdir(parents=True, exist_ok=True)
    (target / "fault.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(one.is_good for one in outcomes) else 1


def _site(folder: Path, url: str, target: str = "app:app", **more: str) -> Site:
    env, port = site.settings(folder, url, CIVIC_SUPPORT_BURST="100000", **more), site.free_port()
    is_sqlite = url.startswith("sqlite")
    options = {"workers": 1, "blocking-threads": 4} if is_sqlite else {}
    web = site.web(port, env, folder / "web.log", target, **options)
    return Site(folder, env, port, web, site.jobs(env, folder / "jobs.log"))


def _on_sqlite(seconds: int) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = _site(folder, f"sqlite:///{folder / 'civic.sqlite3'}")
        return _peak("SQLite", one, seconds, [one.kill_web, one.kill_jobs, one.kill_web])


def _on_postgresql(seconds: int) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        postgresql = site.Postgresql(folder)
        one = _site(folder, postgresql.url)
        one.postgresql = postgresql
        try:
            troubles = [one.kill_web, one.crash_database, one.kill_jobs, one.restart_database]
            return _peak("PostgreSQL", one, seconds, troubles)
        finally:
            postgresql.stop("immediate")


def _peak(name: str, one: Site, seconds: int, troubles: list[Callable[[], None]]) -> Outcome:
    """People confirm at a steady pace; the troubles come at equal distances."""
    app = one.app()
    numbers = crowd.prepare(app, INITIATIVES)
    tokens = crowd.ask(app, numbers, PACE * seconds + 100)
    with site.running(one.web, one.jobs):
        site.wait_for(f"{one.url}/gezond")
        steady = Steady(one.url, site.visit(f"{one.url}/steun/{tokens[-1]}"), tokens, PACE)
        steady.start()
        for trouble in troubles:
            time.sleep(seconds / (len(troubles) + 1))
            trouble()
        time.sleep(seconds / (len(troubles) + 1))
        steady.stop()
        return _afterwards(name, one, app, steady)


def _afterwards(name: str, one: Site, app: Flask, steady: Steady) -> Outcome:
    site.wait_for(f"{one.url}/gezond")
    with app.app_context():
        db.engine.dispose()  # our own connections did not survive the crash
    one.jobs.start_again()  # it stops itself when its database goes; a supervisor starts it again
    lost = len(steady.acknowledged) - crowd.confirmed_tokens(app, steady.acknowledged)
    unanswered = list(steady.unanswered)
    who = site.visit(f"{one.url}/steun/{steady.acknowledged[0]}/intrekken")
    again = sum(post(f"{one.url}/steun/{token}", who) for token in unanswered)
    everyone = len(steady.acknowledged) + len(unanswered)
    wait_until_counted(app)
    twice = sum(crowd.confirmed(app).values()) - everyone
    return Outcome(
        name, one.happened, len(steady.acknowledged), len(unanswered), lost + len(unanswered) - again, twice
    )


# --- no room left ---------------------------------------------------------------------------------------


def _on_full_disk() -> Outcome:
    """Asking for support makes rows until the database may not grow; then confirming goes on; then room."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, pages = folder / "civic.sqlite3", folder / "pages"
        pages.write_text(str(NO_LIMIT), encoding="utf-8")
        one = _site(folder, f"sqlite:///{database}", "benchmarks.full:app", PAGES=str(pages))
        app = one.app()
        numbers = crowd.prepare(app, INITIATIVES)
        tokens = crowd.ask(app, numbers, 300)
        with site.running(one.web, one.jobs):
            site.wait_for(f"{one.url}/gezond")
            pages.write_text(str(_pages_of(database) + 30), encoding="utf-8")
            refused = _fill(one, numbers[0])
            one.happened.append(f"database vol na {refused} aanvragen")
            who = site.visit(f"{one.url}/steun/{tokens[-1]}")
            answered = {token: post(f"{one.url}/steun/{token}", who) for token in tokens}
            pages.write_text(str(NO_LIMIT), encoding="utf-8")
            acknowledged = [token for token, is_answered in answered.items() if is_answered]
            lost = len(acknowledged) - crowd.confirmed_tokens(app, acknowledged)
            again = sum(post(f"{one.url}/steun/{token}", who) for token in tokens)
            wait_until_counted(app)
            twice = sum(crowd.confirmed(app).values()) - len(tokens)
    unanswered = len(tokens) - len(acknowledged)
    return Outcome(
        "Schijf vol", one.happened, len(acknowledged), unanswered, lost + len(tokens) - again, twice
    )


def _pages_of(database: Path) -> int:
    with sqlite3.connect(database) as link:
        return int(link.execute("PRAGMA page_count").fetchone()[0])


def _fill(one: Site, initiative_id: int) -> int:
    """Ask for support until the site says that it cannot keep it (503), with nothing half done."""
    url = f"{one.url}/initiatieven/{initiative_id}/steunen"
    who = site.visit(url)
    for number in range(2000):
        facts = {
            "csrf_token": who.csrf,
            "name": f"Vol {number}",
            "email": f"vol{number}@example.nl",
            "postcode": crowd.POSTCODE,
            "declares": "y",
        }
        status = _ask(url, facts, who)
        if status == 503:
            return number
        if status != 303:
            raise SystemExit(f"Een volle database gaf status {status}.")
    raise SystemExit("De database werd niet vol.")


def _ask(url: str, facts: dict[str, str], who: site.Visitor) -> int:
    body = urllib.parse.urlencode(facts).encode()
    request = urllib.request.Request(url, body, {"Cookie": who.cookie})  # noqa: S310  # our own server
    try:
        with site.OPENER.open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return int(answer.code)


if __name__ == "__main__":
    sys.exit(main())
