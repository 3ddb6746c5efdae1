"""The front page: three doors, what is happening now, what came of it. Read from the rooms, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _

from civic.aanjaagteam import queries as reports
from civic.aanjaagteam.queries.public import SMALLEST_PUBLIC, shown
from civic.initiatives import presentation as initiative_words
from civic.initiatives import queries as initiatives
from civic.keyset import Cursor
from civic.panels.presentation import preparation as panel_words
from civic.panels.queries import preparation as panels
from civic.panels.states import PanelState

CARDS = 3


@dataclass(frozen=True)
class Door:
    url: str


@dataclass(frozen=True)
class InitiativeCard:
    title: str
    url: str
    municipality: str
    support_count: int
    threshold: int | None
    status_kind: str
    status_label: str
    note: str


@dataclass(frozen=True)
class PanelCard:
    title: str
    url: str
    status_kind: str
    status_label: str
    note: str


@dataclass(frozen=True)
class DecisionLine:
    title: str
    url: str
    waited_days: int
    decision: str
    decided_on: Any


def content(at: datetime) -> dict[str, Any]:
    """What templates/pages/home.html shows; the number of statements does not depend on the data."""
    return {
        "doors": [Door(url_for(f"{room}.index")) for room in ("initiatives", "panels", "aanjaagteam")],
        "figures": _figures(),
        "current_initiatives": [_initiative(card) for card in initiatives.current_initiatives(CARDS, at)],
        "current_panels": _panels(),
        "decisions": _decisions(),
    }


def _figures() -> list[tuple[str, str, str]]:
    started, cut = initiatives.figures(), reports.figures()
    if not started.published and not cut.total:
        return []
    return [
        (format_decimal(started.published), _("initiatieven"), _("Zo veel staan er op deze site.")),
        (format_decimal(started.supports), _("steunbetuigingen"), _("Alleen bevestigde steun telt.")),
        (_shown(cut.decided), _("knopen doorgehakt"), _("Door het aanjaagteam, elk met een reden.")),
    ]


def _shown(count: int) -> str:
    """Reports that are not published count too: a small number is not shown."""
    public = shown(count)
    return str(format_decimal(public) if public is not None else _("minder dan %(n)s", n=SMALLEST_PUBLIC))


def _initiative(card: initiatives.Card) -> InitiativeCard:
    return InitiativeCard(
        title=card.title,
        url=url_for("initiatives.show", initiative_id=card.id),
        municipality=card.municipality,
        support_count=card.support_count,
        threshold=card.threshold,
        status_kind=initiative_words.KINDS[card.state],
        status_label=initiative_words.state_label(card.state, card.reached),
        note=_("U kunt steunen tot en met %(day)s.", day=format_date(card.ends_on, "d MMMM y"))
        if card.ends_on
        else "",
    )


def _panels() -> list[PanelCard]:
    part = panels.panels_part(Cursor(), with_drafts=False, size=CARDS)
    return [_panel(line) for line in part.rows]


def _panel(line: panels.PanelLine) -> PanelCard:
    kind, label = panel_words.badge_of(line)
    return PanelCard(
        title=line.title,
        url=url_for("panels.show", panel_id=line.id),
        status_kind=kind,
        status_label=label,
        note=_seats(line) if line.state is not PanelState.DRAFT else "",
    )


def _seats(line: panels.PanelLine) -> str:
    seats = str(ngettext("%(num)d plaats", "%(num)d plaatsen", line.size))
    if not line.registrants:
        return seats
    return str(_("%(seats)s, %(people)s aanmeldingen", seats=seats, people=format_decimal(line.registrants)))


def _decisions() -> list[DecisionLine]:
    return [
        DecisionLine(
            title=one.title,
            url=url_for("aanjaagteam.show", report_id=one.id),
            waited_days=one.waited_days,
            decision=one.decision,
            decided_on=one.decided_on,
        )
        for one in reports.recent_decisions(CARDS)
    ]
