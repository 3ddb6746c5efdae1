"""The departments of the demo, with the people who can sign in as one of their members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from civic.aanjaagteam.models import Unit
from civic.aanjaagteam.service.units import Membership, UnitFacts, add_member, add_unit
from civic.accounts.demo import persona
from civic.calendar import today
from civic.db import db
from civic.regions.models import Municipality


@dataclass(frozen=True)
class Department:
    """`place` is a CBS code, or None for the region. `people`: keys of personas; the first one leads."""

    name: str
    place: str | None
    headcount: int
    discretion: str = ""
    people: tuple[str, ...] = ()


UNITS = (
    Department(
        "Vergunningen",
        "GM0995",
        14,
        "Een ontbrekende bijlage zelf opvragen, ook als de termijn loopt.\n\n"
        "Een vergunning voor een straatfeest tot 200 mensen verlenen zonder overleg.",
        ("manager", "employee"),
    ),
    Department(
        "Openbare ruimte",
        "GM0995",
        38,
        "Een bankje, prullenbak of paaltje plaatsen of weghalen tot 750 euro.",
    ),
    Department(
        "Wmo-loket",
        "GM0034",
        46,
        "Een hulpmiddel tot 500 euro toekennen na één gesprek, zonder advies van een arts.",
    ),
    Department(
        "Jeugdteam",
        "GM0034",
        29,
        "Een gezin drie gesprekken geven zonder beschikking.",
    ),
    Department(
        "Inkoop",
        "GM0034",
        9,
        "Tot 2.500 euro kopen bij een winkel in de buurt. Eén offerte is genoeg.",
    ),
    Department("Juridische zaken", "GM0303", 6),
    Department(
        "Financiën",
        "GM0171",
        11,
        "Een rekening tot 1.000 euro betalen met één handtekening.",
    ),
    Department("Burgerzaken", "GM0184", 3, "Een inwoner aan huis helpen die niet naar het loket kan."),
    Department("Vergunningen en toezicht", "GM0050", 7),
    Department("ICT en gegevens", None, 24),
    Department("Communicatie", None, 8, "Een brief herschrijven in gewone taal, zonder akkoord vooraf."),
    Department("Regiobureau", None, 12, people=("director",)),
)


def load(at: datetime) -> None:
    """Make the departments, once."""
    if db.session.scalar(select(Unit.id).where(Unit.name == UNITS[-1].name).limit(1)) is not None:
        return
    places = {place.code: place.id for place in db.session.scalars(select(Municipality))}
    for one in UNITS:
        unit = _known(one, places) or add_unit(_facts(one, places), actor=persona("admin"), at=at)
        for number, key in enumerate(one.people):
            member = Membership(_start(at), is_manager=number == 0)
            add_member(unit, persona(key), member, actor=persona("admin"), at=at)


def _facts(one: Department, places: dict[str, int]) -> UnitFacts:
    return UnitFacts(one.name, places.get(one.place or ""), one.headcount, one.discretion)


def _known(one: Department, places: dict[str, int]) -> Unit | None:
    """The tests put departments of their own beside the demo, and a name is used once in a municipality."""
    same = Unit.name == one.name, Unit.municipality_id.is_not_distinct_from(places.get(one.place or ""))
    return db.session.scalar(select(Unit).where(*same).order_by(Unit.id.desc()).limit(1))


def unit_named(name: str) -> Unit:
    """For the rest of the demo."""
    found = select(Unit).where(Unit.name == name).order_by(Unit.id.desc()).limit(1)
    return db.session.scalars(found).one()


def _start(at: datetime) -> date:
    """They work there longer than the oldest report."""
    return date(today(at).year - 3, 1, 1)
