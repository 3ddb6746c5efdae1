"""The people of the demo region. Fictional; every address ends in example.nl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import Role
from civic.crypto import email_index
from civic.db import db
from civic.regions.models import Municipality

LazyString = Any  # flask_babel's lazy string


@dataclass(frozen=True)
class Persona:
    """Someone to sign in as on the demo. `place` is a CBS code, or None for the whole region."""

    key: str
    name: str
    email: str
    what: LazyString
    role: Role | None = None
    place: str | None = None


PERSONAS = (
    Persona("resident", "Fatma Yıldız", "fatma@example.nl", _l("inwoner van Almere")),
    Persona("resident2", "Wim Kuiper", "wim@example.nl", _l("inwoner van Lelystad")),
    Persona("desk", "Sanne Visser", "sanne@example.nl", _l("initiatievenloket"), Role.INITIATIVE_DESK),
    Persona(
        "lottery", "Bram de Groot", "bram@example.nl", _l("lotingsbeheerder"), Role.LOTTERY_ADMINISTRATOR
    ),
    Persona(
        "lottery2", "Aisha Mulder", "aisha@example.nl", _l("lotingsbeheerder"), Role.LOTTERY_ADMINISTRATOR
    ),
    Persona(
        "registry",
        "Daan Smit",
        "daan@example.nl",
        _l("burgerzaken van Almere"),
        Role.CIVIL_REGISTRY,
        "GM0034",
    ),
    Persona(
        "registry2", "Evi Romkes", "evi@example.nl", _l("burgerzaken van Urk"), Role.CIVIL_REGISTRY, "GM0184"
    ),
    Persona("team", "Ilse Bakker", "ilse@example.nl", _l("lid van het aanjaagteam"), Role.AANJAAGTEAM_MEMBER),
    Persona(
        "team2", "Karim Haddad", "karim@example.nl", _l("lid van het aanjaagteam"), Role.AANJAAGTEAM_MEMBER
    ),
    Persona(
        "employee",
        "Saskia Visser",
        "saskia@example.nl",
        _l("medewerker vergunningen van Lelystad"),
        Role.EMPLOYEE,
        "GM0995",
    ),
    Persona(
        "manager",
        "Peter Kuipers",
        "peter@example.nl",
        _l("afdelingshoofd van Lelystad"),
        Role.EMPLOYEE,
        "GM0995",
    ),
    Persona("director", "Mirjam de Wit", "mirjam@example.nl", _l("directeur van de regio"), Role.EMPLOYEE),
    Persona("crew1", "Fatima Aksoy", "fatima@example.nl", _l("bestuurder, enabling crew"), Role.EMPLOYEE),
    Persona("crew2", "Joost Brouwer", "joost@example.nl", _l("bestuurder, enabling crew"), Role.EMPLOYEE),
    Persona("crew3", "Lotte Schaap", "lotte@example.nl", _l("bestuurder, enabling crew"), Role.EMPLOYEE),
    Persona("crew4", "Gerrit Kramer", "gerrit@example.nl", _l("bestuurder, enabling crew"), Role.EMPLOYEE),
    Persona(
        "griffier", "Jan Postma", "jan@example.nl", _l("griffier van Lelystad"), Role.COUNCIL_OFFICE, "GM0995"
    ),
    Persona("editor", "Noor Prins", "noor@example.nl", _l("redacteur"), Role.EDITOR),
    Persona("auditor", "Henk Dijkstra", "henk@example.nl", _l("controleur (rekenkamer)"), Role.AUDITOR),
    Persona("admin", "Marit Hoekstra", "marit@example.nl", _l("beheerder"), Role.ADMINISTRATOR),
    Persona("admin2", "Ruben Aalders", "ruben@example.nl", _l("beheerder"), Role.ADMINISTRATOR),
)


def load(at: datetime) -> None:
    """Make the people of the demo, once."""
    for one in PERSONAS:
        if _find(one.email) is None:
            _add(one, at)


def persona(key: str) -> User:
    """The user behind a key of PERSONAS; the demo people must be loaded."""
    found = _find(next(one.email for one in PERSONAS if one.key == key))
    if found is None:
        raise LookupError(key)
    return found


def _find(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email_index == email_index(email)))


def _add(one: Persona, at: datetime) -> None:
    user = User(created_at=at, last_login_at=at)
    user.name, user.email, user.email_index = one.name, one.email, email_index(one.email)
    if one.role is not None:
        place = (
            db.session.scalar(select(Municipality).where(Municipality.code == one.place))
            if one.place
            else None
        )
        user.grants.append(
            RoleGrant(role=one.role, municipality_id=place.id if place else None, granted_at=at)
        )
    db.session.add(user)
    db.session.flush()
