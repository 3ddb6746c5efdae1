"""Municipalities disagree whose task it is."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms.disputes import DisputeForm, ResolveForm, claim_lines, outside_lines
from civic.aanjaagteam.models import Dispute, Report
from civic.aanjaagteam.queries import disputes as queries
from civic.aanjaagteam.queries.units import active_units
from civic.aanjaagteam.routes.pages import done, form_page
from civic.aanjaagteam.routes.shared import bp, load
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.routes.waits import CASE
from civic.aanjaagteam.service import disputes as service
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.wording.case import STANCES
from civic.db import now
from civic.errors import NotAllowedNow
from civic.regions import queries as regions
from civic.web import person, require


@bp.route(f"{CASE}/geschil", methods=["GET", "POST"])
def dispute(report_id: int) -> ResponseReturnValue:
    """Open one; or change what the municipalities say while it is open."""
    report = load(report_id)
    require(policy.may_note, report)
    if report.state in FINAL and request.method == "GET":
        raise NotAllowedNow("is_closed")
    row = queries.open_dispute(report)
    form = _form(report, row)
    if form.validate_on_submit() and done(form, lambda: _write(report, row, form)):
        return back_to(report_id, _("Bewaard. Tot het duidelijk is, zorgt één gemeente ervoor."))
    return form_page("dispute", form, load(report_id), row=row, stances=STANCES)


def _form(report: Report, row: Dispute | None) -> DisputeForm:
    places = regions.municipalities()
    form = DisputeForm(
        revision=report.revision if row is None else row.revision,
        law_basis=row.law_basis.value if row else None,
        law_explanation=row.law_explanation if row else "",
        interim_municipality=str(row.interim_municipality_id if row else report.municipality_id or ""),
        interim_unit=str(row.interim_unit_id if row else report.unit_id or ""),
    )
    known = queries.claims_of(row) if row else []
    form.fill(places, active_units(), claim_lines(places, known), outside_lines(known))
    return form


def _write(report: Report, row: Dispute | None, form: DisputeForm) -> None:
    if row is None:
        service.open_dispute(report, form.facts, form.seen, actor=person(), at=now())
    else:
        service.change_dispute(row, form.facts, form.seen, actor=person(), at=now())


@bp.route(f"{CASE}/geschil/beslissen", methods=["GET", "POST"])
def dispute_resolve(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_resolve_dispute, report)
    row = queries.open_dispute(report)
    if row is None:
        raise NotAllowedNow("changed_meanwhile")
    form = ResolveForm(revision=row.revision)
    form.fill(regions.municipalities(), queries.claims_of(row))
    if form.validate_on_submit() and done(form, lambda: _resolve(row, form)):
        return back_to(report_id, _("Vastgelegd. Nu is duidelijk wie het moet doen."))
    shown = queries.disputes_of(report)
    return form_page("dispute_resolve", form, load(report_id), dispute=shown[0])


def _resolve(row: Dispute, form: ResolveForm) -> None:
    service.resolve(row, form.facts, form.seen, actor=person(), at=now())
