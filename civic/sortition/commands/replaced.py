"""replaced.json: what a replacement was made from, so that `verify` can make its question again.

earlier     of the draw before: SHA-256 of the question, the quotas as [min, max, flex], fixed and
            excluded ids
confirmed   who stay
dropped     who left
changes     quotas that moved: {quota, old, new}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import messages
from ..errors import InvalidProblem, QuotaChange
from ..problem import Problem
from ..question import Quota
from ..replacement import relaxed, replacement_problem
from .output import changes_data, several
from .reading import content_of

REPLACED = "replaced.json"
FORMAT = "civic-replacement/1"
KEPT = "Alle quota blijven gehaald."
MOVED = "Deze quota kunnen niet meer. Ze zijn zo min mogelijk verschoven:"
WRONG = f"{REPLACED} past niet bij problem.json: de vraag is anders dan de oude met deze veranderingen."
BROKEN = f"{REPLACED} is niet te lezen."
LEAST = "Of de quota minder ver hadden kunnen verschuiven."


@dataclass(frozen=True, slots=True)
class Replaced:
    """The draw before, and what changed."""

    earlier: Problem
    confirmed: tuple[str, ...]
    dropped: tuple[str, ...]
    changes: tuple[QuotaChange, ...]

    def to_json(self) -> str:
        before = self.earlier
        content = {
            "format": FORMAT,
            "earlier": {
                "sha256": before.digest,
                "quotas": [[one.minimum, one.maximum, one.flex and list(one.flex)] for one in before.quotas],
                "fixed": list(before.fixed),
                "excluded": list(before.excluded),
            },
            "confirmed": list(self.confirmed),
            "dropped": list(self.dropped),
            "changes": changes_data(self.changes),
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def question(self) -> Problem:
        """What was drawn for. Raises `InvalidProblem`."""
        return relaxed(replacement_problem(self.earlier, self.confirmed, self.dropped), self.changes)

    def notes(self) -> list[str]:
        """Who stay, which quotas are kept, and which are not."""
        stay, seats = len(self.confirmed), self.earlier.size - len(self.confirmed)
        left = "Er is 1 plaats te vullen." if seats == 1 else f"Er zijn {seats} plaatsen te vullen."
        first = f"{several(stay, 'lid blijft', 'leden blijven')}. {left}"
        if not self.changes:
            return [first, KEPT]
        return [first, MOVED, *map(messages.proposal, self.changes)]


def read_replaced(path: Path, problem: Problem) -> Replaced:
    """The file, next to the question it led to. Raises one of `NOT_READABLE`, or `InvalidProblem`, for what
    is no such file."""
    content = json.loads(content_of(path))
    before = content["earlier"]
    earlier = replace(
        problem,
        quotas=tuple(_with_bounds(problem.quotas, before["quotas"])),
        fixed=tuple(before["fixed"]),
        excluded=tuple(before["excluded"]),
    )
    if (content["format"], before["sha256"]) != (FORMAT, earlier.digest):
        raise ValueError("another question")
    conditions = {one.label: one.condition for one in problem.quotas}
    changes = tuple(_change(one, conditions) for one in content["changes"])
    found = Replaced(earlier, tuple(content["confirmed"]), tuple(content["dropped"]), changes)
    if json.loads(found.to_json()) != content:
        raise ValueError("more, or other things, than a replacement holds")
    return found


def _with_bounds(quotas: Sequence[Quota], bounds: Sequence[Any]) -> Iterator[Quota]:
    for quota, (low, high, flex) in zip(quotas, bounds, strict=True):
        yield Quota(
            quota.condition,
            low,
            high,
            constituencies=quota.constituencies,
            weight=quota.weight,
            flex=flex,
        )


def _change(content: dict[str, Any], conditions: dict[str, Any]) -> QuotaChange:
    (low, high), (new_low, new_high) = content["old"], content["new"]
    name = content["quota"]
    return QuotaChange(conditions[name], (low, high), (new_low, new_high), name)


def failure_of(replaced: Replaced, problem: Problem) -> str:
    """Is `problem` the earlier question with exactly these changes? Empty: yes."""
    bounds = {one.label: (one.minimum, one.maximum) for one in replaced.earlier.quotas}
    labels = [one.label for one in replaced.changes]
    told = all(bounds[one.label] == one.old != one.new for one in replaced.changes)
    told = told and len(set(labels)) == len(labels)
    told = told and _are(replaced.confirmed, set(problem.fixed))
    told = told and _are(replaced.dropped, set(problem.excluded) - set(replaced.earlier.excluded))
    try:
        same = replaced.question().digest == problem.digest
    except InvalidProblem:
        same = False
    return "" if told and same else WRONG


def _are(listed: Sequence[str], people: set[str]) -> bool:
    """These people, each once."""
    return len(listed) == len(people) == len(people.intersection(listed))


def facts_of(replaced: Replaced) -> list[str]:
    """Old and new bounds, for people."""
    first = f"Dit is een vervanging bij de uitslag met vingerafdruk {replaced.earlier.digest}."
    return [first, *replaced.notes()]
