"""Initiatives with people who are about to confirm their support, for measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from flask import Flask
from flask_migrate import upgrade

from civic.accounts.models import User
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.demo import DECLARED
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service.supports import Supporter, person_key_of, token_of
from civic.initiatives.states import SolutionOwner, SupportState
from civic.initiatives.states.people import AgeBand
from civic.regions.models import Municipality
from civic.regions.service import load_region

POSTCODE, CODE = "8232 AB", "GM0995"
BATCH = 2000


def prepare(app: Flask, initiatives: int) -> list[int]:
    """A region and so many published initiatives; their numbers."""
    with app.app_context():
        upgrade()
        at = now()
        load_region("flevoland", at=at)
        found = [_published(number, _author(number, at), at).id for number in range(initiatives)]
        db.session.commit()
    return found


def _author(number: int, at: datetime) -> User:
    """Nobody may begin two hundred of them."""
    author = User(created_at=at)
    author.name, author.email = "Eva Schrijver", f"schrijver{number}@example.nl"
    db.session.add(author)
    db.session.flush()
    return author


def _published(number: int, author: User, at: datetime) -> Initiative:
    place = db.session.scalars(db.select(Municipality).where(Municipality.code == CODE)).one()
    title, wish = f"Voorstel {number} voor het plein", "Schaduw en een bank voor iedereen. " * 8
    initiative = service.start(title, wish, actor=author, at=at)
    db.session.flush()
    answers = service.Answers(
        title=title,
        wish=wish,
        plan="We planten bomen en zetten een bank. " * 40,
        place_ids=(place.id,),
        solution_owner=SolutionOwner.TOGETHER,
        author_name="Eva Schrijver",
        author_postcode=POSTCODE,
        confirmed_rules=DECLARED,
        age_band=AgeBand.ADULT,
    )
    service.save(initiative, answers, service.Edit(initiative.revision, "a" * 32), at=at)
    service.publish(initiative, initiative.revision, actor=author, at=at)
    return initiative


def ask(app: Flask, initiative_ids: list[int], people: int, first: int = 0) -> list[str]:
    """So many people with a mail to confirm, spread over the initiatives; the secrets of their links."""
    tokens: list[str] = []
    with app.app_context():
        place_id = db.session.scalars(db.select(Municipality.id).where(Municipality.code == CODE)).one()
        rows: list[Support] = []
        for row in _pending(initiative_ids, place_id, range(first, first + people)):
            tokens.append(token_of(row))
            rows.append(row)
            if len(rows) == BATCH:
                db.session.add_all(rows)
                db.session.commit()
                db.session.expunge_all()
                rows = []
        db.session.add_all(rows)
        db.session.commit()
    return tokens


def _pending(initiative_ids: list[int], place_id: int, numbers: range) -> Iterator[Support]:
    at = now()
    for number in numbers:
        initiative_id = initiative_ids[number % len(initiative_ids)]
        person = Supporter(f"Steun {number}", f"steun{number}@example.nl", POSTCODE)
        row = Support(
            initiative_id=initiative_id,
            municipality_id=place_id,
            person_key=person_key_of(initiative_id, person.email),
            state=SupportState.PENDING,
            requested_at=at,
        )
        row.name, row.email, row.postcode = person.name, person.email, person.postcode
        row.token_hash = hashlib.sha256(token_of(row).encode()).hexdigest()
        yield row


def confirmed(app: Flask) -> dict[int, int]:
    """How many supports are confirmed, per initiative, by counting rows."""
    with app.app_context():
        statement = (
            db.select(Support.initiative_id, db.func.count())
            .where(Support.state == SupportState.CONFIRMED)
            .group_by(Support.initiative_id)
        )
        return {row[0]: row[1] for row in db.session.execute(statement)}


def counted(app: Flask) -> dict[int, int]:
    """What the counting job wrote, per initiative."""
    with app.app_context():
        rows = db.session.execute(db.select(Initiative.id, Initiative.support_count))
        return {row[0]: row[1] for row in rows if row[1]}


def confirmed_tokens(app: Flask, tokens: list[str]) -> int:
    """Of these links, how many are confirmed in the database."""
    wanted = {hashlib.sha256(token.encode()).hexdigest() for token in tokens}
    with app.app_context():
        statement = db.select(Support.token_hash).where(Support.state == SupportState.CONFIRMED)
        return len(wanted & set(db.session.scalars(statement)))
