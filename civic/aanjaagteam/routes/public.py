"""What anyone reads: title, waiting time, decision. Never what the reporter wrote."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from civic.aanjaagteam import policy, queries
from civic.aanjaagteam.forms import clean_line, number_or_none
from civic.aanjaagteam.queries.clusters import group_weight
from civic.aanjaagteam.queries.one import shown_waited
from civic.aanjaagteam.queries.public import (
    SMALLEST_PUBLIC,
    WAIT_SLUGS,
    people_shown,
    public_figures,
    published,
    shown,
    units_waited_for,
)
from civic.aanjaagteam.queries.voices import public_verdict
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import (
    bp,
    facts,
    load,
    page_links,
    this_day,
)
from civic.aanjaagteam.wording.case import WAIT_KINDS, WAITS_FOR
from civic.keyset import place_from_request
from civic.pagecache import shared
from civic.regions import queries as regions
from civic.web import person, public

SEARCH_LENGTH = 100
LONGEST_FIRST = "langst"


@bp.get("/meldingen")
@public
@shared
def index() -> ResponseReturnValue:
    wanted = _wanted()
    page = published(wanted, place_from_request(wanted.order.parse), this_day())
    return render_template(
        "aanjaagteam/index.html",
        page=page,
        links=page_links(page),
        wanted=wanted,
        waits_for=request.args.get("wacht-op", ""),
        wait_slugs=WAIT_SLUGS,
        wait_words=WAITS_FOR,
        kind_words=WAIT_KINDS,
        units=units_waited_for(),
        places=regions.municipalities(),
        figures=public_figures(this_day()),
        minimum=SMALLEST_PUBLIC,
        is_team=policy.may_see_queue(person()),
    )


def _wanted() -> queries.PublicFilter:
    args = request.args
    waits_for = args.get("wacht-op", "")
    return queries.PublicFilter(
        group=args.get("toon", ""),
        municipality_id=number_or_none(args.get("gemeente")),
        text=clean_line(args.get("zoek"))[:SEARCH_LENGTH],
        waits_for=WAIT_SLUGS.get(waits_for, number_or_none(waits_for)),
        is_longest_first=args.get("volgorde") == LONGEST_FIRST,
    )


@bp.get("/meldingen/<int:report_id>")
@public
@shared
def show(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    if not policy.may_see_public(person(), report):
        abort(404)
    return render_template(
        "aanjaagteam/show.html",
        **{**facts(report), "waited": shown_waited(report, this_day())},
        blocks=slots.blocks(slots.PUBLIC, report, None),
        weight=shown(group_weight(report.id)),
        least_shown=SMALLEST_PUBLIC,
        people_waiting=people_shown(report.waiting_people),
        verdict=public_verdict(report, this_day()),
        is_team=policy.may_read_case(person(), report),
    )


@bp.get("/meldingen/misstand")
@public
def wrongdoing() -> ResponseReturnValue:
    return render_template("aanjaagteam/wrongdoing.html")
