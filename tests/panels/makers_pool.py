"""Registrants by the hundred, as rows: believable, fictional, always the same. Inside an app context."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from civic.crypto import binding, blind_index, email_index, key_ring
from civic.db import db
from civic.panels.models import Panel, Registration
from civic.panels.queries.composition import cells_of, constituencies_of, features_of
from civic.panels.service.registrations_rules import address_index, person_index
from civic.panels.states import Channel, Honorarium, RegistrationState
from civic.regions.models import Municipality, PostcodeArea
from tests.conftest import NOW

TABLE = Registration.__tablename__
FIRST = ("Anna", "Bilal", "Cor", "Dewi", "Els", "Fadi", "Gerda", "Henk", "Ivo", "Joke", "Kim", "Lars")
LAST = ("de Boer", "Yılmaz", "Visser", "Hakim", "van Dijk", "Post", "Romkes", "Bakker", "Öztürk", "Smit")
AGES = {"16-34": (1993, 2008), "35-64": (1963, 1990), "65+": (1940, 1959)}


@dataclass(frozen=True)
class Wish:
    """What a test wants of one registration, beside what is made up."""

    constituency: int = 2
    municipality: str = "GM0034"
    name: str = ""  # a new one for every registration
    born: str = "1980-05-17"
    postcode: str = "1315 AB"
    number: str = "12"
    email: str = ""
    answers: tuple[tuple[str, str | None], ...] = (
        ("geslacht", "vrouw"),
        ("leeftijd", "35-64"),
        ("opleiding", "midden"),
    )
    state: RegistrationState = RegistrationState.CONFIRMED
    is_nominated: bool = False
    has_no_place: bool = False  # somebody else of that name, birth date and postcode came first


def make_registration(panel: Panel, wish: Wish = Wish(), at: datetime = NOW) -> Registration:
    third = next(one for one in constituencies_of(panel.id) if one.number == wish.constituency)
    place = db.session.scalars(select(Municipality).where(Municipality.code == wish.municipality)).one()
    ids = {one.name: str(one.id) for one in features_of(panel.id)}
    row = Registration(
        uid=_uid(panel.id),
        panel_id=panel.id,
        constituency_id=third.id,
        source_id=third.sources[0].id,
        municipality_id=place.id,
        state=wish.state,
        is_nominated=wish.is_nominated,
        registered_at=at,
        changed_at=at,
        removed_at=at if wish.state is RegistrationState.REMOVED else None,
    )
    wish = wish if wish.name else replace(wish, name=_new_name(panel.id))
    row.name, row.birth_date, row.email = wish.name, wish.born, wish.email or None
    row.address = address_text(wish.postcode, wish.number)
    row.answers = {ids[name]: value for name, value in wish.answers}
    row.needs = {}
    row.honorarium = Honorarium.LATER
    if not wish.has_no_place:
        born = date.fromisoformat(wish.born)
        row.person_index = person_index(panel.id, wish.name, born, wish.postcode)
    row.address_index = address_index(panel.id, wish.postcode, wish.number)
    row.email_index = email_index(wish.email) if wish.email else None
    db.session.add(row)
    db.session.commit()
    return row


def _count(panel_id: int) -> int:
    return db.session.scalar(select(func.count()).where(Registration.panel_id == panel_id)) or 0


def _uid(panel_id: int) -> str:
    """The same in every run: of the same pool a lottery is worked out once (tests/kept.py)."""
    return hashlib.sha256(f"{panel_id} {_count(panel_id)}".encode()).hexdigest()[:32]


def _new_name(panel_id: int) -> str:
    number = _count(panel_id)
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return f"{first} {last}{' junior' * (number // 120)}"


def address_text(postcode: str, number: str) -> str:
    return json.dumps({"street": "Kerkweg", "number": number, "postcode": postcode, "place": "Ons Dorp"})


def make_pool(panel: Panel, count: int, seed: int = 7, at: datetime = NOW) -> None:
    """`count` confirmed registrations over all cells, in proportion to their seats; skewed, as people are."""
    rows = list(_rows(panel, count, random.Random(f"{seed} {panel.id}"), at))
    for start in range(0, len(rows), 2000):
        db.session.execute(insert(Registration), rows[start : start + 2000])
    db.session.commit()


def _rows(panel: Panel, count: int, chance: random.Random, at: datetime) -> Iterator[dict[str, Any]]:
    cells = cells_of(panel.id)
    where = list(cells)
    weights = [cells[one] for one in where]
    sources = {one.id: [source.id for source in one.sources] for one in constituencies_of(panel.id)}
    numbers = {one.id: one.number for one in constituencies_of(panel.id)}
    ids = {one.name: str(one.id) for one in features_of(panel.id)}
    postcodes = _postcodes()
    for number in range(count):
        # the first round fills every cell, so that a panel exists
        cell = where[number % len(where)] if number < 6 * len(where) else chance.choices(where, weights)[0]
        person = _person(chance, number, ids, asks_school=numbers[cell[0]] != 1)
        digits = postcodes.get(cell[1], ["1315"])
        home = chance.randrange(max(1, count * 9 // 10))  # some live together
        person |= {"address": address_text(f"{chance.choice(digits)} AB", str(home))}
        yield _row(panel, cell, chance.choice(sources[cell[0]]), person, chance, at) | {
            "address_index": address_index(panel.id, "1315 AB", f"{home} P")
        }


def _person(chance: random.Random, number: int, ids: dict[str, str], *, asks_school: bool) -> dict[str, Any]:
    age = chance.choices(list(AGES), (2, 5, 4))[0]
    gender = chance.choices(("vrouw", "man", "X"), (52, 46, 2))[0]
    answers: dict[str, str | None] = {ids["geslacht"]: gender, ids["leeftijd"]: age}
    if asks_school:
        answers[ids["opleiding"]] = chance.choices(("laag", "midden", "hoog", None), (20, 35, 42, 3))[0]
    born = date(chance.randint(*AGES[age]), chance.randint(1, 12), chance.randint(1, 28))
    return {
        "name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "email": f"inwoner{number}@example.nl",
        "birth_date": born.isoformat(),
        "answers": answers,
    }


def _row(
    panel: Panel,
    cell: tuple[int, int],
    source_id: int,
    person: dict[str, Any],
    chance: random.Random,
    at: datetime,
) -> dict[str, Any]:
    ring, uid = key_ring(), f"{chance.getrandbits(128):032x}"
    needs: dict[str, Any] = {"travel": chance.random() < 0.2, "childcare": chance.random() < 0.1}
    if chance.random() < 0.05:
        needs["interpreter"] = "Turks"
    texts = {
        "name_sealed": person["name"],
        "birth_date_sealed": person["birth_date"],
        "address_sealed": person["address"],
        "email_sealed": person["email"],
        "answers_sealed": json.dumps(person["answers"]),
        "needs_sealed": json.dumps(needs),
    }
    return {
        "uid": uid,
        "panel_id": panel.id,
        "constituency_id": cell[0],
        "municipality_id": cell[1],
        "source_id": source_id,
        "channel": chance.choices((Channel.WEB, Channel.PHONE, Channel.PAPER), (90, 6, 4))[0],
        "state": RegistrationState.CONFIRMED,
        "honorarium": chance.choice(list(Honorarium)),
        "email_index": email_index(person["email"]),
        "person_index": blind_index("test-person", uid),
        "is_dirty": True,
        "registered_at": at,
        "changed_at": at,
        **{column: ring.seal(text, binding(TABLE, column, uid)) for column, text in texts.items()},
    }


def _postcodes() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in db.session.execute(select(PostcodeArea.municipality_id, PostcodeArea.postcode4)):
        found.setdefault(row.municipality_id, []).append(row.postcode4)
    return found
