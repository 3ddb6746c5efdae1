"""The public proof of a practice draw: which of the M panels a public number picks.

OUT/openbaar        what everybody may see (package `publication`)
OUT/vertrouwelijk   secrets.json, pool.json (for the auditor), panels.csv (who sits in which panel); receipts
OUT/panel.csv       the members of the panel that the number picked
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ... import __version__
from .. import publication
from ..files import write_respondents, write_table
from ..lottery import Lottery
from ..problem import Problem
from ..publication.files import POOL, pool_file
from ..question import Pool
from ..uniform import UniformLottery
from .writing import PRIVATE_FILE, write_private

PUBLIC, PRIVATE = "openbaar", "vertrouwelijk"
SECRETS, MEMBERS, PANEL = "secrets.json", "panels.csv", "panel.csv"
ROUND = 1  # of the practice chain, whose numbers anybody can know


@dataclass(frozen=True, slots=True)
class Drawn:
    """Number and members of the panel that the practice number picks."""

    number: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A lottery, the M equal panels (None: none asked), and the seconds these took."""

    lottery: Lottery
    uniform: UniformLottery | None
    seconds: float


def write_proof(
    folder: Path, problem: Problem, lottery: Lottery, uniform: UniformLottery, *, receipts: bool = False
) -> Drawn:
    """Public and confidential folder, the draw by the practice chain, and the panel that comes out.

    The secrets follow from the question, the seed and the panels, so that the same command gives the same
    bytes. That is why they are for practice only. Raises `publication.Refused` if its own verifier would
    refuse.
    """
    draw = publication_draw(problem, lottery, uniform.panels)
    publication.write(folder / PUBLIC, draw)
    signature = publication.practice_signature(ROUND).hex()
    number = int(publication.write_result(folder / PUBLIC, publication.Beacon(signature))["index"])
    private = folder / PRIVATE
    publication.write_secrets(private / SECRETS, draw.identifier, draw.secrets)
    if receipts:
        publication.write_confidential(private, draw)
    else:
        write_private(private / POOL, pool_file(draw))
    rows = [(str(at), member) for at, panel in enumerate(uniform.panels) for member in panel]
    write_table(private / MEMBERS, ("panel", "id"), rows)
    (private / MEMBERS).chmod(PRIVATE_FILE)
    drawn = Drawn(number, uniform.panel(number))
    write_respondents(folder / PANEL, members_pool(problem.pool, drawn.members))
    return drawn


def publication_draw(problem: Problem, lottery: Lottery, panels: Sequence[Sequence[str]]) -> publication.Draw:
    """What is published about the M panels.

    Name and secrets depend on everything that two public folders can differ in: question, seed, objective and
    the list of panels. Two lists under one name and secret would share the labels of everybody who sits in
    the same panel in both.
    """
    listed = json.dumps([list(panel) for panel in panels]).encode()
    parts = (lottery.digest, lottery.seed, lottery.objective, len(panels), hashlib.sha256(listed).hexdigest())
    text = "/".join(map(str, parts))
    identifier = f"oefenloting-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    master = hashlib.sha256(f"civic-practice-secrets/v2/{text}".encode()).digest()
    return publication.Draw(
        identifier=identifier,
        sequence=1,
        entrants=publication.entrants_of(problem, targets_of(lottery)),
        panels=panels,
        rules=publication.rules_of(problem),
        secrets=publication.make_secrets(problem.pool.ids, identifier, master),
        procedure=publication.Procedure(
            beacon=publication.Round(publication.PRACTICE_CHAIN, ROUND),
            frozen_at=0,
            committed_at=0,
            software=f"civic-region {__version__}",
        ),
    )


def targets_of(lottery: Lottery) -> Mapping[str, float]:
    """The fair chance per person: that of leximin; maximin promises no more than its own lottery gives."""
    if lottery.objective != "leximin":
        return lottery.probabilities
    pairs = zip(lottery.groups, lottery.targets, strict=True)
    return {member: target for members, target in pairs for member in members}


def members_pool(pool: Pool, members: tuple[str, ...]) -> Pool:
    """Only these people, in the order of the pool; without addresses."""
    chosen = set(members)
    rows = [(one, row) for one, row in zip(pool.ids, pool.values, strict=True) if one in chosen]
    return Pool(pool.features, tuple(one for one, _row in rows), tuple(row for _one, row in rows))
