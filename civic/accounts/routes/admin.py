"""/beheer: what there is to manage, and the people who have a task."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts import queries
from civic.accounts.admin_links import links_for
from civic.accounts.forms import FindForm, RoleForm
from civic.accounts.models import User
from civic.accounts.policy import may_change_person, may_manage_people, may_open_admin
from civic.accounts.routes.blueprints import admin_bp as bp
from civic.accounts.service import people as service
from civic.accounts.service.second_factor import reset
from civic.accounts.wording import ROLE_NAMES, place_name, role_in_words
from civic.db import committing, now
from civic.events import presentation
from civic.events.models import Visibility
from civic.events.queries import timeline
from civic.keyset import cursor_from_request, links
from civic.regions.queries import municipalities
from civic.web import logs_read, person, require

SHOWN_EVENTS = 50


@bp.get("")
def index() -> ResponseReturnValue:
    require(may_open_admin)
    links = links_for(person())
    if not links:  # their tasks are there
        return redirect(url_for("accounts.mine"))
    return render_template("accounts/admin/index.html", links=links)


@bp.get("/mensen")
def people() -> ResponseReturnValue:
    require(may_manage_people)
    return _list(FindForm())


def _list(form: FindForm) -> str:
    part = queries.staff(cursor_from_request())
    page = links(part, lambda one: one.id)
    return render_template("accounts/admin/people.html", form=form, people=part.rows, page=page, **_words())


def _words() -> dict[str, object]:
    return {"role_names": ROLE_NAMES, "place_name": place_name}


@bp.post("/mensen/zoeken")
def find_person() -> ResponseReturnValue:
    """By exact address, and as a POST: an address in a URL ends up in logs and histories."""
    require(may_manage_people)
    form = FindForm()
    if form.validate_on_submit():
        found = service.find_user(form.email.data)
        if found is not None:
            return redirect(url_for(".person", person_id=found.id), code=303)
        form.email.errors = [_("Niemand heeft een account met dit adres. Nodig deze persoon uit.")]
    return _list(form), 422


def load_person(person_id: int) -> User:
    found = queries.person_with_roles(person_id)
    if found is None:
        abort(404)
    return found


@bp.get("/mensen/<int:person_id>", endpoint="person")
@logs_read
def show_person(person_id: int) -> ResponseReturnValue:
    require(may_manage_people)
    found = load_person(person_id)
    with committing():
        service.record_read(found, actor=person(), at=now())
    form = RoleForm()
    form.offer(municipalities())
    return person_page(load_person(person_id), form)


def person_page(found: User, form: RoleForm) -> str:
    return render_template(
        "accounts/admin/person.html",
        person=found,
        form=form,
        may_change=may_change_person(person(), found),
        history=_history(found),
        **_words(),
    )


def _history(found: User) -> list[presentation.Entry]:
    """What changed, newest first, with the role it was about."""
    events = [one for one in timeline(found, (Visibility.INTERNAL,)) if one.action != "person_read"]
    newest = events[: -SHOWN_EVENTS - 1 : -1]
    lines = presentation.entries(newest, names=True)
    places = {place.code: place.name for place in municipalities()}
    return [
        replace(line, text=role_in_words(event.data, places))
        for line, event in zip(lines, newest, strict=True)
    ]


@bp.route("/mensen/<int:person_id>/tweede-stap-wissen", methods=["GET", "POST"])
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    found = load_person(person_id)
    require(may_change_person, found)
    if request.method == "GET":
        return render_template("accounts/admin/reset_second_factor.html", person=found)
    with committing():
        reset(found, actor=person(), at=now())
    flash(_("De tweede stap is gewist. Deze persoon stelt bij het inloggen een nieuwe in."), "positive")
    return redirect(url_for(".person", person_id=person_id), code=303)
