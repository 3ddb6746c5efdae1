"""The way from mandate to a group that can be drawn from, step by step: done, now, next, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from civic.accounts.models import User
from civic.panels.models import Mandate, Panel
from civic.panels.policy import may_manage
from civic.panels.policy import preparation as policy
from civic.panels.presentation import panel_badge
from civic.panels.presentation.mandate import stage_badge
from civic.panels.queries.preparation import Counts, PanelLine
from civic.panels.states import PanelState, ShareState, Stage

LazyString = Any  # flask_babel's lazy string

STEPS = (
    Stage.MANDATE,
    Stage.COMPOSITION,
    Stage.INVITATION,
    Stage.REGISTRATION,
    Stage.POOL,
    Stage.FREEZE,
    Stage.FROZEN,
    Stage.DRAWN,
)
TITLES: dict[Stage, LazyString] = {
    Stage.MANDATE: _l("Opdracht"),
    Stage.COMPOSITION: _l("Samenstelling"),
    Stage.INVITATION: _l("Convenanten en brieven"),
    Stage.REGISTRATION: _l("Aanmelden"),
    Stage.POOL: _l("Aanmeldingen controleren"),
    Stage.FREEZE: _l("Vastzetten"),
    Stage.FROZEN: _l("Klaar voor de loting"),
    Stage.DRAWN: _l("Geloot"),
}
WHO: dict[Stage, LazyString] = {
    Stage.MANDATE: _l("de lotingsbeheerder"),
    Stage.COMPOSITION: _l("de lotingsbeheerder"),
    Stage.INVITATION: _l("de lotingsbeheerder, de griffies en burgerzaken"),
    Stage.REGISTRATION: _l("burgerzaken van elke gemeente, en de inwoners"),
    Stage.POOL: _l("de lotingsbeheerder"),
    Stage.FREEZE: _l("twee lotingsbeheerders samen"),
    Stage.FROZEN: _l("twee lotingsbeheerders samen, en de getuigen"),
    Stage.DRAWN: _l("de lotingsbeheerder, en wie geloot is"),
}
TASKS: dict[Stage, LazyString] = {
    Stage.MANDATE: _l("Schrijf wat het panel te zeggen heeft en wanneer het antwoord komt."),
    Stage.COMPOSITION: _l("Kies wie er in het panel moeten komen. Verdeel de plaatsen over de gemeenten."),
    Stage.INVITATION: _l("Laat elke gemeente tekenen. Schrijf de brief en verdeel de brieven."),
    Stage.REGISTRATION: _l("Elke gemeente loot adressen en post haar brieven. Mensen melden zich aan."),
    Stage.POOL: _l("Besluit over de signalen. Laat de computer kijken of er een panel te loten is."),
    Stage.FREEZE: _l("De één stelt voor om de pool vast te zetten. De ander besluit."),
    Stage.FROZEN: _l("De pool verandert niet meer. Leg de loting vast als niemand meer kan reageren."),
    Stage.DRAWN: _l("Wie geloot is, zegt ja of nee. Een naloting vult de lege plaatsen."),
}

MANAGER, REGISTRY, AUDITOR = "manager", "registry", "auditor"
MANAGERS, READERS = frozenset({MANAGER}), frozenset({MANAGER, AUDITOR})
REGISTRIES = frozenset({REGISTRY})
EVERYONE = frozenset({MANAGER, REGISTRY, AUDITOR})
LETTERS = (
    (_l("Brieven per gemeente"), "panels.invitations", MANAGERS),
    (_l("Brieven van mijn gemeente"), "panels.shares", REGISTRIES),
    (_l("Gegevens die een gemeente gebruikte"), "panels.extractions", READERS),
)
# per step: text, endpoint, and who has use for it. Pages that do not exist (yet) are left out
LINKS: dict[Stage, tuple[tuple[LazyString, str, frozenset[str]], ...]] = {
    Stage.MANDATE: ((_l("Opdracht"), "panels.mandate", MANAGERS),),
    Stage.COMPOSITION: ((_l("Samenstelling"), "panels.composition", MANAGERS),),
    Stage.INVITATION: (
        (_l("Convenanten"), "panels.agreements", EVERYONE),
        (_l("Tekst van de brief"), "panels.letter_text", MANAGERS),
        (_l("Voorbeeld van de brief"), "panels.letter_preview", REGISTRIES),
        LETTERS[0],
        LETTERS[1],
    ),
    Stage.REGISTRATION: ((_l("Aanmeldingen"), "panels.pool", READERS), *LETTERS),
    Stage.POOL: (
        (_l("Aanmeldingen"), "panels.pool", READERS),
        (_l("Signalen"), "panels.flags", MANAGERS),
        (_l("Vastzetten"), "panels.freeze", MANAGERS),
    ),
    Stage.FREEZE: ((_l("Vastzetten"), "panels.freeze", MANAGERS),),
    Stage.FROZEN: (
        (_l("Vastgezette pool"), "panels.frozen_pool", EVERYONE),
        (_l("Reacties op de pool"), "panels.objections", MANAGERS),
        (_l("Oefenloting"), "panels.show", MANAGERS),
        (_l("Tekst van de uitnodiging"), "panels.seat_text", MANAGERS),
        (_l("Loting voorbereiden"), "panels.propose_draw", MANAGERS),
        (_l("Lotingen"), "panels.public_draws", EVERYONE),
    ),
    Stage.DRAWN: (
        (_l("Lotingen"), "panels.public_draws", EVERYONE),
        (_l("Mensen in het panel"), "panels.seats", MANAGERS),
    ),
}
# a municipality can sign as soon as everybody can read the mandate: a step earlier than the letters
EARLY = {"panels.agreements": Stage.COMPOSITION}


@dataclass(frozen=True)
class Step:
    """One step as the page shows it; `kind` and `label` are those of its badge."""

    title: str
    kind: str
    label: str
    who: str
    task: str
    is_now: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)


def audience_of(user: User | None, panel: Panel) -> str:
    if may_manage(user, panel):
        return MANAGER
    return AUDITOR if policy.is_auditor(user) else REGISTRY


def steps_of(panel: Panel, audience: str) -> list[Step]:
    """All steps in order; of a panel that was stopped none is done or next."""
    now = STEPS.index(panel.stage) if panel.stage in STEPS else None
    return [_step(panel, stage, place, now, audience) for place, stage in enumerate(STEPS)]


def _step(panel: Panel, stage: Stage, place: int, now: int | None, audience: str) -> Step:
    kind, label = _badge(place, now)
    return Step(
        title=str(TITLES[stage]),
        kind=kind,
        label=label,
        who=str(WHO[stage]),
        task=str(TASKS[stage]),
        is_now=place == now,
        links=_links(panel, stage, audience) if now is not None else [],
    )


def _badge(place: int, now: int | None) -> tuple[str, str]:
    if now is None:
        return "neutral", _("Gestopt")
    if place < now:
        return "positive", _("Klaar")
    return ("info", _("Nu")) if place == now else ("neutral", _("Straks"))


def _links(panel: Panel, stage: Stage, audience: str) -> list[tuple[str, str]]:
    return [
        (str(label), _address(endpoint, panel))
        for label, endpoint, whose in LINKS[stage]
        if audience in whose and _is_reached(panel, stage, endpoint)
    ]


def _is_reached(panel: Panel, stage: Stage, endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    return STEPS.index(EARLY.get(endpoint, stage)) <= STEPS.index(panel.stage)


def _address(endpoint: str, panel: Panel) -> str:
    """Some pages are about one panel, some about one's own work for all panels."""
    is_of_panel = current_app.url_map.is_endpoint_expecting(endpoint, "panel_id")
    values: dict[str, Any] = {"panel_id": panel.id} if is_of_panel else {}
    return url_for(endpoint, **values)


# --- open points ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """What is known about a panel on its way."""

    panel: Panel
    mandate: Mandate | None
    missing: dict[str, list[str]]
    unsigned: list[str]
    counts: Counts
    today: date


def open_points(state: State) -> list[str]:
    """What still has to be done before the next step, in sentences."""
    stage = state.panel.stage
    points = [*_of_mandate(state), *_of_letters(state)]
    if stage is Stage.COMPOSITION and not state.counts.is_composition_fixed:
        points.append(_("De samenstelling staat nog niet vast."))
    if stage in {Stage.REGISTRATION, Stage.POOL} and state.counts.open_flags:
        count = state.counts.open_flags
        points.append(ngettext("Er is %(num)d open signaal.", "Er zijn %(num)d open signalen.", count))
    if state.counts.open_objections:
        count = state.counts.open_objections
        points.append(
            ngettext(
                "%(num)d reactie wacht nog op antwoord.", "%(num)d reacties wachten nog op antwoord.", count
            )
        )
    return points


def _of_mandate(state: State) -> list[str]:
    if state.panel.stage is Stage.MANDATE:
        return [sentence for found in state.missing.values() for sentence in found]
    advice_on = state.mandate.advice_on if state.mandate else None
    is_late = advice_on is not None and advice_on <= state.today and state.panel.stage is not Stage.STOPPED
    return [_("De dag van het advies is voorbij. Kies een nieuwe dag.")] if is_late else []


def _of_letters(state: State) -> list[str]:
    points = []
    before_pool = {Stage.COMPOSITION, Stage.INVITATION, Stage.REGISTRATION}
    if state.unsigned and state.panel.stage in before_pool:
        points.append(_("Nog niet getekend: %(places)s.", places=", ".join(state.unsigned)))
    if state.panel.stage in {Stage.INVITATION, Stage.REGISTRATION}:
        letters = state.counts.letters
        waiting = letters.get(ShareState.PLANNED, 0) + letters.get(ShareState.ISSUED, 0)
        if waiting:
            points.append(
                ngettext(
                    "%(num)d brief is nog niet gepost.", "%(num)d brieven zijn nog niet gepost.", waiting
                )
            )
        elif not letters:
            points.append(_("Er zijn nog geen brieven gepland."))
    return points


# --- the list -------------------------------------------------------------------------------------------


def badge_of(line: PanelLine | Panel) -> tuple[str, str]:
    """How far a panel is; a panel that only has files says what is known of those."""
    is_prepared = line.stage is not Stage.MANDATE
    if is_prepared and line.state is not PanelState.EMPTIED:
        return stage_badge(line.stage)
    return panel_badge(line.state)
