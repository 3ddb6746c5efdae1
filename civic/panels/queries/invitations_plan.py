"""How many letters a panel needs: seats x registrations wanted per seat ÷ expected response.

Per cell (a constituency in one municipality) only what is still missing counts, so the same sum proposes the
first wave and every later one. A constituency with several sources divides its letters evenly over them.
"""

from __future__ import annotations

from dataclasses import dataclass

from civic.panels.models import Composition, Constituency, Source
from civic.panels.queries.composition import cells_of, composition_of, constituencies_of
from civic.panels.queries.invitations import registered_by_cell
from civic.panels.states import EntryRoute
from civic.regions.models import Municipality
from civic.regions.queries import municipalities


@dataclass(frozen=True)
class Cell:
    """One constituency in one municipality; `wanted` registrations for its seats, `registered` so far."""

    municipality: Municipality
    constituency: Constituency
    seats: int
    wanted: int
    registered: int
    letters: dict[int, int]  # source id → letters proposed

    @property
    def is_thin(self) -> bool:
        return self.registered < self.wanted


@dataclass(frozen=True)
class Proposal:
    composition: Composition
    constituencies: list[Constituency]  # those with the route "lot"
    cells: list[Cell]

    @property
    def sources(self) -> list[tuple[Constituency, Source]]:
        return [(one, source) for one in self.constituencies for source in one.sources]

    @property
    def letters(self) -> dict[tuple[int, int], int]:
        """(municipality id, source id) → letters."""
        return {
            (cell.municipality.id, source_id): count
            for cell in self.cells
            for source_id, count in cell.letters.items()
        }

    @property
    def total(self) -> int:
        return sum(self.letters.values())

    @property
    def municipalities(self) -> list[Municipality]:
        return list({cell.municipality.id: cell.municipality for cell in self.cells}.values())


def proposal_of(panel_id: int) -> Proposal | None:
    """None as long as there is no composition; six statements, however large the panel is."""
    composition = composition_of(panel_id)
    if composition is None:
        return None
    drawn = [one for one in constituencies_of(panel_id) if one.route is EntryRoute.LOT]
    seats, registered = cells_of(panel_id), registered_by_cell(panel_id)
    cells = [
        _cell(composition, one, place, (seats[one.id, place.id], registered.get((one.id, place.id), 0)))
        for place in municipalities()
        for one in drawn
        if seats.get((one.id, place.id))
    ]
    return Proposal(composition, drawn, cells)


def _cell(
    composition: Composition, constituency: Constituency, place: Municipality, figures: tuple[int, int]
) -> Cell:
    seats, registered = figures
    wanted = seats * composition.pool_ratio
    needed = letters_for(wanted - registered, composition.response_per_mille)
    letters = dict(zip((one.id for one in constituency.sources), divided(needed, constituency), strict=True))
    return Cell(place, constituency, seats, wanted, registered, letters)


def letters_for(missing: int, response_per_mille: int) -> int:
    """Letters that should bring `missing` registrations, rounded up; none when nothing is missing."""
    return -(-max(0, missing) * 1000 // response_per_mille)


def divided(letters: int, constituency: Constituency) -> list[int]:
    """Evenly over the sources; the first ones get what is left over."""
    parts = len(constituency.sources)
    if not parts:
        return []
    share, rest = divmod(letters, parts)
    return [share + (place < rest) for place in range(parts)]
