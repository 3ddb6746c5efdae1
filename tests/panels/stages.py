"""A panel at any stage, made of rows: quicker than walking there. Call inside an app context; it commits.

The services have their own tests; this is for tests of what comes after them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from civic.db import db
from civic.panels.models import (
    Composition,
    Constituency,
    Feature,
    FeatureValue,
    Mandate,
    MandateAgreement,
    Panel,
    SeatCell,
    Source,
)
from civic.panels.states import EntryRoute, FeatureKind, ParticipationLevel, PolicyPhase, Stage
from civic.regions.models import Municipality
from civic.regions.queries import municipalities
from tests.conftest import NOW
from tests.panels.makers import administrator

SEATS = {"GM0034": 6, "GM0995": 3, "GM0171": 2, "GM0303": 2, "GM0050": 1, "GM0184": 1}  # 15 per third
THIRDS = (
    ("Cliëntenraden en ambtenaren", ("Cliëntenraden", "Ambtenaren"), EntryRoute.NOMINATION, False),
    ("Zorgontvangers", ("Wmo-register",), EntryRoute.LOT, True),
    ("Mantelzorgers", ("Steunpunt mantelzorg", "Open aanmelding"), EntryRoute.LOT, False),
)
CONSENT = "Ik vind het goed dat dit panel mijn antwoord op deze vraag bewaart tot de loting klaar is."


def prepared_panel(stage: Stage = Stage.REGISTRATION, at: datetime = NOW) -> Panel:
    """45 seats in three thirds over the six municipalities; features: gender, age, education (sensitive)."""
    panel = Panel(
        region_id=_places()[0].region_id,
        title="Zorg dicht bij huis",
        question="Welke zorg moet in elk dorp en in elke wijk blijven?",
        size=45,
        stage=stage,
        created_by_id=administrator().id,
        created_at=at,
    )
    db.session.add(panel)
    db.session.flush()
    _add_mandate(panel, at)
    _add_composition(panel, at)
    db.session.commit()
    return panel


def _places() -> list[Municipality]:
    return municipalities()


def _add_mandate(panel: Panel, at: datetime) -> None:
    db.session.add(
        Mandate(
            panel_id=panel.id,
            client="Jeugdzorgregio Flevoland",
            frame="Het budget van 2028 staat vast. Hoe we het verdelen, staat open.",
            out_of_scope="De wet zelf.",
            phase=PolicyPhase.DESIGN,
            level=ParticipationLevel.COPRODUCE,
            advice_on=date(2027, 6, 1),
            changed_at=at,
            published_at=None if panel.stage is Stage.MANDATE else at,
        )
    )
    for place in _places():
        db.session.add(
            MandateAgreement(
                panel_id=panel.id,
                municipality_id=place.id,
                promise="Wij volgen het advies, tenzij het niet kan. Dan zeggen wij waarom.",
                signed_by_role="wethouder",
                signed_on=at.date() - timedelta(days=1),
                recorded_by_id=administrator().id,
                recorded_at=at,
            )
        )


def _add_composition(panel: Panel, at: datetime) -> None:
    fixed_at = None if panel.stage in {Stage.MANDATE, Stage.COMPOSITION} else at
    db.session.add(Composition(panel_id=panel.id, template="care", floor=1, changed_at=at, fixed_at=fixed_at))
    for number, (name, sources, route, is_sensitive) in enumerate(THIRDS, start=1):
        third = Constituency(
            panel_id=panel.id, number=number, name=name, seats=15, route=route, is_sensitive=is_sensitive
        )
        third.sources = [Source(number=place, name=one) for place, one in enumerate(sources, start=1)]
        db.session.add(third)
        db.session.flush()
        for place in _places():
            db.session.add(
                SeatCell(constituency_id=third.id, municipality_id=place.id, seats=SEATS[place.code])
            )
    _add_features(panel)


def _add_features(panel: Panel) -> None:
    gender = Feature(panel_id=panel.id, number=1, name="geslacht", question="Wat is uw geslacht?")
    gender.values = [
        FeatureValue(number=1, value="vrouw", per_mille=500, minimum=20, maximum=24),
        FeatureValue(number=2, value="man", per_mille=490, minimum=20, maximum=24),
        FeatureValue(number=3, value="X", per_mille=10, minimum=0, maximum=3),
    ]
    age = Feature(panel_id=panel.id, number=2, name="leeftijd", kind=FeatureKind.AGE_BAND)
    age.values = [
        FeatureValue(number=1, value="16-34", from_age=16, to_age=34, per_mille=300, minimum=12, maximum=16),
        FeatureValue(number=2, value="35-64", from_age=35, to_age=64, per_mille=480, minimum=19, maximum=24),
        FeatureValue(number=3, value="65+", from_age=65, to_age=None, per_mille=220, minimum=8, maximum=12),
    ]
    school = Feature(
        panel_id=panel.id,
        number=3,
        name="opleiding",
        question="Wat is uw hoogste opleiding?",
        is_sensitive=True,
        consent_text=CONSENT,
        constituencies=[2, 3],
    )
    school.values = [
        FeatureValue(number=1, value="laag", per_mille=280, minimum=6, maximum=12),
        FeatureValue(number=2, value="midden", per_mille=460, minimum=11, maximum=17),
        FeatureValue(number=3, value="hoog", per_mille=260, minimum=5, maximum=11),
    ]
    db.session.add_all([gender, age, school])


def constituency(panel: Panel, number: int) -> Constituency:
    return db.session.scalars(
        select(Constituency).where(Constituency.panel_id == panel.id, Constituency.number == number)
    ).one()
