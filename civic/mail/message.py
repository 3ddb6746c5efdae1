"""From an outbox row to the message that goes over the wire: headers, text, and HTML made from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from civic.crypto import blind_index
from civic.mail.models import OutgoingMail

LINK = re.compile(r"https?://\S+\Z")
CODE = re.compile(r"\d{6}\Z", re.ASCII)
LABELLED = 2


class Unfit(Exception):
    """This row can never become a message; the code says why."""


@dataclass(frozen=True)
class Block:
    """A paragraph of the text part, or a link that stands alone (with its label), or a code to type over."""

    kind: str
    text: str
    url: str = ""


def compose(row: OutgoingMail, at: datetime) -> EmailMessage:
    """The message of this row. Its Message-ID stays the same however often it is tried."""
    address, subject, text = row.address, row.subject, row.text
    if not (address and subject and text):
        raise Unfit("incomplete")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(current_app.config["SITE_NAME"], addr_spec=current_app.config["MAIL_FROM"])
        message["To"] = wire_address(address)
        message["Subject"] = subject
        if current_app.config["CONTACT_EMAIL"]:
            message["Reply-To"] = current_app.config["CONTACT_EMAIL"]
        _let_stop(message, row.unsubscribe)
    except ValueError as error:  # a line break in a header, or not an address
        raise Unfit("header") from error
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(row.dedup_key)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = row.locale
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html_of(subject, text, row.locale), subtype="html", cte="quoted-printable")
    return message


def _let_stop(message: EmailMessage, url: str | None) -> None:
    """The two headers of RFC 8058, by which a mail program can stop these mails with one click."""
    if url:
        message["List-Unsubscribe"] = f"<{url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def message_id(key: str) -> str:
    return f"<{blind_index('message-id', key)[:40]}@{site_host()}>"


def site_host() -> str:
    return urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"


def wire_address(address: str) -> str:
    """The address with its host in ASCII; only a local part with other signs needs SMTPUTF8."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Unfit("domain") from error


def html_of(subject: str, text: str, locale: str) -> str:
    """The HTML part, from the text part, so that the two always say the same."""
    template = current_app.jinja_env.get_template("mail/_letter.html")
    with force_locale(locale):
        return template.render(
            subject=subject,
            locale=locale,
            blocks=blocks_of(text),
            site_name=current_app.config["SITE_NAME"],
            help_url=current_app.config["SITE_URL"].rstrip("/") + "/hulp",
        )


def blocks_of(text: str) -> list[Block]:
    """Paragraphs; a link alone on a line becomes a button, named by the line before it ("Bevestig:")."""
    return [_block(part.strip()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _block(part: str) -> Block:
    lines = [line.strip() for line in part.splitlines()]
    if len(lines) <= LABELLED and LINK.match(lines[-1]):
        label = lines[0].rstrip(":") if len(lines) == LABELLED else lines[0]
        return Block("link", label, lines[-1])
    return Block("code" if CODE.match(part) else "text", part)
