"""What the kinds have of their own: who writes, the comparison of costs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from civic.db import db
from civic.initiatives.models import Initiative, InitiativeChallenge, InitiativePlace
from civic.initiatives.states import State
from civic.initiatives.states.kinds import ASKED_OF_MUNICIPALITY
from civic.initiatives.states.people import CoState

MOST_OVERLAPPING = 5


def is_asked_of_municipality(initiative: Initiative) -> bool:
    """A project of residents needs no by-law, no support and no answer."""
    return initiative.kind in ASKED_OF_MUNICIPALITY


def writers_of(initiative: Initiative) -> int:
    """The author and everyone who accepted."""
    return 1 + sum(one.state is CoState.ACCEPTED for one in initiative.co_initiators)


@dataclass(frozen=True)
class Comparison:
    """What the task costs a year now, and what residents ask; `now` may be unknown."""

    now: int | None
    asked: int

    @property
    def difference(self) -> int | None:
        """Below zero: it becomes cheaper."""
        return None if self.now is None else self.asked - self.now

    @property
    def percent(self) -> int | None:
        difference = self.difference
        return None if difference is None or not self.now else round(100 * abs(difference) / self.now)


def comparison_of(challenge: InitiativeChallenge | None) -> Comparison | None:
    if challenge is None or challenge.asked_cost is None:
        return None
    return Comparison(challenge.current_cost, challenge.asked_cost)


@dataclass(frozen=True)
class Overlap:
    """Another initiative of the same person that may be about the same."""

    id: int
    title: str
    state: State


def overlapping(initiative: Initiative) -> list[Overlap]:
    """The author's own drafts and running initiatives for one of the same places; one statement."""
    ids = [one.municipality_id for one in initiative.places]
    ended = (State.WITHDRAWN, State.EXPIRED, State.REFUSED, State.MERGED, State.FINISHED)
    rows = db.session.execute(
        select(Initiative.id, Initiative.title, Initiative.state)
        .where(
            Initiative.author_id == initiative.author_id,
            Initiative.id != initiative.id,
            Initiative.state.not_in(ended),
            select(InitiativePlace.id)
            .where(InitiativePlace.initiative_id == Initiative.id, InitiativePlace.municipality_id.in_(ids))
            .exists(),
        )
        .order_by(Initiative.id.desc())
        .limit(MOST_OVERLAPPING)
    )
    return [Overlap(*row) for row in rows]
