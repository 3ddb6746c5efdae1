"""The servers of one run of `make bench-web`, and a session of somebody who signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, session

from benchmarks import site
from civic import create_app
from civic.accounts.models import User
from civic.accounts.session import start_session
from civic.db import db


@dataclass
class Bench:
    """The servers of this run."""

    folder: Path
    postgresql: site.Postgresql
    env: dict[str, str]
    seconds: int

    def app(self) -> Flask:
        os.environ.update({name: value for name, value in self.env.items() if name.startswith("CIVIC_")})
        return create_app()

    @contextmanager
    def site(
        self, *, with_jobs: bool = False, target: str = "app:app", **more: str
    ) -> Iterator[tuple[str, site.Process]]:
        port = site.free_port()
        env = {**self.env, **more}
        web = site.web(port, env, self.folder / "web.log", target)
        others = [site.jobs(env, self.folder / "jobs.log")] if with_jobs else []
        with site.running(web, *others):
            site.wait_for(f"http://127.0.0.1:{port}/gezond")
            yield f"http://127.0.0.1:{port}", web


def cookie_of(app: Flask, user_id: int) -> str:
    """What the browser of an official holds after signing in with a second factor."""
    with app.test_request_context():
        user = db.session.get_one(User, user_id)
        start_session(user, with_second_factor=True)
        value = app.session_interface.get_signing_serializer(app).dumps(dict(session))
        return f"{app.config['SESSION_COOKIE_NAME']}={value}"
