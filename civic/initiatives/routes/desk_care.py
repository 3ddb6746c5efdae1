"""Who looks after an initiative: contact and deputy, buddy, help in kind, hours."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.desk import ContactForm, HelpForm, HoursForm, InviteBuddyForm
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import InitiativeHelp, InitiativeHours
from civic.initiatives.policy import desk as may
from civic.initiatives.presentation import desk as words
from civic.initiatives.queries import desk as queries
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.service import desk_care as service
from civic.initiatives.states import PUBLISHED
from civic.initiatives.states.desk import BuddyState
from civic.web import person, require

CARE = f"{ONE}/begeleiding"


def _to_care(initiative_id: int) -> ResponseReturnValue:
    return redirect(url_for(".care", initiative_id=initiative_id), code=303)


def _status(form: Any) -> int:
    return 422 if form.is_submitted() else 200


@bp.get(CARE)
def care(initiative_id: int) -> ResponseReturnValue:
    """Everything that is done to help, for who does it; the page of the initiative shows the sums."""
    initiative = load_visible(initiative_id)
    require(may.may_log_help, initiative)
    lines = queries.hours_of(initiative)
    buddy = queries.buddy_of(initiative)
    ids = [one.logged_by_id for one in lines] + ([buddy.invited_id] if buddy else [])
    return render_template(
        "initiatives/desk/care.html",
        initiative=initiative,
        found=queries.care_of(initiative),
        lines=lines,
        search=buddy,
        names=queries.names_of(ids),
        may_care=may.may_care(person(), initiative),
        may_hide=may.may_hide(person(), initiative),
        is_author=policy.is_author(person(), initiative),
        can_end_buddy=_may_end_buddy(person(), initiative),
        words=words,
    )


# --- contact --------------------------------------------------------------------------------------------


@bp.route(f"{CARE}/contact", methods=["GET", "POST"])
def contact(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_care, initiative)
    known = {"contact_id": str(initiative.contact_id or ""), "deputy_id": str(initiative.deputy_id or "")}
    form = ContactForm(data=known)
    form.offer(queries.people_around(initiative))
    if not form.validate_on_submit():
        return _contact_page(initiative, form, _status(form))
    try:
        with committing():
            service.name_contact(initiative, *form.chosen(), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _contact_page(load_visible(initiative_id), form, 422)
    flash(_("De contactpersoon staat op de pagina."), "positive")
    return _to_care(initiative_id)


def _contact_page(initiative: Initiative, form: ContactForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/desk/contact.html", initiative=initiative, form=form), status


# --- buddy ----------------------------------------------------------------------------------------------


@bp.post(f"{ONE}/maatje/vragen")
def ask_buddy(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(policy.may_edit, initiative)
    if initiative.state not in PUBLISHED:
        raise NotAllowedNow("not_in_this_state")
    with committing():
        service.ask_buddy(initiative, actor=person(), at=now())
    flash(_("Uw vraag ligt bij de griffie. U krijgt een mail als er een maatje is."), "positive")
    return _to_care(initiative_id)


@bp.route(f"{CARE}/maatje", methods=["GET", "POST"])
def invite_buddy(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_care, initiative)
    form = InviteBuddyForm()
    if not form.validate_on_submit():
        return _invite_page(initiative, form, _status(form))
    found = queries.person_with_email(str(form.email.data))
    if found is None:
        form.email.errors = [_("Dit adres is hier niet bekend. Vraag de persoon om eerst in te loggen.")]
        return _invite_page(initiative, form, 422)
    try:
        with committing():
            service.invite_buddy(initiative, found, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _invite_page(load_visible(initiative_id), form, 422)
    flash(_("De vraag is verstuurd. Het maatje moet zelf ja zeggen."), "positive")
    return _to_care(initiative_id)


def _invite_page(initiative: Initiative, form: InviteBuddyForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/desk/invite_buddy.html", initiative=initiative, form=form), status


@bp.route(f"{ONE}/maatje", methods=["GET", "POST"])
def buddy(initiative_id: int) -> ResponseReturnValue:
    """Whoever was asked says yes or no. Nobody else learns that somebody was asked."""
    initiative = load_visible(initiative_id)
    row = queries.buddy_of(initiative)
    require(_is_invited, row)
    if row is not None and row.state is BuddyState.ACCEPTED:
        return _to_care(initiative_id)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template("initiatives/desk/buddy.html", initiative=initiative, form=form)
    says_yes = request.form.get("answer") == "yes"
    with committing():
        answer = service.accept_buddy if says_yes else service.decline_buddy
        answer(initiative, actor=person(), at=now())
    if says_yes:
        flash(_("Fijn dat u helpt. Uw naam staat op de pagina."), "positive")
        return _to_care(initiative_id)
    flash(_("Dank voor uw antwoord. De griffie zoekt iemand anders."), "positive")
    return redirect(url_for(".show", initiative_id=initiative_id), code=303)


def _is_invited(user: Any, row: Any) -> bool:
    return user is not None and row is not None and row.invited_id == user.id


@bp.post(f"{ONE}/maatje/stoppen")
def end_buddy(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(_may_end_buddy, initiative)
    with committing():
        service.end_buddy(initiative, actor=person(), at=now())
    flash(_("Dit initiatief heeft geen maatje meer, en zoekt er geen."), "positive")
    return redirect(url_for(".show", initiative_id=initiative_id), code=303)


def _may_end_buddy(user: Any, initiative: Initiative) -> bool:
    return (
        policy.may_edit(user, initiative) or may.is_buddy(user, initiative) or may.may_care(user, initiative)
    )


# --- help and hours -------------------------------------------------------------------------------------


@bp.route(f"{CARE}/hulp", methods=["GET", "POST"])
def add_help(initiative_id: int) -> ResponseReturnValue:
    """Only who works for the municipality gives on its behalf."""
    initiative = load_visible(initiative_id)
    require(may.may_care, initiative)
    form = HelpForm(data={"given_on": today(now())})
    if not form.validate_on_submit():
        return render_template("initiatives/desk/help.html", initiative=initiative, form=form), _status(form)
    facts: Any = (form.what.data, form.amount_eur.data, form.given_on.data)
    with committing():
        service.add_help(initiative, *facts, actor=person(), at=now())
    flash(_("De hulp staat op de pagina."), "positive")
    return _to_care(initiative_id)


@bp.post(f"{CARE}/hulp/<int:row_id>/weg")
def drop_help(initiative_id: int, row_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_care, initiative)
    row = db.session.get(InitiativeHelp, row_id)
    if row is not None and row.initiative_id != initiative.id:
        abort(404)
    with committing():
        if row is not None:  # else: pressed twice
            service.drop_help(row, actor=person(), at=now())
    flash(_("De regel is weg."), "positive")
    return _to_care(initiative_id)


@bp.route(f"{CARE}/uren", methods=["GET", "POST"])
def log_hours(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_log_help, initiative)
    form = HoursForm(data={"worked_on": today(now())})
    if not form.validate_on_submit():
        return _hours_page(initiative, form, _status(form))
    facts: Any = (form.chosen(), form.minutes(), form.worked_on.data, form.what.data)
    try:
        with committing():
            service.log_hours(initiative, service.Hours(*facts), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _hours_page(load_visible(initiative_id), form, 422)
    flash(_("De uren zijn opgeschreven."), "positive")
    return _to_care(initiative_id)


def _hours_page(initiative: Initiative, form: HoursForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/desk/hours.html", initiative=initiative, form=form), status


@bp.post(f"{CARE}/uren/<int:row_id>/weg")
def drop_hours(initiative_id: int, row_id: int) -> ResponseReturnValue:
    """One's own line; the desk may take away any."""
    initiative = load_visible(initiative_id)
    require(may.may_log_help, initiative)
    row = db.session.get(InitiativeHours, row_id)
    if row is not None and row.initiative_id != initiative.id:
        abort(404)
    if row is not None:
        require(_may_drop, initiative, row)
    with committing():
        if row is not None:  # else: pressed twice
            service.drop_hours(row, actor=person(), at=now())
    flash(_("De regel is weg."), "positive")
    return _to_care(initiative_id)


def _may_drop(user: Any, initiative: Initiative, row: InitiativeHours) -> bool:
    return row.logged_by_id == user.id or may.may_care(user, initiative)
