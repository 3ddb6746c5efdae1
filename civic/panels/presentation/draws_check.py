"""Words for who checks a draw: the log of the draw line by line, and the command for the script.

All of it comes from log.json itself, which is what the verifiers read: not from our own tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.panels.models import PublicDraw
from civic.panels.presentation import draws_public as words

LazyString = Any  # flask_babel's lazy string
COMMAND = "python verify_draw.py ."
# neutral: what the entry is, whoever recorded it
STEPS: dict[str, LazyString] = {
    "commitment": _l("Alles is vastgelegd en openbaar gemaakt"),
    "balls": _l("De ballen zijn getrokken"),
    "fallback": _l("Besloten is dat het reservegetal telt"),
    "result": _l("De uitslag is vastgelegd"),
    "signature": _l("Het eerste lotingsgetal kwam toch nog"),
    "superseded": _l("De loting is vervangen"),
    "voided": _l("De loting is ongeldig verklaard"),
}


@dataclass(frozen=True)
class Signed:
    """A witness, and when that witness signed."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One entry of the log; `other` is the number of the draw when it is about another one."""

    at: datetime
    text: str
    detail: str
    other: int | None
    signed: list[Signed]


def lines_of(log: bytes | None, commitment: str) -> list[Line]:
    """The steps of log.json, oldest first; empty before anything is sealed."""
    records = json.loads(log)["records"] if log is not None else []
    read = [(json.loads(one["entry"]), one["signatures"]) for one in records]
    found = [_line(event, signatures, commitment) for event, signatures in read if "kind" in event["data"]]
    return sorted(found, key=lambda one: one.at)


def _line(event: Mapping[str, Any], signatures: list[Mapping[str, Any]], commitment: str) -> Line:
    step = event["data"]
    return Line(
        _moment(event["at"]),
        str(STEPS.get(step["kind"], step["kind"])),
        _detail(step["kind"], step["value"]),
        step["sequence"] if step["commitment"] != commitment else None,
        sorted((Signed(one["name"], _moment(one["time"])) for one in signatures), key=lambda one: one.at),
    )


def _detail(kind: str, value: str) -> str:
    if kind == "commitment":
        chain, _colon, number = value.partition(":")
        number = format_decimal(int(number))
        return str(
            _("Beslissend is ronde %(number)s van %(chain)s.", number=number, chain=words.chain_name(chain))
        )
    if kind == "balls":
        return str(_("De cijfers: %(value)s.", value=value))
    if kind in ("superseded", "voided"):
        return words.void_text(value)
    groups = " ".join(words.in_groups(value))
    return str(_("De vingerafdruk: %(value)s", value=groups)) if kind == "result" else ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- the script ------------------------------------------------------------------------------------------


def command_of(draw: PublicDraw, options: str = "") -> str:
    """As it is typed in the folder of this draw. Other files stand beside the folder: it holds no others."""
    practice = " --oefenloting" if words.is_practice(draw) else ""
    return f"{COMMAND}{practice}{f' {options}' if options else ''}"


def folder_name(draw: PublicDraw) -> str:
    """Of the folder in the zip file."""
    return f"{draw.identifier}-{draw.sequence}"


def receipt_name(draw: PublicDraw) -> str:
    """Of the file that a registrant takes along."""
    return f"bewijs-{folder_name(draw)}.json"
