"""Lists with names, to print or to download: with a second factor just given, and a line in the log."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from civic.calendar import today
from civic.db import committing, now
from civic.limits import Limit, hit
from civic.links import absolute
from civic.panels.csvfile import csv_response
from civic.panels.models import Panel
from civic.panels.policy import seats as policy
from civic.panels.presentation import seats as presentation
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.service import seats_lists as service
from civic.panels.service.seats_lists import Kind
from civic.web import logs_read, person, require, require_step_up

LISTS = Limit("seat_lists", 60, 3600)


@bp.get("/<int:panel_id>/leden/lijst")
@logs_read
def seat_list(panel_id: int) -> ResponseReturnValue:
    """To print: everybody drawn, or who must get a letter or a call because they have no mail address."""
    panel, kind, people = _read(panel_id)
    return render_template(
        "panels/seats/list.html",
        panel=panel,
        kind=kind,
        people=people,
        code_url=absolute("registrations.seat_by_code"),
        Kind=Kind,
    )


@bp.get("/<int:panel_id>/leden.csv")
@logs_read
def seats_csv(panel_id: int) -> ResponseReturnValue:
    panel, kind, people = _read(panel_id)
    rows = [one.cells() for one in people]
    return csv_response(f"panel-{panel.id}-{kind.value}.csv", presentation.HEADER, rows)


def _read(panel_id: int) -> tuple[Panel, Kind, list[presentation.Someone]]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    try:
        kind = Kind(request.args.get("soort", Kind.ALL.value))
    except ValueError:
        abort(404)
    require_step_up()
    with committing():
        hit(LISTS, str(person().id), now())
        seats, offers = service.read_list(panel, kind, actor=person(), at=now())
        day = today(now())
        people = presentation.people_of_seats(seats, day) + presentation.people_of_offers(offers, day)
    return load_panel(panel_id), kind, people
