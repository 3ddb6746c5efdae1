"""The two files of a panel: placing them, the errors in them, deleting them."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.panels import policy, presentation, queries
from civic.panels.forms import FilesForm
from civic.panels.models import Panel
from civic.panels.policy.freeze import is_fixed
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import panels as service
from civic.panels.service.panels import Upload
from civic.panels.service.reading import Reading, read
from civic.web import person, require

UPLOADS = Limit("panel_upload", 60, 900)
ERRORS_SHOWN = 50


@bp.route("/<int:panel_id>/bestanden", methods=["GET", "POST"])
def files(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_upload, panel)
    form = FilesForm()
    if is_fixed(panel):
        return _fixed(form, panel)
    reading = None
    if form.validate_on_submit():
        reading = _take(form, panel)
        if reading is not None and not reading.errors:
            flash(_("De bestanden kloppen. U kunt nu een oefenloting aanvragen."), "positive")
            return redirect(url_for(".files", panel_id=panel_id), code=303)
    return _page(form, panel_id, reading)


def _fixed(form: FilesForm, panel: Panel) -> ResponseReturnValue:
    """Two people froze this pool: its file is not replaced or deleted by one."""
    if form.is_submitted():
        raise NotAllowedNow("not_in_this_state")
    flash(_("De pool staat vast of wordt vastgezet. De bestanden veranderen nu niet."), "info")
    return redirect(url_for(".freeze", panel_id=panel.id), code=303)


def _page(form: FilesForm, panel_id: int, reading: Reading | None) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    current = queries.current_files(panel.id)
    errors = reading.errors if reading else []
    page = render_template(
        "panels/files.html",
        panel=panel,
        form=form,
        current=current,
        groups=presentation.summary_groups(current, None) if current else [],
        errors=errors,
        errors_shown=errors[:ERRORS_SHOWN],
    )
    return page, 422 if form.errors or errors else 200


def _take(form: FilesForm, panel: Panel) -> Reading | None:
    """Store the files when nothing is wrong with them, otherwise their errors; None when a rule refuses."""
    size = (
        panel.size
    )  # read now: a look at the row after the commit would begin a write, and parsing takes long
    with committing():
        hit(UPLOADS, str(person().id), now())
    categories, respondents = form.categories.data.read(), form.respondents.data.read()
    reading = read(categories, respondents, size)
    try:
        with committing():
            if reading.errors:
                service.keep_upload_errors(panel, reading.errors, at=now())
            elif is_fixed(panel):  # two people froze the pool while this file was being read
                raise NotAllowedNow("not_in_this_state")
            else:
                service.accept_files(
                    panel, Upload(categories, respondents, reading), actor=person(), at=now()
                )
    except Invalid as error:
        put_on_form(form, error)
        return None
    return reading


@bp.get("/<int:panel_id>/bestanden/fouten.txt")
def file_errors(panel_id: int) -> ResponseReturnValue:
    """Every error of the last refused upload, one per line."""
    panel = load_panel(panel_id)
    require(policy.may_upload, panel)
    report = queries.upload_errors_of(panel.id)
    if report is None or report.lines is None:
        abort(404)
    response = Response(report.lines + "\n", mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="fouten-panel-{panel.id}.txt"'
    return response


@bp.route("/<int:panel_id>/bestanden/verwijderen", methods=["GET", "POST"])
def delete_files(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_manage, panel)
    form = FilesForm()
    if is_fixed(panel):
        return _fixed(form, panel)
    if form.is_submitted():
        with committing():
            service.delete_files(panel, actor=person(), at=now())
        flash(_("De aanmeldingen en de lijsten met gelote mensen zijn verwijderd."), "positive")
        return redirect(url_for(".show", panel_id=panel_id), code=303)
    can_delete = policy.may_delete_files(person(), panel)
    return render_template(
        "panels/delete_files.html",
        panel=panel,
        can_delete=can_delete,
        current=queries.current_files(panel.id),
    )
