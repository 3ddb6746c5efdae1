"""What the councils did with the regional initiative of the demo: two decided, one is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.queries.council import offices_of
from civic.initiatives.service import council as service
from civic.initiatives.states import CouncilOutcome, PlaceState

YES = (
    "De raad zegt ja tegen één loket. Het college werkt met de andere gemeenten een plan uit. Dat plan is er "
    "vóór de zomer. Tot die tijd blijft het loket in Dronten ook op zaterdag open.\n\n"
    "Waarom? Jongeren vertellen nu te vaak hun verhaal opnieuw. De raad vindt dat dit anders moet."
)
PARTLY = (
    "De raad zegt ja tegen één telefoonnummer, en nee tegen één plek. Lelystad houdt een eigen loket.\n\n"
    "Waarom? Wie zestien is, reist niet altijd makkelijk naar een andere gemeente. Over een jaar kijkt de "
    "raad of één plek toch beter is."
)
# two councils answer; the third, where all municipalities together had enough, is late
DECISIONS = {
    "GM0303": (CouncilOutcome.ADOPTED, YES, 80),
    "GM0995": (CouncilOutcome.PARTLY, PARTLY, 92),
}


def load(initiative: Initiative, reached: datetime) -> None:
    """`reached` is when there was enough support: in two by themselves, in the third together."""
    author = db.session.get_one(User, initiative.author_id)
    for place in initiative.places:
        if place.state is not PlaceState.ENOUGH:
            continue
        service.submit(place, actor=author, at=reached + timedelta(days=1, hours=3))
        # a griffie without an account in the demo is played by the writer's clerk: the first office there is
        office = (offices_of(place.municipality_id) or [author])[0]
        service.accept(place, actor=office, at=reached + timedelta(days=12, hours=1))
        if place.municipality.code in DECISIONS:
            outcome, answer, days = DECISIONS[place.municipality.code]
            on = reached + timedelta(days=days)
            decision = service.Decision(outcome, answer, today(on))
            service.schedule(place, None, today(on), actor=office, at=reached + timedelta(days=30))
            service.decide(place, decision, actor=office, at=on + timedelta(hours=20 - on.hour))
