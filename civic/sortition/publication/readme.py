"""The page that explains the public folder, in plain Dutch."""

from __future__ import annotations

from .draw import Draw, Rule
from .encoding import QUICKNET
from .verify_draw import PRACTICE_SENTENCE

PRACTICE = f"""> **OEFENKETEN.** {PRACTICE_SENTENCE}

"""

KNOWN = "Dat getal is nu al bekend, want dit is een oefenketen."
UNKNOWN = "Niemand kan dat getal vooraf weten."

KEYS = """Het programma noemt de sleutel van elke getuige. Vraag de getuigen zelf of die klopt, niet de site.
Zet wat zij zeggen in een bestand: per regel een sleutel, een spatie en de naam.
Bewaar dat bestand naast deze map, niet erin. Typ dan:

```
python verify_draw.py . --getuigen ../sleutels.txt
```

"""

TEXT = """# Controleer deze loting

{practice}In deze map staat de loting **{draw}** (volgnummer {sequence}).
U kunt zelf nagaan of die eerlijk ging. Er staan geen namen in.

## Wat er vooraf is vastgelegd

- Aantal mensen op de lijst: {people}. Aantal plaatsen: {size}.
- Aantal mensen dat al een plaats heeft: {fixed}. Aantal dat niet meedoet: {excluded}.
- Aantal dat in geen enkel panel past, door de quota of door een huisgenoot: {impossible}.
- Aantal mogelijke panels: {panels}, genummerd vanaf 0. Elk panel heeft dezelfde kans.
- Eén openbaar getal kiest het panel. Dat getal is ronde {round} van {chain}.
- {known}
- De vingerafdruk van het manifest is:

```
{commitment}
```

Verandert er één letter in `manifest.json`, dan klopt die vingerafdruk niet meer.

## Wanneer de uitslag niet telt

Deze loting kan alleen om deze redenen ongeldig worden. Andere redenen tellen niet:

{void_rules}

Ook een ongeldige uitslag blijft openbaar. De reden staat in het logboek.

## Welke quota gelden

| wie | minimum | maximum |
|---|---|---|
{quotas}

## Wat er in deze map staat

| bestand | wat het is |
|---|---|
| `manifest.json` | alle regels en getallen die vooraf vastlagen |
| `panels.txt` | alle panels; elke regel is een panelnummer en een code |
| `log.json` | het logboek met handtekeningen van getuigen, als dat er al is |
| `result.json` | de uitslag, als die er al is |
| `verify_draw.py` | het programma waarmee u alles controleert |
| `SHA256SUMS` | de vingerafdruk van elk bestand |

Een code in `panels.txt` hoort bij één persoon in één panel.
In een ander panel heeft die persoon een andere code.
Zo kan niemand uit de lijsten afleiden wie bij wie hoort.

## Zelf controleren

U hebt Python 3.10 of nieuwer nodig. Typ in deze map:

```
python verify_draw.py .{flag}
```

{keys}Deed u zelf mee? Haal dan uw bewijs van aanmelding op. Bewaar het goed: er staat uw geheim in.
Zet het naast deze map, niet erin. De pool waar u in zit, heet **{pool}**. Typ:

```
python verify_draw.py .{flag} --receipt ../bewijs.json
```

U ziet in hoeveel panels u zit, en dus hoe groot uw kans was. Dat geheim blijft op uw eigen computer.

De griffier en de rekenkamer krijgen een vertrouwelijke lijst.
Daarmee controleren zij de quota van alle panels.
Ook zien zij waarom iemand al een plaats heeft of niet meedoet:

```
python verify_draw.py .{flag} --pool ../pool.json
```

Is dit een naloting? Geef dan ook de map van de vorige loting die telt.
Dan blijkt of wie al een plaats heeft, daar echt is geloot:

```
python verify_draw.py .{flag} --pool ../pool.json --eerder ../vorige-loting
```

## Wat het programma zegt

| code | betekenis |
|---|---|
| 0 | Alles is gecontroleerd en klopt. |
| 1 | Er klopt iets niet. Het programma zegt wat. |
| 3 | Wat gecontroleerd kon worden, klopt. Niet alles kon. |
| 4 | Alles klopt, maar het getal was vooraf bekend. Het is een oefenketen. |

Voor de handtekeningen zijn twee hulpprogramma's nodig: `pip install cryptography drand-verify`.
Lukt dat niet met `drand-verify`? Neem dan `py_ecc`. Dat is langzamer, maar werkt overal.
Zonder die hulpprogramma's meldt het programma: “handtekening niet gecontroleerd”.

De samenstelling van het panel staat niet in deze map. Die publiceert de site.
Kleine aantallen blijven daar verborgen.
"""


VOID_WORDS = {
    "fout-in-het-lotingsgetal": "Een griffier besluit: er zat een fout in het openbare getal.",
    "fout-in-de-lijst-met-aanmeldingen": "Een griffier besluit: er zat een fout in de lijst aanmeldingen.",
    "lotingsgetal-bleef-uit": "Een griffier besluit: het openbare getal kwam zeven dagen lang niet.",
    "uitslag-afgekeurd": "Een griffier besluit: dit programma keurt de uitslag voor iedereen af.",
    "te-weinig-getuigen": "Vanzelf: te weinig getuigen tekenden op tijd.",
    "lotingsgetal-kwam-toch": "Vanzelf: het reservegetal telde, en het eerste getal kwam toch.",
}


def readme(draw: Draw, commitment: str) -> str:
    """README.md of the public folder."""
    steps, practice = draw.procedure, draw.is_practice
    return TEXT.format(
        practice=PRACTICE if practice else "",
        keys="" if practice else KEYS,
        known=KNOWN if practice else UNKNOWN,
        flag=" --oefenloting" if practice else "",
        draw=draw.identifier,
        sequence=draw.sequence,
        people=len(draw.entrants),
        fixed=sum(one.fixed for one in draw.entrants),
        excluded=draw.excluded,
        impossible=draw.impossible,
        size=draw.rules.size,
        panels=len(draw.panels),
        round=steps.beacon.number,
        chain=_chain(draw),
        commitment=commitment,
        pool=draw.pool,
        void_rules="\n".join(map(_void_row, steps.void_rules)) or "- Er zijn geen redenen vastgelegd.",
        quotas="\n".join(map(_row, draw.rules.quotas)) or "| er zijn geen quota | | |",
    )


def _chain(draw: Draw) -> str:
    if draw.is_practice:
        return "de oefenketen"
    chain = draw.procedure.beacon.chain
    return "drand quicknet" if chain == QUICKNET else f"keten {chain}"


def _row(rule: Rule) -> str:
    name = " ".join(rule.name.replace("|", "\\|").split())
    return f"| {name} | {rule.minimum} | {rule.maximum} |"


def _void_row(rule: str) -> str:
    """A rule of our own in a sentence; another one as it is written, without its hyphens."""
    return f"- {VOID_WORDS.get(rule) or rule.replace('-', ' ').capitalize() + '.'}"
