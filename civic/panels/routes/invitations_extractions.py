"""What was taken from the registries: the log, and counts for everybody."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid
from civic.keyset import cursor_from_request, links
from civic.panels.forms.invitations import DestroyedForm, ExtractionForm
from civic.panels.models import Extraction
from civic.panels.policy import invitations as policy
from civic.panels.presentation import invitations as presentation
from civic.panels.queries import invitations_extractions as queries
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.routes.invitations_shares import load_share, whereabouts
from civic.panels.service import invitations_extractions as service
from civic.panels.service.invitations_extractions import FIELDS, Taken
from civic.web import person, public, require


@bp.get("/<int:panel_id>/gegevens")
@public
def extractions(panel_id: int) -> ResponseReturnValue:
    """Counts for everybody; the whole log for those who manage the panel or check it."""
    panel = load_panel(panel_id)
    may_read_log = policy.may_read_log(person(), panel)
    part = queries.extractions_part(cursor_from_request(), panel_id) if may_read_log else None
    lines, total = queries.public_lines(panel_id, int(current_app.config["SMALL_NUMBER"]))
    return render_template(
        "panels/invitations/extractions.html",
        panel=panel,
        counts=lines,
        total=total,
        log=queries.log_lines(part.rows) if part else None,
        page=links(part, lambda one: one.id) if part else None,
        may_change=lambda one: policy.may_change_extraction(person(), one),
        is_overdue=lambda one: queries.is_overdue(one, today(now())),
        presentation=presentation,
    )


@bp.get("/gegevens-van-mijn-gemeente")
def own_extractions() -> ResponseReturnValue:
    require(policy.may_see_shares)
    part = queries.own_extractions_part(cursor_from_request(), policy.places_of(person()))
    return render_template(
        "panels/invitations/own_extractions.html",
        log=queries.log_lines(part.rows),
        page=links(part, lambda one: one.id),
        may_change=lambda one: policy.may_change_extraction(person(), one),
        is_overdue=lambda one: queries.is_overdue(one, today(now())),
        presentation=presentation,
    )


@bp.route("/brieven-van-mijn-gemeente/<int:share_id>/gegevens", methods=["GET", "POST"])
def log_extraction(share_id: int) -> ResponseReturnValue:
    share = load_share(share_id)
    form = ExtractionForm(people=share.letters, purpose=_("Brieven met een uitnodiging voor het panel"))
    form.fields.choices = [SelectChoice(code, presentation.field_name(code)) for code in FIELDS]
    if form.validate_on_submit():
        try:
            with committing():
                taken = _taken(form, share)
                service.log_extraction(share.wave.panel_id, taken, actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Het staat in het logboek."), "positive")
            return redirect(url_for(".share", share_id=share_id), code=303)
    elif form.errors:  # the rules about days too, so that all errors are said at once
        days = service.errors_of_days(form.extracted_on.data, form.destroyed_on.data, at=now())
        put_on_form(form, Invalid(days))
    share = load_share(share_id)
    panel, constituency = whereabouts(share)
    page = render_template(
        "panels/invitations/log_extraction.html",
        share=share,
        panel=panel,
        constituency=constituency,
        form=form,
        on=today(now()),
    )
    return page, 422 if form.errors else 200


def _taken(form: ExtractionForm, share: Any) -> Taken:
    return Taken(
        municipality_id=share.municipality_id,
        share_id=share.id,
        ground=form.ground_text(),
        purpose=form.purpose.data or "",
        fields=tuple(form.fields.data or ()),
        people=form.people.data or 0,
        recipient=form.recipient.data or "",
        extracted_on=form.extracted_on.data,
        destroyed_on=form.destroyed_on.data,
    )


@bp.route("/gegevens-van-mijn-gemeente/<int:extraction_id>/vernietigd", methods=["GET", "POST"])
def destroy_extraction(extraction_id: int) -> ResponseReturnValue:
    extraction = _load(extraction_id)
    form = DestroyedForm(destroyed_on=today(now()))
    if form.validate_on_submit():
        try:
            with committing():
                service.report_destroyed(
                    extraction,
                    form.destroyed_on.data,
                    actor=person(),
                    at=now(),
                )
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De gegevens staan als vernietigd in het logboek."), "positive")
            return redirect(url_for(".own_extractions"), code=303)
    line = queries.log_lines([_load(extraction_id)])[0]
    page = render_template("panels/invitations/destroy.html", line=line, form=form, presentation=presentation)
    return page, 422 if form.errors else 200


def _load(extraction_id: int) -> Extraction:
    """404 for those of another municipality too."""
    extraction = queries.extraction_with(extraction_id)
    if extraction is None or not policy.may_change_extraction(person(), extraction):
        abort(404)
    require(policy.may_change_extraction, extraction)
    return extraction
