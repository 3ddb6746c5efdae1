"""Asking for a mail. Nothing is sent here: the row commits together with what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import select

from civic.db import db
from civic.mail.models import OutgoingMail


@dataclass(frozen=True)
class Letter:
    """One mail to one address. `template` is a file in templates/mail; its first line is the subject.

    `key` names the mail for good ("support-confirm:17"): the same key is sent once.
    """

    to: str
    template: str
    key: str
    context: dict[str, Any] = field(default_factory=dict)
    locale: str = "nl"


def queue(letter: Letter, *, at: datetime, not_before: datetime | None = None) -> OutgoingMail:
    """Put a mail in the outbox; the same key again returns the row that is already there."""
    existing = db.session.scalar(select(OutgoingMail).where(OutgoingMail.dedup_key == letter.key))
    if existing is not None:
        return existing
    subject, text = render(letter)
    row = OutgoingMail(
        dedup_key=letter.key,
        template=letter.template,
        locale=letter.locale,
        created_at=at,
        next_at=not_before or at,
    )
    row.address, row.subject, row.text = letter.to, subject, text
    db.session.add(row)
    return row


def render(letter: Letter) -> tuple[str, str]:
    """(subject, text) of a letter; the template's first line is the subject."""
    with force_locale(letter.locale):
        body = render_template(f"mail/{letter.template}.txt", **letter.context)
    subject, _, text = body.partition("\n")
    return subject.strip(), text.strip() + "\n"
