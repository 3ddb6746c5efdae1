"""Who may reach what the councils do. Each unsafe step has a place in the state that allows it."""

from __future__ import annotations

from typing import Any

from civic.calendar import today
from civic.db import db, now
from civic.initiatives.models import InitiativePlace, Support
from civic.initiatives.service import council as service
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import CouncilOutcome
from tests.access import (
    ADMINISTRATOR,
    COUNCIL_OFFICE,
    EVERYBODY,
    INITIATIVE_DESK,
    OWNER,
    SIGNED_IN,
    Case,
)
from tests.initiatives.factories import author, published, supported

OWN, OFFICE = frozenset({OWNER}), frozenset({COUNCIL_OFFICE})
ANSWER = "De raad maakt geld vrij."


def _enough() -> InitiativePlace:
    initiative = published()
    initiative.places[0].threshold = 1
    supported(initiative, 1)
    return initiative.places[0]


def _submitted() -> InitiativePlace:
    place = _enough()
    service.submit(place, actor=author(), at=now())
    return place


def _accepted() -> InitiativePlace:
    place = _submitted()
    service.accept(place, actor=author(), at=now())
    return place


def _of(place: InitiativePlace) -> dict[str, Any]:
    return {"initiative_id": place.initiative_id, "place_id": place.id}


def _decided() -> InitiativePlace:
    place = _accepted()
    decision = service.Decision(CouncilOutcome.ADOPTED, ANSWER, today(now()))
    service.decide(place, decision, actor=author(), at=now())
    db.session.commit()
    return place


def build() -> dict[str, Case]:
    day = today(now()).isoformat()
    to_repair = _submitted()
    service.ask_repair(to_repair, "Wat kost het?", actor=author(), at=now())
    decided = _decided()
    of_it = db.select(Support).where(Support.initiative_id == decided.initiative_id)
    token = token_of(db.session.scalars(of_it).one())
    question, reason = {"repair_text": "Wat kost het?"}, {"reason": "excluded", "answer": ANSWER}
    opinion = {"token": token, "place_id": decided.id}
    said = {"outcome": "adopted", "answer": ANSWER, "decided_on": day}
    cases = {
        "initiatives.place": Case(EVERYBODY, {"place_id": decided.id}),
        "initiatives.hand_in": Case(OWN, _of(_enough())),
        "initiatives.repair": Case(OWN, _of(to_repair), form={"repair_answer": "Weinig."}),
        "initiatives.council_case": Case(OFFICE | {INITIATIVE_DESK, ADMINISTRATOR}, _of(_submitted())),
        "initiatives.council_accept": Case(OFFICE, _of(_submitted())),
        "initiatives.council_ask_repair": Case(OFFICE, _of(_submitted()), form=question),
        "initiatives.council_refuse": Case(OFFICE, _of(_submitted()), form=reason),
        "initiatives.council_schedule": Case(OFFICE, _of(_accepted()), form={"council_on": day}),
        "initiatives.council_decide": Case(OFFICE, _of(_accepted()), form=said),
        "initiatives.report_stuck": Case(SIGNED_IN, _of(_accepted())),
        "initiatives.opinion": Case(EVERYBODY, opinion, form={"verdict": "yes"}),
        "initiatives.stop_news": Case(EVERYBODY, {"token": token}),
    }
    db.session.commit()
    return cases
