"""Reporting without an account, and following with a receipt code.

Nothing about the visitor is kept with a report. The code is in the visitor's own cookie, sealed, so that a
reload of the receipt shows it again for half an hour; after that only its keyed hash exists.
"""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, queries, service
from civic.aanjaagteam.forms import CodeForm, ReportForm, clean_text, number_or_none, put_errors
from civic.aanjaagteam.models import STORY_LENGTH, Report
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, count_visit, facts, this_day
from civic.aanjaagteam.states import Channel
from civic.crypto import CannotOpen, canonical_email, key_ring
from civic.db import committing, now
from civic.errors import Invalid, TooMany
from civic.limits import Limit, hit
from civic.messages import sentence_for
from civic.regions import queries as regions
from civic.web import person, public, require

RECEIPT, FOLLOWED = "report_receipt", "report_followed"
DEVICE_SECONDS = 30 * 60
TEN_MINUTES = 600
REPORT_LIMIT = Limit("report", 10, TEN_MINUTES)
CODE_LIMIT = Limit("report_code", 10, TEN_MINUTES)
# counts everyone and refuses nobody: else one party with many addresses could close the door for all
EVERY_REPORT = Limit("report_all", 2**31 - 1, TEN_MINUTES)
UNUSUALLY_MANY = 300
ADDRESS_LIMIT = Limit("report_address", 10, 24 * 3600)


@bp.route("/meldingen/nieuw", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    return _intake(Channel.WEB)


@bp.post("/meldingen/nieuw/overnemen")
@public
def hand_over() -> ResponseReturnValue:
    """From another room: the form, with the text that was typed there. Nothing is reported or stored yet."""
    form = ReportForm(
        formdata=None,
        data={
            "story": clean_text(request.form.get("story"))[:STORY_LENGTH],
            "municipality": request.form.get("municipality", ""),
            "token": service.new_token(),
        },
    )
    form.fill(this_day(), regions.municipalities())
    return _intake_page(form, Channel.WEB, 200)


@bp.route("/aanjaagteam/melding-invoeren", methods=["GET", "POST"])
def enter() -> ResponseReturnValue:
    require(policy.may_enter)
    return _intake(Channel.PHONE)


def _intake(channel: Channel) -> ResponseReturnValue:
    form = ReportForm()
    form.fill(this_day(), regions.municipalities())
    if not form.is_submitted():
        form.token.data = service.new_token()
        return _intake_page(form, channel, 200)
    is_valid = form.validate()
    if not service.is_own_token(form.token.data or ""):
        form.token.data = service.new_token()
        form.form_errors.append(_("Dit formulier was verlopen. Uw tekst staat er nog. Verstuur het opnieuw."))
        is_valid = False
    return _take_in(form, channel) if is_valid else _intake_page(form, channel, 422)


def _take_in(form: ReportForm, channel: Channel) -> ResponseReturnValue:
    try:
        _count_intake(form, channel)
        with committing():
            receipt = service.submit(_answers(form, channel), actor=person(), at=now())
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return _intake_page(form, channel, error.status)
    except Invalid as error:
        put_errors(form, error.errors)
        return _intake_page(form, channel, error.status)
    _keep(RECEIPT, key_ring().seal(receipt.code, RECEIPT))
    return redirect(url_for(".receipt"), code=303)


def _count_intake(form: ReportForm, channel: Channel) -> None:
    if channel is Channel.WEB:
        count_visit(REPORT_LIMIT)
        _watch_the_crowd()
    if form.email.data:
        with committing():
            hit(ADDRESS_LIMIT, canonical_email(form.email.data), now())


def _watch_the_crowd() -> None:
    """Warn those who run the site, once in each window."""
    with committing():
        count = hit(EVERY_REPORT, "all", now())
    if count == UNUSUALLY_MANY + 1:
        current_app.logger.warning("more than %s reports in ten minutes", UNUSUALLY_MANY)


def _answers(form: ReportForm, channel: Channel) -> service.NewReport:
    return service.NewReport(
        story=form.story.data or "",
        token=form.token.data or "",
        since_on=form.since_on,
        waiting=form.who_waits,
        municipality_id=number_or_none(form.municipality.data),
        email=form.email.data or "",
        channel=channel,
    )


def _intake_page(form: ReportForm, channel: Channel, status: int) -> ResponseReturnValue:
    name = "start" if channel is Channel.WEB else "enter"
    return render_template(f"aanjaagteam/{name}.html", form=form), status


@bp.get("/meldingen/ontvangst")
@public
def receipt() -> ResponseReturnValue:
    code = _kept_code()
    report = _report_of(code)
    if report is None:
        return render_template("aanjaagteam/receipt_gone.html")
    return render_template(
        "aanjaagteam/receipt.html", code=code, report=report, first_answer=queries.first_answer(report)
    )


def _keep(name: str, text: str) -> None:
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


def _report_of(typed: str) -> Report | None:
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
    report = _report_of(form.code.data or "")
    if report is None:
        put_errors(form, {"code": [_("Deze code kennen wij niet. Kijk of u alle tekens goed overtypte.")]})
        return render_template("aanjaagteam/follow.html", form=form), 422
    _keep(FOLLOWED, report.receipt_code_hash)
    return redirect(url_for(".followed"), code=303)


def _stop() -> ResponseReturnValue:
    """On a shared computer: the next visitor sees nothing of this report."""
    session.pop(FOLLOWED, None)
    session.pop(RECEIPT, None)
    flash(_("U bent gestopt met volgen. Op dit apparaat staat niets meer van uw melding."), "positive")
    return redirect(url_for(".follow"), code=303)


@bp.get("/meldingen/volgen/stand")
@public
def followed() -> ResponseReturnValue:
    report = queries.report_of_hash(_kept(FOLLOWED))
    if report is None:
        return redirect(url_for(".follow"))
    _keep(FOLLOWED, report.receipt_code_hash)
    owner = queries.people([report.owner_id]).get(report.owner_id or 0, "")
    return render_template(
        "aanjaagteam/followed.html",
        **facts(report),
        owner=owner,
        blocks=slots.blocks(slots.FOLLOWED, report, None),
        first_answer=queries.first_answer(report),
    )
