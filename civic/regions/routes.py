"""The rules of each municipality: public pages, and the screens to make a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid
from civic.regions import queries, service
from civic.regions.describe import Line, Part, describe, labels
from civic.regions.forms import RuleSetForm, filled_in
from civic.regions.models import Municipality, RuleSet
from civic.regions.policy import may_edit_rules, may_see_rule_sets
from civic.regions.rules import Rules, default_rules
from civic.web import person, public, require

bp = Blueprint("regions", __name__)
BLUEPRINTS = (bp,)


def _day() -> date:
    return today(now())


def _load(code: str) -> queries.RulesNow:
    found = queries.rules_now(_day(), code)
    if not found:
        abort(404)
    return found[0]


def _described(place: Municipality, row: RuleSet) -> list[Part]:
    return describe(Rules.from_data(row.rules), place.population)


@bp.get("/regels")
@public
def rules_index() -> ResponseReturnValue:
    return render_template("regions/rules_index.html", all_rules=queries.rules_now(_day()))


@bp.get("/regels/<code>")
@public
def rules(code: str) -> ResponseReturnValue:
    """The rules of today, or an older or coming version with ?versie=."""
    found = _load(code)
    wanted = request.args.get("versie")
    shown = next((one for one in found.place.rule_sets if str(one.version) == wanted), None)
    if wanted is None:
        shown = found.current or found.following
    if shown is None:
        abort(404)
    return render_template(
        "regions/rules.html",
        found=found,
        shown=shown,
        day=_day(),
        parts_of_rules=_described(found.place, shown),
    )


@bp.get("/beheer/regels")
def rule_sets() -> ResponseReturnValue:
    require(may_see_rule_sets)
    found = queries.rules_now(_day())
    editable = {one.place.id for one in found if may_edit_rules(person(), one.place)}
    return render_template("regions/rule_sets.html", all_rules=found, editable=editable)


@dataclass(frozen=True)
class Cell:
    text: str
    article: str
    is_changed: bool


@dataclass(frozen=True)
class Row:
    """One rule in every version, oldest first."""

    label: str
    cells: list[Cell]


@bp.get("/beheer/regels/<code>")
def rule_set(code: str) -> ResponseReturnValue:
    require(may_see_rule_sets)
    found = _load(code)
    return render_template(
        "regions/rule_set.html",
        found=found,
        day=_day(),
        rows=_compared(found.place),
        may_edit=may_edit_rules(person(), found.place),
    )


def _compared(place: Municipality) -> list[Row]:
    versions = [
        {line.key: line for part in _described(place, row) for line in part.lines} for row in place.rule_sets
    ]
    return [Row(label, _cells([one.get(key) for one in versions])) for key, label in labels().items()]


def _cells(lines: list[Line | None]) -> list[Cell]:
    cells = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else line
        text = line.text if line else _("Geldt niet")
        cells.append(Cell(text, line.article if line else "", line != before))
    return cells


@bp.route("/beheer/regels/<code>/nieuw", methods=["GET", "POST"])
def new_rule_set(code: str) -> ResponseReturnValue:
    """Fill in, check your answers, decide. The answers travel in the form, so nothing is kept half done."""
    place = _load(code).place
    require(may_edit_rules, place)
    latest = service.latest_rule_set(place)
    # only at first: a choice that is missing from a posted form must not fall back on the old rules
    form = RuleSetForm(data=_first_answers(place, latest) if request.method == "GET" else None)
    step = request.form.get("step")
    if request.method == "GET" or step == "change":
        return _form_page(place, form)
    # at the last step the service judges the date, so that a second click is no error
    is_last = step == "confirm"
    form.place_population = place.population
    form.earliest = _day() + timedelta(days=1) if is_last else service.earliest_start(place, now())
    if not form.validate():
        return _form_page(place, form), 422
    return _decide(place, form) if is_last else _check_page(place, form, latest)


def _first_answers(place: Municipality, latest: RuleSet | None) -> dict[str, Any]:
    rules = Rules.from_data(latest.rules) if latest else default_rules(place.population)
    return filled_in(rules, latest.source if latest else "")


def _form_page(place: Municipality, form: RuleSetForm) -> str:
    return render_template("regions/new_rule_set.html", place=place, form=form)


def _check_page(place: Municipality, form: RuleSetForm, latest: RuleSet | None) -> str:
    new = form.new_rules(None)
    typed = [
        (name, value) for name in form._fields for value in request.form.getlist(name) if name != "csrf_token"
    ]
    return render_template(
        "regions/check_rule_set.html",
        place=place,
        new=new,
        typed=typed,
        after_version=latest.version if latest else 0,
        parts_of_rules=describe(new.rules, place.population),
        changed=_changed_keys(place, new.rules, latest),
    )


def _changed_keys(place: Municipality, rules: Rules, latest: RuleSet | None) -> set[str]:
    before = {line for part in (_described(place, latest) if latest else []) for line in part.lines}
    return {
        line.key for part in describe(rules, place.population) for line in part.lines if line not in before
    }


def _decide(place: Municipality, form: RuleSetForm) -> ResponseReturnValue:
    seen = request.form.get("after_version", "")
    after_version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None
    code = place.code
    try:
        with committing():
            row = service.add_rule_set(place, form.new_rules(after_version or None), actor=person(), at=now())
            version = row.version
    except Invalid as error:
        for name, sentences in error.errors.items():
            form._fields[name].errors = sentences
        return _form_page(_load(code).place, form), 422
    flash(_("Versie %(version)s van de regels is vastgesteld.", version=version), "positive")
    return redirect(url_for(".rule_set", code=code), code=303)
