"""What anyone reads: title, waiting time, decision. Never what the reporter wrote."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from civic.aanjaagteam import policy, queries
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import (
    bp,
    facts,
    load,
    page_links,
    this_day,
)
from civic.keyset import place_from_request
from civic.pagecache import shared
from civic.regions import queries as regions
from civic.web import person, public


@bp.get("/meldingen")
@public
@shared
def index() -> ResponseReturnValue:
    wanted = queries.PublicFilter(
        group=request.args.get("toon", ""), municipality_id=number_or_none(request.args.get("gemeente"))
    )
    page = queries.published(wanted, place_from_request(queries.BY_PUBLICATION.parse), this_day())
    return render_template(
        "aanjaagteam/index.html",
        page=page,
        links=page_links(page),
        wanted=wanted,
        places=regions.municipalities(),
        figures=queries.figures(this_day()),
        is_team=policy.may_see_queue(person()),
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
        **facts(report),
        blocks=slots.blocks(slots.PUBLIC, report, None),
        is_team=policy.may_read_case(person(), report),
    )


@bp.get("/meldingen/misstand")
@public
def wrongdoing() -> ResponseReturnValue:
    return render_template("aanjaagteam/wrongdoing.html")
