"""The second step of staff: a code of an app (TOTP, RFC 6238), or a recovery code.

A code counts once: the step it belongs to must lie after the last one used (a plain `verify` accepts
the same code again for a minute and a half). One step of clock difference either way is allowed.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import delete, func, select, update

from civic.accounts.models import RecoveryCode, User
from civic.accounts.service.people import raise_epoch
from civic.crypto import blind_index
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.limits import Limit, hit
from civic.links import absolute
from civic.mail.service import Letter, queue

STEP_SECONDS = 30
CLOCK_STEPS = (-1, 0, 1)
APP_DIGITS = 6
RECOVERY_DIGITS = 12
RECOVERY_CODES = 10
TRIES = Limit("second-factor", 5, 15 * 60)
MANY_TRIES = Limit("second-factor-long", 20, 4 * 60 * 60)


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_app(secret: str, user: User, site_name: str) -> str:
    """The `otpauth://` address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email or "–", issuer_name=site_name)


def set_up(user: User, secret: str, digits: str, *, at: datetime) -> list[str] | None:
    """Start using this secret if the first code is right; the recovery codes, or None when it is wrong.

    Ends all other sessions. Raises `NotAllowedNow` when a second step was set meanwhile.
    """
    _count_try(user, at)
    step = _matching_step(secret, digits, None, at)
    if step is None:
        return None
    if not _update(user, User.totp_confirmed_at.is_(None), totp_confirmed_at=at, totp_last_step=step):
        raise NotAllowedNow("changed_meanwhile")
    user.totp = secret
    raise_epoch(user)
    _tell(user, _record(user, "second_factor_set", actor=user, at=at), at)
    return _fresh_recovery_codes(user)


def passes(user: User, digits: str, *, at: datetime) -> bool:
    """Use a code of the app (6 digits) or a recovery code (12). The caller commits either way."""
    _count_try(user, at)
    if len(digits) == RECOVERY_DIGITS:
        is_right = _use_recovery_code(user, digits, at)
    else:
        is_right = _use_app_code(user, digits, at)
    if is_right:
        _record(user, "second_factor_passed", actor=user, at=at)
    return is_right


def is_used_code(user: User, digits: str, *, at: datetime) -> bool:
    """A right code of the app that was used before: its owner has to wait for the next one."""
    if user.totp is None or len(digits) != APP_DIGITS:
        return False
    step = _matching_step(user.totp, digits, None, at)
    return step is not None and user.totp_last_step is not None and step <= user.totp_last_step


def must_wait(user: User, at: datetime) -> bool:
    """The code that the app shows at this moment was used already."""
    return user.totp_last_step is not None and user.totp_last_step >= int(at.timestamp()) // STEP_SECONDS


def renew_recovery_codes(user: User, digits: str, *, at: datetime) -> list[str] | None:
    """Ten new codes for a code of the app; the old ones stop working. None when the code is wrong."""
    _count_try(user, at)
    if not _use_app_code(user, digits, at):
        return None
    _tell(user, _record(user, "recovery_codes_renewed", actor=user, at=at), at)
    return _fresh_recovery_codes(user)


def reset(person: User, *, actor: User, at: datetime) -> None:
    """Forget somebody's second step, so that they set a new one; a second time changes nothing."""
    if person.totp_confirmed_at is None:
        return
    person.totp = person.totp_confirmed_at = person.totp_last_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
    raise_epoch(person)
    _tell(person, _record(person, "second_factor_reset", actor=actor, at=at, is_private=False), at)


def recovery_codes_left(user: User) -> int:
    count = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(count) or 0


def _count_try(user: User, at: datetime) -> None:
    hit(TRIES, str(user.id), at)
    hit(MANY_TRIES, str(user.id), at)


def _matching_step(secret: str, digits: str, last_step: int | None, at: datetime) -> int | None:
    """The step whose code this is, if it lies after `last_step`. Always compares all of them."""
    totp = pyotp.TOTP(secret)
    now_step = int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in (now_step + difference for difference in CLOCK_STEPS):
        is_same = hmac.compare_digest(totp.generate_otp(step), digits)
        if is_same and (last_step is None or step > last_step):
            found = step
    return found


def _use_app_code(user: User, digits: str, at: datetime) -> bool:
    if user.totp is None or user.totp_confirmed_at is None:
        return False
    step = _matching_step(user.totp, digits, user.totp_last_step, at)
    if step is None:
        return False
    # conditional: of two requests with the same code at the same time, one wins
    is_later = (User.totp_last_step.is_(None)) | (User.totp_last_step < step)
    return _update(user, is_later, totp_last_step=step)


def _update(user: User, condition: Any, **values: Any) -> bool:
    db.session.flush()
    result: Any = db.session.execute(
        update(User)
        .where(User.id == user.id, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(user)
    return bool(result.rowcount == 1)


def _use_recovery_code(user: User, digits: str, at: datetime) -> bool:
    result: Any = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _recovery_hash(user, digits),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        return False
    _tell(user, _record(user, "recovery_code_used", actor=user, at=at), at, left=recovery_codes_left(user))
    return True


def _recovery_hash(user: User, digits: str) -> str:
    return blind_index("recovery-code", f"{user.uid}\0{digits}")


def _fresh_recovery_codes(user: User) -> list[str]:
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        codes.add(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}")
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_recovery_hash(user, code)) for code in codes)
    return sorted(codes)


def _record(user: User, action: str, *, actor: User, at: datetime, is_private: bool = True) -> Event:
    visibility = Visibility.PRIVATE if is_private else Visibility.INTERNAL
    event = events.record(user, events.What(action, visibility=visibility), actor=actor, at=at)
    db.session.flush()
    return event


def _tell(user: User, event: Event, at: datetime, **context: Any) -> None:
    """A mail about a change in how this person signs in: if it was not them, they hear it."""
    if user.email is None:
        return
    context = {"name": user.display_name, "at": at, "url": absolute("accounts.sign_in"), **context}
    queue(Letter(user.email, event.action, f"{event.action}:{event.id}", context), at=at)
