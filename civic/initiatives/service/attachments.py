"""Adding images and documents to a text that is still being written, and putting them in order."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.files import service as files
from civic.initiatives.models import Initiative
from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.policy.attachments import can_attach_now
from civic.initiatives.queries.attachments import attachments_of
from civic.limits import Limit, hit

MOST_FILES = 5
UPLOADS = Limit("initiative-attachment", 60, 24 * 3600)


def attach(
    initiative: Initiative, checked: files.Checked, description: str, *, actor: User, at: datetime
) -> InitiativeAttachment:
    """As the last one. `description` is the alternative text of an image, the name of a document."""
    hit(UPLOADS, str(actor.id), at)
    known = _locked(initiative)
    if len(known) >= MOST_FILES:
        raise Invalid({"file": [_("Er zijn al %(most)s bijlagen. Haal er eerst een weg.", most=MOST_FILES)]})
    upload = files.keep(checked, initiative, at=at)
    position = max((one.position for one in known), default=0) + 1
    row = InitiativeAttachment(
        initiative_id=initiative.id, upload_id=upload.id, position=position, description=description
    )
    db.session.add(row)
    db.session.flush()
    return row


def detach(initiative: Initiative, attachment_id: int) -> None:
    """Gone with its bytes. Twice is once."""
    for row in _locked(initiative):
        if row.id == attachment_id:
            upload_id = row.upload_id
            db.session.delete(row)
            db.session.flush()
            files.erase(upload_id)


def shift(initiative: Initiative, attachment_id: int, step: int) -> None:
    """One place up (-1) or down (1); at an end nothing happens."""
    rows = _locked(initiative)
    at = next((place for place, row in enumerate(rows) if row.id == attachment_id), None)
    if at is not None and 0 <= at + step < len(rows):
        rows[at], rows[at + step] = rows[at + step], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    db.session.flush()


def _locked(initiative: Initiative) -> list[InitiativeAttachment]:
    """Two tabs at once take turns, so that five stays five."""
    db.session.refresh(initiative, with_for_update=True)
    if not can_attach_now(initiative):
        raise NotAllowedNow("not_in_this_state")
    return attachments_of(initiative.id)
