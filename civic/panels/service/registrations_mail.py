"""Mail to people who registered. None of them names the group somebody is in: it may tell of their health."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from civic.calendar import today
from civic.crypto import blind_index, canonical_email
from civic.limits import Limit, has_room
from civic.links import absolute
from civic.mail import service as mail
from civic.panels.models import Panel, Registration
from civic.panels.models.registrations import KEEP_PENDING

TEMPLATES = ("registration_received", "registration_confirm", "registration_known")
MAILS_PER_ADDRESS = Limit("registration-mail", 20, 24 * 3600)


def token_of(registration: Registration) -> str:
    """The secret of somebody's own link: 256 bits, the same in every mail, nowhere stored."""
    return blind_index("panel-registration-token", registration.uid)


def send_received(registration: Registration, panel: Panel, *, is_known: bool, at: datetime) -> None:
    """The receipt. `is_known` only when this very mailbox registered the same person before."""
    _send(registration, panel, "registration_received", at, is_known=is_known)


def send_confirm(registration: Registration, panel: Panel, at: datetime) -> None:
    _send(
        registration,
        panel,
        "registration_confirm",
        at,
        until=today(registration.registered_at + KEEP_PENDING),
    )


def send_known(registration: Registration, panel: Panel, at: datetime) -> None:
    """To the address that registered: they did so before, and here is their link again."""
    _send(registration, panel, "registration_known", at)


def _send(registration: Registration, panel: Panel, template: str, at: datetime, **context: object) -> None:
    address = registration.email
    if not address or not has_room(MAILS_PER_ADDRESS, canonical_email(address), at):
        return
    letter = mail.Letter(
        address,
        template,
        f"{_key(template, registration)}{int(at.timestamp())}",
        {
            "title": panel.title,
            "question": panel.question,
            "name": registration.name,
            "at": at,
            "url": absolute("registrations.own", token=token_of(registration)),
            **context,
        },
    )
    mail.queue(letter, at=at)


def forget(registration: Registration) -> None:
    """Take back what still lies in the outbox: it holds the name, the address and the link."""
    for template in TEMPLATES:
        mail.forget(_key(template, registration))


def _key(template: str, registration: Registration) -> str:
    """How the key of every such mail to this person begins."""
    return f"{template.replace('_', '-')}:{registration.uid}:"


def needs_mailbox() -> str:
    return str(_("Vul uw mailadres in. U krijgt een mail om uw aanmelding te bevestigen."))
