"""Writes: drafts, the collection of support, the supports themselves, and counting them."""

from __future__ import annotations

from civic.initiatives.service.collection import expire, publish, withdraw
from civic.initiatives.service.counting import count_dirty, reconcile, recount
from civic.initiatives.service.drafts import Answers, Edit, discard, missing, save, start
from civic.initiatives.service.supports import (
    Supporter,
    add_confirmed,
    ask,
    confirm,
    confirm_with_code,
    find_by_token,
    person_key_of,
    withdraw_support,
)

__all__ = [
    "Answers",
    "Edit",
    "Supporter",
    "add_confirmed",
    "ask",
    "confirm",
    "confirm_with_code",
    "count_dirty",
    "discard",
    "expire",
    "find_by_token",
    "missing",
    "person_key_of",
    "publish",
    "reconcile",
    "recount",
    "save",
    "start",
    "withdraw",
    "withdraw_support",
]
