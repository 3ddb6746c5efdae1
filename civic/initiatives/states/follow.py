"""What somebody can follow by mail, and how often the mail comes."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FollowScope(enum.Enum):
    INITIATIVE = "initiative"
    MUNICIPALITY = "municipality"  # all initiatives of one municipality
    EVERYTHING = "everything"


class Rhythm(enum.Enum):
    """How often at most. Where nothing happened there is no mail."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Subject:
    """One thing to follow; `key` names it within the things one person follows."""

    scope: FollowScope
    initiative_id: int | None = None
    municipality_id: int | None = None

    @property
    def key(self) -> str:
        number = self.initiative_id or self.municipality_id
        return f"{self.scope.value}:{number}" if number else self.scope.value
