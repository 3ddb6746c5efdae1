"""A question that was checked: what the engine works on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from .errors import InvalidProblem
from .question import Question, Quota
from .validation import find_faults


@dataclass(frozen=True, slots=True)
class Problem(Question):
    """A `Question` without faults, and its SHA-256. Raises `InvalidProblem` with *all* errors at once.

    A shortage of people is a fact about the pool, not a fault of the question: `solve` answers it with a
    proposal.
    """

    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        Question.__post_init__(self)  # no super(): slots make a second class
        errors = find_faults(self)
        if errors:
            raise InvalidProblem(errors)
        object.__setattr__(self, "digest", hashlib.sha256(self.to_json().encode()).hexdigest())

    def to_json(self) -> str:
        """One canonical text (sorted keys, no spaces) that is hashed and written to `problem.json`."""
        pool = self.pool
        content = {
            "size": self.size,
            "quotas": [_quota_json(quota) for quota in self.quotas],
            "features": list(pool.features),
            "members": [[member, *row] for member, row in zip(pool.ids, pool.values, strict=True)],
            "addresses": list(pool.addresses),
            "address_rule": self.address_rule,
            "exempt_addresses": list(self.exempt_addresses),
            "fixed": list(self.fixed),
            "excluded": list(self.excluded),
            "constituency": self.constituency,
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _quota_json(quota: Quota) -> dict[str, Any]:
    return {
        "condition": [list(pair) for pair in quota.condition],
        "min": quota.minimum,
        "max": quota.maximum,
        "constituencies": list(quota.constituencies),
        "weight": quota.weight,
        "flex": None if quota.flex is None else list(quota.flex),
    }
