"""What the griffie sees of the ledger: counts, what stands out, and names only with a line in the log."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from civic.db import db, now
from civic.events.models import Event, Visibility
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.queries import fraud as queries
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.queries.ledger import rows_by, tallies
from civic.initiatives.service.ledger_trace import Trace, opened_stamp, seconds_open
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.factories import published, supporter
from tests.initiatives.ledgers import HOME, LIBRARY, office, person, signed

PAGES = ("", "/misbruik", "/misbruik/domeinen", "/regels", "/regels?snel=1", "/uit-de-telling")


def _number(app: Flask, count: int = 6) -> int:
    with app.app_context():
        initiative = published()
        initiative.threshold = initiative.places[0].threshold = 1000
        signed(initiative, (person(n) for n in range(count)))
        return initiative.id


def test_the_stamp_says_how_long_the_form_was_open(app: Flask) -> None:
    with app.app_context():
        stamp = opened_stamp(7, NOW)
        assert seconds_open(7, stamp, NOW + timedelta(seconds=42)) == 42
        assert seconds_open(7, stamp, NOW - timedelta(seconds=9)) == 0
        assert seconds_open(7, stamp, NOW + timedelta(days=9)) == 24 * 3600
        for wrong in ("", "1", "x.y", stamp[:-1], "9" * 30, f"1{stamp}", "٣.x"):
            assert seconds_open(7, wrong, NOW) is None
        assert seconds_open(8, stamp, NOW) is None, "of another initiative"


def test_the_form_leaves_a_trace_and_no_address(app: Flask, client) -> None:
    number = _number(app, 0)
    page = client.get(f"/initiatieven/{number}/steunen").text
    stamp = page.split('name="opened"')[1].split('value="')[1].split('"')[0]
    form = {
        "name": "Ada",
        "email": "ada@voorbeeld.nl",
        "postcode": "8232AB",
        "declares": "y",
        "opened": stamp,
    }
    client.post(f"/initiatieven/{number}/steunen", data=form, environ_base={"REMOTE_ADDR": "192.0.2.44"})
    with app.app_context():
        one = db.session.scalars(db.select(Support)).one()
        assert one.form_seconds is not None
        assert one.form_seconds < 5
        assert len(one.network_key or "") == len(one.domain_key or "") == 64
        other = published()
        service.ask(other, supporter(), at=now())
        stored = " ".join(str(value) for value in db.session.execute(db.select(Support.__table__)).all())
    assert "192.0.2" not in stored
    assert "voorbeeld.nl" not in stored


def test_keys_differ_per_initiative_and_go_after_90_days(app: Flask) -> None:
    with app.app_context():
        one, two = published(), published()
        for initiative in (one, two):
            signed(initiative, [person(1)])
        keys = list(db.session.scalars(db.select(Support.network_key)))
        assert len(set(keys)) == 2
        apply_retention(now() + timedelta(days=91))
        assert set(db.session.scalars(db.select(Support.network_key))) == {None}


def test_what_stands_out(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published()
        at = now().replace(minute=14)
        signed(initiative, (person(n, trace=Trace(LIBRARY, 2)) for n in range(4)), at)
        signed(
            initiative,
            [person(n, email=f"x{n}@mailinator.com") for n in range(10, 13)],
            at - timedelta(hours=3),
        )
        signed(
            initiative,
            [person(20, name="Persoon 1"), person(21, trace=Trace(HOME, None))],
            at - timedelta(days=2),
        )
        totals = queries.totals(initiative)
        assert (totals.confirmed, totals.fast, totals.no_form, totals.double) == (9, 4, 1, 2)
        assert [(one.count, one.fast) for one in queries.top_networks(initiative)] == [(5, 0), (4, 4)]
        assert [one.count for one in queries.top_domains(initiative)] == [6, 3]
        busy = queries.bursts(initiative)[0]
        assert (busy.count, busy.from_at, busy.until_at - busy.from_at) == (
            4,
            at.replace(minute=10, second=0, microsecond=0),
            timedelta(minutes=10),
        )
        number = initiative.id
    client = office(sign_in)
    page = client.get(f"/initiatieven/{number}/steun/misbruik").text
    assert "mailinator.com" in page, "a known name of nobody in particular"
    assert "Wegwerpadres" in page
    assert "example.nl</th>" not in page
    assert "example.nl</th>" in client.get(f"/initiatieven/{number}/steun/misbruik/domeinen").text
    with app.app_context():
        event = db.session.scalars(db.select(Event).where(Event.action == "read_domains")).one()
        assert (event.visibility, event.data) == (Visibility.INTERNAL, {"rows": 2})


def test_counts_per_status_way_in_and_municipality(app: Flask, sign_in) -> None:
    number = _number(app)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.ask(initiative, supporter(1), at=now())
        service.withdraw_support(db.session.scalars(db.select(Support)).first(), at=now())
        db.session.commit()
        (row,) = rows_by(tallies(initiative), "municipality")
        assert (row.label, row.counts) == ("Lelystad", (1, 5, 0, 0, 1))
    page = office(sign_in).get(f"/initiatieven/{number}/steun").text
    assert "Lelystad" in page
    assert "Op de site, met een mail" in page


def test_names_are_a_logged_read(app: Flask, sign_in) -> None:
    number = _number(app)
    client = office(sign_in)
    page = client.get(f"/initiatieven/{number}/steun/regels").text
    assert "Persoon 3" in page
    assert "persoon3@" not in page, "the address is not needed to compare"
    with app.app_context():
        event = db.session.scalars(db.select(Event).where(Event.action == "read_ledger")).one()
        assert event.data == {"rows": 6}
        assert event.actor_id is not None


def test_who_may(app: Flask, client, sign_in) -> None:
    number = _number(app)
    stranger, resident = office(sign_in, "GM0184"), sign_in(email="wie@example.nl")
    for path in PAGES:
        url = f"/initiatieven/{number}/steun{path}"
        assert client.get(url).status_code == 302
        assert stranger.get(url).status_code == resident.get(url).status_code == 403


def test_one_griffie_sees_its_own_people_only(app: Flask, sign_in) -> None:
    with app.app_context():
        places = (municipality("GM0995").id, municipality("GM0303").id)
        initiative = published(place_ids=places)
        signed(initiative, [person(1), person(2, postcode="8251 AB")])
        assert len(queries.found(initiative, Suspects(), places)) == 2
        number = initiative.id
    page = office(sign_in, "GM0303").get(f"/initiatieven/{number}/steun/regels").text
    assert "Persoon 2" in page
    assert "Persoon 1" not in page


def test_strange_filters_are_no_filter(app: Flask, sign_in) -> None:
    number, client = _number(app), office(sign_in)
    for query in (
        "van=x&tot=9999-99-99",
        "netwerk=<script>",
        "regel=99999999999",
        "van=0001-01-01T00:00",
        "na=zz",
    ):
        assert client.get(f"/initiatieven/{number}/steun/regels?{query}").status_code == 200


def test_statements_do_not_grow(app: Flask, sign_in, count_statements) -> None:
    """The same for 10 and for 300 supports, on every page that reads the ledger."""
    few, many, client = _number(app, 10), _number(app, 300), office(sign_in)
    paths = (
        "/steun",
        "/steun/misbruik",
        "/steun/misbruik/domeinen",
        "/steun/regels",
        "/steun/uit-de-telling?snel=1",
        "",
    )
    client.get(f"/initiatieven/{few}")
    for path in paths:
        found = []
        for number in (few, many):
            with count_statements() as seen:
                assert client.get(f"/initiatieven/{number}{path}").status_code == 200
            found.append(len(seen))
        assert found[0] == found[1], path
