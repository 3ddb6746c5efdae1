"""More proposals of the demo region: the other kinds, and what the desk looks at. All of them invented."""

from __future__ import annotations

from civic.initiatives.demo.texts import MUNICIPALITY, RESIDENTS, TOGETHER, Proposal
from civic.initiatives.states import InitiativeKind

MERGED = ("Een bankje bij elke bushalte", "Maak wachten op de bus prettiger")
MORE = (
    Proposal(
        "GM0995",
        "resident2",
        "Een watertap bij het strand",
        "Op warme dagen is er op het strand geen water te krijgen. Wij willen een tap waar iedereen een fles "
        "kan vullen.",
        "De gemeente plaatst twee tappen bij de douches. De leiding ligt er al. Wij letten op dat ze schoon "
        "blijven, met een rooster van twaalf mensen uit de buurt.\n\nEen tap kost ongeveer 6.000 euro.",
        TOGETHER,
        "offered",
        4,
    ),
    Proposal(
        "GM0995",
        "Thea Brouwer",
        "Schaatsen op de vijver van het park",
        "Als het vriest, mag niemand het ijs op. Wij willen dat het wel kan, met iemand die het ijs meet.",
        "De ijsclub meet elke ochtend. Een bord zegt of het kan.",
        TOGETHER,
        "returned",
        9,
    ),
    Proposal(
        "GM0995",
        "Rens Vos",
        "Schaf de inkomstenbelasting af",
        "Wie werkt, betaalt te veel. Ik wil dat de gemeenteraad deze belasting afschaft.",
        "De raad schrijft een brief en besluit dat niemand in Lelystad nog betaalt.",
        MUNICIPALITY,
        "refused",
        31,
    ),
    Proposal(
        "GM0184",
        "Jelle Hoekman",
        "Praat over de wachtlijst van het zwembad",
        "Kinderen wachten een jaar op zwemles. De raad moet daar een keer goed over praten.",
        "We vragen geen besluit, wel een gesprek. Ouders, badmeesters en de vereniging willen vertellen wat "
        "zij zien. Daarna kan de raad kiezen wat er moet gebeuren.",
        TOGETHER,
        "collecting",
        26,
        80,
        kind=InitiativeKind.AGENDA_REQUEST,
    ),
    Proposal(
        "GM0050",
        "Anneke Timmer",
        "Wij onderhouden zelf het groen in de Horsterbuurt",
        "De plantsoenen staan vol onkruid. Wij willen het groen zelf doen, met dertig buren en een tuinman.",
        "De gemeente geeft ons het geld dat zij nu aan een bedrijf betaalt, met korting. Wij snoeien, "
        "planten en ruimen op. Elk jaar laten we zien wat we deden en wat het kostte.",
        RESIDENTS,
        "collecting",
        40,
        72,
        district="Horsterbuurt",
        kind=InitiativeKind.RIGHT_TO_CHALLENGE,
    ),
    Proposal(
        "GM0303",
        "Mila Sanders",
        "Samen koken op vrijdag",
        "Veel mensen eten alleen. Elke vrijdag koken wij met wie wil, in het buurthuis.",
        "We beginnen met twintig stoelen. Wie komt, snijdt mee. De boodschappen betalen we "
        "met een pot op tafel.",
        RESIDENTS,
        "running",
        55,
        kind=InitiativeKind.RESIDENT_PROJECT,
    ),
    Proposal(
        "GM0171",
        "Oscar Wind",
        "Een ruilkast voor kinderboeken",
        "Kinderen lezen sneller dan hun ouders kunnen kopen. Met een ruilkast leest de hele straat.",
        "We timmeren een kast van oud hout en zetten hem bij de school.",
        RESIDENTS,
        "finished",
        120,
        kind=InitiativeKind.RESIDENT_PROJECT,
    ),
    Proposal(
        "GM0034",
        "Soraya el Amrani",
        MERGED[0],
        "Oudere mensen kunnen niet lang staan. Bij een halte zonder bank nemen ze de bus niet.",
        "De gemeente plaatst bij 140 haltes een bank met een leuning. We hebben geteld waar er geen is.",
        MUNICIPALITY,
        "merging",
        62,
        35,
    ),
    Proposal(
        "GM0034",
        "Ties Veenstra",
        MERGED[1],
        "Bij veel haltes is het donker en nat. Dan pak je toch de auto.",
        "Licht, een dak en een bank bij de twintig drukste haltes. De vervoerder betaalt mee.",
        TOGETHER,
        "merging",
        60,
        22,
    ),
)
