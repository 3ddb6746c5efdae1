"""Draws: asking for one, following it, its result and its downloads."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.events import queries as events
from civic.events.presentation import entries
from civic.limits import Limit, hit
from civic.panels import policy, presentation, queries
from civic.panels.csvfile import csv_response
from civic.panels.models import Draw
from civic.panels.routes.blueprint import bp, load_draw, load_panel, shown_groups, small_number
from civic.panels.service import draws as service
from civic.panels.states import DrawState
from civic.web import logs_read, person, public, require

REQUESTS = Limit("panel_draw", 60, 900)


@bp.post("/<int:panel_id>/loten")
def request_draw(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_request_draw, panel)
    with committing():
        hit(REQUESTS, str(person().id), now())
        draw_id = service.request_draw(panel, actor=person(), at=now()).id
    return redirect(url_for(".draw", panel_id=panel_id, draw_id=draw_id), code=303)


@bp.get("/<int:panel_id>/loting/<int:draw_id>")
@public
def draw(panel_id: int, draw_id: int) -> ResponseReturnValue:
    found = load_draw(panel_id, draw_id)
    return render_template("panels/draw.html", **_draw_context(found))


def _draw_context(found: Draw) -> dict[str, Any]:
    user = person()
    context: dict[str, Any] = {
        "draw": found,
        "panel": found.panel,
        "files": queries.files_of(found.files_id),
        "presentation": presentation,
        "may_manage": policy.may_manage(user, found.panel),
        "may_cancel": policy.can_cancel(found) and policy.may_cancel(user, found),
        "has_members": policy.has_members(found),
        "history": entries(events.timeline(found)),
        "small_number": current_app.config["SMALL_NUMBER"],
    }
    if found.result is not None:
        groups = presentation.groups_of(found.result["composition"], small_number())
        context["groups"] = shown_groups(found.panel, groups)
        context["chances"] = presentation.chances_of(found.result)
        context["curve"] = presentation.chance_curve(found.result)
    return context


@bp.get("/<int:panel_id>/loting/<int:draw_id>/voortgang")
@public
def draw_progress(panel_id: int, draw_id: int) -> ResponseReturnValue:
    """The block that htmx puts in place every second; without htmx the whole page."""
    found = load_draw(panel_id, draw_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for(".draw", panel_id=panel_id, draw_id=draw_id), code=303)
    if not found.is_open:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("panels/_progress.html", draw=found, panel=found.panel, presentation=presentation)


@bp.post("/<int:panel_id>/loting/<int:draw_id>/stoppen")
def cancel_draw(panel_id: int, draw_id: int) -> ResponseReturnValue:
    found = load_draw(panel_id, draw_id)
    require(policy.may_cancel, found)
    with committing():
        service.cancel_draw(found, actor=person(), at=now())
    flash(_("De loting is gestopt."), "positive")
    return redirect(url_for(".draw", panel_id=panel_id, draw_id=draw_id), code=303)


@bp.get("/<int:panel_id>/loting/<int:draw_id>/leden.csv")
@logs_read
def draw_csv(panel_id: int, draw_id: int) -> ResponseReturnValue:
    """Who was drawn: for the lottery administrator, and every time a line in the log."""
    found = load_draw(panel_id, draw_id)
    require(policy.may_read_members, found)
    with committing():
        members = service.read_members(found, "members_csv", actor=person(), at=now())
        number = found.number
    header = ["soort", *members["columns"]]
    rows = [["oefenloting", *row] for row in members["rows"]]
    return csv_response(f"oefenloting-telt-niet-panel-{panel_id}-loting-{number}-leden.csv", header, rows)


@bp.get("/<int:panel_id>/loting/<int:draw_id>/zonder-kans")
@logs_read
def draw_impossible(panel_id: int, draw_id: int) -> ResponseReturnValue:
    """Groups that no panel can contain, by their answers: a combination can point at one person."""
    found = load_draw(panel_id, draw_id)
    require(policy.may_read_members, found)
    with committing():
        members = service.read_members(found, "impossible_groups", actor=person(), at=now())
    found = load_draw(panel_id, draw_id)
    return render_template(
        "panels/impossible.html",
        draw=found,
        panel=found.panel,
        impossible=members["impossible"],
        features=members["features"],
    )


@bp.get("/<int:panel_id>/loting/<int:draw_id>/samenstelling.csv")
@public
def composition_csv(panel_id: int, draw_id: int) -> ResponseReturnValue:
    """The composition as everybody may have it: the small-number rule holds, whoever asks."""
    found = _done(panel_id, draw_id)
    small = current_app.config["SMALL_NUMBER"]
    groups = presentation.groups_of((found.result or {})["composition"], small)
    groups = shown_groups(found.panel, groups, for_staff=False)
    rows = [
        [
            "oefenloting",
            group.feature,
            row.value,
            row.minimum,
            row.maximum,
            _("binnen quotum") if row.drawn is None else row.drawn,
            _("niet getoond") if row.registered is None else row.registered,
        ]
        for group in groups
        for row in group.rows
    ]
    header = ["soort", "kenmerk", "waarde", "minimum", "maximum", "geloot", "aanmeldingen"]
    return csv_response(_file_name(found, "samenstelling"), header, rows)


@bp.get("/<int:panel_id>/loting/<int:draw_id>/kansen.csv")
@public
def chances_csv(panel_id: int, draw_id: int) -> ResponseReturnValue:
    """The curve of chances in a hundred steps: no step belongs to a person."""
    found = _done(panel_id, draw_id)
    quantiles = (found.result or {})["quantiles_ppm"]
    rows = [
        ["oefenloting", percent, f"{ppm / 10_000:.4f}".replace(".", ",")]
        for percent, ppm in enumerate(quantiles)
    ]
    header = ["soort", "percentage van de aanmeldingen", "kans in procenten"]
    return csv_response(_file_name(found, "kansen"), header, rows)


def _done(panel_id: int, draw_id: int) -> Draw:
    found = load_draw(panel_id, draw_id)
    if found.state is not DrawState.DONE:
        abort(404)
    return found


def _file_name(found: Draw, what: str) -> str:
    return f"oefenloting-telt-niet-panel-{found.panel_id}-loting-{found.number}-{what}.csv"
