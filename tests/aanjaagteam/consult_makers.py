"""Officials, units, specialists and questions; call these inside an app context."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from civic.aanjaagteam.models import Consult, Improvement, Unit, UnitMember
from civic.aanjaagteam.service import consults, improvements, specialists
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.consults import Domain
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db, now
from tests.aanjaagteam.makers import member, report_in
from tests.factories import make_user, municipality

SASKIA, PETER, LARS, JUUL = (
    "saskia@example.nl",
    "peter@example.nl",
    "lars@example.nl",
    "juul@example.nl",
)
NAMES = {SASKIA: "Saskia Visser", PETER: "Peter Kuipers", LARS: "Lars Recht", JUUL: "Juul Jurist"}
QUESTION = "Mag de heer Kievit dit zonder nieuwe aanvraag? Woord: koolmees."


def official(email: str = SASKIA) -> User:
    user = make_user(email=email, name=NAMES.get(email, "Kees Jansen"))
    if not user.grants:
        make_user(Role.EMPLOYEE, email=email)
    return user


def unit(name: str = "Vergunningen", **given: Any) -> Unit:
    given = {"municipality_id": municipality("GM0995").id, "headcount": 12, **given}
    row = Unit(name=name, discretion="Een formulier korter maken mag altijd.", **given)
    db.session.add(row)
    db.session.flush()
    return row


def works_at(user: User, place: Unit, *, is_manager: bool = False) -> None:
    row = UnitMember(unit_id=place.id, user_id=user.id, is_manager=is_manager, from_on=date(2026, 1, 1))
    db.session.add(row)
    db.session.flush()


def specialist(email: str = LARS, domain: Domain = Domain.LEGAL) -> User:
    user = official(email)
    what, at = specialists.NewSpecialist(domain, hours="dinsdag"), _before() - timedelta(hours=1)
    specialists.add_specialist(user, what, actor=member(), at=at)
    return user


def _before() -> datetime:
    return now() - timedelta(days=1)


def case_consult(whom: consults.Whom | None = None, at: datetime | None = None, **given: Any) -> Consult:
    """A question about a case, asked by a member of the team to Lars."""
    report = report_in(State.TAKEN_UP, is_public=False)
    report.summary = "Het terras wacht op een besluit over de stoep."
    whom = whom or consults.Whom(user_id=specialist().id)
    return consults.ask(report, consults.Asked(QUESTION, whom, **given), actor=member(), at=at or _before())


def quick_consult(whom: consults.Whom | None = None, at: datetime | None = None) -> Consult:
    """A quarter of an hour, asked by Saskia to whoever has time for law."""
    specialist()
    asked = consults.QuickAsked(QUESTION, whom or consults.Whom(domain=Domain.LEGAL))
    return consults.ask_quick(asked, actor=official(), at=at or _before())


def improvement(place: Unit | None = None, actor: User | None = None, **given: Any) -> Improvement:
    """Just done by Saskia at her own unit, unless `yes` says otherwise."""
    actor = actor or official()
    if place is None:
        place = unit()
        works_at(actor, place)
    at = given.pop("at", None) or _before()
    new = improvements.Proposal(
        process=given.pop("process", "Vergunning voor een straatfeest"),
        proposal="Eén formulier in plaats van drie.",
        unit_id=place.id,
        tell_on=(at + timedelta(days=30)).date(),
        **given,
    )
    return improvements.propose(new, actor=actor, at=at)
