"""Delivery: claim one mail, send it, note what came of it; each step its own short transaction.

At least once, never zero times. A crash between the server's "250" and our note makes a mail go out twice,
with the same Message-ID; mail that is sent exactly once does not exist.
"""

from __future__ import annotations

import enum
import logging
import smtplib
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import select, update

from civic.config import SMTP_TLS_PORT
from civic.crypto import CannotOpen
from civic.db import claim, committing, db
from civic.jobs import STOPPING
from civic.jobs.leader import worker_name
from civic.mail.message import Unfit, compose, site_host, wire_address
from civic.mail.models import MailState, OutgoingMail

log = logging.getLogger("civic.mail")
BACK_OFF_MINUTES = (1, 5, 15, 60, 240, 480, 1440)  # after the 8th attempt we stop
BATCH_SECONDS = 20  # with the timeout below less than the 60 seconds after which a claim goes stale
TIMEOUT_SECONDS = 20
PERMANENT = 500


class Bounced(Exception):
    """The server will never take this recipient."""


class Rejected(Exception):
    """The server will never take this message."""


class TryLater(Exception):
    """Not now, for a reason that lies with this mail."""


class NoConnection(Exception):
    """Not now, and the next mail will not fare better."""


class Result(enum.Enum):
    SENT = "sent"
    LATER = "later"
    BOUNCED = "bounced"
    FAILED = "failed"
    NO_CONNECTION = "no_connection"


class Postman(Protocol):
    def send(self, message: EmailMessage, to: str) -> None: ...

    def close(self) -> None: ...


class MailboxPostman:
    """Without a mail server a demo keeps its mail; the page /demo/postvak shows it."""

    def send(self, message: EmailMessage, to: str) -> None:
        return None

    def close(self) -> None:
        return None


class SmtpPostman:
    """One connection for a batch, opened when the first mail goes."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._host = site_host()
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, to: str) -> None:
        connection = self._connected()
        try:
            connection.send_message(message, self._config["MAIL_FROM"], [to])
        except smtplib.SMTPRecipientsRefused as error:
            code = error.recipients[to][0]
            raise (Bounced if code >= PERMANENT else TryLater)(str(code)) from error
        except smtplib.SMTPDataError as error:
            raise (Rejected if error.smtp_code >= PERMANENT else TryLater)(str(error.smtp_code)) from error
        except smtplib.SMTPNotSupportedError as error:  # an address with é, a server without SMTPUTF8
            raise Bounced("smtputf8") from error
        except smtplib.SMTPSenderRefused as error:  # our settings, which someone can repair
            raise TryLater(f"sender {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(type(error).__name__) from error
        finally:
            if connection.sock is None:
                self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise NoConnection(type(error).__name__) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        host, port = self._config["SMTP_HOST"], self._config["SMTP_PORT"]
        # the name is given, or smtplib asks a name server for ours at each connection
        options: dict[str, Any] = {"local_hostname": self._host, "timeout": TIMEOUT_SECONDS}
        if port == SMTP_TLS_PORT:
            options["context"] = ssl.create_default_context()
        connection = (smtplib.SMTP_SSL if port == SMTP_TLS_PORT else smtplib.SMTP)(host, port, **options)
        try:
            if self._config["SMTP_STARTTLS"]:
                connection.starttls(context=ssl.create_default_context())
            if self._config["SMTP_USER"]:
                connection.login(self._config["SMTP_USER"], self._config["SMTP_PASSWORD"])
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection

    def close(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None


class Round:
    """One batch with one postman; use as a context manager."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.postman: Postman = (
            SmtpPostman(dict(current_app.config)) if current_app.config["SMTP_HOST"] else MailboxPostman()
        )

    def __enter__(self) -> Round:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.postman.close()

    def deliver_one(self) -> Result | None:
        """Take the mail that has waited longest; None when none is due."""
        with committing():
            mail_id = claim(OutgoingMail, due(self.at), worker_name(), self.at)
        if mail_id is None:
            return None
        parcel = _pack(mail_id, self.at)
        result, code = self._hand_over(parcel)
        with committing():
            _note(parcel, result, code, self.at)
        return result

    def _hand_over(self, parcel: Parcel) -> tuple[Result, str]:
        if parcel.message is None:
            return Result.FAILED, parcel.flaw
        try:
            self.postman.send(parcel.message, parcel.to)
        except Bounced as error:
            return Result.BOUNCED, str(error)
        except Rejected as error:
            return Result.FAILED, str(error)
        except TryLater as error:
            return Result.LATER, str(error)
        except NoConnection as error:
            return Result.NO_CONNECTION, str(error)
        return Result.SENT, ""


@dataclass(frozen=True)
class Parcel:
    """A claimed mail, ready to go, or with the flaw that stops it for good."""

    mail_id: int
    attempts: int
    message: EmailMessage | None = None
    to: str = ""
    flaw: str = ""


def due(at: datetime) -> Any:
    return (
        select(OutgoingMail.id)
        .where(OutgoingMail.state == MailState.WAITING, OutgoingMail.next_at <= at)
        .order_by(OutgoingMail.next_at, OutgoingMail.id)
    )


def _pack(mail_id: int, at: datetime) -> Parcel:
    """Read the row and let go of the database before anything goes over the wire."""
    row = db.session.get(OutgoingMail, mail_id)
    if row is None:  # it was taken back after the claim
        db.session.rollback()
        return Parcel(mail_id, 0, flaw="gone")
    try:
        parcel = Parcel(mail_id, row.attempts, compose(row, at), wire_address(row.address or ""))
    except CannotOpen:
        log.exception("mail %s cannot be opened", mail_id)
        parcel = Parcel(mail_id, row.attempts, flaw="unreadable")
    except Unfit as error:
        parcel = Parcel(mail_id, row.attempts, flaw=str(error))
    db.session.rollback()
    return parcel


def _note(parcel: Parcel, result: Result, code: str, at: datetime) -> None:
    """Write down what came of it, unless another process took the mail over meanwhile."""
    facts: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "error_code": code[:60] or None}
    if result is Result.SENT:
        facts |= {"state": MailState.SENT, "sent_at": at}
    elif result is Result.BOUNCED:
        facts |= {"state": MailState.BOUNCED}
    elif result is Result.FAILED or parcel.attempts > len(BACK_OFF_MINUTES):
        facts |= {"state": MailState.FAILED}
    else:
        facts |= {"next_at": at + timedelta(minutes=BACK_OFF_MINUTES[parcel.attempts - 1])}
    if result is not Result.SENT:
        log.warning("mail %s: %s %s (attempt %s)", parcel.mail_id, result.value, code, parcel.attempts)
    is_ours = [OutgoingMail.id == parcel.mail_id, OutgoingMail.state == MailState.WAITING]
    if result is not Result.SENT:  # what was sent is sent, whoever holds the claim by now
        is_ours.append(OutgoingMail.claimed_by == worker_name())
    statement = update(OutgoingMail).where(*is_ours).values(facts)
    db.session.execute(statement.execution_options(synchronize_session=False))


def deliver(at: datetime) -> dict[str, Any]:
    """Send what is due, for at most `BATCH_SECONDS`; returns how many had which result."""
    counts: Counter[str] = Counter()
    ends = time.monotonic() + BATCH_SECONDS
    with Round(at) as batch:
        while time.monotonic() < ends and not STOPPING.is_set():
            result = batch.deliver_one()
            if result is None:
                break
            counts[result.value] += 1
            if result is Result.NO_CONNECTION:
                break  # the others keep their turn; the next round tries again with the next one
    return dict(counts)
