"""The receipt, and following a report with its code, without an account.

Nothing about the visitor is kept with a report. The code is in the visitor's own cookie, sealed, so that a
reload of the receipt shows it again for half an hour; after that only its keyed hash exists.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import queries, service
from civic.aanjaagteam.forms import CodeForm, put_errors
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.intake import alike_at_intake
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, count_visit, facts
from civic.crypto import CannotOpen, key_ring
from civic.db import now
from civic.errors import TooMany
from civic.limits import Limit
from civic.messages import sentence_for
from civic.web import public

RECEIPT, FOLLOWED = "report_receipt", "report_followed"
DEVICE_SECONDS = 30 * 60
TEN_MINUTES = 600
CODE_LIMIT = Limit("report_code", 10, TEN_MINUTES)


@bp.get("/meldingen/ontvangst")
@public
def receipt() -> ResponseReturnValue:
    code = _kept_code()
    report = report_of_code(code)
    if report is None:
        return render_template("aanjaagteam/receipt_gone.html")
    return render_template(
        "aanjaagteam/receipt.html",
        code=code,
        report=report,
        first_answer=queries.first_answer(report),
        alike=alike_at_intake(report),
    )


def keep(name: str, text: str) -> None:
    """Remember something on this device for half an hour: others may use it after that."""
    session[name] = [text, int(now().timestamp()) + DEVICE_SECONDS]


def _kept(name: str) -> str:
    text, until = session.get(name, ["", 0])
    if until > now().timestamp():
        return str(text)
    session.pop(name, None)
    return ""


def _kept_code() -> str:
    try:
        return key_ring().open(_kept(RECEIPT), RECEIPT)
    except CannotOpen:  # nothing kept, or its key was taken away
        return ""


def report_of_code(typed: str) -> Report | None:
    code = service.normalised_code(typed)
    return queries.report_of_hash(service.code_hash(code)) if len(code) == service.CODE_LENGTH else None


@bp.route("/meldingen/volgen", methods=["GET", "POST"])
@public
def follow() -> ResponseReturnValue:
    if request.form.get("stop"):
        return _stop()
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("aanjaagteam/follow.html", form=form), 422 if form.is_submitted() else 200
    try:
        count_visit(CODE_LIMIT)
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return render_template("aanjaagteam/follow.html", form=form), error.status
    report = report_of_code(form.code.data or "")
    if report is None:
        put_errors(form, {"code": [_("Deze code kennen wij niet. Kijk of u alle tekens goed overtypte.")]})
        return render_template("aanjaagteam/follow.html", form=form), 422
    follow_on_this_device(report)
    return redirect(url_for(".followed"), code=303)


def _stop() -> ResponseReturnValue:
    """On a shared computer: the next visitor sees nothing of this report."""
    session.pop(FOLLOWED, None)
    session.pop(RECEIPT, None)
    flash(_("U bent gestopt met volgen. Op dit apparaat staat niets meer van uw melding."), "positive")
    return redirect(url_for(".follow"), code=303)


def followed_report() -> Report | None:
    """The report whose code was typed on this device; each look keeps it there for half an hour more."""
    report = queries.report_of_hash(_kept(FOLLOWED))
    if report is not None:
        follow_on_this_device(report)
    return report


def follow_on_this_device(report: Report) -> None:
    keep(FOLLOWED, report.receipt_code_hash)


@bp.get("/meldingen/volgen/stand")
@public
def followed() -> ResponseReturnValue:
    report = followed_report()
    if report is None:
        return redirect(url_for(".follow"))
    owner = queries.people([report.owner_id]).get(report.owner_id or 0, "")
    return render_template(
        "aanjaagteam/followed.html",
        **facts(report),
        owner=owner,
        blocks=slots.blocks(slots.FOLLOWED, report, None),
        first_answer=queries.first_answer(report),
    )
