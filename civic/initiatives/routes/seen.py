"""Initiatives outside this site: a poster on the wall, a card on another site, feeds to follow."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from flask import Response, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_date, format_decimal, get_locale
from flask_babel import gettext as _

from civic import atom
from civic.calendar import today
from civic.db import now
from civic.filecache import keep, kept, key_of
from civic.initiatives import poster as drawing
from civic.initiatives import presentation, queries
from civic.initiatives.models import Initiative
from civic.initiatives.presentation.kinds import KIND_NAMES
from civic.initiatives.queries import council, seen
from civic.initiatives.routes.house import ONE, bp, load
from civic.initiatives.routes.open_data import for_all
from civic.initiatives.routes.read import place_names_in_log
from civic.initiatives.states import ANSWERED, OPEN_FOR_SUPPORT, PUBLISHED
from civic.links import absolute
from civic.mail.service import Sender, sender
from civic.regions import queries as regions
from civic.theme import UnsafeTheme, brand_tokens
from civic.typesetting import engine
from civic.web import frameable, public

DEFAULT_COLOR = "#0d4650"
POSTER_SECONDS = 600
FEED_SECONDS = 300
CARD_SECONDS = 60
MOST_PLACES_NAMED = 3
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # of a feed in which nothing happened: "now" always differs


def _published(initiative_id: int) -> seen.Record:
    """A draft does not exist here, also not for who wrote it: these pages go to others."""
    record = seen.record_of(initiative_id)
    if record is None:
        abort(404)
    return record


def _is_open(record: seen.Record) -> bool:
    return record.state in OPEN_FOR_SUPPORT and record.due_on is not None and today(now()) <= record.due_on


# --- the poster -----------------------------------------------------------------------------------------


@bp.get(f"{ONE}/poster.pdf")
@public
def poster(initiative_id: int) -> ResponseReturnValue:
    record = _published(initiative_id)
    if not _is_open(record):
        return redirect(url_for(".show", initiative_id=record.id))
    if not engine.is_available():
        abort(404)
    wanted = _poster(record)
    name = f"{key_of(drawing.VERSION, asdict(wanted))}.pdf"
    content = kept("posters", name)
    if content is None:
        content = drawing.poster_pdf(wanted)
        keep("posters", name, content)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="poster-initiatief-{record.id}.pdf"'
    return for_all(response, POSTER_SECONDS)


def _poster(record: seen.Record) -> drawing.Poster:
    site = sender()
    url = absolute("initiatives.show", initiative_id=record.id)
    number = _("Initiatief %(number)s", number=record.id)
    return drawing.Poster(
        lang=str(get_locale() or "nl")[:2],
        sender=drawing.printable(site.name),
        color=_color(),
        place=drawing.printable(_where(record)),
        title=drawing.printable(record.title) or number,
        wish=drawing.shortened(drawing.printable(record.wish)),
        support=tuple(_needed(record)),
        help=drawing.printable(_help(site)),
        url=url,
        words=drawing.Words(
            wanted=_("Wat willen we bereiken?"),
            scan=_("Steunt u dit ook? Scan de code."),
            address=url.partition("//")[2],
            easy=_("Steunen kan zonder account. Of ga naar:"),
        ),
        mark=_("Dit is een demonstratie. Alles is verzonnen.") if current_app.config["DEMO"] else "",
    )


def _color() -> str:
    """A dark shade of the region's own colour: white on it, and it on white, can be read."""
    region = regions.the_region()
    try:
        return brand_tokens(region.brand_color)[0]["accent-1-color-document"] if region else DEFAULT_COLOR
    except UnsafeTheme:
        return DEFAULT_COLOR


def _where(record: seen.Record) -> str:
    places = queries.place_list(one.name for one in record.places)
    return f"{places}, {record.district_name}" if record.district_name else places


def _needed(record: seen.Record) -> list[str]:
    """What is asked and until when; how much there is, is on the page."""
    lines = [
        _(
            "In %(place)s zijn %(count)s steunbetuigingen nodig.",
            place=one.name,
            count=format_decimal(one.threshold or 0),
        )
        for one in record.places
    ]
    if len(lines) > MOST_PLACES_NAMED:
        together = format_decimal(record.threshold or 0)
        lines = [_("Samen zijn %(count)s steunbetuigingen nodig.", count=together)]
    last_day = format_date(record.due_on, "d MMMM y").replace(" ", "\u00a0")  # a date stays on one line
    return [*lines, _("U kunt steunen tot en met %(day)s.", day=last_day)]


def _help(site: Sender) -> str:
    if site.contact_phone:
        return str(_("Hebt u een vraag of hulp nodig? Bel %(phone)s.", phone=site.contact_phone))
    if site.contact_email:
        return str(_("Hebt u een vraag of hulp nodig? Mail naar %(email)s.", email=site.contact_email))
    return ""


# --- the card on another site ---------------------------------------------------------------------------


@bp.get(f"{ONE}/kaart")
@public
@frameable
def card(initiative_id: int) -> ResponseReturnValue:
    """No form, no script, no cookie: there is nothing in it that a click could be stolen for."""
    record = _published(initiative_id)
    html = render_template(
        "initiatives/embed.html",
        record=record,
        url=absolute("initiatives.show", initiative_id=record.id),
        where=_where(record),
        reached=_reached(record),
        is_open=_is_open(record),
        kind=KIND_NAMES[record.kind],
        labels=presentation,
    )
    return for_all(Response(html), CARD_SECONDS)


def _reached(record: seen.Record) -> queries.Reached:
    places = record.places
    return queries.Reached(
        sum(one.reached_at is not None for one in places),
        len(places),
        sum(one.state in ANSWERED for one in places),
    )


# --- feeds ----------------------------------------------------------------------------------------------


@bp.get("/initiatieven.atom")
@public
def feed() -> ResponseReturnValue:
    records = seen.newest_records()
    with force_locale("nl"):
        made = atom.Feed(
            title=_("Nieuwe initiatieven"),
            subtitle=_("Voorstellen van inwoners, het nieuwste eerst."),
            author=sender().name,
            url=absolute("initiatives.index"),
            own_url=absolute("initiatives.feed"),
            updated_at=max((record.changed_at for record in records), default=LONG_AGO),
            entries=[_entry(record) for record in records],
        )
    return _atom(made)


def _entry(record: seen.Record) -> atom.Entry:
    url = absolute("initiatives.show", initiative_id=record.id)
    return atom.Entry(
        id=url,
        url=url,
        title=record.title,
        text=record.wish,
        published_at=record.published_at,
        updated_at=record.changed_at,
        categories=[str(KIND_NAMES[record.kind]), *(one.name for one in record.places)],
    )


@bp.get(f"{ONE}.atom")
@public
def timeline_feed(initiative_id: int) -> ResponseReturnValue:
    """What happened to one initiative: the public lines of its timeline."""
    initiative = load(initiative_id)
    if initiative.state not in PUBLISHED or initiative.hidden_at is not None:
        abort(404)
    with force_locale("nl"):
        entries = _timeline_entries(initiative)
        made = atom.Feed(
            title=initiative.title,
            subtitle=_("Wat er gebeurt met dit initiatief."),
            author=sender().name,
            url=absolute("initiatives.show", initiative_id=initiative.id),
            own_url=absolute("initiatives.timeline_feed", initiative_id=initiative.id),
            updated_at=max((entry.updated_at for entry in entries), default=LONG_AGO),
            entries=entries,
        )
    return _atom(made)


def _timeline_entries(initiative: Initiative) -> list[atom.Entry]:
    """The newest first, as on the page."""
    found = council.timeline_of(initiative)
    lines = presentation.timeline(found, place_names_in_log(initiative))
    url = absolute("initiatives.show", initiative_id=initiative.id)
    return [
        atom.Entry(
            id=f"{url}#gebeurtenis-{event.id}",
            url=f"{url}#verloop",
            title=line.title,
            text=line.text,
            published_at=event.at,
            updated_at=event.at,
        )
        for event, line in list(zip(reversed(found), lines, strict=True))[: seen.FEED_SIZE]
    ]


def _atom(made: atom.Feed) -> Response:
    return for_all(Response(atom.feed_xml(made), mimetype=atom.MIMETYPE), FEED_SECONDS)
