"""Mail to the author of an initiative."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.db import db
from civic.initiatives.models import Initiative
from civic.links import absolute
from civic.mail import service as mail
from civic.regions.models import Municipality


def tell_author(initiative: Initiative, template: str, *, at: datetime, **more: Any) -> None:
    """Once per initiative and template; nothing where the author left no address."""
    author = db.session.get_one(User, initiative.author_id)
    if author.email is None:
        return
    context = {
        "title": initiative.title,
        "municipality": db.session.get_one(Municipality, initiative.municipality_id).name,
        "threshold": initiative.threshold,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        **more,
    }
    key = f"{template.replace('_', '-')}:{initiative.id}"
    mail.queue(mail.Letter(author.email, template, key, context), at=at)
