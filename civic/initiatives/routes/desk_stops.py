"""Taking a page off the site and putting it back; stopping the signing and going on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.db import committing, now
from civic.errors import NotAllowedNow
from civic.initiatives.forms.desk import HideForm, PauseForm
from civic.initiatives.policy import desk as may
from civic.initiatives.queries import desk as queries
from civic.initiatives.routes.house import ONE, bp, load, load_visible
from civic.initiatives.service import desk_stops as service
from civic.initiatives.states import OPEN_FOR_SUPPORT
from civic.initiatives.states.desk import PauseReason
from civic.web import person, require

ADMIN_LINKS.append(
    AdminLink(
        "initiatives.signing",
        _l("Steunen stilzetten"),
        _l("Zet het steunen op de hele site stil, bij misbruik of een storing."),
        may.is_regional_administrator,
    )
)


@bp.route(f"{ONE}/van-de-site", methods=["GET", "POST"])
def hide_page(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_hide, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.hidden_at is not None:
        return to_page  # by a colleague, or pressed twice
    form = HideForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("initiatives/desk/hide.html", initiative=initiative, form=form), status
    with committing():
        service.hide(initiative, form.chosen(), str(form.explanation.data), actor=person(), at=now())
    flash(_("De pagina is van de site. De schrijver krijgt uw uitleg in een mail."), "positive")
    return to_page


@bp.post(f"{ONE}/terug-op-de-site")
def show_again(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.may_hide, initiative)
    with committing():
        service.show_again(initiative, actor=person(), at=now())
    flash(_("De pagina staat weer op de site."), "positive")
    return redirect(url_for(".show", initiative_id=initiative_id), code=303)


@bp.route(f"{ONE}/steunen-stilzetten", methods=["GET", "POST"])
def pause_signing(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_care, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.paused_at is not None:
        return to_page  # by a colleague, or pressed twice
    if initiative.state not in OPEN_FOR_SUPPORT:
        raise NotAllowedNow("not_in_this_state")
    form = PauseForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("initiatives/desk/pause.html", initiative=initiative, form=form), status
    with committing():
        service.pause(initiative, form.chosen(), actor=person(), at=now())
    flash(_("Steunen staat nu stil. De laatste dag schuift straks op."), "positive")
    return to_page


@bp.post(f"{ONE}/steunen-hervatten")
def resume_signing(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.may_care, initiative)
    with committing():
        service.resume(initiative, actor=person(), at=now())
    flash(_("Steunen kan weer. De laatste dag is opgeschoven."), "positive")
    return redirect(url_for(".show", initiative_id=initiative_id), code=303)


# --- the whole site -------------------------------------------------------------------------------------


@bp.get("/beheer/steunen")
def signing() -> ResponseReturnValue:
    require(may.is_regional_administrator)
    return render_template(
        "initiatives/desk/signing.html",
        open=len(queries.open_and_running()),
        paused=len(queries.paused_with(PauseReason.EVERYTHING)),
    )


@bp.post("/beheer/steunen/stilzetten")
def pause_everything() -> ResponseReturnValue:
    require(may.is_regional_administrator)
    with committing():
        number = service.pause_everything(actor=person(), at=now())
    flash(_("Steunen staat stil bij %(number)s initiatieven.", number=number), "positive")
    return redirect(url_for(".signing"), code=303)


@bp.post("/beheer/steunen/hervatten")
def resume_everything() -> ResponseReturnValue:
    require(may.is_regional_administrator)
    with committing():
        number = service.resume_everything(actor=person(), at=now())
    flash(_("Steunen kan weer bij %(number)s initiatieven.", number=number), "positive")
    return redirect(url_for(".signing"), code=303)
