from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.mail.letters import Inbox, smtp_server


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    """A real SMTP server; the site is set to use it."""
    box = Inbox()
    with smtp_server(box) as port:
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SITE_URL="https://regio.example.nl")
        yield box
