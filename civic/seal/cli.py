"""`flask log …`."""

from __future__ import annotations

from itertools import islice

import click
from flask import current_app
from flask.cli import AppGroup

from civic.db import committing, now
from civic.seal import queries
from civic.seal.letters import in_dutch
from civic.seal.verify import everything

SHOWN = 20

log = AppGroup("log", help="The sealed log.")


@log.command("verify")
def verify() -> None:
    """Recompute the whole log from its rows; says what is wrong first, and ends with 1 when anything is."""
    found = list(islice(everything(), SHOWN))
    size, newest = queries.log_size(), queries.newest_checkpoint()
    if found:
        click.echo(f"Het logboek klopt niet. Het eerste dat niet klopt: {in_dutch(found[0])}")
        for one in found[1:]:
            click.echo(f"- {in_dutch(one)}")
        if len(found) == SHOWN:
            click.echo(f"Meer dan {SHOWN} fouten laten we hier niet zien.")
        raise click.exceptions.Exit(1)
    click.echo(f"Het logboek klopt: {size} regels, nagerekend vanaf de gebeurtenissen.")
    if newest is None:
        click.echo("Er is nog geen controlepunt.")
    else:
        click.echo(f"Nieuwste controlepunt: {newest.size} regels, {newest.root}")


@log.command("demo-sign")
def demo_sign() -> None:
    """Sign the newest checkpoint for the two witnesses of the demo."""
    from civic.seal.demo import cosign_newest

    if not current_app.config["DEMO"]:
        raise click.ClickException("Dit kan alleen met CIVIC_DEMO=1.")
    with committing():
        count = cosign_newest(now())
    click.echo(f"Getekend door {count} getuigen van de demonstratie.")
