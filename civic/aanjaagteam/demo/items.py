"""Reads reports.toml: what the made-up reports are about."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.aanjaagteam.service import Ending, Knot, Option, ProcessFix, Refusal
from civic.aanjaagteam.states import DeclineReason, Outcome, Waiting
from civic.aanjaagteam.states.facts import Cause
from civic.aanjaagteam.states.knots import OptionKind, ProcessOutcome, RuleUse

SOURCE = Path(__file__).with_name("reports.toml")
NOTE = "Gebeld met de afdeling. Niemand zegt nee, niemand zegt ja. Ik zoek uit wie mag tekenen."


@dataclass(frozen=True)
class Item:
    """A kind of trouble, told by one person (title, story) and by another (again_title, again_story)."""

    process: str
    waiting: Waiting
    place: str  # CBS code of the municipality of the unit
    unit: str
    cause: Cause
    title: str
    story: str
    again_title: str
    again_story: str
    again_place: str = ""
    note: str = NOTE
    change: str = ""
    knot: Knot | None = None
    process_days: int = 0  # until the process is changed, where that follows
    ending: Ending | None = None
    again_ending: Ending | None = None
    refusal: Refusal | None = None


def read_items() -> list[Item]:
    return [_item(data) for data in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["item"]]


def _item(data: dict[str, Any]) -> Item:
    data["waiting"] = Waiting(data["waiting"])
    if knot := data.pop("knot", None):
        data["process_days"] = knot["process"].get("days", 0)
        data["knot"] = _knot(knot)
    data["cause"] = Cause(data["cause"])
    for name in ("ending", "again_ending"):
        if ending := data.pop(name, None):
            data[name] = Ending(Outcome(ending["outcome"]), ending["text"])
    if refusal := data.pop("refusal", None):
        data["refusal"] = Refusal(DeclineReason(refusal["reason"]), refusal["text"], refusal["where"])
    return Item(**data)


def _knot(data: dict[str, Any]) -> Knot:
    """The days are filled in when it is cut."""
    process = data.pop("process")
    options = [Option(**{**one, "kind": OptionKind(one["kind"])}) for one in data.pop("options")]
    return Knot(
        **{**data, "rule_use": RuleUse(data["rule_use"])},
        decided_on=None,
        options=tuple(options),
        process=ProcessFix(ProcessOutcome(process["outcome"]), process["change"]),
    )
