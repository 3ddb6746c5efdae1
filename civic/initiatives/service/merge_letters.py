"""Mail round merging: between the two writers, and to the griffies that get one text instead of two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.models.merge import MergeProposal
from civic.initiatives.queries import council
from civic.links import absolute
from civic.mail import service as mail


def tell_writer(
    proposal: MergeProposal, initiative: Initiative, template: str, at: datetime, **more: Any
) -> None:
    """The writer of `initiative`, about what the other one did."""
    writer = db.session.get_one(User, initiative.author_id)
    if writer.email is None:
        return
    number = proposal.target_id if initiative.id == proposal.source_id else proposal.source_id
    other = db.session.get_one(Initiative, number)
    context = {
        "title": initiative.title,
        "other_title": other.title,
        "state": proposal.state.value,
        "url": absolute("initiatives.merge", proposal_id=proposal.id),
        **more,
    }
    key = f"{template.replace('_', '-')}:{proposal.id}:{proposal.revision}:{initiative.id}"
    mail.queue(mail.Letter(writer.email, template, key, context), at=at)


def tell_offices(new: Initiative, at: datetime) -> None:
    """A text that no griffie read is online: they can look, and hide it if it may not be there."""
    url = absolute("initiatives.show", initiative_id=new.id)
    people = {
        person.id: person for place in new.places for person in council.who_acts_for(place.municipality_id)
    }
    for person in people.values():
        key = f"merge-office:{new.id}:{person.id}"
        letter = mail.Letter(person.email or "", "merge_office", key, {"title": new.title, "url": url})
        mail.queue_reminder(letter, at=at)
