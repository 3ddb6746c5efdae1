"""The figures of the team, the rows behind each number, what each means; and a few figures for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from civic.aanjaagteam import policy
from civic.aanjaagteam.flow import board as boards
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.log import table_from
from civic.aanjaagteam.flow.measures import FEWEST
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.queries import flow, flow_public
from civic.aanjaagteam.queries.units import active_units
from civic.aanjaagteam.routes import figures_rows as rows
from civic.aanjaagteam.routes import figures_view as view
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.states import OPEN
from civic.aanjaagteam.states.facts import Cause, ReportKind
from civic.aanjaagteam.wording import figures as words
from civic.aanjaagteam.wording.case import CAUSES
from civic.aanjaagteam.wording.intake import KINDS
from civic.db import now
from civic.events.spreadsheet import csv_lines
from civic.keyset import Links
from civic.pagecache import shared
from civic.regions import queries as regions
from civic.web import person, public, require

NAMES = ("van", "tot", "gemeente", "onderdeel", "soort", "oorzaak")
FIRST_ROWS = "doorlooptijd"
PAGE_SIZE = 50
LONGEST_DAYS = 5 * 366
SHOWN_WAITS = 10
LEAST_IN_PUBLIC = 5


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks wrongly is not asked."""

    first: date
    last: date
    chosen: flow.FlowFilter

    @property
    def kept(self) -> dict[str, str]:
        """The filters for the address of another page with the same figures."""
        return {name: value for name, value in request.args.items() if name in NAMES and value}


def _wanted() -> Wanted:
    args = request.args
    last = min(_day(args.get("tot")) or this_day(), this_day())
    first = _day(args.get("van")) or last - timedelta(days=364)
    first = min(max(first, last - timedelta(days=LONGEST_DAYS)), last)
    chosen = flow.FlowFilter(
        places=policy.covered_municipalities(person()),
        municipality_id=number_or_none(args.get("gemeente")),
        unit_id=number_or_none(args.get("onderdeel")),
        kind=next((kind for kind in ReportKind if kind.value == args.get("soort")), None),
        cause=next((cause for cause in Cause if cause.value == args.get("oorzaak")), None),
    )
    return Wanted(first, last, chosen)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None  # before it there is no log, after it no clock


def _board(wanted: Wanted) -> Board:
    log = flow.flow_log(wanted.chosen)
    parts = (
        table_from(log.moves, flow.MOVES),
        table_from(log.waits, flow.WAITS),
        boards.tables_from(log.tables),
    )
    return boards.board_of(parts, wanted.first, wanted.last, int(now().timestamp()))


def _choices() -> dict[str, Any]:
    covered = policy.covered_municipalities(person())
    places = [one for one in regions.municipalities() if covered is None or one.id in covered]
    units = [one for one in active_units() if covered is None or one.municipality_id in covered]
    return {"places": places, "units": units, "kinds": KINDS, "causes": CAUSES}


@bp.get("/aanjaagteam/cijfers")
def team_figures() -> ResponseReturnValue:
    require(policy.may_see_queue)
    wanted = _wanted()
    board = _board(wanted)
    if _says_too_much(wanted, board):
        return render_template("aanjaagteam/figures/few.html", wanted=wanted, **_choices())
    cases, shares = view.wait_shares(board)
    charts = _charts(board)
    return render_template(
        "aanjaagteam/figures/index.html",
        wanted=wanted,
        tiles=view.tiles(board),
        under_way=board.under_way(),
        is_open=int(board.cases.is_open.sum()),
        unknown_owners=flow.unknown_owners(wanted.chosen, OPEN),
        promise=board.promise(),
        balance=board.balance(),
        charts=charts,
        share_cases=cases,
        shares=shares,
        stays=view.stays(board),
        said=view.said(board),
        waits=rows.shown(rows.listing(board, "wacht-op").lines[:SHOWN_WAITS]),
        **_choices(),
    )


def _charts(board: Board) -> list[view.Chart]:
    flowing = view.flow_chart(board)
    return [
        view.age_chart(board, board.ages()),
        replace(flowing, table=view.every_week(flowing.table)),
        view.survival_chart(board, board.survival()),
        view.week_chart(board),
    ]


@bp.get("/aanjaagteam/cijfers/uitleg")
def figures_explained() -> ResponseReturnValue:
    require(policy.may_see_queue)
    return render_template("aanjaagteam/figures/explained.html", definitions=words.DEFINITIONS)


@bp.get("/aanjaagteam/cijfers/<name>.csv")
def figures_csv(name: str) -> ResponseReturnValue:
    """The table beside a drawing, whole."""
    require(policy.may_see_queue)
    if name not in TABLES:
        abort(404)
    wanted = _wanted()
    board = _board(wanted)
    found = TABLES[name](board)
    lines = [] if _says_too_much(wanted, board) else found.rows
    return _spreadsheet(name, [str(one) for one in found.header], lines)


def _says_too_much(wanted: Wanted, board: Board) -> bool:
    """Figures of one unit are figures of a few people: not below ten reports."""
    return wanted.chosen.unit_id is not None and len(board.cases.ids) < FEWEST


TABLES: dict[str, Any] = {
    "tegels": lambda board: view.tile_table(view.tiles(board)),
    "leeftijd": lambda board: view.age_table(board.history(), board.ages()),
    "stroom": lambda board: view.flow_table(board, board.flow()),
    "overleving": lambda board: view.survival_chart(board, board.survival()).table,
    "instroom": lambda board: view.week_chart(board).table,
    "standen": lambda board: view.stay_table(view.stays(board)),
    "wachten": lambda board: view.wait_table(view.wait_shares(board)[1]),
    "ja-of-nee": lambda board: view.said_table(view.said(board)),
}


def _spreadsheet(name: str, header: list[str], lines: Iterable[Any]) -> Response:
    response = Response("".join(csv_lines(header, lines)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{this_day()}.csv"'
    return response


def _listing() -> tuple[Wanted, rows.Listing]:
    slug = request.args.get("maat", FIRST_ROWS)
    if slug not in words.ROWS:
        abort(404)
    wanted = _wanted()
    if slug == rows.NO_OWNER:
        return wanted, rows.without_owner(flow.without_owner(wanted.chosen, OPEN), this_day())
    return wanted, rows.listing(_board(wanted), slug)


@bp.get("/aanjaagteam/cijfers/rijen")
def figure_rows() -> ResponseReturnValue:
    require(policy.may_see_queue)
    wanted, found = _listing()
    page = _page_number(len(found.lines))
    return render_template(
        "aanjaagteam/figures/rows.html",
        wanted=wanted,
        found=found,
        title=words.ROWS[found.slug],
        is_snapshot=found.slug in words.SNAPSHOTS,
        stands_on=this_day() if found.slug == rows.NO_OWNER else wanted.last,
        colours=words.COLOURS,
        colour_kinds=words.COLOUR_KINDS,
        lines=rows.shown(found.lines[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]),
        links=_links(wanted, found, page),
    )


def _page_number(count: int) -> int:
    asked = number_or_none(request.args.get("bladzijde")) or 1
    return max(0, min(asked, -(-count // PAGE_SIZE)) - 1)


def _links(wanted: Wanted, found: rows.Listing, page: int) -> Links:
    def _to(number: int) -> str:
        values: dict[str, Any] = {**wanted.kept, "maat": found.slug, "bladzijde": number + 1}
        return url_for(".figure_rows", **values)

    is_last = (page + 1) * PAGE_SIZE >= len(found.lines)
    return Links(_to(page - 1) if page else None, None if is_last else _to(page + 1))


@bp.get("/aanjaagteam/cijfers/rijen.csv")
def figure_rows_csv() -> ResponseReturnValue:
    require(policy.may_see_queue)
    _wanted_here, found = _listing()
    header = ["nummer", "titel", "gemeente", *(str(one) or "waarde" for one in found.columns)]
    lines = (
        [one.id, one.title, one.municipality, one.value, one.on, *map(rows.written, one.more)]
        for one in rows.shown(found.lines)
    )
    return _spreadsheet(found.slug, header, lines)


@bp.get("/meldingen/cijfers")
@public
@shared
def public_figures() -> ResponseReturnValue:
    """Up to and including yesterday: made once a day, and nobody can watch one report arrive."""
    minimum = max(current_app.config["SMALL_NUMBER"], LEAST_IN_PUBLIC)
    return render_template(
        "aanjaagteam/figures/public.html",
        figures=flow_public.figures_of_day(this_day(), minimum),
        minimum=minimum,
    )
