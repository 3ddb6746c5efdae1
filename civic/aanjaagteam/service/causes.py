"""Why something got stuck, from a fixed list; and the wrong incentives behind it (S3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.aanjaagteam.models import Incentive, Report
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states.facts import Cause, IncentiveKind
from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events


@dataclass(frozen=True)
class CauseGiven:
    cause: Cause | None
    note: str = ""
    incentive_id: int | None = None


def set_cause(report: Report, given: CauseGiven, revision: int, *, actor: User, at: datetime) -> None:
    """Say why it got stuck. An incentive that was taken away can stay, but not be chosen anew."""
    if given.cause is None:
        raise Invalid({"cause": [_("Kies waarom het vastliep.")]})
    incentive = db.session.get(Incentive, given.incentive_id) if given.incentive_id else None
    is_gone = incentive is not None and incentive.retired_at is not None
    if given.incentive_id and (incentive is None or (is_gone and incentive.id != report.incentive_id)):
        raise Invalid({"incentive": [_("Deze prikkel staat niet meer op de lijst.")]})
    touch(
        report,
        revision,
        cause=given.cause,
        cause_note=given.note.strip(),
        incentive_id=given.incentive_id,
    )
    data = {"incentive": given.incentive_id}
    what = events.What("cause_set", reason_code=given.cause.value, data=data)
    events.record(report, what, actor=actor, at=at)


@dataclass(frozen=True)
class IncentiveFacts:
    """What pushes people the wrong way, and who can take it away (a function, not a person)."""

    kind: IncentiveKind | None
    description: str
    owner: str = ""


def add_incentive(facts: IncentiveFacts, *, actor: User, at: datetime) -> Incentive:
    _check(facts)
    row = Incentive(created_at=at, created_by_id=actor.id, **_columns(facts))
    db.session.add(row)
    events.record(row, events.What("incentive_added"), actor=actor, at=at)
    return row


def change_incentive(
    row: Incentive, facts: IncentiveFacts, revision: int, *, actor: User, at: datetime
) -> None:
    _check(facts)
    _update(row, revision, **_columns(facts))
    events.record(row, events.What("incentive_changed"), actor=actor, at=at)


def retire_incentive(row: Incentive, revision: int, *, actor: User, at: datetime) -> None:
    """It was taken away: reports keep it, and nobody can choose it any more. Again brings it back."""
    is_back = row.retired_at is not None
    _update(row, revision, retired_at=None if is_back else at)
    name = "incentive_returned" if is_back else "incentive_retired"
    events.record(row, events.What(name), actor=actor, at=at)


def _check(facts: IncentiveFacts) -> None:
    errors: dict[str, list[str]] = {}
    if facts.kind is None:
        errors["kind"] = [_("Kies wat voor prikkel dit is.")]
    if not facts.description.strip():
        errors["description"] = [_("Schrijf op wat de prikkel is.")]
    if errors:
        raise Invalid(errors)


def _columns(facts: IncentiveFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "description": facts.description.strip(),
        "owner": facts.owner.strip(),
    }


def _update(row: Incentive, revision: int, **facts: Any) -> None:
    db.session.flush()
    result: Any = db.session.execute(
        update(Incentive)
        .where(Incentive.id == row.id, Incentive.revision == revision)
        .values(revision=revision + 1, **facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(row)
