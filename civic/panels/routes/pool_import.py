"""Registrations from an organisation's own list: upload, look at what would happen, confirm."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.panels.csvfile import csv_response
from civic.panels.forms.pool import ImportAgainForm, ImportForm
from civic.panels.models import Constituency, Panel, Source
from civic.panels.policy import pool as policy
from civic.panels.queries import pool as queries
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.service import pool_import as service
from civic.panels.service import registrations
from civic.panels.service.pool_import import Target
from civic.panels.states import EntryRoute
from civic.web import person, require

UPLOADS = Limit("panel_import", 60, 900)
ERRORS_SHOWN = 100
Sources = list[tuple[Source, Constituency]]


@bp.route("/<int:panel_id>/aanmeldingen/importeren", methods=["GET", "POST"])
def import_registrations(panel_id: int) -> ResponseReturnValue:
    """Choose the group and the file; the answer is everything that is wrong, or a preview."""
    panel = _load(panel_id)
    form = ImportForm()
    rows = _offer(panel, form)
    errors: list[str] = []
    if form.validate_on_submit():
        with committing():
            hit(UPLOADS, str(person().id), now())
        target = _target(_load(panel_id), int(form.entrance.data))
        content = form.people.data.read()
        found = service.preview(target, content, now())
        if not found.errors:
            return _show(target, content, found)
        errors = found.errors
    return _page(panel, form, rows, errors)


def _offer(panel: Panel, form: ImportForm) -> Sources:
    rows = queries.sources_by_route(panel.id, *EntryRoute)
    form.offer([(source.id, f"{third.name}: {source.name}") for source, third in rows])
    return rows


def _page(panel: Panel, form: ImportForm, rows: Sources, errors: list[str]) -> tuple[str, int]:
    """Where a file is chosen, with what was wrong in the last one."""
    page = render_template(
        "panels/pool/import.html",
        panel=panel,
        form=form,
        sources=rows,
        errors=errors[:ERRORS_SHOWN],
        more=max(0, len(errors) - ERRORS_SHOWN),
        most=service.MOST_LINES,
    )
    return page, 422 if form.errors or errors else 200


def _load(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    if not policy.can_register(panel):
        raise NotAllowedNow("not_in_this_state")
    return panel


def _target(panel: Panel, source_id: int) -> Target:
    found = queries.source_of(panel.id, source_id)
    if found is None:
        abort(404)
    return Target(panel, *found)


def _show(target: Target, content: bytes, found: service.Preview) -> ResponseReturnValue:
    form = ImportAgainForm(None)
    form.sealed.data = service.sealed_for_page(target, content, actor=person(), at=now())
    return render_template(
        "panels/pool/import_preview.html",
        panel=target.panel,
        target=target,
        form=form,
        entries=found.entries,
    )


@bp.post("/<int:panel_id>/aanmeldingen/importeren/<int:source_id>")
def confirm_import(panel_id: int, source_id: int) -> ResponseReturnValue:
    """All of them, or none: the pool may have changed since the preview."""
    target = _target(_load(panel_id), source_id)
    form = ImportAgainForm()
    if not form.validate_on_submit():
        return redirect(url_for(".import_registrations", panel_id=panel_id), code=303)
    content = service.opened_from_page(target, form.sealed.data or "", actor=person(), at=now())
    try:
        with committing():
            number = service.take_in_list(target, content, actor=person(), at=now())
    except Invalid as error:
        return _refused(panel_id, [line for lines in error.errors.values() for line in lines])
    flash(_("Alle %(number)s aanmeldingen staan erin.", number=number), "positive")
    return redirect(url_for(".pool", panel_id=panel_id), code=303)


def _refused(panel_id: int, errors: list[str]) -> ResponseReturnValue:
    panel = _load(panel_id)
    form = ImportForm(None)
    rows = _offer(panel, form)
    return _page(panel, form, rows, errors)


@bp.get("/<int:panel_id>/aanmeldingen/importeren/<int:source_id>/voorbeeld.csv")
def import_example(panel_id: int, source_id: int) -> ResponseReturnValue:
    """An empty file with the right head for this group."""
    target = _target(_load(panel_id), source_id)
    asking = registrations.asking_of(target.panel.id, target.constituency)
    return csv_response(f"aanmeldingen-{source_id}.csv", service.columns_of(asking), [])
