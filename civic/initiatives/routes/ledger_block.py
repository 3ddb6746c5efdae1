"""What the page of an initiative shows of its ledger: names with consent, and doors for who keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from civic.initiatives.models import Initiative
from civic.initiatives.policy import ledger as policy
from civic.initiatives.queries.ledger import first_names
from civic.web import person


@dataclass(frozen=True)
class LedgerBlock:
    names: list[str]
    can_read: bool
    can_type: bool


def ledger_block(initiative: Initiative) -> LedgerBlock:
    """One statement. The doors are for signed-in officials; such a page is never shared from the cache."""
    user = person()
    return LedgerBlock(
        first_names(initiative, current_app.config["SMALL_NUMBER"]),
        policy.may_read_ledger(user, initiative),
        policy.may_type_sheets(user, initiative),
    )
