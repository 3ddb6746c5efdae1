"""Key rotation: seal every value again with the current key, in batches that can be resumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import not_, select

from civic.crypto import Sealed, key_ring
from civic.db import Base, committing, db


def sealed_attributes() -> Iterator[tuple[type[Any], str, Sealed]]:
    """(model, column, descriptor) of every sealed column."""
    for mapper in Base.registry.mappers:
        for value in vars(mapper.class_).values():
            if isinstance(value, Sealed):
                yield mapper.class_, value.column, value


def rotate_all(batch: int = 500) -> dict[str, int]:
    """Re-seal everything that is not under the current key; {"table.column": rows}. Commits per batch."""
    return {
        f"{model.__tablename__}.{column}": _rotate(model, column, sealed, batch)
        for model, column, sealed in sealed_attributes()
    }


def _rotate(model: type[Any], column: str, sealed: Sealed, batch: int) -> int:
    done = 0
    while True:
        with committing():
            rows = _stale_rows(model, column, batch)
            for row in rows:
                sealed.__set__(row, sealed.__get__(row, model))  # type: ignore[arg-type]  # row is not None
        done += len(rows)
        if not rows:
            return done


def _stale_rows(model: type[Any], column: str, batch: int) -> list[Any]:
    attribute = getattr(model, column)
    is_current = attribute.startswith(f"v1.{key_ring().current}.", autoescape=True)
    return list(
        db.session.scalars(
            select(model).where(attribute.is_not(None), not_(is_current)).order_by(model.id).limit(batch)
        )
    )
