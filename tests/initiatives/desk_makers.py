"""By-laws with a desk, and initiatives that lie there. Call these inside an app context; they commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db, now
from civic.initiatives.models import Initiative
from civic.initiatives.service import desk as service
from civic.regions.models import RuleSet
from civic.regions.rules import Rules
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, draft

GRIFFIER, COLLEAGUE, ADMIN = "griffie@example.nl", "collega@example.nl", "beheer@example.nl"
QUESTION = "Vertel ook wat het kost."


def person(email: str, role: Role, code: str | None = "GM0995", name: str = "Jan de Griffier") -> User:
    user = make_user(email=email, name=name)
    return user if user.grants else make_user(role, email=email, code=code)


def griffier() -> User:
    return person(GRIFFIER, Role.COUNCIL_OFFICE)


def colleague() -> User:
    return person(COLLEAGUE, Role.COUNCIL_OFFICE, name="Carla Collega")


def administrator() -> User:
    return person(ADMIN, Role.ADMINISTRATOR, code=None, name="Bea Beheer")


def by_law(code: str = "GM0995", **changes: Any) -> None:
    """The rules of this municipality, changed in place: as if they had always said so."""
    changes = {"checks_before_publication": True, **changes}
    place = municipality(code)
    for row in db.session.scalars(db.select(RuleSet).where(RuleSet.municipality_id == place.id)):
        row.rules = replace(Rules.from_data(row.rules), **changes).to_data()
    db.session.commit()


def offered(at: datetime | None = None, **changes: Any) -> Initiative:
    """At the desk of Lelystad; afterwards the by-law is as it was."""
    at = at or now()
    by_law()
    initiative = draft(at, **changes)
    service.offer(initiative, initiative.revision, actor=author(), at=at)
    db.session.commit()
    by_law(checks_before_publication=False)
    return initiative


def returned(at: datetime | None = None) -> Initiative:
    at = at or now()
    initiative = offered(at)
    service.ask_back(initiative, initiative.revision, QUESTION, actor=author(), at=at)
    db.session.commit()
    return initiative
