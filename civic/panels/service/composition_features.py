"""Writing features: ready ones, own ones, their values, shares and quotas."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import Composition, Feature, FeatureValue, Panel
from civic.panels.queries import composition as queries
from civic.panels.service.composition import open_composition, set_bounds
from civic.panels.service.composition_facts import facts_of, lines_of, trait_of
from civic.panels.service.composition_names import (
    MOST_FEATURES,
    MOST_VALUES,
    is_reserved,
    is_reserved_value,
    name_error,
    squeezed,
)
from civic.panels.service.composition_plan import band_name
from civic.panels.states import FeatureKind
from civic.panels.themes import CONSENT, ReadyFeature, ReadyValue
from civic.regions import statistics

WHOLE = 1000
LONGEST_VALUE = 60
ROUNDING = 10  # percentages with one decimal need not add up to exactly 100


@dataclass(frozen=True)
class ValueDraft:
    """A value as it was filled in; no bounds: let them follow from the share."""

    name: str
    per_mille: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    from_age: int | None = None
    to_age: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class FeatureDraft:
    name: str
    question: str
    is_sensitive: bool = False
    consent_text: str = ""
    constituencies: list[int] = field(default_factory=list)
    values: list[ValueDraft] = field(default_factory=list)
    source: str = ""


def add_ready(panel: Panel, ready: list[ReadyFeature], *, actor: User | None, at: datetime) -> list[Feature]:
    """Add features from the list, with shares from the figures of the region. One that is there is left."""
    row = open_composition(panel)
    taken = {one.name.casefold() for one in queries.features_of(panel.id)}
    added = [_ready_feature(panel, one, row.minimum_age) for one in ready if one.name not in taken]
    for feature in added:
        _append(panel, row, feature, actor, at)
    return added


def add_own(panel: Panel, name: str, kind: FeatureKind, *, actor: User | None, at: datetime) -> Feature:
    """An own feature begins empty. Raises `Invalid` for `name`."""
    row = open_composition(panel)
    errors = _name_errors(panel, name, None)
    if errors:
        raise Invalid(errors)
    feature = Feature(panel_id=panel.id, name=name, kind=kind, source="")
    _append(panel, row, feature, actor, at)
    return feature


def _append(panel: Panel, row: Composition, feature: Feature, actor: User | None, at: datetime) -> None:
    numbers = [one.number for one in queries.features_of(panel.id)]
    if len(numbers) >= MOST_FEATURES:
        raise Invalid({"name": [_("Kies hooguit %(most)s kenmerken.", most=MOST_FEATURES)]})
    feature.number = max(numbers, default=0) + 1
    db.session.add(feature)
    row.changed_at = at
    db.session.flush()
    set_bounds(feature, _seats(panel, row, feature), row.tolerance)
    events.record(panel, events.What("feature_added", data={"feature": feature.id}), actor=actor, at=at)


def _seats(panel: Panel, row: Composition, feature: Feature) -> int:
    return trait_of(feature).seats_in(facts_of(panel, row).groups)


def _ready_feature(panel: Panel, ready: ReadyFeature, minimum_age: int) -> Feature:
    values = list(ready.values)
    if ready.kind is FeatureKind.AGE_BAND:
        values = bands_from(values, minimum_age)
    shares = statistics.shares_of_region(ready.figures) if ready.figures else None
    feature = Feature(
        panel_id=panel.id,
        name=ready.name,
        kind=ready.kind,
        question=ready.question,
        is_sensitive=ready.is_sensitive,
        consent_text=CONSENT if ready.is_sensitive else "",
        source=source_text(shares) if shares else "",
    )
    known = _shares_of(values, shares)
    feature.values = [
        FeatureValue(
            number=number,
            value=one.value,
            per_mille=known[one.figure] if known else None,
            from_age=one.from_age,
            to_age=one.to_age,
        )
        for number, one in enumerate(values, start=1)
    ]
    return feature


def _shares_of(values: list[ReadyValue], shares: statistics.Shares | None) -> dict[str, int]:
    """What the figures do not know (an X as gender) has a share of nothing, not an unknown one."""
    if shares is None:
        return {}
    found = {one.figure: Fraction(shares.per_mille.get(one.figure, 0)) for one in values}
    return statistics.to_per_mille(found) if any(found.values()) else {}


def source_text(shares: statistics.Shares) -> str:
    text = shares.source or _("bevolkingscijfers van de regio")
    if shares.is_estimate and "schatting" not in text:
        text = _("%(source)s (schatting)", source=text)
    return text[:200]


def bands_from(values: list[ReadyValue], minimum_age: int) -> list[ReadyValue]:
    """Age bands that begin at the youngest age somebody may have."""
    kept = [one for one in values if one.to_age is None or one.to_age >= minimum_age]
    first = replace(kept[0], from_age=minimum_age)
    return [replace(first, value=band_name(minimum_age, first.to_age)), *kept[1:]]


def save_feature(
    feature: Feature, draft: FeatureDraft, *, anew: bool = False, actor: User | None, at: datetime
) -> None:
    """Keep a feature with its values. `anew` lets all bounds follow from the shares again.

    Without it, bounds that were typed stay, and bounds that followed from the share follow again. Raises
    `Invalid` for `name`, `consent_text`, `constituencies` and `rows`.
    """
    panel = db.session.get_one(Panel, feature.panel_id)
    row = open_composition(panel)
    facts = facts_of(panel, row)
    draft = _named(feature, draft)
    _refuse_bad_draft(panel, feature, draft, row)
    typed = _typed(
        feature,
        draft,
        {
            line.value.id: line.old
            for line in lines_of(trait_of(feature), facts, facts.settings)
            if line.is_typed
        },
    )
    feature.name, feature.question, feature.source = draft.name, draft.question, draft.source
    feature.is_sensitive = draft.is_sensitive
    feature.consent_text = draft.consent_text if draft.is_sensitive else ""
    feature.constituencies = sorted(draft.constituencies)
    _write_values(feature, draft.values)
    row.changed_at = at
    db.session.flush()
    set_bounds(feature, _seats(panel, row, feature), row.tolerance)
    if not anew:
        _keep_typed(feature, typed)
    what = events.What("feature_changed", data={"feature": feature.id, "values": len(draft.values)})
    events.record(panel, what, actor=actor, at=at)


def _named(feature: Feature, draft: FeatureDraft) -> FeatureDraft:
    """Age bands go in order of age, and have a name of their own only if somebody gave one."""
    if feature.kind is not FeatureKind.AGE_BAND:
        return draft
    values = sorted(draft.values, key=lambda one: one.from_age or 0)
    return replace(
        draft,
        values=[replace(one, name=one.name or band_name(one.from_age or 0, one.to_age)) for one in values],
    )


Typed = dict[str, tuple[int, int]]


def _typed(feature: Feature, draft: FeatureDraft, by_hand: dict[int, tuple[int, int]]) -> Typed:
    """Bounds that somebody chose: typed just now (other than what stood there), or before and left alone."""
    stored = {one.id: (one.minimum, one.maximum) for one in feature.values}
    found: Typed = {}
    for one in draft.values:
        if one.minimum is None or one.maximum is None:
            continue
        is_new = (one.minimum, one.maximum) != stored.get(one.id or 0)
        if is_new or one.id in by_hand:
            found[one.name] = one.minimum, one.maximum
    return found


def _keep_typed(feature: Feature, typed: Typed) -> None:
    for value in feature.values:
        if value.value in typed:
            value.minimum, value.maximum = typed[value.value]


def _write_values(feature: Feature, drafts: list[ValueDraft]) -> None:
    known = {one.id: one for one in feature.values}
    if any(draft.id not in known for draft in drafts if draft.id is not None):
        raise NotAllowedNow("changed_meanwhile")
    kept = {draft.id for draft in drafts}
    feature.values = [one for one in feature.values if one.id in kept]
    for one in feature.values:  # names and numbers are unique at every moment
        one.number, one.value = -one.id, f"\N{SOFT HYPHEN}{one.id}"
    db.session.flush()
    for number, draft in enumerate(drafts, start=1):
        value = known[draft.id] if draft.id is not None else FeatureValue()
        value.number, value.value, value.per_mille = number, draft.name, draft.per_mille
        value.from_age, value.to_age = draft.from_age, draft.to_age
        if draft.id is None:
            feature.values.append(value)
    feature.values.sort(key=lambda one: one.number)


def _refuse_bad_draft(panel: Panel, feature: Feature, draft: FeatureDraft, row: Composition) -> None:
    errors = _name_errors(panel, draft.name, feature.id)
    if draft.is_sensitive and not draft.consent_text:
        errors["consent_text"] = [_("Schrijf op waarvoor iemand toestemming geeft.")]
    known = {one.number for one in queries.constituencies_of(panel.id)}
    if set(draft.constituencies) - known:
        errors["constituencies"] = [_("Kies geledingen van dit panel.")]
    lines = [*_value_errors(draft, panel.size), *_share_errors(draft)]
    if feature.kind is FeatureKind.AGE_BAND:
        lines += age_errors(draft.values, row.minimum_age)
    if lines:
        errors["rows"] = lines
    if errors:
        raise Invalid(errors)


def _name_errors(panel: Panel, name: str, own_id: int | None) -> dict[str, list[str]]:
    others = {one.name.casefold() for one in queries.features_of(panel.id) if one.id != own_id}
    if name.casefold() in others:
        return {"name": [_("Dit kenmerk staat er al. Kies een andere naam.")]}
    if is_reserved(name):
        return {"name": [_("Deze naam gebruikt de loting zelf. Kies een andere naam.")]}
    return {}


def _value_errors(draft: FeatureDraft, size: int) -> list[str]:
    errors = []
    if len(draft.values) < 2:
        errors.append(_("Geef minstens twee waarden."))
    if len(draft.values) > MOST_VALUES:
        errors.append(_("Geef hooguit %(most)s waarden.", most=MOST_VALUES))
    names = [one.name.casefold() for one in draft.values]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    errors += [_("De waarde “%(name)s” staat er twee keer.", name=name) for name in twice]
    errors += [_reserved_sentence(one.name) for one in draft.values if is_reserved_value(one.name)]
    for one in draft.values:
        if (one.minimum is None) != (one.maximum is None):
            errors.append(_("Vul bij “%(name)s” allebei in: minimum en maximum.", name=one.name))
        elif one.minimum is not None and one.maximum is not None and not one.minimum <= one.maximum:
            errors.append(_("Bij “%(name)s” moet het minimum onder het maximum liggen.", name=one.name))
    return errors


def _reserved_sentence(name: str) -> str:
    return str(_("Het antwoord “%(name)s” gebruikt de loting zelf. Kies een ander woord.", name=name))


def _share_errors(draft: FeatureDraft) -> list[str]:
    known = [one.per_mille for one in draft.values if one.per_mille is not None]
    if not known:
        return []
    if len(known) < len(draft.values):
        return [_("Vul bij elke waarde een aandeel in. Of laat ze allemaal leeg.")]
    if abs(sum(known) - WHOLE) > ROUNDING:
        total = f"{sum(known) / 10:.1f}".replace(".", ",")
        return [_("De aandelen zijn samen %(total)s%%. Dat moet 100%% zijn.", total=total)]
    return []


def age_errors(values: list[ValueDraft], minimum_age: int) -> list[str]:
    """Bands from the youngest age up, without gaps and without overlap; the last one has no end."""
    errors = []
    expected = minimum_age
    for place, one in enumerate(values):
        if one.from_age is None:
            errors.append(_("Vul bij “%(name)s” in vanaf welke leeftijd.", name=one.name))
            return errors
        if one.from_age != expected:
            errors.append(_age_sentence(place, one.from_age, expected))
        if one.to_age is not None and one.to_age < one.from_age:
            errors.append(_("Bij “%(name)s” is de laatste leeftijd lager dan de eerste.", name=one.name))
        is_last = place == len(values) - 1
        if is_last and one.to_age is not None:
            errors.append(_("Laat de laatste leeftijd van de oudste groep leeg. Zo telt iedereen mee."))
        if not is_last and one.to_age is None:
            errors.append(_("Vul bij “%(name)s” in tot en met welke leeftijd.", name=one.name))
            return errors
        expected = (one.to_age or 0) + 1
    return errors


def _age_sentence(place: int, first: int, expected: int) -> str:
    if place == 0:
        return str(
            _(
                "De jongste groep begint bij %(first)s jaar. Dat moet %(expected)s zijn.",
                first=first,
                expected=expected,
            )
        )
    if first > expected:
        return str(_("Er zit een gat: niemand van %(expected)s jaar past in een groep.", expected=expected))
    return str(_("Twee groepen lopen door elkaar: %(first)s jaar past in allebei.", first=first))


def remove_feature(feature: Feature, *, actor: User | None, at: datetime) -> None:
    panel = db.session.get_one(Panel, feature.panel_id)
    row = open_composition(panel)
    row.changed_at = at
    what = events.What("feature_removed", data={"feature": feature.id})
    db.session.delete(feature)
    events.record(panel, what, actor=actor, at=at)


def use_figures(
    feature: Feature, numbers: dict[str, Fraction], source: str, *, actor: User | None, at: datetime
) -> None:
    """Shares from a table: for age they go into the bands there are, otherwise its values replace ours."""
    panel = db.session.get_one(Panel, feature.panel_id)
    row = open_composition(panel)
    shares = statistics.to_per_mille(figures_for(feature, numbers))
    if len(shares) < 2 or not any(shares.values()):
        raise Invalid({"figures": [_("Met deze cijfers zijn er geen twee waarden. Kies een andere kolom.")]})
    if len(shares) > MOST_VALUES:
        raise Invalid(
            {"figures": [_("Er zijn meer dan %(most)s waarden. Maak een kleinere tabel.", most=MOST_VALUES)]}
        )
    wrong = [error for error in map(_figure_error, shares) if error]
    if wrong:
        raise Invalid({"figures": wrong})
    known = {one.value: one for one in feature.values}
    drafts = [
        ValueDraft(
            name=name,
            per_mille=share,
            id=known[name].id if name in known else None,
            from_age=known[name].from_age if name in known else None,
            to_age=known[name].to_age if name in known else None,
        )
        for name, share in shares.items()
    ]
    _write_values(feature, drafts)
    feature.source, row.changed_at = source[:200], at
    db.session.flush()
    set_bounds(feature, _seats(panel, row, feature), row.tolerance)
    what = events.What("figures_imported", data={"feature": feature.id, "values": len(shares)})
    events.record(panel, what, actor=actor, at=at)


def _figure_error(name: str) -> str | None:
    return _reserved_sentence(name) if is_reserved_value(name) else name_error(name)


def figures_for(feature: Feature, numbers: dict[str, Fraction]) -> dict[str, Fraction]:
    """The numbers as they will be used for this feature."""
    if feature.kind is not FeatureKind.AGE_BAND:
        found: dict[str, Fraction] = {}
        for name, number in numbers.items():
            short = squeezed(name)[:LONGEST_VALUE].strip()
            found[short] = found.get(short, Fraction(0)) + number
        return found
    bands = [statistics.Band(one.value, one.from_age or 0, one.to_age) for one in feature.values]
    return statistics.into_bands(numbers, bands)
