"""How many people a second can register on PostgreSQL: `python -m benchmarks.registering [people]`.

Two processes, as two web workers. Each walks whole registrations through the site (the code, five pages, the
check and the receipt: eleven requests), each person from an own network and with an own letter. After every
registration it opens five public pages, as other visitors do at the same time. Prints one JSON object; exits
with 1 below the goal. The time of a proxy and of the network is not in it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from multiprocessing import Process, Queue, get_context
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from civic import create_app
from civic.db import db, now
from civic.panels.models import InvitationCode, InvitationShare, InvitationWave, Panel
from civic.panels.service import codes
from civic.panels.states import ShareState, Stage
from civic.regions.service import load_region
from tests.conftest import configuration
from tests.factories import municipality
from tests.panels import stages
from tests.panels.makers import administrator
from tests.panels.makers_registrations import questions, send, walk
from tests.pg import Server, connection, database_url

PEOPLE, WORKERS, GOAL = 400, 2, 20
PAGES = ("/", "/panels", "/panels/1", "/initiatieven", "/meldingen")
SECRET = b"b" * 32
NAME = "registering"


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    server = Server()
    try:
        with connection(server.url) as link:
            link.execute(text(f"DROP DATABASE IF EXISTS {NAME}"))
            link.execute(text(f"CREATE DATABASE {NAME}"))
        answer = measure(database_url(server.url, NAME), people)
    finally:
        server.stop()
    print(json.dumps(answer, indent=1))  # noqa: T201  # the answer of this program
    sys.exit(0 if answer["registrations_a_second"] >= GOAL else 1)


def measure(url: str, people: int) -> dict[str, Any]:
    said = _prepare(url, people)
    context = get_context("spawn")
    results: Queue[dict[str, float]] = context.Queue()
    workers = [
        context.Process(target=work, args=(url, said, range(number, people, WORKERS), results))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    _join(workers)
    seconds = max(one["ended"] for one in found) - min(one["began"] for one in found)
    return {
        "people": people,
        "workers": WORKERS,
        "seconds": round(seconds, 2),
        "registrations_a_second": round(people / seconds, 1),
        "requests_a_second": round(people * (11 + len(PAGES)) / seconds, 1),
        "cpu_ms_a_registration": round(1000 * sum(one["cpu"] for one in found) / people, 1),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def _join(workers: list[Process]) -> None:
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise SystemExit(f"a worker ended with {worker.exitcode}")


def _prepare(url: str, people: int) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(configuration(Path(directory), url))
        with app.app_context():
            upgrade()
            load_region("flevoland", at=now())
            panel = stages.prepared_panel(Stage.REGISTRATION, at=now())
            _letters(panel.id, people)
            said = questions(panel)
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
    return said


def _letters(panel_id: int, people: int) -> None:
    panel = db.session.get_one(Panel, panel_id)
    wave = InvitationWave(
        panel_id=panel_id,
        number=1,
        closes_on=now().date().replace(year=now().year + 1),
        created_by_id=administrator().id,
        created_at=now(),
    )
    share = InvitationShare(
        municipality_id=municipality("GM0995").id,
        source_id=stages.constituency(panel, 3).sources[0].id,
        letters=people,
        state=ShareState.ISSUED,
        issued_at=now(),
    )
    share.secret = SECRET.hex()
    wave.shares = [share]
    db.session.add(wave)
    db.session.flush()
    for number in range(people):
        index = codes.code_index(codes.make_code(SECRET, number))
        db.session.add(InvitationCode(share_id=share.id, number=number, code_index=index))


def work(url: str, said: dict[str, str], numbers: range, results: Queue[dict[str, float]]) -> None:
    """One web worker: registrations one after another, with other pages between them."""
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(configuration(Path(directory), url))
        app.test_client().get("/")  # templates are compiled once
        began, cpu = time.time(), time.process_time()
        for number in numbers:
            _one(app, said, number)
        results.put({"began": began, "ended": time.time(), "cpu": time.process_time() - cpu})


def _one(app: Flask, said: dict[str, str], number: int) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.{number // 250}.{number % 250}.7"
    who = {"name": f"Bewoner Nummer {_letters_of(number)}", "number": str(number + 1)}
    page = walk(client, codes.make_code(SECRET, number), said, who=who)
    answer = send(client, page)
    if answer.status_code != 303 or client.get(answer.location).status_code != 200:
        raise SystemExit(f"person {number} could not register: {answer.status_code}")
    for address in PAGES:
        if client.get(address).status_code != 200:
            raise SystemExit(f"{address} did not answer")


def _letters_of(number: int) -> str:
    return "".join("abcdefghij"[int(figure)] for figure in str(number))


if __name__ == "__main__":
    main()
