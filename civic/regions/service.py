"""Bringing a region into the database, and by-law rule sets with versions."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.calendar import today
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.regions.models import Municipality, PopulationFigure, PostcodeArea, Region, RuleSet
from civic.regions.rules import Rules, Scope, default_rules

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
    """`after_version` is the version that the maker saw as the latest one, to notice a colleague's."""

    rules: Rules
    valid_from: date
    source: str
    after_version: int | None = None


def latest_rule_set(place: Municipality) -> RuleSet | None:
    return db.session.scalar(
        select(RuleSet).where(RuleSet.municipality_id == place.id).order_by(RuleSet.version.desc()).limit(1)
    )


def earliest_start(place: Municipality, at: datetime) -> date:
    """A new version starts after today and after the version before it: the past stays what it was."""
    latest = latest_rule_set(place)
    return max(today(at), latest.valid_from if latest else date.min) + timedelta(days=1)


def add_rule_set(place: Municipality, new: NewRules, *, actor: Any, at: datetime) -> RuleSet:
    """Add a version; the version before it ends on the day before. Past versions never change.

    Adding the same version again returns it. Raises `Invalid` for the date and `NotAllowedNow` when
    somebody else added a version meanwhile.
    """
    latest = latest_rule_set(place)
    if latest is not None and new.after_version not in (None, latest.version):
        return _same_or_refuse(latest, new)
    _refuse_bad_rules(place, new, at)
    row = RuleSet(
        municipality_id=place.id,
        version=latest.version + 1 if latest else 1,
        valid_from=new.valid_from,
        source=new.source,
        rules=new.rules.to_data(),
        created_at=at,
    )
    if not add_first(row):  # the version number is unique: of two at once, one wins
        raise NotAllowedNow("changed_meanwhile")
    if latest is not None:
        latest.valid_until = new.valid_from - timedelta(days=1)
    what = events.What(
        "rule_set_added",
        visibility=Visibility.PUBLIC,
        data={"version": row.version, "valid_from": new.valid_from.isoformat()},
    )
    events.record(place, what, actor=actor, at=at)
    return row


def _same_or_refuse(latest: RuleSet, new: NewRules) -> RuleSet:
    is_same = (latest.rules, latest.valid_from, latest.source) == (
        new.rules.to_data(),
        new.valid_from,
        new.source,
    )
    if not is_same:
        raise NotAllowedNow("changed_meanwhile")
    return latest


def _refuse_bad_rules(place: Municipality, new: NewRules, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if new.valid_from < earliest_start(place, at):
        errors["valid_from"] = [_("Kies een datum na vandaag en na de vorige versie.")]
    if Scope.MUNICIPALITY.value not in new.rules.thresholds:
        errors["kind_municipality"] = [_("Zeg hoeveel steun er nodig is voor de hele gemeente.")]
    if errors:
        raise Invalid(errors)
