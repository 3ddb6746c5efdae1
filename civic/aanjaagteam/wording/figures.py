"""What each figure is called, how it is counted and what it does not say, in plain Dutch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states import OPEN
from civic.aanjaagteam.wording.core import SLUGS, STATES


@dataclass(frozen=True)
class Definition:
    """`slug` is its place on the page with explanations; `limit` is what the figure does not say."""

    slug: str
    title: Any
    text: Any
    formula: Any
    limit: Any


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "werkdag",
        _l("Werkdag"),
        _l(
            "Een dag van maandag tot en met vrijdag, zonder feestdagen. "
            "Op een werkdag telt de tijd van 8.30 tot 17.00 uur. Samen is dat één werkdag."
        ),
        _l("Werktijd tussen twee momenten = alle kantoortijd daartussen."),
        _l("Eigen sluitingsdagen van een gemeente tellen gewoon mee."),
    ),
    Definition(
        "percentiel",
        _l("Helft en 85 procent"),
        _l(
            "Zet alle meldingen op een rij, van snel naar langzaam. De helft zit binnen het eerste getal. "
            "Van de 100 zitten er 85 binnen het tweede getal."
        ),
        _l("De waarde op plaats p maal n, naar boven afgerond (P50, P85 en P95)."),
        _l("Onder de 10 meldingen laten wij geen getal zien. Dan zegt het te weinig."),
    ),
    Definition(
        "reactie",
        _l("Tijd tot het eerste antwoord"),
        _l(
            "Van de melding tot het eerste antwoord van een mens. "
            "De bevestiging die vanzelf gaat, telt niet mee."
        ),
        _l("Werktijd van de melding tot: bekeken, niet opgepakt of een bericht. Wat het eerst komt, telt."),
        _l("Het getal zegt niet of het antwoord hielp."),
    ),
    Definition(
        "knoop",
        _l("Tijd tot de knoop"),
        _l("Van de melding tot het eerste besluit dat is vastgelegd."),
        _l("Werktijd van de melding tot de eerste doorgehakte knoop."),
        _l("Meldingen zonder besluit tellen niet mee. Een later besluit verandert dit getal niet."),
    ),
    Definition(
        "tafel",
        _l("Dagen tot de tafel"),
        _l("Van de dag van de melding tot de dag van het eerste overleg van het management."),
        _l("Dag van het overleg min dag van de melding, met weekenden mee. Wij streven naar 2."),
        _l("Alleen meldingen die het management besprak, tellen mee. Op de agenda staan is niet genoeg."),
    ),
    Definition(
        "doorlooptijd",
        _l("Doorlooptijd"),
        _l(
            "Hoe lang de melder erop wachtte: van de melding tot klaar, met alle weekenden mee. "
            "Is de melding weer geopend? Dan loopt de tijd door vanaf de eerste dag."
        ),
        _l("Laatste keer klaar min de melding, in gewone dagen."),
        _l("Wat nog open is, telt hier niet mee. Kijk daarvoor bij de lijn met open meldingen."),
    ),
    Definition(
        "werktijd",
        _l("Doorlooptijd in werkdagen"),
        _l("Dezelfde tijd, maar alleen de kantoortijd. De tijd in alle standen samen is precies dit getal."),
        _l("Werktijd van de melding tot de laatste keer klaar."),
        _l("Wachten telt mee. Het is dus niet hoe lang eraan is gewerkt."),
    ),
    Definition(
        "cyclus",
        _l("Tijd sinds oppakken"),
        _l("Van oppakken door het team tot klaar. Is er meteen besloten? Dan telt het vanaf het besluit."),
        _l("Werktijd van de eerste keer opgepakt (of besloten) tot de laatste keer klaar."),
        _l("Wat voor het oppakken gebeurde, zit er niet in."),
    ),
    Definition(
        "stand",
        _l("Tijd per stand"),
        _l("Hoe lang een melding in een stand was. Kwam die daar vaker, dan telt alles samen."),
        _l("Som van de werktijd van elke keer in die stand. Alle standen samen zijn de doorlooptijd."),
        _l("Over meldingen die klaar zijn en die in die stand tijd doorbrachten."),
    ),
    Definition(
        "wachten",
        _l("Wachttijd"),
        _l(
            "De tijd dat een melding op iemand wachtte: de melder, iemand in huis of iemand daarbuiten. "
            "Twee keer wachten tegelijk telt samen één keer."
        ),
        _l("Werktijd waarin de melding op iemand wacht, gedeeld door de doorlooptijd in werktijd."),
        _l("Alleen wat is opgeschreven, telt. Een melding kan ook ongemerkt blijven liggen."),
    ),
    Definition(
        "leeftijd",
        _l("Leeftijd van open meldingen"),
        _l(
            "Voor het oppakken telt de tijd vanaf de melding. Na het oppakken telt de tijd vanaf toen. "
            "De lijnen laten zien hoe oud eerdere meldingen waren toen zij uit die stand gingen."
        ),
        _l("Groen: jonger dan de helft. Oranje: jonger dan 85 van de 100. Rood: ouder."),
        _l("De lijnen gaan over twaalf maanden. Onder de 10 meldingen is er geen lijn en geen kleur."),
    ),
    Definition(
        "onderhanden",
        _l("Onderhanden"),
        _l("Meldingen die het team heeft opgepakt en die nog niet zijn beëindigd."),
        _l("Aantal met: opgepakt op of voor die dag, en nog niet beëindigd aan het eind van die dag."),
        _l("Een melding die weer is geopend, telt ook mee over de tijd dat die klaar was."),
    ),
    Definition(
        "instroom",
        _l("Erbij en eraf per week"),
        _l("Hoeveel meldingen er per week bij kwamen en hoeveel er klaar of niet opgepakt werden."),
        _l("Weken lopen van maandag tot en met zondag. Wij tellen de laatste 12 hele weken."),
        _l("Een melding die weer is geopend, telt alleen bij de laatste keer klaar."),
    ),
    Definition(
        "evenwicht",
        _l("Zijn instroom en uitstroom in balans?"),
        _l(
            "Bij een rustige stroom geldt de wet van Little: onderhanden = uitstroom per dag maal tijd sinds "
            "oppakken. Klopt dat niet, dan zeggen gemiddelden weinig."
        ),
        _l("Een melding op de pagina als de twee meer dan een kwart verschillen, over 12 weken."),
        _l("Niet opgepakte meldingen tellen mee vanaf het moment dat zij waren opgepakt."),
    ),
    Definition(
        "belofte",
        _l("Belofte"),
        _l("Binnen hoeveel werkdagen na oppakken 85 van de 100 meldingen klaar waren, over twaalf maanden."),
        _l(
            "P85 van de tijd sinds oppakken, in hele werkdagen naar boven. "
            "Gehaald: het deel van de laatste 12 weken."
        ),
        _l("Het is een terugblik. Het belooft niets over één melding."),
    ),
    Definition(
        "overleving",
        _l("Hoe lang het duurt, met wat nog open is"),
        _l(
            "De lijn laat zien welk deel na zoveel werkdagen nog niet klaar is. "
            "Open meldingen tellen mee zo lang wij ze kennen. Zo verdwijnt wat vastzit niet uit beeld."
        ),
        _l("Kaplan-Meier: bij elk moment maal (1 − klaar op dat moment / nog niet klaar)."),
        _l("Over meldingen die in deze periode zijn opgepakt. Niet opgepakt daarna telt als niet klaar."),
    ),
    Definition(
        "verwachting",
        _l("Verwachting voor één melding"),
        _l("Van wat al zo oud werd als deze melding: hoe lang duurde het dan nog?"),
        _l("Kleinste x met 1 − S(leeftijd + x) / S(leeftijd) minstens 50 of 85 procent."),
        _l("Wij geven geen verwachting als te weinig meldingen zo oud werden."),
    ),
    Definition(
        "stroom",
        _l("Stroom door de standen"),
        _l("Per dag hoeveel meldingen een stand al eens hadden bereikt, of een stand verder."),
        _l("Per stand: het aantal waarvan de eerste keer in die stand (of verder) op of voor die dag ligt."),
        _l("De ruimte tussen twee lijnen is wat in die stand ligt. Niet opgepakt telt bij klaar."),
    ),
    Definition(
        "beloofd",
        _l("Beloofde dagen aan melders"),
        _l(
            "Wij beloofden een melder dat die op een dag hoort wat er gebeurt. "
            "Hoe vaak lukte dat op tijd, en hoe vaak niet?"
        ),
        _l("Aantal beloften dat in deze periode is nagekomen, gedeeld door nagekomen plus niet nagekomen."),
        _l("Een belofte die nog loopt, telt niet mee. Ook niet de dag voor het eerste antwoord."),
    ),
    Definition(
        "opgelost",
        _l("Opgelost volgens de melder"),
        _l("Als een melding klaar is, vragen wij de melder of het is opgelost. Dit is wat melders zeiden."),
        _l("Van elke melder het laatste antwoord. Het telt op de dag waarop dat antwoord kwam."),
        _l("Veel melders antwoorden niet. Wie met “ik ook” meedeed, krijgt deze vraag niet."),
    ),
    Definition(
        "eigenaar",
        _l("Niemand weet wie beslist"),
        _l("Open meldingen waarvan het team nog niet weet wie erover mag beslissen."),
        _l("Aantal open meldingen waar onbekend is wie mag beslissen. Dit komt niet uit het logboek."),
        _l("Meldingen die nog niet zijn bekeken, tellen niet mee."),
    ),
)

# a list of rows behind a figure; the same words in the address
ROWS: dict[str, Any] = {
    "reactie": _l("Tijd tot het eerste antwoord"),
    "knoop": _l("Tijd tot de knoop"),
    "tafel": _l("Dagen tot de tafel"),
    "doorlooptijd": _l("Doorlooptijd"),
    "werktijd": _l("Doorlooptijd in werkdagen"),
    "cyclus": _l("Tijd sinds oppakken"),
    "wachten": _l("Wachttijd van wat klaar is"),
    "leeftijd": _l("Leeftijd van open meldingen"),
    "onderhanden": _l("Onderhanden"),
    "wacht-op": _l("Waarop open meldingen nu wachten"),
    "erbij": _l("Meldingen die erbij kwamen"),
    "eraf": _l("Meldingen die klaar of niet opgepakt zijn"),
    "beloofd": _l("Beloofde dagen aan melders"),
    "opgelost": _l("Opgelost volgens de melder"),
    "eigenaar": _l("Niemand weet wie beslist"),
}

for _slug, _state in SLUGS.items():
    if _state in OPEN:
        ROWS[f"stand-{_slug}"] = STATES[_state]

COLOURS: dict[str, Any] = {
    "green": _l("Jong"),
    "amber": _l("Let op"),
    "red": _l("Oud"),
    "unknown": _l("Nog te weinig bekend"),
}
COLOUR_KINDS = {"green": "positive", "amber": "warning", "red": "negative", "unknown": "neutral"}
# how things stand on the last day; the other lists are about what happened in the period
SNAPSHOTS = frozenset({"leeftijd", "onderhanden", "wacht-op", "eigenaar"})
# questions with yes or no for an answer
SAID: dict[str, Any] = {
    "beloofd": _l("Belofte aan een melder nagekomen"),
    "opgelost": _l("Opgelost volgens de melder"),
}
# short enough to stand beside each other under a chart on a phone
SHORT_STATES: tuple[Any, ...] = (
    _l("Nieuw"),
    _l("Bekeken"),
    _l("Opgepakt"),
    _l("Besloten"),
    _l("Aangepast"),
    _l("Meten"),
)
