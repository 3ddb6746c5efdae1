"""Reading what was published about a draw, for the public pages: the index step by step, chances, own panels.

Pure, and written apart from the engine and from `verify_draw.py`: tests compare the three.
Formats: civic/sortition/publication/verify_draw.py.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORDS = 2**64
PERCENTS = 101  # from the smallest chance to the largest in a hundred steps


@dataclass(frozen=True)
class Steps:
    """How the public number becomes the number of a panel: (word mod panels + balls) mod panels."""

    word: int
    panels: int
    balls: int
    digits: str  # the balls as they were drawn; empty when none were asked for
    tries: int  # how many words it took: one that would favour low numbers is thrown away

    @property
    def rest(self) -> int:
        return self.word % self.panels

    @property
    def total(self) -> int:
        return self.rest + self.balls

    @property
    def is_round_again(self) -> bool:
        return self.total >= self.panels

    @property
    def index(self) -> int:
        return self.total % self.panels

    @property
    def zeros(self) -> int | None:
        """Three for 1,000 panels: the rest is then the last three digits. None for other numbers."""
        text = str(self.panels)
        return len(text) - 1 if text.strip("0") == "1" else None


def steps_of(commitment: str, signature: str, panels: int, digits: str = "") -> Steps:
    """From the commitment and the signature of the round (hex): security.md section 6.1, step 8."""
    randomness = hashlib.sha256(bytes.fromhex(signature)).digest()
    counter = 0
    while True:
        text = b"civic-draw/v1\0" + bytes.fromhex(commitment) + counter.to_bytes(4, "big")
        word = int.from_bytes(hmac.digest(randomness, text, "sha256")[:8], "big")
        counter += 1
        if word < WORDS - WORDS % panels:
            return Steps(word, panels, int(digits or 0), digits, counter)


@dataclass(frozen=True, repr=False)
class Mark:
    """What makes somebody's labels. Not shown by repr, so that the secret does not end up in a log."""

    secret: bytes
    draw: str
    sequence: int

    def label(self, panel: int) -> str:
        text = b"civic-label/v1\0" + self.draw.encode("ascii") + b"\0"
        text += self.sequence.to_bytes(4, "big") + panel.to_bytes(4, "big")
        return hmac.digest(self.secret, text, "sha256")[:10].hex()


def own_panels(listed: bytes, mark: Mark, panels: int) -> list[int]:
    """The panels that have a label of this person in them. `listed` is panels.txt.

    Its lines are of one length and in order, and every panel has as many: so a panel is a slice, and a list
    of 40 MB need not be taken apart.
    """
    width, size = len(str(panels - 1)), len(listed) // panels
    return [
        number
        for number in range(panels)
        if f"{number:0{width}d} {mark.label(number)}\n".encode()
        in listed[number * size : (number + 1) * size]
    ]


@dataclass(frozen=True)
class Numbers:
    """How many people a draw is about. All of it follows from the manifest, so everybody finds the same."""

    seats: int  # that this draw fills
    people: int  # who can be drawn, also those who have bad luck and are in none of these panels
    fixed: int  # in every panel, because they hold a seat already
    without_chance: int  # in none: they cannot or will not, or no panel can have them

    @property
    def equal(self) -> float:
        """The chance of each, if everybody who could be drawn had the same."""
        return min(1.0, self.seats / self.people) if self.people else 0.0


def numbers_of(manifest: Mapping[str, Any]) -> Numbers:
    fixed, without_chance = int(manifest["fixed"]), manifest["excluded"] + manifest["impossible"]
    people = manifest["pool_size"] - fixed - without_chance
    return Numbers(manifest["panel_size"] - fixed, max(0, people), fixed, without_chance)


def quantiles(
    counts: Iterable[tuple[int, int]], panels: int, fixed: int = 0, without_chance: int = 0
) -> list[float]:
    """Chances from small to large in a hundred steps, of who can be drawn; `counts` holds (in how many
    panels, how many people), also of who is fixed and of who is `without_chance`.

    Empty when nobody is left.
    """
    found = dict(counts)
    for taken, people in ((panels, fixed), (0, without_chance)):
        found[taken] = max(0, found.get(taken, 0) - people)
    steps = [(taken, people) for taken, people in sorted(found.items()) if people]
    total = sum(people for _taken, people in steps)
    if not total:
        return []
    return [_at(steps, (total - 1) * step // (PERCENTS - 1)) / panels for step in range(PERCENTS)]


def _at(steps: Sequence[tuple[int, int]], place: int) -> int:
    """The value of the person at `place`, counted from the smallest."""
    for taken, people in steps:
        if place < people:
            return taken
        place -= people
    raise IndexError(place)
