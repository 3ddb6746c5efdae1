"""LEESMIJ.md: what is in the folder of a draw, in plain Dutch."""

from __future__ import annotations

from collections.abc import Sequence

from ..problem import Problem
from .output import percent
from .proof import Drawn, Outcome

TEXT = """# Uitslag van een oefenloting

Dit is oefenen. Gebruik deze uitslag niet om echt mensen te kiezen.
Wie de seed kiest, kan er ook twintig proberen en de mooiste nemen.

Er zijn {registrants} aanmeldingen en {size} plaatsen. De seed is {seed}.
De kleinste kans in de loting is {least}. Hoger dan {bound} kan niet.

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
{more}
**Let op: in deze map staan kenmerken van mensen.** Bewaar haar zo zorgvuldig als de aanmeldingen.
{public}
## Controleren

```
python -m civic.sortition verify .
```
"""

BY_NUMBER = """1. Eerst is de eerlijkste loting berekend. Die staat in `lottery.json`.
2. Daaruit zijn {panels} panels gemaakt, met de nummers 0 tot en met {last}. Elk panel heeft dezelfde kans.
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

De geheimen volgen hier uit de vraag en de seed. Zo geeft dezelfde opdracht dezelfde bestanden.
Daarom zijn ze alleen goed om te oefenen. Een echte loting gebruikt geheimen die niemand kan namaken.
"""


def readme(problem: Problem, outcome: Outcome, drawn: Drawn, notes: Sequence[str] = ()) -> str:
    """The text for this draw; the same draw gives the same text. `notes`: what a replacement has to say."""
    lottery, uniform = outcome.lottery, outcome.uniform
    if uniform is None:
        story = BY_SEED.format(drawn=drawn.number)
    else:
        story = BY_NUMBER.format(panels=len(uniform), last=len(uniform) - 1, drawn=drawn.number)
    return TEXT.format(
        registrants=len(problem.pool),
        size=problem.size,
        seed=lottery.seed,
        least=percent(lottery.min_probability),
        bound=percent(lottery.upper_bound),
        notes="".join(f"- {one}\n" for one in notes) + "\n" if notes else "",
        story=story,
        more="" if uniform is None else MORE,
        public="" if uniform is None else PUBLIC,
    )
