"""Must-show 4: many at once are one row and one count, on both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from civic.db import db, now
from civic.initiatives import jobs, service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.states import SupportState
from civic.jobs import Job, run_job
from tests.initiatives.factories import mails, published

THREADS = 50
POSTS = 20  # by each thread: as many as one network may
FORM = {"name": "Ada Groen", "postcode": "8232 AB", "declares": "y"}
COUNT = Job("count_supports", 3, jobs.count_supports)


def at_once(app: Flask, work: Callable[[Any, int], int]) -> list[int]:
    """`work(client, number)` in 50 threads that start together; each has its own client and network."""
    barrier, results = threading.Barrier(THREADS), [0] * THREADS

    def run(number: int) -> None:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
        barrier.wait(timeout=60)
        results[number] = work(client, number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def test_fifty_posts_of_the_same_support_are_one(app: Flask) -> None:
    with app.app_context():
        number = published().id

    def post(client: Any, _number: int) -> int:
        data = {**FORM, "email": "ada@example.nl"}
        return client.post(f"/initiatieven/{number}/steunen", data=data).status_code

    assert at_once(app, post) == [303] * THREADS
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 1
        assert len(mails("support_confirm")) == 1
        path = re.search(r"/steun/[0-9a-f]{64}", mails("support_confirm")[0].text or "")[0]
    assert at_once(app, lambda client, _number: client.post(path).status_code) == [303] * THREADS
    run_job(app, COUNT, now())
    with app.app_context():
        assert db.session.get_one(Initiative, number).support_count == 1


def test_fifty_different_people_at_once_all_count(app: Flask) -> None:
    with app.app_context():
        number = published().id

    def post(client: Any, mine: int) -> int:
        data = {**FORM, "email": f"mens{mine}@example.nl"}
        return client.post(f"/initiatieven/{number}/steunen", data=data).status_code

    assert at_once(app, post) == [303] * THREADS
    with app.app_context():
        found = (re.search(r"/steun/[0-9a-f]{64}", mail.text or "") for mail in mails("support_confirm"))
        paths = [one[0] for one in found if one]
    assert at_once(app, lambda client, mine: client.post(paths[mine]).status_code) == [303] * THREADS
    run_job(app, COUNT, now())
    with app.app_context():
        confirmed = db.select(db.func.count()).where(Support.state == SupportState.CONFIRMED)
        assert db.session.scalar(confirmed) == THREADS
        assert db.session.get_one(Initiative, number).support_count == THREADS


def test_confirming_and_withdrawing_at_once_ends_in_one_state(app: Flask) -> None:
    with app.app_context():
        number = published().id
    data = {**FORM, "email": "ada@example.nl"}
    app.test_client().post(f"/initiatieven/{number}/steunen", data=data)
    with app.app_context():
        path = re.search(r"/steun/[0-9a-f]{64}", mails("support_confirm")[0].text or "")[0]

    def work(client: Any, mine: int) -> int:
        return client.post(path if mine % 2 else f"{path}/intrekken").status_code

    assert set(at_once(app, work)) <= {200, 303, 409}
    run_job(app, COUNT, now())
    with app.app_context():
        support = db.session.scalars(db.select(Support)).one()
        expected = 1 if support.state is SupportState.CONFIRMED else 0
        assert db.session.get_one(Initiative, number).support_count == expected


@pytest.mark.slow
def test_a_thousand_different_posts_count_a_thousand_after_one_run(app: Flask) -> None:
    with app.app_context():
        number = published().id

    def post(client: Any, mine: int) -> int:
        data = [{**FORM, "email": f"mens{mine}-{each}@example.nl"} for each in range(POSTS)]
        answers = [client.post(f"/initiatieven/{number}/steunen", data=one) for one in data]
        return sum(answer.status_code == 303 for answer in answers)

    assert at_once(app, post) == [POSTS] * THREADS
    with app.app_context():
        for one in db.session.scalars(db.select(Support.id)).all():
            service.confirm(db.session.get_one(Support, one), at=now())
            db.session.commit()  # as requests do
        assert db.session.get_one(Initiative, number).support_count == 0
    assert run_job(app, COUNT, now())
    with app.app_context():
        assert db.session.get_one(Initiative, number).support_count == THREADS * POSTS == 1000
