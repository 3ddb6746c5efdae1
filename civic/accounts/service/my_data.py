"""Handing over one's own data, and erasing oneself: first asked, then done by the jobs process (W6).

Erasing goes room by room, each in its own transaction; the row of the request says how far it is, so that
a crash is resumed. The log keeps what happened, without a name: the chain still verifies.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select

from civic.accounts import my_data
from civic.accounts.models import Erasure, LoginCode, RecoveryCode, User
from civic.accounts.my_data import Room, Section
from civic.accounts.service.people import raise_epoch
from civic.accounts.service.roles import refuse_last_administrator
from civic.accounts.states import Role
from civic.accounts.wording import ROLE_NAMES, place_name
from civic.crypto import CannotOpen, canonical_email
from civic.db import add_first, db
from civic.events import presentation
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.limits import DAY_SECONDS, Limit, hit
from civic.mail import service as mail
from civic.mail.models import MailState, OutgoingMail

EXPORTS = Limit("my-data", 10, DAY_SECONDS)
LOOKS = Limit("my-data-look", 20, 3600)  # sealed addresses are opened one by one to find somebody's own
ROLES_FIRST, MAIL_LAST, ACCOUNT_LAST = "roles", "mail", "account"


# --- handing over ---------------------------------------------------------------------------------------


def export(user: User, *, at: datetime) -> bytes:
    """A ZIP with everything the site holds about this account: for people (text) and for machines (JSON)."""
    hit(EXPORTS, str(user.id), at)
    sections = my_data.sections_of(user)
    events.record(user, events.What("data_exported", visibility=Visibility.PRIVATE), actor=user, at=at)
    return zipped(sections, at)


def look(user: User, *, at: datetime) -> list[Section]:
    """The same on a page."""
    hit(LOOKS, str(user.id), at)
    return my_data.sections_of(user)


def zipped(sections: list[Section], at: datetime) -> bytes:
    content = {
        "made_at": at.isoformat(),
        "data": my_data.as_data(sections),
        "not_included": [str(text) for text in my_data.not_included()],
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mijn-gegevens.txt", "\ufeff" + as_text(sections, at))
        archive.writestr("mijn-gegevens.json", json.dumps(content, ensure_ascii=False, indent=1))
    return made.getvalue()


def as_text(sections: Iterable[Section], at: datetime) -> str:
    """To read: a heading per part, a line per fact, an empty line between two things."""
    parts = [_("Uw gegevens op %(day)s", day=format_date(at, "d MMMM y")), ""]
    for section in sections:
        parts += ["", section.title, "=" * len(section.title)]
        for row in section.rows:
            parts += ["", *(f"{name}: {readable(value)}" for name, value in row.items())]
    parts += ["", "", _("Wat hier niet bij zit"), ""]
    parts += [f"- {text}" for text in my_data.not_included()]
    return "\r\n".join(line.replace("\n", "\r\n    ") for line in parts) + "\r\n"


def readable(value: Any) -> str:
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return str(_("ja") if value else _("nee"))
    if isinstance(value, datetime):
        return str(format_datetime(value, "d MMMM y, HH:mm"))
    if hasattr(value, "isoformat"):
        return str(format_date(value, "d MMMM y"))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _account(user: User) -> list[Section]:
    account = {
        _("Nummer"): user.id,
        _("Naam"): user.name,
        _("Mailadres"): user.email,
        _("Account gemaakt"): user.created_at,
        _("Laatst ingelogd"): user.last_login_at,
        _("Tweede stap ingesteld"): user.totp_confirmed_at,
    }
    roles = [
        {_("Rol"): str(ROLE_NAMES[one.role]), _("Waar"): place_name(one), _("Sinds"): one.granted_at}
        for one in user.grants
    ]
    return [
        Section("account", _("Uw account"), [account]),
        Section("roles", _("Uw rollen"), roles),
        Section("log", _("Wat in het logboek staat over u en van u"), _log(user)),
        Section("mail", _("Mail die we u stuurden en nog bewaren"), _mails(user)),
    ]


def _log(user: User) -> list[dict[str, Any]]:
    is_about = (Event.subject_type == User.__tablename__) & (Event.subject_id == user.id)
    rows = db.session.scalars(
        select(Event).where(or_(Event.actor_id == user.id, is_about)).order_by(Event.id)
    )
    return [
        {
            _("Wanneer"): one.at,
            _("Wat"): presentation.title_of(one),
            _("Waarover"): f"{presentation.subject_name(one.subject_type)} {one.subject_id}",
            _("Door u"): one.actor_id == user.id,
        }
        for one in rows
    ]


def _mails(user: User) -> list[dict[str, Any]]:
    return [
        {_("Wanneer"): one.created_at, _("Onderwerp"): one.subject, _("Verstuurd"): one.sent_at}
        for one in mails_to(user.email)
    ]


def mails_to(address: str | None) -> list[OutgoingMail]:
    """The mails of the last month to this mailbox. Addresses are sealed, so each one is opened to look."""
    if address is None:
        return []
    wanted = canonical_email(address)
    rows = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.address_sealed.is_not(None)).order_by(OutgoingMail.id)
    )
    return [one for one in rows if canonical_email(_opened(one) or "") == wanted]


def _opened(row: OutgoingMail) -> str | None:
    try:
        return row.address
    except CannotOpen:
        return None


# --- erasing --------------------------------------------------------------------------------------------


def ask_erasure(user: User, *, at: datetime) -> None:
    """From now on nobody signs in as this person; the rest is done within a minute. Twice is once."""
    refuse_last(user)
    if db.session.scalar(select(Erasure.id).where(Erasure.user_id == user.id)) is not None:
        return
    request = Erasure(user_id=user.id, asked_at=at, rooms_done=[])
    request.email = user.email
    if not add_first(request):  # asked in another tab at the same moment
        return
    events.record(user, events.What("erasure_asked", visibility=Visibility.PRIVATE), actor=user, at=at)
    raise_epoch(user)


def refuse_last(user: User) -> None:
    """The last administrator first gives that role to somebody else."""
    if user.has_role(Role.ADMINISTRATOR):
        refuse_last_administrator(user.id)


def cancel_unstarted() -> bool:
    """They became the last administrator meanwhile: nothing is erased, and they can ask again.

    False when a part was erased already: then the rest must follow, and somebody has to look why not.
    """
    found = next_step()
    if found is None or found[0].rooms_done:
        return False
    db.session.delete(found[0])
    return True


def next_step() -> tuple[Erasure, str] | None:
    """The oldest request that is not ready, and the room whose turn it is."""
    request = db.session.scalar(
        select(Erasure)
        .where(Erasure.erased_at.is_(None))
        .order_by(Erasure.asked_at, Erasure.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if request is None:
        return None
    order = (ROLES_FIRST, *my_data.ROOMS, MAIL_LAST, ACCOUNT_LAST)
    return request, next(one for one in order if one not in request.rooms_done)


def take_step(request: Erasure, room: str, *, at: datetime) -> None:
    """Erase what one room holds; the caller commits it together with how far we are."""
    user = db.session.get_one(User, request.user_id)
    own = {ROLES_FIRST: _take_roles, MAIL_LAST: _erase_mails, ACCOUNT_LAST: _erase_account}
    (own.get(room) or my_data.ROOMS[room].erase)(user, at)
    request.rooms_done = [*request.rooms_done, room]
    if room == ACCOUNT_LAST:
        request.erased_at = at
        letter = mail.Letter(request.email or "", "account_erased", _receipt_key(request))
        if request.email:
            mail.queue(letter, at=at)


def _receipt_key(request: Erasure) -> str:
    return f"account-erased:{request.uid}"


def close_receipts(*, at: datetime) -> int:
    """Once the receipt went out the address goes, from the outbox as well."""
    rows = db.session.scalars(
        select(Erasure).where(Erasure.erased_at.is_not(None), Erasure.closed_at.is_(None)).limit(100)
    ).all()
    done = [one for one in rows if not _waits(one)]
    for one in done:
        mail.forget(_receipt_key(one))
        one.email, one.closed_at = None, at
    return len(done)


def _waits(request: Erasure) -> bool:
    waiting = select(OutgoingMail.id).where(
        OutgoingMail.dedup_key == _receipt_key(request), OutgoingMail.state == MailState.WAITING
    )
    return db.session.scalar(waiting) is not None


def _take_roles(user: User, at: datetime) -> None:
    refuse_last(user)
    for grant in list(user.grants):
        data: dict[str, Any] = {"role": grant.role.value}
        if grant.municipality:
            data["municipality"] = grant.municipality.code
        events.record(user, events.What("role_taken", data=data), actor=user, at=at)
        db.session.delete(grant)
    db.session.flush()
    db.session.refresh(user)


def _erase_mails(user: User, _at: datetime) -> None:
    for one in mails_to(user.email):
        db.session.delete(one)


def _erase_account(user: User, at: datetime) -> None:
    """The row stays without a name, so that the log still reads."""
    codes = delete(LoginCode).where(LoginCode.email_index == user.email_index)
    spare = delete(RecoveryCode).where(RecoveryCode.user_id == user.id)
    for statement in (codes, spare):
        db.session.execute(statement.execution_options(synchronize_session=False))
    events.record(user, events.What("erased", visibility=Visibility.PRIVATE), actor=user, at=at)
    user.name = user.email = user.totp = user.email_index = None
    user.totp_confirmed_at = user.totp_last_step = None
    user.erased_at = at
    raise_epoch(user)


def _has_work(user: User) -> list[str]:
    return [_("U hebt een taak op deze site. Draag uw werk eerst over aan een collega.")] * user.is_staff


my_data.register(
    Room(
        "accounts",
        export=_account,
        erase=lambda _user, _at: None,  # in steps of its own, before and after the other rooms
        goes=(
            _l("Uw naam en mailadres. U kunt dan niet meer inloggen."),
            _l("Uw rollen, en de mail die we nog van u bewaren."),
        ),
        stays=(_l("In het logboek blijft staan wat er gebeurde. Uw naam staat daar niet bij."),),
        warns=_has_work,
    )
)
