"""How migrations run: in one transaction, on the database of the app, one process at a time.

A migration never imports `civic`: the models of today are not those of the day it was written.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from civic.db import Base, UtcDateTime
from civic.search.models import is_own_index

# two hosts that start at the same moment must not both migrate (any number will do, but always the same)
MIGRATION_LOCK = 7_246_102
# CHECK constraints are compared too: autogenerate alone misses them
PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


def render_item(kind: str, item: Any, _autogen_context: Any) -> str | bool:
    """Plain SQLAlchemy types in migrations; False leaves the choice to Alembic."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String({item.length})"
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The full-text index stands beside the models."""
    return kind not in {"table", "index", "column"} or not is_own_index(name)


def options() -> dict[str, Any]:
    return {
        "target_metadata": Base.metadata,
        "render_item": render_item,
        "render_as_batch": True,
        "compare_type": True,
        "include_name": include_name,
        "autogenerate_plugins": PLUGINS,
        "transactional_ddl": True,
    }


def run_with(connection: Connection) -> None:
    context.configure(connection=connection, **options())
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # SQLite changes a table by copying it; dropping the old one must not cascade
        _check_references(connection, "OFF")
    try:
        with context.begin_transaction():
            if not is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("this migration leaves rows that refer to nothing")
        connection.commit()
    finally:
        if is_sqlite:
            connection.rollback()
            _check_references(connection, "ON")


def _check_references(connection: Connection, switch: str) -> None:
    """Past SQLAlchemy, which would begin a transaction first: inside one SQLite ignores this."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={switch}")
    cursor.close()


if context.is_offline_mode():
    context.configure(url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()
else:
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        run_with(connection)
