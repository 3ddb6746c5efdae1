"""A day that the team promises the reporter (S16d)."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.knots import PromiseForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy.knots import may_check
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.slots import Slot
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.service import promises
from civic.accounts.models import User
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.events.models import Deadline
from civic.web import person, require


@bp.route("/aanjaagteam/meldingen/<int:report_id>/belofte", methods=["GET", "POST"])
def promise(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_check, report)
    form = PromiseForm()
    if form.validate_on_submit():
        try:
            with committing():
                promises.make_promise(report, form.due_on.data, actor=person(), at=now())
            return back_to(report_id, _("Beloofd. De melder ziet deze dag."))
        except Invalid as error:
            put_errors(form, error.errors)
    page = render_template(
        "aanjaagteam/knots/promise.html",
        form=form,
        report=report,
        promised=_open_promise(report),
        today=this_day(),
    )
    return page, 422 if form.errors else 200


@bp.post("/aanjaagteam/meldingen/<int:report_id>/belofte/nagekomen")
def keep_promise(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_check, report)
    with committing():
        if not promises.settle(report, actor=person(), at=now()):
            raise NotAllowedNow("changed_meanwhile")
    return back_to(report_id, _("Bewaard: de melder heeft het gehoord."))


def _open_promise(report: Report) -> Deadline | None:
    row = events.deadline_of(report, promises.PROMISE)
    return row if row is not None and row.met_at is None else None


def _facts(report: Report, _user: User | None) -> dict[str, Any]:
    row = events.deadline_of(report, promises.PROMISE)
    return {
        "promised": row,
        "is_open": row is not None and row.met_at is None,
        "is_broken": row is not None and row.met_at is None and row.due_on < this_day(),
    }


slots.CASE_ASIDE.append(Slot(20, "aanjaagteam/knots/_promise_on_case.html", _facts))
slots.FOLLOWED.append(Slot(5, "aanjaagteam/knots/_promise_followed.html", _facts))
