"""/beheer: giving and taking roles, and inviting somebody who has no account yet."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.forms import InviteForm, RoleForm, put_errors
from civic.accounts.models import RoleGrant, User
from civic.accounts.policy import may_change_person, may_manage_people
from civic.accounts.routes.admin import load_person, person_page
from civic.accounts.routes.blueprints import admin_bp as bp
from civic.accounts.service import roles as service
from civic.accounts.wording import ROLE_NAMES, place_name
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.messages import sentence_for
from civic.regions.queries import municipalities
from civic.web import person, require


def _task(form: RoleForm) -> service.Task:
    places = {place.code: place for place in municipalities()}
    return service.Task(form.chosen_role(), places.get(form.municipality.data))


@bp.post("/mensen/<int:person_id>/rollen")
def give_role(person_id: int) -> ResponseReturnValue:
    found = load_person(person_id)
    require(may_change_person, found)
    form = RoleForm()
    form.offer(municipalities())
    if form.validate_on_submit() and _give(found, form):
        flash(_("De rol is gegeven. Deze persoon krijgt een mail en logt opnieuw in."), "positive")
        return redirect(url_for(".person", person_id=person_id), code=303)
    return person_page(load_person(person_id), form), 422


def _give(found: User, form: RoleForm) -> bool:
    try:
        with committing():
            service.give_role(found, _task(form), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return False
    return True


@bp.route("/mensen/<int:person_id>/rollen/<int:grant_id>/afnemen", methods=["GET", "POST"])
def take_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    found = load_person(person_id)
    require(may_change_person, found)
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None and request.method == "POST":
        return _taken(person_id)  # the second click on the button
    if grant is None or grant.user_id != found.id:
        abort(404)
    if request.method == "GET":
        return _confirm_page(found, grant)
    try:
        with committing():
            service.take_role(grant, actor=person(), at=now())
    except NotAllowedNow as error:
        return _confirm_page(
            load_person(person_id), db.get_or_404(RoleGrant, grant_id), sentence_for(error)
        ), 409
    return _taken(person_id)


def _confirm_page(found: User, grant: RoleGrant, refusal: str = "") -> str:
    return render_template(
        "accounts/admin/take_role.html",
        person=found,
        grant=grant,
        role=ROLE_NAMES[grant.role],
        place=place_name(grant),
        refusal=refusal,
    )


def _taken(person_id: int) -> ResponseReturnValue:
    flash(_("De rol is afgenomen."), "positive")
    return redirect(url_for(".person", person_id=person_id), code=303)


@bp.route("/mensen/uitnodigen", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    require(may_manage_people)
    form = InviteForm()
    form.offer(municipalities())
    if form.validate_on_submit():
        try:
            with committing():
                found = service.invite(form.email.data, _task(form), actor=person(), at=now())
                person_id = found.id
        except Invalid as error:
            put_errors(form, error.errors)
        else:
            flash(_("De uitnodiging is verstuurd."), "positive")
            return redirect(url_for(".person", person_id=person_id), code=303)
    page = render_template("accounts/admin/invite.html", form=form)
    return (page, 422) if form.is_submitted() else page
