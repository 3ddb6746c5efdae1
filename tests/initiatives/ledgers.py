"""A griffie, and supports with the traces that a look for fraud goes by. Inside an app context."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from civic.accounts.states import Role
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service.ledger_trace import Trace
from civic.initiatives.states import SupportState
from tests.initiatives.factories import POSTCODE

LIBRARY, HOME = "192.0.2.0/24", "198.51.100.0/24"


def office(sign_in: Any, code: str = "GM0995") -> Any:
    return sign_in(Role.COUNCIL_OFFICE, email=f"{code}@example.nl", code=code)


def person(number: int, **changes: Any) -> service.Supporter:
    values: dict[str, Any] = {
        "name": f"Persoon {number}",
        "email": f"persoon{number}@example.nl",
        "postcode": POSTCODE,
        "trace": Trace(HOME, 60),
    }
    return service.Supporter(**{**values, **changes})


def signed(initiative: Initiative, people: Iterable[service.Supporter], at: datetime | None = None) -> None:
    """These supports, confirmed at this moment and counted."""
    at = at or now()
    service.add_confirmed(initiative, people, at=at)
    service.recount(initiative.id, at=at)
    db.session.commit()


def states_of(initiative: Initiative) -> dict[SupportState, int]:
    rows = db.session.execute(
        db.select(Support.state, db.func.count())
        .where(Support.initiative_id == initiative.id)
        .group_by(Support.state)
    )
    return {row[0]: row[1] for row in rows}
