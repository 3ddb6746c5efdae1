"""The list of all knots, for the team; and the same as a table to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.queries.choices import Choices, choices_for
from civic.aanjaagteam.queries.knot_list import BY_DAY, PAGE_SIZE, KnotFilter, KnotRow, knots
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.wording import knot_list as words
from civic.accounts.models import User
from civic.events.spreadsheet import csv_lines
from civic.keyset import place_from_request, place_links
from civic.web import person, require

CSV_PAGE = 500
SLUGS: dict[str, Mapping[str, Any]] = {
    "stand": words.HOLDS_SLUGS,
    "uitvoering": words.CARRIED_SLUGS,
    "proces": words.MENDED_SLUGS,
}


@dataclass(frozen=True)
class Wanted:
    """The filter, and the same as parts of an address."""

    filter: KnotFilter
    given: dict[str, Any]


def _wanted() -> Wanted:
    """What is asked wrongly is not asked."""
    args = request.args
    places = {name: number_or_none(args.get(name)) for name in ("gemeente", "afdeling")}
    given: dict[str, Any] = {name: str(value) for name, value in places.items() if value is not None}
    given |= {name: args[name] for name, known in SLUGS.items() if args.get(name) in known}
    chosen = KnotFilter(
        municipality_id=places["gemeente"],
        unit_id=places["afdeling"],
        holds=words.HOLDS_SLUGS.get(given.get("stand", "")),
        carried=words.CARRIED_SLUGS.get(given.get("uitvoering", "")),
        mended=words.MENDED_SLUGS.get(given.get("proces", "")),
    )
    return Wanted(chosen, given)


@bp.get("/aanjaagteam/knopen", endpoint="knots")
def show_knots() -> ResponseReturnValue:
    require(policy.may_see_queue)
    wanted, place = _wanted(), place_from_request(BY_DAY.parse)
    page = knots(person(), wanted.filter, place, this_day(), PAGE_SIZE)
    note = ngettext("%(num)d besluit", "%(num)d besluiten", page.total) if page.total else ""
    return render_template(
        "aanjaagteam/knots/list.html",
        page=page,
        links=place_links(page, wanted.given, note),
        given=wanted.given,
        choices=choices_for(person()),
        words=words,
        filters=_filters(),
        today=this_day(),
        csv_url=url_for(".knots_csv", **wanted.given),
    )


def _filters() -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """Name in the address, label, and what can be chosen."""
    every: tuple[tuple[str, Any, Mapping[str, Any], Mapping[Any, Any]], ...] = (
        ("stand", _("Geldt het nog?"), words.HOLDS_SLUGS, words.HOLDS),
        ("uitvoering", _("Is het uitgevoerd?"), words.CARRIED_SLUGS, words.CARRIED),
        ("proces", _("Het proces"), words.MENDED_SLUGS, words.MENDED),
    )
    return [
        (name, label, [(slug, texts[one]) for slug, one in slugs.items()])
        for name, label, slugs, texts in every
    ]


@bp.get("/aanjaagteam/knopen.csv")
def knots_csv() -> ResponseReturnValue:
    require(policy.may_see_queue)
    lines = csv_lines(_head(), _rows(person(), _wanted().filter, choices_for(person())))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="knopen.csv"'
    return response


def _head() -> list[str]:
    return [
        _("Nummer van het besluit"),
        _("Nummer van de melding"),
        _("Melding"),
        _("Gemeente"),
        _("Afdeling"),
        _("Besloten"),
        _("Door wie"),
        _("Besloten op"),
        _("Geldt tot en met"),
        _("Geldt het nog?"),
        _("Is het uitgevoerd?"),
        _("Kijken op"),
        _("Het proces"),
        _("Proces klaar op"),
    ]


def _rows(user: User, wanted: KnotFilter, choices: Choices) -> Iterator[list[Any]]:
    place = None
    while True:
        page = knots(user, wanted, place, this_day(), CSV_PAGE)
        for row in page.rows:
            yield _row(row, choices)
        if page.after is None:
            return
        place = page.after


def _row(row: KnotRow, choices: Choices) -> list[Any]:
    return [
        row.id,
        row.report_id,
        row.title,
        choices.place_names.get(row.municipality_id or 0, ""),
        choices.unit_names.get(row.unit_id or 0, ""),
        row.decision,
        row.decider,
        row.decided_on,
        row.ends_on,
        words.HOLDS[row.holds],
        words.CARRIED[row.carried] if row.carried else "",
        row.check_on,
        words.MENDED[row.mended] if row.mended else "",
        row.process_due_on,
    ]
