"""Registrations that staff fills in: by telephone or on paper, with a letter or through an open entrance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.panels.forms.pool import IntakeForm, NominateForm, parts_on, whole_form
from civic.panels.forms.registrations import PartForm, application_of
from civic.panels.models import Constituency, InvitationCode, Panel, Source
from civic.panels.policy import pool as policy
from civic.panels.queries import pool as queries
from civic.panels.queries import registrations as stored
from civic.panels.queries.invitations import usable_code
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import pool_intake as service
from civic.panels.service import registrations
from civic.panels.service.registrations import Receipt
from civic.panels.service.registrations_rules import Application
from civic.panels.states import Channel, EntryRoute
from civic.regions.models import Municipality
from civic.web import person, require

VIA = "via"
DESK = {Channel.PHONE.value: Channel.PHONE, Channel.PAPER.value: Channel.PAPER}


@dataclass(frozen=True)
class Door:
    """Through which somebody comes in: a letter, or an entrance of a constituency in a municipality."""

    panel: Panel
    source: Source
    constituency: Constituency
    municipality: Municipality
    channel: Channel
    code: InvitationCode | None = None

    def register(self, application: Application) -> Receipt:
        if self.code is not None:
            return registrations.register_with_code(
                self.code, application, channel=self.channel, actor=person(), at=now()
            )
        return service.take_in(
            self.panel,
            self.source,
            self.municipality.id,
            application,
            self.channel,
            actor=person(),
            at=now(),
        )


@bp.route("/<int:panel_id>/aanmeldingen/nieuw", methods=["GET", "POST"])
def intake(panel_id: int) -> ResponseReturnValue:
    """Which letter, or which entrance."""
    panel = _load_open(panel_id)
    form = IntakeForm()
    entrances = _entrances(panel, EntryRoute.SELF_REGISTRATION)
    form.offer(entrances, _places(panel))
    if form.validate_on_submit():
        target = _by_letter(panel, form) if form.code.data else _by_entrance(panel, form)
        if target is not None:
            return redirect(target, code=303)
    page = render_template("panels/pool/intake.html", panel=panel, form=form, has_entrance=bool(entrances))
    return page, 422 if form.errors else 200


def _load_open(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    if not policy.can_register(panel):
        raise NotAllowedNow("not_in_this_state")
    return panel


def _entrances(panel: Panel, route: EntryRoute) -> list[tuple[int, str]]:
    rows = queries.sources_by_route(panel.id, route)
    return [(source.id, f"{third.name}: {source.name}") for source, third in rows]


def _places(panel: Panel) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in stored.places_with_seats(panel.id)]


def _by_letter(panel: Panel, form: IntakeForm) -> str | None:
    """Where to go with a good code; otherwise say what can be wrong with it."""
    code = usable_code(form.code.data or "", today(now()))
    letter = stored.letter_of(code.id) if code is not None else None
    if letter is None or letter.panel.id != panel.id:
        form.code.errors = [
            _("Deze code kan niet. Er is een tikfout, hij is al gebruikt, of de ronde is voorbij.")
        ]
        return None
    via = form.channel.data
    return url_for(".intake_letter", panel_id=panel.id, code_id=letter.code.id, **{VIA: via})


def _by_entrance(panel: Panel, form: IntakeForm) -> str:
    return url_for(
        ".intake_entrance",
        panel_id=panel.id,
        source_id=int(form.entrance.data),
        municipality_id=int(form.municipality.data),
        **{VIA: form.channel.data},
    )


@bp.route("/<int:panel_id>/aanmeldingen/nieuw/brief/<int:code_id>", methods=["GET", "POST"])
def intake_letter(panel_id: int, code_id: int) -> ResponseReturnValue:
    panel = _load_open(panel_id)
    letter = stored.letter_of(code_id)
    if letter is None or letter.panel.id != panel.id:
        abort(404)
    door = Door(panel, letter.source, letter.constituency, letter.municipality, _channel(), letter.code)
    return _fill_in(door)


@bp.route("/<int:panel_id>/aanmeldingen/nieuw/<int:source_id>/<int:municipality_id>", methods=["GET", "POST"])
def intake_entrance(panel_id: int, source_id: int, municipality_id: int) -> ResponseReturnValue:
    panel = _load_open(panel_id)
    return _fill_in(_door(panel, source_id, municipality_id, EntryRoute.SELF_REGISTRATION))


def _channel() -> Channel:
    return DESK.get(request.args.get(VIA, ""), Channel.PHONE)


def _door(panel: Panel, source_id: int, municipality_id: int, route: EntryRoute) -> Door:
    found = queries.source_of(panel.id, source_id)
    place = db.session.get(Municipality, municipality_id)
    if found is None or found[1].route is not route or place is None:
        abort(404)
    if place.id not in {number for number, _name in _places(panel)}:
        abort(404)
    channel = Channel.NOMINATION if route is EntryRoute.NOMINATION else _channel()
    return Door(panel, *found, place, channel)


def _fill_in(door: Door) -> ResponseReturnValue:
    """The questions to residents on one page."""
    asking = registrations.asking_of(door.panel.id, door.constituency)
    form = whole_form(asking)()
    form.ask(asking, today(now()))
    if form.validate_on_submit():
        number = _register(door, form, application_of(parts_on(form), asking))
        if number is not None:
            flash(_("De aanmelding staat erin. Het nummer is %(number)s.", number=number), "positive")
            return redirect(_after(door), code=303)
    return _page(door, form)


def _register(door: Door, form: PartForm, application: Application) -> int | None:
    try:
        with committing():
            return door.register(application).registration.id
    except Invalid as error:
        put_on_form(form, error)
        return None


def _after(door: Door) -> str:
    name = ".nominations" if door.channel is Channel.NOMINATION else ".intake"
    return url_for(name, panel_id=request.view_args["panel_id"] if request.view_args else 0)


def _page(door: Door, form: PartForm) -> ResponseReturnValue:
    asking = registrations.asking_of(door.panel.id, door.constituency)
    context: dict[str, Any] = {"panel": door.panel, "door": door, "form": form, "asking": asking}
    context["full"] = (
        service.no_seat_left(door.panel, door.constituency, door.municipality.id)
        if door.channel is Channel.NOMINATION
        else None
    )
    context["Channel"] = Channel
    page = render_template("panels/pool/fill_in.html", **context)
    return page, 422 if form.errors else 200


# --- nominations --------------------------------------------------------------------------------------------


@bp.route("/<int:panel_id>/voordrachten", methods=["GET", "POST"])
def nominations(panel_id: int) -> ResponseReturnValue:
    """Seats that organisations fill by name: how many are taken, and naming the next."""
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    form = NominateForm()
    entrances = _entrances(panel, EntryRoute.NOMINATION)
    form.offer(entrances, _places(panel))
    if form.validate_on_submit():
        _load_open(panel_id)
        target = url_for(
            ".nominate",
            panel_id=panel_id,
            source_id=int(form.entrance.data),
            municipality_id=int(form.municipality.data),
        )
        return redirect(target, code=303)
    taken = queries.nominated_in(panel.id)
    page = render_template(
        "panels/pool/nominations.html",
        panel=panel,
        form=form,
        thirds=[one for one in queries.thirds_of(panel.id) if one.route is EntryRoute.NOMINATION],
        taken=taken,
        can_register=policy.can_register(panel),
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:panel_id>/voordrachten/<int:source_id>/<int:municipality_id>", methods=["GET", "POST"])
def nominate(panel_id: int, source_id: int, municipality_id: int) -> ResponseReturnValue:
    panel = _load_open(panel_id)
    return _fill_in(_door(panel, source_id, municipality_id, EntryRoute.NOMINATION))
