"""Who may reach the start, the writing together, the consent and what each kind has of its own."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from civic.accounts.models import User
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import CoInitiator, Initiative, ResumeLink
from civic.initiatives.service import consent, doors, kinds, people
from civic.initiatives.states import InitiativeKind
from civic.initiatives.states.people import AgeBand
from tests.access import EVERYBODY, OWNER, OWNER_EMAIL, SIGNED_IN, Case
from tests.factories import make_user
from tests.initiatives.factories import author, draft, form_values

OWN = frozenset({OWNER})


def build() -> dict[str, Case]:
    """The owner is the author of some, and writes along with somebody else's."""
    mine = draft(age_band=AgeBand.FROM_16)
    ours, _me = _co_written()
    asked, asked_me = _co_written()
    people.ask_hand_over(asked_me, actor=_other(), at=now())
    invited = people.invite(mine, "Piet", "piet@example.nl", actor=author(), at=now())
    helper = people.invite(mine, "Ria", "ria@example.nl", actor=author(), at=now())
    people.accept(helper, "Ria", False, actor=make_user(email="ria@example.nl", name="Ria"), at=now())
    guardian = consent.ask(mine, "ouder@example.nl", actor=author(), at=now())
    task, project = draft(kind=InitiativeKind.RIGHT_TO_CHALLENGE), draft(kind=InitiativeKind.RESIDENT_PROJECT)
    kinds.start_project(project, project.revision, actor=author(), at=now())
    kept = doors.keep(doors.Beginning("Schaduw"), network="test", at=now())
    db.session.commit()
    return {
        "initiatives.new": Case(EVERYBODY, form={"stap": "wens", "wish": "Iets beters"}),
        "initiatives.go_on": Case(SIGNED_IN, {"token": kept}),
        "initiatives.mail_link": Case(OWN, _of(mine), form=form_values(mine)),
        "initiatives.resume": Case(EVERYBODY, {"token": _link(ours)}),
        "initiatives.people": Case(OWN, _of(mine)),
        "initiatives.invite": Case(OWN, _of(mine), form={"name": "Jan", "email": "jan@example.nl"}),
        "initiatives.remove_writer": Case(OWN, {"initiative_id": mine.id, "co_id": invited.id}),
        "initiatives.leave": Case(OWN, _of(ours)),
        "initiatives.show_my_name": Case(OWN, _of(asked)),
        "initiatives.invitation": Case(
            EVERYBODY, {"token": people.token_of(invited)}, form={"antwoord": "nee"}
        ),
        "initiatives.hand_over": Case(OWN, {"initiative_id": mine.id, "co_id": helper.id}),
        "initiatives.take_over": Case(
            OWN, {"initiative_id": asked.id, "co_id": asked_me.id}, form={"antwoord": "nee"}
        ),
        "initiatives.consent": Case(OWN, _of(mine), form={"email": "ouder@example.nl"}),
        "initiatives.guardian": Case(
            EVERYBODY, {"token": consent.token_of(guardian)}, form={"antwoord": "ja"}
        ),
        "initiatives.challenge": Case(OWN, _of(task), form={"revision": str(task.revision), "later": "ja"}),
        "initiatives.finish": Case(OWN, _of(project), form={"lesson": "Begin klein."}),
        "initiatives.keep_vague_words": Case(OWN, _of(mine), form={"woord": "trachten"}),
    }


def _of(initiative: Initiative) -> dict[str, Any]:
    return {"initiative_id": initiative.id}


def _link(initiative: Initiative) -> str:
    """A link that was mailed to somebody else."""
    link = ResumeLink(initiative_id=initiative.id, user_id=_other().id, created_at=now())
    link.token_hash, link.expires_at = sha256(b"link").hexdigest(), now() + timedelta(days=7)
    db.session.add(link)
    db.session.commit()
    return "link"


def _other() -> User:
    return make_user(email="ander@example.nl", name="Ans Ander")


def _co_written() -> tuple[Initiative, CoInitiator]:
    initiative = service.start("Een bankje", "Uitrusten.", actor=_other(), at=now())
    db.session.flush()
    row = people.invite(initiative, "Eva", OWNER_EMAIL, actor=_other(), at=now())
    people.accept(row, "Eva", True, actor=author(), at=now())
    return initiative, row
