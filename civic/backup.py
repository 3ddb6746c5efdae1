"""`flask backup make` and `flask backup restore`: one file with the whole database.

The keys (CIVIC_DATA_KEYS, CIVIC_PEPPER) are not in it, on purpose: a stolen backup without the keys
gives no names or addresses. Keep the keys somewhere else, or a backup is worth nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from civic.db import db

backup = AppGroup("backup", help="Back up the database, and restore it.")


class BackupError(Exception):
    """The message says in Dutch what went wrong and what to do."""


def make_backup(target: Path) -> None:
    """Write a consistent copy of the database to `target` while the site runs; only the owner can read it."""
    try:
        # made before it is filled: at no moment can somebody else read the copy
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise BackupError(f"{target} bestaat al. Kies een andere naam.") from None
    except OSError as error:
        raise BackupError(f"{target} is niet te maken: {error.strerror}.") from error
    try:
        if db.engine.dialect.name == "sqlite":
            _copy_sqlite(Path(str(db.engine.url.database)), target)
        else:
            _run("pg_dump", ["--format=custom", "--no-owner", f"--file={target}"], db.engine.url)
    except BaseException:
        target.unlink()
        raise


def restore_backup(source: Path) -> None:
    """Fill the (empty) database of the settings from `source`."""
    if not source.exists():
        raise BackupError(f"{source} bestaat niet.")
    if inspect(db.engine).get_table_names():
        raise BackupError("De database is niet leeg. Zet de kopie terug in een lege database.")
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        _copy_sqlite(source, Path(str(db.engine.url.database)))
    else:
        _run(
            "pg_restore",
            ["--no-owner", "--exit-on-error", "--single-transaction", str(source)],
            db.engine.url,
        )


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        try:
            old.backup(new)
            damage = new.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{source} is geen goede kopie: {error}.") from error
    if damage != "ok":
        raise BackupError(f"{source} is beschadigd: {damage}.")


def _run(program: str, arguments: list[str], url: URL) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} ontbreekt. Op Debian of Ubuntu: apt-get install postgresql-client")
    if program == "pg_restore":
        arguments = [f"--dbname={url.database}", *arguments]
    done = subprocess.run(  # noqa: S603  # pg_dump or pg_restore, with arguments of our own
        [path, *arguments], env=_environment(url), check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{program} meldt: {done.stderr.strip()[-500:]}")


def _environment(url: URL) -> dict[str, str]:
    """libpq settings in the environment: a password on the command line is visible to everyone."""
    host = url.host or str(url.query.get("host", ""))
    port = str(url.port or url.query.get("port", ""))
    values = {
        "PGHOST": host,
        "PGPORT": port,
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    return {**os.environ, **{name: value for name, value in values.items() if value}}


@backup.command("make")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def make_command(path: Path) -> None:
    """Write a backup to PATH while the site runs."""
    try:
        make_backup(path)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Kopie gemaakt: {path} ({path.stat().st_size} bytes). Bewaar de sleutels ergens anders.")


@backup.command("restore")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def restore_command(path: Path) -> None:
    """Fill an empty database from PATH."""
    try:
        restore_backup(path)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo("De kopie is teruggezet. Werk daarna de tabellen bij: flask db upgrade")
