"""Kill -9 during delivery: no mail is lost, and only the one in flight may come twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.db import db
from civic.mail import service
from civic.mail.message import message_id
from civic.mail.models import MailState, OutgoingMail
from tests.jobs.processes import jobs_process, wait_until
from tests.mail.letters import Inbox, letter, smtp_server

MAILS = 40
KILLED_AFTER = 12


@pytest.mark.slow
def test_no_mail_is_lost_when_the_process_is_killed(app: Flask, tmp_path: Path) -> None:
    inbox = Inbox(delay=0.06)
    with smtp_server(inbox) as port:
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
        # the clock of the test stands still, that of the process does not: ask the file system
        wanted = _fill(app, datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC))
        with jobs_process(app, tmp_path / "one.log") as one:
            wait_until(lambda: len(inbox.taken) >= KILLED_AFTER, what=one)
            one.kill()
        assert _count(app, MailState.WAITING) > 0, "killed in the middle, not after the end"
        with jobs_process(app, tmp_path / "two.log") as two:
            wait_until(lambda: _count(app, MailState.SENT) == MAILS, what=two)
    arrived = Counter(message["Message-ID"] for message in inbox.taken)
    assert set(arrived) == wanted, "nothing lost, nothing strange"
    assert sum(arrived.values()) <= MAILS + 1, "only the mail in flight comes twice"
    assert len(set(inbox.recipients)) == MAILS


def _fill(app: Flask, at: datetime) -> set[str]:
    with app.app_context():
        for number in range(MAILS):
            service.queue(letter(f"kill:{number}", to=f"bewoner{number}@example.nl"), at=at)
        db.session.commit()
        return {message_id(f"kill:{number}") for number in range(MAILS)}


def _count(app: Flask, state: MailState) -> int:
    with app.app_context():
        found = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == state)
        return db.session.scalar(found) or 0
