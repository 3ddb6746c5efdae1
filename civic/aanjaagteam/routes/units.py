"""Who keeps the list of units: add, rename, close, and who works there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.units import MemberForm, PeriodForm, UnitForm
from civic.aanjaagteam.models import Unit, UnitMember
from civic.aanjaagteam.policy import may_see_queue
from civic.aanjaagteam.policy.units import may_keep_unit, may_keep_units
from civic.aanjaagteam.queries.unit_pages import members_of_unit, unit_lines
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.service import units as service
from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.accounts.service.people import find_user
from civic.accounts.states import Role
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.regions import queries as regions
from civic.web import person, require

SMALL_UNIT = 5  # below this somebody may guess who reported

ADMIN_LINKS.append(
    AdminLink(
        "aanjaagteam.units",
        _l("Afdelingen"),
        _l("Welke afdelingen er zijn, en wie er werkt."),
        lambda user: user is not None and user.has_role(Role.ADMINISTRATOR),
    )
)


@bp.route("/aanjaagteam/afdelingen", methods=["GET", "POST"])
def units() -> ResponseReturnValue:
    require(may_keep_units)
    form = _filled(UnitForm())
    if not form.validate_on_submit():
        return _list_page(form)
    require(may_keep_unit, form.facts.municipality_id)
    try:
        with committing():
            unit = service.add_unit(form.facts, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _list_page(form)
    flash(_("De afdeling staat erbij. Voeg nu de mensen toe."), "positive")
    return redirect(url_for(".unit_edit", unit_id=unit.id), code=303)


def _list_page(form: UnitForm) -> ResponseReturnValue:
    lines = [line for line in unit_lines(this_day()) if may_keep_unit(person(), line.municipality_id)]
    page = render_template("aanjaagteam/units/index.html", form=form, lines=lines, small=SMALL_UNIT)
    return page, 422 if form.errors else 200


def _filled(form: UnitForm) -> UnitForm:
    places = [(place.id, place.name) for place in regions.choices() if may_keep_unit(person(), place.id)]
    form.fill(places, may_be_region=may_keep_unit(person(), None))
    return form


def _unit(unit_id: int) -> Unit:
    unit: Unit = db.get_or_404(Unit, unit_id)
    require(may_keep_unit, unit.municipality_id)
    return unit


@bp.route("/aanjaagteam/afdelingen/<int:unit_id>", methods=["GET", "POST"])
def unit_edit(unit_id: int) -> ResponseReturnValue:
    unit = _unit(unit_id)
    form = _filled(UnitForm(data=_facts_of(unit)))
    if not form.validate_on_submit():
        return _unit_page(unit, form=form)
    require(may_keep_unit, form.facts.municipality_id)
    try:
        with committing():
            service.change_unit(unit, form.facts, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _unit_page(_unit(unit_id), form=form)
    return _back(unit_id, _("De afdeling is veranderd."))


def _facts_of(unit: Unit) -> dict[str, Any]:
    return {
        "name": unit.name,
        "municipality": str(unit.municipality_id or ""),
        "headcount": str(unit.headcount or ""),
        "discretion": unit.discretion,
    }


def _unit_page(unit: Unit, **given: Any) -> ResponseReturnValue:
    forms = {
        "form": _filled(UnitForm(formdata=None, data=_facts_of(unit))),
        "member_form": MemberForm(formdata=None, from_on=this_day()),
        **given,
    }
    failed = next((form for form in forms.values() if form.errors), None)
    page = render_template(
        "aanjaagteam/units/edit.html",
        unit=unit,
        members=members_of_unit(unit, this_day()),
        failed=failed,
        small=SMALL_UNIT,
        may_see=may_see_queue(person()),
        **forms,
    )
    return page, 422 if failed is not None else 200


def _back(unit_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    return redirect(url_for(".unit_edit", unit_id=unit_id), code=303)


@bp.post("/aanjaagteam/afdelingen/<int:unit_id>/sluiten")
def unit_close(unit_id: int) -> ResponseReturnValue:
    unit = _unit(unit_id)
    with committing():
        service.open_or_close(unit, False, actor=person(), at=now())
    return _back(unit_id, _("De afdeling is gesloten. Niemand kan hem meer kiezen."))


@bp.post("/aanjaagteam/afdelingen/<int:unit_id>/openen")
def unit_open(unit_id: int) -> ResponseReturnValue:
    unit = _unit(unit_id)
    with committing():
        service.open_or_close(unit, True, actor=person(), at=now())
    return _back(unit_id, _("De afdeling is weer open."))


@bp.post("/aanjaagteam/afdelingen/<int:unit_id>/mensen")
def unit_member_add(unit_id: int) -> ResponseReturnValue:
    """By work mail: nobody gets a list of everybody."""
    unit = _unit(unit_id)
    form = MemberForm()
    if not form.validate():
        return _unit_page(unit, member_form=form)
    user = find_user(form.email.data or "")
    if user is None or not user.is_staff:  # the same answer: who has an account here is nobody's business
        put_errors(form, {"email": [_("Wij kennen geen collega met dit mailadres.")]})
        return _unit_page(unit, member_form=form)
    try:
        with committing():
            service.add_member(unit, user, form.membership, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _unit_page(_unit(unit_id), member_form=form)
    return _back(unit_id, _("De collega staat erbij."))


@bp.route("/aanjaagteam/afdelingen/<int:unit_id>/mensen/<int:member_id>", methods=["GET", "POST"])
def unit_member(unit_id: int, member_id: int) -> ResponseReturnValue:
    """Another period, or leading the unit or not."""
    unit = _unit(unit_id)
    row = db.get_or_404(UnitMember, member_id)
    if row.unit_id != unit_id:
        return redirect(url_for(".unit_edit", unit_id=unit_id))
    form = PeriodForm(data=vars(service.Membership(row.from_on, row.until_on, row.is_manager)))
    if form.validate_on_submit():
        try:
            with committing():
                service.change_member(row, form.membership, actor=person(), at=now())
            return _back(unit_id, _("De gegevens zijn veranderd."))
        except Invalid as error:
            put_errors(form, error.errors)
    line = next(one for one in members_of_unit(_unit(unit_id), this_day()) if one.row.id == member_id)
    page = render_template("aanjaagteam/units/member.html", unit=unit, line=line, form=form)
    return page, 422 if form.errors else 200
