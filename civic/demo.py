"""The demo region: loaded once, through the same service functions that the site uses."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.db import committing, db, now

REGION = "flevoland"
# the log last: it seals what the others did
ROOMS = ("initiatives", "panels", "aanjaagteam", "seal")

demo = AppGroup("demo", help="The demo region.")


def load_demo(at: datetime) -> bool:
    """Fill an empty database with the demo region; False when there is something in it already."""
    from civic.accounts import demo as people
    from civic.regions.service import load_region

    if db.session.scalar(select(func.count()).select_from(User)):
        return False
    load_region(REGION, at=at)
    people.load(at)
    for room in ROOMS:
        import_module(f"civic.{room}.demo").load(at)
    return True


@demo.command("load")
def load() -> None:
    """Load the demo region, once."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("Dit kan alleen met CIVIC_DEMO=1.")
    with committing():
        is_new = load_demo(now())
    click.echo("Demoregio geladen." if is_new else "De demoregio was al geladen.")


@demo.command("people")
def people_command() -> None:
    """Print who can sign in as whom."""
    from civic.accounts.demo import PERSONAS

    click.echo("Wie kan inloggen?")
    for one in PERSONAS:
        click.echo(f"  {one.name:<16} {one.email:<20} {one.what}")
