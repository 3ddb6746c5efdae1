"""Paper sheets at the griffie: typing over, the second pair of eyes, sending back, mending."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic import keyset
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives.forms.sheets import (
    ReturnSheetForm,
    SheetForm,
    check_form,
    chosen,
    filled_form,
    written_day,
)
from civic.initiatives.models import Initiative, SupportSheet
from civic.initiatives.policy import ledger as policy
from civic.initiatives.presentation import ledger as labels
from civic.initiatives.queries import sheets as queries
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import sheets as service
from civic.initiatives.states.ledger import LineVerdict, SheetState
from civic.messages import sentence_for
from civic.web import logs_read, person, require

SHEETS = f"{ONE}/steunlijsten"
SHEET = f"{SHEETS}/<int:sheet_id>"


def _load(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_type_sheets, initiative)
    return initiative


def _load_sheet(initiative_id: int, sheet_id: int) -> tuple[Initiative, SupportSheet]:
    """A sheet is known under its own initiative only."""
    initiative = _load(initiative_id)
    found = db.get_or_404(SupportSheet, sheet_id)
    if found.initiative_id != initiative.id:
        abort(404)
    return initiative, found


def _revision(form: Any) -> int:
    text = form.revision.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@bp.get(SHEETS)
def sheets(initiative_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    part = queries.sheets_of(initiative, keyset.cursor_from_request())
    return render_template(
        "initiatives/ledger/sheets.html",
        initiative=initiative,
        rows=part.rows,
        counts=queries.line_counts(part.rows),
        pager=keyset.links(part, lambda row: row.id),
        labels=labels,
    )


# --- typing over ----------------------------------------------------------------------------------------


@bp.route(f"{SHEETS}/nieuw", methods=["GET", "POST"])
def new_sheet(initiative_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    form = SheetForm(initiative_id)
    if not form.is_submitted():
        service.require_open(initiative, now())
        return _form_page(initiative, form)
    if not form.validate():
        return _form_page(initiative, form, status=422)
    try:
        with committing():
            service.enter(initiative, form.code.data, form.typed_lines(), actor=person(), at=now())
    except Invalid as error:
        return _refused(initiative_id, form, error)
    flash(_("De lijst is bewaard. Nu moet een ander er nog naar kijken."), "positive")
    return redirect(url_for(".sheets", initiative_id=initiative_id), code=303)


def _form_page(
    initiative: Initiative, form: SheetForm, sheet: SupportSheet | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "initiatives/ledger/sheet_form.html", initiative=initiative, form=form, sheet=sheet
    ), status


def _refused(
    initiative_id: int, form: SheetForm, error: Invalid, sheet_id: int | None = None
) -> ResponseReturnValue:
    of_lines = {name: texts for name, texts in error.errors.items() if name.startswith("lines-")}
    put_errors(form, Invalid({name: texts for name, texts in error.errors.items() if name == "code"}))
    form.form_errors.extend(error.errors.get("lines", []))
    form.put_line_errors(of_lines)
    sheet = db.session.get(SupportSheet, sheet_id) if sheet_id else None
    return _form_page(_load(initiative_id), form, sheet, 422)


@bp.route(f"{SHEET}/verbeteren", methods=["GET", "POST"])
@logs_read
def repair_sheet(initiative_id: int, sheet_id: int) -> ResponseReturnValue:
    initiative, found = _load_sheet(initiative_id, sheet_id)
    form = SheetForm(initiative_id)
    if not form.is_submitted():
        return _repair_page(initiative, found)
    form.code.data = found.code
    if not form.validate():
        return _form_page(initiative, form, found, 422)
    try:
        with committing():
            service.repair(found, form.typed_lines(), _revision(form), actor=person(), at=now())
    except Invalid as error:
        return _refused(initiative_id, form, error, sheet_id)
    except NotAllowedNow as error:  # a colleague mended it meanwhile: nothing that was typed is lost
        form.form_errors.append(sentence_for(error))
        return _form_page(*_reload(initiative_id, form, sheet_id), status=409)
    flash(_("De lijst is verbeterd. Nu moet een ander er weer naar kijken."), "positive")
    return redirect(url_for(".sheets", initiative_id=initiative_id), code=303)


def _reload(initiative_id: int, form: SheetForm, sheet_id: int) -> tuple[Initiative, SheetForm, SupportSheet]:
    return _load(initiative_id), form, db.session.get_one(SupportSheet, sheet_id)


def _repair_page(initiative: Initiative, found: SupportSheet) -> ResponseReturnValue:
    if found.state is not SheetState.RETURNED:
        raise NotAllowedNow("not_in_this_state")
    with committing():
        service.note_read(found, actor=person(), at=now())
    return _form_page(initiative, filled_form(initiative.id, found), found)


# --- the second pair of eyes ----------------------------------------------------------------------------


@bp.get(SHEET)
@logs_read
def sheet(initiative_id: int, sheet_id: int) -> ResponseReturnValue:
    initiative, found = _load_sheet(initiative_id, sheet_id)
    with committing():
        service.note_read(found, actor=person(), at=now())
    return _sheet_page(initiative, found)


def _sheet_page(
    initiative: Initiative, found: SupportSheet, *, form: Any = None, returning: Any = None, status: int = 200
) -> ResponseReturnValue:
    revision = {"revision": str(found.revision)}
    return render_template(
        "initiatives/ledger/sheet.html",
        initiative=initiative,
        sheet=found,
        flags=queries.flags_of(found),
        form=form or check_form(found)(formdata=None, data=revision),
        returning=returning or ReturnSheetForm(formdata=None, data=revision),
        sent=form or returning,
        is_own=found.entered_by_id == person().id,
        can_check=found.state is SheetState.ENTERED and found.entered_by_id != person().id,
        written_day=written_day,
        labels=labels,
    ), status


@bp.post(f"{SHEET}/nakijken")
def check_sheet(initiative_id: int, sheet_id: int) -> ResponseReturnValue:
    initiative, found = _load_sheet(initiative_id, sheet_id)
    if found.state is SheetState.CHECKED and found.checked_by_id == person().id:
        return redirect(url_for(".sheet", initiative_id=initiative_id, sheet_id=sheet_id), code=303)
    form = check_form(found)()
    choices = chosen(form)
    if "all" in request.form:
        choices = _all_clean(found) | choices
    try:
        with committing():
            counts = service.accept(found, choices, _revision(form), actor=person(), at=now())
    except Invalid as error:
        initiative, found = _load_sheet(initiative_id, sheet_id)
        for number, choice in choices.items():
            form[f"line-{number}"].data = choice.value
        put_errors(form, error)
        return _sheet_page(initiative, found, form=form, status=422)
    said = _("Nagekeken: %(accepted)s regels tellen mee, %(refused)s niet.", **counts)
    flash(said, "positive")
    return redirect(url_for(".sheet", initiative_id=initiative_id, sheet_id=sheet_id), code=303)


def _all_clean(found: SupportSheet) -> dict[int, LineVerdict]:
    """Every line that waits and has nothing to look at twice."""
    flags = queries.flags_of(found)
    waiting = [line for line in found.lines if line.verdict is LineVerdict.WAITING]
    return {line.number: LineVerdict.ACCEPTED for line in waiting if line.number not in flags}


@bp.post(f"{SHEET}/terug")
def return_sheet(initiative_id: int, sheet_id: int) -> ResponseReturnValue:
    initiative, found = _load_sheet(initiative_id, sheet_id)
    form = ReturnSheetForm()
    if not form.validate_on_submit():
        return _sheet_page(initiative, found, returning=form, status=422)
    with committing():
        service.send_back(found, form.note.data, _revision(form), actor=person(), at=now())
    flash(_("De lijst ligt weer bij wie hem overtypte."), "positive")
    return redirect(url_for(".sheets", initiative_id=initiative_id), code=303)
