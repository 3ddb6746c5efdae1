"""The commands of `python -m civic.sortition`, one module each: `register` names the options, `run` answers.

They print nothing and know no terminal: an `Answer` or an exception comes out, `__main__` shows it.
"""

from __future__ import annotations

from . import alternates, apportion, check, draw, invite, quotas, replace, tables, verify
from .parsing import PROGRAM, Parser

COMMANDS = (quotas, check, draw, verify, invite, alternates, replace, tables, apportion)
DESCRIPTION = (
    "Loot een panel dat op de regio lijkt, en controleer een loting. Er gaat niets over het internet."
)
EPILOG = f"uitleg per opdracht: {PROGRAM} draw --help"

__all__ = ["COMMANDS", "make_parser"]


def make_parser() -> Parser:
    """All commands and their options."""
    parser = Parser(prog=PROGRAM, description=DESCRIPTION, epilog=EPILOG)
    commands = parser.add_subparsers(
        title="opdrachten", required=True, metavar="opdracht", parser_class=Parser
    )
    for command in COMMANDS:
        command.register(commands)
    return parser
