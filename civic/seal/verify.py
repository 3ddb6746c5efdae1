"""Checking the log from the rows up: leaves, stored nodes, checkpoints, signatures, witnesses.

Every check is a small one by itself: an entry against its leaf, a full tile against the node over it, a
checkpoint against the nodes. So a part of the log can be checked without the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, func, select

from civic.db import db
from civic.events.models import Event
from civic.merkle import consistency_over, is_consistent, root_of, root_over
from civic.seal import keys, note, queries, service
from civic.seal.entry import leaf_of
from civic.seal.models import Checkpoint, Cosignature, LogNode, Witness
from civic.seal.tree import HEIGHT, WIDTH, LogBroken, Tiles

BATCH = 4 * WIDTH
CHECKPOINTS = 200


@dataclass(frozen=True)
class Problem:
    """`place` is the number of the entry, or the size of the checkpoint; `event_id` is that of a row."""

    code: str
    place: int
    event_id: int | None = None

    def sentence(self) -> str:
        return str(_sentences()[self.code]) % {"place": self.place, "id": self.event_id}


def _sentences() -> dict[str, str]:
    return {
        "gap": _("Regel %(place)s van het logboek is weg."),
        "leaf": _("Regel %(place)s (gebeurtenis %(id)s) is veranderd na het verzegelen."),
        "node": _("De opgeslagen knoop bij regel %(place)s klopt niet met de regels."),
        "shrunk": _("Het logboek is korter dan controlepunt %(place)s zegt. Er zijn regels weg."),
        "fork": _("Controlepunt %(place)s hoort niet bij dit logboek. Het logboek is vertakt."),
        "signature": _("De handtekening van de site onder controlepunt %(place)s klopt niet."),
        "cosignature": _("Een handtekening van een getuige onder controlepunt %(place)s klopt niet."),
        "witness": _("De sleutel of de naam van getuige %(place)s staat anders in het logboek."),
    }


def everything() -> Iterator[Problem]:
    """All that is wrong with the log, the rows first."""
    size = queries.log_size()
    yield from rows(0, size)
    yield from upper_nodes(size)
    yield from checkpoints()
    yield from witnesses()


# Rows and nodes -------------------------------------------------------------------------------------


def rows(start: int, end: int) -> Iterator[Problem]:
    """Every entry against its leaf, every full tile against its node. `start` is the start of a tile."""
    for first in range(start, end, BATCH):
        last = min(first + BATCH, end)
        found = {row.sealed_seq: row for row in queries.sealed_rows(first, last)}
        nodes = _nodes(HEIGHT, first // WIDTH, last // WIDTH)
        for tile in range(first, last, WIDTH):
            yield from _tile(found, tile, min(tile + WIDTH, last), nodes)
        db.session.rollback()  # let the database go: nothing was written


def _tile(found: dict[int, Row[Any]], start: int, end: int, nodes: dict[int, str]) -> Iterator[Problem]:
    """A wrong entry makes its node wrong as well; that is said once, of the entry."""
    leaves, problems = [], []
    for place in range(start, end):
        row = found.get(place)
        if row is None:
            problems.append(Problem("gap", place))
            continue
        leaves.append(leaf_of(row))
        if leaves[-1].hex() != row.leaf_hash:
            problems.append(Problem("leaf", place, row.id))
    yield from problems
    is_full = len(leaves) == WIDTH
    if is_full and not problems and nodes.get(start // WIDTH) != root_of(leaves).hex():
        yield Problem("node", start)


def _nodes(level: int, start: int, end: int) -> dict[int, str]:
    """{number: hash} of the stored nodes of this level."""
    wanted = LogNode.level == level, LogNode.number >= start, LogNode.number < end
    found = db.session.execute(select(LogNode.number, LogNode.hash).where(*wanted))
    return {row.number: row.hash for row in found}


def upper_nodes(size: int) -> Iterator[Problem]:
    """The nodes over nodes, and no node that should not be there."""
    level, tiles = 2 * HEIGHT, Tiles()
    while size >> level:
        for number in range(size >> level):
            yield from _upper_node(tiles, level, number)
        level += HEIGHT
    yield from _strange_nodes()


def _upper_node(tiles: Tiles, level: int, number: int) -> Iterator[Problem]:
    below = tiles.hashes(level // HEIGHT - 1, number)
    stored = _nodes(level, number, number + 1).get(number)
    if len(below) < WIDTH or stored != root_of(below).hex():
        yield Problem("node", number << level)


def _strange_nodes() -> Iterator[Problem]:
    """The size is read after the nodes: meanwhile the log grows, and new nodes are no strangers."""
    highest = select(LogNode.level, func.max(LogNode.number)).group_by(LogNode.level).order_by(LogNode.level)
    found = db.session.execute(highest).all()
    size = queries.log_size()
    for level, number in found:
        if number >= size >> level:
            yield Problem("node", number << level)


# Checkpoints and witnesses --------------------------------------------------------------------------


def checkpoints() -> Iterator[Problem]:
    """Every checkpoint: its root, its signature, and that it fits the one before. The size is read after
    them: meanwhile the log grows."""
    tiles, key = Tiles(), keys.public_key()
    before: Checkpoint | None = None
    while True:
        found = queries.checkpoints_after(before.size if before else 0, CHECKPOINTS)
        size = queries.log_size()
        for one in found:
            yield from _checkpoint(one, before, tiles, size)
            if not note.holds(key, _hex(one.signature), one.text.encode()):
                yield Problem("signature", one.size)
            before = one
        yield from _cosignatures(found)
        if len(found) < CHECKPOINTS:
            return


def _checkpoint(one: Checkpoint, before: Checkpoint | None, tiles: Tiles, size: int) -> Iterator[Problem]:
    if one.size > size:
        yield Problem("shrunk", one.size)
        return
    try:
        fits = root_over(tiles.subtree, one.size) == _hex(one.root) and _follows(one, before, tiles)
    except LogBroken as error:
        yield Problem(error.code, error.place)
        return
    if not fits:
        yield Problem("fork", one.size)


def _follows(one: Checkpoint, before: Checkpoint | None, tiles: Tiles) -> bool:
    if before is None:
        return True
    proof = consistency_over(tiles.subtree, before.size, one.size)
    return is_consistent(before.size, one.size, proof, _hex(before.root), _hex(one.root))


def _cosignatures(found: list[Checkpoint]) -> Iterator[Problem]:
    for one in queries.cosignatures_on(found):
        if not _counts(one, one.checkpoint, one.witness):
            yield Problem("cosignature", one.checkpoint.size)


def _counts(one: Cosignature, checkpoint: Checkpoint, witness: Witness) -> bool:
    """The signature holds, and was given while the key was that of a witness."""
    signed = int(checkpoint.signed_at.timestamp())
    in_time = signed <= one.time and witness.published_at <= checkpoint.signed_at
    still = witness.retired_at is None or one.received_at <= witness.retired_at
    message = note.cosigned(checkpoint.text, one.time)
    return in_time and still and note.holds(_hex(witness.public_key), _hex(one.signature), message)


def witnesses() -> Iterator[Problem]:
    """A witness is what the log said when its key was published."""
    known = queries.all_witnesses()
    said = {number: (data, at) for number, data, at in db.session.execute(_published())}
    for one in known:
        if said.get(one.id) != (service.witness_facts(one), one.published_at):
            yield Problem("witness", one.id)


def _published() -> Any:
    return select(Event.subject_id, Event.data, Event.at).where(
        Event.subject_type == Witness.__tablename__, Event.action == service.PUBLISHED
    )


def _hex(value: str) -> bytes:
    """What is no hexadecimal any more is wrong, not an error of ours."""
    try:
        return bytes.fromhex(value)
    except ValueError:
        return b""


# One day's part -------------------------------------------------------------------------------------

MOST_AGAIN = 800 * WIDTH


@dataclass(frozen=True)
class Part:
    """What one daily check found; the next one goes on where this ended."""

    size: int
    again_to: int
    problem: Problem | None


def todays_part(at: datetime) -> Part:
    """What is new since the last good check, and a part of what is old; stops at the first problem.

    A log of at most `MOST_AGAIN` entries is checked whole every day; a longer one in turns.
    """
    last, size = queries.last_check(), queries.log_size()
    known = min(last.size, size) // WIDTH * WIDTH if last else 0
    start = last.again_to if last and last.again_to < known else 0
    end = min(start + MOST_AGAIN, known)
    problem = next(_part(known, size, start, end), None)
    if problem is None:
        return Part(size, end, None)
    return Part(last.size if last else 0, last.again_to if last else 0, problem)


def _part(known: int, size: int, start: int, end: int) -> Iterator[Problem]:
    yield from rows(known, size)
    yield from rows(start, end)
    yield from upper_nodes(size)
    yield from checkpoints()
    yield from witnesses()
