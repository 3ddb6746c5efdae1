"""Days per step at each council: from the log only, hidden when few, in a fixed number of statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from civic.calendar import today
from civic.db import db
from civic.initiatives import service
from civic.initiatives.models import Initiative, InitiativePlace, Support
from civic.initiatives.queries import seen
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.queries.steps import Days, Steps, steps_per_municipality
from civic.initiatives.service import council, fraud
from civic.initiatives.states import CouncilOutcome, RefuseReason
from civic.initiatives.states.ledger import InvalidReason
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.desk_makers import griffier
from tests.initiatives.factories import POSTCODE, author, published, supported

PATH = "/initiatieven/cijfers"
START = NOW - timedelta(days=100)


def later(days: int) -> datetime:
    return START + timedelta(days=days)


def handed_in(enough: int = 5, sent: int = 7, **changes: Any) -> InitiativePlace:
    """Online on day 0, enough support and handed in on these days, in Lelystad."""
    initiative = published(START, **changes)
    initiative.places[0].threshold = 1
    supported(initiative, 1, later(enough))
    council.submit(initiative.places[0], actor=author(), at=later(sent))
    db.session.commit()
    return initiative.places[0]


def decided(accepted: int = 17, on: int = 47, **changes: Any) -> InitiativePlace:
    """Written down three days after the council decided."""
    place = handed_in(**changes)
    council.accept(place, actor=griffier(), at=later(accepted))
    decision = council.Decision(CouncilOutcome.ADOPTED, "Er komen bomen.", today(later(on)))
    council.decide(place, decision, actor=griffier(), at=later(on + 3))
    db.session.commit()
    return place


def test_each_step_in_days_from_the_log(app: Flask) -> None:
    with app.app_context():
        for more in (0, 1, 8):
            decided(enough=5, sent=7 + more, accepted=17 + 2 * more, on=47 + 2 * more)
        # what the rows say does not matter: the log does
        db.session.execute(db.update(Initiative).values(published_at=NOW))
        db.session.execute(db.update(InitiativePlace).values(submitted_at=NOW, decided_on=today(NOW)))
        found = steps_per_municipality()
    lelystad = Steps(to_council=Days(3, 3), formal_check=Days(11, 3), council=Days(30, 3), whole=Days(49, 3))
    assert found == {"GM0995": lelystad, "": lelystad}


def test_two_are_too_few_and_half_done_counts_for_what_is_done(app: Flask) -> None:
    with app.app_context():
        decided()
        decided()
        handed_in()
        published(START)
        refused = handed_in()
        council.refuse(refused, RefuseReason.EXCLUDED, "Nee.", actor=griffier(), at=later(9))
        db.session.commit()
        found = steps_per_municipality()["GM0995"]
    too_few = Days(None, 2)
    assert found == Steps(Days(2, 4), too_few, too_few, too_few)


def fell_back_and_again() -> Initiative:
    """Enough on day 5, taken out of the count on day 6, enough again on day 20."""
    initiative = published(START)
    initiative.places[0].threshold = 1
    supported(initiative, 1, later(5))
    one = db.session.scalars(db.select(Support.id).where(Support.initiative_id == initiative.id)).one()
    act = fraud.Act(InvalidReason.TWICE, "", 1)
    where = [municipality().id]
    wanted = Suspects(support_id=one)
    row = fraud.invalidate(initiative, wanted, act, places=where, actor=griffier(), at=later(6))
    fraud.restore(row, actor=griffier(), at=later(20))
    db.session.commit()
    return initiative


def test_enough_again_counts_from_the_last_time(app: Flask) -> None:
    with app.app_context():
        for _time in range(3):
            council.submit(fell_back_and_again().places[0], actor=author(), at=later(24))
            db.session.commit()
        assert steps_per_municipality()["GM0995"].to_council == Days(4, 3)


def test_decided_before_the_griffie_wrote_it_down_is_no_time(app: Flask) -> None:
    with app.app_context():
        for _time in range(3):
            decided(accepted=17, on=10)
        assert steps_per_municipality()["GM0995"].council == Days(0, 3)


def test_every_council_of_a_regional_one_has_its_own_pace(app: Flask) -> None:
    with app.app_context():
        both = (municipality().id, municipality("GM0303").id)
        for _time in range(3):
            initiative = published(START, place_ids=both)
            for place in initiative.places:
                place.threshold = 1
            people = [service.Supporter("A B", "a@example.nl", POSTCODE)]
            people.append(service.Supporter("C D", "c@example.nl", "8251 AB"))
            service.add_confirmed(initiative, people, at=START)
            service.recount(initiative.id, at=later(5))
            for place, days in zip(initiative.places, (6, 9), strict=True):
                council.submit(place, actor=author(), at=later(days))
            db.session.commit()
        found = {code: steps.to_council for code, steps in steps_per_municipality().items()}
        codes = [place.municipality.code for place in initiative.places]
    assert found == {codes[0]: Days(1, 3), codes[1]: Days(4, 3), "": Days(2.5, 6)}


def test_what_is_off_the_site_does_not_count(app: Flask) -> None:
    with app.app_context():
        for _time in range(3):
            decided()
        db.session.execute(db.update(Initiative).values(hidden_at=NOW))
        assert steps_per_municipality() == {}


def test_on_the_page_and_in_the_file(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for _time in range(3):
            decided()
    page = client.get(PATH).text
    table = page.split("Hoe lang duurt elke stap?")[1]
    row = table.split('<th scope="row">Lelystad</th>')[1].split("</tr>")[0]
    for words in ("5 dagen", "2 dagen", "10 dagen", "30 dagen", "47 dagen"):
        assert words in row
    assert row.count("gemeten: 3") == 5
    lines = client.get(f"{PATH}.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(
        "mediaan_dagen_genoeg_tot_raad;aantal_genoeg_tot_raad;mediaan_dagen_vormcheck;aantal_vormcheck;"
        "mediaan_dagen_raad;aantal_raad;mediaan_dagen_geheel;aantal_geheel"
    )
    assert next(line for line in lines if line.startswith("GM0995")).endswith("5;3;2;3;10;3;30;3;47;3")
    assert lines[-1].endswith(";5;3;2;3;10;3;30;3;47;3")


def test_statements_do_not_grow(app: Flask, count_statements: Any) -> None:
    with app.app_context():
        for cases in (0, 1, 3):
            for _time in range(cases):
                decided()
            with count_statements() as statements:
                seen.figures_per_municipality(NOW, 10)
            assert len(statements) == 5
