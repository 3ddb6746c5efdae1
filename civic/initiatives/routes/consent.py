"""A parent or guardian says yes or no to a young author, with one link and one button."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.consent import ConsentForm
from civic.initiatives.models import Initiative
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import consent as service
from civic.initiatives.states import CLOSED
from civic.initiatives.states.people import MINORS
from civic.web import person, public, require


@bp.route(f"{ONE}/toestemming", methods=["GET", "POST"])
def consent(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_discard, initiative)  # the author alone
    if initiative.age_band not in MINORS or initiative.state in CLOSED:
        raise NotAllowedNow("not_in_this_state")
    form = ConsentForm()
    if not form.validate_on_submit():
        return _page(initiative, form, 422 if form.is_submitted() else 200)
    try:
        with committing():
            service.ask(initiative, form.email.data, actor=person(), at=now())
    except Invalid as error:
        initiative = load(initiative_id)
        put_errors(form, error)
        return _page(initiative, form, 422)
    flash(_("De mail is verstuurd. We laten u weten wat het antwoord is."), "positive")
    return redirect(url_for(".consent", initiative_id=initiative_id), code=303)


def _page(initiative: Initiative, form: ConsentForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/writing/consent.html", initiative=initiative, form=form), status


@bp.route("/initiatieven/toestemming/<token>", methods=["GET", "POST"])
@public
def guardian(token: str) -> ResponseReturnValue:
    """GET shows, a POST says yes or no; the same link can take a yes back."""
    row = service.find_by_token(token)
    if row is None:
        return render_template("initiatives/link_unknown.html"), 404
    form = ConfirmForm()
    if not form.validate_on_submit():
        initiative = db.session.get_one(Initiative, row.initiative_id)
        return render_template("initiatives/writing/guardian.html", initiative=initiative, row=row, form=form)
    is_yes = request.form.get("antwoord") == "ja"
    with committing():
        (service.give if is_yes else service.withdraw)(row, at=now())
    flash(_("Dank u. Uw toestemming is bewaard.") if is_yes else _("Uw antwoord is bewaard."), "positive")
    return redirect(url_for(".guardian", token=token), code=303)
