"""The words of the mandate, and how the public page shows it: levels, convenants, seats, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.events.models import Event
from civic.panels.models import Constituency, LevelChange, StageNote
from civic.panels.states import ParticipationLevel, PolicyPhase, Stage
from civic.regions.models import Municipality

LazyString = Any  # flask_babel's lazy string

LEVEL_NAMES: dict[ParticipationLevel, LazyString] = {
    ParticipationLevel.INFORM: _l("Informeren"),
    ParticipationLevel.CONSULT: _l("Raadplegen"),
    ParticipationLevel.ADVISE: _l("Adviseren"),
    ParticipationLevel.COPRODUCE: _l("Samen maken (coproduceren)"),
    ParticipationLevel.DECIDE: _l("Meebeslissen"),
}
LEVEL_SENTENCES: dict[ParticipationLevel, LazyString] = {
    ParticipationLevel.INFORM: _l("De gemeenten vertellen het panel wat zij van plan zijn."),
    ParticipationLevel.CONSULT: _l("Het panel zegt wat het vindt. De gemeenten kiezen zelf."),
    ParticipationLevel.ADVISE: _l("Het panel geeft advies. Wijkt een gemeente af, dan legt zij uit waarom."),
    ParticipationLevel.COPRODUCE: _l("Het panel en de gemeenten maken het plan samen."),
    ParticipationLevel.DECIDE: _l("De gemeenten doen wat het panel kiest, als dat mag en kan."),
}
PHASES: dict[PolicyPhase, LazyString] = {
    PolicyPhase.AGENDA: _l("Aan het begin: welke vraag moet op de agenda?"),
    PolicyPhase.EXPLORATION: _l("Bij het zoeken: welke keuzes zijn er?"),
    PolicyPhase.DESIGN: _l("Bij het maken van het plan"),
    PolicyPhase.DECISION: _l("Vlak voor het besluit"),
    PolicyPhase.EXECUTION: _l("Bij het uitvoeren van het plan"),
}
STAGES: dict[Stage, tuple[str, LazyString]] = {
    Stage.MANDATE: ("neutral", _l("In voorbereiding")),
    Stage.COMPOSITION: ("info", _l("Opdracht staat vast")),
    Stage.INVITATION: ("info", _l("Brieven worden gemaakt")),
    Stage.REGISTRATION: ("positive", _l("Aanmelden kan")),
    Stage.POOL: ("info", _l("Aanmelden is voorbij")),
    Stage.FREEZE: ("info", _l("Aanmeldingen worden vastgezet")),
    Stage.FROZEN: ("info", _l("Aanmeldingen staan vast")),
    Stage.DRAWN: ("positive", _l("Het panel is geloot")),
    Stage.STOPPED: ("negative", _l("Gestopt")),
}
STAGE_SENTENCES: dict[Stage, LazyString] = {
    Stage.COMPOSITION: _l("De opdracht staat vast. Nu bepalen wij wie er in het panel komen."),
    Stage.INVITATION: _l("De plaatsen zijn verdeeld. Nu maken wij de brieven klaar."),
    Stage.REGISTRATION: _l("De brieven zijn onderweg. Kreeg u er een? Dan kunt u zich aanmelden."),
    Stage.POOL: _l("Aanmelden kan niet meer. Wij kijken nu of alle aanmeldingen kloppen."),
    Stage.FREEZE: _l("Twee mensen kijken of alle aanmeldingen kloppen. Daarna verandert er niets meer."),
    Stage.FROZEN: _l("Het staat vast wie er mee mag loten. Daarna volgt de loting."),
    Stage.DRAWN: _l("De loting is geweest. Wie geloot is, krijgt bericht."),
    Stage.STOPPED: _l("Dit panel gaat niet door. Er komt geen loting en geen advies."),
}

events.register_deadlines({"panel_response": _l("het antwoord van de gemeenten aan het panel")})
events.register_titles(
    "panel",
    {
        "mandate_drafted": _l("Opdracht bewaard als concept"),
        "publish_mandate": _l("De opdracht is openbaar"),
        "mandate_corrected": _l("Tekst van de opdracht verbeterd (versie %(version)s)"),
        "advice_moved": _l("Andere planning voor het advies en het antwoord"),
        "level_raised": _l("Het panel kreeg meer te zeggen"),
        "level_lowered": _l("Het panel kreeg minder te zeggen"),
        "agreement_signed": _l("Convenant getekend (%(municipality)s)"),
        "agreement_withdrawn": _l("Convenant ingetrokken (%(municipality)s)"),
        "stop": _l("Het panel is gestopt"),
    },
    kinds={
        "publish_mandate": "info",
        "advice_moved": "warning",
        "level_raised": "positive",
        "level_lowered": "warning",
        "agreement_signed": "positive",
        "agreement_withdrawn": "warning",
        "stop": "negative",
    },
)
events.register_titles(
    "initiative",
    {
        "panel_asked": _l("De schrijver vroeg om een panel voor de hele regio"),
        "panel_request_accepted": _l("Er komt een panel over deze vraag"),
        "panel_request_declined": _l("Er komt geen panel over deze vraag"),
    },
    kinds={"panel_asked": "info", "panel_request_accepted": "positive", "panel_request_declined": "warning"},
)


def level_text(level: ParticipationLevel | None) -> str:
    return f"{LEVEL_NAMES[level]}. {LEVEL_SENTENCES[level]}" if level else ""


def stage_badge(stage: Stage) -> tuple[str, str]:
    kind, text = STAGES[stage]
    return kind, str(text)


def timeline(
    found: Iterable[Event],
    reasons: dict[tuple[str, datetime], str],
    places: Iterable[Municipality],
) -> list[events.Entry]:
    """Public entries, the newest first, with the reason in words where there is one, and names of places."""
    names = {place.code: place.name for place in places}
    rows = list(found)
    lines = zip(rows, events.entries(rows), strict=True)
    return [_told(event, line, reasons, names) for event, line in reversed(list(lines))]


def _told(
    event: Event, line: events.Entry, reasons: dict[tuple[str, datetime], str], names: dict[str, str]
) -> events.Entry:
    code = str(event.data.get("municipality", ""))
    title = line.title.replace(code, names[code]) if code in names else line.title
    return replace(line, title=title, by="", text=reasons.get((event.action, event.at), ""))


def reasons_of(notes: Iterable[StageNote], changes: Iterable[LevelChange]) -> dict[tuple[str, datetime], str]:
    """The words behind an event: written at the same moment."""
    said = {(note.action, note.written_at): note.reason for note in notes}
    for change in changes:
        for action in ("level_raised", "level_lowered"):
            said[action, change.changed_at] = change.reason
    return said


@dataclass(frozen=True)
class SeatTable:
    """Seats per municipality and constituency. A sensitive constituency has its total only.

    There is no total per municipality where a sensitive constituency has seats: the difference would tell.
    """

    columns: list[str]
    rows: list[tuple[str, list[int]]]
    totals: list[int]
    region_wide: list[tuple[str, int]]


def seat_table(
    constituencies: list[Constituency], cells: dict[tuple[int, int], int], places: Iterable[Municipality]
) -> SeatTable | None:
    shown = [one for one in constituencies if not one.is_sensitive]
    rows = [(place.name, [cells.get((one.id, place.id), 0) for one in shown]) for place in places]
    return SeatTable(
        columns=[one.name for one in shown],
        rows=rows if shown else [],
        totals=[sum(row[place] for _name, row in rows) for place in range(len(shown))],
        region_wide=[(one.name, one.seats) for one in constituencies if one.is_sensitive],
    )


def default_promise(due: str) -> str:
    """A good text for a convenant; `due` is the day in words."""
    said = _(
        "Ons college volgt het advies van het panel. "
        "Soms kan dat niet, door de wet, het geld of de praktijk. "
        "Dan leggen wij voor elk onderdeel uit waarom niet."
    )
    if not due:
        return str(said)
    return f"{said} " + str(_("Wij antwoorden uiterlijk op %(day)s.", day=due))
