"""`flask search …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from civic.db import committing, now
from civic.search import service

search = AppGroup("search", help="The text that visitors search.")


@search.command("rebuild")
def rebuild() -> None:
    """Make the searchable text of everything public again; visitors can search meanwhile."""
    with committing():
        counts = service.rebuild(now())
    for subject_type, count in counts.items():
        click.echo(f"{count:>7}  {subject_type}")
