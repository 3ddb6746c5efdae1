"""Who may do what with a report."""

from __future__ import annotations

from civic.aanjaagteam.policy.core import (
    covered_municipalities,
    may_adopt,
    may_do,
    may_enter,
    may_give_back,
    may_keep_register,
    may_note,
    may_plan,
    may_read_case,
    may_resolve_dispute,
    may_see_public,
    may_see_queue,
    possible_actions,
)

__all__ = [
    "covered_municipalities",
    "may_adopt",
    "may_do",
    "may_enter",
    "may_give_back",
    "may_keep_register",
    "may_note",
    "may_plan",
    "may_read_case",
    "may_resolve_dispute",
    "may_see_public",
    "may_see_queue",
    "possible_actions",
]
