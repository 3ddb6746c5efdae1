"""One page for an alderman: drafted from the case, changed by versions, sent and read (S16f)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.aanjaagteam.models import AldermanBrief, Report
from civic.aanjaagteam.queries.briefs import alderman_briefs_of
from civic.aanjaagteam.service.case import own_words, tells_the_story
from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events

FIELDS = ("heading", "situation", "tried", "cost", "cost_basis", "asked")


@dataclass(frozen=True)
class BriefText:
    """Nothing of the story or the reporter: it goes to people outside the team."""

    heading: str
    situation: str
    tried: str
    cost: int | None
    cost_basis: str
    asked: str


def write_brief(report: Report, text: BriefText, version: int, *, actor: User, at: datetime) -> AldermanBrief:
    """A new version; `version` is the one that was looked at, 0 for none."""
    missing = {
        "heading": _("Schrijf een kop."),
        "situation": _("Schrijf op wat er vastloopt."),
        "tried": _("Schrijf op wat al is geprobeerd."),
        "asked": _("Schrijf op wat u vraagt."),
    }
    errors = {name: [sentence] for name, sentence in missing.items() if not getattr(text, name)}
    told = [name for name in ("situation", "tried", "asked") if tells_the_story(report, getattr(text, name))]
    errors |= {name: [own_words()] for name in told}
    if text.cost is not None and not text.cost_basis:
        errors["cost_basis"] = [_("Schrijf op waar dit bedrag vandaan komt.")]
    if errors:
        raise Invalid(errors)
    row = AldermanBrief(
        report_id=report.id, version=version + 1, created_at=at, created_by_id=actor.id, **vars(text)
    )
    if len(alderman_briefs_of(report)) != version or not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    data = {"brief": row.id, "version": row.version}
    events.record(report, events.What("brief_written", data=data), actor=actor, at=at)
    return row


@dataclass(frozen=True)
class Given:
    """To which function it was given, and on which day."""

    to: str
    on: date


def send_brief(row: AldermanBrief, report: Report, given: Given, *, actor: User, at: datetime) -> None:
    """It was given to this function on this day. Once per version."""
    errors = {}
    if not given.to:
        errors["sent_to"] = [_("Schrijf op aan wie u de notitie gaf.")]
    if given.on > today(at):
        errors["sent_on"] = [_("Deze dag is nog niet geweest.")]
    if errors:
        raise Invalid(errors)
    db.session.refresh(row, with_for_update=True)
    if row.sent_on is not None:
        raise NotAllowedNow("changed_meanwhile")
    row.sent_to, row.sent_on, row.sent_by_id = given.to, given.on, actor.id
    data = {"brief": row.id, "on": given.on.isoformat()}
    events.record(report, events.What("brief_sent", data=data), actor=actor, at=at)


def acknowledge_brief(row: AldermanBrief, report: Report, on: date, *, actor: User, at: datetime) -> None:
    """The alderman said that it was read."""
    db.session.refresh(row, with_for_update=True)
    if row.sent_on is None or row.acknowledged_on is not None:
        raise NotAllowedNow("changed_meanwhile")
    if on > today(at):
        raise Invalid({"acknowledged_on": [_("Deze dag is nog niet geweest.")]})
    if on < row.sent_on:
        raise Invalid({"acknowledged_on": [_("Deze dag ligt vóór de dag van het geven.")]})
    row.acknowledged_on = on
    data = {"brief": row.id, "on": on.isoformat()}
    events.record(report, events.What("brief_acknowledged", data=data), actor=actor, at=at)
