"""Where each tile of the map stands and how it looks: numbers and classes, the template draws them.

One square per municipality, as large as any other: a large polder with few people does not drown a town.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from civic.initiatives.queries.tilemap import PlaceCount

WIDTH, HEIGHT, GAP = 150, 96, 8
LONGEST_LINE = 15  # signs that fit in a tile; a longer name goes on two lines, or is drawn narrower
# from how many initiatives on: background and letters, tokens of the theme that can be read together
SHADES = (
    (6, "var(--bar)", "var(--bar-text)"),
    (3, "var(--basis-color-accent-1-bg-default)", "var(--text)"),
    (1, "var(--tint)", "var(--text)"),
    (0, "var(--page)", "var(--text)"),
)


@dataclass(frozen=True)
class Tile:
    """`lines` are the parts of the name; a line that is too long has a width to be drawn in."""

    place: PlaceCount
    x: int
    y: int
    lines: tuple[tuple[str, int | None], ...]
    fill: str
    ink: str


@dataclass(frozen=True)
class TileMap:
    """Tiles from left to right and down, as the keyboard walks them; places by name, for the table."""

    tiles: list[Tile]
    places: Sequence[PlaceCount]
    width: int
    height: int


def tile_map(places: Sequence[PlaceCount]) -> TileMap:
    """Places as the region's data has them; without any, all of them in rows of three."""
    is_known = len({(one.row, one.column) for one in places}) == len(places)
    spots = [(one.row, one.column) if is_known else divmod(n, 3) for n, one in enumerate(places)]
    top = min((row for row, _column in spots), default=0)
    left = min((column for _row, column in spots), default=0)
    spots = [(row - top, column - left) for row, column in spots]
    tiles = [_tile(place, *spot) for place, spot in zip(places, spots, strict=True)]
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    rows = max((row for row, _column in spots), default=0) + 1
    columns = max((column for _row, column in spots), default=0) + 1
    return TileMap(tiles, places, columns * (WIDTH + GAP) - GAP, rows * (HEIGHT + GAP) - GAP)


def _tile(place: PlaceCount, row: int, column: int) -> Tile:
    fill, ink = next((fill, ink) for least, fill, ink in SHADES if place.initiatives >= least)
    return Tile(place, column * (WIDTH + GAP), row * (HEIGHT + GAP), _lines(place.name), fill, ink)


def _lines(name: str) -> tuple[tuple[str, int | None], ...]:
    parts = [name]
    if len(name) > LONGEST_LINE and " " in name:
        words = name.split()
        half = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(name) / 2))
        parts = [" ".join(words[:half]), " ".join(words[half:])]
    return tuple((part, WIDTH - 2 * GAP if len(part) > LONGEST_LINE else None) for part in parts)
