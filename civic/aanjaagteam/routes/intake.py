"""Reporting: without an account, or written down by an official at the phone.

Nothing about the visitor is kept with a report. What was typed goes from page to page in the form itself:
until the last step nothing is in the database, in the session, or in a log.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.forms import clean_text, number_or_none, put_errors
from civic.aanjaagteam.forms.intake import ReportForm, Way
from civic.aanjaagteam.models import STORY_LENGTH
from civic.aanjaagteam.queries import intake as queries
from civic.aanjaagteam.queries.intake import UnitChoice
from civic.aanjaagteam.routes.origins import origin_name
from civic.aanjaagteam.routes.reporter import RECEIPT, TEN_MINUTES, keep
from civic.aanjaagteam.routes.shared import FLEETING_KEY, bp, this_day
from civic.aanjaagteam.states import Channel
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.intake import Stop, origin_from, tells_of_wrongdoing
from civic.accounts.network import network_of
from civic.crypto import canonical_email, key_ring
from civic.db import committing, each_by_itself, now
from civic.errors import Invalid, TooMany
from civic.limits import Fleeting, Limit, hit_each
from civic.messages import sentence_for
from civic.regions import queries as regions
from civic.web import person, public, require

REPORT_LIMIT = Limit("report", 10, TEN_MINUTES)
# counts everyone and refuses nobody: else one party with many addresses could close the door for all
EVERY_REPORT = Limit("report_all", 2**31 - 1, TEN_MINUTES)
UNUSUALLY_MANY = 300
# in no table: not even that somebody typed something in these ten minutes
LOOKS = Fleeting(Limit("report_alike", 120, TEN_MINUTES))
ADDRESS_LIMIT = Limit("report_address", 10, 24 * 3600)
KINDS = {"dubbel": ReportKind.DOUBLE_QUESTION}
CHANGE, WITHOUT_UNIT = "wijzigen", "zonder-afdeling"


@bp.route("/meldingen/nieuw", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    each_by_itself()  # until the use is counted; the report itself is one transaction
    return _intake(_way(Channel.WEB))


@bp.route("/aanjaagteam/melding-invoeren", methods=["GET", "POST"])
def enter() -> ResponseReturnValue:
    require(policy.may_enter)
    return _intake(_way(Channel.PHONE))


@bp.post("/meldingen/nieuw/overnemen")
@public
def hand_over() -> ResponseReturnValue:
    """From another room: the form, with the text that was typed there. Nothing is reported or stored yet."""
    way = Way(origin=origin_from(request.form.get("van")))
    given = {
        "story": clean_text(request.form.get("story"))[:STORY_LENGTH],
        "municipality": request.form.get("municipality", ""),
        "token": service.new_token(),
    }
    form, _units = _form(way, formdata=None, data=given)
    return _page(form, way, 200)


@bp.post("/meldingen/nieuw/lijkt-op")
@public
def alike() -> ResponseReturnValue:
    """What looks like the text so far: a block beside it, or the whole form again. Nothing is kept."""
    way = _way(Channel.PHONE if request.args.get("via") == "telefoon" else Channel.WEB)
    if way.channel is Channel.PHONE:
        require(policy.may_enter)
    form, _units = _form(way)
    if not service.is_own_token(form.token.data or ""):
        form.token.data = service.new_token()
    is_block, story = request.headers.get("HX-Request") == "true", form.story.data or ""
    try:
        LOOKS.hit(f"{FLEETING_KEY}:{network_of(request.remote_addr)}", now())
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return ("", error.status) if is_block else _page(form, way, error.status)
    found = {"alike": queries.alike(story), "is_wrongdoing": tells_of_wrongdoing(story)}
    if is_block:
        return render_template("aanjaagteam/intake/_alike.html", **found)
    return _page(form, way, 200, **found)


def _way(channel: Channel) -> Way:
    args = request.args
    return Way(
        channel=channel,
        kind=KINDS.get(args.get("soort", ""), ReportKind.SLUGGISH),
        is_employee=args.get("voor") == "medewerker",
        origin=origin_from(args.get("van")),
    )


def _form(way: Way, **given: object) -> tuple[ReportForm, list[UnitChoice]]:
    form = ReportForm(**given)
    form.shape(way)
    units = queries.unit_choices() if way.is_employee else []
    form.fill(this_day(), [] if way.is_employee else regions.choices(), units)
    return form, units


def _intake(way: Way) -> ResponseReturnValue:
    form, units = _form(way)
    if not form.is_submitted():
        form.token.data = service.new_token()
        return _page(form, way, 200)
    step = request.form.get("stap")
    if step == CHANGE:
        return _page(form, way, 200)
    if step == WITHOUT_UNIT and "unit" in form:
        form.unit.data = ""
    if not _is_valid(form):
        return _page(form, way, 422)
    unit = next((one for one in units if one.id == form.unit_id), None)
    stop = _stop_before(form, unit)
    return _stop_page(stop, form, way, unit) if stop else _take_in(form, way, unit)


def _is_valid(form: ReportForm) -> bool:
    is_valid: bool = form.validate()
    if service.is_own_token(form.token.data or ""):
        return is_valid
    form.token.data = service.new_token()
    form.form_errors.append(_("Dit formulier was verlopen. Uw tekst staat er nog. Verstuur het opnieuw."))
    return False


def _stop_before(form: ReportForm, unit: UnitChoice | None) -> Stop | None:
    """The first page in between that this person has not answered yet."""
    answered = request.form.getlist("gezien")
    wanted = {
        Stop.WRONGDOING: tells_of_wrongdoing(form.answer("story"), *(form.steps or ())),
        Stop.SMALL_UNIT: unit is not None and unit.is_small,
    }
    return next((stop for stop, is_here in wanted.items() if is_here and stop.value not in answered), None)


def _stop_page(stop: Stop, form: ReportForm, way: Way, unit: UnitChoice | None) -> ResponseReturnValue:
    name = {Stop.WRONGDOING: "stop_wrongdoing", Stop.SMALL_UNIT: "stop_small"}[stop]
    known = {one.value for one in Stop}
    answered = [one for one in dict.fromkeys(request.form.getlist("gezien")) if one in known]
    return render_template(
        f"aanjaagteam/intake/{name}.html",
        form=form,
        unit=unit,
        action=_action(way),
        answered=[*answered, stop.value],
        is_phone=way.channel is Channel.PHONE,
    )


def _take_in(form: ReportForm, way: Way, unit: UnitChoice | None) -> ResponseReturnValue:
    try:
        _count_intake(form, way)
        with committing():
            receipt = service.submit(_answers(form, way, unit), actor=person(), at=now())
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return _page(form, way, error.status)
    except Invalid as error:
        put_errors(form, error.errors)
        return _page(form, way, error.status)
    keep(RECEIPT, key_ring().seal(receipt.code, RECEIPT))
    return redirect(url_for(".receipt"), code=303)


def _count_intake(form: ReportForm, way: Way) -> None:
    """One statement. The counter of a part of the internet is a hash with a key that is nowhere on disk."""
    uses = [(ADDRESS_LIMIT, canonical_email(form.email.data))] if form.email.data else []
    if way.channel is Channel.WEB:
        place = f"{FLEETING_KEY}:{network_of(request.remote_addr)}"
        uses += [(REPORT_LIMIT, place), (EVERY_REPORT, "all")]
    if not uses:
        return
    with committing():
        counts = hit_each(uses, now())
    if way.channel is Channel.WEB and counts[-1] == UNUSUALLY_MANY + 1:
        current_app.logger.warning("more than %s reports in ten minutes", UNUSUALLY_MANY)


def _answers(form: ReportForm, way: Way, unit: UnitChoice | None) -> service.NewReport:
    place = unit.municipality_id if unit else number_or_none(form.answer("municipality"))
    origin = way.origin if way.origin and queries.is_open_origin(way.origin) else None
    return service.NewReport(
        story=form.answer("story"),
        token=form.answer("token"),
        since_on=form.since_on,
        waiting=form.who_waits,
        municipality_id=place,
        email=form.answer("email"),
        channel=way.channel,
        kind=way.kind,
        unit_id=unit.id if unit else None,
        origin=(origin.kind.value, origin.id) if origin else None,
        steps=form.steps,
    )


def _action(way: Way) -> str:
    return _address("enter" if way.channel is Channel.PHONE else "start", way.address)


def _address(name: str, query: dict[str, Any]) -> str:
    return url_for(f".{name}", **query)


def _page(form: ReportForm, way: Way, status: int, **found: object) -> ResponseReturnValue:
    is_phone = way.channel is Channel.PHONE
    page = render_template(
        "aanjaagteam/enter.html" if is_phone else "aanjaagteam/start.html",
        form=form,
        way=way,
        action=_action(way),
        look_url=_address("alike", {**way.address, "via": "telefoon" if is_phone else None}),
        origin=origin_name(way.origin) if way.origin else "",
        **found,
    )
    return page, status
