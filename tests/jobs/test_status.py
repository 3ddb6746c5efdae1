"""The status page and /gezond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.jobs import declared_jobs, run_job
from civic.jobs.models import JobRun
from civic.jobs.queries import job_lines, leadership
from civic.jobs.routes import TITLES
from civic.mail.models import MailState
from tests.conftest import NOW
from tests.mail.letters import queued

SignIn = Callable[..., FlaskClient]


def run_all(app: Flask, at: datetime) -> None:
    with app.app_context():
        jobs = declared_jobs()
    for job in jobs:
        run_job(app, job, at)


def test_before_anything_ran(sign_in: SignIn) -> None:
    page = sign_in(Role.ADMINISTRATOR).get("/beheer/status").get_data(as_text=True)
    assert "Het werkproces draait niet" in page
    assert "nog niet" in page
    assert "Te laat" in page


def test_all_is_well(app: Flask, sign_in: SignIn) -> None:
    run_all(app, now())
    page = sign_in(Role.AUDITOR).get("/beheer/status").get_data(as_text=True)
    assert "Alles werkt" in page
    assert "Te laat" not in page
    assert "Mail versturen" in page
    assert "SQLite" in page or "PostgreSQL" in page


def test_every_job_says_what_it_does(app: Flask) -> None:
    with app.app_context():
        assert {job.name for job in declared_jobs()} - set(TITLES) == set()


def test_a_failure_shows(app: Flask, sign_in: SignIn) -> None:
    run_all(app, now())
    with app.app_context():
        at = now() + timedelta(seconds=1)
        db.session.add(
            JobRun(job="deliver_mail", slot=at, finished_at=at, outcome={}, error="OperationalError")
        )
        db.session.commit()
    page = sign_in(Role.ADMINISTRATOR).get("/beheer/status").get_data(as_text=True)
    assert "1 taak is te laat of mislukt" in page
    assert "OperationalError" in page
    assert "Mislukt" in page


def test_lateness_and_the_last_error(app: Flask) -> None:
    with app.app_context():
        db.session.add(JobRun(job="deliver_mail", slot=NOW, finished_at=NOW, outcome={"sent": 3}))
        earlier = NOW - timedelta(minutes=5)
        db.session.add(
            JobRun(job="deliver_mail", slot=earlier, finished_at=earlier, outcome={}, error="OSError")
        )
        db.session.commit()
        lines = {line.name: line for line in job_lines(NOW + timedelta(seconds=30))}
        mail = lines["deliver_mail"]
        assert not mail.is_late
        assert not mail.has_failed
        assert mail.outcome == {"sent": 3}
        assert (mail.last_error, mail.last_error_at) == ("OSError", earlier)
        assert mail.next_due == NOW + timedelta(seconds=2)
        assert {line.name: line for line in job_lines(NOW + timedelta(minutes=2))}["deliver_mail"].is_late
        assert lines["clean_up"].is_late, "never ran"


def test_leadership(app: Flask) -> None:
    with app.app_context():
        assert not leadership(NOW).is_alive
        db.session.add(JobRun(job="heartbeat", slot=NOW, finished_at=NOW, outcome={"worker": "web1:7:abc"}))
        db.session.commit()
        assert leadership(NOW + timedelta(seconds=59)).is_alive
        assert leadership(NOW).worker == "web1:7:abc"
        assert not leadership(NOW + timedelta(seconds=61)).is_alive


def test_health_for_machines(app: Flask, client: FlaskClient) -> None:
    assert client.get("/gezond").get_data(as_text=True).splitlines() == ["ok", "jobs: silent"]
    run_all(app, now())
    response = client.get("/gezond")
    assert response.get_data(as_text=True).splitlines() == ["ok", "jobs: ok"]
    assert response.mimetype == "text/plain"


def test_mail_that_waits_too_long_shows(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        queued("test:1", at=NOW - timedelta(hours=5))
        queued("test:2").state = MailState.BOUNCED
        db.session.commit()
    page = sign_in(Role.ADMINISTRATOR).get("/beheer/status").get_data(as_text=True)
    assert "de oudste sinds" in page
    assert "example.nl" not in page.split("<main")[1]


def test_the_dry_run_of_retention_is_on_it(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        queued("test:1", at=NOW - timedelta(days=31))
        db.session.commit()
    page = sign_in(Role.ADMINISTRATOR).get("/beheer/status").get_data(as_text=True)
    assert "outgoing_mail" not in page
    assert "helemaal weg" in page
    assert "gegevens gewist" in page
    assert "bewaren we 30 dagen" in page


@pytest.mark.parametrize(
    "role", [None, *(role for role in Role if role not in {Role.ADMINISTRATOR, Role.AUDITOR})]
)
def test_strangers(sign_in: SignIn, role: Role | None) -> None:
    assert sign_in(*([role] if role else [])).get("/beheer/status").status_code == 403


def test_anonymous_and_post(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/beheer/status").status_code == 302
    assert sign_in(Role.ADMINISTRATOR).post("/beheer/status").status_code == 405


def test_the_number_of_statements_does_not_grow(
    app: Flask, sign_in: SignIn, count_statements: Callable[[], Any]
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    run_all(app, now())
    with count_statements() as few:
        client.get("/beheer/status")
    for number in range(1, 20):
        run_all(app, now() + timedelta(minutes=10 * number))
    with count_statements() as many:
        client.get("/beheer/status")
    assert len(many) == len(few)
