"""After the commitment: the balls, taking back, declaring void, falling back, and the number of the round."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.db import committing, now
from civic.errors import Invalid
from civic.limits import Limit, hit
from civic.panels.forms.public_draws import BallsForm, FallbackForm, RoundForm, SupersedeForm, VoidForm
from civic.panels.models import PublicDraw
from civic.panels.policy import public_draws as policy
from civic.panels.presentation import draws_public as public_words
from civic.panels.presentation import public_draws as words
from civic.panels.routes.blueprint import bp, put_on_form
from civic.panels.routes.draws_public import ONE, load_public_draw
from civic.panels.routes.public_draws import load_for_staff, page_of
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_reveal as reveals
from civic.panels.service.public_draws_chain import Signature
from civic.web import person, public, require, require_step_up

# a check costs most of a second: enough for people who help, too little for somebody who wants to hinder
ROUNDS_BY_ONE = Limit("panel_round_address", 30, 600)  # a hall has one address
ROUNDS_BY_ALL = Limit("panel_round", 60, 60)


@bp.route(f"{ONE}/ballen", methods=["GET", "POST"])
def enter_balls(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """Typed in once, shown back, and only then written down."""
    panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_enter_balls, draw)
    require_step_up()
    form, is_shown_back = BallsForm(), False
    if form.validate_on_submit():
        try:
            with committing():
                service.check_balls(draw, form.digits.data, at=now())
                if form.is_confirmed:
                    service.enter_balls(draw, form.digits.data, actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            if form.is_confirmed:
                flash(_("De ballen staan in het logboek."), "positive")
                return redirect(page_of(draw), code=303)
            is_shown_back = True
    if request.method == "GET" and not policy.can_enter_balls(draw, now()):
        return redirect(page_of(draw))
    page = render_template(
        "panels/draws/staff_balls.html", panel=panel, draw=draw, form=form, is_shown_back=is_shown_back
    )
    return page, 422 if form.errors else 200


@bp.route(f"{ONE}/terugnemen", methods=["GET", "POST"])
def supersede_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_supersede, draw)
    form = SupersedeForm()

    def _do() -> None:
        service.supersede(draw, form.reason.data, actor=person(), at=now())

    done = _("De loting is teruggenomen. De reden staat er voor iedereen bij.")
    return _end(draw, form, "supersede", _do, done)


@bp.route(f"{ONE}/ongeldig", methods=["GET", "POST"])
def void_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_void, draw)
    form = VoidForm()

    def _do() -> None:
        service.void(draw, form.code.data, form.reason.data, actor=person(), at=now())

    return _end(draw, form, "void", _do, _("De loting is ongeldig. Iedereen kan lezen waarom."))


@bp.route(f"{ONE}/terugval", methods=["GET", "POST"])
def declare_fallback(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_declare_fallback, draw)
    form = FallbackForm()

    def _do() -> None:
        service.declare_fallback(draw, form.reason.data, actor=person(), at=now())

    return _end(draw, form, "fallback", _do, _("Uw besluit staat in het logboek. Nu telt het reservegetal."))


def _end(
    draw: PublicDraw, form: FlaskForm, name: str, act: Callable[[], None], done: str
) -> ResponseReturnValue:
    """A page with a reason, for a step that cannot be undone."""
    require_step_up()
    if request.method == "GET" and not words.what_can_be_done(draw, person(), now())[name]:
        return redirect(page_of(draw))
    if form.validate_on_submit():
        try:
            with committing():
                act()
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(done, "positive")
            return redirect(page_of(draw), code=303)
    context = {"panel": draw.panel, "draw": draw, "form": form, "fallback_at": chain.fallback_at(draw)}
    return render_template(f"panels/draws/staff_{name}.html", **context), 422 if form.errors else 200


# --- the number of the round -----------------------------------------------------------------------------


@bp.route(f"{ONE}/lotingsgetal", methods=["GET", "POST"])
@public
def enter_round(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """Anybody may bring it: of every round there is one signature, and the site checks it."""
    _panel, draw = load_public_draw(panel_id, public_draw_id)
    form = RoundForm()
    if request.method == "POST":
        with committing():
            hit(ROUNDS_BY_ONE, request.remote_addr or "", now())
            hit(ROUNDS_BY_ALL, str(draw.id), now())
    if form.validate_on_submit() and _received(panel_id, public_draw_id, form):
        flash(_("Het lotingsgetal klopt. De uitslag staat hieronder."), "positive")
        return redirect(_public_page(panel_id, public_draw_id), code=303)
    return _round_page(panel_id, public_draw_id, form)


def _public_page(panel_id: int, public_draw_id: int) -> str:
    return url_for(".public_draw", panel_id=panel_id, public_draw_id=public_draw_id)


def _received(panel_id: int, public_draw_id: int, form: RoundForm) -> bool:
    """Nothing is open while the signature is checked: that takes most of a second."""
    signature = Signature(reveals.tidy(form.signature.data), source="form")
    with committing():
        _panel, draw = load_public_draw(panel_id, public_draw_id)
        question = reveals.gather(draw, signature, now())
        sentence = reveals.wrong_signature(draw)
    if question is None:  # somebody was first, with the same
        return True
    try:
        answer = reveals.work_out(question)
    except reveals.WrongSignature:
        form.signature.errors = [sentence]
        return False
    with committing():
        _panel, draw = load_public_draw(panel_id, public_draw_id)
        if draw.signature != signature.value:
            reveals.apply(draw, answer, at=now())
    return True


def _round_page(panel_id: int, public_draw_id: int, form: RoundForm) -> ResponseReturnValue:
    panel, draw = load_public_draw(panel_id, public_draw_id)
    page = render_template(
        "panels/draws/enter_round.html",
        panel=panel,
        draw=draw,
        form=form,
        can_enter=policy.takes_signature(draw, now()),
        is_early=now() < draw.round_at,
        chain_name=public_words.chain_name(draw.chain),
        is_practice=chain.is_practice(draw),
    )
    return page, 422 if form.errors else 200
