"""Mail to the author of an initiative, and to the griffie it lies with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.db import db
from civic.initiatives import queries
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.queries import council
from civic.initiatives.states import InitiativeKind
from civic.links import absolute
from civic.mail import service as mail


def tell_author(initiative: Initiative, template: str, *, at: datetime, once: str = "", **more: Any) -> None:
    """Once per initiative, template and what `once` names; nothing where the author left no address."""
    author = db.session.get_one(User, initiative.author_id)
    if author.email is None:
        return
    context = {
        "title": initiative.title,
        "municipality": queries.place_names(initiative),
        "threshold": initiative.threshold,
        "is_challenge": is_challenge(initiative),
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        **more,
    }
    key = f"{template.replace('_', '-')}:{initiative.id}{once}"
    mail.queue(mail.Letter(author.email, template, key, context), at=at)


def is_challenge(initiative: Initiative) -> bool:
    """Then the college decides, not the council."""
    return initiative.kind is InitiativeKind.RIGHT_TO_CHALLENGE


def tell_office(place: InitiativePlace, template: str, *, at: datetime) -> None:
    """Everybody at the griffie of this municipality: whoever is first takes it up.

    Where nobody there has an account, the administrators hear it: nothing may lie where nobody looks.
    """
    initiative = db.session.get_one(Initiative, place.initiative_id)
    context = {
        "title": initiative.title,
        "municipality": place.municipality.name,
        "support_count": place.support_count,
        "has_answer": bool(place.repair_answer),
        "has_office": bool(council.offices_of(place.municipality_id)),
        "url": absolute("initiatives.council_case", initiative_id=initiative.id, place_id=place.id),
    }
    turn = "again" if place.repair_answer else "first"
    for person in council.who_acts_for(place.municipality_id):
        key = f"{template}:{place.id}:{turn}:{person.id}"
        mail.queue(mail.Letter(person.email or "", template, key, context), at=at)
