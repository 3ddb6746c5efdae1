"""Joining what others started: how somebody heard of it, and how far an offer to join is."""

from __future__ import annotations

import enum


class SourceChannel(enum.Enum):
    """How somebody heard of it. Where demand comes from is counted, not who it was."""

    NEIGHBOURS = "neighbours"
    POSTER = "poster"
    SCHOOL = "school"
    SOCIAL_MEDIA = "social_media"
    NEWS = "news"
    OTHER = "other"


class JoinState(enum.Enum):
    ASKED = "asked"  # the mailbox did not say yes yet
    JOINED = "joined"
    HANDLED = "handled"  # a writer answered, or spoke to them


class JoinAction(enum.Enum):
    CONFIRM = "confirm"
    HANDLE = "handle"


JOIN_TRANSITIONS = {
    (JoinState.ASKED, JoinAction.CONFIRM): JoinState.JOINED,
    (JoinState.JOINED, JoinAction.HANDLE): JoinState.HANDLED,
}
# who stops is deleted: there is no state for that
COUNTS = frozenset({JoinState.JOINED, JoinState.HANDLED})
