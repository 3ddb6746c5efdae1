"""A group of people with like needs: every member was asked, and said yes."""

from __future__ import annotations

import enum


class MemberState(enum.Enum):
    INVITED = "invited"
    MEMBER = "member"
    DECLINED = "declined"
    LEFT = "left"


class MemberAction(enum.Enum):
    JOIN = "join"
    DECLINE = "decline"
    LEAVE = "leave"


MEMBER_TRANSITIONS = {
    (MemberState.INVITED, MemberAction.JOIN): MemberState.MEMBER,
    (MemberState.INVITED, MemberAction.DECLINE): MemberState.DECLINED,
    # people may think again as long as the link works
    (MemberState.DECLINED, MemberAction.JOIN): MemberState.MEMBER,
    (MemberState.MEMBER, MemberAction.LEAVE): MemberState.LEFT,
    (MemberState.LEFT, MemberAction.JOIN): MemberState.MEMBER,
}
