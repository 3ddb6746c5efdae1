"""`flask aanjaagteam …`."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from civic.db import now

commands = AppGroup("aanjaagteam", help="Reports and the aanjaagteam.")


@commands.command("demo-queue")
def demo_queue() -> None:
    """Print what the demo region holds for the aanjaagteam, and who can look at it (demo only)."""
    # only here: the demo needs the whole room, and the commands are there before it
    from civic.aanjaagteam.demo.overview import tell

    if not current_app.config["DEMO"]:
        raise click.ClickException("Dit kan alleen met CIVIC_DEMO=1.")
    tell(now(), click.echo)
