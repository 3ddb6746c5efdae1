"""The ladder itself: who stands where, how long a rung has, when somebody is there."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.ladder import HoursForm, RungForm
from civic.aanjaagteam.models import Unit
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.policy import ladder as policy
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries.one import place_name
from civic.aanjaagteam.queries.units import active_units
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.service import ladder_setup as service
from civic.aanjaagteam.states.ladder import CREW_SIZE, DEFAULT_TERMS, LEVELS, TOP, UNIT_LEVELS
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.calendar import OwnHours
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.web import person, require

SLUG = re.compile(r"(gemeente|afdeling)-([1-9]\d{0,8})\Z", re.ASCII)


def _place(slug: str) -> queries.Place:
    """From an address: "regio", "gemeente-3", "afdeling-7"."""
    if slug == "regio":
        return queries.Place()
    found = SLUG.match(slug)
    if found is None:
        abort(404)
    number = int(found[2])
    if found[1] == "gemeente":
        db.get_or_404(Municipality, number)
        return queries.Place(municipality_id=number)
    unit = db.get_or_404(Unit, number)
    return queries.Place(unit_id=number, municipality_id=unit.municipality_id)


def _slug(place: queries.Place) -> str:
    if place.unit_id is not None:
        return f"afdeling-{place.unit_id}"
    return "regio" if place.municipality_id is None else f"gemeente-{place.municipality_id}"


def _name(place: queries.Place) -> str:
    if place.unit_id is not None:
        return db.session.get_one(Unit, place.unit_id).name
    return place_name(place.municipality_id) or _("Hele regio")


@bp.get("/aanjaagteam/ladder")
def ladder() -> ResponseReturnValue:
    require(policy.may_see_ladder)
    place = _place(request.args.get("plek") or _first_slug(person()))
    rungs = queries.ladder_for(place, this_day())
    levels = UNIT_LEVELS if place.unit_id is not None else LEVELS
    people = {one.id: one for rung in rungs.values() for one in rung.people}
    return render_template(
        "aanjaagteam/ladder/setup.html",
        place=place,
        slug=_slug(place),
        name=_name(place),
        rungs=rungs,
        levels=levels,
        warnings=_warnings(rungs),
        hours={one: _hours_text(own) for one, own in queries.hours_of(people).items()},
        sources=_sources(place),
        places=_places(person()),
        may_set=policy.may_set_ladder(person(), place.municipality_id),
        may_set_hours={one for one in people if policy.may_set_hours(person(), people[one])},
        next_table=queries.next_table_day(rungs[TOP], this_day()),
        words=words,
    )


def _hours_text(own: OwnHours) -> str:
    spans = [
        f"{words.DAYS[day]} {hours[0]:%H:%M}–{hours[1]:%H:%M}"
        for day, hours in enumerate(own.week)
        if hours is not None
    ]
    return ", ".join(spans) or str(_("kantooruren"))


def _sources(place: queries.Place) -> dict[str, str]:
    """Where the people of a rung come from, in words."""
    known = {"unit": str(_("manager van de afdeling")), "r": str(_("van de regio"))}
    return {place.scope: str(_("hier gekozen")), **known}


def _first_slug(user: User) -> str:
    covered = covered_municipalities(user)
    return "regio" if not covered else f"gemeente-{min(covered)}"


def _places(user: User) -> list[tuple[str, str]]:
    covered = covered_municipalities(user)
    here = [one for one in regions.municipalities() if covered is None or one.id in covered]
    units = [one for one in active_units() if covered is None or one.municipality_id in covered]
    region = [("regio", str(_("Hele regio")))]
    return [
        *region,
        *((f"gemeente-{one.id}", one.name) for one in here),
        *((f"afdeling-{one.id}", one.label) for one in units),
    ]


def _warnings(rungs: dict[int, queries.Rung]) -> list[str]:
    found = [
        str(_("Op trede %(level)s (%(name)s) staat niemand.", level=level, name=words.LEVELS[level]))
        for level, rung in rungs.items()
        if not rung.people
    ]
    top = rungs[TOP]
    if top.people and len(top.people) != CREW_SIZE:
        found.append(str(_("De enabling crew heeft niet precies vier leden met een mailadres.")))
    if queries.next_table_day(top, this_day()) is None:
        found.append(str(_("De enabling crew heeft geen tafeldag.")))
    return found


@bp.route("/aanjaagteam/ladder/<slug>/<int:level>", methods=["GET", "POST"])
def ladder_rung(slug: str, level: int) -> ResponseReturnValue:
    place = _place(slug)
    require(policy.may_set_ladder, place.municipality_id)
    if level not in (UNIT_LEVELS if place.unit_id is not None else LEVELS):
        abort(404)
    staff = queries.staff_to_choose(place.municipality_id)
    form = _rung_form(place, level, staff)
    if not form.validate_on_submit():
        return _rung_page(place, level, form)
    try:
        with committing():
            service.set_rung(place, level, _wanted(form, staff, level), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _rung_page(place, level, form)
    flash(_("De trede is bewaard."), "positive")
    return redirect(url_for(".ladder", plek=_slug(place)), code=303)


def _rung_form(place: queries.Place, level: int, staff: list[User]) -> RungForm:
    own = queries.own_rungs(place).get(level)
    accept, answer = (own.accept_hours, own.answer_days) if own is not None else DEFAULT_TERMS[level]
    form = RungForm(
        people=[str(one) for one in queries.own_people(place).get(level, [])],
        accept_hours=accept,
        answer_days=answer,
        table_weekday="" if own is None or own.table_weekday is None else str(own.table_weekday),
        table_days="\n".join(f"{day:%d-%m-%Y}" for day in queries.own_table_days(place)),
    )
    form.fill(staff)
    return form


def _wanted(form: RungForm, staff: list[User], level: int) -> service.RungWanted:
    chosen = set(form.chosen)
    is_top = level == TOP
    return service.RungWanted(
        people=tuple(one for one in staff if one.id in chosen),
        accept_hours=form.accept_hours.data or 0,
        answer_days=form.answer_days.data or 0,
        table_weekday=int(form.table_weekday.data) if is_top and form.table_weekday.data else None,
        table_days=form.days if is_top else (),
    )


def _rung_page(place: queries.Place, level: int, form: RungForm) -> ResponseReturnValue:
    page = render_template(
        "aanjaagteam/ladder/rung.html",
        form=form,
        slug=_slug(place),
        name=_name(place),
        level=level,
        is_top=level == TOP,
        is_region=place.scope == "r",
        words=words,
    )
    return page, 422 if form.errors else 200


@bp.route("/aanjaagteam/ladder/uren/<int:user_id>", methods=["GET", "POST"])
def ladder_hours(user_id: int) -> ResponseReturnValue:
    """Of an official on the ladder: set by that person, or by the team."""
    someone = db.get_or_404(User, user_id)
    require(policy.may_set_hours, someone)
    if not someone.is_staff:
        abort(404)
    form = HoursForm()
    if not form.is_submitted():
        form.show(_week_of(someone))
    if not form.validate_on_submit():
        return _hours_page(someone, form)
    try:
        with committing():
            service.set_hours(someone, form.week, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _hours_page(someone, form)
    flash(_("De uren zijn bewaard."), "positive")
    return redirect(url_for(".ladder_hours", user_id=user_id), code=303)


def _week_of(someone: User) -> dict[int, Any]:
    week = queries.hours_of([someone.id])[someone.id].week
    return {day: hours for day, hours in enumerate(week) if hours is not None}


def _hours_page(someone: User, form: HoursForm) -> ResponseReturnValue:
    page = render_template(
        "aanjaagteam/ladder/hours.html",
        form=form,
        someone=someone,
        is_team=policy.may_see_ladder(person()),
    )
    return page, 422 if form.errors else 200
