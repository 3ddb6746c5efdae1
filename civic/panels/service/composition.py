"""Writing who a panel must look like: theme, constituencies, seats, and fixing or reopening it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import Composition, Constituency, Feature, Panel, SeatCell, Source
from civic.panels.queries import composition as queries
from civic.panels.service import invitations, stages
from civic.panels.service.composition_facts import (
    Facts,
    Settings,
    blocks_of,
    facts_of,
    is_other_table,
    lines_of,
    places_of_region,
    row_sentence,
    sum_sentence,
)
from civic.panels.service.composition_plan import Cells, deal, spread, with_youngest
from civic.panels.service.composition_relax import QuotaChange, relax_quota
from civic.panels.states import EntryRoute, Stage, StageAction
from civic.panels.themes import FLOOR, Theme

__all__ = [
    "Draft",
    "QuotaChange",
    "choose_theme",
    "fix",
    "open_composition",
    "relax_quota",
    "reopen",
    "save_cells",
    "save_constituencies",
    "save_settings",
]


@dataclass(frozen=True)
class Draft:
    """A constituency as it was filled in; no id for a new one."""

    name: str
    seats: int
    route: EntryRoute = EntryRoute.LOT
    is_sensitive: bool = False
    sources: list[str] = field(default_factory=list)
    id: int | None = None


def hold(panel: Panel) -> None:
    """Two administrators at once wait for one another; stage and size are those of now."""
    db.session.refresh(panel, ["stage", "size"], with_for_update=True)


def open_composition(panel: Panel) -> Composition:
    """The composition while it can still be changed; otherwise 409."""
    hold(panel)
    row = queries.composition_of(panel.id)
    if row is None or panel.stage is not Stage.COMPOSITION:
        raise NotAllowedNow("not_in_this_state")
    return row


def choose_theme(panel: Panel, theme: Theme, *, actor: User | None, at: datetime) -> Composition:
    """Begin with a template, or begin again: constituencies are replaced, features stay and bind all."""
    hold(panel)
    if panel.stage is not Stage.COMPOSITION:
        raise NotAllowedNow("not_in_this_state")
    row = queries.composition_of(panel.id) or Composition(panel_id=panel.id)
    old = facts_of(panel, row) if row.id else None
    _remove_constituencies(panel, queries.constituencies_of(panel.id))
    for feature in queries.features_of(panel.id):
        feature.constituencies = []
    seats = deal([part.share for part in theme.parts], panel.size)
    for number, (part, given) in enumerate(zip(theme.parts, seats, strict=True), start=1):
        draft = Draft(part.name, given, part.route, part.is_sensitive, list(part.sources))
        _add(panel, number, draft)
    row.template, row.changed_at = theme.key, at
    row.floor = min(FLOOR, min(seats) // max(1, len(places_of_region())))
    db.session.add(row)
    db.session.flush()
    _deal_cells(panel, row)
    if old is not None:
        move_bounds(panel, row, old)
    what = events.What("theme_chosen", data={"theme": theme.key, "constituencies": len(seats)})
    events.record(panel, what, actor=actor, at=at)
    return row


def save_constituencies(panel: Panel, drafts: list[Draft], *, actor: User | None, at: datetime) -> None:
    """Replace the list: known ids change, missing ones go, new ones come. Seats are dealt again if needed."""
    row = open_composition(panel)
    old = facts_of(panel, row)
    known = {one.id: one for one in queries.constituencies_of(panel.id)}
    gone = [one for key, one in known.items() if key not in {draft.id for draft in drafts}]
    if any(draft.id not in known for draft in drafts if draft.id is not None):
        raise NotAllowedNow("changed_meanwhile")
    _refuse_bad_parts(panel, drafts, gone)
    _remove_constituencies(panel, gone)
    _unbind(panel, {one.number for one in gone})
    _make_room_for_names(known, gone)
    number = max([one.number for one in known.values()], default=0)
    for draft in drafts:
        if draft.id is None:
            number += 1
            _add(panel, number, draft)
        else:
            _change(known[draft.id], draft)
    row.changed_at = at
    db.session.flush()
    if gone or any(draft.id is None for draft in drafts) or _seats_of(old) != _seats_of(facts_of(panel, row)):
        _deal_cells(panel, row)
    move_bounds(panel, row, old)
    what = events.What("constituencies_changed", data={"constituencies": len(drafts), "seats": panel.size})
    events.record(panel, what, actor=actor, at=at)


def _refuse_bad_parts(panel: Panel, drafts: list[Draft], gone: list[Constituency]) -> None:
    errors = []
    if not drafts:
        errors.append(_("Er is minstens één geleding nodig."))
    total = sum(draft.seats for draft in drafts)
    if drafts and total != panel.size:
        errors.append(sum_sentence(total, panel.size))
    if len({draft.name.casefold() for draft in drafts}) < len(drafts):
        errors.append(_("Elke geleding heeft een eigen naam nodig."))
    errors += _errors_of_removal(panel, gone)
    if errors:
        raise Invalid({"rows": errors})


def _errors_of_removal(panel: Panel, gone: list[Constituency]) -> list[str]:
    numbers = {one.number for one in gone}
    bound = [
        one
        for one in queries.features_of(panel.id)
        if one.constituencies and not set(one.constituencies) - numbers
    ]
    errors = [
        _(
            "Het kenmerk “%(name)s” telt alleen voor een geleding die u weghaalt. Verander eerst dat.",
            name=one.name,
        )
        for one in bound
    ]
    planned = queries.sources_with_letters(panel.id)
    with_letters = [one for one in gone if planned & {source.id for source in one.sources}]
    return errors + [_letters_sentence(one.name) for one in with_letters]


def _letters_sentence(name: str) -> str:
    return str(_("Voor “%(name)s” staan brieven gepland. Haal eerst die brieven weg.", name=name))


def _remove_constituencies(panel: Panel, gone: list[Constituency]) -> None:
    planned = queries.sources_with_letters(panel.id)
    for one in gone:
        if planned & {source.id for source in one.sources}:
            raise Invalid({"theme": [_letters_sentence(one.name)]})
        db.session.execute(delete(SeatCell).where(SeatCell.constituency_id == one.id))
        db.session.delete(one)
    db.session.flush()


def _unbind(panel: Panel, numbers: set[int]) -> None:
    for feature in queries.features_of(panel.id):
        if set(feature.constituencies) & numbers:
            feature.constituencies = [one for one in feature.constituencies if one not in numbers]


def _make_room_for_names(known: dict[int, Constituency], gone: list[Constituency]) -> None:
    """Names are unique at every moment: two that are swapped would stumble over each other."""
    for one in known.values():
        if one not in gone:
            one.name = f"\N{SOFT HYPHEN}{one.id}"
    db.session.flush()


def _add(panel: Panel, number: int, draft: Draft) -> None:
    row = Constituency(
        panel_id=panel.id,
        number=number,
        name=draft.name,
        seats=draft.seats,
        route=draft.route,
        is_sensitive=draft.is_sensitive,
    )
    row.sources = [Source(number=place, name=name) for place, name in enumerate(draft.sources, start=1)]
    db.session.add(row)


def _change(row: Constituency, draft: Draft) -> None:
    row.name, row.seats, row.route = draft.name, draft.seats, draft.route
    row.is_sensitive = draft.is_sensitive
    wanted = list(draft.sources)
    if [one.name for one in row.sources] == wanted:
        return
    # a source keeps its row as long as its name stays: planned letters point at it
    known = {one.name: one for one in row.sources}
    gone = [one for one in row.sources if one.name not in wanted]
    if queries.sources_with_letters(row.panel_id) & {one.id for one in gone}:
        raise Invalid({"rows": [_letters_sentence(draft.name)]})
    row.sources = [one for one in row.sources if one.name in wanted]
    for place, one in enumerate(row.sources, start=1):
        one.number = -place  # numbers are unique at every moment as well
    db.session.flush()
    for place, name in enumerate(wanted, start=1):
        if name in known:
            known[name].number = place
        else:
            row.sources.append(Source(number=place, name=name))


def _seats_of(facts: Facts) -> dict[int, int]:
    return {group.id: group.seats for group in facts.groups}


def _deal_cells(panel: Panel, row: Composition) -> None:
    facts = facts_of(panel, row)
    _write_cells(panel, spread(facts.groups, facts.places, row.spread, row.floor).cells)


def _write_cells(panel: Panel, cells: Cells) -> None:
    ids = [one.id for one in queries.constituencies_of(panel.id)]
    rows = {
        (row.constituency_id, row.municipality_id): row
        for row in db.session.scalars(select(SeatCell).where(SeatCell.constituency_id.in_(ids)))
    }
    for key, seats in cells.items():
        if key in rows:
            rows[key].seats = seats
        else:
            db.session.add(SeatCell(constituency_id=key[0], municipality_id=key[1], seats=seats))
    db.session.flush()


def move_bounds(panel: Panel, row: Composition, old: Facts) -> None:
    """After other seats or tolerance: bounds that followed from shares follow again; typed ones stay."""
    new = facts_of(panel, row)
    before = {trait.id: trait for trait in old.traits}
    for feature in queries.features_of(panel.id):
        trait = next(one for one in new.traits if one.id == feature.id)
        was = lines_of(before[feature.id], old, old.settings)
        automatic = {line.value.id for line in was if not line.is_typed}
        set_bounds(feature, trait.seats_in(new.groups), row.tolerance, automatic)


def set_bounds(feature: Feature, seats: int, tolerance: int, only: set[int] | None = None) -> None:
    """Bounds from the shares; `only` names the values to set (None: all of them)."""
    from civic.panels.service.composition_plan import bounds_of

    bounds = bounds_of([value.per_mille for value in feature.values], seats, tolerance)
    for value, (minimum, maximum) in zip(feature.values, bounds, strict=True):
        if only is None or value.id in only:
            value.minimum, value.maximum = minimum, maximum


def save_settings(panel: Panel, settings: Settings, *, actor: User | None, at: datetime) -> None:
    """Keep what was tried: exactly the table and the bounds that the preview showed."""
    row = open_composition(panel)
    old = facts_of(panel, row)
    for name in Settings.__dataclass_fields__:
        setattr(row, name, getattr(settings, name))
    row.changed_at = at
    _move_youngest(panel, old, settings.minimum_age)
    db.session.flush()
    if is_other_table(old.settings, settings):
        _deal_cells(panel, row)
    move_bounds(panel, row, old)
    what = events.What(
        "spread_changed",
        data={
            "rule": settings.spread.value,
            "floor": settings.floor,
            "tolerance": settings.tolerance,
            "minimum_age": settings.minimum_age,
            "pool_ratio": settings.pool_ratio,
            "response_per_mille": settings.response_per_mille,
        },
    )
    events.record(panel, what, actor=actor, at=at)


def _move_youngest(panel: Panel, old: Facts, minimum_age: int) -> None:
    moved = {trait.id: with_youngest(trait, old.settings.minimum_age, minimum_age) for trait in old.traits}
    for feature in queries.features_of(panel.id):
        for value, new in zip(feature.values, moved[feature.id].values, strict=True):
            value.from_age, value.value = new.from_age, new.name


def save_cells(panel: Panel, cells: Cells, *, actor: User | None, at: datetime) -> list[str]:
    """Seats by hand. Every constituency must deal exactly its seats (`Invalid` for `cells`).

    Returns the names of municipalities that now have another total than the rule gives them.
    """
    row = open_composition(panel)
    facts = facts_of(panel, row)
    if set(cells) != set(spread(facts.groups, facts.places, row.spread, row.floor).cells):
        raise NotAllowedNow("changed_meanwhile")
    given = {
        group: sum(seats for (group_id, _place), seats in cells.items() if group_id == group.id)
        for group in facts.groups
    }
    errors = [
        row_sentence(group.name, seats, group.seats) for group, seats in given.items() if seats != group.seats
    ]
    if errors:
        raise Invalid({"cells": errors})
    changed = [key for key, seats in cells.items() if facts.cells.get(key) != seats]
    if changed:
        _write_cells(panel, cells)
        row.changed_at = at
        what = events.What("cells_changed", data={"cells": len(changed)})
        events.record(panel, what, actor=actor, at=at)
    table = spread(facts.groups, facts.places, row.spread, row.floor)
    return [
        place.name
        for place in facts.places
        if table.of_place(place.id) != sum(n for (_group, where), n in cells.items() if where == place.id)
    ]


def fix(panel: Panel, *, actor: User | None, at: datetime) -> None:
    """From here on letters can be planned. Refused (`Invalid` for `composition`) while something is wrong."""
    row = open_composition(panel)
    facts = facts_of(panel, row)
    blocks = blocks_of(facts)
    if blocks:
        raise Invalid({"composition": blocks})
    row.fixed_at = row.changed_at = at
    stages.advance(
        panel,
        StageAction.FIX_COMPOSITION,
        actor=actor,
        at=at,
        seats=facts.size,
        constituencies=len(facts.groups),
        features=len(facts.traits),
    )


def reopen(panel: Panel, reason: str, *, actor: User, at: datetime) -> None:
    """Only as long as no letter has a code: whoever got a letter was asked with this composition.

    Waves that were only planned go: their letters were counted from seats that may change now.
    """
    hold(panel)
    row = queries.composition_of(panel.id)
    if row is None or queries.has_codes(panel.id):
        raise NotAllowedNow("not_in_this_state")
    invitations.forget_planned_waves(panel, actor=actor, at=at)
    stages.advance(panel, StageAction.REOPEN_COMPOSITION, actor=actor, at=at, reason=reason)
    row.fixed_at, row.changed_at = None, at
