"""Freezing a pool with four eyes, making it a version of the panel's files, and taking that back.

Confirming is one transaction: the stage, the files, the leaves of everybody in them and the root commit
together, or nothing does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, select, update

from civic import merkle
from civic.accounts.models import User
from civic.calendar import deadline, today
from civic.canonical import canonical
from civic.crypto import KeyRing, binding, key_ring
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import Freeze, InvitationCode, Panel, PanelFiles, Registration
from civic.panels.queries import freeze as queries
from civic.panels.service import panels, public_draws, receipts, stages
from civic.panels.service.panels import Upload
from civic.panels.service.pool_files import PoolFiles, pool_files
from civic.panels.service.reading import read
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import RegistrationState, Stage, StageAction

OBJECTION_TERM = "14 dagen"
OBJECTION_PERIOD = "objection_period"
MOST_ERRORS = 5
TABLE = Registration.__tablename__


def propose(panel: Panel, acknowledged: Collection[str], *, actor: User, at: datetime) -> Freeze:
    """Ask another administrator to freeze. Every warning must be in `acknowledged` (codes of points).

    Raises `Invalid` for `acknowledged`, `NotAllowedNow` from a wrong stage.
    """
    if panel.stage is not Stage.POOL:
        raise NotAllowedNow("not_in_this_state")
    items = queries.checklist(panel)
    _refuse_open_points(items, acknowledged)
    freeze = Freeze(
        panel_id=panel.id,
        version=queries.newest_version(panel.id) + 1,
        checklist=[{"point": item.point.value, "count": item.count} for item in items if item.is_open],
        objections_until=deadline(today(at), OBJECTION_TERM).on,
        proposed_by_id=actor.id,
        proposed_at=at,
    )
    stages.advance(panel, StageAction.PROPOSE_FREEZE, actor=actor, at=at, version=freeze.version)
    db.session.add(freeze)
    return freeze


def _refuse_open_points(items: Sequence[queries.Item], acknowledged: Collection[str]) -> None:
    sentences = []
    if any(item.is_blocking for item in items):
        sentences.append(_("Er staat nog iets open. Maak dat eerst in orde."))
    if any(item.is_warning and item.point.value not in acknowledged for item in items):
        sentences.append(_("Lees elk punt en zet er een vinkje bij. Daarna kunt u verder."))
    if sentences:
        raise Invalid({"acknowledged": sentences})


def refuse(freeze: Freeze, reason: str, *, actor: User, at: datetime) -> None:
    """The second administrator does not agree: back to looking at the pool."""
    panel = _panel_of(freeze)
    _refuse_own(freeze, actor)
    stages.advance(
        panel, StageAction.REFUSE_FREEZE, actor=actor, at=at, reason=reason, version=freeze.version
    )
    _decide(freeze, actor, at, is_agreed=False)


def take_back(freeze: Freeze, *, actor: User, at: datetime) -> None:
    """Who proposed thinks again before anybody decided: no second administrator, so nobody's decision."""
    panel = _panel_of(freeze)
    if actor.id != freeze.proposed_by_id:
        raise NotAllowedNow("not_in_this_state")
    stages.advance(panel, StageAction.TAKE_BACK_FREEZE, actor=actor, at=at, version=freeze.version)
    _decide(freeze, None, at, is_agreed=False)


def confirm(freeze: Freeze, *, actor: User, at: datetime) -> None:
    """The second administrator agrees: the pool is what it is at this moment.

    Raises `Invalid` for `decision` when something was opened since the proposal.
    """
    panel = _panel_of(freeze)
    _refuse_own(freeze, actor)
    _hold(panel)
    if any(item.is_blocking for item in queries.checklist(panel)):
        sentence = _("Er is na het voorstel iets veranderd. Kijk naar de lijst hieronder.")
        raise Invalid({"decision": [sentence]})
    files = pool_files(panel)
    version = _accept(panel, files, actor, at)
    root = _freeze_registrations(panel, files, at)
    stages.advance(
        panel, StageAction.CONFIRM_FREEZE, actor=actor, at=at, version=freeze.version, pool_root=root
    )
    _decide(freeze, actor, at, is_agreed=True, files_id=version.id, pool_root=root)
    _promise_period(freeze, at)


def correct(panel: Panel, reason: str, *, actor: User, at: datetime) -> None:
    """A mistake in the frozen pool: everybody can read why, and the next freeze is a new version.

    A manifest that was made of this pool is replaced. After its round it is too late for that.
    """
    freeze = queries.current_freeze(panel.id)
    if freeze is None:
        raise NotAllowedNow("not_in_this_state")
    public_draws.close_for_correction(panel, reason, actor=actor, at=at)
    stages.advance(panel, StageAction.CORRECT_POOL, actor=actor, at=at, reason=reason, version=freeze.version)
    freeze.superseded_at = at
    events.keep_promise(freeze, OBJECTION_PERIOD, at)  # this version is no longer objected to
    db.session.execute(
        update(Registration)
        .where(Registration.panel_id == panel.id, Registration.frozen_at.is_not(None))
        .values(leaf=None, frozen_at=None)
        .execution_options(synchronize_session="fetch")
    )


def withdraw_after_freeze(registration: Registration, *, actor: User | None, at: datetime) -> None:
    """Blank the person; the leaf stays, so that the public root keeps holding. Who is drawn is replaced.

    What is left opens the leaf to its three hashes. Without the salts nobody can guess what is behind them.
    """
    if registration.frozen_at is None or registration.state is not RegistrationState.CONFIRMED:
        raise NotAllowedNow("not_in_this_state")
    withdraw(registration, actor=actor, at=at)


# --- deciding ----------------------------------------------------------------------------------------------


def _panel_of(freeze: Freeze) -> Panel:
    return db.session.get_one(Panel, freeze.panel_id, populate_existing=True)


def _refuse_own(freeze: Freeze, actor: User) -> None:
    """The page refuses it before, and a constraint of the table after."""
    if actor.id == freeze.proposed_by_id:
        raise NotAllowedNow("not_in_this_state")


def _hold(panel: Panel) -> None:
    """Nobody else decides while the leaves are being made (PostgreSQL; on SQLite one writer is alone)."""
    waiting = select(Panel.id).where(Panel.id == panel.id, Panel.stage == Stage.FREEZE).with_for_update()
    if db.session.scalar(waiting) is None:
        raise NotAllowedNow("not_in_this_state")


def _decide(freeze: Freeze, actor: User | None, at: datetime, **facts: Any) -> None:
    """Of two who decide at the same time one is first."""
    db.session.flush()
    result: Any = db.session.execute(
        update(Freeze)
        .where(Freeze.id == freeze.id, Freeze.decided_at.is_(None))
        .values(decided_by_id=actor.id if actor else None, decided_at=at, **facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(freeze)


def _promise_period(freeze: Freeze, at: datetime) -> None:
    """The days to object are counted from the freeze itself, not from the proposal."""
    promise = events.Promise(OBJECTION_PERIOD, OBJECTION_TERM, today(at), is_public=True)
    freeze.objections_until = events.promise(freeze, promise).due_on


# --- the files and the leaves ------------------------------------------------------------------------------


def _accept(panel: Panel, files: PoolFiles, actor: User, at: datetime) -> PanelFiles:
    reading = read(files.categories, files.respondents, panel.size)
    if reading.errors or reading.registrants != len(files.uids):
        sentence = _("Van deze pool is geen bestand te maken. Vraag de beheerder om hulp.")
        raise Invalid({"decision": [sentence, *reading.errors[:MOST_ERRORS]]})
    upload = Upload(files.categories, files.respondents, reading, files.columns)
    version = panels.accept_files(panel, upload, actor=actor, at=at)
    db.session.flush()
    return version


@dataclass(frozen=True)
class _Frozen:
    """What freezing writes in one row."""

    row_id: int
    leaf: bytes
    secrets: str


def _freeze_registrations(panel: Panel, files: PoolFiles, at: datetime) -> str:
    """Give everybody in the files a leaf, and return the root. Two statements, however large the pool."""
    attributes = _attributes(files)
    draw, ring = receipts.draw_name(panel), key_ring()
    rows = [row for row in _people(panel.id) if row.uid in attributes]
    if len(rows) != len(files.uids):
        raise NotAllowedNow("changed_meanwhile")
    people = [_person(row, ring) for row in rows]
    _tell_apart(people)
    frozen = [_frozen(one, draw, attributes[one.row.uid], ring) for one in people]
    _write(frozen, at)
    leaves = queries.leaves_of(panel.id)
    if len(leaves) != len(frozen):  # somebody left while the leaves were made: their row stays blank
        raise NotAllowedNow("changed_meanwhile")
    return merkle.root_of(leaves).hex()


def _attributes(files: PoolFiles) -> dict[str, str]:
    """{uid: what the quotas and the address rule look at, as the engine reads it}, each as canonical JSON."""
    # the engine brings a solver along: loaded when a pool is frozen, not when a web process starts
    from civic.sortition.files import read_categories, read_respondents

    # the household is the address; without its column nobody shares one
    columns = (files.household_column,) if files.household_column else ()
    quotas, _errors = read_categories(files.categories)
    pool, _errors = read_respondents(files.respondents, quotas, address_columns=columns)
    if pool is None:
        raise NotAllowedNow("changed_meanwhile")
    addresses = pool.addresses or ("",) * len(pool)
    kinds = list(zip(addresses, pool.values, strict=True))
    # of many people with the same answers each text is written once
    texts = {kind: _attribute_text(kind[0], pool.features, kind[1]) for kind in set(kinds)}
    return {uid: texts[kind] for uid, kind in zip(pool.ids, kinds, strict=True)}


def _attribute_text(address: str, features: Sequence[str], values: Sequence[str]) -> str:
    answers = dict(zip(features, values, strict=True))
    return canonical({"address": address, "answers": answers}).decode()


def _people(panel_id: int) -> Sequence[Any]:
    """Columns, no objects: of a large pool every row is opened once."""
    return db.session.execute(
        select(
            Registration.id,
            Registration.uid,
            Registration.name_sealed,
            Registration.birth_date_sealed,
            Registration.secrets_sealed,
            InvitationCode.code_index,
        )
        .outerjoin(InvitationCode, InvitationCode.id == Registration.code_id)
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.CONFIRMED)
    ).all()


@dataclass(frozen=True, repr=False)
class _Person:
    """A row, its secrets, and what is bound into its leaf."""

    row: Any
    kept: Mapping[str, str]
    person: dict[str, str]


def _person(row: Any, ring: KeyRing) -> _Person:
    kept = json.loads(_opened(row, "secrets_sealed", ring) or "{}")
    kept = kept if set(receipts.SALTED) <= kept.keys() else {**kept, **receipts.fresh_secrets()}
    person = receipts.person_of(
        _opened(row, "name_sealed", ring) or "",
        _opened(row, "birth_date_sealed", ring) or "",
        kept.get("code") or row.code_index or "",
    )
    return _Person(row, kept, person)


def _tell_apart(people: Sequence[_Person]) -> None:
    """Namesakes born on one day, without a letter: somebody looked at the flag and said that they are two.
    To whoever checks the pool they would be one person who is in it twice, so each gets a mark."""
    seen = Counter(tuple(one.person.values()) for one in people)
    for one in people:
        if seen[tuple(one.person.values())] > 1:
            one.person["letter_code"] = one.row.uid


def _frozen(one: _Person, draw: str, attributes: str, ring: KeyRing) -> _Frozen:
    kept = {
        **{name: one.kept[name] for name in (*receipts.SALTED, "code") if name in one.kept},
        "person": canonical(one.person).decode(),
        "attributes": attributes,
    }
    leaf = receipts.leaf_of(draw, receipts.hashes_of(kept))
    sealed = ring.seal(json.dumps(kept, ensure_ascii=False), binding(TABLE, "secrets_sealed", one.row.uid))
    return _Frozen(one.row.id, leaf, sealed)


def _opened(row: Any, column: str, ring: KeyRing) -> str | None:
    value = getattr(row, column)
    return None if value is None else ring.open(value, binding(TABLE, column, row.uid))


def _write(frozen: Sequence[_Frozen], at: datetime) -> None:
    table = cast("Table", Registration.__table__)
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.state == RegistrationState.CONFIRMED)
        .values(leaf=bindparam("new_leaf"), secrets_sealed=bindparam("new_secrets"), frozen_at=at)
    )
    values: list[Mapping[str, Any]] = [
        {"row_id": one.row_id, "new_leaf": one.leaf.hex(), "new_secrets": one.secrets} for one in frozen
    ]
    db.session.execute(statement, values)
    db.session.expire_all()
