"""Open data on published reports, for anyone and any site: no sign-in, no cookie, CC0."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.http import is_resource_modified

from civic import atom
from civic.aanjaagteam import open_data as fields
from civic.aanjaagteam.queries import open_data as queries
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.events.spreadsheet import csv_lines
from civic.keyset import AFTER, parse_number
from civic.links import absolute
from civic.mail.service import sender
from civic.pagecache import shared
from civic.web import public

PAGE_SIZE = 100
FILE_SECONDS, FEED_SECONDS = 60, 300
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # of a feed in which nothing happened: "now" always differs


def _for_all(response: Response, seconds: int = FILE_SECONDS) -> Response:
    """The same for everyone, so anyone may keep it for a while; 304 for who has it already."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    if not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def _from_any_site(response: Response) -> Response:
    """A script on another site may read this; without cookies, which is what `*` means."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _json(content: dict[str, Any]) -> Response:
    frame = {
        "schema_version": fields.VERSION,
        "licentie": fields.LICENCE,
        "documentatie": absolute("aanjaagteam.open_data"),
        **content,
    }
    text = json.dumps(frame, ensure_ascii=False, indent=1)
    return _from_any_site(_for_all(Response(text, mimetype="application/json")))


@bp.get("/meldingen/open-data")
@public
@shared
def open_data() -> ResponseReturnValue:
    return render_template("aanjaagteam/open_data.html", fields=_fields())


def _fields() -> list[tuple[tuple[str, ...], str]]:
    """What each field means, in the order of the files."""
    return [
        (("id", "url"), _("Het nummer en het adres van de melding.")),
        (("titel",), _("De titel. Een ambtenaar schreef die, niet de melder.")),
        (("soort",), ", ".join(fields.KIND_NAMES.values()) + "."),
        (("gemeente_code", "gemeente"), _("De gemeente, met de code van het CBS. Leeg: hele regio.")),
        (("stand",), ", ".join(fields.STATE_NAMES.values()) + "."),
        (
            ("speelt_sinds", "speelt_sinds_bekend"),
            _("De maand sinds wanneer het duurt. Niet bekend? Dan de maand van de melding."),
        ),
        (("gemeld_in",), _("De maand van de melding. De dag zeggen wij niet, om de melder te beschermen.")),
        (("gepubliceerd_op",), _("De dag waarop het op de site kwam.")),
        (
            ("wacht_op", "wacht_op_afdeling", "wacht_sinds", "wacht_op_meer"),
            _("Op wie de melding het langst wacht, sinds welke dag, en op hoeveel anderen ook nog."),
        ),
        (
            ("besluit", "besloten_op", "besloten_door"),
            _("Het laatste besluit, de dag ervan, en de functie van wie besloot."),
        ),
        (("proces_aangepast",), _("Wat er in het proces veranderde.")),
        (("uitkomst", "uitkomst_uitleg"), ", ".join(fields.OUTCOME_NAMES.values()) + "."),
        (("niet_opgepakt_omdat",), ", ".join(fields.DECLINE_NAMES.values()) + "."),
        (("afgerond_op",), _("De dag waarop de melding klaar was.")),
        (
            ("besluit_geldt_tot", "besluit_verlopen_op"),
            _("Tot en met welke dag het besluit geldt. En vanaf welke dag het niet meer geldt."),
        ),
        (
            ("mensen_wachten",),
            _("Hoeveel mensen erop wachten. Het team schat dit. Leeg: minder dan 10, of onbekend."),
        ),
    ]


@bp.get("/meldingen.json")
@public
def open_data_json() -> ResponseReturnValue:
    """A page in the order of the numbers; `volgende` leads to the next, so nothing shifts meanwhile."""
    found = queries.records_after(_after(), PAGE_SIZE + 1)
    some, has_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    following = absolute("aanjaagteam.open_data_json", **{AFTER: some[-1].id}) if has_more else None
    return _json({"meldingen": [fields.as_object(record) for record in some], "volgende": following})


def _after() -> int:
    """Anything that is no number means the first page."""
    try:
        return parse_number(request.args.get(AFTER, "0"))
    except ValueError:
        return 0


@bp.get("/meldingen/<int:report_id>.json")
@public
def report_json(report_id: int) -> ResponseReturnValue:
    record = queries.record_of(report_id)
    if record is None:
        abort(404)
    decisions = [fields.decision_object(one) for one in queries.decisions_of(report_id)]
    return _json({"melding": {**fields.as_object(record), "besluiten": decisions}})


@bp.get("/meldingen.csv")
@public
def open_data_csv() -> ResponseReturnValue:
    """Written while it is read: ten thousand reports take no more memory than five hundred."""
    tag = f"{fields.VERSION}-{queries.version_tag(this_day())}"
    if is_resource_modified(request.environ, etag=f'W/"{tag}"'):
        lines = csv_lines(fields.COLUMNS, fields.as_rows(queries.all_records()))
        response = Response(stream_with_context(lines), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="meldingen.csv"'
    else:
        response = Response(status=304)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={FILE_SECONDS}"
    response.headers["Schema-Version"] = str(fields.VERSION)
    return _from_any_site(response)


@bp.get("/meldingen.atom")
@public
def decisions_feed() -> ResponseReturnValue:
    """Every knot that is cut, newest first, for a news reader."""
    found = queries.newest_decisions()
    with force_locale("nl"):
        made = atom.Feed(
            title=_("Knopen die zijn doorgehakt"),
            subtitle=_("Besluiten over processen die vastliepen, het nieuwste eerst."),
            author=sender().name,
            url=absolute("aanjaagteam.index"),
            own_url=absolute("aanjaagteam.decisions_feed"),
            updated_at=max((one.at for one in found), default=LONG_AGO),
            entries=[_entry(one) for one in found],
        )
    return _for_all(Response(atom.feed_xml(made), mimetype=atom.MIMETYPE), FEED_SECONDS)


def _entry(one: queries.NewDecision) -> atom.Entry:
    url = absolute("aanjaagteam.show", report_id=one.report_id)
    return atom.Entry(
        id=f"{url}#besluit-{one.id}",
        url=url,
        title=one.title,
        text=_("%(question)s Besloten door %(who)s: %(decision)s", **_words(one)),
        published_at=one.at,
        updated_at=one.at,
        categories=[one.municipality] if one.municipality else [],
    )


def _words(one: queries.NewDecision) -> dict[str, str]:
    return {"question": one.question, "who": one.decider, "decision": one.decision}
