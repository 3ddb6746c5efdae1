"""Step 1: the mandate, how much the panel has to say, by when the answer comes, and who signed for that."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.panels.forms.mandate import (
    AgreementForm,
    ConfirmForm,
    LevelForm,
    MandateForm,
    PlanningForm,
    PublishForm,
    TextForm,
    values_of,
)
from civic.panels.models import Mandate, Panel
from civic.panels.policy import mandate as policy
from civic.panels.presentation import mandate as presentation
from civic.panels.queries import mandate as queries
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import mandate as service
from civic.panels.states import Stage
from civic.regions.models import Municipality
from civic.web import person, public, require

CHECK = "controleren"  # the button that saves and goes on


def _load(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    require(policy.may_write, panel)
    return panel


def _public_mandate(panel: Panel) -> Mandate:
    """The mandate, for what can only be done to a public one."""
    mandate = queries.mandate_of(panel.id)
    if mandate is None or mandate.published_at is None or not policy.can_change_now(panel):
        raise NotAllowedNow("not_in_this_state")
    return mandate


def _status(form: FlaskForm) -> int:
    return 422 if form.errors else 200


# --- writing and publishing -----------------------------------------------------------------------------


@bp.route("/<int:panel_id>/opdracht", methods=["GET", "POST"])
def mandate(panel_id: int) -> ResponseReturnValue:
    """A draft is written here; the words of a public mandate are corrected here."""
    panel = _load(panel_id)
    if panel.stage is Stage.STOPPED:
        raise NotAllowedNow("not_in_this_state")
    is_draft = panel.stage is Stage.MANDATE
    current = queries.mandate_of(panel.id)
    values = {**values_of(current), "seen": service.mark_of(current)}
    form = MandateForm(data=values) if is_draft else TextForm(data=values)
    if not form.validate_on_submit():
        return _mandate_page(panel_id, form), _status(form)
    try:
        answer = _save(panel, form) if isinstance(form, MandateForm) else _correct(panel, form)
    except NotAllowedNow as error:
        return _changed_meanwhile(panel_id, form, error)
    except Invalid as error:
        put_on_form(form, error)
        return _mandate_page(panel_id, form), 422
    return answer


def _save(panel: Panel, form: MandateForm) -> ResponseReturnValue:
    panel_id, goes_on = panel.id, request.form.get("stap") == CHECK
    with committing():
        kept = service.save_draft(panel, form.draft(), form.seen.data or "", actor=person(), at=now())
        form.seen.data = service.mark_of(kept)
    if not goes_on:
        flash(_("De opdracht is bewaard. Nog niemand anders ziet haar."), "positive")
        return redirect(url_for(".preparation", panel_id=panel_id), code=303)
    errors = service.missing(queries.mandate_of(panel_id), today(now()))
    if errors:
        raise Invalid(errors)
    return redirect(url_for(".check_mandate", panel_id=panel_id), code=303)


def _correct(panel: Panel, form: TextForm) -> ResponseReturnValue:
    panel_id = panel.id
    with committing():
        is_new = service.correct(panel, form.text(), form.seen.data or "", actor=person(), at=now())
    message = _("De tekst is verbeterd. Iedereen ziet dat er een nieuwe versie is.")
    flash(message if is_new else _("Er was niets veranderd."), "positive" if is_new else "info")
    return redirect(url_for(".show", panel_id=panel_id), code=303)


def _changed_meanwhile(panel_id: int, form: TextForm, error: NotAllowedNow) -> ResponseReturnValue:
    """The typed text stays on the screen; saving it once more replaces what somebody else saved."""
    if error.code != "changed_meanwhile":
        raise error
    form.seen.data = service.mark_of(queries.mandate_of(panel_id))
    form.form_errors.append(_("Iemand anders bewaarde intussen ook. Bewaart u nog eens, dan geldt uw tekst."))
    return _mandate_page(panel_id, form), 409


def _mandate_page(panel_id: int, form: FlaskForm) -> str:
    panel = load_panel(panel_id)
    return render_template(
        "panels/mandate/edit.html",
        panel=panel,
        form=form,
        mandate=queries.mandate_of(panel_id),
        is_draft=panel.stage is Stage.MANDATE,
        words=presentation,
    )


@bp.get("/<int:panel_id>/opdracht/controleren")
def check_mandate(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    if panel.stage is not Stage.MANDATE:
        raise NotAllowedNow("not_in_this_state")
    return _check_page(panel_id, PublishForm(data={"seen": service.mark_of(queries.mandate_of(panel_id))}))


@bp.post("/<int:panel_id>/opdracht/publiceren")
def publish_mandate(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    if panel.stage is Stage.COMPOSITION:
        return redirect(url_for(".preparation", panel_id=panel_id), code=303)  # pressed twice
    form = PublishForm()
    if not form.validate():
        return _check_page(panel_id, form), 422
    try:
        with committing():
            service.publish(panel, form.seen.data or "", actor=person(), at=now())
    except Invalid as error:
        form.form_errors.extend(sentence for found in error.errors.values() for sentence in found)
        return _check_page(panel_id, form), 422
    except NotAllowedNow as error:
        if error.code != "changed_meanwhile":
            raise
        form.seen.data = service.mark_of(queries.mandate_of(panel_id))
        form.form_errors.append(_("De opdracht is intussen veranderd. Lees haar nog één keer na."))
        return _check_page(panel_id, form), 409
    flash(_("De opdracht is openbaar. Nu kunt u kiezen wie er in het panel komen."), "positive")
    return redirect(url_for(".preparation", panel_id=panel_id), code=303)


def _check_page(panel_id: int, form: PublishForm) -> str:
    current = queries.mandate_of(panel_id)
    return render_template(
        "panels/mandate/check.html",
        panel=load_panel(panel_id),
        mandate=current,
        missing=service.missing(current, today(now())),
        form=form,
        words=presentation,
    )


# --- after publication ----------------------------------------------------------------------------------


@bp.route("/<int:panel_id>/opdracht/zeggenschap", methods=["GET", "POST"])
def change_level(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    current = _public_mandate(panel)
    form = LevelForm(data={"level": current.level.value if current.level else None})
    if form.validate_on_submit() and form.chosen is not None:
        try:
            with committing():
                service.change_level(panel, form.chosen, form.reason.data or "", actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De zeggenschap is veranderd. De reden staat op de pagina van het panel."), "positive")
            return redirect(url_for(".show", panel_id=panel_id), code=303)
    return _after_page("level", panel_id, form)


@bp.route("/<int:panel_id>/opdracht/planning", methods=["GET", "POST"])
def move_advice(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    current = _public_mandate(panel)
    form = PlanningForm(data=values_of(current))
    if form.validate_on_submit():
        try:
            with committing():
                service.move_advice(panel, form.planning(), form.reason.data or "", actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De planning is veranderd. De dag van het antwoord schuift mee."), "positive")
            return redirect(url_for(".show", panel_id=panel_id), code=303)
    return _after_page("planning", panel_id, form)


def _after_page(name: str, panel_id: int, form: FlaskForm) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    page = render_template(
        f"panels/mandate/{name}.html",
        panel=panel,
        form=form,
        mandate=queries.mandate_of(panel_id),
        promise=queries.response_of(panel),
        words=presentation,
    )
    return page, _status(form)


# --- convenants -----------------------------------------------------------------------------------------


@bp.get("/<int:panel_id>/convenanten")
@public
def agreements(panel_id: int) -> ResponseReturnValue:
    """For everybody: what each municipality promised, and which did not."""
    panel = load_panel(panel_id)
    if panel.stage is Stage.MANDATE and not policy.may_write(person(), panel):
        abort(404)  # a panel with files only has no convenants to speak of
    lines = queries.agreement_lines(panel.id)
    can_sign = policy.can_sign_now(panel)
    mine = {line.place.id for line in lines if can_sign and policy.may_sign(person(), panel, line.place)}
    return render_template(
        "panels/mandate/agreements.html",
        panel=panel,
        lines=lines,
        mine=mine,
        can_sign=can_sign,
        missing=[line.place.name for line in lines if line.agreement is None],
        may_manage=policy.may_write(person(), panel),
    )


def _load_place(panel_id: int, slug: str) -> tuple[Panel, Municipality]:
    """The panel and one of its municipalities, for somebody who may speak for it."""
    panel = load_panel(panel_id)
    place = queries.municipality_of(panel, slug)
    if place is None:
        abort(404)
    require(policy.may_sign, panel, place)
    if not policy.can_sign_now(panel):
        raise NotAllowedNow("not_in_this_state")
    return panel, place


@bp.route("/<int:panel_id>/convenanten/<slug>", methods=["GET", "POST"])
def sign_agreement(panel_id: int, slug: str) -> ResponseReturnValue:
    panel, place = _load_place(panel_id, slug)
    to_list = redirect(url_for(".agreements", panel_id=panel_id), code=303)
    if request.method == "GET" and queries.agreement_of(panel.id, place.id) is not None:
        return to_list
    form = AgreementForm(data={"promise": presentation.default_promise(_due_words(panel))})
    if form.validate_on_submit():
        try:
            with committing():
                service.sign(panel, place, form.agreed(), actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Het convenant van %(place)s staat erbij.", place=_name(panel_id, slug)), "positive")
            return to_list
    return _place_page("sign", panel_id, slug, form)


@bp.route("/<int:panel_id>/convenanten/<slug>/intrekken", methods=["GET", "POST"])
def withdraw_agreement(panel_id: int, slug: str) -> ResponseReturnValue:
    panel, place = _load_place(panel_id, slug)
    to_list = redirect(url_for(".agreements", panel_id=panel_id), code=303)
    if queries.agreement_of(panel.id, place.id) is None:
        return to_list  # pressed twice, or never signed
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _place_page("withdraw", panel_id, slug, form)
    with committing():
        service.withdraw_agreement(panel, place, actor=person(), at=now())
    flash(_("Het convenant is ingetrokken."), "positive")
    return to_list


def _place_page(name: str, panel_id: int, slug: str, form: Any) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    place = queries.municipality_of(panel, slug)
    page = render_template(f"panels/mandate/{name}.html", panel=panel, place=place, form=form)
    return page, _status(form)


def _name(panel_id: int, slug: str) -> str:
    place = queries.municipality_of(load_panel(panel_id), slug)
    return place.name if place is not None else ""


def _due_words(panel: Panel) -> str:
    promise = queries.response_of(panel)
    return str(format_date(promise.due_on, "d MMMM y")) if promise is not None else ""
