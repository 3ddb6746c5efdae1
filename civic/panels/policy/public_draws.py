"""Who does what with a draw in public.

Two lottery administrators make it, and neither alone. Declaring void or falling back is for a griffier of any
municipality in the region: a council's officer, who did not make it. The auditor reads. Nobody picks.
"""

from __future__ import annotations

from datetime import datetime

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.panels.models import Panel, PublicDraw
from civic.panels.policy import may_manage
from civic.panels.states import IN_PUBLIC, PUBLIC_DRAW_TRANSITIONS, PublicDrawAction, PublicDrawState

may_propose = may_manage


def may_follow(user: User | None, panel: Panel) -> bool:
    """The page for staff: what is proposed, what waits, what can be done."""
    return may_manage(user, panel) or is_griffier(user) or may_read_pool(user)


def is_griffier(user: User | None) -> bool:
    return user is not None and any(grant.role is Role.COUNCIL_OFFICE for grant in user.grants)


def may_read_pool(user: User | None, draw: PublicDraw | None = None) -> bool:
    return has_role_in_region(user, Role.AUDITOR)


def may_decide(user: User | None, draw: PublicDraw) -> bool:
    """Four eyes: the database refuses it as well."""
    return may_manage(user) and user is not None and user.id != draw.proposed_by_id


def may_cancel(user: User | None, draw: PublicDraw) -> bool:
    return may_manage(user)


def may_supersede(user: User | None, draw: PublicDraw) -> bool:
    return may_manage(user)


def may_enter_balls(user: User | None, draw: PublicDraw) -> bool:
    return may_manage(user) or is_griffier(user)


def may_void(user: User | None, draw: PublicDraw) -> bool:
    return is_griffier(user)


may_declare_fallback = may_void


def can(draw: PublicDraw, action: PublicDrawAction) -> bool:
    return (draw.state, action) in PUBLIC_DRAW_TRANSITIONS


def can_supersede(draw: PublicDraw, at: datetime) -> bool:
    return draw.state is PublicDrawState.COMMITTED and at < draw.round_at


def can_enter_balls(draw: PublicDraw, at: datetime) -> bool:
    return can_supersede(draw, at) and bool(draw.ball_digits) and draw.balls is None


def takes_signature(draw: PublicDraw, at: datetime) -> bool:
    """Of the round; or, when the fallback decided, of the round that should have."""
    is_waiting = draw.state is PublicDrawState.COMMITTED and at >= draw.round_at
    return is_waiting or (draw.state is PublicDrawState.DRAWN and draw.used_fallback)


def is_public(draw: PublicDraw) -> bool:
    return draw.state in IN_PUBLIC
