"""What the team finds out about a report: what it is, who may decide, why it got stuck, who it waits for."""

from __future__ import annotations

import enum
import unicodedata


class ReportKind(enum.Enum):
    """What somebody hands over."""

    SLUGGISH = "sluggish"  # a process that got stuck
    DOUBLE_QUESTION = "double_question"  # the same question was asked twice
    IMPROVEMENT = "improvement"  # an employee proposes a better way


class DecisionOwner(enum.Enum):
    """Who has the power to decide. "Unknown" is allowed, and counted."""

    UNKNOWN = "unknown"
    TEAM = "team"  # the aanjaagteam itself has the mandate
    UNIT = "unit"
    MANAGEMENT = "management"
    ALDERMAN = "alderman"
    COUNCIL = "council"
    OTHER_ORGANISATION = "other_organisation"


class Cause(enum.Enum):
    """Why it got stuck: a fixed list, so that it can be counted."""

    RULE_CRAMP = "rule_cramp"
    COVERING = "covering"  # nobody wants to be blamed
    OVERREGULATED = "overregulated"
    NO_OWNER = "no_owner"
    PASSING_ON = "passing_on"  # it goes round between units
    MONEY = "money"
    SYSTEM = "system"  # the software does not allow it
    CAPACITY = "capacity"
    COMMUNICATION = "communication"
    OTHER = "other"


class IncentiveKind(enum.Enum):
    INDICATOR = "indicator"  # a KPI
    BUDGET_RULE = "budget_rule"
    CONTRACT = "contract"
    LAW = "law"
    HABIT = "habit"


class ReopenReason(enum.Enum):
    """Why a report that was done is opened again."""

    REPORTER_SAYS_SO = "reporter_says_so"
    CAME_BACK = "came_back"
    CLOSED_BY_MISTAKE = "closed_by_mistake"


class HandoverReason(enum.Enum):
    """Why a report goes to another unit."""

    NOT_OURS = "not_ours"
    EXPERTISE = "expertise"
    MANDATE = "mandate"  # only the other unit may decide
    MONEY = "money"
    WORKLOAD = "workload"
    OTHER = "other"


class Stance(enum.Enum):
    """What a municipality says about whose task it is."""

    OURS = "ours"
    NOT_OURS = "not_ours"
    SHARED = "shared"


class LawBasis(enum.Enum):
    """The rule that should say whose task it is."""

    YOUTH_ACT = "youth_act"
    SOCIAL_SUPPORT_ACT = "social_support_act"
    PARTICIPATION_ACT = "participation_act"
    EDUCATION_ACT = "education_act"
    OTHER = "other"


class WaitKind(enum.Enum):
    """Whom a report waits for. Inside the house and outside it are told apart (peers.md 5b)."""

    REPORTER = "reporter"
    UNIT = "unit"
    MANAGEMENT = "management"
    COUNCIL = "council"
    OTHER_ORGANISATION = "other_organisation"


INTERNAL_WAITS = frozenset({WaitKind.UNIT, WaitKind.MANAGEMENT})


def party_key(name: str) -> str:
    """One spelling for the name of somebody outside: "Gemeente  Groningen" is "groningen"."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return plain.removeprefix("gemeente ")
