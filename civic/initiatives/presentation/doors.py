"""Where to go with what is no initiative: per door its title, what to do, and how long there is for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

STUCK = "stuck"


@dataclass(frozen=True)
class Door:
    """`choice` is what somebody says who stands before it; `steps` are what to do."""

    choice: Any
    title: Any
    lead: Any
    steps: tuple[Any, ...]


DOORS = {
    STUCK: Door(
        _l("Er loopt iets vast bij de gemeente"),
        _l("Meld dit bij het aanjaagteam"),
        _l("Iets dat vastloopt, is geen voorstel voor de raad. Het aanjaagteam zorgt dat iemand beslist."),
        (
            _l("U hoeft geen steun te zoeken."),
            _l("U kunt melden zonder naam."),
            _l("Uw tekst gaat mee. U kunt hem nog veranderen."),
        ),
    ),
    "complaint": Door(
        _l("Ik heb een klacht over de gemeente"),
        _l("Ga met uw klacht naar de klachtencoördinator"),
        _l("Een klacht gaat over hoe iemand van de gemeente u behandelde."),
        (
            _l("Vraag uw gemeente naar de klachtencoördinator."),
            _l("Vertel wat er gebeurde, en wanneer. U kunt uw tekst kopiëren."),
            _l("U krijgt binnen zes weken antwoord. Soms duurt het vier weken langer."),
            _l("Niet tevreden? Ga dan naar de Nationale ombudsman."),
        ),
    ),
    "objection": Door(
        _l("Ik ben het niet eens met een besluit in een brief"),
        _l("Zeg op tijd dat u het er niet mee eens bent"),
        _l("Dat heet bezwaar. U hebt er zes weken voor, vanaf de datum op de brief."),
        (
            _l("Kijk in de brief waar u het bezwaar naartoe stuurt."),
            _l("Schrijf waarom u het er niet mee eens bent. U kunt uw tekst kopiëren."),
            _l("Wacht niet op een initiatief: de zes weken lopen door."),
            _l("Hulp nodig? Bel het Juridisch Loket: 0800 8020. Dat is gratis."),
        ),
    ),
    "question": Door(
        _l("Ik heb een vraag"),
        _l("Stel uw vraag aan de gemeente"),
        _l("Voor een vraag is geen steun nodig."),
        (
            _l("Bel 14 en dan het netnummer van uw gemeente, of kijk op hun website."),
            _l("Gaat uw vraag over de plannen van de raad? Bel dan de griffie."),
        ),
    ),
}
# which rule of the check leads to which door
DOOR_OF_RULE = {
    "complaint": "complaint",
    "objection": "objection",
    "question_on_policy": "question",
    "internal_organisation": STUCK,
}
