"""LEESMIJ.md: what is in the folder of a draw, in plain Dutch."""

from __future__ import annotations

from collections.abc import Sequence

from ..lottery import Lottery
from ..problem import Problem
from .output import percent, points

README = "LEESMIJ.md"
TEXT = """# Uitslag van een oefenloting

Dit is oefenen. Gebruik deze uitslag niet om echt mensen te kiezen.
Wie de seed kiest, kan er ook twintig proberen en de mooiste nemen.

Aantal aanmeldingen: {registrants}. Aantal plaatsen: {size}. De seed is {seed}.
De kleinste kans in de loting is {least}. Hoger dan {bound} kan niet.
{doubt}
{notes}## Hoe het panel is gekozen

{story}

## Wat er in deze map staat

| bestand | wat erin staat |
|---|---|
| `panel.csv` | de mensen die geloot zijn, met hun kenmerken |
| `probabilities.csv` | de berekende kans van iedereen |
| `problem.json` | de vraag: aanmeldingen, quota en aantal plaatsen |
| `lottery.json` | de loting: alle panels met hun kans, de bewijzen en de seed |
| `run.json` | hoe lang het duurde; hoort niet bij de uitslag |
{replaced}{more}
**Let op: in deze map staan kenmerken van mensen.** Bewaar haar zo zorgvuldig als de aanmeldingen.
{public}
## Controleren

```
python -m civic.sortition verify .
```
"""

BY_NUMBER = """1. Eerst is de eerlijkste loting berekend. Die staat in `lottery.json`.
2. Daaruit {made}. Elk panel heeft dezelfde kans.
3. De vingerafdruk van de lijst met panels is vastgelegd in `openbaar/manifest.json`.
4. Een getal koos daarna het panel: nummer {drawn}. Die mensen staan in `panel.csv`.

Bij een echte loting weet niemand dat getal vooraf. Hier is het een oefengetal dat iedereen kan uitrekenen."""

BY_SEED = """De eerlijkste loting is berekend. Die staat in `lottery.json`.
De seed koos daaruit panel {drawn}. Die mensen staan in `panel.csv`."""

MORE = """| `openbaar/` | het openbare bewijs, zonder namen; lees daar `README.md` |
| `vertrouwelijk/panels.csv` | wie in welk panel zit |
| `vertrouwelijk/pool.json` | voor de griffier of de rekenkamer, om alles na te rekenen |
| `vertrouwelijk/secrets.json` | de geheimen achter de codes in `openbaar` |
| `vertrouwelijk/receipts/` | een bewijs per aanmelding, als u daarom vroeg (`--receipts`) |
"""

PUBLIC = """
Alleen de map `openbaar` is gemaakt om te publiceren. De map `vertrouwelijk` blijft altijd geheim.

De geheimen volgen hier uit de vraag, de seed en de panels. Zo geeft dezelfde opdracht dezelfde bestanden.
Daarom zijn ze alleen goed om te oefenen. Een echte loting gebruikt geheimen die niemand kan namaken.
"""


REPLACED = """| `nieuw.csv` | de nieuwe leden |
| `replaced.json` | de oude quota, wie bleef, wie uitviel, en welke quota verschoven |
"""


def readme(problem: Problem, lottery: Lottery, panels: int, drawn: int, notes: Sequence[str] = ()) -> str:
    """The text for this draw; the same draw gives the same text. `panels`: M, 0 for none; `drawn`: the number
    of the panel; `notes`: what a replacement has to say."""
    by_number = BY_NUMBER.format(made=made(panels), drawn=drawn)
    return TEXT.format(
        registrants=len(problem.pool),
        size=problem.size,
        seed=lottery.seed,
        least=percent(lottery.min_probability),
        bound=percent(lottery.upper_bound),
        notes="".join(f"- {one}\n" for one in notes) + "\n" if notes else "",
        doubt="".join(f"{one}\n" for one in doubts(lottery)),
        story=by_number if panels else BY_SEED.format(drawn=drawn),
        replaced=REPLACED if notes else "",
        more=MORE if panels else "",
        public=PUBLIC if panels else "",
    )


def made(panels: int) -> str:
    """ "zijn 1000 panels gemaakt, met de nummers 0 tot en met 999" """
    if panels == 1:
        return "is 1 panel gemaakt, met nummer 0"
    return f"zijn {panels} panels gemaakt, met de nummers 0 tot en met {panels - 1}"


def doubts(lottery: Lottery) -> list[str]:
    """What to say of a lottery that is not proved to be the best."""
    if lottery.optimal:
        return []
    return [
        f"Deze loting is misschien niet de eerlijkste: iemand kan nog {points(lottery.gap)} meer kans hebben."
    ]
