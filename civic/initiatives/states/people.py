"""Who writes together, and how old they are: the moves of an invitation and of a guardian's consent."""

from __future__ import annotations

import enum


class AgeBand(enum.Enum):
    """Asked in steps, never as a day of birth."""

    UNDER_12 = "under_12"
    FROM_12 = "12_to_15"
    FROM_16 = "16_to_17"
    ADULT = "18_or_older"


# the highest age somebody in this band can have
HIGHEST_AGE = {AgeBand.UNDER_12: 11, AgeBand.FROM_12: 15, AgeBand.FROM_16: 17}
MINORS = frozenset(HIGHEST_AGE)


class CoState(enum.Enum):
    """Of one person who was asked to write along."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"  # went, or was taken off by the author


class CoAction(enum.Enum):
    ACCEPT = "accept"
    DECLINE = "decline"
    LEAVE = "leave"
    REMOVE = "remove"
    INVITE_AGAIN = "invite_again"


CO_TRANSITIONS = {
    (CoState.INVITED, CoAction.ACCEPT): CoState.ACCEPTED,
    (CoState.INVITED, CoAction.DECLINE): CoState.DECLINED,
    (CoState.INVITED, CoAction.REMOVE): CoState.LEFT,
    (CoState.ACCEPTED, CoAction.LEAVE): CoState.LEFT,
    (CoState.ACCEPTED, CoAction.REMOVE): CoState.LEFT,
    (CoState.DECLINED, CoAction.INVITE_AGAIN): CoState.INVITED,
    (CoState.LEFT, CoAction.INVITE_AGAIN): CoState.INVITED,
}


class CoWho(enum.Enum):
    AUTHOR = "author"
    INVITED = "invited"  # whoever reads that mailbox


CO_ROLES = {
    CoAction.ACCEPT: CoWho.INVITED,
    CoAction.DECLINE: CoWho.INVITED,
    CoAction.LEAVE: CoWho.INVITED,
    CoAction.REMOVE: CoWho.AUTHOR,
    CoAction.INVITE_AGAIN: CoWho.AUTHOR,
}


class ConsentState(enum.Enum):
    """Of the parent or guardian of an author younger than 18."""

    ASKED = "asked"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ConsentAction(enum.Enum):
    ASK_OTHER = "ask_other"  # another parent or guardian, by another address
    GIVE = "give"
    WITHDRAW = "withdraw"


CONSENT_TRANSITIONS = {
    (ConsentState.ASKED, ConsentAction.ASK_OTHER): ConsentState.ASKED,
    (ConsentState.GIVEN, ConsentAction.ASK_OTHER): ConsentState.ASKED,
    (ConsentState.WITHDRAWN, ConsentAction.ASK_OTHER): ConsentState.ASKED,
    (ConsentState.ASKED, ConsentAction.GIVE): ConsentState.GIVEN,
    (ConsentState.ASKED, ConsentAction.WITHDRAW): ConsentState.WITHDRAWN,
    (ConsentState.GIVEN, ConsentAction.WITHDRAW): ConsentState.WITHDRAWN,
    (ConsentState.WITHDRAWN, ConsentAction.GIVE): ConsentState.GIVEN,
}
