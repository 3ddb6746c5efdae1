"""What one contact writes on a case (plan, summary); adopting it, opening it again; its blocks elsewhere."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.forms.case import AdoptForm, PlanForm, ReopenForm, SummaryForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.asked import may_read_asked
from civic.aanjaagteam.queries.one import members_for, people
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.pages import done, form_page
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.routes.waits import CASE, back_to_reader
from civic.aanjaagteam.service import case as case_service
from civic.aanjaagteam.states import FINAL, Action, is_possible
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.web import person, require


@bp.route(f"{CASE}/plan", methods=["GET", "POST"])
def plan(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_plan, report)
    form = PlanForm(revision=report.revision, plan=report.plan, deputy=str(report.deputy_id or ""))
    form.fill(one for one in members_for(report) if one.id != report.owner_id)
    if form.validate_on_submit() and done(form, lambda: _set_plan(report, form)):
        return back_to(report_id, _("Het plan is bewaard. De melder leest het ook."))
    return form_page("plan", form, load(report_id), owner=people([report.owner_id]).get(report.owner_id or 0))


def _set_plan(report: Report, form: PlanForm) -> None:
    deputy = db.session.get(User, number_or_none(form.deputy.data) or 0)
    wanted = case_service.Plan(form.plan.data or "", deputy)
    case_service.set_plan(report, wanted, form.seen, actor=person(), at=now())


@bp.route(f"{CASE}/samenvatting", methods=["GET", "POST"])
def summary(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    form = SummaryForm(revision=report.revision, summary=report.summary)
    if form.validate_on_submit() and done(form, lambda: _set_summary(report, form)):
        return back_to(report_id, _("De samenvatting is bewaard."))
    return form_page("summary", form, load(report_id))


def _set_summary(report: Report, form: SummaryForm) -> None:
    case_service.set_summary(report, form.summary.data or "", form.seen, actor=person(), at=now())


@bp.route(f"{CASE}/heropenen", methods=["GET", "POST"])
def reopen(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_do, report, Action.REOPEN)
    if request.method == "GET" and not is_possible(report.state, Action.REOPEN):
        raise NotAllowedNow("not_in_this_state")
    form = ReopenForm(revision=report.revision)
    if form.validate_on_submit() and done(form, lambda: _reopen(report, form)):
        return back_to(report_id, _("De melding is weer open."))
    return form_page("reopen", form, load(report_id))


def _reopen(report: Report, form: ReopenForm) -> None:
    why = service.Reopening(form.chosen, form.reopen_text.data or "")
    service.reopen(report, why, form.seen, actor=person(), at=now())


@bp.route("/aanjaagteam/gevraagd/<int:report_id>/adopteren", methods=["GET", "POST"])
def adopt(report_id: int) -> ResponseReturnValue:
    """For the team and for whoever was asked something about it."""
    report = load(report_id)
    require(may_read_asked, report, this_day())
    require(policy.may_adopt, report)
    if request.method == "GET" and (report.adopter_id is not None or report.state in FINAL):
        raise NotAllowedNow("not_in_this_state")
    form = AdoptForm(revision=report.revision)
    if form.validate_on_submit():
        with committing():
            case_service.adopt(report, form.seen, is_public=form.is_named.data, actor=person(), at=now())
        return back_to_reader(report_id, _("Dank u. Deze melding staat nu op uw naam."))
    is_team = policy.may_read_case(person(), report)
    return form_page("adopt", form, report, is_team=is_team)


@bp.post("/aanjaagteam/gevraagd/<int:report_id>/teruggeven")
def give_back(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_give_back, report)
    form = AdoptForm()
    with committing():
        case_service.give_back(report, form.seen, actor=person(), at=now())
    if not may_read_asked(person(), load(report_id), this_day()):
        flash(_("De melding staat niet meer op uw naam."), "positive")
        return redirect(url_for("pages.home"), code=303)
    return back_to_reader(report_id, _("De melding staat niet meer op naam."))


def _plan_block(report: Report, user: User | None) -> dict[str, Any]:
    """One plan, one contact. Whom the reporter and the units can turn to."""
    names = people([report.owner_id, report.deputy_id, report.adopter_id])
    return {
        "report": report,
        "owner": names.get(report.owner_id or 0, ""),
        "deputy": names.get(report.deputy_id or 0, ""),
        "adopter": names.get(report.adopter_id or 0, ""),
        "is_mine": user is not None and user.id == report.adopter_id,
        "is_closed": report.state in FINAL,
    }


def _adopter_block(report: Report, user: User | None) -> dict[str, Any]:
    is_named = report.adopter_id is not None and report.adopter_is_public
    return {"adopter": people([report.adopter_id]).get(report.adopter_id or 0, "") if is_named else ""}


slots.FOLLOWED.append(slots.Slot(10, "aanjaagteam/case/_plan_followed.html", _plan_block))
slots.UNIT_VIEW.append(slots.Slot(10, "aanjaagteam/case/_plan_asked.html", _plan_block))
slots.PUBLIC.append(slots.Slot(10, "aanjaagteam/case/_adopter_public.html", _adopter_block))
