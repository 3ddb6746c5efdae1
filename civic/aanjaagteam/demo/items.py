"""Reads reports.toml: what the made-up reports are about."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.aanjaagteam.service import Ending, Knot, Refusal
from civic.aanjaagteam.states import DeclineReason, Outcome, Waiting

SOURCE = Path(__file__).with_name("reports.toml")
NOTE = "Gebeld met de afdeling. Niemand zegt nee, niemand zegt ja. Ik zoek uit wie mag tekenen."


@dataclass(frozen=True)
class Item:
    """A kind of trouble, told by one person (title, story) and by another (again_title, again_story)."""

    process: str
    waiting: Waiting
    title: str
    story: str
    again_title: str
    again_story: str
    note: str = NOTE
    change: str = ""
    knot: Knot | None = None
    ending: Ending | None = None
    refusal: Refusal | None = None


def read_items() -> list[Item]:
    return [_item(data) for data in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["item"]]


def _item(data: dict[str, Any]) -> Item:
    data["waiting"] = Waiting(data["waiting"])
    if knot := data.pop("knot", None):
        data["knot"] = Knot(**knot, decided_on=None)
    if ending := data.pop("ending", None):
        data["ending"] = Ending(Outcome(ending["outcome"]), ending["text"])
    if refusal := data.pop("refusal", None):
        data["refusal"] = Refusal(DeclineReason(refusal["reason"]), refusal["text"], refusal["where"])
    return Item(**data)
