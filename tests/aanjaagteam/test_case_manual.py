"""The manual says which steps there are, and it is what the rules say (W4)."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_babel import force_locale

from civic.aanjaagteam.manual import BEGIN, END, steps_table
from civic.aanjaagteam.states import RULES, TRANSITIONS, Action
from civic.aanjaagteam.wording import ACTIONS, FIELDS, STATES

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "handleiding-aanjaagteam.md"


def test_table_in_the_manual_is_made_of_the_rules(app: Flask) -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    inside = text.split(BEGIN)[1].split(END)[0].strip()
    with app.app_context(), force_locale("nl"):
        table = steps_table()
    assert inside == table, f"put this in {MANUAL.name}:\n{table}"


def test_every_rule_can_be_told(app: Flask) -> None:
    with app.app_context():
        table = steps_table()
        for action in Action:
            moves = {(old, new) for (old, what), new in TRANSITIONS.items() if what is action}
            lines = [line for line in table.splitlines() if line.startswith(f"| {ACTIONS[action]} |")]
            assert lines, action
            for old, _new in moves:
                assert any(str(STATES[old]) in line.split("|")[2] for line in lines), (action, old)
            for name in RULES[action].required:
                assert str(FIELDS[name]).removesuffix(" (nummer)")[1:] in lines[0], (action, name)
