"""Do the public proof, the confidential files and panel.csv belong to the calculation in the same folder?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import publication
from ..files.reading import read_table
from ..files.table import Wanted
from ..lottery import Lottery
from ..problem import Problem
from ..publication.encoding import label
from ..publication.files import MANIFEST, PANELS, POOL, RESULT
from ..publication.verify_draw import Finding
from .output import Complaint
from .proof import MEMBERS, PANEL, PRIVATE, PUBLIC, members_pool, targets_of

NOT_READABLE = (OSError, LookupError, ValueError, TypeError, AttributeError)
OTHER = "De map openbaar hoort bij een andere loting dan problem.json en lottery.json."
NOT_THOSE = "panels.csv past niet bij de codes in de map openbaar."
NOT_DRAWN = "panel.csv is niet het panel dat geloot is."
BROKEN = "Een bestand in de map vertrouwelijk of panel.csv is niet te lezen."
NO_PRIVATE = "De map vertrouwelijk is er niet. Of panel.csv het gelote panel is, is niet nagerekend."


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong, what could not be checked here, what holds, and what no such check can say."""

    failures: tuple[Complaint, ...] = ()
    unchecked: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    practice: bool = False


def found_of(report: publication.Report) -> Found:
    """A report of the stand-alone verifier."""
    return Found(
        tuple(Complaint(one.sentence(), "", one.code) for one in report.failures),
        _sentences(report.unchecked),
        _sentences(report.facts),
        _sentences(report.limits),
        report.practice,
    )


def _sentences(found: list[Finding]) -> tuple[str, ...]:
    return tuple(one.sentence() for one in found)


def check_proof(folder: Path, problem: Problem, lottery: Lottery) -> Found:
    """The public folder by its own verifier, then what ties it to the calculation."""
    pool = folder / PRIVATE / POOL
    has_pool = pool.is_file()
    report = publication.check(folder / PUBLIC, pool=pool if has_pool else None)
    found = found_of(report)
    if found.failures:
        return found
    try:
        wrong = tuple(_ties(folder, problem, lottery, has_pool))
    except NOT_READABLE:
        wrong = (BROKEN,)
    unchecked = found.unchecked if has_pool else (*found.unchecked, NO_PRIVATE)
    failures = tuple(Complaint(one, "", "proof") for one in wrong)
    return replace(found, failures=failures, unchecked=unchecked)


def _ties(folder: Path, problem: Problem, lottery: Lottery, has_pool: bool) -> Iterator[str]:
    manifest = json.loads((folder / PUBLIC / MANIFEST).read_bytes())
    if not _same_rules(manifest, problem):
        yield OTHER
    elif has_pool:
        yield from _private_ties(folder, problem, lottery, manifest)


def _same_rules(manifest: Mapping[str, Any], problem: Problem) -> bool:
    quotas = [
        [[list(pair) for pair in one.condition], list(one.constituencies), one.minimum, one.maximum]
        for one in problem.quotas
    ]
    said = [[one["condition"], one["constituencies"], one["min"], one["max"]] for one in manifest["quotas"]]
    numbers = (manifest["pool_size"], manifest["panel_size"], manifest["fixed"])
    rule = manifest["address_rule"]["applies"] == problem.address_rule
    return said == quotas and rule and numbers == (len(problem.pool), problem.size, len(problem.fixed))


def _private_ties(
    folder: Path, problem: Problem, lottery: Lottery, manifest: Mapping[str, Any]
) -> Iterator[str]:
    listed = json.loads((folder / PRIVATE / POOL).read_bytes())["members"]
    entrants = publication.entrants_of(problem, targets_of(lottery))
    wanted = {one.id: [dict(one.answers), one.address, one.target, one.fixed] for one in entrants}
    said = {one["id"]: [one["answers"], one["address"], one["target"], one["fixed"]] for one in listed}
    if said != wanted:
        yield OTHER
        return
    secrets = {one["id"]: bytes.fromhex(one["secret"]) for one in listed}
    seats = _seats(folder / PRIVATE / MEMBERS)
    if _labels(seats, secrets, manifest) != (folder / PUBLIC / PANELS).read_bytes():
        yield NOT_THOSE
        return
    result = json.loads((folder / PUBLIC / RESULT).read_bytes())
    members = tuple(member for panel, member in seats if panel == result["index"])
    drawn = members_pool(problem.pool, members)
    if _rows(folder / PANEL, drawn.features) != list(zip(drawn.ids, drawn.values, strict=True)):
        yield NOT_DRAWN


def _seats(path: Path) -> list[tuple[int, str]]:
    """(panel, id) per line of panels.csv."""
    table = read_table(path, Wanted("panels", ("panel", "id")))
    return [(int(row.cells["panel"]), row.cells["id"]) for row in table.rows]


def _labels(seats: list[tuple[int, str]], secrets: Mapping[str, bytes], manifest: Mapping[str, Any]) -> bytes:
    """panels.txt as it follows from who sits where; nothing where somebody is unknown."""
    if any(one not in secrets for _panel, one in seats):
        return b""
    width = len(str(manifest["panels"] - 1))
    lines = [
        f"{panel:0{width}d} {label(secrets[one], manifest['draw'], manifest['sequence'], panel)}\n"
        for panel, one in seats
    ]
    return "".join(sorted(lines)).encode()


def _rows(path: Path, features: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    table = read_table(path, Wanted("panel", ("id",), features))
    return [(row.cells["id"], tuple(row.cells[name] for name in features)) for row in table.rows]
