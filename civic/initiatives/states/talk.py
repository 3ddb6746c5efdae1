"""Comments under an initiative, who looks at them, and the rules of the conversation."""

from __future__ import annotations

import enum


class CommentState(enum.Enum):
    WAITING = "waiting"  # a first comment with a link: somebody looks before it is shown
    SHOWN = "shown"
    HIDDEN = "hidden"
    DELETED = "deleted"  # by its author


class CommentAction(enum.Enum):
    KEEP = "keep"
    HIDE = "hide"
    DELETE = "delete"


COMMENT_TRANSITIONS = {
    (CommentState.WAITING, CommentAction.KEEP): CommentState.SHOWN,
    (CommentState.SHOWN, CommentAction.KEEP): CommentState.SHOWN,
    (CommentState.HIDDEN, CommentAction.KEEP): CommentState.SHOWN,  # the author was right
    (CommentState.WAITING, CommentAction.HIDE): CommentState.HIDDEN,
    (CommentState.SHOWN, CommentAction.HIDE): CommentState.HIDDEN,
    (CommentState.HIDDEN, CommentAction.HIDE): CommentState.HIDDEN,  # looked at again, and it stays hidden
    (CommentState.WAITING, CommentAction.DELETE): CommentState.DELETED,
    (CommentState.SHOWN, CommentAction.DELETE): CommentState.DELETED,
    (CommentState.HIDDEN, CommentAction.DELETE): CommentState.DELETED,
}


class WaitReason(enum.Enum):
    """Why somebody has to look at a comment."""

    FIRST_LINK = "first_link"
    REPORTED = "reported"
    OBJECTION = "objection"


class ReportReason(enum.Enum):
    INSULT = "insult"
    PRIVACY = "privacy"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    UNTRUE = "untrue"
    DANGEROUS = "dangerous"


class HideReason(enum.Enum):
    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    DANGEROUS = "dangerous"


class Level(enum.Enum):
    """What the municipality promises to do with what people say, from little to much say."""

    INFORM = "inform"
    CONSULT = "consult"
    ADVISE = "advise"
    COPRODUCE = "coproduce"
    DECIDE_TOGETHER = "decide_together"


LEVELS = tuple(Level)


def is_lower(new: Level, old: Level) -> bool:
    return LEVELS.index(new) < LEVELS.index(old)


class LowerReason(enum.Enum):
    """Why the municipality takes back something of what it promised; published."""

    LAW = "law"
    MONEY = "money"
    TIME = "time"
    DECIDED_ELSEWHERE = "decided_elsewhere"
