"""Open data for anyone and any site: no sign-in, no cookie, CC0."""

from __future__ import annotations

import json

from flask import Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.http import is_resource_modified

from civic.db import now
from civic.events.spreadsheet import csv_lines
from civic.initiatives import open_data as fields
from civic.initiatives.queries import seen
from civic.initiatives.queries.steps import FEWEST_FOR_MEDIAN
from civic.initiatives.routes.house import bp
from civic.keyset import AFTER, parse_number
from civic.links import absolute
from civic.pagecache import shared
from civic.regions import queries as regions
from civic.web import public

PAGE_SIZE = 100
FILE_SECONDS = 60
FIGURES_SECONDS = 300


def for_all(response: Response, seconds: int = FILE_SECONDS) -> Response:
    """The same for everyone, so anyone may keep it for a while; 304 for who has it already."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    if not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def from_any_site(response: Response) -> Response:
    """A script on another site may read this; without cookies, which is what `*` means."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/initiatieven/open-data")
@public
@shared
def open_data() -> ResponseReturnValue:
    return render_template("initiatives/open_data.html", fields=_fields())


def _fields() -> list[tuple[tuple[str, ...], str]]:
    """What each field means, in the order of the files."""
    return [
        (("id", "url"), _("Het nummer en het adres van het initiatief.")),
        (("titel",), _("De titel, zoals de schrijver hem schreef.")),
        (("soort",), _("Wat bewoners willen: een besluit, een gesprek, een taak overnemen, of zelf doen.")),
        (("gebied", "wijk"), _("Waar het over gaat: wijk, gemeente of regio. En de naam van de wijk.")),
        (("stand",), ", ".join(fields.STATE_NAMES.values()) + "."),
        (
            ("gemeente_code", "gemeente"),
            _("De gemeente, met de code van het CBS. In de JSON: “gemeenten”."),
        ),
        (
            ("gemeente_drempel", "gemeente_steun", "gemeente_gehaald_op"),
            _("Hoeveel steun daar nodig is, hoeveel er is, en wanneer het genoeg was."),
        ),
        (
            ("gemeente_stand", "gemeente_ingediend_op", "gemeente_raad_op"),
            _("Hoe ver die raad is, wanneer het daar kwam, en de dag van de raad."),
        ),
        (
            ("gemeente_besluit", "gemeente_besloten_op"),
            _("Het besluit en de dag ervan: ja, deels, nee of doorgegeven."),
        ),
        (("drempel", "steun"), _("Hetzelfde voor alle gemeenten samen.")),
        (
            ("gepubliceerd_op", "verzamelen_tot_en_met"),
            _("Wanneer het online kwam, en de laatste dag om te steunen."),
        ),
        (
            ("eerste_drempel_gehaald_op", "samen_gehaald_op"),
            _("Wanneer de eerste gemeente genoeg steun had, en wanneer alle samen."),
        ),
        (("gesloten_op",), _("Wanneer het stopte zonder genoeg steun, of werd ingetrokken.")),
        (("geteld_op",), _("Wanneer we de steun voor het laatst telden.")),
    ]


@bp.get("/initiatieven.json")
@public
def open_data_json() -> ResponseReturnValue:
    """A page in the order of the numbers; `volgende` leads to the next, so nothing shifts meanwhile."""
    found = seen.records_after(_after(), PAGE_SIZE + 1)
    shown, has_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    content = {
        "versie": fields.VERSION,
        "licentie": fields.LICENCE,
        "documentatie": absolute("initiatives.open_data"),
        "initiatieven": [fields.as_object(record) for record in shown],
        "volgende": absolute("initiatives.open_data_json", **{AFTER: shown[-1].id}) if has_more else None,
    }
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json")
    return from_any_site(for_all(response))


def _after() -> int:
    """Anything that is no number means the first page."""
    try:
        return parse_number(request.args.get(AFTER, "0"))
    except ValueError:
        return 0


@bp.get("/initiatieven.csv")
@public
def open_data_csv() -> ResponseReturnValue:
    """Written while it is read: ten thousand initiatives take no more memory than five hundred."""
    version = seen.version()
    if is_resource_modified(request.environ, etag=f'W/"{version.tag}"', last_modified=version.at):
        lines = csv_lines(fields.COLUMNS, fields.as_rows(seen.all_records()))
        response = Response(stream_with_context(lines), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="initiatieven.csv"'
    else:
        response = Response(status=304)
    response.set_etag(version.tag, weak=True)
    response.last_modified = version.at
    response.headers["Cache-Control"] = f"public, max-age={FILE_SECONDS}"
    return from_any_site(response)


@bp.get("/initiatieven/cijfers")
@public
@shared
def figures() -> ResponseReturnValue:
    return render_template(
        "initiatives/figures.html",
        figures=_figures(),
        region=_region_name(),
        minimum=current_app.config["SMALL_NUMBER"],
        fewest=FEWEST_FOR_MEDIAN,
        at=now(),
    )


@bp.get("/initiatieven/cijfers.csv")
@public
def figures_csv() -> ResponseReturnValue:
    with force_locale("nl"):
        rows = fields.figure_rows(_figures(), _region_name())
    response = Response("".join(csv_lines(fields.FIGURE_COLUMNS, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="cijfers-initiatieven.csv"'
    return from_any_site(for_all(response, FIGURES_SECONDS))


def _figures() -> seen.RegionFigures:
    return seen.figures_per_municipality(now(), current_app.config["SMALL_NUMBER"])


def _region_name() -> str:
    region = regions.the_region()
    return region.name if region else ""
