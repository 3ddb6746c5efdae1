"""Do the public proof, the confidential files and panel.csv belong to the calculation in the same folder?

The question, the lottery and panels.csv are enough to make everything of a practice draw again: its name, the
secrets, the labels, the auditor's list and the receipts. So each of these files is compared.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import publication
from ..errors import InvalidProblem
from ..files.reading import read_table
from ..files.table import Wanted
from ..lottery import Lottery
from ..problem import Problem
from ..publication import verify_draw
from ..publication.encoding import canonical
from ..publication.files import (
    MANIFEST,
    PANELS,
    POOL,
    README,
    RESULT,
    SCRIPT,
    SCRIPT_SOURCE,
    manifest_of,
    panel_list,
    pool_file,
    receipt,
    secrets_file,
)
from ..publication.readme import readme as public_readme
from .fairness import shortfall
from .found import Found, found_of, wrong
from .proof import MEMBERS, PRIVATE, PUBLIC, SECRETS, Drawn, publication_draw, targets_of
from .reading import NOT_READABLE

OTHER = "De map openbaar hoort bij een andere loting dan problem.json en lottery.json."
NOT_THOSE = "panels.csv past niet bij de codes in de map openbaar."
NO_RESULT = f"In de map openbaar ontbreekt de uitslag ({RESULT})."
BROKEN = "Een bestand in de map vertrouwelijk is niet te lezen."
NOT_DERIVED = "{name} volgt niet uit de vraag en de panels."
NO_PRIVATE = "De map vertrouwelijk is er niet. Of panel.csv het gelote panel is, is niet nagerekend."
NO_MEMBERS = "panels.csv is er niet. Of panel.csv het gelote panel is, is niet nagerekend."
OTHER_README = "De tekst van openbaar/README.md: deze versie van het programma schrijft een andere."
OTHER_SCRIPT = f"Het programma {SCRIPT} in de map openbaar: het is niet dat van deze versie."
OTHER_SOFTWARE = "De naam en de versie van de software in het manifest."
RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found, the panel that was drawn, M, and the names of the files that were looked at.
    `drawn` is None where that cannot be known."""

    found: Found
    drawn: Drawn | None = None
    panels: int = 0
    files: frozenset[str] = frozenset()


def check_proof(folder: Path, problem: Problem, lottery: Lottery) -> Proof:
    """The public folder by its own verifier, then what ties it to the calculation."""
    pool = folder / PRIVATE / POOL
    report = publication.check(folder / PUBLIC, pool=pool if pool.is_file() else None)
    found = found_of(report)
    if found.failures:
        return Proof(found)
    if not (folder / PUBLIC / RESULT).is_file():
        return Proof(wrong(NO_RESULT))  # a draw of ours always has one
    manifest = json.loads((folder / PUBLIC / MANIFEST).read_bytes())
    public = frozenset(f"{PUBLIC}/{name}" for name in verify_draw.ALLOWED)
    try:
        if not _same_rules(manifest, problem) or not _same_people(pool, problem, lottery):
            return Proof(wrong(OTHER))
        if not (folder / PRIVATE / MEMBERS).is_file():
            return _without_members(found, manifest, lottery, public | _looked_at(pool))
        return _with_members(folder, problem, lottery, found)
    except NOT_READABLE:
        return Proof(wrong(BROKEN))


def _looked_at(pool: Path) -> frozenset[str]:
    return frozenset([f"{PRIVATE}/{POOL}"] if pool.is_file() else [])


def _without_members(
    found: Found, manifest: Mapping[str, Any], lottery: Lottery, files: frozenset[str]
) -> Proof:
    counted = f"{PRIVATE}/{POOL}" in files
    told = shortfall(
        manifest["largest_shortfall"], manifest["panels"], gap=lottery.gap, counted=counted
    ) + Found((), (NO_MEMBERS if counted else NO_PRIVATE,))
    return Proof(found + told, None, manifest["panels"], files)


def _same_rules(manifest: Mapping[str, Any], problem: Problem) -> bool:
    quotas = [
        [[list(pair) for pair in one.condition], list(one.constituencies), one.minimum, one.maximum]
        for one in problem.quotas
    ]
    said = [[one["condition"], one["constituencies"], one["min"], one["max"]] for one in manifest["quotas"]]
    numbers = (manifest["pool_size"], manifest["panel_size"], manifest["fixed"])
    rule = manifest["address_rule"]["applies"] == problem.address_rule
    return said == quotas and rule and numbers == (len(problem.pool), problem.size, len(problem.fixed))


def _same_people(pool: Path, problem: Problem, lottery: Lottery) -> bool:
    if not pool.is_file():
        return True
    listed = json.loads(pool.read_bytes())["members"]
    entrants = publication.entrants_of(problem, targets_of(lottery))
    wanted = {one.id: [dict(one.answers), one.address, one.target, one.fixed] for one in entrants}
    return {
        one["id"]: [one["answers"], one["address"], one["target"], one["fixed"]] for one in listed
    } == wanted


def _with_members(folder: Path, problem: Problem, lottery: Lottery, found: Found) -> Proof:
    """Everything made again out of panels.csv."""
    try:
        draw = publication_draw(problem, lottery, _panels(folder / PRIVATE / MEMBERS))
    except InvalidProblem:
        return Proof(wrong(NOT_THOSE))
    public = verify_draw.read_folder(folder / PUBLIC)
    if panel_list(draw) != public[PANELS]:
        return Proof(wrong(NOT_THOSE))
    manifest = json.loads(public[MANIFEST])
    wanted = {**manifest_of(draw, public[PANELS], public[SCRIPT]), "software": manifest["software"]}
    if canonical(wanted) != public[MANIFEST]:
        return Proof(wrong(NOT_DERIVED.format(name=f"{PUBLIC}/{MANIFEST}")))
    made = _made(draw)
    changed = [name for name in sorted(made) if _differs(folder / PRIVATE / name, made[name])]
    if changed:
        return Proof(wrong(*(NOT_DERIVED.format(name=f"{PRIVATE}/{name}") for name in changed)))
    # without pool.json this is the first time that quotas and chances are looked at
    checked = found_of(verify_draw.check(public, pool=made[POOL]))
    number = json.loads(public[RESULT])["index"]
    told = shortfall(draw.largest_shortfall, len(draw.panels), gap=lottery.gap)
    private = {f"{PRIVATE}/{name}" for name in (*made, MEMBERS)}
    files = frozenset({*private, *(f"{PUBLIC}/{name}" for name in verify_draw.ALLOWED)})
    result = replace(checked, practice=found.practice) + told + Found((), tuple(_texts(draw, public)))
    return Proof(result, Drawn(number, tuple(sorted(draw.panels[number]))), len(draw.panels), files)


def _made(draw: publication.Draw) -> dict[str, bytes]:
    """The confidential files, by name."""
    receipts = {
        f"{RECEIPTS}/{draw.leaves[one.id].hex()[:16]}.json": receipt(draw, one) for one in draw.entrants
    }
    return {
        POOL: pool_file(draw),
        SECRETS: secrets_file(draw.identifier, draw.secrets),
        **receipts,
    }


def _differs(path: Path, wanted: bytes) -> bool:
    """A file that is not there says nothing wrong: it can be made again."""
    return path.is_file() and path.read_bytes() != wanted


def _texts(draw: publication.Draw, public: Mapping[str, bytes]) -> Iterator[str]:
    """What another version of the software may have written in another way."""
    yield from script_notes(public)
    if json.loads(public[MANIFEST])["software"] != draw.procedure.software:
        yield OTHER_SOFTWARE
    commitment = verify_draw.sha256(public[MANIFEST]).hex()
    if public[README] != public_readme(draw, commitment).encode():
        yield OTHER_README


def script_notes(public: Mapping[str, bytes]) -> Iterator[str]:
    """The script in the folder is for others to run: it should be the one that is known here."""
    if public[SCRIPT] != SCRIPT_SOURCE.read_bytes():
        yield OTHER_SCRIPT


def _panels(path: Path) -> list[list[str]]:
    """Who sits in panel 0 … M - 1, by panels.csv. Raises ValueError or LookupError where one is left out."""
    table = read_table(path, Wanted("panels", ("panel", "id")))
    seats: dict[int, list[str]] = defaultdict(list)
    for row in table.rows:
        seats[int(row.cells["panel"])].append(row.cells["id"])
    if sorted(seats) != list(range(len(seats))):
        raise ValueError("a panel is missing")
    return [seats[number] for number in range(len(seats))]
