"""Reads stories.toml, what happened with some of the reports, and does it verb by verb."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from civic.aanjaagteam.demo.agenda import Agenda
from civic.aanjaagteam.demo.walk import Walk
from civic.aanjaagteam.models import Report
from civic.accounts.demo import persona
from civic.accounts.models import User

SOURCE = Path(__file__).with_name("stories.toml")


class Said:
    """One line of the script: `data` holds its words; `by` is a persona, else the owner of the report."""

    def __init__(self, walk: Walk | None, data: dict[str, Any], stage: Stage) -> None:
        self._walk, self.data, self.stage = walk, data, stage

    @property
    def report(self) -> Report:
        if self._walk is None:
            raise ValueError(f"which report? {self.data}")
        return self._walk.report

    @property
    def actor(self) -> User:
        if "by" in self.data:
            return persona(self.data["by"])
        if self._walk is None:
            raise ValueError(f"by whom? {self.data}")
        return self._walk.member

    def text(self, name: str = "text") -> str:
        return str(self.data.get(name, ""))


@dataclass(frozen=True)
class Stage:
    """All reports by their number in reports.toml, and those whose escalations the script tells itself."""

    walks: dict[int, Walk]
    left_alone: set[int]


Verb = Callable[[Said, datetime], None]
VERBS: dict[str, Verb] = {}


def verb(act: Verb) -> Verb:
    """The name of the function is the word in the script."""
    VERBS[act.__name__] = act
    return act


def read_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["step"]
    return steps


def put_on_agenda(agenda: Agenda, stage: Stage) -> None:
    for data in read_steps():
        walk = stage.walks[data["report"]] if "report" in data else None
        step = partial(VERBS[data["do"]], Said(walk, data, stage))
        agenda.on(data["ago"], step)
