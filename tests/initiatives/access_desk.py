"""Who may reach what the desk does. Each unsafe step has an initiative in the state that allows it."""

from __future__ import annotations

from typing import Any

from civic.calendar import today
from civic.db import db, now
from civic.initiatives.models import Initiative
from civic.initiatives.service import desk, desk_care, desk_stops
from civic.initiatives.states import RefuseReason
from civic.initiatives.states.desk import HideReason, HoursKind, PauseReason
from tests.access import (
    ADMINISTRATOR,
    COUNCIL_OFFICE,
    EVERYBODY,
    INITIATIVE_DESK,
    OWNER,
    Case,
)
from tests.factories import make_user, municipality
from tests.initiatives.desk_makers import by_law, offered, returned
from tests.initiatives.factories import author, draft, published

OWN = frozenset({OWNER})
DESK = frozenset({COUNCIL_OFFICE, INITIATIVE_DESK, ADMINISTRATOR})
TEXT = "Vertel ook wat het kost."


def _of(initiative: Initiative) -> dict[str, Any]:
    return {"initiative_id": initiative.id}


def _judged(initiative: Initiative, **form: Any) -> Case:
    return Case(DESK, _of(initiative), form={"revision": str(initiative.revision), **form})


def _paused() -> Initiative:
    initiative = published()
    desk_stops.pause(initiative, PauseReason.TECHNICAL, actor=author(), at=now())
    return initiative


def _hidden() -> Initiative:
    initiative = published()
    desk_stops.hide(initiative, HideReason.INSULT, TEXT, actor=author(), at=now())
    return initiative


def build() -> dict[str, Case]:
    day, at = today(now()).isoformat(), now()
    cared, to_draft = published(), returned()
    given = desk_care.add_help(cared, "Zaal", None, today(at), actor=author(), at=at)
    new = desk_care.Hours(HoursKind.VOLUNTEER, 60, today(at), "Flyers")
    worked = desk_care.log_hours(cared, new, actor=author(), at=at)
    buddy = published()
    desk_care.ask_buddy(buddy, actor=author(), at=at)
    invited = published()
    desk_care.invite_buddy(invited, _writer_of(invited), actor=author(), at=at)
    not_placed = offered()
    refuse = RefuseReason.EXCLUDED
    desk.refuse(not_placed, not_placed.revision, refuse, TEXT, actor=author(), at=at)
    by_law("GM0034")
    to_offer = draft(place_ids=(municipality("GM0034").id,), author_postcode="1315 AB")
    reason = {"reason": "excluded", "explanation": TEXT}
    hours = {"kind": "volunteer", "hours": "1", "worked_on": day, "what": "Flyers"}
    cases = {
        "initiatives.inbox": Case(DESK),
        "initiatives.refused": Case(EVERYBODY),
        "initiatives.offer": Case(
            OWN, _of(to_offer), form={"consents": "y", "revision": str(to_offer.revision)}
        ),
        "initiatives.take_back": Case(OWN, _of(to_draft)),
        "initiatives.desk_case": Case(DESK, _of(offered())),
        "initiatives.desk_accept": _judged(offered()),
        "initiatives.desk_ask_back": _judged(offered(), question=TEXT),
        "initiatives.desk_refuse": _judged(offered(), **reason),
        "initiatives.hide_page": Case(DESK, _of(published()), form={"reason": "insult", "explanation": TEXT}),
        "initiatives.show_again": Case(DESK, _of(_hidden())),
        "initiatives.pause_signing": Case(DESK, _of(published()), form={"reason": "technical"}),
        "initiatives.resume_signing": Case(DESK, _of(_paused())),
        "initiatives.signing": Case(frozenset({ADMINISTRATOR})),
        "initiatives.pause_everything": Case(frozenset({ADMINISTRATOR})),
        "initiatives.resume_everything": Case(frozenset({ADMINISTRATOR})),
        "initiatives.care": Case(DESK | OWN, _of(cared)),
        "initiatives.contact": Case(DESK, _of(cared), form={"contact_id": "", "deputy_id": ""}),
        "initiatives.ask_buddy": Case(OWN, _of(cared)),
        "initiatives.invite_buddy": Case(DESK, _of(cared), form={"email": "niemand@example.nl"}),
        "initiatives.buddy": Case(OWN, _of(invited), form={"answer": "no"}),
        "initiatives.end_buddy": Case(DESK | OWN, _of(buddy)),
        "initiatives.add_help": Case(DESK, _of(cared), form={"what": "Koffie", "given_on": day}),
        "initiatives.drop_help": Case(DESK, {**_of(cared), "row_id": given.id}),
        "initiatives.log_hours": Case(DESK | OWN, _of(cared), form=hours),
        "initiatives.drop_hours": Case(DESK | OWN, {**_of(cared), "row_id": worked.id}),
    }
    db.session.commit()
    return cases


def _writer_of(initiative: Initiative) -> Any:
    """The owner of the case, as somebody who was asked: of an initiative that another resident wrote."""
    other = make_user(email="andere-schrijver@example.nl", name="Anne Ander")
    initiative.author_id = other.id
    db.session.flush()
    return author()
