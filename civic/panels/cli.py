"""`flask panels …`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from civic.db import now
from civic.links import absolute
from civic.panels.demo_pool import make_pool

commands = AppGroup("panels", help="Panels and draws.")


@commands.command("demo-pool")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--registrants", default=2000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--size", default=150, show_default=True, type=click.IntRange(2, 2000))
@click.option("--seed", default=2040, show_default=True)
def demo_pool(directory: Path, registrants: int, size: int, seed: int) -> None:
    """Write categories.csv and respondents.csv with invented registrants to DIRECTORY."""
    pool = make_pool(registrants, size, seed)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "categories.csv").write_bytes(pool.categories)
    (directory / "respondents.csv").write_bytes(pool.respondents)
    click.echo(f"{directory}: {registrants} verzonnen aanmeldingen voor {size} plaatsen")


@commands.command("demo-run")
def demo_run() -> None:
    """Walk a whole panel from mandate to frozen pool, with invented residents (demo only)."""
    # only here: it needs the jobs of this room, and those need the whole site
    from civic.panels.demo_run import run

    if not current_app.config["DEMO"]:
        raise click.ClickException("Dit kan alleen met CIVIC_DEMO=1.")
    panel_id = run(now(), click.echo)
    click.echo(f"Bekijk het panel: {absolute('panels.show', panel_id=panel_id)}")


@commands.command("demo-draw")
def demo_draw() -> None:
    """Draw the frozen panel of the demo in public: rehearsal, draw, drop-outs, replacement (demo only)."""
    from civic.panels.demo_draw import NotReady, run

    if not current_app.config["DEMO"]:
        raise click.ClickException("Dit kan alleen met CIVIC_DEMO=1.")
    try:
        panel_id = run(click.echo)
    except NotReady:
        raise click.ClickException("Er is nog geen vastgezette pool. Doe eerst: make demo-panel") from None
    click.echo(f"Bekijk de loting: {absolute('panels.public_draws', panel_id=panel_id)}")


@commands.command("practice-round")
@click.argument("number", type=click.IntRange(1))
def practice_round(number: int) -> None:
    """Print the signature of round NUMBER of the practice chain (never in production)."""
    # only here: the engine's package brings a solver along
    from civic.errors import NotAllowedNow
    from civic.panels.service.public_draws_chain import practice_signature

    try:
        click.echo(practice_signature(number))
    except NotAllowedNow:
        raise click.ClickException("Dit kan alleen waar CIVIC_PRACTICE_CHAIN aan staat.") from None
