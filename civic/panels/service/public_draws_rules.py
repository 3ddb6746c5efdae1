"""When a draw in public can be proposed and approved: every obstacle at once, each a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from civic.calendar import ZONE, today
from civic.db import db
from civic.errors import Invalid
from civic.panels import queries as draw_queries
from civic.panels.models import Freeze, Panel, PanelFiles, PublicDraw, Registration
from civic.panels.queries import freeze as freezes
from civic.panels.queries import public_draws as queries
from civic.panels.queries.seats import GONE_CODES
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import seats
from civic.panels.states import DrawPurpose, RegistrationState, Stage
from civic.seal import queries as seal
from civic.seal.models import Witness

PANELS = {0: (100, 1_000, 10_000), 2: (100,), 3: (1_000,), 4: (10_000,)}  # per number of balls
# the witnesses sign at least a day before the round; the committee of two gets an hour to see it done
DAY_AHEAD = timedelta(hours=24)
ROUND_AHEAD = DAY_AHEAD + timedelta(hours=1)
# balls count when two witnesses signed them before the round: they get half an hour to do so
BALLS_AHEAD = timedelta(minutes=30)
CLOCKS_DIFFER = timedelta(minutes=10)  # a witness signs with its own clock, and hands it in a little later
BALLS = "balls"  # the step in the log
ROUND_AT_MOST = timedelta(days=30)  # the sealed files of the pool are kept for 90 days


@dataclass(frozen=True)
class Plan:
    """What an administrator wants: how many panels, balls or not, and the moment of the public number."""

    purpose: DrawPurpose
    panels: int
    ball_digits: int
    round_at: datetime
    is_rehearsal: bool = False
    accepts_changes: bool = False  # of quotas, as the engine proposed for an impossible replacement draw


@dataclass(frozen=True)
class Field:
    """From whom is drawn: the frozen pool, its files, and who sits or cannot sit in any panel."""

    freeze: Freeze
    files: PanelFiles
    fixed: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    open_seats: int = 0
    reasons: dict[str, str] = field(default_factory=dict)  # a code per fixed or excluded uid


# --- obstacles -------------------------------------------------------------------------------------------


def obstacles(panel: Panel, purpose: DrawPurpose, at: datetime, *, is_rehearsal: bool = False) -> list[str]:
    """Why this draw cannot be proposed now, in sentences; empty when it can."""
    stage = _stage_obstacle(panel, purpose, is_rehearsal=is_rehearsal)
    if stage:
        return [stage]
    found = [*_pool_obstacles(panel, purpose, at, is_rehearsal=is_rehearsal), *_busy(panel, is_rehearsal)]
    if not chain.uses_practice(is_rehearsal=is_rehearsal):
        found += [*ends.unfinished(panel.id, at), *witness_obstacles(at)]
    return found


def _stage_obstacle(panel: Panel, purpose: DrawPurpose, *, is_rehearsal: bool) -> str:
    if is_rehearsal and panel.stage in {Stage.FROZEN, Stage.DRAWN}:
        return ""
    if purpose is DrawPurpose.PANEL:
        return "" if panel.stage is Stage.FROZEN else _not_frozen(panel)
    return "" if panel.stage is Stage.DRAWN else str(_("Een naloting kan pas als het panel geloot is."))


def _not_frozen(panel: Panel) -> str:
    if panel.stage is Stage.DRAWN:
        return str(_("Dit panel is al geloot. Voor lege plaatsen is er een naloting."))
    return str(_("De pool staat nog niet vast. Zet eerst de pool vast, met zijn tweeën."))


def _pool_obstacles(panel: Panel, purpose: DrawPurpose, at: datetime, *, is_rehearsal: bool) -> list[str]:
    freeze = freezes.current_freeze(panel.id)
    if freeze is None or _files_of(freeze) is None:
        return [_no_files()]
    found = []
    is_first = purpose is DrawPurpose.PANEL and not is_rehearsal
    if is_first and today(at) <= freeze.objections_until:
        found.append(
            _("Mensen kunnen nog reageren op de pool, tot en met %(day)s.", day=_day(freeze.objections_until))
        )
    if is_first and freezes.open_objections(panel.id):
        found.append(_("Er is een reactie op de pool zonder antwoord. Beantwoord die eerst."))
    if purpose is DrawPurpose.REPLACEMENT and not seats.replacement_of(panel).open_seats:
        found.append(_("Alle plaatsen zijn bezet. Er is niets na te loten."))
    return found


def _no_files() -> str:
    return str(_("De lijst met aanmeldingen is er niet meer. Zet de pool opnieuw vast."))


def _busy(panel: Panel, is_rehearsal: bool) -> list[str]:
    found = []
    if queries.open_public_draw(panel.id, is_rehearsal=is_rehearsal) is not None:
        found.append(_("Er is al een loting bezig. Rond die eerst af."))
    elif draw_queries.open_draw_of(panel.id) is not None:
        found.append(_("De computer rekent nog aan een andere loting van dit panel. Wacht daarop."))
    return found


def witness_obstacles(at: datetime) -> list[str]:
    """Without two witnesses nobody outside can say when the manifest was there. A new key counts after a
    week: whoever watches the log must be able to object to it first."""
    if len(seal.witnesses_for_a_draw(at)) >= seal.LEAST_WITNESSES:
        return []
    moments = sorted(seal.counts_from(one) for one in seal.witnesses())
    if len(moments) < seal.LEAST_WITNESSES:
        return [_("Er zijn minder dan twee getuigen. Vraag de beheerder om getuigen toe te voegen.")]
    enough = format_datetime(moments[seal.LEAST_WITNESSES - 1], "d MMMM y, HH:mm")
    return [_("Een getuige telt een week na het publiceren. Er zijn er genoeg op %(moment)s.", moment=enough)]


def witnesses_of(at: datetime, *, is_practice: bool) -> list[Witness]:
    """Who is named in a manifest that is fixed now. Practice proves nothing, so there everybody may sign."""
    return seal.witnesses() if is_practice else seal.witnesses_for_a_draw(at)


def _files_of(freeze: Freeze) -> PanelFiles | None:
    files = draw_queries.files_of(freeze.files_id) if freeze.files_id else None
    return files if files is not None and files.deleted_at is None else None


def _day(day: date) -> str:
    return str(format_date(day, "d MMMM y"))


# --- who is drawn from -----------------------------------------------------------------------------------


def field_of(panel: Panel, plan: Plan) -> Field:
    """Raises `Invalid` when there is no frozen pool any more."""
    freeze = freezes.current_freeze(panel.id)
    files = _files_of(freeze) if freeze is not None else None
    if freeze is None or files is None:
        raise Invalid(
            {"purpose": [_("De lijst met aanmeldingen is er niet meer. Zet de pool opnieuw vast.")]}
        )
    gone, held = _gone(panel.id), _nominated(panel.id)
    if plan.purpose is not DrawPurpose.REPLACEMENT or plan.is_rehearsal:
        return Field(freeze, files, [], sorted(gone), panel.size, {**held, **gone})
    found = seats.replacement_of(panel)
    fixed = sorted(set(found.fixed) - gone.keys())
    excluded = sorted((set(found.excluded) | gone.keys()) - set(fixed))
    return Field(freeze, files, fixed, excluded, found.open_seats, {**held, **found.reasons, **gone})


def _gone(panel_id: int) -> dict[str, str]:
    """In the frozen pool, but not there any more: withdrawn or taken out since. Their leaves stay."""
    rows = db.session.execute(
        select(Registration.uid, Registration.state).where(
            Registration.panel_id == panel_id,
            Registration.leaf.is_not(None),
            (Registration.state != RegistrationState.CONFIRMED) | Registration.name_sealed.is_(None),
        )
    )
    return {row.uid: GONE_CODES.get(row.state, "withdrawn") for row in rows}


def _nominated(panel_id: int) -> dict[str, str]:
    """Who holds a seat without a lot: the files say so, not the order."""
    rows = db.session.scalars(
        select(Registration.uid).where(
            Registration.panel_id == panel_id, Registration.leaf.is_not(None), Registration.is_nominated
        )
    )
    return dict.fromkeys(rows, "nominated")


# --- the plan --------------------------------------------------------------------------------------------


def refuse_plan(plan: Plan, at: datetime) -> None:
    """Raises `Invalid` with everything that is wrong with the numbers and the moment."""
    errors: dict[str, list[str]] = {}
    if plan.ball_digits not in PANELS:
        errors["ball_digits"] = [_("Kies geen ballen, of 2, 3 of 4 ballen.")]
    elif plan.panels not in PANELS[plan.ball_digits]:
        wanted = 10**plan.ball_digits
        errors["panels"] = [
            _("Kies 100, 1.000 of 10.000 panels.")
            if not plan.ball_digits
            else _("Bij dit aantal ballen horen %(wanted)s panels.", wanted=wanted)
        ]
    sentence = _moment_error(plan, at)
    if sentence:
        errors["round_at"] = [sentence]
    if errors:
        raise Invalid(errors)


def _moment_error(plan: Plan, at: datetime) -> str:
    if plan.round_at > at + ROUND_AT_MOST:
        return str(_("Kies een moment binnen 30 dagen."))
    if chain.uses_practice(is_rehearsal=plan.is_rehearsal):
        return "" if plan.round_at > at else str(_("Kies een moment dat nog moet komen."))
    if plan.round_at < at + ROUND_AHEAD:
        earliest = format_datetime(at + ROUND_AHEAD, "d MMMM y, HH:mm")
        return str(_("Kies een later moment: niet vóór %(moment)s. Dat is over 25 uur.", moment=earliest))
    return ""


def is_too_late(draw: PublicDraw, at: datetime, ahead: timedelta = ROUND_AHEAD) -> bool:
    """A number that everybody could know decides nothing. Practice does not count, so it may be late."""
    return not chain.is_practice(draw) and draw.round_at < at + ahead


def balls_ahead(draw: PublicDraw) -> timedelta:
    """How long before the round the balls must be written down."""
    return timedelta(0) if chain.is_practice(draw) else BALLS_AHEAD


def balls_until(draw: PublicDraw) -> datetime:
    """From this moment on it is too late for the balls."""
    return draw.round_at - balls_ahead(draw)


def supersede_until(draw: PublicDraw) -> datetime:
    """Taking back counts when witnesses signed it before the round, just like the balls."""
    return balls_until(draw)


def waits_for_balls(draw: PublicDraw, at: datetime) -> bool:
    """Can a signature under the balls still come in that was made in time? Then there is no result yet.

    Otherwise the result would count the balls as nought, and later everybody could see that they did count.
    """
    if chain.is_practice(draw) or at >= draw.round_at + CLOCKS_DIFFER:
        return False
    manifest = queries.manifest_of(draw)
    steps = [one for one in queries.own_steps_of(draw) if one.action == BALLS]
    limit = int(draw.round_at.timestamp()) - 1
    return not all(
        _signed_by(record, limit) >= _majority(manifest) for record in queries.proofs_of(steps, manifest)
    )


def _signed_by(record: Mapping[str, Any] | None, limit: int) -> int:
    return len({one["name"] for one in (record or {}).get("signatures", ()) if one["time"] <= limit})


def _majority(manifest: Mapping[str, Any]) -> int:
    """More than half of the witnesses, and two at least."""
    return seal.quorum(len(manifest["witnesses"]))


def local(day_and_time: datetime) -> datetime:
    """What somebody typed is Dutch time."""
    return day_and_time.replace(tzinfo=ZONE)
