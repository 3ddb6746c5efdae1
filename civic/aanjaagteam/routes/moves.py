"""The moves that need their own page: decide (with a check), advance, close, decline."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.forms import (
    ChangeForm,
    CloseForm,
    DeclineForm,
    RevisionForm,
)
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.routes.shared import bp, load
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.states import Action, State, is_possible
from civic.db import committing, now
from civic.errors import NotAllowedNow
from civic.web import person, require


def open_for(report_id: int, action: Action) -> Report:
    """The report, if this person may do this, and it can be done now."""
    report = load(report_id)
    require(policy.may_do, report, action)
    if request.method == "GET" and not is_possible(report.state, action):
        raise NotAllowedNow("not_in_this_state")
    return report


def _page(name: str, form: RevisionForm, report_id: int) -> ResponseReturnValue:
    if not form.is_submitted():
        form.revision.data = str(load(report_id).revision)
    status = 422 if form.errors else 200
    page = render_template(
        f"aanjaagteam/{name}.html",
        form=form,
        report=load(report_id),
    )
    return page, status


def back_after_news(report: Report, done: str) -> ResponseReturnValue:
    """Back to the case; says how the reporter learns of it. Without an address nobody gets a mail."""
    news = _("De melder krijgt bericht.") if report.contact else _("De melder ziet dit met de code.")
    return back_to(report.id, f"{done} {news}")


@bp.route("/aanjaagteam/meldingen/<int:report_id>/verder", methods=["GET", "POST"])
def advance(report_id: int) -> ResponseReturnValue:
    """After a decision: first the process is changed, then the team measures."""
    if load(report_id).state is State.PROCESS_CHANGED:
        return _start_measuring(report_id)
    report = open_for(report_id, Action.CHANGE_PROCESS)
    form = ChangeForm()
    if not form.validate_on_submit():
        return _page("advance", form, report_id)
    with committing():
        service.change_process(report, form.process_change.data or "", form.seen, actor=person(), at=now())
    return back_to(report_id, _("Bewaard: het proces is aangepast."))


def _start_measuring(report_id: int) -> ResponseReturnValue:
    report = open_for(report_id, Action.MEASURE)
    form = RevisionForm()
    if not form.validate_on_submit():
        return _page("advance", form, report_id)
    with committing():
        service.measure(report, form.seen, actor=person(), at=now())
    return back_to(report_id, _("Bewaard: het team meet of het helpt."))


@bp.route("/aanjaagteam/meldingen/<int:report_id>/afronden", methods=["GET", "POST"])
def close(report_id: int) -> ResponseReturnValue:
    report = open_for(report_id, Action.CLOSE)
    form = CloseForm()
    if not form.validate_on_submit():
        return _page("close", form, report_id)
    ending = service.Ending(form.chosen, form.outcome_text.data or "")
    with committing():
        service.close(report, ending, form.seen, actor=person(), at=now())
    return back_after_news(report, _("De melding is afgerond."))


@bp.route("/aanjaagteam/meldingen/<int:report_id>/niet-oppakken", methods=["GET", "POST"])
def decline(report_id: int) -> ResponseReturnValue:
    report = open_for(report_id, Action.DECLINE)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _page("decline", form, report_id)
    refusal = service.Refusal(form.chosen, form.decline_text.data or "", form.decline_where.data or "")
    with committing():
        service.decline(report, refusal, form.seen, actor=person(), at=now())
    return back_after_news(report, _("Bewaard."))
