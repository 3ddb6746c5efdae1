"""What migrations need again and again: `from migrating import MOMENT, whole`.

`alembic.ini` puts this folder on the path. Like a migration it imports nothing of `civic`. And a landed
migration may not change: a function that one uses keeps doing what it does.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)


def whole(name: str, **options: Any) -> sa.Table:
    """The table as it is, with its checks: reading it back for a copy (SQLite) would leave those out.

    For `op.batch_alter_table(name, copy_from=whole(name))`. Options go to `sa.Table`.
    """
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False, **options)
    known = {one.name for one in table.constraints}
    for check in sa.inspect(bind).get_check_constraints(name):
        if check["name"] not in known:
            table.append_constraint(sa.CheckConstraint(check["sqltext"], name=op.f(str(check["name"]))))
    return table


def swap_check(table: str, name: str, rule: str) -> None:
    """Another rule under the same name (`ck_<table>_<name>`), say for one more value of a state."""
    with op.batch_alter_table(table, copy_from=whole(table)) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)
