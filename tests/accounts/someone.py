"""Somebody who left traces in every room, and a look through every table for what is left of them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from civic.accounts.models import User
from civic.crypto import binding, email_index, key_ring
from civic.db import Base, db, now
from civic.initiatives import service as initiatives
from civic.initiatives.models import CoInitiator, Initiative, Support, SupportHome
from civic.initiatives.service import follow, joining
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.rotation import sealed_columns
from tests.aanjaagteam.makers import new_report
from tests.factories import make_user
from tests.initiatives.factories import TAB, answers, published, supported
from tests.initiatives.talk_factories import commented, talked_about

NAME, EMAIL, POSTCODE = "Zonneroos Bijzonder", "zonneroos@example.nl", "8232 ZX"
TRACES = ("zonneroos", "8232 zx")


def written_by(user: User) -> Initiative:
    draft = initiatives.start("Een plein", "Schaduw.", actor=user, at=now())
    db.session.flush()
    given = answers(author_name=NAME, author_postcode=POSTCODE)
    initiatives.save(draft, given, initiatives.Edit(draft.revision, TAB), at=now())
    return draft


def someone() -> tuple[User, Initiative, Initiative]:
    """(the person, their own initiative that is online, one of somebody else that they supported)."""
    user = make_user(email=EMAIL, name=NAME)
    written_by(user)
    own = written_by(user)
    initiatives.publish(own, own.revision, actor=user, at=now())
    other = published()
    supported(other, 3)
    for one in (other, published()):
        initiatives.ask(one, initiatives.Supporter(NAME, "Zonneroos+lijst@Example.nl", POSTCODE), at=now())
    _confirm(other)
    follow.follow_at_once(Subject(FollowScope.EVERYTHING), Rhythm.WEEKLY, actor=user, at=now())
    offer = joining.Offer(NAME, EMAIL, "Zonneroos helpt graag.", None)
    joining.join_at_once(other, offer, actor=user, at=now())
    commented(talked_about(), "Ik ben Zonneroos en ik vind dit goed.", by=user)
    _asked_to_write_along(other)
    home = SupportHome(user_id=user.id, changed_at=now())
    db.session.add(home)
    home.postcode = POSTCODE
    new_report(email=EMAIL, at=now() - timedelta(days=1))
    db.session.commit()
    return user, own, other


def _asked_to_write_along(initiative: Initiative) -> None:
    asked = CoInitiator(initiative_id=initiative.id, invited_at=now(), token_hash="-", mails=1)
    asked.name, asked.email, asked.email_index = NAME, EMAIL, email_index(EMAIL)
    db.session.add(asked)


def _confirm(initiative: Initiative) -> None:
    key = initiatives.person_key_of(initiative.id, EMAIL)
    support = db.session.scalars(select(Support).where(Support.person_key == key)).one()
    initiatives.confirm(support, at=now())
    initiatives.recount(initiative.id, at=now())


def traces() -> list[str]:
    """Every column of every row that holds the name, address or postcode, sealed or not."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            found += [f"{table.name}.{name}" for name, value in row.items() if _tells(str(value))]
    for table, column in sealed_columns():
        rows = db.session.execute(select(table.c.uid, table.c[column]).where(table.c[column].is_not(None)))
        for uid, value in rows:
            text = key_ring().open(value, binding(table.name, column, uid))
            found += [f"{table.name}.{column} (sealed)"] if _tells(text) else []
    return sorted(set(found))


def _tells(text: str) -> bool:
    return any(trace in text.casefold() for trace in TRACES)
