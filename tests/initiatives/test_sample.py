"""A sample for the griffie: nobody picks who is looked at, and the outcome is a sentence with an interval."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.accounts.states import Role
from civic.db import db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event, Visibility
from civic.initiatives import service as supports
from civic.initiatives.models import InitiativePlace, Support, SupportSample, SupportSampleItem
from civic.initiatives.presentation.ledger_sample import outcome_of
from civic.initiatives.queries import sample as queries
from civic.initiatives.queries.ledger import status_of
from civic.initiatives.service import sample as service
from civic.initiatives.service.sample import Wanted
from civic.initiatives.states.ledger import ItemVerdict, SampleState
from civic.retention import apply_retention
from tests.factories import make_user
from tests.initiatives.factories import published, supported


def place_with(count: int, threshold: int = 100) -> InitiativePlace:
    initiative = published()
    initiative.places[0].threshold = threshold
    supported(initiative, count)
    return initiative.places[0]


def drawn(place: InitiativePlace, size: int) -> SupportSample:
    sample = service.draw(place, Wanted(size=size), actor=make_user(), at=now())
    db.session.commit()
    return sample


def judged(sample: SupportSample, valid: int) -> None:
    items = db.session.scalars(
        db.select(SupportSampleItem.id).where(SupportSampleItem.sample_id == sample.id)
    ).all()
    verdicts = {
        item: ItemVerdict.VALID if n < valid else ItemVerdict.NOT_FOUND for n, item in enumerate(items)
    }
    service.judge(sample, verdicts, actor=make_user(), at=now())
    db.session.commit()


def office(sign_in: Any, code: str = "GM0995") -> Any:
    return sign_in(Role.COUNCIL_OFFICE, email=f"{code}@example.nl", code=code)


def test_the_whole_way(app: Flask, sign_in) -> None:
    with app.app_context():
        place = place_with(30, threshold=20)
        number, place_id = place.initiative_id, place.id
    client, url = office(sign_in), f"/initiatieven/{number}/steekproef/{place_id}"
    assert "30 bevestigde steunbetuigingen" in client.get(url).text
    assert client.post(url, data={"margin": "", "size": "vier"}).status_code == 422
    assert client.post(url, data={"margin": "", "size": "31"}).status_code == 422
    at = client.post(url, data={"margin": "", "size": "12"}).location
    assert client.post(url, data={"margin": "5"}).status_code == 409, "one at a time"
    page = client.get(at).text
    fields = re.findall(r'name="(item-\d+)"', page)
    assert len(fields) == 12
    assert "8232 AB" in page
    assert client.post(f"{at}/afronden").status_code == 409, "not looked at yet"
    values = dict.fromkeys(fields[:11], "valid") | {fields[11]: "not_found"}
    assert client.post(f"{at}/oordeel", data=values).status_code == 303
    assert client.post(f"{at}/afronden").status_code == 303
    text = client.get(url).text
    assert re.search(r"Tussen \d+ en 29 van de 30 steunbetuigingen zijn geldig", text)
    assert client.post(f"{at}/oordeel", data=values).status_code == 409, "it is finished"
    public = app.test_client().get(f"/initiatieven/{number}").text
    assert "De steekproef is klaar" in public
    with app.app_context():
        reads = db.session.scalars(db.select(Event).where(Event.action == "read_sample")).all()
        assert [event.visibility for event in reads] == [Visibility.INTERNAL]


def test_the_choice_can_be_repeated(app: Flask) -> None:
    with app.app_context():
        place = place_with(40)
        sample = drawn(place, 10)
        numbers = list(db.session.scalars(db.select(Support.id).order_by(Support.id)))
        found = db.session.scalars(
            db.select(SupportSampleItem.support_id).order_by(SupportSampleItem.position)
        )
        assert list(found) == service.chosen(numbers, sample.seed, 10)
        event = db.session.scalars(db.select(Event).where(Event.action == "draw_sample")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data == {"sample": sample.id, "size": 10, "population": 40, "seed": sample.seed}


def test_every_support_can_be_chosen() -> None:
    numbers = list(range(50))
    often = [0] * 50
    for seed in range(400):
        for number in service.chosen(numbers, str(seed), 5):
            often[number] += 1
    # 400 draws of 5 from 50: 40 each; six standard deviations (6 each) round it
    assert all(4 < count < 76 for count in often)


@pytest.mark.parametrize(("threshold", "kind"), [(10, "positive"), (30, "negative"), (27, "warning")])
def test_what_it_says_about_the_threshold(app: Flask, threshold: int, kind: str) -> None:
    with app.app_context():
        place = place_with(30, threshold)
        sample = drawn(place, 20)
        judged(sample, 18)
        service.finish(sample, actor=make_user(), at=now())
        found = outcome_of(sample, place)
        assert sample.low < 27 <= sample.high < 30
        assert found.kind == kind


def test_a_size_or_a_precision(app: Flask) -> None:
    with app.app_context():
        place = place_with(30)
        sample = service.draw(place, Wanted(margin=10), actor=make_user(), at=now())
        assert sample.size == 24
        service.stop(sample, actor=make_user(), at=now())
        with pytest.raises(Invalid):
            service.draw(place, Wanted(size=31), actor=make_user(), at=now())
        with pytest.raises(NotAllowedNow):
            service.stop(sample, actor=make_user(), at=now())
        assert sample.state is SampleState.STOPPED
        empty = published().places[0]
        with pytest.raises(Invalid):
            service.draw(empty, Wanted(margin=5), actor=make_user(), at=now())


def test_who_withdrew_meanwhile_has_no_name_any_more(app: Flask) -> None:
    with app.app_context():
        place = place_with(3)
        sample = drawn(place, 3)
        supports.withdraw_support(db.session.scalars(db.select(Support)).first(), at=now())
        names = [row.name for row in queries.items_of(sample, 0).rows]
        assert names.count(None) == 1


def test_sampled_is_a_status(app: Flask) -> None:
    with app.app_context():
        sample = drawn(place_with(2), 1)
        judged(sample, 1)
        states = [status_of(one).is_sampled for one in db.session.scalars(db.select(Support))]
        assert sorted(states) == [False, True]


def test_who_may(app: Flask, client, sign_in) -> None:
    with app.app_context():
        place = place_with(5)
        sample = drawn(place, 2)
        url, other = f"/initiatieven/{place.initiative_id}/steekproef/{place.id}", published().id
        path = f"{url}/{sample.id}"
        wrong = f"/initiatieven/{other}/steekproef/{place.id}"
    stranger, mine = office(sign_in, "GM0184"), office(sign_in)
    for address in (url, path):
        assert client.get(address).status_code == 302
        assert stranger.get(address).status_code == 403
    assert stranger.post(f"{path}/oordeel").status_code == 403
    assert mine.get(wrong).status_code == 404
    assert mine.get(f"{path}/afronden").status_code == 405
    assert mine.get(f"{path}?na=x").status_code == 200
    assert mine.post(f"{path}/oordeel", data={"item-99999": "valid", "item-x": "valid"}).status_code == 303


def test_rows_go(app: Flask) -> None:
    with app.app_context():
        drawn(place_with(3), 2)
        apply_retention(now() + timedelta(days=366))
        assert db.session.scalar(db.select(db.func.count(SupportSampleItem.id))) == 0
        assert db.session.scalar(db.select(db.func.count(SupportSample.id))) == 1


def test_statements_do_not_grow(app: Flask, sign_in, count_statements) -> None:
    with app.app_context():
        few, many = drawn(place_with(5), 3), drawn(place_with(120), 120)
        urls = [
            f"/initiatieven/{supports_of}/steekproef/{one.place_id}/{one.id}"
            for one in (few, many)
            for supports_of in [db.session.get_one(InitiativePlace, one.place_id).initiative_id]
        ]
    client = office(sign_in)
    client.get(urls[0])
    found = []
    for url in urls:
        with count_statements() as seen:
            assert client.get(url).status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]
