"""What the case page says about one report besides its story, in a fixed number of reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.models import Incentive, Report
from civic.aanjaagteam.queries.disputes import ShownDispute, disputes_of
from civic.aanjaagteam.queries.handoffs import Handoff, chain_of
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.queries.waits import Wait, waits_of
from civic.aanjaagteam.routes.shared import EVERY_EVENT, this_day
from civic.aanjaagteam.wording.case import NEXT_STEPS
from civic.accounts.models import User
from civic.calendar import Calendar, today
from civic.db import db
from civic.events import presentation
from civic.events import queries as events
from civic.events.models import Visibility

PARTS = {"openbaar": (Visibility.PUBLIC,), "intern": (Visibility.INTERNAL,)}


@dataclass(frozen=True)
class Overview:
    next_step: Any
    open_waits: list[Wait]
    past_waits: list[Wait]
    deputy: str
    adopter: str
    is_adopter: bool
    unit: str
    unknown_days: int
    outside: str  # with whom it lies where it lies with no unit
    chain: list[Handoff]
    disputes: list[ShownDispute]
    incentive: Incentive | None
    may_plan: bool
    may_resolve: bool

    @property
    def loops(self) -> int:
        return sum(step.is_back for step in self.chain)

    @property
    def is_disputed(self) -> bool:
        return any(dispute.is_open for dispute in self.disputes)


def overview(report: Report, user: User) -> Overview:
    waits = waits_of(report, this_day())
    names = people([report.deputy_id, report.adopter_id])
    since, chain = report.decision_owner_unknown_since, chain_of(report)
    lies_outside = report.unit_id is None and bool(chain) and chain[-1].is_outside
    return Overview(
        next_step=NEXT_STEPS.get(report.state, ""),
        open_waits=[wait for wait in waits if wait.is_open],
        past_waits=[wait for wait in waits if not wait.is_open],
        deputy=names.get(report.deputy_id or 0, ""),
        adopter=names.get(report.adopter_id or 0, ""),
        is_adopter=report.adopter_id == user.id,
        unit=unit_names([report.unit_id]).get(report.unit_id or 0, ""),
        outside=chain[-1].to_unit if lies_outside else "",
        unknown_days=Calendar().working_days_between(today(since), this_day()) if since else 0,
        chain=chain,
        disputes=disputes_of(report),
        incentive=db.session.get(Incentive, report.incentive_id) if report.incentive_id else None,
        may_plan=policy.may_plan(user, report),
        may_resolve=policy.may_resolve_dispute(user, report),
    )


def told(report: Report) -> tuple[str, list[presentation.Entry]]:
    """The timeline with what everybody may see marked as such, or one of the two parts by itself."""
    part = request.args.get("tijdlijn", "")
    rows = events.timeline(report, PARTS.get(part, EVERY_EVENT))
    entries = presentation.entries(rows, names=True)
    if part in PARTS:
        return part, entries
    labels = {Visibility.PUBLIC: _("Iedereen mag dit zien")}
    marked = [
        replace(entry, text=labels.get(row.visibility, "")) for entry, row in zip(entries, rows, strict=True)
    ]
    return "", marked
