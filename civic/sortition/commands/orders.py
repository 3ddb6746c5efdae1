"""What `invite` reads: seats or letters per municipality, the address list, the waves before."""

from __future__ import annotations

import argparse
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InvalidProblem
from ..files.table import Row, Table, Wanted
from ..invitations import (
    InvitationDraw,
    InvitationSettings,
    LetterPlan,
    Resident,
    available,
    draw_letters,
    plan_letters,
    read_addresses,
)
from ..invitations.addresses import ADDRESS
from .numbers import count
from .output import Stop, complaints, refuse
from .reading import NOT_READABLE, Reading, content_of

PROOF, MAILING, MANIFEST = "bewijs", "brieven", "manifest.json"
MUNICIPALITY, SEATS, RESPONSE, LETTERS = "municipality", "seats", "response", "letters"
NOT_IN_A_NAME = re.compile(r"[^\w' -]")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Order:
    """What the files say: letters per municipality (those of the address list), the plan behind it, the list
    to draw from, the waves before, and the municipalities that the list lacks."""

    letters: dict[str, int]
    plan: LetterPlan | None
    residents: tuple[Resident, ...] = ()
    exempt: tuple[str, ...] = ()
    earlier: dict[str, tuple[InvitationDraw, ...]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


def read_order(options: argparse.Namespace) -> Order:
    reading = Reading()
    numbers, responses = _numbers(options, reading)
    residents: tuple[Resident, ...] = ()
    if options.addresses and (content := reading.content(options.addresses)) is not None:
        residents, errors = read_addresses(content)
        reading.note(options.addresses, errors)
    exempt = _exempt(options.exempt, reading)
    there = {one.municipality for one in residents}
    # every municipality draws from its own list: the others are told, and left to their own draw
    lacking = tuple(name for name in numbers if options.addresses and name not in there)
    if numbers and len(lacking) == len(numbers) and not reading.complaints:
        reading.say("Geen van de gemeenten staat in de adressenlijst.", options.addresses)
    reading.finish()
    own = {name: number for name, number in numbers.items() if name not in lacking}
    earlier = {name: _waves(options.earlier, name, residents) for name in own}
    if options.letters:
        return Order(own, None, residents, exempt, earlier, lacking)
    left = None
    if options.addresses:
        left = {name: _left(residents, name, exempt, earlier[name]) for name in own}
    plan = plan_letters(own, response=responses, ratio=options.ratio, available=left)
    return Order(plan.letters, plan, residents, exempt, earlier, lacking)


def _left(
    residents: Iterable[Resident], name: str, exempt: Sequence[str], earlier: Sequence[InvitationDraw]
) -> int:
    return available([one for one in residents if one.municipality == name], exempt, earlier)[name]


def _numbers(options: argparse.Namespace, reading: Reading) -> tuple[dict[str, int], Any]:
    """Seats or letters per municipality, and the response for all or for each."""
    path, column = (options.seats, SEATS) if options.seats else (options.letters, LETTERS)
    wanted = Wanted("het bestand met gemeenten", (MUNICIPALITY, column, RESPONSE))
    table = reading.table(path, wanted, [MUNICIPALITY, column])
    found = reading.cells(path, table, column, count, "geen heel getal")
    names = [row.cells[MUNICIPALITY] for row in table.rows]
    for row in _twice(table):
        reading.tell(path, row, f"“{row.cells[MUNICIPALITY][:40]}” staat er al.")
    responses: Any = options.response
    if options.seats and RESPONSE in table.columns:
        responses = {row.cells[MUNICIPALITY]: row.cells[RESPONSE] or options.response for row in table.rows}
    elif options.seats and options.response is None:
        reading.say("Geef de respons met --response, of met een kolom response.")
    return dict(zip(names, found, strict=False)), responses


def _twice(table: Table) -> list[Row]:
    first: dict[str, Row] = {}
    for row in table.rows:
        first.setdefault(row.cells[MUNICIPALITY], row)
    return [
        row for row in table.rows if first[row.cells[MUNICIPALITY]] is not row and row.cells[MUNICIPALITY]
    ]


def _exempt(path: Path | None, reading: Reading) -> tuple[str, ...]:
    """A column address (or adres)."""
    if path is None:
        return ()
    table = reading.table(path, Wanted("de lijst met instellingen", ADDRESS), ())
    column = next((name for name in ADDRESS if name in table.columns), "")
    if not column:
        reading.say("In de lijst met instellingen ontbreekt de kolom “address”.", path)
        return ()
    return tuple(row.cells[column] for row in table.rows)


def _waves(folders: Sequence[Path], name: str, residents: Sequence[Resident]) -> tuple[InvitationDraw, ...]:
    """The earlier waves of one municipality, drawn again from the same list."""
    own = [one for one in residents if one.municipality == name]
    waves: list[InvitationDraw] = []
    for folder in folders:
        waves.append(_wave(folder / folder_name(name) / PROOF, own, waves))
    return tuple(waves)


def _wave(folder: Path, residents: Sequence[Resident], before: Sequence[InvitationDraw]) -> InvitationDraw:
    try:
        claimed = json.loads(content_of(folder / MANIFEST))
        letters = {str(one): int(claimed["municipalities"][one]["letters"]) for one in claimed["order"]}
        settings = InvitationSettings(
            str(claimed["draw"]),
            letters,
            int(claimed["wave"]),
            str(claimed["method"]),
            tuple(claimed["exempt"]),
        )
        digests = {str(one): claimed["municipalities"][one]["digest"] for one in letters}
        seed = str(claimed["seed"])
        draw = draw_letters(residents, settings, seed, before)
    except InvalidProblem as error:
        raise Stop(complaints(error.errors, str(folder))) from None
    except NOT_READABLE:
        raise refuse("Dit is geen map van een eerdere ronde van invite.", str(folder), "earlier") from None
    if {one.municipality: one.digest for one in draw.municipalities} != digests:
        raise refuse("Deze ronde is met een andere adressenlijst geloot.", str(folder), "earlier")
    return draw


def read_secret(path: Path) -> str:
    """The secret in the file, or a new one."""
    if not path.exists():
        return secrets.token_hex(16)
    reading = Reading()
    content = reading.content(path)
    reading.finish()
    return (content or b"").decode("utf-8", "replace").strip()


def folder_name(municipality: str) -> str:
    """The name of a municipality as the name of a folder."""
    return NOT_IN_A_NAME.sub("-", municipality).strip()[:LONGEST_NAME] or "gemeente"
