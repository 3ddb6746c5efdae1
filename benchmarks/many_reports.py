"""A year of reports for measurements: the same ones each time, with all that a queue shows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Flask
from flask_migrate import upgrade

from civic.aanjaagteam.models import Report, ReportClusterItem, ReportFollower, ReportWait, Unit
from civic.aanjaagteam.states import Channel, State, Waiting
from civic.aanjaagteam.states.facts import Cause, DecisionOwner, WaitKind
from civic.accounts.models import RoleGrant, User
from civic.accounts.states import Role
from civic.calendar import today
from civic.crypto import blind_index
from civic.db import db, now
from civic.events.models import Deadline, Event, Visibility
from civic.regions.models import Municipality
from civic.regions.service import load_region
from civic.search import service as search

UNITS, OWNERS, PLACE, SEED, BATCH = 40, 12, "GM0034", 2026, 1000
STATES = (State.NEW, State.TRIAGED, State.TRIAGED, State.TAKEN_UP, State.TAKEN_UP, State.DECIDED)
WITH_OWNER = (State.TAKEN_UP, State.DECIDED)
THINGS = (
    "Vergunning voor een buurtfeest",
    "Aanvraag voor een traplift",
    "Bankje op het plein",
    "Subsidie voor de speeltuin",
    "Betaling aan een kleine ondernemer",
    "Oversteek bij de school",
    "Verhuizing van een jongere naar begeleid wonen",
    "Inkoop van een tolk",
)
TROUBLES = (
    "blijft liggen",
    "duurt al maanden",
    "gaat van afdeling naar afdeling",
    "wacht op een handtekening",
)
STORY = "De vergunning ligt al maanden stil en niemand zegt wie er beslist. " * 12


def prepare(app: Flask, reports: int) -> int:
    """The region and so many open reports; the number of an official of one municipality."""
    with app.app_context():
        upgrade()
        at = now()
        load_region("flevoland", at=at)
        places = {row.code: row.id for row in db.session.scalars(db.select(Municipality))}
        officials = [_official(number, at, None if number else places[PLACE]) for number in range(OWNERS)]
        units = [Unit(name=f"Afdeling {number}", discretion="") for number in range(UNITS)]
        db.session.add_all(units)
        db.session.flush()
        world = World(at, sorted(places.values()), officials, [unit.id for unit in units])
        for start in range(0, reports, BATCH):
            world.fill(min(BATCH, reports - start))
        search.rebuild(at)
        db.session.commit()
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
        return officials[0]


def _official(number: int, at: datetime, place_id: int | None) -> int:
    user = User(created_at=at)
    user.name, user.email = f"Lid {number}", f"lid{number}@example.nl"
    user.grants.append(RoleGrant(role=Role.AANJAAGTEAM_MEMBER, municipality_id=place_id, granted_at=at))
    db.session.add(user)
    db.session.flush()
    return user.id


class World:
    """Makes reports with their deadlines, events, waits, clusters and people who say me too."""

    def __init__(self, at: datetime, places: list[int], officials: list[int], units: list[int]) -> None:
        self._at, self._places, self._officials, self._units = at, places, officials, units
        self._dice = random.Random(SEED)  # noqa: S311  # the same reports each time
        self._heads: list[int] = []

    def fill(self, count: int) -> None:
        reports = [self._report() for _number in range(count)]
        db.session.add_all(reports)
        db.session.flush()
        db.session.add_all(row for report in reports for row in self._around(report))
        db.session.flush()
        db.session.expunge_all()

    def _report(self) -> Report:
        dice, state = self._dice, self._dice.choice(STATES)
        at = self._at - timedelta(days=dice.randint(1, 360), minutes=dice.randint(0, 1440))
        is_read, has_owner = state is not State.NEW, state in WITH_OWNER
        report = Report(
            created_at=at,
            channel=Channel.WEB,
            is_anonymous=False,
            receipt_code_hash=blind_index("bench", str(dice.random())),
            since_on=today(at) - timedelta(days=dice.randint(0, 200)),
            is_since_known=True,
            waiting=dice.choice(list(Waiting)),
            municipality_id=dice.choice(self._places),
            unit_id=dice.choice(self._units),
            state=state,
            revision=1,
            public_title=_title(dice) if is_read else "",
            is_public=is_read,
            published_at=at if is_read else None,
            decide_now=dice.random() < 0.3,
            owner_id=dice.choice(self._officials) if has_owner else None,
            decision_owner=DecisionOwner.UNIT if is_read else None,
            cause=dice.choice(list(Cause)) if is_read else None,
            triaged_at=at if is_read else None,
            taken_up_at=at if has_owner else None,
            decided_at=at if state is State.DECIDED else None,
        )
        report.story = STORY
        return report

    def _around(self, report: Report) -> Iterator[object]:
        is_read = report.state is not State.NEW
        yield _deadline(report, "first_answer", 14, is_met=is_read)
        if report.decide_now:
            yield _deadline(report, "decide_now", 7, is_met=report.state is State.DECIDED)
        yield _event(report, "reported", None, "new")
        if is_read:
            yield _event(report, "triage", "new", "triaged")
        if self._dice.random() < 0.3:
            yield self._wait(report)
        if self._heads and self._dice.random() < 0.2:
            yield self._under_a_head(report)
        elif self._dice.random() < 0.05:
            self._heads.append(report.id)
        if self._dice.random() < 0.3:
            yield self._me_too(report)

    def _wait(self, report: Report) -> ReportWait:
        return ReportWait(
            report_id=report.id,
            kind=WaitKind.UNIT,
            unit_id=self._dice.choice(self._units),
            began_at=report.created_at,
            began_by_id=self._officials[0],
        )

    def _under_a_head(self, report: Report) -> ReportClusterItem:
        return ReportClusterItem(
            report_id=report.id,
            head_id=self._dice.choice(self._heads),
            added_at=report.created_at,
            added_by_id=self._officials[0],
        )

    def _me_too(self, report: Report) -> ReportFollower:
        return ReportFollower(
            report_id=report.id,
            person_key=blind_index("bench", str(self._dice.random())),
            asked_at=report.created_at,
            confirmed_at=report.created_at,
        )


def _title(dice: random.Random) -> str:
    return f"{dice.choice(THINGS)} {dice.choice(TROUBLES)} ({dice.randint(1, 999)})"


def _deadline(report: Report, kind: str, days: int, *, is_met: bool) -> Deadline:
    start = today(report.created_at)
    return Deadline(
        subject_type="report",
        subject_id=report.id,
        kind=kind,
        starts_on=start,
        term=f"{days} dagen",
        due_on=start + timedelta(days=days),
        explanation=f"{days} dagen na de melding.",
        met_at=report.created_at if is_met else None,
    )


def _event(report: Report, action: str, old: str | None, new: str) -> Event:
    return Event(
        subject_type="report",
        subject_id=report.id,
        action=action,
        from_state=old,
        to_state=new,
        actor_kind="system",
        at=report.created_at,
        data={},
        visibility=Visibility.INTERNAL,
        salt="0" * 32,
    )
