"""Who may reach joining, and the clock of a council."""

from __future__ import annotations

from datetime import timedelta

from civic.calendar import today
from civic.db import db, now
from civic.initiatives.models import Initiative, JoinRequest
from civic.initiatives.service import clock
from civic.initiatives.service import joining as service
from civic.initiatives.states.clock import SuspendReason
from civic.initiatives.states.joining import SourceChannel
from civic.tickets import ticket
from tests.access import COUNCIL_OFFICE, EVERYBODY, OWNER, Case
from tests.factories import make_user
from tests.initiatives.access_council import _accepted, _of
from tests.initiatives.factories import author, published

OWN, OFFICE = frozenset({OWNER}), frozenset({COUNCIL_OFFICE})
TYPED = {"name": "Mees Mee", "email": "mees@example.nl", "message": "Ik help graag.", "channel": "poster"}


def joined(initiative: Initiative, email: str = "doet.mee@example.nl") -> JoinRequest:
    """Somebody with an account who joined."""
    person = make_user(email=email, name="Doet Mee")
    offer = service.Offer("Doet Mee", email, "Ik kan spitten.", SourceChannel.NEIGHBOURS)
    row = service.join_at_once(initiative, offer, actor=person, at=now())
    db.session.commit()
    return row


def token_of(purpose: str, row: JoinRequest) -> str:
    return ticket(purpose, row.uid, today(now()))


def build() -> dict[str, Case]:
    initiative = published()
    to_see, to_stop, to_handle = (joined(initiative, f"mee{n}@example.nl") for n in range(3))
    number = {"initiative_id": initiative.id}
    running, paused, to_extend = _accepted(), _accepted(), _accepted()
    clock.suspend(paused, SuspendReason.RECESS, author(), actor=author(), at=now())
    found = clock.clock_of(to_extend)
    later = clock.latest_day(to_extend, found) if found else today(now()) + timedelta(days=1)
    suspend = {"reason": "recess", "owner_id": "0"}
    extend = {"reason": "full_agenda", "until": later.isoformat()}
    cases = {
        "initiatives.join": Case(EVERYBODY, {"initiative_id": published().id}, form=TYPED),
        "initiatives.join_sent": Case(EVERYBODY),
        "initiatives.join_confirm": Case(EVERYBODY, {"token": token_of(service.CONFIRM, to_see)}),
        "initiatives.join_stop": Case(EVERYBODY, {"token": token_of(service.STOP, to_stop)}),
        "initiatives.join_stopped": Case(EVERYBODY),
        "initiatives.joiners": Case(OWN, number),
        "initiatives.join_answer": Case(OWN, {**number, "request_id": to_see.id}, form={"text": "Fijn!"}),
        "initiatives.join_handled": Case(OWN, {**number, "request_id": to_handle.id}),
        "initiatives.suspend_clock": Case(OFFICE, _of(running), form=suspend),
        "initiatives.resume_clock": Case(OFFICE, _of(paused)),
        "initiatives.extend_clock": Case(OFFICE, _of(to_extend), form=extend),
    }
    db.session.commit()
    return cases
