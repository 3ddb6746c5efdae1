"""Letters and a real SMTP server for the tests of the mail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from civic.db import db
from civic.mail import service
from civic.mail.models import OutgoingMail
from tests.conftest import NOW


def letter(key: str = "test:1", to: str = "kees@example.nl", **context: Any) -> service.Letter:
    words = {
        "name": "Kees Jansen",
        "subject": "Initiatief",
        "number": 12,
        "what": "een antwoord van de raad",
        "due_on": date(2026, 11, 20),
        "explanation": "8 weken vanaf 25 september 2026.",
        "url": "https://regio.example.nl/initiatieven/12",
    }
    return service.Letter(to=to, template="deadline_passed", key=key, context={**words, **context})


def queued(
    key: str = "test:1", to: str = "kees@example.nl", at: datetime = NOW, **context: Any
) -> OutgoingMail:
    """One mail in the outbox, committed. Call it inside an app context."""
    mail = service.queue(letter(key, to, **context), at=at)
    db.session.commit()
    return mail


class Inbox:
    """What the server took. `answers` are replies to give first, per command, before it takes anything."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.rcpt_answers: dict[str, str] = {}
        self.data_answers: list[str] = []

    async def handle_EHLO(
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.get(address, "")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.data_answers:
            return self.data_answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        await asyncio.sleep(self.delay / 2)
        self.taken.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]  # EmailMessage
        self.recipients += envelope.rcpt_tos
        await asyncio.sleep(self.delay / 2)  # taken, but the client does not know yet
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(inbox: Inbox, port: int | None = None) -> Iterator[int]:
    """A real SMTP server on a free port of this machine."""
    number = port or free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=number)
    controller.start()
    try:
        yield number
    finally:
        controller.stop()
