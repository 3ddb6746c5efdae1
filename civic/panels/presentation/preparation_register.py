"""The entry of a panel's draw in the Dutch Algorithm Register (publication standard 1.0).

Made from the settings the draw really has: sizes, quotas, features, ages, terms of deletion.
The names of the fields are those of the standard's own interface; `department` and `type` come with it
for registers that still show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.links import absolute
from civic.panels.models import (
    KEEP_AFTER_ADVICE,
    KEEP_REGISTRANTS,
    Composition,
    Mandate,
    Panel,
    PublicDraw,
)
from civic.panels.presentation import draws_public
from civic.panels.states import Stage

LazyString = Any  # flask_babel's lazy string

STANDARD = "1.0"
SHORT_LENGTH = 250
LAWS = (
    ("Gemeentewet, artikel 150", "https://wetten.overheid.nl/BWBR0005416/#Artikel150"),
    ("Wet basisregistratie personen, artikel 3.8", "https://wetten.overheid.nl/BWBR0033715/#Artikel3.8"),
    (
        "Algemene verordening gegevensbescherming, artikelen 6 en 9",
        "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    ),
)
LABELS: dict[str, LazyString] = {
    "name": _l("Naam"),
    "description_short": _l("Korte beschrijving"),
    "organization": _l("Organisatie"),
    "department": _l("Afdeling of opdrachtgever"),
    "contact_email": _l("Contact"),
    "type": _l("Soort algoritme"),
    "category": _l("Thema"),
    "publication_category": _l("Categorie"),
    "status": _l("Status"),
    "begin_date": _l("Begonnen in"),
    "website": _l("Website"),
    "url": _l("Dit bericht in het register"),
    "goal": _l("Doel en impact"),
    "proportionality": _l("Afwegingen"),
    "human_intervention": _l("Wat doen mensen zelf?"),
    "risks": _l("Risico’s en wat wij doen"),
    "lawful_basis": _l("Wettelijke basis"),
    "lawful_basis_grouping": _l("Links naar de wet"),
    "impacttoetsen": _l("Toets op privacy (DPIA)"),
    "source_data": _l("Gegevens"),
    "methods_and_models": _l("Hoe het technisch werkt"),
    "provider": _l("Leverancier"),
    "publiccode": _l("Broncode"),
}


@dataclass(frozen=True)
class Facts:
    """What the entry is made of. `features` are the names of what the panel must look like the region in;
    `draw` is the newest draw that was committed to, or None."""

    panel: Panel
    mandate: Mandate | None
    composition: Composition | None
    features: list[str]
    organization: str
    contact_email: str
    source_url: str
    draw: PublicDraw | None = None


def entry(facts: Facts) -> dict[str, Any]:
    """The fields of the standard; texts in the language of the moment (the register itself is Dutch)."""
    panel, mandate = facts.panel, facts.mandate
    published_at = mandate.published_at if mandate else None
    return {
        "name": _("Loting van het panel %(title)s", title=panel.title),
        "description_short": _short(panel),
        "organization": facts.organization,
        "department": mandate.client if mandate else "",
        "contact_email": facts.contact_email,
        "type": _("Loting met quota. Het is geen zelflerend systeem."),
        "category": ["Organisatie en bedrijfsvoering"],
        "publication_category": "Impactvolle algoritmes",
        "status": _status(panel.stage),
        "begin_date": f"{published_at or panel.created_at:%Y-%m}",
        "end_date": None,
        "website": absolute("panels.show", panel_id=panel.id),
        "url": absolute("panels.algorithm_register", panel_id=panel.id),
        "goal": _goal(panel),
        "proportionality": _proportionality(),
        "human_intervention": _human_intervention(facts.draw),
        "risks": _risks(),
        "lawful_basis": _lawful_basis(),
        "lawful_basis_grouping": [{"title": title, "link": link} for title, link in LAWS],
        "process_index_url": None,
        "impacttoetsen_grouping": [],
        "impacttoetsen": _("In dit systeem staat geen DPIA. Vraag ernaar bij het contactadres."),
        "source_data": _source_data(facts),
        "source_data_grouping": [],
        "methods_and_models": _methods(facts.composition, facts.draw),
        "provider": _("Open broncode onder de licentie EUPL-1.2, in eigen beheer."),
        "publiccode": facts.source_url or absolute("pages.source"),
        "lang": "nld",
        "standard_version": STANDARD,
        "source_id": f"panel-{panel.id}",
        "tags": "loting; panel; participatie",
    }


def _short(panel: Panel) -> str:
    said = _(
        "Dit algoritme loot een panel van %(size)s mensen dat op de regio lijkt. "
        "De kansen zijn zo gelijk als kan.",
        size=panel.size,
    )
    return str(said)[:SHORT_LENGTH]


def _status(stage: Stage) -> str:
    """In the words of the standard."""
    if stage is Stage.STOPPED:
        return "Buiten gebruik"
    in_use = {Stage.REGISTRATION, Stage.POOL, Stage.FREEZE, Stage.FROZEN, Stage.DRAWN}
    return "In gebruik" if stage in in_use else "In ontwikkeling"


def _goal(panel: Panel) -> str:
    return str(
        _(
            "Het panel beantwoordt deze vraag: %(question)s "
            "De loting kiest wie er in het panel komt. "
            "Wie niet is geloot, verliest geen recht of geld.",
            question=panel.question,
        )
    )


def _proportionality() -> str:
    return str(
        _(
            "Zonder quota lijkt een panel vaak niet op de regio. "
            "Met quota verschillen de kansen per persoon. "
            "Daarom maakt het algoritme de kleinste kans zo groot als kan. "
            "De kansen staan bij elke loting op de site."
        )
    )


def _human_intervention(draw: PublicDraw | None) -> str:
    parts = [
        _("Mensen kiezen de quota en kijken naar twijfelgevallen."),
        _("Twee lotingsbeheerders zetten de groep samen vast. Twee keuren ook elke loting samen goed."),
        _("Niemand kan in een uitslag een naam veranderen."),
        _("Alleen een griffier kan een loting ongeldig maken, om een reden die vooraf vastligt."),
    ]
    if draw is None:
        parts.append(_("Tot nu toe zijn er alleen oefenlotingen."))
    elif draws_public.is_practice(draw):
        parts.append(_("Dit is een demonstratie: het lotingsgetal is een oefengetal."))
    return " ".join(str(part) for part in parts)


def _risks() -> str:
    return str(
        _(
            "De computer kan een fout maken. Daarom controleert een tweede programma elke uitslag. "
            "Iemand kan willen sturen. Daarom liggen alle panels vast voordat het lotingsgetal bestaat. "
            "Getuigen tekenen daarvoor, en iedereen kan de uitslag zelf narekenen. "
            "Gegevens kunnen lekken. Daarom zijn ze versleuteld en gaan ze op tijd weg."
        )
    )


def _lawful_basis() -> str:
    return str(
        _(
            "Gemeenten betrekken inwoners bij hun plannen. "
            "Elke gemeente loot zelf adressen uit haar eigen register. "
            "Voor gevoelige gegevens vragen wij toestemming."
        )
    )


def _source_data(facts: Facts) -> str:
    parts = [
        _("Wie zich aanmeldt, geeft naam, geboortedatum en adres."),
        _("De loting zelf kijkt niet naar de naam."),
    ]
    if facts.features:
        parts.append(
            _("Het panel moet op de regio lijken in: %(features)s.", features=", ".join(facts.features))
        )
    parts.append(_kept(facts))
    return " ".join(str(part) for part in parts)


def _kept(facts: Facts) -> str:
    if facts.composition:
        days = KEEP_AFTER_ADVICE.days
        return str(_("De gegevens gaan weg %(days)s dagen na de dag van het advies.", days=days))
    return str(_("De gegevens gaan weg na %(days)s dagen.", days=KEEP_REGISTRANTS.days))


def _methods(composition: Composition | None, draw: PublicDraw | None) -> str:
    parts = [
        _("Het algoritme zoekt panels die aan alle quota voldoen."),
        _("Daarna verdeelt het de kansen zo eerlijk als kan (leximin)."),
        _("Een getal dat niemand vooraf weet, kiest één panel."),
    ]
    if composition is not None:
        parts.append(
            ngettext(
                "Een groep mag %(num)d plaats afwijken.",
                "Een groep mag %(num)d plaatsen afwijken.",
                composition.tolerance,
            )
        )
        parts.append(_("Meedoen kan vanaf %(age)s jaar.", age=composition.minimum_age))
        if composition.one_per_address:
            parts.append(_("Per adres wordt hoogstens één persoon geloot."))
    if draw is not None:
        parts += _settings(draw)
    return " ".join(str(part) for part in parts)


def _settings(draw: PublicDraw) -> list[str]:
    """How the newest draw was really set up."""
    parts = [
        _(
            "De nieuwste loting kiest uit %(panels)s panels met elk dezelfde kans.",
            panels=format_decimal(draw.panels),
        ),
        _(
            "Het getal is ronde %(round)s van %(chain)s.",
            round=format_decimal(draw.round),
            chain=draws_public.chain_name(draw.chain),
        ),
    ]
    if draw.ball_digits:
        parts.append(
            ngettext(
                "Er komt %(num)d bal bij, getrokken vóór het getal.",
                "Er komen %(num)d ballen bij, getrokken vóór het getal.",
                draw.ball_digits,
            )
        )
    address = absolute("panels.public_draw", panel_id=draw.panel_id, public_draw_id=draw.id)
    parts.append(_("Alles om na te rekenen staat hier: %(address)s", address=address))
    return [str(part) for part in parts]
