"""The knot: write it down, check it, sign it; and later look whether it was carried out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, queries, service
from civic.aanjaagteam.forms import DecideForm, put_errors
from civic.aanjaagteam.forms.knots import CheckForm, ProcessForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy.knots import may_check, may_finish_process
from civic.aanjaagteam.queries import knots as knot_queries
from civic.aanjaagteam.queries.members import members_on
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.moves import back_after_news, open_for
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.slots import Slot
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.service import checks, knots
from civic.aanjaagteam.states import Action
from civic.aanjaagteam.wording import knots as knot_words
from civic.accounts.models import User
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.web import person, require

Errors = dict[str, list[str]]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "knot_words": knot_words,
        "compare_options": knot_queries.compare,
        "extra_cost_of_no": knot_queries.extra_cost_of_no,
    }


@bp.route("/aanjaagteam/meldingen/<int:report_id>/besluit", methods=["GET", "POST"])
def decide(report_id: int) -> ResponseReturnValue:
    """Three steps in one address: fill in, check what was filled in, sign."""
    report = open_for(report_id, Action.DECIDE)
    form, step = _decide_form(report), request.form.get("stap")
    if not form.is_submitted() or step == "mogelijkheid":
        if form.is_submitted():
            form.add_option()
        return _decide_page("decide", form, report)
    if not _is_fine(form, report) or step == "wijzigen":
        return _decide_page("decide", form, report)
    if step != "vastleggen":
        return _decide_page("decide_check", form, report)
    try:
        with committing():
            service.decide(report, form.knot(), form.seen, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _decide_page("decide", form, load(report_id))
    return back_after_news(report, _("Het besluit is vastgelegd."))


def _decide_form(report: Report) -> DecideForm:
    form = DecideForm()
    form.fill(members_on(this_day()), knot_queries.process_owners(report, this_day()))
    if not form.is_submitted():
        form.revision.data = str(report.revision)
        form.decided_on.data = this_day()  # nearly always
    return form


def _is_fine(form: DecideForm, report: Report) -> bool:
    """What the form and what the rules refuse, all at once."""
    is_filled_in = form.validate()
    errors = knots.errors_of(report, form.knot(), form.seen, now())
    put_errors(form, {name: found for name, found in errors.items() if not form[name].errors})
    return is_filled_in and not errors


def _decide_page(name: str, form: DecideForm, report: Report) -> ResponseReturnValue:
    knot = knots.with_mandate(form.knot()) if name == "decide_check" else None
    page = render_template(
        f"aanjaagteam/knots/{name}.html",
        form=form,
        report=report,
        knot=knot,
        owner=queries.people([knot.process.owner_id]) if knot and knot.process else {},
        previous=queries.current_decision(report),
    )
    return page, 422 if form.errors else 200


@bp.route("/aanjaagteam/meldingen/<int:report_id>/uitvoering", methods=["GET", "POST"])
def check_execution(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_check, report)
    decision = queries.current_decision(report)
    before = knot_queries.checks_of(decision)
    if request.method == "GET" and (
        decision is None or decision.check_on is None or checks.is_carried_out(before)
    ):
        raise NotAllowedNow("not_in_this_state")
    form = CheckForm()
    if not form.is_submitted():
        form.revision.data = str(len(before))
    elif form.validate():
        looked = checks.Looked(form.chosen, form.explanation.data or "", form.next_on.data)
        try:
            with committing():
                checks.check_execution(report, looked, form.seen, actor=person(), at=now())
            return back_to(report_id, _("Bewaard of het besluit is uitgevoerd."))
        except Invalid as error:
            put_errors(form, error.errors)
    page = render_template("aanjaagteam/knots/check.html", form=form, report=report, decision=decision)
    return page, 422 if form.errors else 200


@bp.route("/aanjaagteam/meldingen/<int:report_id>/proces", methods=["GET", "POST"])
def finish_process(report_id: int) -> ResponseReturnValue:
    """Whoever promised it at the knot says that the process is changed."""
    report = load(report_id)
    decision = queries.current_decision(report)
    require(may_finish_process, report, decision)
    promised = checks.open_process_promise(report)
    if request.method == "GET" and promised is None:
        raise NotAllowedNow("not_in_this_state")
    form = ProcessForm()
    if not form.is_submitted():
        form.revision.data = str(report.revision)
        form.process_change.data = decision.process_change if decision else ""
    elif form.validate():
        with committing():
            checks.finish_process(report, form.process_change.data or "", form.seen, actor=person(), at=now())
        flash(_("Bewaard: het proces is aangepast."), "positive")
        return redirect(_after_process(report), code=303)
    page = render_template(
        "aanjaagteam/knots/process.html",
        form=form,
        report=report,
        decision=decision,
        promised=promised,
        is_team=policy.may_read_case(person(), report),
    )
    return page, 422 if form.errors else 200


def _after_process(report: Report) -> str:
    is_team = policy.may_read_case(person(), report)
    return url_for(".case" if is_team else ".asked", report_id=report.id)


# --- on other pages --------------------------------------------------------------------------------------


def _on_case(report: Report, _user: User | None) -> dict[str, Any]:
    decision = queries.current_decision(report)
    found = knot_queries.checks_of(decision)
    ids = [row.checked_by_id for row in found] + ([decision.process_owner_id] if decision else [])
    return {
        "decision": decision,
        "checks": found,
        "names": queries.people(ids),
        "is_carried_out": checks.is_carried_out(found),
        "process": checks.open_process_promise(report),
        "today": this_day(),
    }


def _on_unit(report: Report, user: User | None) -> dict[str, Any]:
    decisions = queries.decisions_of(report)
    current = decisions[0] if decisions else None
    return {
        "decisions": decisions,
        "may_finish": may_finish_process(user, report, current)
        and checks.open_process_promise(report) is not None,
    }


slots.CASE.append(Slot(10, "aanjaagteam/knots/_on_case.html", _on_case))
slots.UNIT_VIEW.append(Slot(30, "aanjaagteam/knots/_on_unit.html", _on_unit))
