"""The table of steps, made from the rules themselves: docs/handleiding-aanjaagteam.md has a copy of it.

A test compares the two, and prints the table that belongs there when they differ.
"""

from __future__ import annotations

from itertools import groupby

from flask_babel import gettext as _

from civic.aanjaagteam import wording
from civic.aanjaagteam.states import RULES, TRANSITIONS, Action, State
from civic.accounts.wording import ROLE_NAMES

BEGIN, END = "<!-- stappen: begin -->", "<!-- stappen: einde -->"


def steps_table() -> str:
    """Which step is possible from which state, who may make it, and what must be filled in (Markdown)."""
    head = "| Stap | Van | Naar | Wie | Verplicht |\n|---|---|---|---|---|"
    lines = [_line(action, old, new) for action in Action for old, new in _moves(action)]
    return "\n".join([head, *lines])


def _moves(action: Action) -> list[tuple[list[State], State]]:
    """States with the same target stand on one line; a step that leaves the state comes last."""
    pairs = [(old, new) for (old, what), new in TRANSITIONS.items() if what is action]
    stays = [old for old, new in pairs if old is new]
    goes = sorted((pair for pair in pairs if pair[0] is not pair[1]), key=lambda pair: _place(pair[1]))
    grouped = [
        (sorted((old for old, _new in rows), key=_place), new)
        for new, rows in groupby(goes, key=lambda pair: pair[1])
    ]
    return [*grouped, *([(sorted(stays, key=_place), stays[0])] if stays else [])]


def _place(state: State) -> int:
    return list(State).index(state)


def _line(action: Action, old: list[State], new: State) -> str:
    rule = RULES[action]
    target = _("blijft hetzelfde") if new in old else str(wording.STATES[new])
    needed = ", ".join(_small(wording.FIELDS[name]) for name in rule.required) or "–"
    cells = [
        str(wording.ACTIONS[action]),
        ", ".join(str(wording.STATES[state]) for state in old),
        target,
        ", ".join(sorted(str(ROLE_NAMES[role]) for role in rule.roles)),
        needed,
    ]
    return f"| {' | '.join(cells)} |"


def _small(words: object) -> str:
    text = str(words).removesuffix(" (nummer)")
    return text[:1].lower() + text[1:]
