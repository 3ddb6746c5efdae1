"""Saying that the frozen pool is wrong, and answering that."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, now
from civic.errors import NotAllowedNow, TooMany
from civic.keyset import cursor_from_request, links
from civic.limits import Limit, hit
from civic.panels.forms.freeze import UPHELD, AnswerForm, ObjectionForm
from civic.panels.models import Objection, Panel
from civic.panels.policy import freeze as policy
from civic.panels.queries import freeze as queries
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.service import freeze_objections as service
from civic.panels.service.freeze_objections import Complaint, Verdict
from civic.web import logs_read, person, public, require

FROM_ONE_NETWORK = Limit("panel_objection", 5, 3600)
ON_ONE_PANEL = Limit("panel_objection_panel", 300, 86_400)


@bp.route("/<int:panel_id>/bezwaar", methods=["GET", "POST"])
@public
def objection(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    form = ObjectionForm()
    status = send_objection(panel, form)
    if status == 303:
        return redirect(url_for(".frozen_pool", panel_id=panel_id), code=303)
    return objection_page(panel_id, form, url_for(".objection", panel_id=panel_id)), status


def send_objection(panel: Panel, form: ObjectionForm) -> int:
    """Keep what was written: 303 when that went well, else the status of the page that says why not."""
    if not form.is_submitted():
        return 200
    panel_id = panel.id
    if not queries.takes_objections(panel, today(now())):
        return 409
    if not form.validate():
        return 422
    try:
        with committing():
            hit(FROM_ONE_NETWORK, network_of(request.remote_addr), now())
            hit(ON_ONE_PANEL, str(panel_id), now())
            service.object_to(panel, Complaint(form.text.data, form.contact.data), at=now())
    except TooMany:
        form.form_errors.append(_("Vanaf uw netwerk kwamen net veel reacties. Probeer het over een uur."))
        return 429
    except NotAllowedNow:  # the last day ended, or the pool was opened again
        return 409
    flash(_("Uw reactie is binnen. Wij beantwoorden haar binnen twee weken."), "positive")
    return 303


def objection_page(panel_id: int, form: ObjectionForm, action: str) -> str:
    panel = load_panel(panel_id)
    return render_template(
        "panels/freeze/objection.html",
        panel=panel,
        form=form,
        action=action,
        current=queries.current_freeze(panel.id),
        is_open=queries.takes_objections(panel, today(now())),
    )


@bp.get("/<int:panel_id>/bezwaren")
@logs_read
def objections(panel_id: int) -> ResponseReturnValue:
    """What people wrote, for those who answer; every time a line in the log."""
    panel = load_panel(panel_id)
    require(policy.may_read_objections, panel)
    cursor = cursor_from_request()
    if queries.objections_to_read(panel_id, cursor).rows:
        with committing():
            service.record_read(panel, actor=person(), at=now())
    part = queries.objections_to_read(panel_id, cursor)
    return render_template(
        "panels/freeze/objections.html",
        panel=load_panel(panel_id),
        objections=part.rows,
        page=links(part, lambda one: one.id),
        may_answer=policy.may_answer_objections(person(), panel),
    )


@bp.route("/<int:panel_id>/bezwaren/<int:objection_id>", methods=["GET", "POST"])
@logs_read
def answer_objection(panel_id: int, objection_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_answer_objections, panel)
    found = _load_objection(panel_id, objection_id)
    form = AnswerForm()
    if form.validate_on_submit():
        verdict = Verdict(form.answer.data, form.verdict.data == UPHELD)
        with committing():
            service.answer(found, verdict, actor=person(), at=now())
        flash(_("Uw antwoord staat op de pagina van de pool."), "positive")
        return redirect(url_for(".objections", panel_id=panel_id), code=303)
    with committing():
        service.record_read(panel, actor=person(), at=now())
    page = render_template(
        "panels/freeze/answer.html",
        panel=load_panel(panel_id),
        form=form,
        objection=_load_objection(panel_id, objection_id),
    )
    return page, 422 if form.errors else 200


def _load_objection(panel_id: int, objection_id: int) -> Objection:
    found = queries.objection_of(panel_id, objection_id)
    if found is None:
        abort(404)
    return found
