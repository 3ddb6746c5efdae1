"""One registration, for staff: finding it, reading it (logged), correcting, removing and restoring it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.panels.forms.pool import CheckedForm, FindForm, RemoveForm, flat, parts_on, whole_form
from civic.panels.forms.registrations import PartForm, application_of, parts_from
from civic.panels.models import Panel, Registration
from civic.panels.policy import pool as policy
from civic.panels.presentation import pool_people as presentation
from civic.panels.queries import composition
from civic.panels.queries import pool as queries
from civic.panels.queries import registrations as stored
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import pool as service
from civic.panels.service import registrations
from civic.panels.service.pool import Removal
from civic.panels.service.registrations_rules import Asking
from civic.web import logs_read, person, require

SEARCHES = Limit("panel_search", 120, 900)


@bp.route("/<int:panel_id>/aanmeldingen/zoeken", methods=["GET", "POST"])
def find_registration(panel_id: int) -> ResponseReturnValue:
    """By number, code or mail address; posted, so that none of these stands in an address."""
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    form = FindForm()
    found: list[int] = []
    if form.validate_on_submit():
        with committing():
            hit(SEARCHES, str(person().id), now())
        found = queries.found_with(panel.id, form.wanted.data or "")
        if len(found) == 1:
            return redirect(url_for(".registration", panel_id=panel_id, registration_id=found[0]), code=303)
        if not found:
            form.wanted.errors = [_("Wij vinden hiermee geen aanmelding. Kijk of u het goed typte.")]
    page = render_template("panels/pool/find.html", panel=panel, form=form, found=found)
    return page, 422 if form.errors else 200


@bp.get("/<int:panel_id>/aanmeldingen/<int:registration_id>")
@logs_read
def registration(panel_id: int, registration_id: int) -> ResponseReturnValue:
    panel, row = _load(panel_id, registration_id)
    with committing():
        service.log_read(row, actor=person(), at=now())
    panel, row = _load(panel_id, registration_id)
    return render_template(
        "panels/pool/registration.html",
        panel=panel,
        row=row,
        person=stored.person_of(row),
        features=composition.features_of(panel.id),
        flags=queries.flags_about(row.id),
        form=CheckedForm(),
        policy=policy,
        presentation=presentation,
    )


def _load(panel_id: int, registration_id: int) -> tuple[Panel, Registration]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    row = queries.registration_of(panel.id, registration_id)
    if row is None:
        abort(404)
    return panel, row


@bp.route("/<int:panel_id>/aanmeldingen/<int:registration_id>/wijzigen", methods=["GET", "POST"])
@logs_read
def correct_registration(panel_id: int, registration_id: int) -> ResponseReturnValue:
    """The same questions as residents got, filled in, with a reason."""
    panel, row = _load(panel_id, registration_id)
    if not policy.can_correct(row, panel):
        raise NotAllowedNow("not_in_this_state")
    asking = registrations.asking_of(panel.id, row.constituency)
    form = _correction_form(row, asking)
    if form.validate_on_submit():
        try:
            with committing():
                _correct(panel, row, form, asking)
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De aanmelding is verbeterd."), "positive")
            return redirect(
                url_for(".registration", panel_id=panel_id, registration_id=registration_id), code=303
            )
    else:
        with committing():
            service.log_read(row, actor=person(), at=now())
    panel, row = _load(panel_id, registration_id)
    asking = registrations.asking_of(panel.id, row.constituency)
    page = render_template("panels/pool/correct.html", panel=panel, row=row, form=form, asking=asking)
    return page, 422 if form.errors else 200


def _correction_form(row: Registration, asking: Asking) -> PartForm:
    application = stored.application_of(row)
    if application is None:
        raise NotAllowedNow("not_in_this_state")
    form = whole_form(asking, with_reason=True)(data=flat(parts_from(application, asking)))
    form.ask(asking, today(now()))
    return form


def _correct(panel: Panel, row: Registration, form: PartForm, asking: Asking) -> None:
    application = application_of(parts_on(form), asking)
    service.note_correction(panel, row, str(form["reason"].data), actor=person(), at=now())
    registrations.change(row, application, actor=person(), at=now())


@bp.route("/<int:panel_id>/aanmeldingen/<int:registration_id>/verwijderen", methods=["GET", "POST"])
def remove_registration(panel_id: int, registration_id: int) -> ResponseReturnValue:
    panel, row = _load(panel_id, registration_id)
    form = RemoveForm()
    if form.validate_on_submit():
        removal = Removal(form.code.data or "", form.reason.data or "")
        try:
            with committing():
                service.remove(panel, row, removal, actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Deze aanmelding doet niet meer mee. U kunt haar vier weken terugzetten."), "positive")
            return redirect(
                url_for(".registration", panel_id=panel_id, registration_id=registration_id), code=303
            )
        panel, row = _load(panel_id, registration_id)
    if not policy.can_remove(row, panel):
        raise NotAllowedNow("not_in_this_state")
    page = render_template("panels/pool/remove.html", panel=panel, row=row, form=form)
    return page, 422 if form.errors else 200


@bp.post("/<int:panel_id>/aanmeldingen/<int:registration_id>/terugzetten")
def restore_registration(panel_id: int, registration_id: int) -> ResponseReturnValue:
    panel, row = _load(panel_id, registration_id)
    if CheckedForm().validate_on_submit():
        with committing():
            service.restore(panel, row, actor=person(), at=now())
        flash(_("De aanmelding telt weer mee."), "positive")
    return redirect(url_for(".registration", panel_id=panel_id, registration_id=registration_id), code=303)
