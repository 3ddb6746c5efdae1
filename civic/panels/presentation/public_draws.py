"""Words for staff who prepare a draw in public: what waits, for whom, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.accounts.models import User
from civic.db import db, now
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute
from civic.panels.models import Panel, PublicDraw
from civic.panels.policy import public_draws as policy
from civic.panels.presentation import Group, failure_text, groups_of
from civic.panels.presentation.public_draws_ends import dead_end
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_rules as rules
from civic.panels.states import DrawPurpose, PublicDrawAction, PublicDrawState, Stage

LazyString = Any  # flask_babel's lazy string

register_titles(
    "public_draw",
    {
        "propose_draw": _l("Een lotingsbeheerder stelde deze loting voor"),
        "draw_computed": _l("De computer heeft de mogelijke panels klaar"),
        "approve_draw": _l("Een tweede lotingsbeheerder ging akkoord"),
        "refuse_draw": _l("Een tweede lotingsbeheerder ging niet akkoord"),
        "cancel_draw": _l("De loting is gestopt voordat er iets openbaar was"),
        "fail_draw": _l("De loting kon niet worden vastgelegd"),
        "commitment": _l("Alles is vastgelegd en openbaar gemaakt"),
        "balls": _l("De ballen zijn getrokken: %(value)s"),
        "fallback": _l("Een griffier besloot: de eerste bron geeft geen getal. Het reservegetal telt"),
        "result": _l("Het lotingsgetal is er. De uitslag is openbaar"),
        "signature": _l("Het eerste lotingsgetal kwam toch. De uitslag met het reservegetal vervalt"),
        "superseded": _l("De vastgelegde loting is teruggenomen, vóór het lotingsgetal"),
        # by a griffier, or by the rules themselves: the page says which
        "voided": _l("De loting is ongeldig"),
        "pool_read": _l("De controleur haalde de vertrouwelijke lijst op"),
    },
    kinds={
        "propose_draw": "info",
        "approve_draw": "positive",
        "refuse_draw": "warning",
        "fail_draw": "negative",
        "commitment": "positive",
        "balls": "info",
        "fallback": "warning",
        "result": "positive",
        "signature": "negative",
        "superseded": "warning",
        "voided": "negative",
    },
)
register_titles(
    "panel",
    {
        "draw": _l("Het panel is geloot"),
        "undo_draw": _l("De loting is ongeldig. Het panel moet opnieuw worden geloot"),
    },
    kinds={"draw": "positive", "undo_draw": "negative"},
)


def _url(row: int) -> str | None:
    draw = db.session.get(PublicDraw, row)
    if draw is None or not policy.is_public(draw):
        return None
    return absolute("panels.public_draw", panel_id=draw.panel_id, public_draw_id=draw.id)


register_subject("public_draw", _l("Loting in het openbaar"), _url)

MOMENT = "d MMMM y, HH:mm"
BADGES: dict[PublicDrawState, tuple[str, LazyString]] = {
    PublicDrawState.COMPUTING: ("info", _l("De computer rekent")),
    PublicDrawState.PROPOSED: ("warning", _l("Wacht op een tweede beheerder")),
    PublicDrawState.APPROVED: ("info", _l("Wordt vastgelegd")),
    PublicDrawState.COMMITTED: ("info", _l("Vastgelegd, wacht op het lotingsgetal")),
    PublicDrawState.DRAWN: ("positive", _l("Geloot")),
    PublicDrawState.SUPERSEDED: ("warning", _l("Teruggenomen vóór het lotingsgetal")),
    PublicDrawState.VOIDED: ("negative", _l("Ongeldig")),
    PublicDrawState.FAILED: ("negative", _l("Mislukt")),
    PublicDrawState.CANCELLED: ("neutral", _l("Gestopt")),
}
FAILURES: dict[str, LazyString] = {
    "too_late": _l("Het akkoord kwam te kort voor het lotingsgetal. Stel een later moment voor."),
    "pool_changed": _l("De pool is intussen weer open gemaakt. Zet hem eerst opnieuw vast."),
    "pool_differs": _l("De aanmeldingen zijn niet meer die van de vastgezette pool. Bel de beheerder."),
    "files_gone": _l("De lijst met aanmeldingen is al gewist. Zet de pool opnieuw vast."),
    "check_refused": _l("Het controleprogramma keurde de loting af. Er is niets openbaar gemaakt."),
    "too_many_attempts": _l("Het lukte drie keer niet. Bel de beheerder."),
    "practice_refused": _l("Deze site mag niet met oefengetallen loten. Kies een echt getal."),
    "not_verified": _l("De controle keurde de panels af. Stel de loting opnieuw voor."),
    "refused": _l("De lijst met aanmeldingen past niet bij dit panel. Zet de pool opnieuw vast."),
    "failed": _l("De berekening liep vast. Stel de loting opnieuw voor."),
    "changed_meanwhile": _l("Er veranderde iets terwijl de loting werd vastgelegd. Stel haar opnieuw voor."),
    "not_in_this_state": _l("De loting was intussen al gestopt of vastgelegd. Kijk hoe het ervoor staat."),
}
ENDS: dict[str, LazyString] = {
    "fout-gevonden-voor-de-loting": _l("Er is een fout gevonden voordat het lotingsgetal er was."),
    "fout-in-de-pool": _l("De pool is weer open gemaakt om een fout te herstellen."),
    "te-weinig-getuigen": _l("Te weinig getuigen tekenden een dag vooraf. Daarom kon de loting niet tellen."),
    "lotingsgetal-kwam-toch": _l("Het eerste lotingsgetal kwam toch. Daarom telt het reservegetal niet."),
    "fout-in-het-lotingsgetal": _l("Er zit een fout in het lotingsgetal."),
    "fout-in-de-lijst-met-aanmeldingen": _l("Er zit een fout in de lijst met aanmeldingen."),
    "lotingsgetal-bleef-uit": _l("Het lotingsgetal kwam niet, ook niet na een week."),
    "uitslag-afgekeurd": _l("Het controleprogramma keurt de uitslag af, bij iedereen die narekent."),
    "refused": _l("De tweede beheerder ging niet akkoord."),
    "cancelled": _l("Een beheerder stopte de loting voordat er iets openbaar was."),
}


def badge_of(draw: PublicDraw) -> tuple[str, str]:
    kind, text = BADGES[draw.state]
    return kind, str(text)


def title_of(draw: PublicDraw) -> str:
    if draw.is_rehearsal:
        return str(_("Oefenloting voorbereiden"))
    return str(
        _("Loting in het openbaar") if draw.purpose is DrawPurpose.PANEL else _("Naloting in het openbaar")
    )


def failed_text(draw: PublicDraw) -> str:
    code = draw.end_code or ""
    return str(FAILURES[code]) if code in FAILURES else failure_text(code)


def end_text(draw: PublicDraw) -> str:
    return str(ENDS.get(draw.end_code or "", _("De loting is gestopt.")))


# --- what will be committed to ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Chances:
    """Of everybody who can be drawn, as fractions; the bound is that of the fairest lottery. The others are
    the same as on the public page: who sits in no panel at all, for whatever reason."""

    smallest: float
    mean: float
    largest: float
    bound: float
    registrants: int
    without_chance: int


def chances_of(result: Mapping[str, Any]) -> Chances:
    """Of the M panels, not of the lottery they come from: these are what is published."""
    million = 1_000_000
    uniform = result.get("uniform", {})
    return Chances(
        smallest=uniform.get("min_ppm", result["min_ppm"]) / million,
        mean=result["mean_ppm"] / million,
        largest=uniform.get("max_ppm", result["max_ppm"]) / million,
        bound=result["bound_ppm"] / million,
        registrants=result["registrants"],
        without_chance=uniform.get("without_chance", result["impossible"]),
    )


def quotas_of(result: Mapping[str, Any]) -> list[Group]:
    """Per feature its values with their bounds; without counts of people, or columns for the engine."""
    return [group.without_registered() for group in groups_of(result.get("composition", []), None)]


# --- what is next ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextStep:
    """What waits in this panel's draw; `label` is empty where this person has nothing to do."""

    title: str
    text: str
    kind: str = "info"
    url: str = ""
    label: str = ""


def next_step(panel: Panel, user: User | None) -> NextStep | None:
    """For the page of the panel; None for who is no staff, or when there is nothing to say."""
    if not policy.may_follow(user, panel) or panel.stage not in {Stage.FROZEN, Stage.DRAWN}:
        return None
    draw = queries.open_public_draw(panel.id) or queries.open_public_draw(panel.id, is_rehearsal=True)
    if draw is not None:
        return _next_of(draw, user)
    for left in ends.left_open(panel.id, now()):
        return step_of(left, user)
    if panel.stage is Stage.DRAWN:
        return _after(panel)
    if not policy.may_propose(user, panel):
        return None
    return NextStep(
        _("De loting voorbereiden"),
        _("De pool staat vast. Kies hoe en wanneer u loot. Een andere beheerder besluit daarna."),
        "info",
        url_for("panels.propose_draw", panel_id=panel.id),
        _("Bereid de loting voor"),
    )


def _after(panel: Panel) -> NextStep | None:
    """Where a griffier and an auditor find the draw that counts."""
    draw = queries.newest_public_draw(panel.id)
    if draw is None:
        return None
    text = _("De uitslag is openbaar. Op deze pagina ziet u wie wat deed, en wat u nog kunt doen.")
    return NextStep(_("De loting is gedaan"), text, "neutral", _url_of(draw), _("Bekijk de loting"))


def step_of(draw: PublicDraw, user: User | None) -> NextStep | None:
    """On the public page of one draw: what the official who looks at it can do now."""
    if not policy.may_follow(user, draw.panel):
        return None
    if draw.state is PublicDrawState.COMMITTED:
        return _next_of(draw, user)
    dead = dead_end(draw, now())
    if dead is not None:
        label = _("Bekijk wat u kunt doen")
        return NextStep(dead.title, " ".join(dead.texts), "warning", _url_of(draw), label)
    title = _("Wat kunt u nu doen?")
    if draw.state is PublicDrawState.DRAWN and policy.may_propose(user, draw.panel) and not draw.is_rehearsal:
        url = url_for("panels.seats", panel_id=draw.panel_id)
        text = _("Kijk wie al antwoord gaf, en of er plaatsen leeg zijn.")
        return NextStep(title, text, "neutral", url, _("Bekijk de plaatsen"))
    return NextStep(title, _afterwards(draw, user), "neutral", _url_of(draw), _("Bekijk wie wat deed"))


def _afterwards(draw: PublicDraw, user: User | None) -> str:
    if draw.state is not PublicDrawState.DRAWN:
        return str(_("Deze loting geldt niet meer. U kunt er niets meer mee doen."))
    if policy.may_void(user, draw):
        return str(_("Reken de uitslag na. Klopt er iets niet? Dan kunt u de loting ongeldig verklaren."))
    if policy.may_read_pool(user, draw):
        return str(_("U kunt de vertrouwelijke lijst ophalen en daarmee alle panels narekenen."))
    return str(_("De uitslag staat vast. U kunt er niets meer aan veranderen."))


def _next_of(draw: PublicDraw, user: User | None) -> NextStep:
    title, text, label = _waiting(draw, user, now())
    return NextStep(title, text, BADGES[draw.state][0], _url_of(draw), label)


def _url_of(draw: PublicDraw) -> str:
    return url_for("panels.follow_draw", panel_id=draw.panel_id, public_draw_id=draw.id)


def _waiting(draw: PublicDraw, user: User | None, at: datetime) -> tuple[str, str, str]:
    name = _("Oefenloting") if draw.is_rehearsal else _("De loting")
    look = _("Bekijk de loting")
    if draw.state is PublicDrawState.COMPUTING:
        return name, _("De computer maakt de mogelijke panels. Dat duurt een paar minuten."), look
    if draw.state is PublicDrawState.PROPOSED and policy.may_decide(user, draw):
        return name, _("Een collega stelde de loting voor. U besluit."), _("Bekijk het voorstel en besluit")
    if draw.state is PublicDrawState.PROPOSED:
        return name, _("De loting wacht op het besluit van een tweede lotingsbeheerder."), look
    if draw.state is PublicDrawState.APPROVED:
        return name, _("De loting wordt nu vastgelegd. Dat duurt een minuut."), look
    when = format_datetime(draw.round_at, MOMENT)
    balls_until = rules.balls_until(draw)
    if policy.can_enter_balls(draw, at) and at < balls_until:
        latest = format_datetime(balls_until, MOMENT)
        text = _("Trek de ballen, en vul ze in vóór %(moment)s.", moment=latest)
        return name, text, _("Vul de ballen in") if policy.may_enter_balls(user, draw) else look
    if at < draw.round_at:
        wait = _("U hoeft nu niets te doen.")
        return name, f"{_('Alles ligt vast. Het lotingsgetal komt op %(moment)s.', moment=when)} {wait}", look
    dead = dead_end(draw, at)
    if dead is not None:
        return dead.title, " ".join(dead.texts), _("Bekijk wat u kunt doen")
    return name, _("Het lotingsgetal wordt opgehaald."), look


def what_can_be_done(draw: PublicDraw, user: User | None, at: datetime) -> dict[str, bool]:
    """Which buttons the page has."""
    is_waiting = draw.state is PublicDrawState.COMMITTED
    spare = draw.fallback_chain is not None and draw.fallback_at is None
    return {
        "decide": draw.state is PublicDrawState.PROPOSED and policy.may_decide(user, draw),
        "cancel": policy.can(draw, PublicDrawAction.CANCEL) and policy.may_cancel(user, draw),
        "balls": policy.can_enter_balls(draw, at) and policy.may_enter_balls(user, draw),
        "supersede": policy.can_supersede(draw, at) and policy.may_supersede(user, draw),
        "fallback": is_waiting and spare and at >= draw.round_at and policy.may_declare_fallback(user, draw),
        "void": policy.can(draw, PublicDrawAction.VOID) and policy.may_void(user, draw),
        "pool": draw.committed_at is not None
        and draw.pool_deleted_at is None
        and policy.may_read_pool(user, draw),
    }
