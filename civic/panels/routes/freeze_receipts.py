"""The receipt of a registrant, behind their own link; and the script that checks it."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from civic.calendar import today
from civic.db import db, now
from civic.panels.forms.freeze import ObjectionForm
from civic.panels.models import Panel, Registration
from civic.panels.presentation import draws_public
from civic.panels.presentation import freeze as presentation
from civic.panels.queries import freeze as queries
from civic.panels.queries.registrations import registration_of_token
from civic.panels.routes.blueprint import registration_bp
from civic.panels.routes.draws_public_own import own_links
from civic.panels.routes.freeze_objections import objection_page, send_objection
from civic.panels.service import receipts, receipts_check
from civic.panels.states import RegistrationState
from civic.web import public

SCRIPT = Path(receipts_check.__file__).read_bytes()


def _load(token: str) -> tuple[Registration, Panel]:
    registration = registration_of_token(token)
    if registration is None or registration.state is RegistrationState.WITHDRAWN:
        abort(404)
    return registration, db.session.get_one(Panel, registration.panel_id)


@registration_bp.get("/mijn/<token>/kwitantie")
@public
def pool_receipt(token: str) -> ResponseReturnValue:
    registration, panel = _load(token)
    return render_template(
        "panels/freeze/receipt.html",
        panel=panel,
        registration=registration,
        receipt=receipts.receipt_of(registration, panel),
        token=token,
        takes_objections=queries.takes_objections(panel, today(now())),
        versions=queries.versions_of(panel.id),
        presentation=presentation,
        own_draws=own_links(registration),
        draw_words=draws_public,
    )


@registration_bp.get("/mijn/<token>/kwitantie.json")
@public
def pool_receipt_json(token: str) -> ResponseReturnValue:
    registration, panel = _load(token)
    found = receipts.receipt_of(registration, panel)
    if found is None:
        abort(404)
    name = f"kwitantie-panel-{panel.id}-versie-{found.freeze.version}.json"
    response = Response(receipts.as_json(found), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@registration_bp.route("/mijn/<token>/bezwaar", methods=["GET", "POST"])
@public
def object_to_pool(token: str) -> ResponseReturnValue:
    """The form of everybody, with the address of this registrant filled in."""
    registration, panel = _load(token)
    form = ObjectionForm(data={"contact": registration.email or registration.phone or ""})
    panel_id = panel.id
    status = send_objection(panel, form)
    if status == 303:
        return redirect(url_for(".pool_receipt", token=token), code=303)
    return objection_page(panel_id, form, url_for(".object_to_pool", token=token)), status


@registration_bp.get("/kwitantie/narekenen.py")
@public
def pool_receipt_script() -> ResponseReturnValue:
    """One file that needs nothing but Python."""
    response = Response(SCRIPT, mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="narekenen.py"'
    return response
