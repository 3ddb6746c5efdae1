"""Writing together: who writes along, inviting, saying yes or no, leaving, and another author."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.people import AcceptForm, InviteForm, ShowNameForm, TakeOverForm
from civic.initiatives.models import CoInitiator, Initiative
from civic.initiatives.policy import people as may
from civic.initiatives.presentation import kinds as words
from civic.initiatives.queries import people as queries
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import people as service
from civic.initiatives.states import CLOSED
from civic.initiatives.states.people import CoState
from civic.web import person, public, require

CO = f"{ONE}/schrijvers/<int:co_id>"


def _load_one(initiative_id: int, co_id: int) -> tuple[Initiative, CoInitiator]:
    """A person counts under the own initiative only."""
    initiative, one = load(initiative_id), db.get_or_404(CoInitiator, co_id)
    if one.initiative_id != initiative.id:
        abort(404)
    return initiative, one


def _to_people(initiative_id: int) -> ResponseReturnValue:
    return redirect(url_for(".people", initiative_id=initiative_id), code=303)


@bp.get(f"{ONE}/schrijvers")
def people(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.is_writer, initiative)
    return _people_page(initiative, InviteForm())


def _people_page(initiative: Initiative, form: InviteForm, status: int = 200) -> ResponseReturnValue:
    user = person()
    mine = queries.of_user(initiative, user)
    return render_template(
        "initiatives/writing/people.html",
        initiative=initiative,
        form=form,
        name_form=ShowNameForm(formdata=None, obj=mine),
        mine=mine,
        is_author=may.is_author(user, initiative),
        can_invite=may.may_invite(user, initiative) and initiative.state not in CLOSED,
        may=may,
        user=user,
        words=words,
        most=service.MOST,
    ), status


@bp.post(f"{ONE}/schrijvers/uitnodigen")
def invite(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.may_invite, initiative)
    form = InviteForm()
    if not form.validate():
        return _people_page(initiative, form, 422)
    try:
        with committing():
            service.invite(initiative, form.name.data, form.email.data, actor=person(), at=now())
    except Invalid as error:
        initiative = load(initiative_id)
        put_errors(form, error)
        return _people_page(initiative, form, 422)
    flash(_("De uitnodiging is verstuurd."), "positive")
    return _to_people(initiative_id)


@bp.post(f"{CO}/verwijderen")
def remove_writer(initiative_id: int, co_id: int) -> ResponseReturnValue:
    initiative, one = _load_one(initiative_id, co_id)
    require(may.may_invite, initiative)
    with committing():
        service.remove(one, actor=person(), at=now())
    flash(_("Deze persoon schrijft niet meer mee."), "positive")
    return _to_people(initiative_id)


@bp.route(f"{ONE}/schrijvers/stoppen", methods=["GET", "POST"])
def leave(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.may_leave, initiative)
    form, mine = ConfirmForm(), queries.of_user(initiative, person())
    if mine is None or not form.validate_on_submit():
        return render_template("initiatives/writing/leave.html", initiative=initiative, form=form)
    with committing():
        service.leave(mine, actor=person(), at=now())
    flash(_("U schrijft niet meer mee. Uw naam is van de site."), "positive")
    return redirect(url_for(".mine"), code=303)


@bp.post(f"{ONE}/schrijvers/naam")
def show_my_name(initiative_id: int) -> ResponseReturnValue:
    """Does the name of who writes along stand on the page? That person decides, at any moment."""
    initiative = load(initiative_id)
    require(may.is_co_initiator, initiative)
    mine, wanted = queries.of_user(initiative, person()), bool(ShowNameForm().shows_name.data)
    with committing():
        if mine is not None:
            service.show_name(mine, wanted)
    said = _("Uw naam staat op de pagina.") if wanted else _("Uw naam staat niet op de pagina.")
    flash(said, "positive")
    return _to_people(initiative_id)


# --- the one who was asked ------------------------------------------------------------------------------


@bp.route("/initiatieven/uitnodiging/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """The link in the mail. No needs no account; yes needs to be signed in with that mailbox."""
    one = service.find_by_token(token)
    if one is None or one.state is CoState.LEFT:
        return render_template("initiatives/writing/invitation_over.html"), 404
    form = AcceptForm()
    if request.method == "GET":
        return _invitation_page(one, token, AcceptForm(formdata=None, data={"name": one.name}))
    if request.form.get("antwoord") == "nee":
        with committing():
            service.decline(one, actor=person(), at=now())
        flash(_("U schrijft niet mee. Dank voor uw antwoord."), "positive")
        return redirect(url_for(".invitation", token=token), code=303)
    if not service.is_of(one, person()):
        raise NotAllowedNow("other_mailbox")
    if not form.validate():
        return _invitation_page(one, token, form, 422)
    with committing():
        service.accept(one, form.name.data, bool(form.shows_name.data), actor=person(), at=now())
        initiative_id = one.initiative_id
    flash(_("U schrijft nu mee."), "positive")
    return _to_text(initiative_id)


def _to_text(initiative_id: int) -> ResponseReturnValue:
    """The draft, or the page once it is online."""
    step = ".show" if load(initiative_id).published_at else ".edit"
    return redirect(url_for(step, initiative_id=initiative_id), code=303)


def _invitation_page(
    one: CoInitiator, token: str, form: AcceptForm, status: int = 200
) -> ResponseReturnValue:
    initiative = service.initiative_of(one)
    return render_template(
        "initiatives/writing/invitation.html",
        one=one,
        initiative=initiative,
        form=form,
        token=token,
        is_closed=initiative.state in CLOSED,
        is_mine=service.is_of(one, person()),
        is_signed_in=person() is not None,
    ), status


# --- another author -------------------------------------------------------------------------------------


@bp.post(f"{CO}/overdragen")
def hand_over(initiative_id: int, co_id: int) -> ResponseReturnValue:
    initiative, one = _load_one(initiative_id, co_id)
    require(may.may_invite, initiative)
    with committing():
        service.ask_hand_over(one, actor=person(), at=now())
    flash(_("We hebben het gevraagd. Tot er een ja is, blijft u de schrijver."), "positive")
    return _to_people(initiative_id)


@bp.route(f"{CO}/overnemen", methods=["GET", "POST"])
def take_over(initiative_id: int, co_id: int) -> ResponseReturnValue:
    initiative, one = _load_one(initiative_id, co_id)
    require(policy.may_edit, initiative)
    if not may.may_take_over(person(), one):
        return _to_people(initiative_id)  # answered already, or never asked
    form = TakeOverForm()
    if request.form.get("antwoord") == "nee":
        with committing():
            service.keep_author(one, actor=person(), at=now())
        flash(_("Alles blijft zoals het was."), "positive")
        return _to_people(initiative_id)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "initiatives/writing/take_over.html", initiative=initiative, one=one, form=form
        ), status
    with committing():
        service.take_over(one, actor=person(), at=now())
    flash(_("U bent nu de schrijver."), "positive")
    return _to_text(initiative_id)
