"""The proposals of the demo region. All of them are invented, and so are the people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from civic.initiatives.states import InitiativeKind, SolutionOwner

Ending = Literal[
    "draft", "offered", "returned", "refused", "collecting", "reached", "councils", "withdrawn", "expired",
    "running", "finished", "merging",
]  # fmt: skip
TOGETHER, RESIDENTS, MUNICIPALITY = (
    SolutionOwner.TOGETHER,
    SolutionOwner.RESIDENTS,
    SolutionOwner.MUNICIPALITY,
)


@dataclass(frozen=True)
class Proposal:
    """`author` is a persona's key or a name; `supports` a share of the threshold in per cent.

    A regional proposal has more places, each with its own share.
    """

    place: str
    author: str
    title: str
    wish: str
    plan: str
    owner: SolutionOwner
    ending: Ending
    days_online: int = 0
    supports: int = 0
    district: str = ""
    also: tuple[str, ...] = ()
    also_supports: tuple[int, ...] = ()
    kind: InitiativeKind = InitiativeKind.CITIZEN_INITIATIVE


PROPOSALS = (
    Proposal(
        "GM0995",
        "Marit Hoekstra",
        "Eén jongerenloket voor de hele regio",
        "Wie zestien is en hulp zoekt, moet in elke gemeente ergens anders zijn. Wij willen één plek, met "
        "één nummer, waar iemand luistert en meteen meedenkt.",
        "We vragen drie gemeenten om samen één loket te maken. Jongeren denken mee over de plek en de "
        "openingstijden. Twee ervaren jongerenwerkers staan klaar, ook op zaterdag.\n\n"
        "Vorig jaar spraken we met zestig jongeren. Bijna de helft vertelde zijn verhaal drie keer of "
        "vaker. Dat willen we niet meer.\n\n"
        "De gemeenten betalen nu elk een eigen loket. Samen kan het met hetzelfde geld, en langer open.",
        TOGETHER,
        "councils",
        170,
        142,
        also=("GM0303", "GM0171"),
        also_supports=(124, 61),
    ),
    Proposal(
        "GM0034",
        "resident",
        "Laat het licht aan op het fietspad langs de vaart",
        "Na tien uur 's avonds is het fietspad langs de vaart donker. Wie laat werkt of sport, fietst "
        "om of durft niet. Wij willen licht dat aangaat als er iemand langskomt.",
        "We vragen lampen met een sensor, op de twee kilometer tussen de brug en het station. Ze "
        "branden zacht en worden feller als er iemand fietst. Zo blijft het donker voor de "
        "vleermuizen.\n\n"
        "In juni hielden we een avondtelling. Tussen tien en twaalf uur fietsten er 214 mensen. De "
        "helft zei: in de winter neem ik de bus.\n\n"
        "Een lamp met sensor kost ongeveer 1.900 euro. Voor 48 lampen is dat 91.000 euro. Wij zoeken "
        "met de gemeente uit welke lampen toch al vervangen worden.",
        TOGETHER,
        "collecting",
        41,
        78,
    ),
    Proposal(
        "GM0034",
        "Joris van Dam",
        "Een buurtkeuken in het leegstaande schoolgebouw",
        "Sinds de school dicht is, staat het gebouw leeg. Wij willen daar drie avonden per week samen "
        "koken en eten. Voor wie alleen is, voor wie weinig heeft, en voor wie graag kookt.",
        "We gebruiken de oude aula en de keuken. Twaalf buren doen al mee en twee van hen zijn kok. "
        "Een maaltijd kost vier euro. Wie dat niet heeft, helpt met de afwas.\n\n"
        "Van de gemeente vragen we het gebouw voor twee jaar, zonder huur. Wij betalen gas, water en "
        "licht. De keuken opknappen kost 23.000 euro. Daarvan hebben we 9.500 euro bij elkaar.\n\n"
        "Na een jaar tellen we: hoeveel mensen kwamen er, en wie kenden elkaar nog niet? Dat laten we "
        "iedereen zien.",
        RESIDENTS,
        "reached",
        96,
        121,
        "Muziekwijk",
    ),
    Proposal(
        "GM0034",
        "Priya Ramdin",
        "Een uur eerder open: de bibliotheek voor mensen met een vroege dienst",
        "De bibliotheek gaat om tien uur open. Wie nachtdienst had of vroeg begint, staat voor een "
        "dichte deur. Wij willen op werkdagen om acht uur naar binnen kunnen.",
        "Tussen acht en tien hoeft er geen personeel te zijn. De deur gaat open met de "
        "bibliotheekpas. Boeken lenen kan al met de automaat.\n\n"
        "Twee andere bibliotheken in het land doen dit al. Een slot met pas kost ongeveer 6.000 euro. "
        "We stellen een proef van een half jaar voor.",
        MUNICIPALITY,
        "expired",
        221,
        61,
    ),
    Proposal(
        "GM0995",
        "resident2",
        "Maak van het Havenplein een plein met bomen",
        "In de zomer is het Havenplein een bakplaat: vorig jaar maten we 47 graden op de stenen. Wij "
        "willen schaduw, banken en water, zodat mensen er weer gaan zitten.",
        "Eén op de drie tegels gaat eruit. Daar komen 22 bomen en een strook met gras die regenwater "
        "opvangt. De markt houdt al haar plaatsen. Dat hebben we met de marktkooplui nagemeten.\n\n"
        "Een tuinontwerper uit de wijk tekende het plan voor niets. De kosten zijn ongeveer 180.000 "
        "euro. Een derde daarvan is toch al nodig, omdat het riool onder het plein in 2028 vernieuwd "
        "wordt.\n\n"
        "Bewoners van de vier flats geven de bomen de eerste drie zomers water. Het rooster hangt er "
        "al.",
        TOGETHER,
        "reached",
        134,
        168,
    ),
    Proposal(
        "GM0995",
        "Marloes Teunissen",
        "Zet de brug in de spits niet meer open voor plezierboten",
        "Elke zomerochtend staan er honderden fietsers en twee bussen te wachten op drie zeilboten. "
        "Wij willen dat de brug tussen half acht en negen dicht blijft voor plezierboten.",
        "Beroepsvaart en hulpdiensten gaan altijd voor, dat blijft zo. Plezierboten kunnen om zeven "
        "uur en om negen uur door. Dat zetten we op een bord en in de app van de haven.\n\n"
        "We stonden er acht ochtenden met een teller. Gemiddeld wachtten 312 mensen zes minuten. Dat "
        "is per dag 31 uur wachten, voor samen vier boten.\n\n"
        "Dit plan kost een bord en een besluit.",
        MUNICIPALITY,
        "collecting",
        12,
        46,
    ),
    Proposal(
        "GM0995",
        "Ruben Bosman",
        "Een eigen skatebaan in de Atolwijk",
        "Jongeren in de Atolwijk skaten nu op de parkeerplaats van de supermarkt. Dat geeft ruzie en "
        "schrammen. Wij willen een kleine baan waar ze wel welkom zijn.",
        "Op het veld achter het buurthuis is plaats. Dertien jongeren van 12 tot 17 jaar maakten een "
        "schaalmodel. De baan is van beton en heeft bijna geen onderhoud nodig.\n\n"
        "Hij kost 38.000 euro. Met een sponsorloop haalden we 4.200 euro op. De jongeren houden de "
        "baan schoon en spreken zelf af tot hoe laat ze blijven.",
        TOGETHER,
        "collecting",
        27,
        88,
        "Atolwijk",
    ),
    Proposal(
        "GM0303",
        "Hanneke Vos",
        "Een belbus tussen de dorpen op zondag",
        "Op zondag rijdt er tussen onze dorpen geen bus. Wie geen auto heeft, mist de kerk, de "
        "wedstrijd of de koffie bij de kinderen. Wij willen een bus die komt als u belt.",
        "Achttien vrijwilligers hebben zich gemeld om te rijden. Acht van hen hebben al een rijbewijs "
        "voor een busje. U belt vóór zaterdagmiddag, en wij maken de route.\n\n"
        "We vragen de gemeente om een busje te lenen dat op zondag stilstaat. Brandstof en "
        "verzekering kosten ongeveer 7.400 euro per jaar. Een rit kost twee euro.",
        RESIDENTS,
        "reached",
        58,
        136,
    ),
    Proposal(
        "GM0303",
        "Adnan Çelik",
        "Leer alle kinderen van groep 8 reanimeren",
        "Een hartstilstand kan overal gebeuren. Elk kind van twaalf is sterk genoeg om te helpen. Wij "
        "willen dat elke basisschool in de gemeente één middag reanimatieles geeft.",
        "De les duurt twee uur. Zes verpleegkundigen en twee ambulancechauffeurs geven hem gratis. De "
        "scholen hoeven alleen een gymzaal vrij te houden.\n\n"
        "Oefenpoppen kopen kost eenmalig 5.200 euro. Daarna kan het elk jaar opnieuw. Kinderen "
        "krijgen een kaart mee om thuis te oefenen met hun ouders.",
        TOGETHER,
        "collecting",
        19,
        54,
    ),
    Proposal(
        "GM0171",
        "Femke Lubbers",
        "Bloemen in plaats van gras in de bermen",
        "Onze wegen zijn recht en lang, en de bermen zijn kaal. Wij willen bermen vol bloemen, die "
        "pas gemaaid worden als ze uitgebloeid zijn. Dat is goed voor bijen en voor de boeren.",
        "We beginnen met twaalf kilometer, verdeeld over alle dorpen. Vier boeren zaaien mee op hun "
        "eigen rand. Kruispunten blijven kort, want daar moet u verkeer kunnen zien.\n\n"
        "Twee keer per jaar maaien is goedkoper dan zes keer. Het eerste jaar kost het zaad 15.600 "
        "euro. Daarna houdt de gemeente elk jaar ongeveer 9.000 euro over.\n\n"
        "De natuurclub telt elk jaar de bijen en vlinders en zet de uitkomst op deze site.",
        TOGETHER,
        "collecting",
        73,
        91,
    ),
    Proposal(
        "GM0171",
        "Sjoerd Wiersma",
        "Open het dorpshuis weer op dinsdagavond",
        "Het dorpshuis is op dinsdag dicht, omdat er geen beheerder is. Koor, schaakclub en naaigroep "
        "zitten nu zonder plek. Wij willen zelf de sleutel beheren.",
        "Negen mensen maken een rooster en volgen de cursus voor bedrijfshulp. De gemeente geeft ons "
        "een sleutel en een contract voor één jaar.\n\n"
        "Verwarming kost ongeveer 40 euro per avond. Die betalen de clubs samen.",
        RESIDENTS,
        "withdrawn",
        49,
        35,
        "Ens",
    ),
    Proposal(
        "GM0184",
        "Trijntje Hakvoort",
        "Een bank met uitzicht op het IJsselmeer, om de honderd meter",
        "Op de dijk waait het, en de mooiste plek is het verst lopen. Wie slecht ter been is, komt er "
        "niet. Wij willen om de honderd meter een bank met leuningen.",
        "Het gaat om elf banken op de wandelroute boven op de dijk. Ouderen uit de straten erachter "
        "kozen de plekken uit, met de wind in de rug.\n\n"
        "Een bank kost 850 euro met plaatsen. Een timmerman uit het dorp maakt ze van oude "
        "steigerplanken. Zijn uren geeft hij cadeau.",
        TOGETHER,
        "collecting",
        33,
        64,
    ),
    Proposal(
        "GM0050",
        "Lotte Verhagen",
        "Houd één zaterdag per maand het centrum vrij van auto's",
        "Op zaterdag rijden auto's rondjes op zoek naar een plek. Wij willen één zaterdag per maand "
        "tafels, muziek en spelende kinderen op straat, van tien tot vijf.",
        "De parkeerplaats bij de sporthal is op zaterdag bijna leeg en ligt op zes minuten lopen. "
        "Voor wie dat niet kan, rijdt er een golfkar.\n\n"
        "Elf van de zestien winkeliers doen mee. Wij zetten de hekken neer en halen ze weg. We "
        "beginnen met zes zaterdagen en vragen daarna iedereen wat beter kan.",
        TOGETHER,
        "expired",
        205,
        72,
    ),
    Proposal(
        "GM0034",
        "resident",
        "Watertappunten bij alle sportvelden",
        "Kinderen sporten 's zomers op kunstgras zonder dat er water is. Wij willen bij elk sportveld "
        "een kraan.",
        "",
        TOGETHER,
        "draft",
    ),
    Proposal(
        "GM0995",
        "resident2",
        "Een plek om gereedschap te lenen",
        "Iedereen heeft een boormachine die een kwartier per jaar draait. Wij willen een plek waar u "
        "gereedschap leent.",
        "In het oude fietsenhok is ruimte. Twee gepensioneerde timmerlieden leggen uit hoe het werkt.",
        RESIDENTS,
        "draft",
    ),
)
FIRST_NAMES = (
    "Anna Bas Carla Daan Eva Faisal Gerda Hugo Ingrid Jamal Karin Lars Mila Nico Olga Pieter Quinty "
    "Rachid Sofie Tom Ursula Vera Wouter Xander Yara Zeynep "
)
LAST_NAMES = (
    "Aalbers Bouma Claassen Demir Elzinga Faber Groen Hofstra Ismail Jonker Kramer Loonstra Mulder "
    "Nijhuis Oosting Pol Riemersma Slot Timmer Uiterwijk Veenstra Wolters Yilmaz Zijlstra "
)
