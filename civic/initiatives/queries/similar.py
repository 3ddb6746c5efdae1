"""What looks like the text that somebody writes: initiatives to support, reports to join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam import queries as aanjaagteam
from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.queries import (
    SEPARATOR,
    Reached,
    _place_names,
    _places_answered,
    _places_reached,
    place_list,
)
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states import OPEN_FOR_SUPPORT, State
from civic.search import queries as search

MOST = 5
LONGEST = 4000  # of what is compared
NO_USE = frozenset({State.WITHDRAWN, State.MERGED})
REPORT = "report"


@dataclass(frozen=True)
class AlikeInitiative:
    id: int
    title: str
    municipality: str
    state: State
    reached: Reached
    can_support: bool


@dataclass(frozen=True)
class Alike:
    """At most five of each, the most alike first."""

    initiatives: list[AlikeInitiative]
    reports: list[aanjaagteam.Brief]

    @property
    def is_empty(self) -> bool:
        return not self.initiatives and not self.reports


def alike(text: str, without: int | None = None) -> Alike:
    """Four statements, whatever there is. `without` is the initiative that is being written."""
    text = text[:LONGEST]
    return Alike(_initiatives(text, without), _reports(text))


def _initiatives(text: str, without: int | None) -> list[AlikeInitiative]:
    found = [one.subject_id for one in search.similar(text, (Initiative.__tablename__,), 2 * MOST)]
    rows = db.session.execute(
        select(
            Initiative.id,
            Initiative.title,
            Initiative.state,
            Initiative.paused_at,
            _place_names().label("municipality"),
            _places_reached().label("reached"),
            _places_answered().label("answered"),
        ).where(Initiative.id.in_(found), is_shown(), Initiative.state.not_in(NO_USE))
    )
    known = {row.id: row for row in rows}
    best = [known[number] for number in found if number in known and number != without]
    return [_one(row) for row in best[:MOST]]


def _one(row: Any) -> AlikeInitiative:
    facts = row._asdict()
    names = (facts["municipality"] or "").split(SEPARATOR)
    return AlikeInitiative(
        id=facts["id"],
        title=facts["title"],
        municipality=place_list(names),
        state=facts["state"],
        reached=Reached(facts["reached"], len(names), facts["answered"]),
        can_support=facts["state"] in OPEN_FOR_SUPPORT and facts["paused_at"] is None,
    )


def _reports(text: str) -> list[aanjaagteam.Brief]:
    found = [one.subject_id for one in search.similar(text, (REPORT,), 2 * MOST)]
    known = aanjaagteam.briefs_of(found)
    return [known[number] for number in found if number in known][:MOST]
