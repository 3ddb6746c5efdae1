"""Writing the mandate: its draft, publishing it, correcting it, and the convenants of the municipalities."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from civic import calendar
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import LevelChange, Mandate, MandateAgreement, Panel, StageNote
from civic.panels.policy import mandate as policy
from civic.panels.queries import mandate as queries
from civic.panels.service import stages
from civic.panels.service.stages import SHORTEST_REASON
from civic.panels.states import LEVELS, ParticipationLevel, PolicyPhase, Stage, StageAction
from civic.regions.models import Municipality

REASON_LENGTH = 1000
LATEST = timedelta(days=5 * 366)  # a later day is a slip of the pen
OLDEST_SIGNATURE = date(2000, 1, 1)


@dataclass(frozen=True)
class MandateText:
    """The words of the mandate, which may be corrected after publication."""

    client: str
    frame: str
    out_of_scope: str
    phase: PolicyPhase | None


@dataclass(frozen=True)
class Planning:
    """When the advice is expected, and how long the municipalities have to answer it."""

    advice_on: date | None
    response_weeks: int


@dataclass(frozen=True)
class Draft:
    """All of a mandate that nobody has seen yet."""

    text: MandateText
    level: ParticipationLevel | None
    planning: Planning


@dataclass(frozen=True)
class Promise:
    """What a municipality signed, who signed it (a role, no name), and when."""

    text: str
    signed_by_role: str
    signed_on: date


# --- before publication ---------------------------------------------------------------------------------


def save_draft(panel: Panel, draft: Draft, seen: str, *, actor: User, at: datetime) -> Mandate:
    """Keep unfinished work. `seen` is the mark of the version on the screen (see `mark_of`)."""
    mandate = _open_for_writing(panel, seen)
    if panel.stage is not Stage.MANDATE:
        raise NotAllowedNow("not_in_this_state")
    if mandate is None:
        mandate = Mandate(panel_id=panel.id, changed_at=at)
        db.session.add(mandate)
    _put(mandate, draft.text)
    mandate.level = draft.level
    mandate.advice_on, mandate.response_weeks = draft.planning.advice_on, draft.planning.response_weeks
    mandate.changed_at = at
    events.record(panel, events.What("mandate_drafted"), actor=actor, at=at)
    return mandate


def publish(panel: Panel, seen: str, *, actor: User, at: datetime) -> None:
    """From here on everybody can read it, and the municipalities have promised to answer by a date."""
    mandate = _open_for_writing(panel, seen)
    if mandate is None or panel.stage is not Stage.MANDATE:
        raise NotAllowedNow("not_in_this_state")
    errors = missing(mandate, today(at))
    if errors or mandate.level is None:
        raise Invalid(errors)
    mandate.published_at = mandate.changed_at = at
    data = {"level": mandate.level.value, **_facts(panel, mandate, version=1)}
    stages.advance(panel, StageAction.PUBLISH_MANDATE, actor=actor, at=at, **data)
    _promise(panel, mandate, actor)


def missing(mandate: Mandate | None, day: date) -> dict[str, list[str]]:
    """What has to be filled in before this can be published, per field."""
    if mandate is None:
        return {"client": [_("Schrijf eerst de opdracht.")]}
    errors = _missing_text(MandateText(mandate.client, mandate.frame, mandate.out_of_scope, mandate.phase))
    if mandate.level is None:
        errors["level"] = [_("Kies hoeveel het panel te zeggen heeft.")]
    if mandate.advice_on is None:
        errors["advice_on"] = [_("Vul in op welke dag het advies komt.")]
    else:
        errors |= _day_errors(mandate.advice_on, day)
    return errors


def _missing_text(text: MandateText) -> dict[str, list[str]]:
    sentences = {
        "client": _("Schrijf op wie de opdracht geeft."),
        "frame": _("Schrijf op binnen welke grenzen het panel mag denken."),
        "out_of_scope": _("Schrijf op waar het panel niet over gaat. Is er niets? Schrijf dat dan op."),
        "phase": _("Kies in welke fase het panel meedenkt."),
    }
    return {name: [sentence] for name, sentence in sentences.items() if not getattr(text, name)}


def _day_errors(advice_on: date, day: date) -> dict[str, list[str]]:
    if advice_on <= day:
        return {"advice_on": [_("Kies een dag die nog moet komen.")]}
    if advice_on - day > LATEST:
        return {"advice_on": [_("Kies een dag in de komende vijf jaar.")]}
    return {}


# --- after publication ----------------------------------------------------------------------------------


def correct(panel: Panel, text: MandateText, seen: str, *, actor: User, at: datetime) -> bool:
    """Correct the words of a public mandate; False when nothing changed."""
    mandate = _public(panel, seen)
    errors = _missing_text(text)
    if errors:
        raise Invalid(errors)
    if text == MandateText(mandate.client, mandate.frame, mandate.out_of_scope, mandate.phase):
        return False
    _put(mandate, text)
    record_new_version(panel, mandate, "mandate_corrected", actor=actor, at=at)
    return True


def change_level(
    panel: Panel, level: ParticipationLevel, reason: str, *, actor: User, at: datetime
) -> LevelChange:
    """Give more or less influence than was declared: never without a reason that stays to be read."""
    mandate = _public(panel)
    old = mandate.level
    if old is None or old is level:
        raise Invalid({"level": [_("Dit niveau geldt nu al. Kies een ander niveau.")]})
    words = words_of(reason)
    move(mandate, old, level, column="level", changed_at=at)
    change = LevelChange(
        panel_id=panel.id,
        from_level=old,
        to_level=level,
        reason=words,
        changed_by_id=actor.id,
        changed_at=at,
    )
    db.session.add(change)
    action = "level_lowered" if is_lower(level, old) else "level_raised"
    codes = {"from_level": old.value, "to_level": level.value}
    record_new_version(panel, mandate, action, actor=actor, at=at, **codes)
    return change


def is_lower(one: ParticipationLevel, other: ParticipationLevel) -> bool:
    return LEVELS.index(one) < LEVELS.index(other)


def move_advice(panel: Panel, planning: Planning, reason: str, *, actor: User, at: datetime) -> None:
    """Another day for the advice, or another term for the answer: the promised date moves with it."""
    mandate = _public(panel)
    errors = {} if planning.advice_on is None else _day_errors(planning.advice_on, today(at))
    if planning == Planning(mandate.advice_on, mandate.response_weeks):
        errors = {"advice_on": [_("Er is niets veranderd. Kies een andere dag of een andere termijn.")]}
    if errors or planning.advice_on is None:
        raise Invalid(errors or {"advice_on": [_("Vul in op welke dag het advies komt.")]})
    note(panel, "advice_moved", reason, actor=actor, at=at)
    old = mandate.advice_on
    mandate.advice_on, mandate.response_weeks = planning.advice_on, planning.response_weeks
    _promise(panel, mandate, actor)
    codes = {"from_advice_on": old.isoformat() if old else ""}
    record_new_version(panel, mandate, "advice_moved", actor=actor, at=at, **codes)


def _promise(panel: Panel, mandate: Mandate, actor: User) -> None:
    """Make the promise to answer, or move the one that was made."""
    if mandate.advice_on is None:
        raise ValueError("a mandate without a day cannot promise one")
    term = "1 week" if mandate.response_weeks == 1 else f"{mandate.response_weeks} weken"
    row = queries.response_of(panel)
    if row is None:
        promise = events.Promise(queries.RESPONSE, term, mandate.advice_on, is_public=True, owner_id=actor.id)
        events.promise(panel, promise)
        return
    with force_locale("nl"):  # kept in the database: the Dutch text is the one that counts
        answer = calendar.deadline(mandate.advice_on, term)
    row.starts_on, row.term, row.due_on, row.explanation = (
        mandate.advice_on,
        term,
        answer.on,
        answer.explanation,
    )
    row.passed_at = None


# --- convenants -----------------------------------------------------------------------------------------


def sign(
    panel: Panel, place: Municipality, promise: Promise, *, actor: User, at: datetime
) -> MandateAgreement:
    """Record that a municipality signed; the same once more changes nothing."""
    _locked(panel)
    if not policy.can_sign_now(panel):
        raise NotAllowedNow("not_in_this_state")
    _check(promise, today(at))
    existing = queries.agreement_of(panel.id, place.id)
    if existing is not None:
        if promise == Promise(existing.promise, existing.signed_by_role, existing.signed_on):
            return existing  # pressed twice
        raise NotAllowedNow("changed_meanwhile")
    agreement = MandateAgreement(
        panel_id=panel.id,
        municipality_id=place.id,
        promise=promise.text,
        signed_by_role=promise.signed_by_role,
        signed_on=promise.signed_on,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    db.session.add(agreement)
    db.session.flush()
    data = {"signed_on": promise.signed_on.isoformat()}
    _record_agreement("agreement_signed", agreement, place, data, actor=actor, at=at)
    return agreement


def withdraw_agreement(panel: Panel, place: Municipality, *, actor: User, at: datetime) -> bool:
    """The convenant counts no more; False when there was none."""
    _locked(panel)
    if not policy.can_sign_now(panel):
        raise NotAllowedNow("not_in_this_state")
    agreement = queries.agreement_of(panel.id, place.id)
    if agreement is None:
        return False
    agreement.withdrawn_at = at
    _record_agreement("agreement_withdrawn", agreement, place, {}, actor=actor, at=at)
    return True


def _check(promise: Promise, day: date) -> None:
    if promise.signed_on > day:
        raise Invalid({"signed_on": [_("Deze dag moet nog komen. Kies vandaag of een dag daarvoor.")]})
    if promise.signed_on < OLDEST_SIGNATURE:
        raise Invalid({"signed_on": [_("Kies een dag na 1 januari 2000.")]})


def _record_agreement(
    action: str, agreement: MandateAgreement, place: Municipality, data: dict[str, Any], **who: Any
) -> None:
    codes = {"agreement": agreement.id, "municipality": place.code, **data}
    what = events.What(action, visibility=Visibility.PUBLIC, data=codes)
    events.record(events.Reference("panel", agreement.panel_id), what, **who)


# --- shared ---------------------------------------------------------------------------------------------


def mark_of(mandate: Mandate | None) -> str:
    """Which version somebody has on the screen: two tabs must not overwrite each other."""
    return mandate.changed_at.isoformat() if mandate is not None else ""


def record_new_version(
    panel: Panel, mandate: Mandate, action: str, *, actor: User, at: datetime, **codes: str
) -> None:
    """A public mandate says something else now: which version, and the hash of what it says."""
    mandate.changed_at = at
    data = {**codes, **_facts(panel, mandate, version=queries.version_of(panel) + 1)}
    what = events.What(action, visibility=Visibility.PUBLIC, data=data)
    events.record(panel, what, actor=actor, at=at)


def note(panel: Panel, action: str, reason: str, *, actor: User, at: datetime) -> None:
    """The words behind an event of the same moment."""
    db.session.add(
        StageNote(
            panel_id=panel.id,
            action=action,
            reason=words_of(reason),
            written_by_id=actor.id,
            written_at=at,
        )
    )


def words_of(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise Invalid({"reason": [_("Schrijf in een zin waarom. Iedereen kan dit lezen.")]})
    return words[:REASON_LENGTH]


def digest(panel: Panel, mandate: Mandate) -> str:
    """SHA-256 of everything the mandate says, so that a kept copy can be compared."""
    said = [
        panel.title,
        panel.question,
        mandate.client,
        mandate.frame,
        mandate.out_of_scope,
        mandate.phase.value if mandate.phase else "",
        mandate.level.value if mandate.level else "",
        mandate.advice_on.isoformat() if mandate.advice_on else "",
        mandate.response_weeks,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _facts(panel: Panel, mandate: Mandate, version: int) -> dict[str, Any]:
    return {
        "version": version,
        "sha256": digest(panel, mandate),
        "advice_on": mandate.advice_on.isoformat() if mandate.advice_on else "",
        "response_weeks": mandate.response_weeks,
    }


def _put(mandate: Mandate, text: MandateText) -> None:
    mandate.client, mandate.frame, mandate.phase = text.client, text.frame, text.phase
    mandate.out_of_scope = text.out_of_scope


def _public(panel: Panel, seen: str | None = None) -> Mandate:
    mandate = _open_for_writing(panel, seen)
    if mandate is None or mandate.published_at is None or not policy.can_change_now(panel):
        raise NotAllowedNow("not_in_this_state")
    return mandate


def _open_for_writing(panel: Panel, seen: str | None) -> Mandate | None:
    """The mandate as it is now, with its panel locked; refuses when somebody changed it meanwhile."""
    _locked(panel)
    mandate = queries.mandate_of(panel.id)
    if seen is not None and seen != mark_of(mandate):
        raise NotAllowedNow("changed_meanwhile")
    return mandate


def _locked(panel: Panel) -> None:
    """One writer at a time per panel (SQLite has one writer at all)."""
    db.session.flush()
    db.session.refresh(panel, with_for_update=True)
