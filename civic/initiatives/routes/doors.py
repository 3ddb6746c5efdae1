"""The way in: what do you want, how, does it pass the rules, and only then a draft (or another door).

One address with a step in the form. Every step carries what was answered before, so "back" loses nothing
and nothing is stored; the answers are kept for a day only where somebody has to sign in in between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, db, now
from civic.initiatives import policy
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.doors import RULE, WayForm, rules_form, said_yes
from civic.initiatives.forms.draft import StartForm
from civic.initiatives.models import Initiative
from civic.initiatives.presentation import OTHER_DOORS
from civic.initiatives.presentation import doors as other_doors
from civic.initiatives.presentation import kinds as words
from civic.initiatives.queries import doors as queries
from civic.initiatives.routes import write
from civic.initiatives.routes.house import ONE, bp, load
from civic.initiatives.service import doors as service
from civic.initiatives.states import InitiativeKind
from civic.initiatives.states.kinds import ASKED_OF_MUNICIPALITY
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.web import person, public, require, signed_in

ANSWERS = frozenset({"wish", "way", "place_ids"})


@bp.route("/initiatieven/nieuw", methods=["GET", "POST"])
@public
def new() -> ResponseReturnValue:
    step = STEPS.get(request.form.get("stap", ""), _wish_given)
    return step() if request.method == "POST" else _wish_page(StartForm())


def _page(
    template: str, own: str | tuple[str, ...], status: int = 200, **context: Any
) -> ResponseReturnValue:
    """A step; what was answered on the other ones goes along in its form. `own` is asked on this one."""
    carried = [
        (field, text)
        for field, text in request.form.items(multi=True)
        if not field.startswith(own) and (field in ANSWERS or field.startswith(RULE))
    ]
    page = render_template(f"initiatives/{template}.html", carried=carried, **context)
    # the back button of the browser shows the step before again; with no-store it would ask to send it again
    return page, status, {"Cache-Control": "private, no-cache"}


# --- step 1: what do you want ---------------------------------------------------------------------------


def _wish_page(form: StartForm, status: int = 200) -> ResponseReturnValue:
    return _page("new", "wish", status, form=form)


def _wish_given() -> ResponseReturnValue:
    form = StartForm()
    return _way_page(_way_form()) if form.validate() else _wish_page(form, 422)


def _wish_again() -> ResponseReturnValue:
    return _wish_page(StartForm())


# --- step 2: how, and where -----------------------------------------------------------------------------


def _way_form() -> WayForm:
    form = WayForm()
    form.offer(regions.municipalities())
    return form


def _way_page(form: WayForm, status: int = 200) -> ResponseReturnValue:
    return _page("writing/way", ("way", "place_ids"), status, form=form, wish=StartForm().wish.data)


def _way_given() -> ResponseReturnValue:
    wish, form = StartForm(), _way_form()
    if not wish.validate():
        return _wish_page(wish, 422)
    if not form.validate():
        return _way_page(form, 422)
    if form.door:
        door = other_doors.DOORS[form.door]
        return _page("writing/door", "-", wish=wish.wish.data, way=form, name=form.door, door=door)
    if form.kind not in ASKED_OF_MUNICIPALITY:
        return _outcome_page(form)
    return _rules_page(form, _asked(form))


def _way_again() -> ResponseReturnValue:
    return _way_page(_way_form())


# --- step 3: the rules ----------------------------------------------------------------------------------


def _places(form: WayForm) -> list[Municipality]:
    return [place for place in regions.municipalities() if place.id in form.chosen]


def _asked(form: WayForm) -> Any:
    kind = form.kind or InitiativeKind.CITIZEN_INITIATIVE
    return rules_form(queries.rules_together(_places(form), kind, today(now())))


def _rules_page(way: WayForm, form: Any, status: int = 200) -> ResponseReturnValue:
    fields = [field for field in form if field.name.startswith(RULE)]
    return _page("writing/rules", RULE, status, form=form, fields=fields, places=_places(way))


def _is_answered(way: WayForm) -> bool:
    """The steps before the rules, with a kind that has rules."""
    return StartForm().validate() and way.validate() and way.kind in ASKED_OF_MUNICIPALITY


def _rules_given() -> ResponseReturnValue:
    way = _way_form()
    if not _is_answered(way):
        return _way_given()
    form = _asked(way)
    return _outcome_page(way, said_yes(form)) if form.validate() else _rules_page(way, form, 422)


def _rules_again() -> ResponseReturnValue:
    way = _way_form()
    return _rules_page(way, _asked(way)) if _is_answered(way) else _way_given()


# --- step 4: the outcome, and on to the draft -----------------------------------------------------------


def _outcome_page(way: WayForm, yes: tuple[str, ...] = ()) -> ResponseReturnValue:
    kind = way.kind or InitiativeKind.CITIZEN_INITIATIVE
    needs_rules = kind in ASKED_OF_MUNICIPALITY
    found = queries.answered(_places(way), kind, yes, today(now())) if needs_rules else []
    failed = {one.rule for check in found for one in check.verdicts if not one.passed}
    ways = dict.fromkeys(door for rule, door in other_doors.DOOR_OF_RULE.items() if rule in failed)
    return _page(
        "writing/outcome",
        "-",
        wish=StartForm().wish.data,
        way=way,
        kind=kind,
        found=found,
        failed=failed,
        doors=[(name, other_doors.DOORS[name]) for name in ways],
        other_doors=OTHER_DOORS,
        words=words,
    )


def _begin() -> ResponseReturnValue:
    """Make the draft. Who is not signed in does that first; the answers wait."""
    wish, way = StartForm(), _way_form()
    if not wish.validate() or not way.validate() or way.kind is None:
        return _way_given()
    yes = said_yes(_asked(way)) if way.kind in ASKED_OF_MUNICIPALITY else ()
    # where somebody lives, the postcode says in the draft
    confirmed = tuple(rule for rule in yes if rule != "residence")
    answers = service.Beginning(wish.wish.data, way.kind, way.chosen, confirmed)
    if person() is None:
        return _sign_in_first(answers)
    with committing():
        initiative_id = service.begin(answers, actor=person(), at=now()).id
    return _to_draft(initiative_id)


def _sign_in_first(answers: service.Beginning) -> ResponseReturnValue:
    with committing():
        token = service.keep(answers, network=network_of(request.remote_addr), at=now())
    flash(_("Log eerst in. Uw tekst is bewaard."), "info")
    return redirect(url_for("accounts.sign_in", verder=url_for(".go_on", token=token)), code=303)


def _to_draft(initiative_id: int) -> ResponseReturnValue:
    flash(_("Uw concept is bewaard. U kunt nu of later verder."), "positive")
    return redirect(url_for(".edit", initiative_id=initiative_id), code=303)


STEPS: dict[str, Callable[[], ResponseReturnValue]] = {
    "wens": _wish_given,
    "terug-wens": _wish_again,
    "manier": _way_given,
    "terug-manier": _way_again,
    "regels": _rules_given,
    "terug-regels": _rules_again,
    "begin": _begin,
}


@bp.route("/initiatieven/nieuw/verder/<token>", methods=["GET", "POST"])
@signed_in
def go_on(token: str) -> ResponseReturnValue:
    """Back from signing in: here is your text, make it a draft."""
    row = service.find_kept(token, now())
    if row is None:
        flash(_("Deze tekst is al een concept, of hij is ouder dan een dag."), "info")
        return redirect(url_for(".mine"), code=303)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template(
            "initiatives/writing/go_on.html", form=form, answers=service.answers_of(row), words=words
        )
    with committing():
        initiative_id = service.go_on(row, actor=person(), at=now()).id
    return _to_draft(initiative_id)


# --- back to the draft later ----------------------------------------------------------------------------


@bp.post(f"{ONE}/link")
def mail_link(initiative_id: int) -> ResponseReturnValue:
    """A button under the text: what was typed is kept first."""
    require(policy.may_edit, load(initiative_id))
    answer = write.autosave(initiative_id)
    if not isinstance(answer, Response) or answer.status_code != 303:
        return answer
    with committing():
        service.send_link(load(initiative_id), actor=person(), at=now())
    flash(_("We hebben u een link gemaild. Die werkt zeven dagen."), "positive")
    return redirect(url_for(".edit", initiative_id=initiative_id), code=303)


@bp.get("/initiatieven/verder/<token>")
@public
def resume(token: str) -> ResponseReturnValue:
    """Shows the way to a draft; who is not signed in yet does that first, and comes out there."""
    link = service.find_link(token, now())
    if link is None:
        return render_template("initiatives/writing/link_over.html"), 404
    initiative = db.session.get_one(Initiative, link.initiative_id)
    if policy.may_edit(person(), initiative):
        return redirect(url_for(".edit", initiative_id=initiative.id))
    draft = url_for(".edit", initiative_id=initiative.id)
    return render_template(
        "initiatives/writing/resume.html",
        sign_in=url_for("accounts.sign_in", verder=draft),
        is_signed_in=person() is not None,
    )
