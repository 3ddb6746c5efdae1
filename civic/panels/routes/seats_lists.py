"""Lists with names and letters, to print or to download: with a second factor just given, and a line in the
log."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.calendar import today
from civic.db import committing, now
from civic.errors import NotAllowedNow
from civic.limits import Limit, hit
from civic.links import absolute
from civic.panels.csvfile import csv_response
from civic.panels.models import Panel
from civic.panels.policy import seats as policy
from civic.panels.presentation import seats as presentation
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.routes.letters_orders import pdf_response
from civic.panels.service import seats_letters as letters
from civic.panels.service import seats_lists as service
from civic.panels.service.seats_lists import Kind
from civic.panels.typeset import render
from civic.panels.typeset.letters import Batch
from civic.panels.typeset.processes import Typesetter
from civic.web import logs_read, person, require, require_step_up

LISTS = Limit("seat_lists", 60, 3600)
MOST_TYPED = 2000  # signs of a list of seats in an address


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
        letter_seats=_to_write(panel) if kind is Kind.CALL else "",
        most_letters=letters.MOST,
        Kind=Kind,
    )


def _to_write(panel: Panel) -> str:
    """Numbers of the seats to write a letter to; empty where letters cannot be made."""
    if not (render.is_available() and policy.is_open(panel)):
        return ""
    return ",".join(str(one.id) for one in letters.waiting(panel))


# --- letters ---------------------------------------------------------------------------------------------


@bp.get("/<int:panel_id>/leden/brieven.pdf")
@logs_read
def seat_letters(panel_id: int) -> ResponseReturnValue:
    """Made in a process of its own, and kept nowhere."""
    panel = _load(panel_id)
    with committing():
        hit(LISTS, str(person().id), now())
        batch = letters.letters(panel, _wanted(request.args), actor=person(), at=now())
    if batch is None:  # somebody answered, or a colleague was first
        flash(_("Niemand wacht nog op een brief."), "info")
        return redirect(url_for(".seat_list", panel_id=panel_id, soort=Kind.CALL.value), code=303)
    return pdf_response(_typeset(batch), f"brieven-panel-{panel_id}.pdf")


def _load(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    require_step_up()
    if not (policy.is_open(panel) and render.is_available()):
        raise NotAllowedNow("not_in_this_state")
    return panel


def _wanted(given: Mapping[str, str]) -> set[int]:
    """What is no number names nobody."""
    text = given.get("plaatsen", "")[:MOST_TYPED]
    return {int(one) for one in text.split(",") if one.isascii() and one.isdigit()}


def _typeset(batch: Batch) -> bytes:
    setter = Typesetter()
    try:
        return setter.pdf(batch.as_data())
    finally:
        setter.stop()


@bp.post("/<int:panel_id>/leden/brieven")
def seat_letters_posted(panel_id: int) -> ResponseReturnValue:
    """They are in the post: from today these people have their days to answer."""
    panel = _load(panel_id)
    with committing():
        count = letters.posted(panel, _wanted(request.form), actor=person(), at=now())
    flash(
        ngettext(
            "Genoteerd: %(num)d brief is verstuurd.", "Genoteerd: %(num)d brieven zijn verstuurd.", count
        ),
        "positive",
    )
    return redirect(url_for(".seat_list", panel_id=panel_id, soort=Kind.CALL.value), code=303)


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
