"""Handing a report over to another unit or somebody outside, with a warning first when it would go round."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import number_or_none, put_errors
from civic.aanjaagteam.forms.case import HandoverForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import handoffs as queries
from civic.aanjaagteam.queries.units import active_units, unit_names
from civic.aanjaagteam.routes.pages import done, form_page
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.routes.waits import CASE
from civic.aanjaagteam.service import handoffs as service
from civic.aanjaagteam.states import FINAL
from civic.db import now
from civic.errors import Invalid, NotAllowedNow
from civic.regions import queries as regions
from civic.web import person, require


@bp.route(f"{CASE}/overdragen", methods=["GET", "POST"])
def transfer(report_id: int) -> ResponseReturnValue:
    """First the form, then what it means (who had it before), then it is done."""
    report = load(report_id)
    require(policy.may_note, report)
    if report.state in FINAL and request.method == "GET":
        raise NotAllowedNow("is_closed")
    form = HandoverForm(revision=report.revision)
    units = [unit for unit in active_units() if unit.id != report.unit_id]
    form.fill(units, regions.municipalities())
    step = request.form.get("stap")
    if not form.validate_on_submit() or step == "wijzigen":
        return _page("transfer", form, report)
    if step != "vastleggen":
        return _check(form, report)
    if done(form, lambda: _hand_over(report, form)):
        return back_to(report_id, _("De melding is overgedragen."))
    return _page("transfer", form, load(report_id))


def _wanted(form: HandoverForm) -> service.Handover:
    unit_id, note = number_or_none(form.unit.data), form.note.data or ""
    return service.Handover(unit_id, form.chosen, note, form.party.data or "")


def _hand_over(report: Report, form: HandoverForm) -> None:
    service.hand_over(report, _wanted(form), form.seen, actor=person(), at=now())


def _check(form: HandoverForm, report: Report) -> ResponseReturnValue:
    try:
        target = service.check_handover(report, _wanted(form))
    except Invalid as error:
        put_errors(form, error.errors)
        return _page("transfer", form, report)
    loop = queries.loop_to(report, target.place, this_day())
    goes_to = unit_names([target.unit.id])[target.unit.id] if target.unit else target.party
    return _page("transfer_check", form, report, target=target, goes_to=goes_to, loop=loop)


def _page(name: str, form: HandoverForm, report: Report, **more: object) -> ResponseReturnValue:
    present = unit_names([report.unit_id]).get(report.unit_id or 0, "") or queries.outside(report)
    return form_page(name, form, report, chain=queries.chain_of(report), present=present, **more)
