"""The desk: why something goes off the site or stands still, and where a buddy is."""

from __future__ import annotations

import enum

from civic.initiatives.states import RefuseReason, State

# the writer may change the text: nobody else is looking at it now
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
AT_DESK = frozenset({State.OFFERED, State.RETURNED})
# before publication there is no support to judge, and nothing was handed in that could be repaired
REASONS_BEFORE = (RefuseReason.NOT_THE_COUNCIL, RefuseReason.DECIDED_RECENTLY, RefuseReason.EXCLUDED)


class HideReason(enum.Enum):
    """Why a page is taken off the site. It can always be put back."""

    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    NOT_OWN_NAME = "not_own_name"
    WRITER_ASKED = "writer_asked"


class PauseReason(enum.Enum):
    """Why nobody can sign for a while. The time is given back afterwards."""

    FRAUD_CHECK = "fraud_check"
    MISTAKE_IN_TEXT = "mistake_in_text"
    TECHNICAL = "technical"
    COURT = "court"
    PAGE_HIDDEN = "page_hidden"  # nobody can sign what is off the site
    EVERYTHING = "everything"  # on the whole site, by an administrator


class BuddyState(enum.Enum):
    ASKED = "asked"  # the writer would like one
    INVITED = "invited"  # the desk named somebody, who has to say yes
    ACCEPTED = "accepted"
    ENDED = "ended"


class BuddyAction(enum.Enum):
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    END = "end"


BUDDY_TRANSITIONS = {
    (BuddyState.ASKED, BuddyAction.INVITE): BuddyState.INVITED,
    (BuddyState.INVITED, BuddyAction.INVITE): BuddyState.INVITED,  # somebody else
    (BuddyState.INVITED, BuddyAction.ACCEPT): BuddyState.ACCEPTED,
    (BuddyState.INVITED, BuddyAction.DECLINE): BuddyState.ASKED,  # the desk looks for another
    (BuddyState.ASKED, BuddyAction.END): BuddyState.ENDED,
    (BuddyState.INVITED, BuddyAction.END): BuddyState.ENDED,
    (BuddyState.ACCEPTED, BuddyAction.END): BuddyState.ENDED,
}


class HoursKind(enum.Enum):
    MUNICIPAL = "municipal"
    VOLUNTEER = "volunteer"
