"""The queue of the team: list, board and what falls due; the lane of what can be decided now; the CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.aanjaagteam import policy, service, wording
from civic.aanjaagteam.forms import RevisionForm
from civic.aanjaagteam.queries.board import board
from civic.aanjaagteam.queries.choices import Choices, choices_for, colleagues
from civic.aanjaagteam.queries.team import PAGE_SIZE, QueueFilter, QueueRow, parse_key, queue
from civic.aanjaagteam.routes.queue_filter import Wanted, read
from civic.aanjaagteam.routes.queue_texts import texts
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.states import BEFORE_DECISION, Action
from civic.aanjaagteam.states.queue import MOVES, WITHOUT_FACTS, targets
from civic.aanjaagteam.wording import case as case_words
from civic.aanjaagteam.wording import queue as words
from civic.accounts.models import User
from civic.db import committing, now
from civic.events.spreadsheet import csv_lines
from civic.keyset import Links, Page, place_from_request, place_links
from civic.web import person, require

CSV_PAGE = 500
FORMS = {
    Action.DECIDE: "aanjaagteam.decide",
    Action.CHANGE_PROCESS: "aanjaagteam.advance",
    Action.CLOSE: "aanjaagteam.close",
    Action.DECLINE: "aanjaagteam.decline",
}


@bp.get("/aanjaagteam", endpoint="queue")
def show_queue() -> ResponseReturnValue:
    require(policy.may_see_queue)
    choices = choices_for(person())
    default = choices.default
    if default is not None and not request.query_string:
        return redirect(f"{url_for('.queue')}?{default.query or 'status='}")
    wanted = read(request.args)
    if wanted.layout == "bord":
        return _board_page(wanted, choices)
    page = queue(
        person(), wanted.filter, place_from_request(parse_key(wanted.filter.sort)), this_day(), PAGE_SIZE
    )
    buckets = _buckets(page.rows, this_day()) if wanted.layout == "vervalt" else []
    return _page(wanted, choices, page.rows, page=page, links=_links(page, wanted), buckets=buckets)


def _buckets(rows: list[QueueRow], on: date) -> list[tuple[str, list[QueueRow]]]:
    """Late, this week, next week, later; the rows come in that order."""
    sunday = on + timedelta(days=6 - on.weekday())
    bounds = (
        (_("Te laat"), date.min, on),
        (_("Deze week"), on, sunday + timedelta(days=1)),
        (_("Volgende week"), sunday + timedelta(days=1), sunday + timedelta(days=8)),
        (_("Later"), sunday + timedelta(days=8), date.max),
    )
    found = [
        (label, [row for row in rows if row.due_on and first <= row.due_on < last])
        for label, first, last in bounds
    ]
    return [(label, inside) for label, inside in found if inside]


def _board_page(wanted: Wanted, choices: Choices) -> ResponseReturnValue:
    columns = board(person(), wanted.filter, this_day())
    rows = [row for column in columns for row in column.rows]
    return _page(wanted, choices, rows, columns=columns, targets=targets)


def _page(wanted: Wanted, choices: Choices, rows: list[QueueRow], **more: Any) -> ResponseReturnValue:
    template = {"bord": "board", "vervalt": "due"}.get(wanted.layout, "list")
    return render_template(
        f"aanjaagteam/queue/{template}.html",
        wanted=wanted,
        choices=choices,
        people=colleagues(row.owner_id for row in rows),
        today=this_day(),
        **_presented(wanted),
        **more,
    )


def _presented(wanted: Wanted) -> dict[str, Any]:
    made = texts()
    return {
        "texts": made,
        "layouts": [(key, label, _layout_url(wanted, key)) for key, label in made.layouts.items()],
        "csv_url": url_for(".queue_csv", **wanted.given),
    }


def _layout_url(wanted: Wanted, layout: str) -> str:
    rest: dict[str, Any] = {name: value for name, value in wanted.given.items() if name != "weergave"}
    if layout != "lijst":
        rest["weergave"] = layout
    return url_for(".queue", **(rest or {"status": ""}))


def _links(page: Page, wanted: Wanted) -> Links:
    note = ngettext("%(num)d melding", "%(num)d meldingen", page.total) if page.total else ""
    return place_links(page, wanted.given, note)


# --- the board ---------------------------------------------------------------------------------------------


@bp.post("/aanjaagteam/bord/<int:report_id>")
def board_move(report_id: int) -> ResponseReturnValue:
    """Move a card. Where the move needs more facts, its form opens first."""
    report = load(report_id)
    new = wording.SLUGS.get(request.form.get("naar", ""))
    action = MOVES.get((report.state, new)) if new else None
    require(policy.may_do, report, action or Action.TRIAGE)
    form = RevisionForm()
    if action is None or not form.validate():
        flash(_("Deze melding kan daar niet heen. Kies een andere stand."), "warning")
        return redirect(_back_to_board(), code=303)
    if action not in WITHOUT_FACTS:
        return redirect(_form_url(report_id, action), code=303)
    with committing():
        if action is Action.ASSIGN:
            service.assign(report, person(), form.seen, actor=person(), at=now())
        else:
            service.measure(report, form.seen, actor=person(), at=now())
    said = {"number": report_id, "state": wording.STATES[new]}
    flash(_("Melding %(number)s staat nu bij: %(state)s.", **said), "positive")
    return redirect(_back_to_board(), code=303)


def _form_url(report_id: int, action: Action) -> str:
    return url_for(FORMS.get(action, "aanjaagteam.case"), report_id=report_id)


def _back_to_board() -> str:
    """The board with the filter that was on it: read again, so that only our own names come back."""
    given = read(dict(parse_qsl(request.form.get("terug", "")))).given
    return url_for(".queue", **{**given, "weergave": "bord"})


# --- the lane ----------------------------------------------------------------------------------------------


@bp.get("/aanjaagteam/nu-te-beslissen")
def decide_lane() -> ResponseReturnValue:
    """What can be decided now, on a short clock: the first promised day on top."""
    require(policy.may_see_queue)
    wanted = QueueFilter(decide_now=True, sort="besluit")
    page = queue(person(), wanted, place_from_request(parse_key("besluit")), this_day())
    choices = choices_for(person())
    links = place_links(page, {}, "")
    return render_template(
        "aanjaagteam/queue/lane.html",
        page=page,
        links=links,
        choices=choices,
        people=colleagues(row.owner_id for row in page.rows),
        texts=texts(),
        today=this_day(),
    )


# --- to take along -----------------------------------------------------------------------------------------


@bp.get("/aanjaagteam/werklijst.csv")
def queue_csv() -> ResponseReturnValue:
    """The filtered queue as a table: what stands in the list, never what a reporter wrote."""
    require(policy.may_see_queue)
    wanted, user, choices = read(request.args), person(), choices_for(person())
    lines = csv_lines(_csv_head(), _csv_rows(user, wanted.filter, choices))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="werklijst.csv"'
    return response


def _csv_head() -> list[str]:
    return [
        _("Nummer"),
        _("Titel"),
        _("Gemeente"),
        _("Stand"),
        _("Nu te beslissen"),
        _("Afdeling"),
        _("Wacht (dagen)"),
        _("Wachtend op"),
        _("Wachtend op (dagen)"),
        _("Mensen"),
        _("Vervalt"),
        _("Wat vervalt"),
        _("Eigenaar"),
        _("Leeftijd (dagen)"),
        _("Wachtende mensen (geschat)"),
    ]


def _csv_rows(user: User, wanted: QueueFilter, choices: Choices) -> Iterator[list[Any]]:
    place = None
    while True:
        page = queue(user, wanted, place, this_day(), CSV_PAGE)
        names = colleagues(row.owner_id for row in page.rows).names
        for row in page.rows:
            yield _csv_row(row, choices, names)
        if page.after is None:
            return
        place = page.after


def _csv_row(row: QueueRow, choices: Choices, names: dict[int, str]) -> list[Any]:
    wait = row.wait
    return [
        row.id,
        row.title,
        choices.place_names.get(row.municipality_id or 0, ""),
        wording.STATES[row.state],
        _("ja") if row.decide_now and row.state in BEFORE_DECISION else "",
        choices.unit_names.get(row.unit_id or 0, ""),
        row.waited_days,
        (choices.unit_names.get(wait.unit_id or 0) or case_words.WAIT_KINDS[wait.kind]) if wait else "",
        wait.days if wait else None,
        row.weight,
        row.due_on.isoformat() if row.due_on else "",
        words.due_words(row.due_kind) if row.due_kind else "",
        names.get(row.owner_id or 0, ""),
        row.age_days,
        row.waiting_people,
    ]
