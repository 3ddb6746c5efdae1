"""What comes after the last day of a decision: longer, over, or another decision."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, queries
from civic.aanjaagteam.forms.knots import TermForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy.knots import may_check
from civic.aanjaagteam.queries.knot_ends import soon, terms_of
from civic.aanjaagteam.routes.pages import done
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.service import knot_ends
from civic.aanjaagteam.states import Action
from civic.aanjaagteam.states.knots import TermChoice
from civic.db import now
from civic.errors import NotAllowedNow
from civic.web import person, require


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"this_day": this_day, "ends_soon": soon}


@bp.route("/aanjaagteam/meldingen/<int:report_id>/besluit/looptijd", methods=["GET", "POST"])
def decision_term(report_id: int) -> ResponseReturnValue:
    """Choose what happens when the last day of the decision comes, or now that it has gone by."""
    report = load(report_id)
    require(may_check, report)
    decision = queries.current_decision(report)
    if request.method == "GET" and not knot_ends.has_end(decision):
        raise NotAllowedNow("not_in_this_state")
    form = TermForm(revision=report.revision)
    if knot_ends.is_let_go(decision):
        form.only_longer()
    if form.validate_on_submit() and done(form, lambda: _choose(report, form)):
        return back_to(report_id, _("Bewaard wat er met het besluit gebeurt."))
    page = render_template(
        "aanjaagteam/knots/term.html",
        form=form,
        report=report,
        decision=decision,
        terms=terms_of(decision) if decision else [],
        may_decide=Action.DECIDE in policy.possible_actions(person(), report),
    )
    return page, 422 if form.errors else 200


def _choose(report: Report, form: TermForm) -> None:
    reason = form.reason.data or ""
    if form.chosen is TermChoice.PROLONGED:
        new = knot_ends.NewTerm(form.until.data, reason)
        knot_ends.prolong(report, new, form.seen, actor=person(), at=now())
    else:
        knot_ends.let_lapse(report, reason, form.seen, actor=person(), at=now())
