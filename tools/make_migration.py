"""Write migrations/versions/0001_foundation.py again from the models (before the first release only).

    make_migration.py            write the file
    make_migration.py --check    fail when the file is not what the models say

Later migrations are made with `flask db revision --autogenerate --rev-id 0002 -m "…"` and read by eye.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import DropTableOp
from sqlalchemy import DDL

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TARGET = ROOT / "migrations" / "versions" / "0001_foundation.py"
HEAD = '''"""The foundation: every table of the first release.

The event log is append-only: triggers refuse to change or delete a row (only the seal is filled in, once).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

'''


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """As in migrations/env.py, which only runs inside Alembic."""
    from civic.db import UtcDateTime

    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String({item.length})"
    return False


def operations() -> tuple[str, str]:
    """(body of upgrade, body of downgrade) from an empty database to the models."""
    from civic import create_app
    from civic.db import Base

    with tempfile.TemporaryDirectory() as instance:
        create_app({"INSTANCE": instance, "ENVIRONMENT": "development"})
    with sa.create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_item": render_item})
        script = produce_migrations(context, Base.metadata)
        down = script.downgrade_ops
        # a table takes its indexes with it
        down.ops = [one for one in down.ops if isinstance(one, DropTableOp)]
        return _body(script.upgrade_ops), _body(down)


def _body(part: Any) -> str:
    lines = render_python_code(part, render_item=render_item).splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("# ###"))


def triggers(dialect: str) -> list[str]:
    """The DDL that models attach to their tables, as the database of this dialect gets it."""
    from civic.db import Base

    return [
        listener.statement
        for table in Base.metadata.sorted_tables
        for listener in table.dispatch.after_create
        if isinstance(listener, DDL) and listener._ddl_if and listener._ddl_if.dialect == dialect
    ]


def constant(name: str, statements: list[str]) -> str:
    lines = "".join(f'    """\\\n{pretty(statement)}\n""",\n' for statement in statements)
    return f"{name} = (\n{lines})\n"


def pretty(statement: str) -> str:
    """One condition a line, so that a reader (and the line limit) can follow it."""
    breaks = (
        (" AND ", "\n    AND "),
        (" BEGIN ", "\nBEGIN "),
        (" IF ", "\nIF "),
        ("; RAISE", ";\nRAISE"),
        (" FOR EACH", "\nFOR EACH"),
    )
    for old, new in breaks:
        statement = statement.replace(old, new)
    return statement.strip()


def functions(statements: list[str]) -> list[str]:
    found = [re.match(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)", one.strip()) for one in statements]
    return [match[1] for match in found if match]


UPGRADE_END = """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)
"""
DOWNGRADE_END = """
    if op.get_bind().dialect.name == "postgresql":
"""


def source() -> str:
    upgrade, downgrade = operations()
    drops = "".join(
        f'        op.execute("DROP FUNCTION {name}()")\n' for name in functions(triggers("postgresql"))
    )
    return "".join(
        (
            HEAD,
            constant("SQLITE_TRIGGERS", triggers("sqlite")),
            constant("POSTGRESQL_TRIGGERS", triggers("postgresql")),
            f"\n\ndef upgrade() -> None:\n{upgrade}{UPGRADE_END}",
            f"\n\ndef downgrade() -> None:\n{downgrade}{DOWNGRADE_END}{drops}",
        )
    )


def formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", str(TARGET), "-"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=True, cwd=ROOT)
    return done.stdout


def main() -> int:
    text = formatted(source())
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        sys.stderr.write(
            "" if same else "0001_foundation.py is not what the models say: tools/make_migration.py\n"
        )
        return 0 if same else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
