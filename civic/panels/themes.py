"""Theme templates and ready-made features, as data: what a lottery administrator starts from.

Names of constituencies, sources, features and values become rows that can be edited, so they are plain
Dutch. Only the labels of the choices are translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from civic.panels.states import EntryRoute, FeatureKind

FLOOR = 3  # domain handbook E2: no municipality stands alone in a constituency
CONSENT = (
    "Ik vind het goed dat dit panel mijn antwoord op deze vraag bewaart tot de loting klaar is. "
    "Mijn antwoord telt alleen mee voor een goede verdeling. Ik mag ook geen antwoord geven."
)


@dataclass(frozen=True)
class Part:
    """A constituency of a template. `share` is its part of the seats, beside those of the others."""

    name: str
    sources: tuple[str, ...]
    route: EntryRoute
    is_sensitive: bool = False
    share: int = 1


@dataclass(frozen=True)
class Theme:
    key: str
    label: Any
    text: Any
    parts: tuple[Part, ...]


THEMES = {
    theme.key: theme
    for theme in (
        Theme(
            "work",
            _l("Werk en economie"),
            _l("Drie derden: mensen met een uitkering, werkgevers, en onderwijs met ambtenaren."),
            (
                Part(
                    "Mensen met een uitkering",
                    ("Uitkeringsadministratie van de gemeente",),
                    EntryRoute.LOT,
                    is_sensitive=True,
                ),
                Part("Werkgevers", ("Open aanmelding voor werkgevers",), EntryRoute.SELF_REGISTRATION),
                Part("Onderwijs en ambtenaren", ("Onderwijs", "Ambtenaren"), EntryRoute.NOMINATION),
            ),
        ),
        Theme(
            "care",
            _l("Zorg"),
            _l("Drie derden: cliëntenraden met ambtenaren, mensen die zorg krijgen, en mantelzorgers."),
            (
                Part("Cliëntenraden en ambtenaren", ("Cliëntenraden", "Ambtenaren"), EntryRoute.NOMINATION),
                Part(
                    "Mensen die zorg krijgen",
                    ("Wmo-administratie van de gemeente",),
                    EntryRoute.LOT,
                    is_sensitive=True,
                ),
                Part(
                    "Mantelzorgers",
                    ("Steunpunt mantelzorg", "Open aanmelding voor mantelzorgers"),
                    EntryRoute.SELF_REGISTRATION,
                ),
            ),
        ),
        Theme(
            "residents",
            _l("Eén loting voor alle inwoners"),
            _l("Iedereen die oud genoeg is, kan een brief krijgen. Er zijn geen aparte groepen."),
            (Part("Inwoners", ("Basisregistratie personen",), EntryRoute.LOT),),
        ),
    )
}


@dataclass(frozen=True)
class ReadyValue:
    """`figure` is the name of the value in the population figures, empty where there is none."""

    value: str
    figure: str = ""
    from_age: int | None = None
    to_age: int | None = None


@dataclass(frozen=True)
class ReadyFeature:
    """`figures` is the name of the feature in the population figures, empty where there are none."""

    key: str
    label: Any
    name: str
    question: str
    values: tuple[ReadyValue, ...]
    figures: str = ""
    kind: FeatureKind = FeatureKind.CHOICE
    is_sensitive: bool = False


READY = {
    one.key: one
    for one in (
        ReadyFeature(
            "gender",
            _l("Geslacht"),
            "geslacht",
            "Wat is uw geslacht?",
            (ReadyValue("vrouw", "vrouw"), ReadyValue("man", "man"), ReadyValue("X", "X")),
            figures="gender",
        ),
        ReadyFeature(
            "age",
            _l("Leeftijd"),
            "leeftijd",
            "Wat is uw geboortedatum?",
            (
                ReadyValue("16-24", "16-24", 16, 24),
                ReadyValue("25-39", "25-39", 25, 39),
                ReadyValue("40-54", "40-54", 40, 54),
                ReadyValue("55-64", "55-64", 55, 64),
                ReadyValue("65+", "65+", 65, None),
            ),
            figures="age",
            kind=FeatureKind.AGE_BAND,
        ),
        ReadyFeature(
            "education",
            _l("Opleiding"),
            "opleiding",
            "Wat is uw hoogste diploma?",
            (
                ReadyValue("basisschool, vmbo of mbo 1", "low"),
                ReadyValue("havo, vwo of mbo 2 tot 4", "middle"),
                ReadyValue("hbo of universiteit", "high"),
            ),
            figures="education",
        ),
        ReadyFeature(
            "language",
            _l("Taal thuis"),
            "thuistaal",
            "Welke taal spreekt u thuis het meest?",
            (
                ReadyValue("Nederlands"),
                ReadyValue("Nederlands en een andere taal"),
                ReadyValue("een andere taal"),
            ),
            is_sensitive=True,  # it may tell where somebody's family comes from (GDPR, article 9)
        ),
        ReadyFeature(
            "housing",
            _l("Woning"),
            "woning",
            "In wat voor huis woont u?",
            (
                ReadyValue("koopwoning"),
                ReadyValue("huurwoning van een corporatie"),
                ReadyValue("andere huurwoning"),
                ReadyValue("anders"),
            ),
        ),
        ReadyFeature(
            "household",
            _l("Huishouden"),
            "huishouden",
            "Met wie woont u?",
            (
                ReadyValue("alleen"),
                ReadyValue("samen zonder kinderen"),
                ReadyValue("met kinderen"),
                ReadyValue("anders"),
            ),
        ),
        ReadyFeature(
            "work",
            _l("Werk"),
            "werk",
            "Wat doet u het meest?",
            (
                ReadyValue("betaald werk"),
                ReadyValue("school of studie"),
                ReadyValue("met pensioen"),
                ReadyValue("zorgen voor huis of familie"),
                ReadyValue("iets anders"),
            ),
        ),
        ReadyFeature(
            "health",
            _l("Ziekte of beperking"),
            "beperking",
            "Hebt u een ziekte of beperking die langer dan een half jaar duurt?",
            (ReadyValue("ja"), ReadyValue("nee")),
            is_sensitive=True,
        ),
    )
}
