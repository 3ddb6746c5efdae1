"""What a knot is made of: its options, the rule it leans on, what comes of the process and of the check."""

from __future__ import annotations

import enum

MOST_OPTIONS = 6


class OptionKind(enum.Enum):
    """What people need, beside what the rule says: those two are compared."""

    WANTED = "wanted"
    RULE = "rule"
    OTHER = "other"


class RuleUse(enum.Enum):
    """Did the decision follow what the rule is meant for, its words, or is there no rule?"""

    SPIRIT = "spirit"
    LETTER = "letter"
    NO_RULE = "no_rule"


class ProcessOutcome(enum.Enum):
    """The second outcome of every knot: what happens to the process, so that nobody gets stuck again."""

    CHANGED = "changed"
    FOLLOWS = "follows"  # somebody does it, before a day
    NOT_NEEDED = "not_needed"


class CheckResult(enum.Enum):
    """Was the decision carried out?"""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class TermChoice(enum.Enum):
    """What somebody chose for the end of a decision. The third way is another decision."""

    PROLONGED = "prolonged"
    LAPSES = "lapses"
