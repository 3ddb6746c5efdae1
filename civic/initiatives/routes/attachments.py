"""Images and documents of an initiative: adding, ordering, removing, and giving them out."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.files import service as files
from civic.files.web import send, takes_file
from civic.initiatives.forms.attachments import AttachForm
from civic.initiatives.models import Initiative
from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.policy import attachments as policy
from civic.initiatives.queries.attachments import attachments_of
from civic.initiatives.routes import write
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import attachments as service
from civic.search.words import folded
from civic.web import person, public, require

STEPS = {"omhoog": -1, "omlaag": 1}
SUFFIXES = {"image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}
# short: what is taken off the site may not stay in caches for long
FOR_ALL, FOR_WRITERS = "public, max-age=300", "private, no-store"


@bp.route(f"{ONE}/bijlagen", methods=["GET", "POST"])
@takes_file
def attachments(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_changeable(initiative_id)
    form = AttachForm()
    if not form.is_submitted():
        return _page(initiative, form)
    form.validate()
    checked = _checked(form)
    if checked is None or form.errors:
        return _page(load(initiative_id), form), 422
    try:
        with committing():
            service.attach(
                load(initiative_id), checked, form.description.data or "", actor=person(), at=now()
            )
    except Invalid as error:
        put_errors(form, error)
        return _page(load(initiative_id), form), 422
    flash(_("De bijlage staat erbij."), "positive")
    return redirect(url_for(".attachments", initiative_id=initiative_id), code=303)


def _checked(form: AttachForm) -> files.Checked | None:
    """The file as we may keep it. None, with a sentence at the field, for one that we do not take.

    Making an image anew takes up to a second: the database is let go of for so long.
    """
    db.session.rollback()
    given = form.given()
    try:
        if given is None:
            raise Invalid({"file": [_("Kies een foto of een PDF.")]})
        return files.check(*given)
    except Invalid as error:
        put_errors(form, error)
        return None


def _load_changeable(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_attach, initiative)
    if not policy.can_attach_now(initiative):
        raise NotAllowedNow("not_in_this_state")
    return initiative


def _page(initiative: Initiative, form: AttachForm) -> str:
    found = attachments_of(initiative.id)
    return render_template(
        "initiatives/attachments/index.html",
        initiative=initiative,
        form=form,
        attachments=found,
        is_full=len(found) >= service.MOST_FILES,
        most=service.MOST_FILES,
    )


@bp.post(f"{ONE}/bewaren-en-bijlagen")
def save_and_attach(initiative_id: int) -> ResponseReturnValue:
    """From the text to its attachments, with what was typed kept first."""
    require(policy.may_attach, load(initiative_id))
    answer = write.autosave(initiative_id)
    if isinstance(answer, Response) and answer.status_code == 303:
        return redirect(url_for(".attachments", initiative_id=initiative_id), code=303)
    return answer


@bp.post(f"{ONE}/bijlagen/<int:attachment_id>/<any(omhoog, omlaag):direction>")
def shift_attachment(initiative_id: int, attachment_id: int, direction: str) -> ResponseReturnValue:
    initiative = _load_changeable(initiative_id)
    with committing():
        service.shift(initiative, attachment_id, STEPS[direction])
    return redirect(url_for(".attachments", initiative_id=initiative_id), code=303)


@bp.post(f"{ONE}/bijlagen/<int:attachment_id>/weghalen")
def detach(initiative_id: int, attachment_id: int) -> ResponseReturnValue:
    initiative = _load_changeable(initiative_id)
    with committing():
        service.detach(initiative, attachment_id)
    flash(_("De bijlage is weg."), "positive")
    return redirect(url_for(".attachments", initiative_id=initiative_id), code=303)


@bp.get(f"{ONE}/bijlagen/<int:attachment_id>")
@public
def attachment(initiative_id: int, attachment_id: int) -> ResponseReturnValue:
    """An image to look at, a PDF to download."""
    initiative = load(initiative_id)
    row = db.session.get(InitiativeAttachment, attachment_id)
    if row is None or row.initiative_id != initiative_id or not policy.may_open(person(), initiative):
        abort(404)
    is_open = policy.is_for_all(initiative)
    return send(
        row.upload,
        name=_file_name(row),
        is_download=not row.is_image,
        cache=FOR_ALL if is_open else FOR_WRITERS,
    )


def _file_name(row: InitiativeAttachment) -> str:
    """From its description, in signs that every computer takes."""
    plain = "-".join(re.findall(r"[a-z0-9]+", folded(row.description)))[:60].strip("-")
    return f"{plain or 'bijlage'}.{SUFFIXES.get(row.upload.media_type, 'bin')}"
