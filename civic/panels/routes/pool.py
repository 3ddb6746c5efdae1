"""The pool of registrants: figures, the engine's check, closing and reopening. No people on these pages.

Pages about people, flags, intake, imports and the public view have modules of their own.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.panels.csvfile import csv_response
from civic.panels.forms.pool import CheckedForm, PublicReasonForm
from civic.panels.models import Panel, PoolCheck
from civic.panels.policy import pool as policy
from civic.panels.presentation import pool as presentation
from civic.panels.queries import pool as queries
from civic.panels.routes import pool_diversity, pool_flags, pool_import, pool_intake, pool_people
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import pool as service
from civic.panels.service import pool_check
from civic.panels.states import CheckState, Stage
from civic.web import person, require

__all__ = ["pool_diversity", "pool_flags", "pool_import", "pool_intake", "pool_people"]
CHECKS = Limit("panel_check", 30, 900)


@bp.get("/<int:panel_id>/aanmeldingen")
def pool(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_read_pool, panel)
    head = queries.head_of(panel.id)
    return render_template("panels/pool/index.html", panel=panel, **_contents(panel, head))


def _contents(panel: Panel, head: queries.Head) -> dict[str, Any]:
    thirds = queries.thirds_of(panel.id)
    shares = queries.shares_and_sources(panel.id)
    ratio = presentation.ratio_of(head.composition)
    covers = presentation.covers(queries.features_with_values(panel.id), thirds, head.figures, ratio)
    table = presentation.seat_table(thirds, head.figures, ratio)
    return {
        "head": head,
        "total": presentation.total_of(head),
        "ratio": ratio,
        "covers": covers,
        "table": table,
        "missing": presentation.missing(covers, table),
        "response": presentation.responses(shares, head.figures),
        "sources": presentation.sources_of(shares, head.figures),
        "presentation": presentation,
        "policy": policy,
        "pool_check": pool_check,
        "may_work": policy.may_work(person(), panel),
        "Stage": Stage,
        "CheckState": CheckState,
    }


@bp.get("/<int:panel_id>/aanmeldingen/dekking.csv")
def pool_csv(panel_id: int) -> ResponseReturnValue:
    """The cover of the quotas: counts, no people."""
    panel = load_panel(panel_id)
    require(policy.may_read_pool, panel)
    head = queries.head_of(panel.id)
    found = _contents(panel, head)
    header = ("kenmerk", "groep", "aangemeld", "minimum", "maximum", "doel")
    rows = presentation.cover_rows(found["covers"], found["table"])
    return csv_response(f"dekking-panel-{panel.id}.csv", header, rows)


# --- the engine's check ----------------------------------------------------------------------------------


@bp.post("/<int:panel_id>/aanmeldingen/toets")
def request_check(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    with committing():
        hit(CHECKS, str(person().id), now())
        pool_check.request_check(panel, actor=person(), at=now())
    flash(_("De computer toetst de aanmeldingen. Dat duurt meestal een paar tellen."), "info")
    return redirect(url_for(".pool", panel_id=panel_id, _anchor="toets"), code=303)


@bp.route("/<int:panel_id>/aanmeldingen/toets/<int:check_id>/overnemen", methods=["GET", "POST"])
def accept_proposal(panel_id: int, check_id: int) -> ResponseReturnValue:
    panel, check = _load_check(panel_id, check_id)
    form = PublicReasonForm()
    if form.validate_on_submit():
        try:
            with committing():
                _accept(panel, check, form)
        except Invalid as error:
            _put_all(form, error)
        else:
            flash(_("De quota zijn ruimer. Toets de aanmeldingen nog een keer."), "positive")
            return redirect(url_for(".pool", panel_id=panel_id, _anchor="toets"), code=303)
        panel, check = _load_check(panel_id, check_id)
    elif not form.is_submitted() and not pool_check.is_acceptable(panel, check):
        raise NotAllowedNow("not_in_this_state")
    page = render_template(
        "panels/pool/accept.html",
        panel=panel,
        form=form,
        proposal=pool_check.proposal_of(check),
        presentation=presentation,
    )
    return page, 422 if form.errors else 200


def _load_check(panel_id: int, check_id: int) -> tuple[Panel, PoolCheck]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    check = queries.check_of(panel.id, check_id)
    if check is None:
        abort(404)
    return panel, check


def _accept(panel: Panel, check: PoolCheck, form: PublicReasonForm) -> None:
    pool_check.accept_proposal(panel, check, form.reason.data or "", actor=person(), at=now())


def _put_all(form: PublicReasonForm, error: Invalid) -> None:
    """What is wrong with the quotas is said beside the only question there is."""
    put_on_form(form, Invalid({"reason": [line for lines in error.errors.values() for line in lines]}))


# --- closing and reopening -----------------------------------------------------------------------------


@bp.route("/<int:panel_id>/aanmeldingen/sluiten", methods=["GET", "POST"])
def close_registration(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    form = CheckedForm()
    if form.validate_on_submit():
        with committing():
            service.close_registration(panel, actor=person(), at=now())
        flash(_("Het aanmelden is gesloten. Kijk de signalen na en toets de aanmeldingen."), "positive")
        return redirect(url_for(".pool", panel_id=panel_id), code=303)
    if panel.stage is not Stage.REGISTRATION:
        raise NotAllowedNow("not_in_this_state")
    head = queries.head_of(panel.id)
    found = _contents(panel, head)
    return render_template("panels/pool/close.html", panel=panel, form=form, **found)


@bp.route("/<int:panel_id>/aanmeldingen/heropenen", methods=["GET", "POST"])
def reopen_registration(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    form = PublicReasonForm()
    if form.validate_on_submit():
        try:
            with committing():
                service.reopen_registration(panel, form.reason.data or "", actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Mensen kunnen zich weer aanmelden."), "positive")
            return redirect(url_for(".pool", panel_id=panel_id), code=303)
        panel = load_panel(panel_id)
    if panel.stage is not Stage.POOL:
        raise NotAllowedNow("not_in_this_state")
    page = render_template("panels/pool/reopen.html", panel=panel, form=form)
    return page, 422 if form.errors else 200
