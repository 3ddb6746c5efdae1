"""Words for freezing a pool: the checklist, the versions, the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from civic.db import db
from civic.events.presentation import register_deadlines, register_subject, register_titles
from civic.links import absolute
from civic.panels.models import Freeze, Objection
from civic.panels.queries.freeze import Item, Point, Version
from civic.smallnumbers import hide_small

register_titles(
    "panel",
    {
        "propose_freeze": _l("Voorgesteld om de pool vast te zetten (versie %(version)s)"),
        "refuse_freeze": _l("Tweede beheerder ging niet akkoord met vastzetten (versie %(version)s)"),
        "take_back_freeze": _l("Voorstel om de pool vast te zetten teruggenomen (versie %(version)s)"),
        "confirm_freeze": _l("Pool vastgezet (versie %(version)s)"),
        "correct_pool": _l("Pool weer open om een fout te herstellen (versie %(version)s)"),
        "objection_made": _l("Iemand zegt dat de pool niet klopt"),
        "objection_answered": _l("Antwoord gegeven aan wie zei dat de pool niet klopt"),
        "objections_read": _l("Reacties op de vastgezette pool gelezen"),
    },
    kinds={
        "propose_freeze": "info",
        "refuse_freeze": "warning",
        "take_back_freeze": "neutral",
        "confirm_freeze": "positive",
        "correct_pool": "warning",
        "objection_made": "warning",
        "objection_answered": "positive",
    },
)
register_titles(
    "panel_freeze",
    {"deadline_passed": _l("De dagen om te reageren op de pool zijn voorbij")},
    kinds={"deadline_passed": "neutral"},
)
register_deadlines(
    {
        "objection_period": _l("reageren op de vastgezette pool"),
        "objection_answer": _l("een antwoord op een reactie over de pool"),
    }
)


def _freeze_url(row: int) -> str | None:
    freeze = db.session.get(Freeze, row)
    return absolute("panels.frozen_pool", panel_id=freeze.panel_id) if freeze else None


def _objection_url(row: int) -> str | None:
    objection = db.session.get(Objection, row)
    freeze = db.session.get(Freeze, objection.freeze_id) if objection else None
    return absolute("panels.objections", panel_id=freeze.panel_id) if freeze else None


register_subject("panel_freeze", _l("Vastgezette pool"), _freeze_url)
register_subject("panel_objection", _l("Reactie op een vastgezette pool"), _objection_url)

DONE = {
    Point.TOO_FEW: _l("Er zijn genoeg aanmeldingen."),
    Point.FLAGS: _l("Over alle signalen is besloten."),
    Point.RECOUNT: _l("De cijfers zijn bijgewerkt."),
    Point.CHECK_MISSING: _l("De pool is getoetst na de laatste wijziging."),
    Point.CHECK_RUNNING: _l("Er loopt geen toets."),
    Point.CHECK_IMPOSSIBLE: _l("Uit deze pool is een panel te loten."),
    Point.ADDRESSES: _l("Er staan geen adressen voor brieven meer op de site."),
    Point.DRAW_RUNNING: _l("Er loopt geen oefenloting."),
    Point.OBJECTIONS: _l("Alle reacties op een eerdere pool zijn beantwoord."),
    Point.LOOKALIKES: _l("Niemand lijkt twee keer in de pool te staan."),
    Point.SHORT_CELLS: _l("Elke groep heeft in elke gemeente genoeg mensen."),
    Point.NOMINATIONS: _l("Alle mensen voor vaste plaatsen zijn aangewezen."),
    Point.AGREEMENTS: _l("Elke gemeente met plaatsen tekende het convenant."),
    Point.PENDING: _l("Niemand hoeft een aanmelding nog te bevestigen."),
    Point.EXTRACTIONS: _l("Alle adreslijsten van gemeenten zijn vernietigd."),
    Point.UNPOSTED: _l("Elke gemeente meldde dat de brieven gepost zijn."),
}
# where somebody can put it in order, if that page exists
PAGES = {
    Point.TOO_FEW: "panels.pool",
    Point.FLAGS: "panels.flags",
    Point.CHECK_MISSING: "panels.pool",
    Point.CHECK_RUNNING: "panels.pool",
    Point.CHECK_IMPOSSIBLE: "panels.pool",
    Point.ADDRESSES: "panels.invitations",
    Point.OBJECTIONS: "panels.objections",
    Point.LOOKALIKES: "panels.flags",
    Point.AGREEMENTS: "panels.agreements",
    Point.EXTRACTIONS: "panels.extractions",
    Point.UNPOSTED: "panels.invitations",
}


@dataclass(frozen=True)
class Line:
    """One point of the checklist on the page; `kind` is that of a badge."""

    point: str
    kind: str
    badge: str
    text: str
    names: list[str]
    endpoint: str | None


def checklist_lines(items: list[Item]) -> list[Line]:
    """What blocks first, then the warnings, then what is in order."""
    known = [item for item in items if item.point is not Point.CHECK_IMPOSSIBLE or _is_checked(items)]
    order = sorted(known, key=lambda item: (not item.is_blocking, not item.is_warning))
    return [_checklist_line(item) for item in order]


def _is_checked(items: list[Item]) -> bool:
    """Before the check nobody can say that a panel can be drawn."""
    waiting = (Point.CHECK_MISSING, Point.CHECK_RUNNING)
    return not any(item.is_open for item in items if item.point in waiting)


def _checklist_line(item: Item) -> Line:
    kind, badge = "positive", _("In orde")
    if item.is_open:
        kind, badge = ("negative", _("Eerst doen")) if item.is_blocking else ("warning", _("Let op"))
    endpoint = PAGES.get(item.point) if item.is_open else None
    return Line(
        point=item.point.value,
        kind=kind,
        badge=badge,
        text=open_text(item.point, item.count) if item.is_open else str(DONE[item.point]),
        names=item.names,
        endpoint=endpoint if endpoint in current_app.view_functions else None,
    )


def warnings_of(items: list[Item]) -> list[tuple[str, str]]:
    """(code, sentence) of what must be acknowledged."""
    return [(item.point.value, open_text(item.point, item.count)) for item in items if item.is_warning]


def noted_points(checklist: list[Any]) -> list[str]:
    """The sentences of what was open when it was proposed."""
    known = {point.value: point for point in Point}
    return [open_text(known[one["point"]], one["count"]) for one in checklist if one["point"] in known]


def open_text(point: Point, count: int) -> str:
    if point in (Point.RECOUNT, Point.CHECK_MISSING, Point.CHECK_RUNNING, Point.CHECK_IMPOSSIBLE):
        return _waiting_text(point)
    if point is Point.TOO_FEW:
        text = ngettext(
            "Er is nog %(num)d aanmelding te weinig voor een heel panel.",
            "Er zijn nog %(num)d aanmeldingen te weinig voor een heel panel.",
            count,
        )
        return str(text)
    if point in (Point.FLAGS, Point.ADDRESSES, Point.DRAW_RUNNING, Point.OBJECTIONS):
        return _blocking_text(point, count)
    return _warning_text(point, count)


def _waiting_text(point: Point) -> str:
    texts = {
        Point.RECOUNT: _("De cijfers zijn ouder dan de laatste wijziging. Wacht een minuut."),
        Point.CHECK_MISSING: _("De pool is niet getoetst na de laatste wijziging. Vraag een toets aan."),
        Point.CHECK_RUNNING: _("De pool wordt nu getoetst. Wacht op de uitslag."),
        Point.CHECK_IMPOSSIBLE: _("Uit deze pool is geen panel te loten. Pas de quota aan."),
    }
    return str(texts[point])


def _blocking_text(point: Point, count: int) -> str:
    texts = {
        Point.FLAGS: ngettext(
            "Over %(num)d signaal is nog niet besloten.",
            "Over %(num)d signalen is nog niet besloten.",
            count,
        ),
        Point.ADDRESSES: ngettext(
            "%(num)d bestand met adressen staat nog op de site.",
            "%(num)d bestanden met adressen staan nog op de site.",
            count,
        ),
        Point.DRAW_RUNNING: _("Er loopt een oefenloting. Wacht op de uitslag of stop de loting."),
        Point.OBJECTIONS: ngettext(
            "%(num)d reactie op een eerdere pool is nog niet beantwoord.",
            "%(num)d reacties op een eerdere pool zijn nog niet beantwoord.",
            count,
        ),
    }
    return str(texts[point])


def _warning_text(point: Point, count: int) -> str:
    texts = {
        Point.LOOKALIKES: ngettext(
            "Bij %(num)d signaal besloot iemand: dit zijn twee mensen. Kijk of u dat ook vindt.",
            "Bij %(num)d signalen besloot iemand: dit zijn twee mensen. Kijk of u dat ook vindt.",
            count,
        ),
        Point.SHORT_CELLS: ngettext(
            "%(num)d groep in een gemeente heeft minder aanmeldingen dan plaatsen.",
            "%(num)d groepen in een gemeente hebben minder aanmeldingen dan plaatsen.",
            count,
        ),
        Point.NOMINATIONS: ngettext(
            "In %(num)d groep in een gemeente zijn niet alle mensen aangewezen.",
            "In %(num)d groepen in een gemeente zijn niet alle mensen aangewezen.",
            count,
        ),
        Point.AGREEMENTS: ngettext(
            "%(num)d gemeente tekende het convenant niet.",
            "%(num)d gemeenten tekenden het convenant niet.",
            count,
        ),
        Point.PENDING: ngettext(
            "%(num)d aanmelding is nog niet bevestigd en telt niet mee.",
            "%(num)d aanmeldingen zijn nog niet bevestigd en tellen niet mee.",
            count,
        ),
        Point.EXTRACTIONS: ngettext(
            "Van %(num)d adreslijst van een gemeente is niet bekend dat hij vernietigd is.",
            "Van %(num)d adreslijsten van gemeenten is niet bekend dat ze vernietigd zijn.",
            count,
        ),
        Point.UNPOSTED: ngettext(
            "Van %(num)d stapel brieven meldde de gemeente niet dat hij op de post ging.",
            "Van %(num)d stapels brieven meldde de gemeente niet dat ze op de post gingen.",
            count,
        ),
    }
    return str(texts[point])


def version_badge(freeze: Freeze, today: date) -> tuple[str, str]:
    if freeze.is_agreed is None:
        return "info", _("Wacht op een tweede beheerder")
    if not freeze.is_agreed:
        return "neutral", _("Niet vastgezet") if freeze.decided_by_id else _("Teruggenomen")
    if freeze.superseded_at is not None:
        return "warning", _("Vervangen")
    return "positive", _("Vastgezet")


def shown_size(version: Version, small: int) -> int | None:
    """How many people are in this version; None when that is a small number or not known."""
    return None if version.registrants is None else hide_small([version.registrants], small).total


def grouped(text: str, size: int = 8) -> str:
    """A long hash in groups, so that people can compare it."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))
