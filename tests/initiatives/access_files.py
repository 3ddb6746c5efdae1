"""Who may reach the attachments, what looks like a text, and the map."""

from __future__ import annotations

from civic.db import db, now
from civic.files.service import check
from civic.initiatives import service as initiatives
from civic.initiatives.models import Initiative
from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.service import attachments
from tests.access import EVERYBODY, OWNER, Case
from tests.files.samples import image
from tests.initiatives.factories import author, draft, form_values

OWN = frozenset({OWNER})


def _attached(initiative: Initiative) -> InitiativeAttachment:
    checked = check(image(), "foto.jpg")
    row = attachments.attach(initiative, checked, "Een boom op het plein", actor=author(), at=now())
    db.session.commit()
    return row


def build() -> dict[str, Case]:
    initiative = draft()
    first, second = _attached(initiative), _attached(initiative)
    one = {"initiative_id": initiative.id}
    online = draft()
    shown = {"initiative_id": online.id, "attachment_id": _attached(online).id}
    initiatives.publish(online, online.revision, actor=author(), at=now())
    db.session.commit()
    return {
        "initiatives.attachments": Case(OWN, one, form={"description": "Een boom"}),
        "initiatives.save_and_attach": Case(OWN, one, form=form_values(initiative)),
        "initiatives.shift_attachment": Case(OWN, {**one, "attachment_id": first.id, "direction": "omlaag"}),
        "initiatives.detach": Case(OWN, {**one, "attachment_id": second.id}),
        "initiatives.attachment": Case(EVERYBODY, shown, is_page=False),
        "initiatives.similar": Case(EVERYBODY),
        "initiatives.similar_of": Case(OWN, one),
        "initiatives.compare": Case(OWN, one, form=form_values(initiative)),
        "initiatives.map_of_region": Case(EVERYBODY),
    }
