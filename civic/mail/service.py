"""Asking for a mail. Nothing is sent here: the row commits together with what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from civic.calendar import Calendar
from civic.crypto import CannotOpen
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.mail.models import MailState, OutgoingMail
from civic.regions import queries as regions

# a key is stored in the clear: ids and words, no address or name
KEY = re.compile(r"[\w.:/+=-]{1,100}\Z", re.ASCII)
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,253}\Z")
SUBJECT_LENGTH = 200
RESEND = ":resend:"


class BadAddress(ValueError):
    """Not one plain address; forms check this before, so here it is a mistake or an attack."""


@dataclass(frozen=True)
class Letter:
    """One mail to one address. `template` is a file in templates/mail; its first line is the subject.

    `key` names the mail for good ("support-confirm:17"): the same key is sent once.
    A POST to `unsubscribe_url` stops mails like this one; mail programs make a button of it (RFC 8058).
    `is_new` says that what the key is about was made just now, so that nobody can have asked before.
    """

    to: str
    template: str
    key: str
    context: dict[str, Any] = field(default_factory=dict)
    locale: str = "nl"
    unsubscribe_url: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class Sender:
    """Who writes: every mail template has it as `site`."""

    name: str
    region_name: str
    contact_email: str
    contact_phone: str


def queue(letter: Letter, *, at: datetime, not_before: datetime | None = None) -> OutgoingMail:
    """Put a mail in the outbox; the same key again returns the row that is already there."""
    if not KEY.match(letter.key):
        raise ValueError(f"not a key for a mail: {letter.key[:20]!r}")
    if not ADDRESS.match(letter.to):
        raise BadAddress("not one plain address")
    existing = None if letter.is_new else _with_key(letter.key)
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
    row.unsubscribe = letter.unsubscribe_url or None
    return _add(row) if letter.is_new else _insert(row)


def _add(row: OutgoingMail) -> OutgoingMail:
    """Nobody can have asked for it before: it goes with all else that is new."""
    db.session.add(row)
    return row


def queue_reminder(letter: Letter, *, at: datetime, calendar: Calendar | None = None) -> OutgoingMail:
    """A mail that can wait: it goes out in office hours."""
    return queue(letter, at=at, not_before=(calendar or Calendar()).next_office_time(at))


def forget(prefix: str) -> None:
    """Delete the mails whose key begins like this, sent or not: the person they went to wants to be gone."""
    mine = OutgoingMail.dedup_key.startswith(prefix, autoescape=True)
    db.session.execute(delete(OutgoingMail).where(mine).execution_options(synchronize_session="fetch"))


def last_id() -> int:
    """The number of the newest mail; with `forget_history` for a demo that replays what happened long ago."""
    return db.session.scalar(select(func.max(OutgoingMail.id))) or 0


def forget_history(after_id: int, before: datetime) -> None:
    """Mails younger than `after_id` that would have gone out before this moment do not go out now."""
    old = (OutgoingMail.id > after_id, OutgoingMail.created_at < before, OutgoingMail.next_at < before)
    db.session.execute(delete(OutgoingMail).where(*old).execution_options(synchronize_session="fetch"))


def _with_key(key: str) -> OutgoingMail | None:
    return db.session.scalar(select(OutgoingMail).where(OutgoingMail.dedup_key == key))


def _insert(row: OutgoingMail) -> OutgoingMail:
    """Insert unless another transaction just did: the same mail asked for twice must not fail a request."""
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    columns = OutgoingMail.__table__.columns
    values = {column.name: value for column in columns if (value := getattr(row, column.name)) is not None}
    db.session.flush()
    statement = insert(OutgoingMail).values(values).on_conflict_do_nothing(index_elements=["dedup_key"])
    mine = db.session.scalar(statement.returning(OutgoingMail))
    if mine is not None:
        return cast(OutgoingMail, mine)
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.dedup_key == row.dedup_key)).one()


def render(letter: Letter) -> tuple[str, str]:
    """(subject, text) of a letter; the template's first line is the subject.

    Not through `render_template`: its context processors read the request, and jobs have none.
    """
    template = current_app.jinja_env.get_template(f"mail/{letter.template}.txt")
    with force_locale(letter.locale):
        body = template.render(site=sender(), **letter.context)
    subject, _, text = body.partition("\n")
    # someone's title may hold any sign; a header holds one line of printable ones
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in subject).split())
    return line[:SUBJECT_LENGTH], text.strip() + "\n"


def sender() -> Sender:
    config, region = current_app.config, regions.the_region()
    return Sender(
        name=config["SITE_NAME"],
        region_name=region.name if region else "",
        contact_email=config["CONTACT_EMAIL"] or (region.contact_email if region else ""),
        contact_phone=config["CONTACT_PHONE"] or (region.contact_phone if region else ""),
    )


def resend(mail: OutgoingMail, *, actor: Any, at: datetime) -> OutgoingMail:
    """Send a mail once more, as a new mail with its own Message-ID; one that waits goes at once.

    A second click while the copy still waits gives that copy.
    """
    if mail.state is MailState.WAITING:
        mail.next_at = at
        _record_resend(mail, mail, actor, at)
        return mail
    base = mail.dedup_key.split(RESEND)[0]
    copies = OutgoingMail.dedup_key.startswith(base + RESEND, autoescape=True)
    waiting = db.session.scalar(
        select(OutgoingMail).where(copies, OutgoingMail.state == MailState.WAITING).limit(1)
    )
    if waiting is not None:
        return waiting
    number = (db.session.scalar(select(func.count()).select_from(OutgoingMail).where(copies)) or 0) + 1
    copy = _insert(_copy(mail, f"{base}{RESEND}{number}", at))
    _record_resend(mail, copy, actor, at)
    return copy


def _copy(mail: OutgoingMail, key: str, at: datetime) -> OutgoingMail:
    copy = OutgoingMail(dedup_key=key, template=mail.template, locale=mail.locale, created_at=at, next_at=at)
    try:
        # opened and sealed again: a sealed value belongs to its own row
        copy.address, copy.subject, copy.text = mail.address, mail.subject, mail.text
        copy.unsubscribe = mail.unsubscribe
    except CannotOpen as error:
        raise NotAllowedNow("mail_unreadable") from error
    return copy


def _record_resend(mail: OutgoingMail, copy: OutgoingMail, actor: Any, at: datetime) -> None:
    events.record(mail, events.What("resend", data={"copy": copy.id}), actor=actor, at=at)
