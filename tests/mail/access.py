"""Who may reach which endpoint of the mail."""

from __future__ import annotations

from tests.access import ADMINISTRATOR, EVERYBODY, Case
from tests.mail.letters import queued


def build() -> dict[str, Case]:
    number = queued("access:1").id
    return {
        # only on a demo on one's own machine: tests/mail/test_mailbox.py
        "mail.mailbox": Case(EVERYBODY),
        "mail.mailbox_item": Case(EVERYBODY, args={"mail_id": number}),
        "mail.outbox": Case(frozenset({ADMINISTRATOR})),
        "mail.resend": Case(frozenset({ADMINISTRATOR}), args={"mail_id": number}),
    }
