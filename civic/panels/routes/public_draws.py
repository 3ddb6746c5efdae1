"""A draw in public, for those who prepare it: proposing, following, deciding, stopping."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.models import User
from civic.config import setting
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.events import queries as events
from civic.events.models import Visibility
from civic.events.presentation import entries
from civic.panels import presentation as draw_words
from civic.panels.forms.public_draws import AGREE, REAL, REHEARSAL, DecideDrawForm, ProposeDrawForm
from civic.panels.models import Panel, PublicDraw
from civic.panels.policy import public_draws as policy
from civic.panels.presentation import draws_public as public_words
from civic.panels.presentation import public_draws as words
from civic.panels.presentation import public_draws_ends as end_words
from civic.panels.presentation import seats as seat_words
from civic.panels.queries import public_draws as queries
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.routes.draws_public import ONE
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_quotas as quotas
from civic.panels.service import public_draws_rules as rules
from civic.panels.service import seats
from civic.panels.service.public_draws import Plan
from civic.panels.states import DrawPurpose, PublicDrawState, Stage
from civic.web import person, require, require_step_up

REPLACEMENT = "replacement"


def load_for_staff(panel_id: int, public_draw_id: int) -> tuple[Panel, PublicDraw]:
    """Under its own panel's address only; also what was never public."""
    panel = load_panel(panel_id)
    draw = queries.public_draw_of(panel_id, public_draw_id)
    if draw is None:
        abort(404)
    return panel, draw


def page_of(draw: PublicDraw) -> str:
    return url_for(".follow_draw", panel_id=draw.panel_id, public_draw_id=draw.id)


def what_can_be_done(draw: PublicDraw) -> dict[str, bool]:
    """Which buttons the page has, now: none for what the service would refuse by the clock."""
    at, spare_at = now(), chain.fallback_at(draw)
    can = words.what_can_be_done(draw, person(), at)
    return {
        **can,
        "balls": can["balls"] and at < rules.balls_until(draw),
        "fallback": can["fallback"] and spare_at is not None and at < spare_at,
        "supersede": can["supersede"] and at < rules.supersede_until(draw),
        "void": can["void"] and bool(ends.void_codes(draw, at)),
    }


# --- proposing -------------------------------------------------------------------------------------------


@bp.route("/<int:panel_id>/loting/voorbereiden", methods=["GET", "POST"])
def propose_draw(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_propose, panel)
    require_step_up()
    form = ProposeDrawForm()
    if form.validate_on_submit():
        try:
            with committing():
                plan = _plan(panel, form)
                draw_id = service.propose(panel, plan, actor=person(), at=now()).id
        except Invalid as error:
            put_on_form(form, _beside_questions(error))
        else:
            flash(_("Uw voorstel is er. De computer maakt nu de mogelijke panels."), "positive")
            return redirect(url_for(".follow_draw", panel_id=panel_id, public_draw_id=draw_id), code=303)
    return _propose_page(panel_id, form)


def _purpose(panel: Panel) -> DrawPurpose:
    """What there is to draw follows from how far the panel is; the address only says where one came from."""
    return DrawPurpose.REPLACEMENT if panel.stage is Stage.DRAWN else DrawPurpose.PANEL


def _plan(panel: Panel, form: ProposeDrawForm) -> Plan:
    return Plan(
        purpose=DrawPurpose.PANEL if form.kind.data == REHEARSAL else _purpose(panel),
        panels=int(form.panels.data),
        ball_digits=form.ball_digits,
        round_at=form.round_at,
        is_rehearsal=form.kind.data == REHEARSAL,
        accepts_changes=bool(form.accepts_changes.data),
    )


def _beside_questions(error: Invalid) -> Invalid:
    places = {"purpose": "kind", "ball_digits": "balls", "round_at": "day"}
    return Invalid({places.get(name, name): found for name, found in error.errors.items()})


def _propose_page(panel_id: int, form: ProposeDrawForm) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    purpose, at = _purpose(panel), now()
    obstacles = {
        REAL: rules.obstacles(panel, purpose, at),
        REHEARSAL: rules.obstacles(panel, DrawPurpose.PANEL, at, is_rehearsal=True),
    }
    page = render_template(
        "panels/draws/staff_propose.html",
        panel=panel,
        form=form,
        obstacles=obstacles,
        is_replacement=purpose is DrawPurpose.REPLACEMENT,
        vacancies=seats.replacement_of(panel) if purpose is DrawPurpose.REPLACEMENT else None,
        changes=quotas.proposed_changes(panel) if purpose is DrawPurpose.REPLACEMENT else [],
        presentation=draw_words,
        open_draw=queries.open_public_draw(panel.id),
        uses_practice=bool(setting("PRACTICE_CHAIN")),
        earliest=at + rules.ROUND_AHEAD,
        witnesses=rules.witnesses_of(at, is_practice=chain.uses_practice(is_rehearsal=False)),
    )
    return page, 422 if form.errors else 200


# --- following and deciding ------------------------------------------------------------------------------


@bp.get(f"{ONE}/voorbereiding")
def follow_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """How it stands and whose turn it is; with the form of the decision for who may take it."""
    panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_follow, panel)
    if "HX-Request" in request.headers:
        return _progress(panel, draw)
    return _status_page(panel_id, public_draw_id, DecideDrawForm(formdata=None))


@bp.route(f"{ONE}/besluit", methods=["GET", "POST"])
def decide_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """The second administrator: agree, or refuse with a reason."""
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    if request.method == "GET":
        require(policy.may_propose, draw.panel)
        return redirect(page_of(draw))
    require(policy.may_decide, draw)
    require_step_up()
    form = DecideDrawForm()
    if form.validate_on_submit() and _decided(draw, form):
        return redirect(page_of(draw), code=303)
    return _status_page(panel_id, public_draw_id, form)


def _progress(panel: Panel, draw: PublicDraw) -> ResponseReturnValue:
    """The block that htmx puts in place every second, as long as the engine works."""
    if draw.state is not PublicDrawState.COMPUTING or not draw.draw.is_open:
        return "", 200, {"HX-Refresh": "true"}
    return render_template(
        "panels/_progress.html", draw=draw.draw, panel=panel, presentation=draw_words, here=page_of(draw)
    )


def _decided(draw: PublicDraw, form: DecideDrawForm) -> bool:
    does_agree = form.decision.data == AGREE
    try:
        with committing():
            if does_agree:
                service.approve(draw, actor=person(), at=now())
            else:
                service.refuse(draw, form.reason.data, actor=person(), at=now())
    except Invalid as error:
        put_on_form(form, error)
        return False
    flash(
        _("U ging akkoord. De loting wordt nu vastgelegd.")
        if does_agree
        else _("U ging niet akkoord. Er is niets vastgelegd."),
        "positive",
    )
    return True


def _status_page(panel_id: int, public_draw_id: int, form: DecideDrawForm) -> ResponseReturnValue:
    panel, draw = load_for_staff(panel_id, public_draw_id)
    can = what_can_be_done(draw)
    result = draw.draw.result or {}
    page = render_template(
        "panels/draws/staff_draw.html",
        panel=panel,
        public_draw=draw,
        draw=draw.draw,
        here=page_of(draw),
        form=form,
        can=can,
        proposer=_name_of(draw.proposed_by_id),
        approver=_name_of(draw.approved_by_id),
        chances=words.chances_of(result) if "uniform" in result else None,
        quotas=words.quotas_of(result),
        **_exclusions(panel, draw),
        witnesses=_witnesses(draw),
        dead_end=end_words.dead_end(draw, now()),
        is_practice=chain.is_practice(draw),
        chain_name=public_words.chain_name(draw.chain),
        fallback_at=chain.fallback_at(draw),
        balls_until=rules.balls_until(draw),
        sign_before=draw.round_at - rules.DAY_AHEAD,
        is_late=rules.is_too_late(draw, now()),
        is_due=draw.round_at <= now(),
        notes=queries.notes_of(draw),
        history=entries(events.timeline(draw, (Visibility.PUBLIC, Visibility.INTERNAL)), names=True),
        has_verifier_page="panels.public_draw" in current_app.view_functions,
        presentation=draw_words,
        words=words,
    )
    return page, 422 if form.errors else 200


def _witnesses(draw: PublicDraw) -> list[str]:
    """The names in the manifest; before it is made those that it would have."""
    if draw.committed_at is not None:
        return [one["name"] for one in queries.manifest_of(draw)["witnesses"]]
    return [one.name for one in rules.witnesses_of(now(), is_practice=chain.is_practice(draw))]


def _exclusions(panel: Panel, draw: PublicDraw) -> dict[str, Any]:
    """Before the decision on a replacement draw: who is passed over, and by whose word."""
    if draw.purpose is not DrawPurpose.REPLACEMENT or draw.state is not PublicDrawState.PROPOSED:
        return {}
    then = len(draw.draw.options.get("excluded", []))
    return {"exclusions": seat_words.exclusions(panel), "excluded_then": then}


def _name_of(user_id: int | None) -> str:
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.display_name if user is not None else ""


@bp.post(f"{ONE}/annuleren")
def cancel_public_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_cancel, draw)
    with committing():
        service.cancel(draw, actor=person(), at=now())
    flash(_("De loting is gestopt. Er was nog niets openbaar."), "positive")
    return redirect(page_of(draw), code=303)
