"""The first steps: what the panel may say, who promised what, and who it must look like."""

from __future__ import annotations

from civic.accounts.demo import persona
from civic.calendar import today
from civic.db import committing, db
from civic.panels.demo_run.walk import Walk
from civic.panels.models import Panel
from civic.panels.queries import composition as composition_queries
from civic.panels.queries.mandate import mandate_of
from civic.panels.service import composition, composition_features, mandate, panels
from civic.panels.service.composition_facts import Settings
from civic.panels.service.panels import PanelText
from civic.panels.states import EntryRoute, ParticipationLevel, PolicyPhase
from civic.panels.themes import READY, THEMES
from civic.regions import queries as regions

TEXT = PanelText(
    "Zorg dichtbij in Flevoland",
    "Welke zorg moet in elk dorp en in elke wijk blijven? En wat mag verder weg of online?",
    150,
)
PROMISE = "Wij nemen het advies over, tenzij het niet kan. Dan leggen wij per punt uit waarom."


def write_mandate(walk: Walk) -> None:
    actor = persona("lottery")
    with committing():
        panel = panels.create_panel(TEXT, actor=actor, at=walk.at(0))
        db.session.flush()
        walk.panel_id = panel.id
        words = mandate.MandateText(
            client="De zes gemeenten van Flevoland",
            frame="Het budget voor 2028 staat vast. Hoe we het verdelen over plaatsen, staat nog open.",
            out_of_scope="De wet zelf, en de zorg in het ziekenhuis.",
            phase=PolicyPhase.DESIGN,
        )
        planning = mandate.Planning(today(walk.at(240)), 13)
        draft = mandate.Draft(words, ParticipationLevel.COPRODUCE, planning)
        mandate.save_draft(panel, draft, "", actor=actor, at=walk.at(0))
        mandate.publish(panel, mandate.mark_of(mandate_of(panel.id)), actor=actor, at=walk.at(1))
    places = regions.municipalities()
    for number, place in enumerate(places):
        moment = walk.at(3 + number)
        signed = mandate.Promise(PROMISE, "wethouder", today(moment))
        with committing():
            mandate.sign(walk.panel, place, signed, actor=actor, at=moment)
    walk.say(f"Opdracht gepubliceerd; {len(places)} convenanten getekend.")


def choose_composition(walk: Walk) -> None:
    actor, at = persona("lottery"), walk.at(10)
    with committing():
        composition.choose_theme(walk.panel, THEMES["care"], actor=actor, at=at)
        composition.save_constituencies(walk.panel, _thirds(walk.panel), actor=actor, at=at)
        composition.save_settings(
            walk.panel,
            Settings(floor=3, tolerance=3, pool_ratio=6, response_per_mille=60),
            actor=actor,
            at=at,
        )
        wanted = [READY[key] for key in ("gender", "age", "education")]
        composition_features.add_ready(walk.panel, wanted, actor=actor, at=at)
        _bind_to_residents(walk.panel)
        composition.fix(walk.panel, actor=actor, at=walk.at(12))
    rows = composition_queries.constituencies_of(walk.panel_id)
    walk.say("Samenstelling: " + ", ".join(f"{one.name} {one.seats}" for one in rows) + " plaatsen.")


def _thirds(panel: Panel) -> list[composition.Draft]:
    """The template, with a lot among carers too."""
    return [
        composition.Draft(
            name=one.name,
            seats=one.seats,
            route=EntryRoute.LOT if one.route is EntryRoute.SELF_REGISTRATION else one.route,
            is_sensitive=one.is_sensitive,
            sources=[source.name for source in one.sources],
            id=one.id,
        )
        for one in composition_queries.constituencies_of(panel.id)
    ]


def _bind_to_residents(panel: Panel) -> None:
    """Age and education targets bind residents; nominated officials are what their office makes them."""
    lots = [
        one.number
        for one in composition_queries.constituencies_of(panel.id)
        if one.route is not EntryRoute.NOMINATION
    ]
    for feature in composition_queries.features_of(panel.id):
        draft = composition_features.FeatureDraft(
            name=feature.name,
            question=feature.question,
            is_sensitive=feature.is_sensitive,
            consent_text=feature.consent_text,
            constituencies=lots,
            values=[
                composition_features.ValueDraft(
                    name=one.value,
                    per_mille=one.per_mille,
                    from_age=one.from_age,
                    to_age=one.to_age,
                    id=one.id,
                )
                for one in feature.values
            ],
            source=feature.source,
        )
        composition_features.save_feature(
            feature, draft, anew=True, actor=persona("lottery"), at=panel.created_at
        )
