"""How long personal data stays, declared beside each model, and the job that keeps that promise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, ScalarSelect, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from civic.calendar import today
from civic.db import Base, committing, db

log = logging.getLogger("civic.retention")
ROOMS = ("accounts", "mail", "seal", "initiatives", "panels", "aanjaagteam")
BATCH = 500


def mark(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown (a model knows no request)."""
    return text


class RetentionError(Exception):
    """Some rules could not be carried out; the others were. The message names their tables."""


@dataclass(frozen=True)
class Retention:
    """After `after` since the moment in column `since`, rows are deleted or their columns blanked.

    A row whose `since` is empty is never due: the case is not closed yet. `basis` is the reason shown in the
    privacy statement and the dry run. `only` narrows the rule to rows for which a further condition holds,
    also one that moves with the clock. `blanked_at` names the column that notes the blanking.
    """

    model: type[Any]
    basis: str
    after: timedelta
    since: str
    action: Literal["delete", "blank"]
    blank_columns: tuple[str, ...] = ()
    blanked_at: str | None = None
    only: ColumnElement[bool] | Callable[[datetime], ColumnElement[bool]] | None = None

    @property
    def room(self) -> str:
        """The package that declares the rule: "initiatives"."""
        return str(self.model.__module__).split(".")[1]

    def __post_init__(self) -> None:
        if (self.action == "blank") != bool(self.blank_columns):
            raise ValueError("a rule that blanks names its columns; one that deletes names none")

    def due(self, at: datetime) -> ColumnElement[bool]:
        moment = getattr(self.model, self.since)
        condition: ColumnElement[bool] = moment < self._limit(moment, at)
        if self.only is not None:
            condition = condition & (self.only(at) if callable(self.only) else self.only)
        if self.action == "blank":
            condition = condition & or_(
                *(getattr(self.model, name).is_not(None) for name in self.blank_columns)
            )
        return condition

    def _limit(self, moment: Any, at: datetime) -> date | datetime:
        """The last moment that is too old; for a column that holds days, a Dutch day."""
        return today(at - self.after) if isinstance(moment.type, Date) else at - self.after


@dataclass(frozen=True)
class Outcome:
    """What one rule would do or did: table, action, basis, number of rows; `error` when it could not."""

    table: str
    action: str
    basis: str
    rows: int
    error: str | None = None


def rules() -> Iterator[Retention]:
    """Every rule of every room."""
    for room in ROOMS:
        yield from getattr(import_module(f"civic.{room}.models"), "RETENTION", [])


def personal_columns() -> Iterator[tuple[str, str]]:
    """(table, column) of every column that is marked as personal."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("personal"):
                yield table.name, column.name


def covered_columns() -> set[tuple[str, str]]:
    """(table, column) of every personal column that a rule deletes or blanks whatever else holds.

    A rule with `only` reaches some rows sooner; it is no promise about the others.
    """
    covered = set()
    for rule in rules():
        if rule.only is not None:
            continue
        table = rule.model.__table__
        names = [c.name for c in table.columns] if rule.action == "delete" else rule.blank_columns
        covered |= {(table.name, name) for name in names}
    return covered


def dry_run(at: datetime) -> list[Outcome]:
    """Count what `apply_retention` would do now, in one statement; changes nothing."""
    found = list(rules())
    counts = db.session.execute(
        select(*(_count(rule, at).label(f"c{n}") for n, rule in enumerate(found)))
    ).one()
    return [_outcome(rule, count) for rule, count in zip(found, counts, strict=True)]


def _count(rule: Retention, at: datetime) -> ScalarSelect[int]:
    return select(func.count()).select_from(rule.model).where(rule.due(at)).scalar_subquery()


def _outcome(rule: Retention, rows: int, error: str | None = None) -> Outcome:
    return Outcome(rule.model.__tablename__, rule.action, rule.basis, rows, error)


def apply_retention(at: datetime) -> list[Outcome]:
    """Delete or blank what is due. Commits per batch; a rule that fails does not stop the others."""
    return [_apply(rule, at) for rule in rules()]


def _apply(rule: Retention, at: datetime) -> Outcome:
    done = 0
    try:
        while True:
            with committing():
                rows = _apply_batch(rule, at)
            done += rows
            if rows < BATCH:
                return _outcome(rule, done)
    except SQLAlchemyError as error:  # another table still refers to a row, or the database is away
        log.exception("retention of %s failed", rule.model.__tablename__)
        return _outcome(rule, done, type(error).__name__)


def _apply_batch(rule: Retention, at: datetime) -> int:
    keys = list(rule.model.__table__.primary_key.columns)
    due = list(db.session.execute(select(*keys).where(rule.due(at)).order_by(*keys).limit(BATCH)))
    # the condition again: a row may have come to life since it was read
    chosen = and_(tuple_(*keys).in_([tuple(row) for row in due]), rule.due(at))
    statement: Any = (
        delete(rule.model).where(chosen) if rule.action == "delete" else _blanking(rule, chosen, at)
    )
    if due:
        db.session.execute(statement.execution_options(synchronize_session=False))
    return len(due)


def _blanking(rule: Retention, chosen: ColumnElement[bool], at: datetime) -> Any:
    values: dict[str, Any] = dict.fromkeys(rule.blank_columns)
    if rule.blanked_at:
        values[rule.blanked_at] = at
    return update(rule.model).where(chosen).values(values)
