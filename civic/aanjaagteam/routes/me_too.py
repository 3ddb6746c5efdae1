""" "I am stuck on this too": on a page of its own, for the page of the report is cached and holds no form."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms.voices import MeTooForm, SinceForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.me_too import followed_by
from civic.aanjaagteam.routes.shared import bp, count_visit, load, this_day
from civic.aanjaagteam.service import me_too as service
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import TooMany
from civic.limits import Limit
from civic.messages import sentence_for
from civic.tickets import holder
from civic.web import person, public, secret_address, signed_in

BURST = Limit("me-too-burst", 30, 600)


def _knows_address() -> bool:
    return person() is not None and person().email is not None


@bp.route("/meldingen/<int:report_id>/ik-ook", methods=["GET", "POST"])
@public
def me_too(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    if not policy.may_see_public(person(), report):
        abort(404)
    if not service.can_be_joined(report):
        return render_template("aanjaagteam/voices/me_too_closed.html", report=report), 409
    form = SinceForm() if _knows_address() else MeTooForm()
    form.fill(this_day())
    if not form.validate_on_submit():
        return _me_too_page(report, form, 422 if form.is_submitted() else 200)
    try:
        count_visit(BURST)
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return _me_too_page(report, form, error.status)
    return _ask(report, form) if isinstance(form, MeTooForm) else _join(report, form)


def _me_too_page(report: Report, form: SinceForm, status: int) -> ResponseReturnValue:
    return render_template("aanjaagteam/voices/me_too.html", report=report, form=form), status


def _ask(report: Report, form: MeTooForm) -> ResponseReturnValue:
    """The same for an unknown, a known and a repeated address."""
    with committing():
        service.ask(report, form.email.data or "", form.since_on, at=now())
    return redirect(url_for(".me_too_sent"), code=303)


def _join(report: Report, form: SinceForm) -> ResponseReturnValue:
    with committing():
        follower = service.join_at_once(report, form.since_on, actor=person(), at=now())
    if follower is None:
        flash(_("U meldde dit zelf al. U telt dus al mee."), "info")
        return redirect(url_for(".show", report_id=report.id), code=303)
    flash(_("U telt nu mee. U krijgt mail als er iets gebeurt."), "positive")
    return redirect(url_for(".me_too_mine"), code=303)


@bp.get("/meldingen/ik-ook/mail")
@public
def me_too_sent() -> ResponseReturnValue:
    return render_template("aanjaagteam/voices/me_too_sent.html")


@bp.route("/meldingen/ik-ook/bevestigen/<token>", methods=["GET", "POST"])
@public
def me_too_confirm(token: str) -> ResponseReturnValue:
    """GET shows, POST says yes: programs that scan mail follow links, but press no buttons."""
    follower = service.follower_of(service.CONFIRM, token, at=now())
    if follower is None:
        return _unknown()
    report = db.session.get_one(Report, follower.report_id)
    if request.method == "POST":
        with committing():
            service.confirm(follower, at=now())
        return redirect(url_for(".me_too_confirm", token=token), code=303)
    return render_template("aanjaagteam/voices/me_too_confirm.html", report=report, follower=follower)


def _unknown() -> ResponseReturnValue:
    return render_template("aanjaagteam/voices/me_too_unknown.html"), 404


@bp.route("/meldingen/ik-ook/stop/<token>", methods=["GET", "POST"])
@public
@secret_address
def me_too_stop(token: str) -> ResponseReturnValue:
    """The link of each mail, and the button of mail programs (RFC 8058), which post here by themselves."""
    if holder(service.STOP, token, today(now())) is None:
        return _unknown()
    follower = service.follower_of(service.STOP, token, at=now())
    if follower is None:
        return redirect(url_for(".me_too_stopped"))
    if request.method == "GET":
        report = db.session.get_one(Report, follower.report_id)
        return render_template("aanjaagteam/voices/me_too_stop.html", report=report, follower=follower)
    with committing():
        service.stop(follower, is_gone=request.form.get("weg") == "1")
    return redirect(url_for(".me_too_stopped"), code=303)


@bp.get("/meldingen/ik-ook/gestopt")
@public
def me_too_stopped() -> ResponseReturnValue:
    return render_template("aanjaagteam/voices/me_too_stopped.html")


@bp.get("/meldingen/ik-ook")
@signed_in
def me_too_mine() -> ResponseReturnValue:
    """What I am stuck on too, for who is signed in with the address that was confirmed."""
    return render_template(
        "aanjaagteam/voices/me_too_mine.html",
        lines=[(line, service.stop_token(line.follower, now())) for line in followed_by(person())],
    )
