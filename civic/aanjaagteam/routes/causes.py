"""Why it got stuck, and the register of wrong incentives."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.forms.case import CauseForm, IncentiveForm, RetireForm
from civic.aanjaagteam.models import Incentive, Report
from civic.aanjaagteam.queries import causes as queries
from civic.aanjaagteam.routes.pages import done, form_page
from civic.aanjaagteam.routes.shared import bp, load, page_links, this_day
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.routes.waits import CASE
from civic.aanjaagteam.service import causes as service
from civic.db import committing, db, now
from civic.events import presentation
from civic.events import queries as events
from civic.events.models import Visibility
from civic.keyset import place_from_request
from civic.web import person, require

REGISTER = "/aanjaagteam/prikkels"


@bp.route(f"{CASE}/oorzaak", methods=["GET", "POST"])
def cause(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    form = CauseForm(
        revision=report.revision,
        cause=report.cause.value if report.cause else None,
        cause_note=report.cause_note,
        incentive=str(report.incentive_id or ""),
    )
    form.fill(queries.to_choose_from(report.incentive_id))
    if form.validate_on_submit() and done(form, lambda: _set_cause(report, form)):
        return back_to(report_id, _("De oorzaak is bewaard."))
    return form_page("cause", form, load(report_id))


def _set_cause(report: Report, form: CauseForm) -> None:
    given = service.CauseGiven(form.chosen, form.cause_note.data or "", number_or_none(form.incentive.data))
    service.set_cause(report, given, form.seen, actor=person(), at=now())


@bp.get(REGISTER)
def incentives() -> ResponseReturnValue:
    require(policy.may_keep_register)
    rows = queries.incentives(person())
    return render_template("aanjaagteam/case/incentives.html", rows=rows)


@bp.route(f"{REGISTER}/nieuw", methods=["GET", "POST"])
def incentive_new() -> ResponseReturnValue:
    require(policy.may_keep_register)
    form = IncentiveForm()
    if form.validate_on_submit() and done(form, lambda: _add(form)):
        flash(_("De prikkel staat op de lijst."), "positive")
        return redirect(url_for(".incentives"), code=303)
    return form_page("incentive_form", form, row=None)


def _facts(form: IncentiveForm) -> service.IncentiveFacts:
    return service.IncentiveFacts(form.chosen, form.description.data or "", form.owner.data or "")


def _add(form: IncentiveForm) -> None:
    service.add_incentive(_facts(form), actor=person(), at=now())


@bp.get(f"{REGISTER}/<int:incentive_id>")
def incentive(incentive_id: int) -> ResponseReturnValue:
    require(policy.may_keep_register)
    row = db.get_or_404(Incentive, incentive_id)
    page = queries.caused_by(person(), incentive_id, place_from_request(queries.BY_WAITING.parse), this_day())
    return render_template(
        "aanjaagteam/case/incentive.html",
        row=row,
        page=page,
        links=page_links(page),
        form=RetireForm(formdata=None, revision=row.revision),
        timeline=presentation.entries(events.timeline(row, (Visibility.INTERNAL,)), names=True),
    )


@bp.route(f"{REGISTER}/<int:incentive_id>/wijzigen", methods=["GET", "POST"])
def incentive_edit(incentive_id: int) -> ResponseReturnValue:
    require(policy.may_keep_register)
    row = db.get_or_404(Incentive, incentive_id)
    form = IncentiveForm(
        revision=row.revision, kind=row.kind.value, description=row.description, owner=row.owner
    )
    if form.validate_on_submit() and done(form, lambda: _change(row, form)):
        flash(_("De prikkel is veranderd."), "positive")
        return redirect(url_for(".incentive", incentive_id=incentive_id), code=303)
    return form_page("incentive_form", form, row=row)


def _change(row: Incentive, form: IncentiveForm) -> None:
    service.change_incentive(row, _facts(form), form.seen, actor=person(), at=now())


@bp.post(f"{REGISTER}/<int:incentive_id>/wegnemen")
def incentive_retire(incentive_id: int) -> ResponseReturnValue:
    """It was taken away; or it is back after all."""
    require(policy.may_keep_register)
    row = db.get_or_404(Incentive, incentive_id)
    with committing():
        service.retire_incentive(row, RetireForm().seen, actor=person(), at=now())
    flash(_("Bewaard."), "positive")
    return redirect(url_for(".incentive", incentive_id=incentive_id), code=303)
