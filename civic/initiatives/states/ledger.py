"""Paper sheets, samples, and support that may not count: their states and reasons."""

from __future__ import annotations

import enum


class SheetState(enum.Enum):
    """A paper sheet counts after a second official looked at it."""

    ENTERED = "entered"
    CHECKED = "checked"
    RETURNED = "returned"  # the second official found a mistake; the first repairs it


class SheetAction(enum.Enum):
    ACCEPT = "accept"
    RETURN = "return"
    REPAIR = "repair"


SHEET_TRANSITIONS = {
    (SheetState.ENTERED, SheetAction.ACCEPT): SheetState.CHECKED,
    (SheetState.ENTERED, SheetAction.RETURN): SheetState.RETURNED,
    (SheetState.RETURNED, SheetAction.REPAIR): SheetState.ENTERED,
}
# what is not through both pairs of eyes yet
SHEETS_WAITING = frozenset({SheetState.ENTERED, SheetState.RETURNED})


class LineVerdict(enum.Enum):
    """What became of one line of a sheet."""

    WAITING = "waiting"
    UNREADABLE = "unreadable"  # said by who typed the sheet over
    ACCEPTED = "accepted"
    TWICE_ON_PAPER = "twice_on_paper"  # the same person stands on a sheet that counts already
    SAME_AS_ONLINE = "same_as_online"  # the second official takes it for somebody who supported online
    NO_SIGNATURE = "no_signature"
    WRONG = "wrong"  # not what stands on the paper, or not what the rules ask


REFUSALS = (LineVerdict.NO_SIGNATURE, LineVerdict.SAME_AS_ONLINE, LineVerdict.WRONG)


class InvalidReason(enum.Enum):
    """Why support may not count."""

    NOT_RESIDENT = "not_resident"
    TOO_YOUNG = "too_young"
    NOT_A_PERSON = "not_a_person"
    TWICE = "twice"
    NOT_GIVEN = "not_given"  # the person says: that was not me
    UNREADABLE = "unreadable"


class SampleState(enum.Enum):
    OPEN = "open"
    FINISHED = "finished"
    STOPPED = "stopped"  # without a result; that it was begun stays in the log


class SampleAction(enum.Enum):
    FINISH = "finish"
    STOP = "stop"


SAMPLE_TRANSITIONS = {
    (SampleState.OPEN, SampleAction.FINISH): SampleState.FINISHED,
    (SampleState.OPEN, SampleAction.STOP): SampleState.STOPPED,
}


class ItemVerdict(enum.Enum):
    """What the register says of one support in a sample. Who cannot be found does not count as valid."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    NOT_FOUND = "not_found"
