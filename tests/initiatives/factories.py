"""Initiatives and supports for tests. Call these inside an app context; they commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.crypto import blind_index
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.demo import DECLARED
from civic.initiatives.models import Initiative
from civic.initiatives.service.drafts import NEW_DRAFTS
from civic.initiatives.states import SolutionOwner
from civic.initiatives.states.people import AgeBand
from civic.limits import RateWindow
from civic.mail.models import OutgoingMail
from tests.access import OWNER_EMAIL
from tests.factories import make_user, municipality

TAB = "a" * 32
POSTCODE = "8232 AB"  # Lelystad


def author() -> User:
    return make_user(email=OWNER_EMAIL, name="Eva Eigenaar")


def answers(**changes: Any) -> service.Answers:
    values: dict[str, Any] = {
        "title": "Bomen op het plein",
        "wish": "Schaduw voor iedereen.",
        "plan": "We planten tien bomen.\n\nBuren geven water.",
        "place_ids": (municipality().id,),
        "solution_owner": SolutionOwner.TOGETHER,
        "author_name": "Eva Eigenaar",
        "author_postcode": POSTCODE,
        "confirmed_rules": DECLARED,
        "age_band": AgeBand.ADULT,
    }
    return service.Answers(**{**values, **changes})


def _forget_how_many(user: User, at: datetime) -> None:
    """A person begins a few drafts a day; the cases of all rooms together need more of one author."""
    bucket = blind_index(f"limit:{NEW_DRAFTS.name}:{at:%Y-%m-%d}", str(user.id))
    db.session.execute(db.delete(RateWindow).where(RateWindow.bucket == bucket))


def draft(at: datetime | None = None, **changes: Any) -> Initiative:
    """A complete draft of the owner."""
    at = at or now()
    _forget_how_many(author(), at)
    initiative = service.start("Bomen op het plein", "Schaduw voor iedereen.", actor=author(), at=at)
    db.session.flush()
    service.save(initiative, answers(**changes), service.Edit(initiative.revision, TAB), at=at)
    db.session.commit()
    return initiative


def published(at: datetime | None = None, **changes: Any) -> Initiative:
    at = at or now()
    initiative = draft(at, **changes)
    service.publish(initiative, initiative.revision, actor=author(), at=at)
    db.session.commit()
    return initiative


def supporter(number: int = 0) -> service.Supporter:
    return service.Supporter(f"Steun {number}", f"steun{number}@example.nl", POSTCODE)


def supported(initiative: Initiative, count: int, at: datetime | None = None) -> None:
    """This many confirmed supports, counted."""
    at = at or now()
    service.add_confirmed(initiative, [supporter(n) for n in range(count)], at=at)
    service.recount(initiative.id, at=at)
    db.session.commit()


def mails(template: str) -> list[OutgoingMail]:
    rows = db.session.scalars(db.select(OutgoingMail).order_by(OutgoingMail.id))
    return [mail for mail in rows if mail.template == template]


def form_values(initiative: Initiative | None = None, **changes: Any) -> dict[str, Any]:
    """What the edit form posts."""
    values = {
        "title": "Bomen op het plein",
        "wish": "Schaduw voor iedereen.",
        "plan": "We planten tien bomen.",
        "solution_owner": "together",
        "place_ids": [str(municipality().id)],
        "scope": "municipality",
        "district_name": "",
        "author_name": "Eva Eigenaar",
        "author_postcode": POSTCODE,
        "confirmed_rules": list(DECLARED),
        "age_band": "18_or_older",
        "revision": str(initiative.revision) if initiative else "1",
        "tab": TAB,
    }
    return {**values, **changes}
