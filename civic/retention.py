"""How long personal data stays, declared beside each model, and the job that keeps that promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, select, update

from civic.db import Base, db

ROOMS = ("accounts", "mail", "initiatives", "panels", "aanjaagteam")
BATCH = 500


@dataclass(frozen=True)
class Retention:
    """After `after` since the moment in column `since`, rows are deleted or their columns blanked.

    `basis` is the reason shown in the privacy statement and the dry run. `only` narrows the rule to
    rows for which a further condition holds. `blanked_at` names the column that notes the blanking.
    """

    model: type[Any]
    basis: str
    after: timedelta
    since: str
    action: Literal["delete", "blank"]
    blank_columns: tuple[str, ...] = ()
    blanked_at: str | None = None
    only: ColumnElement[bool] | None = None

    def due(self, at: datetime) -> ColumnElement[bool]:
        condition = getattr(self.model, self.since) < at - self.after
        if self.only is not None:
            condition = condition & self.only
        if self.action == "blank":
            filled = [getattr(self.model, name).is_not(None) for name in self.blank_columns]
            some = filled[0]
            for one in filled[1:]:
                some = some | one
            condition = condition & some
        return condition


@dataclass(frozen=True)
class Outcome:
    """What one rule would do or did: table, action, basis, number of rows."""

    table: str
    action: str
    basis: str
    rows: int


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
    """(table, column) of every personal column that some rule deletes or blanks."""
    covered = set()
    for rule in rules():
        table = rule.model.__table__
        names = [c.name for c in table.columns] if rule.action == "delete" else rule.blank_columns
        covered |= {(table.name, name) for name in names}
    return covered


def dry_run(at: datetime) -> list[Outcome]:
    """Count what `apply_retention` would do now; changes nothing."""
    return [_outcome(rule, _count(rule, at)) for rule in rules()]


def _count(rule: Retention, at: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(rule.model).where(rule.due(at))) or 0


def _outcome(rule: Retention, rows: int) -> Outcome:
    return Outcome(rule.model.__tablename__, rule.action, rule.basis, rows)


def apply_retention(at: datetime) -> list[Outcome]:
    """Delete or blank what is due. The caller commits."""
    return [_outcome(rule, _apply(rule, at)) for rule in rules()]


def _apply(rule: Retention, at: datetime) -> int:
    if rule.action == "delete":
        statement: Any = delete(rule.model).where(rule.due(at))
    else:
        values: dict[str, Any] = dict.fromkeys(rule.blank_columns)
        if rule.blanked_at:
            values[rule.blanked_at] = at
        statement = update(rule.model).where(rule.due(at)).values(values)
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)
