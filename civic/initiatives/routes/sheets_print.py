"""The paper sheet to print: open to everybody, because everybody may collect signatures."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from civic.db import now
from civic.filecache import keep, kept, key_of
from civic.initiatives import poster as drawing
from civic.initiatives import queries, sheet
from civic.initiatives.models import Initiative
from civic.initiatives.routes.house import ONE, bp, load
from civic.initiatives.routes.open_data import for_all
from civic.initiatives.routes.seen import _color
from civic.initiatives.sheet import codes
from civic.initiatives.states import PUBLISHED
from civic.links import absolute
from civic.mail.service import sender
from civic.regions.rules import Residence
from civic.typesetting import engine
from civic.web import public

MOST_SHEETS = 10
BATCH_SECONDS = 600  # who prints again within ten minutes gets the same codes, and costs us nothing


@dataclass(frozen=True)
class Batch:
    """Sheets that were printed together."""

    name: str
    size: int


@bp.get(f"{ONE}/steunlijst.pdf")
@public
def sheet_pdf(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    if initiative.state not in PUBLISHED:
        abort(404)
    ends_on = queries.collection_ends_on(initiative)
    if initiative.hidden_at is not None or queries.days_left(initiative, ends_on, now()) is None:
        return redirect(url_for(".show", initiative_id=initiative.id))
    if not engine.is_available():
        abort(404)
    wanted = _sheet(initiative, _batch())
    name = f"{key_of(sheet.VERSION, asdict(wanted))}.pdf"
    content = kept("sheets", name)
    if content is None:
        content = sheet.sheet_pdf(wanted)
        keep("sheets", name, content)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="steunlijst-{initiative.id}.pdf"'
    return for_all(response, BATCH_SECONDS)


def _batch() -> Batch:
    asked = request.args.get("vellen", "1")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 4
    size = min(max(int(asked), 1), MOST_SHEETS) if is_number else 1
    return Batch(str(int(now().timestamp()) // BATCH_SECONDS), size)


def _sheet(initiative: Initiative, batch: Batch) -> sheet.Sheet:
    site = sender()
    url = absolute("initiatives.show", initiative_id=initiative.id)
    number = _("Initiatief %(number)s", number=initiative.id)
    return sheet.Sheet(
        lang=str(get_locale() or "nl")[:2],
        sender=drawing.printable(site.name),
        color=_color(),
        place=drawing.printable(queries.place_names(initiative)),
        title=drawing.printable(initiative.title) or number,
        wish=drawing.shortened(drawing.printable(initiative.wish)),
        statement=_("Ik steun dit voorstel. Ik vul mijn eigen gegevens in en ik zet zelf mijn handtekening."),
        counts=tuple(_counts(initiative)),
        privacy=(
            _("Alleen de gemeente ziet uw gegevens. Zij controleert of de steun klopt."),
            _("Na een jaar wissen we uw gegevens. Uw naam komt niet op de site."),
            _("Steunde u al op de site? Vul dan niets in."),
        ),
        hand_in=_hand_in(initiative),
        url=url,
        address=url.partition("//")[2],
        codes=tuple(codes.make(initiative.id, one, batch.name) for one in range(batch.size)),
        words=_words(),
        mark=_("Dit is een demonstratie. Alles is verzonnen.") if current_app.config["DEMO"] else "",
    )


def _words() -> sheet.Words:
    return sheet.Words(
        heading=_("Steunlijst"),
        number=_("Nr."),
        name=_("Voornaam en achternaam"),
        birth_date=_("Geboortedatum"),
        postcode=_("Postcode"),
        signature=_("Handtekening"),
        code=_("Code van dit vel"),
        scan=_("Steunen kan ook op de site."),
    )


def _counts(initiative: Initiative) -> list[str]:
    """Who may sign, and for which municipality it counts."""
    return [
        _(
            "U telt mee voor %(place)s als u %(where)s en %(age)s jaar of ouder bent.",
            place=one.municipality.name,
            where=_lives(one.rules.residence),
            age=one.rules.supporter_age,
        )
        for one in initiative.places
    ]


def _lives(residence: Residence) -> str:
    found: dict[Residence, str] = {
        Residence.MUNICIPALITY: _("daar woont"),
        Residence.REGION: _("in deze regio woont"),
        Residence.ANYONE: _("dit wilt"),
    }
    return found[residence]


def _hand_in(initiative: Initiative) -> str:
    ends_on = queries.collection_ends_on(initiative)
    last_day = format_date(ends_on, "d MMMM y").replace(" ", "\u00a0") if ends_on else ""
    return str(_("Breng de lijst uiterlijk %(day)s naar het gemeentehuis, naar de griffie.", day=last_day))
