"""Overviews for who follows: what is in them, when they go, never twice, never empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from civic.calendar import today
from civic.db import committing, db
from civic.initiatives import jobs
from civic.initiatives import service as initiatives
from civic.initiatives.models import Digest, Follower, FollowNews, Initiative
from civic.initiatives.service import council, digest
from civic.initiatives.service import follow as service
from civic.initiatives.states import CouncilOutcome, WithdrawReason
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.jobs import run_job
from civic.mail.models import OutgoingMail
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, mails, published, supported

JOBS = {job.name: job for job in jobs.JOBS}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY, NEXT_MONDAY = NOW + DAY, NOW + 7 * DAY
EVERYTHING = Subject(FollowScope.EVERYTHING)


@pytest.fixture(autouse=True)
def _in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def follower(
    email: str = "volger@example.nl",
    subject: Subject = EVERYTHING,
    rhythm: Rhythm = Rhythm.DAILY,
    at: datetime = NOW,
) -> Follower:
    made = service.follow_at_once(subject, rhythm, actor=make_user(email=email, name="Volger"), at=at)
    db.session.commit()
    return made


def only(initiative: Initiative) -> Subject:
    return Subject(FollowScope.INITIATIVE, initiative_id=initiative.id)


def send(at: datetime) -> int:
    with committing():
        return digest.send_digests(at=at)["sent"]


def killed(job: Callable[..., object], at: datetime) -> None:
    """The work is done, and the process dies just before it is committed: nothing of it stays."""
    with committing():
        job(at=at)
        raise ZeroDivisionError


def withdraw(initiative: Initiative, at: datetime) -> None:
    initiatives.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=at)
    db.session.commit()


def digests() -> list[OutgoingMail]:
    return mails("initiative_digest")


def test_what_is_in_it() -> None:
    initiative = published(NOW - DAY)
    follower(subject=only(initiative))
    published(NOW + HOUR, title="Een ander plan")
    withdraw(initiative, NOW + 2 * HOUR)
    assert send(TUESDAY) == 1
    (mail,) = digests()
    text = mail.text or ""
    assert mail.subject == "Nieuws over: Bomen op het plein"
    assert "Bomen op het plein (Lelystad)" in text
    assert "- 23 november: De schrijver trok het initiatief in. Het probleem is al opgelost." in text
    assert f"/initiatieven/{initiative.id}" in text
    assert "Een ander plan" not in text
    assert "Het initiatief staat online" not in text, "that was before it was followed"
    assert mail.unsubscribe is not None
    assert mail.unsubscribe in text
    row = db.session.scalars(db.select(Digest)).one()
    assert (row.lines, row.period) == (1, "2026-11-24")


def test_never_empty() -> None:
    follower()
    published(NOW - DAY)
    assert send(TUESDAY) == 0
    assert (digests(), list(db.session.scalars(db.select(Digest)))) == ([], [])


def test_once_a_day_or_once_a_week() -> None:
    follower("dag@example.nl")
    follower("week@example.nl", rhythm=Rhythm.WEEKLY)
    for day in range(3):
        published(NOW + day * DAY + 5 * HOUR)
    sent = [send(NOW + n * DAY) for n in range(1, 8) for _again in range(2)]
    assert sum(sent) == 4
    to = [mail.address for mail in digests()]
    assert (to.count("dag@example.nl"), to.count("week@example.nl")) == (3, 1)
    weekly = next(mail for mail in digests() if mail.address == "week@example.nl")
    assert weekly.created_at == NEXT_MONDAY
    assert (weekly.text or "").count("Het initiatief staat online") == 3


def test_office_hours_only() -> None:
    follower()
    published(NOW + HOUR)
    saturday, evening = NOW + 5 * DAY, NOW + DAY + 9 * HOUR
    assert (send(saturday), send(evening), send(TUESDAY)) == (0, 0, 1)


def test_a_municipality() -> None:
    follower(subject=Subject(FollowScope.MUNICIPALITY, municipality_id=municipality("GM0184").id))
    published(NOW + HOUR)
    assert send(TUESDAY) == 0
    urk, lelystad = municipality("GM0184"), municipality("GM0995")
    published(TUESDAY + HOUR, title="Voor twee gemeenten", place_ids=(urk.id, lelystad.id))
    assert send(TUESDAY + DAY) == 1
    assert "Voor twee gemeenten (Lelystad en Urk)" in (digests()[0].text or "")


def test_what_is_hidden_is_not_told() -> None:
    follower()
    published(NOW + HOUR).hidden_at = NOW + 2 * HOUR
    db.session.commit()
    assert send(TUESDAY) == 0


def test_what_is_very_young_waits_for_the_next_one() -> None:
    """A request that began earlier may still commit; its events must not fall between two mails."""
    follower()
    published(TUESDAY - timedelta(minutes=5))
    assert (send(TUESDAY), send(TUESDAY + DAY)) == (0, 1)


def test_a_crash_half_way_and_a_second_job(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        follower(f"volger{number}@example.nl")
    published(NOW + HOUR)
    monkeypatch.setattr(digest, "BATCH", 2)
    assert send(TUESDAY) == 2
    with pytest.raises(ZeroDivisionError):
        killed(digest.send_digests, TUESDAY)
    assert len(digests()) == 2
    db.session.rollback()
    job = JOBS["send_digests"]
    for minutes in (1, 1, 2, 3, 4):  # two processes in the same minute, and on
        run_job(app, job, TUESDAY + timedelta(minutes=minutes))
    db.session.rollback()  # look with fresh eyes
    assert sorted(mail.address or "" for mail in digests()) == [f"volger{n}@example.nl" for n in range(5)]


def test_a_mail_that_stands_there_already_is_not_made_again() -> None:
    """Even when somebody puts the clock of a follower back."""
    one = follower()
    published(NOW + HOUR)
    assert send(TUESDAY) == 1
    assert len(digests()) == 1
    db.session.delete(db.session.scalars(db.select(Digest)).one())
    one.looked_on, one.told_until = today(NOW), NOW
    db.session.commit()
    send(TUESDAY + HOUR)
    assert len(digests()) == 1


def test_statements_do_not_grow(count_statements) -> None:  # type: ignore[no-untyped-def]  # a fixture
    """Per follower the row, the overview and the mail; reading what happened costs the same for all."""
    for number in range(2):
        published(NOW + HOUR, title=f"Plan {number}")
    follower("een@example.nl")
    with count_statements() as one:
        send(TUESDAY)
    for number in range(10):
        published(TUESDAY + HOUR, title=f"Nog een plan {number}")
    with count_statements() as more:
        send(TUESDAY + DAY)
    assert len(more) <= len(one)


# --- decisions, at once ---------------------------------------------------------------------------------


def decided(at: datetime) -> Initiative:
    initiative = published(NOW - 3 * DAY)
    initiative.places[0].threshold = 2
    supported(initiative, 2, NOW - 2 * DAY)
    follower("volger@example.nl", only(initiative))
    follower("steun1@example.nl", EVERYTHING, Rhythm.WEEKLY)
    follower("eigenaar@example.nl", only(initiative))
    follower("urk@example.nl", Subject(FollowScope.MUNICIPALITY, municipality_id=municipality("GM0184").id))
    place = initiative.places[0]
    council.submit(place, actor=author(), at=at)
    council.accept(place, actor=author(), at=at)
    said = council.Decision(CouncilOutcome.ADOPTED, "De raad maakt geld vrij.", today(at))
    council.decide(place, said, actor=author(), at=at)
    db.session.commit()
    return initiative


def test_a_decision_goes_at_once_and_to_nobody_twice(app: Flask) -> None:
    decided(NOW + HOUR)
    for seconds in (0, 10, 20):
        for name in ("tell_supporters", "tell_followers"):
            run_job(app, JOBS[name], NOW + HOUR + timedelta(seconds=seconds))
    told = [mail.address for mail in mails("follow_decision")]
    assert told == ["volger@example.nl"], "the supporter and the writer got their own mail"
    assert sorted(mail.address or "" for mail in mails("support_decided")) == [
        "steun0@example.nl",
        "steun1@example.nl",
    ]
    assert "De raad maakt geld vrij." in (mails("follow_decision")[0].text or "")
    assert send(TUESDAY) > 0
    assert all("De raad heeft besloten" not in (mail.text or "") for mail in digests())


def test_decisions_are_resumed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    initiative = decided(NOW + HOUR)
    for number in range(4):
        follower(f"v{number}@example.nl", only(initiative), at=NOW)
    follower("laat@example.nl", only(initiative), at=NOW + 2 * HOUR)
    monkeypatch.setattr(digest, "BATCH", 2)
    with pytest.raises(ZeroDivisionError):
        killed(digest.tell_followers, NOW + HOUR)
    for seconds in (0, 10, 10, 20, 30, 40, 50):
        run_job(app, JOBS["tell_followers"], NOW + HOUR + timedelta(seconds=seconds))
    told = sorted(mail.address or "" for mail in mails("follow_decision"))
    assert told == [*(f"v{n}@example.nl" for n in range(4)), "volger@example.nl"]
    assert db.session.scalars(db.select(FollowNews)).one().done_at is not None
