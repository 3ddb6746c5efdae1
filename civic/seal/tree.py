"""The tree over the sealed events, read and stored 256 hashes at a time (a tile).

Tiles of level 0 hold leaves, those of level 1 the roots over 256 leaves, and so on. A proof needs at most two
tiles of each level, so it reads the same few rows whether the log is a day or ten years old.
"""

from __future__ import annotations

from sqlalchemy import insert, select

from civic.db import db
from civic.events.models import Event
from civic.merkle import root_of
from civic.seal.models import LogNode

HEIGHT = 8
WIDTH = 1 << HEIGHT
MOST_KEPT = 16


class LogBroken(Exception):
    """The log is not what it was: nothing more is sealed or signed. `code` is one of `civic.seal.verify`."""

    def __init__(self, code: str, place: int) -> None:
        super().__init__(f"{code} at {place}")
        self.code, self.place = code, place


class Tiles:
    """The stored hashes; tiles that were read are kept for the next proof."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def hashes(self, level: int, number: int) -> list[bytes]:
        """What there is of this tile: up to 256 hashes."""
        key = (level, number)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = _read(level, number)
        return self._kept[key]

    def subtree(self, level: int, number: int) -> bytes:
        """The root over 2^level leaves (`civic.merkle.Subtree`). Raises `LogBroken` when some are gone."""
        tile_level, height = divmod(level, HEIGHT)
        tile, start = divmod(number << height, WIDTH)
        found = self.hashes(tile_level, tile)[start : start + (1 << height)]
        if len(found) < 1 << height:
            missing = tile * WIDTH + start + len(found)
            raise LogBroken("node" if tile_level else "gap", missing << (tile_level * HEIGHT))
        return root_of(found)


def _read(level: int, number: int) -> list[bytes]:
    first = number * WIDTH
    place, value = (Event.sealed_seq, Event.leaf_hash) if level == 0 else (LogNode.number, LogNode.hash)
    found = select(place, value).where(place >= first, place < first + WIDTH).order_by(place)
    if level:
        found = found.where(LogNode.level == level * HEIGHT)
    rows = db.session.execute(found).all()
    # up to the first that is missing: what stands after it is no use
    return [_bytes(row[1]) for number, row in enumerate(rows) if row[0] == first + number]


def _bytes(value: str | None) -> bytes:
    """What is no hash any more (somebody wrote over it) is a wrong hash, not an error of ours."""
    try:
        return bytes.fromhex(value or "")
    except ValueError:
        return b""


def store_complete(old: int, new: int) -> None:
    """Store the roots of the tiles that filled up when the log grew from `old` to `new` leaves."""
    tiles, level = Tiles(), 1
    while new >> (level * HEIGHT) > old >> (level * HEIGHT):
        numbers = range(old >> (level * HEIGHT), new >> (level * HEIGHT))
        rows = [_node(tiles, level, number) for number in numbers]
        db.session.execute(insert(LogNode), rows)
        level += 1


def _node(tiles: Tiles, level: int, number: int) -> dict[str, object]:
    below = tiles.hashes(level - 1, number)
    if len(below) < WIDTH:
        raise LogBroken("gap", (number * WIDTH + len(below)) << ((level - 1) * HEIGHT))
    return {"level": level * HEIGHT, "number": number, "hash": root_of(below).hex()}
