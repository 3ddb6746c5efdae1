"""Where the scripted panel is, and who lives there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from civic.calendar import today
from civic.db import db
from civic.panels.demo_people import Invented, invented_people
from civic.panels.models import Panel
from civic.regions import queries as regions
from civic.regions.models import PostcodeArea

SEED = 2027
Say = Callable[[str], None]


@dataclass
class Walk:
    """The moment, the panel, who may still answer, and what lies on the doormats.

    `codes` (share id → codes) is what people have on paper; the site forgets it when the letters are posted.
    """

    start: datetime
    say: Say
    panel_id: int = 0
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311  # fiction, no secret
    people: dict[int, Iterator[Invented]] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)

    def at(self, day: float) -> datetime:
        return self.start + timedelta(days=day)

    @property
    def panel(self) -> Panel:
        return db.session.get_one(Panel, self.panel_id)

    def meet(self) -> None:
        """Let people live in every municipality."""
        for place in regions.municipalities():
            areas = db.session.scalars(
                select(PostcodeArea.postcode4)
                .where(PostcodeArea.municipality_id == place.id)
                .order_by(PostcodeArea.postcode4)
            )
            self.people[place.id] = invented_people(place.name, list(areas), today(self.at(20)), SEED)

    def next_person(self, place_id: int) -> Invented:
        return next(self.people[place_id])
