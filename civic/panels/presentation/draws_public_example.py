"""The worked example of "Hoe weet ik dat het eerlijk is?": eight people, four panels, one ball.

The page and docs/loting-uitleg.md tell it; a test computes every number in it again.
"""

from __future__ import annotations

from dataclasses import dataclass

CITY, VILLAGE = "stad", "dorp"


@dataclass(frozen=True)
class Example:
    """`panels` are numbered from 0. The public number and the ball together choose one."""

    people: dict[str, str]  # {name: where they live}
    seats: dict[str, int]  # {where: how many seats}
    panels: tuple[tuple[str, ...], ...]
    number: int
    ball: int

    def panels_of(self, name: str) -> list[int]:
        return [place for place, members in enumerate(self.panels) if name in members]

    def living_in(self, place: str) -> list[str]:
        return [name for name, where in self.people.items() if where == place]

    @property
    def rest(self) -> int:
        return self.number % len(self.panels)

    @property
    def total(self) -> int:
        return self.rest + self.ball

    @property
    def index(self) -> int:
        return self.total % len(self.panels)


EXAMPLE = Example(
    people={
        "Anna": CITY,
        "Bas": CITY,
        "Cem": CITY,
        "Dina": CITY,
        "Eva": VILLAGE,
        "Farid": VILLAGE,
        "Gijs": VILLAGE,
        "Hanna": VILLAGE,
    },
    seats={CITY: 2, VILLAGE: 1},
    panels=(
        ("Anna", "Bas", "Eva"),
        ("Anna", "Cem", "Farid"),
        ("Bas", "Dina", "Gijs"),
        ("Cem", "Dina", "Hanna"),
    ),
    number=4821,
    ball=3,
)
