"""After the commitment: the balls, taking back, declaring void, falling back, and the number of the round."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from civic.accounts.network import network_of
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.panels.forms.public_draws import (
    BallsForm,
    FallbackForm,
    FallbackRoundForm,
    RoundForm,
    SupersedeForm,
    VoidForm,
)
from civic.panels.models import PublicDraw
from civic.panels.policy import public_draws as policy
from civic.panels.presentation import draws_public as public_words
from civic.panels.routes.blueprint import bp, put_on_form
from civic.panels.routes.draws_public import ONE, load_public_draw
from civic.panels.routes.public_draws import load_for_staff, page_of, what_can_be_done
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.service import public_draws_ends as ends
from civic.panels.service import public_draws_reveal as reveals
from civic.panels.service import public_draws_rules as rules
from civic.panels.service.public_draws_chain import Signature
from civic.panels.states import VOID_CODES, PublicDrawState
from civic.web import person, public, require, require_step_up

log = logging.getLogger("civic.panels")
# a check costs most of a second: enough for people who help, too little for somebody who wants to hinder
ROUNDS_BY_ONE = Limit("panel_round_network", 30, 600)  # a hall has one address
CHECKS_OF_ALL = Limit("panel_round_checks", 30, 60)  # of all draws together: half of one processor at most


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
    if request.method == "GET" and not what_can_be_done(draw)["balls"]:
        return redirect(page_of(draw))
    page = render_template(
        "panels/draws/staff_balls.html",
        panel=panel,
        draw=draw,
        form=form,
        is_shown_back=is_shown_back,
        balls_until=rules.balls_until(draw),
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
    # while nothing may be voided the service says why; the page is not reached then
    form.offer(ends.void_codes(draw, now()) or VOID_CODES)

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
    if request.method == "GET" and not what_can_be_done(draw)[name]:
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
    page = render_template(
        f"panels/draws/staff_{name}.html",
        panel=draw.panel,
        draw=draw,
        form=form,
        fallback_at=chain.fallback_at(draw),
        supersede_until=rules.supersede_until(draw),
    )
    return page, 422 if form.errors else 200


# --- the number of the round -----------------------------------------------------------------------------


@bp.route(f"{ONE}/lotingsgetal", methods=["GET", "POST"])
@public
def enter_round(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """Anybody may bring it: of every round there is one signature, and the site checks it."""
    _panel, draw = load_public_draw(panel_id, public_draw_id)
    forms = _forms()
    if forms.active.validate_on_submit() and _has_shape(draw, forms):
        _refuse_useless(draw, forms.signature)
        with committing():
            hit(ROUNDS_BY_ONE, network_of(request.remote_addr), now())
        if _received(panel_id, public_draw_id, forms):
            flash(_("Het lotingsgetal klopt. De uitslag staat hieronder."), "positive")
            return redirect(_public_page(panel_id, public_draw_id), code=303)
    return _round_page(panel_id, public_draw_id, forms)


@dataclass(frozen=True)
class _Forms:
    """The form of the round, and that of a fallback that was declared; the request holds one of the two."""

    first: RoundForm
    spare: FallbackRoundForm
    is_spare: bool

    @property
    def active(self) -> RoundForm | FallbackRoundForm:
        return self.spare if self.is_spare else self.first

    @property
    def field(self) -> TextAreaField:
        return self.spare.fallback_signature if self.is_spare else self.first.signature

    @property
    def signature(self) -> Signature:
        previous = reveals.tidy(self.spare.fallback_previous.data) if self.is_spare else ""
        return Signature(reveals.tidy(self.field.data), previous, self.is_spare, "form")


def _forms() -> _Forms:
    is_spare = "fallback_signature" in request.form
    if is_spare:
        return _Forms(RoundForm(formdata=None), FallbackRoundForm(), is_spare)
    return _Forms(RoundForm(), FallbackRoundForm(formdata=None), is_spare)


def _has_shape(draw: PublicDraw, forms: _Forms) -> bool:
    """What cannot be a signature costs its sender nothing, and us nothing either."""
    source = draw.fallback_chain if forms.is_spare else draw.chain
    if source is not None and chain.is_shape(source, forms.signature):
        return True
    forms.field.errors = [
        _("Dit is geen handtekening van deze keten: de lengte klopt niet. Kopieer alles, en niets meer.")
    ]
    return False


def _refuse_useless(draw: PublicDraw, signature: Signature) -> None:
    """Nothing is checked of a draw that needs no number. Who brings what counted already sees the result."""
    if policy.takes_signature(draw, now()) or draw.signature == signature.value:
        return
    is_early = draw.state is PublicDrawState.COMMITTED
    raise NotAllowedNow("round_not_yet" if is_early else "not_in_this_state")


def _public_page(panel_id: int, public_draw_id: int) -> str:
    return url_for(".public_draw", panel_id=panel_id, public_draw_id=public_draw_id)


def _received(panel_id: int, public_draw_id: int, forms: _Forms) -> bool:
    """Nothing is open while the signature is checked: that takes most of a second."""
    signature = forms.signature
    with committing():
        _panel, draw = load_public_draw(panel_id, public_draw_id)
        if draw.state is PublicDrawState.COMMITTED and rules.waits_for_balls(draw, now()):
            forms.field.errors = [_wait_for_balls()]
            return False
        question = reveals.gather(draw, signature, now())
        sentence = reveals.wrong_signature(draw, is_fallback=signature.is_fallback)
    if question is None:  # somebody was first, with the same
        return True
    with committing():
        hit(CHECKS_OF_ALL, "", now())
    try:
        answer = reveals.work_out(question)
    except reveals.WrongSignature:
        forms.field.errors = [sentence]
        return False
    except reveals.NotPublishable as error:
        _note_refused(public_draw_id, error)
        forms.field.errors = [reveals.not_publishable(error.codes)]
        return False
    with committing():
        _panel, draw = load_public_draw(panel_id, public_draw_id)
        if draw.signature != signature.value:
            reveals.apply(draw, answer, at=now())
    return True


def _note_refused(public_draw_id: int, error: reveals.NotPublishable) -> None:
    """Where witnesses did not sign, the rules end the draw by themselves, within a minute."""
    log.warning("public draw %s can have no result: %s", public_draw_id, error)
    if not reveals.LACKS_WITNESSES & error.codes:
        with committing():
            ends.note_refused(db.session.get_one(PublicDraw, public_draw_id), error.codes, at=now())


def _wait_for_balls() -> str:
    return str(
        _("Getuigen kunnen de ballen nog tekenen, tot 10 minuten na het lotingsgetal. Probeer het dan weer.")
    )


def _round_page(panel_id: int, public_draw_id: int, forms: _Forms) -> ResponseReturnValue:
    panel, draw = load_public_draw(panel_id, public_draw_id)
    at, spare_at = now(), chain.fallback_at(draw)
    can_enter = policy.takes_signature(draw, at)
    is_spare_used = draw.state is PublicDrawState.COMMITTED and draw.fallback_at is not None
    page = render_template(
        "panels/draws/enter_round.html",
        panel=panel,
        draw=draw,
        form=forms.first,
        spare_form=forms.spare,
        active=forms.active,
        can_enter=can_enter,
        can_enter_spare=can_enter and is_spare_used and spare_at is not None and at >= spare_at,
        spare_at=spare_at,
        is_early=at < draw.round_at,
        chain_name=public_words.chain_name(draw.chain),
        spare_name=public_words.chain_name(draw.fallback_chain) if draw.fallback_chain else "",
        is_practice=chain.is_practice(draw),
    )
    return page, 422 if forms.active.errors else 200
