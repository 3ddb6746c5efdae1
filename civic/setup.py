"""`flask setup`: the first administrator and the region, on an empty production database."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext
from sqlalchemy import inspect, select

from civic.accounts.models import RoleGrant, User
from civic.accounts.service import people
from civic.accounts.service.roles import Task, give_role
from civic.accounts.states import Role
from civic.db import committing, db, exists, now
from civic.regions.models import Region
from civic.regions.service import DATA, load_region

LONGEST_NAME = 100


def _checked_email(_context: object, _option: object, value: str) -> str:
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise click.BadParameter("Schrijf een mailadres zoals naam@voorbeeld.nl.") from None


def _checked_name(_context: object, _option: object, value: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", value).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise click.BadParameter("Schrijf een naam van 1 tot 100 tekens.")
    return name


def _checked_region(_context: object, _option: object, value: str) -> str:
    path = Path(value) if value.endswith(".json") else DATA / f"{value}.json"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in DATA.glob("*.json")))
        raise click.BadParameter(f"Dit bestand is er niet. Kies {known}, of het pad van een JSON-bestand.")
    return value


@click.command("setup")
@click.option("--region", prompt="Regio", default="flevoland", show_default=True, callback=_checked_region)
@click.option("--name", prompt="Naam van de eerste beheerder", callback=_checked_name)
@click.option("--email", prompt="E-mailadres van de eerste beheerder", callback=_checked_email)
@with_appcontext
def setup(region: str, name: str, email: str) -> None:
    """Load the region and make the first administrator, once."""
    if not inspect(db.engine).has_table(User.__tablename__):
        raise click.ClickException("De database is nog leeg. Doe eerst: flask db upgrade")
    if _has_administrator():
        raise click.ClickException("Er is al een beheerder. Die kan anderen uitnodigen op /beheer/mensen.")
    try:
        with committing():
            region_name = _set_up(region, name, email, now()).name
    except (KeyError, TypeError, ValueError) as error:
        raise click.ClickException(
            f"Het bestand van de regio klopt niet: {error!r}. Er is niets bewaard."
        ) from error
    click.echo(f"Klaar. De regio {region_name} staat in de database en {name} is beheerder.")
    click.echo("Wat nu?")
    click.echo("  1. Start de site en het takenproces (python -m civic.jobs); dat verstuurt de mail.")
    click.echo(f"  2. Log in op /inloggen met {email}. U krijgt een code per mail.")
    click.echo("  3. Stel de tweede stap in, met een app voor codes.")
    click.echo("  4. Nodig collega’s uit op /beheer/mensen en vul de regels in op /beheer/regels.")


def _has_administrator() -> bool:
    return exists(
        select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, User.erased_at.is_(None))
    )


def _set_up(source: str, name: str, email: str, at: datetime) -> Region:
    region = load_region(source, at=at)
    person = people.find_user(email) or people.add_user(email, actor=None, at=at)
    people.rename(person, name)
    give_role(person, Task(Role.ADMINISTRATOR), actor=None, at=at)
    return region
