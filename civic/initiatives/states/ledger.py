"""Paper sheets, and support that may not count: their states and reasons."""

from __future__ import annotations

import enum


class SheetState(enum.Enum):
    """A paper sheet counts after a second official looked at it."""

    ENTERED = "entered"
    CHECKED = "checked"
    RETURNED = "returned"  # the second official found a mistake; the first repairs it


class InvalidReason(enum.Enum):
    """Why support may not count."""

    NOT_RESIDENT = "not_resident"
    TOO_YOUNG = "too_young"
    NOT_A_PERSON = "not_a_person"
    TWICE = "twice"
    NOT_GIVEN = "not_given"  # the person says: that was not me
    UNREADABLE = "unreadable"
