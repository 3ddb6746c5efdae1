"""The griffie stops the clock of its council, lets it run on, and extends it once."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy
from civic.initiatives.forms.clock import ExtendForm, SuspendForm
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.routes.council import PLACE, _load
from civic.initiatives.routes.house import bp, put_errors
from civic.initiatives.service import clock as service
from civic.web import person, require


def _place(initiative_id: int, place_id: int) -> tuple[Initiative, InitiativePlace]:
    initiative, place = _load(initiative_id, place_id)
    require(policy.may_handle, place)
    return initiative, place


def _standing(place: InitiativePlace) -> service.Standing:
    found = service.standing_of(place, now())
    if found is None:
        raise NotAllowedNow("not_in_this_state")
    return found


def _to_case(place: InitiativePlace) -> ResponseReturnValue:
    to_case = url_for(".council_case", initiative_id=place.initiative_id, place_id=place.id)
    return redirect(to_case, code=303)


@bp.route(f"{PLACE}/opschorten", methods=["GET", "POST"])
def suspend_clock(initiative_id: int, place_id: int) -> ResponseReturnValue:
    initiative, place = _place(initiative_id, place_id)
    if _standing(place).stop is not None:
        return _to_case(place)  # by a colleague, or pressed twice
    people = {one.id: one for one in (person(), *service.owners_for(place))}
    form = SuspendForm()
    form.offer(people)
    if not form.validate_on_submit():
        return _page("suspend", initiative, place, form, 422 if form.is_submitted() else 200)
    owner = people[int(form.owner_id.data)]
    with committing():
        service.suspend(place, form.chosen(), owner, actor=person(), at=now())
    flash(_("De termijn staat stil. Iedereen kan lezen waarom."), "positive")
    return _to_case(place)


def _page(
    name: str, initiative: Initiative, place: InitiativePlace, form: FlaskForm, status: int
) -> ResponseReturnValue:
    return render_template(
        f"initiatives/clock/{name}.html",
        initiative=initiative,
        place=place,
        standing=_standing(place),
        form=form,
    ), status


@bp.post(f"{PLACE}/hervatten")
def resume_clock(initiative_id: int, place_id: int) -> ResponseReturnValue:
    _initiative, place = _place(initiative_id, place_id)
    with committing():
        service.resume(place, actor=person(), at=now())
    flash(_("De termijn loopt weer. De verloren tijd is erbij gekomen."), "positive")
    return _to_case(place)


@bp.route(f"{PLACE}/verdagen", methods=["GET", "POST"])
def extend_clock(initiative_id: int, place_id: int) -> ResponseReturnValue:
    initiative, place = _place(initiative_id, place_id)
    form = ExtendForm()
    if not form.is_submitted() and not _standing(place).can_extend:
        raise NotAllowedNow("not_in_this_state")
    if not form.validate_on_submit():
        return _page("extend", initiative, place, form, 422 if form.is_submitted() else 200)
    try:
        with committing():
            service.extend(place, form.chosen(), form.until.data, actor=person(), at=now())
    except Invalid as error:
        initiative, place = _place(initiative_id, place_id)
        put_errors(form, error)
        return _page("extend", initiative, place, form, 422)
    flash(_("De nieuwe datum staat op de pagina. De schrijver krijgt een mail."), "positive")
    return _to_case(place)
