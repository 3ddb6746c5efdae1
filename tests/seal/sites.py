"""Sites to be a witness of: ours, on a real socket, and some that lie."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.conftest import close, configuration, make_app
from tests.databases import Databases

LOG_KEY = "5a" * 32


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """The address of a running server."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def site(
    databases: Databases, template: str, directory: Path, **options: object
) -> Iterator[tuple[Flask, str]]:
    """One of our sites with its own database, and the check of forms on. All have the same signing key."""
    url = databases.copy(template)
    settings = {"LOG_KEY": LOG_KEY, "WTF_CSRF_ENABLED": True, **options}
    app = make_app({**configuration(directory, url), **settings})
    try:
        with serving(app) as address:
            yield app, address
    finally:
        close(app)
        databases.drop(url)


def liar(files: dict[str, str]) -> Flask:
    """A site that answers these paths with these texts, and takes nothing in."""
    app = Flask("liar")
    app.posted = []  # type: ignore[attr-defined]  # what somebody sent, for the test to look at

    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> Response:
        if request.method == "POST":
            app.posted.append(path)  # type: ignore[attr-defined]  # as above
        if path not in files:
            return Response("nee", status=404)
        return Response(files[path], mimetype="text/plain")

    return app
