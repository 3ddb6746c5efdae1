"""Who may reach what in the initiatives room."""

from __future__ import annotations

from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import Support
from civic.initiatives.service.supports import token_of
from tests.access import EVERYBODY, OWNER, SIGNED_IN, Case
from tests.initiatives import (
    access_council,
    access_desk,
    access_files,
    access_follow,
    access_joining,
    access_ledger,
    access_seen,
    access_together,
    access_writing,
)
from tests.initiatives.factories import draft, form_values, published, supporter

OWN = frozenset({OWNER})
PERSON = {"name": "Steun Anders", "email": "anders@example.nl", "postcode": "8232 AB", "declares": "y"}


def build() -> dict[str, Case]:
    open_one = {"initiative_id": published().id}
    to_withdraw = {"initiative_id": published().id}
    to_edit = draft()
    to_discard, to_publish = draft(), draft()
    token = {"token": _token(open_one["initiative_id"])}
    return {
        **access_council.build(),
        **access_desk.build(),
        **access_files.build(),
        **access_follow.build(),
        **access_joining.build(),
        **access_ledger.build(),
        **access_seen.build(),
        **access_together.build(),
        **access_writing.build(),
        "initiatives.index": Case(EVERYBODY),
        "initiatives.show": Case(EVERYBODY, open_one),
        "initiatives.mine": Case(SIGNED_IN),
        "initiatives.edit": Case(OWN, {"initiative_id": to_edit.id}),
        "initiatives.save": Case(OWN, {"initiative_id": to_edit.id}, form=form_values(to_edit)),
        "initiatives.autosave": Case(OWN, {"initiative_id": to_edit.id}, form=form_values(to_edit)),
        "initiatives.check": Case(OWN, {"initiative_id": to_edit.id}),
        "initiatives.publish": Case(
            OWN,
            {"initiative_id": to_publish.id},
            form={"consents": "y", "revision": str(to_publish.revision)},
        ),
        "initiatives.discard": Case(OWN, {"initiative_id": to_discard.id}),
        "initiatives.withdraw": Case(OWN, to_withdraw, form={"reason": "solved"}),
        "initiatives.support": Case(EVERYBODY, open_one, form=PERSON),
        "initiatives.support_sent": Case(EVERYBODY, open_one),
        "initiatives.confirm_code": Case(
            EVERYBODY, open_one, form={"email": "x@example.nl", "code": "123456"}
        ),
        "initiatives.supported": Case(EVERYBODY, open_one),
        "initiatives.confirm": Case(EVERYBODY, token),
        "initiatives.withdraw_support": Case(EVERYBODY, token),
    }


def _token(initiative_id: int) -> str:
    from civic.initiatives.models import Initiative

    initiative = db.session.get_one(Initiative, initiative_id)
    service.ask(initiative, supporter(), at=now())
    db.session.commit()
    return token_of(db.session.scalars(db.select(Support)).one())
