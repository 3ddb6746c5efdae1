"""Figures per municipality: from the log, with what they mean beside them, and no small numbers of people."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from civic.db import db, now
from civic.events.models import Event
from civic.initiatives import service
from civic.initiatives.models import Initiative
from civic.initiatives.queries import seen
from civic.initiatives.queries.steps import Days
from civic.initiatives.states import WithdrawReason
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.factories import author, draft, published, supported

DRONTEN = "8251 AB"


def reached_after(days: int, at: datetime = NOW, **changes: object) -> Initiative:
    initiative = published(at - timedelta(days=days), **changes)
    supported(initiative, 100, at)
    return initiative


def figures(minimum: int = 10, at: datetime = NOW) -> dict[str, seen.PlaceFigures]:
    found = seen.figures_per_municipality(at, minimum)
    return {one.name: one for one in (*found.places, found.region)}


def test_all_municipalities_also_without_any(app: Flask, client) -> None:
    page = client.get("/initiatieven/cijfers").text
    for name in ("Almere", "Dronten", "Lelystad", "Noordoostpolder", "Urk", "Zeewolde", "Flevoland"):
        assert f'<th scope="row">{name}</th>' in page
    assert page.count(">te weinig<") == 35, "five steps of seven rows"


def test_counts(app: Flask) -> None:
    with app.app_context():
        published(NOW)
        reached_after(3)
        draft()
        stopped = published(NOW)
        service.withdraw(stopped, WithdrawReason.SOLVED, actor=author(), at=NOW)
        over = published(NOW - timedelta(days=200))
        db.session.commit()
        assert over.threshold_reached_at is None
        one = figures()["Lelystad"]
    assert (one.published, one.collecting, one.enough) == (4, 1, 1)


def test_the_median_comes_from_the_log(app: Flask) -> None:
    with app.app_context():
        for days in (2, 9, 40):
            reached_after(days)
        db.session.execute(db.update(Initiative).values(published_at=NOW - timedelta(days=1)))
        one = figures()["Lelystad"]
    assert one.to_enough == Days(9, 3)


def test_two_are_too_few_for_a_median(app: Flask) -> None:
    with app.app_context():
        reached_after(2)
        reached_after(4)
        assert figures()["Lelystad"].to_enough == Days(None, 2)
        reached_after(7)
        reached_after(8)
        assert figures()["Lelystad"].to_enough.days == 5.5


def test_days_are_days_in_the_netherlands(app: Flask) -> None:
    """22.59 UTC in winter is 23.59 here: the same day. A minute later it is tomorrow."""
    evening = datetime.fromisoformat("2026-11-20T22:59:00+00:00")
    with app.app_context():
        for minutes in (0, 0, 2):
            supported(published(evening), 100, evening + timedelta(minutes=minutes))
        assert figures()["Lelystad"].to_enough.days == 0
        for _time in range(2):
            supported(published(evening), 100, evening + timedelta(minutes=2))
        assert figures()["Lelystad"].to_enough.days == 1


def test_a_regional_one_counts_once_in_the_region(app: Flask) -> None:
    with app.app_context():
        both = (municipality().id, municipality("GM0303").id)
        for days in (4, 5, 6):
            initiative = reached_after(days, place_ids=both)
            people = [service.Supporter(f"Steun {n}", f"d{n}@example.nl", DRONTEN) for n in range(60)]
            service.add_confirmed(initiative, people, at=NOW)
            service.recount(initiative.id, at=NOW + timedelta(days=10))
        db.session.commit()
        found = figures(at=NOW + timedelta(days=11))
    assert [found[name].published for name in ("Lelystad", "Dronten", "")] == [3, 3, 3]
    assert [found[name].enough for name in ("Lelystad", "Dronten", "")] == [3, 3, 3]
    assert [found[name].collecting for name in ("Lelystad", "Dronten", "")] == [0, 0, 0]
    assert [found[name].to_enough.days for name in ("Lelystad", "Dronten", "")] == [5, 15, 5]


def test_few_people_are_not_shown(app: Flask, client) -> None:
    with app.app_context():
        supported(published(), 4)
        supported(published(place_ids=(municipality("GM0303").id,), author_postcode=DRONTEN), 0)
        found = figures()
    assert found["Lelystad"].supports is None
    assert found["Dronten"].supports == 0
    assert found[""].supports is None, "the total would give it away"
    page = client.get("/initiatieven/cijfers").text
    assert "minder dan 10, of verborgen" in page


def test_the_page_says_what_numbers_mean(app: Flask, client) -> None:
    with app.app_context():
        for days in (2, 9, 40):
            reached_after(days)
    page = client.get("/initiatieven/cijfers").text
    for part in ("9 dagen", "gemeten: 3", "mediaan", "300", 'href="/initiatieven/cijfers.csv"'):
        assert part in page
    assert "public" in client.get("/initiatieven/cijfers").headers["Cache-Control"]


def test_as_a_file(app: Flask, client) -> None:
    with app.app_context():
        for days in (2, 9, 40):
            reached_after(days)
    lines = client.get("/initiatieven/cijfers.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("gemeente_code;gemeente;gepubliceerd")
    assert "GM0995;Lelystad;3;0;3;300;9;3;;0;;0;;0;;0" in lines
    assert lines[-1] == ";Flevoland;3;0;3;300;9;3;;0;;0;;0;;0"


def test_half_a_day_in_both_languages(app: Flask, client) -> None:
    with app.app_context():
        for days in (1, 2, 3, 4):
            reached_after(days)
    assert "2,5 dagen" in client.get("/initiatieven/cijfers").text
    assert client.get("/initiatieven/cijfers?taal=en").status_code == 200
    assert "GM0995;Lelystad;4;0;4;400;2,5;4;" in client.get("/initiatieven/cijfers.csv").text


def test_old_events_name_no_municipality(app: Flask) -> None:
    """Before there were several, the event had no place: it can only be the one."""
    with app.app_context():
        for days in (1, 2, 3):
            reached_after(days)
        is_sqlite = db.engine.dialect.name == "sqlite"
        off = "DROP TRIGGER event_no_update" if is_sqlite else "ALTER TABLE event DISABLE TRIGGER USER"
        db.session.execute(db.text(off))
        db.session.execute(
            db.update(Event).where(Event.action == "reach_threshold").values(data={"support_count": 100})
        )
        assert figures()["Lelystad"].to_enough.days == 2


def test_no_figure_is_older_than_the_cache(app: Flask, client) -> None:
    with app.app_context():
        published(now())
    assert ">1<" in client.get("/initiatieven/cijfers").text
