"""`flask …` commands of the house; features with many of their own bring a group."""

from __future__ import annotations

import secrets
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from civic.config import SettingsError
from civic.db import committing, now

keys = AppGroup("keys", help="Encryption keys.")
retention = AppGroup("retention", help="How long personal data stays.")
region = AppGroup("region", help="The region and its tables.")


def register_commands(app: Flask) -> None:
    from civic.backup import backup
    from civic.demo import demo
    from civic.seal.cli import log
    from civic.search.cli import search
    from civic.setup import setup

    for command in (keys, retention, region, demo, backup, setup, log, search):
        app.cli.add_command(command)


@keys.command("generate")
def generate() -> None:
    """Print fresh secrets for the environment file."""
    click.echo(f"CIVIC_SECRET_KEY={secrets.token_urlsafe(48)}")
    click.echo(f"CIVIC_PEPPER={secrets.token_urlsafe(48)}")
    click.echo(f"CIVIC_DATA_KEYS=k1:{secrets.token_hex(32)}")
    click.echo(f"CIVIC_LOG_KEY={secrets.token_hex(32)}")


@keys.command("rotate")
@click.option("--batch", default=500, show_default=True, type=click.IntRange(1), help="Rows per transaction.")
def rotate(batch: int) -> None:
    """Seal every value again with the first key; can be stopped and run again."""
    from civic.rotation import rotate_all

    unreadable = 0
    for one in rotate_all(batch):
        click.echo(f"{one.resealed:>7}  {one.table}.{one.column}")
        unreadable += one.unreadable
    if unreadable:
        raise click.ClickException(
            f"{unreadable} waarden gaan met geen van de sleutels open. Houd de oude sleutel."
        )


@retention.command("dry-run")
def dry_run() -> None:
    """Say per rule how many rows would be deleted or blanked now; changes nothing."""
    from civic.retention import dry_run as count

    for outcome in count(now()):
        click.echo(f"{outcome.rows:>7}  {outcome.action:<7} {outcome.table:<24} {outcome.basis}")


@retention.command("apply")
def apply() -> None:
    """Do it now (the jobs process does this every six hours)."""
    from civic.retention import apply_retention

    outcomes = apply_retention(now())
    for outcome in outcomes:
        click.echo(f"{outcome.rows:>7}  {outcome.action:<7} {outcome.table}")
    failed = [f"{outcome.table} ({outcome.error})" for outcome in outcomes if outcome.error]
    if failed:
        raise click.ClickException("Niet gelukt: " + ", ".join(failed))


@region.command("load")
@click.argument("source")
def load(source: str) -> None:
    """Load a region from a JSON file, or by the name of one that is shipped (flevoland)."""
    from civic.regions.service import load_region

    with committing():
        found = load_region(source, at=now())
        click.echo(f"{found.name}: {len(found.municipalities)} gemeenten")


@region.command("postcodes")
@click.argument("path", type=click.Path(exists=True, dir_okay=False))
def postcodes(path: Any) -> None:
    """Import postcode4,municipality lines (CBS codes) for the region."""
    from pathlib import Path

    from civic.errors import Invalid
    from civic.regions.service import import_postcodes

    try:
        with committing():
            count = import_postcodes(Path(path).read_text(encoding="utf-8"))
    except Invalid as error:
        raise click.ClickException("\n".join(error.errors["file"])) from error
    click.echo(f"{count} postcodes")


__all__ = ["SettingsError", "register_commands"]
