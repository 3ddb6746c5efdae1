"""Bringing a region into the database, and by-law rule sets with versions."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events import service as events
from civic.events.models import Visibility
from civic.regions.models import Municipality, PopulationFigure, PostcodeArea, Region, RuleSet
from civic.regions.rules import Rules, default_rules

DATA = Path(__file__).resolve().parent / "data"


def load_region(source: str, *, at: datetime) -> Region:
    """Load a region from a JSON file (a path, or a name in regions/data), once.

    Also loads `<name>-postcodes.csv` beside it and gives every municipality the default rule set.
    """
    path = Path(source) if source.endswith(".json") else DATA / f"{source}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    known = db.session.scalar(select(Region).where(Region.slug == data["slug"]))
    if known is not None:
        return known
    places = data.pop("municipalities")
    region = Region(**data)
    db.session.add(region)
    for place in places:
        _add_municipality(region, place, at)
    db.session.flush()
    postcodes = path.with_name(f"{path.stem}-postcodes.csv")
    if postcodes.exists():
        import_postcodes(postcodes.read_text(encoding="utf-8"))
    return region


def _add_municipality(region: Region, data: dict[str, Any], at: datetime) -> None:
    row, column = data["tile"]
    place = Municipality(
        region=region,
        code=data["code"],
        slug=data["slug"],
        name=data["name"],
        population=data["population"],
        population_on=date.fromisoformat(data["population_on"]),
        population_source=data["population_source"],
        tile_row=row,
        tile_column=column,
    )
    db.session.add(place)
    db.session.flush()
    for figure in data.get("figures", []):
        db.session.add(PopulationFigure(municipality_id=place.id, **figure))
    rules = Rules.from_data(data["rules"]) if "rules" in data else default_rules(place.population)
    db.session.add(
        RuleSet(
            municipality=place,
            version=1,
            valid_from=date(2026, 1, 1),
            source=data.get("rules_source", ""),
            is_default="rules" not in data,
            rules=rules.to_data(),
            created_at=at,
        )
    )


def import_postcodes(text: str) -> int:
    """Read `postcode4,municipality` (CBS code) lines; replaces what is known. All errors at once."""
    codes = {place.code: place.id for place in db.session.scalars(select(Municipality))}
    areas, errors = [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        digits, code = (row.get("postcode4") or "").strip(), (row.get("municipality") or "").strip()
        if not (len(digits) == 4 and digits.isascii() and digits.isdigit()):
            errors.append(f"Regel {number}: {digits!r} is geen vier cijfers van een postcode.")
        elif code not in codes:
            errors.append(f"Regel {number}: {code!r} is geen gemeente van deze regio.")
        else:
            areas.append((digits, codes[code]))
    if errors or not areas:
        raise Invalid({"file": errors or ["Het bestand bevat geen postcodes."]})
    for digits, municipality_id in areas:
        db.session.merge(PostcodeArea(postcode4=digits, municipality_id=municipality_id))
    return len(areas)


@dataclass(frozen=True)
class NewRules:
    rules: Rules
    valid_from: date
    source: str


def add_rule_set(place: Municipality, new: NewRules, *, actor: Any, at: datetime) -> RuleSet:
    """Add a version; the version before it ends on the day before. Past versions never change."""
    latest = max(place.rule_sets, key=lambda one: one.version)
    if new.valid_from <= max(latest.valid_from, today(at)):
        raise Invalid({"valid_from": ["Kies een datum na vandaag en na de vorige versie."]})
    latest.valid_until = new.valid_from - timedelta(days=1)
    row = RuleSet(
        municipality=place,
        version=latest.version + 1,
        valid_from=new.valid_from,
        source=new.source,
        rules=new.rules.to_data(),
        created_at=at,
    )
    db.session.add(row)
    what = events.What(
        "rule_set_added",
        visibility=Visibility.PUBLIC,
        data={"version": row.version, "valid_from": new.valid_from.isoformat()},
    )
    events.record(place, what, actor=actor, at=at)
    return row
