"""Setting up the ladder: people, terms, hours, the days of the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries.ladder import Place, Rung
from civic.aanjaagteam.service import ladder_data, ladder_setup
from civic.accounts.models import RoleGrant
from civic.accounts.states import Role
from civic.calendar import ZONE
from civic.db import db
from tests.aanjaagteam.ladder_makers import full_ladder, official, opened, stand, unit
from tests.factories import make_user, municipality

LADDER = "/aanjaagteam/ladder"
DAY = date(2026, 11, 23)
TERMS = {"accept_hours": "8", "answer_days": "5"}


def ids(app: Flask, *names: str) -> list[str]:
    with app.app_context():
        found = [str(official(name).id) for name in names]
        db.session.commit()
        return found


def test_an_empty_ladder_warns(team: FlaskClient) -> None:
    page = team.get(LADDER)
    assert page.status_code == 200
    assert "De ladder is niet af" in page.text
    assert page.text.count("staat niemand.") == 4
    assert "heeft geen tafeldag" in page.text


def test_put_people_on_a_rung(app: Flask, team: FlaskClient) -> None:
    first, second = ids(app, "anna", "bert")
    data = {**TERMS, "people": [first, second]}
    assert team.post(f"{LADDER}/regio/1", data=data).status_code == 303
    page = team.get(LADDER).text
    assert "Anna" in page
    assert "Bert" in page
    assert team.post(f"{LADDER}/regio/1", data={**TERMS, "people": [second]}).status_code == 303
    assert "Anna" not in team.get(LADDER).text
    assert team.get(f"{LADDER}/regio/1").text.count(" checked") == 1


def test_what_is_wrong_is_said_at_once(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        resident = str(make_user(email="inwoner@example.nl").id)
        db.session.commit()
    data = {"people": [resident], "accept_hours": "0", "answer_days": "veel", "table_days": "morgen"}
    answer = team.post(f"{LADDER}/regio/4", data=data)
    assert answer.status_code == 422
    for sentence in ("van 1 tot en met 80", "van 1 tot en met 60", "Schrijf elke dag op een eigen regel."):
        assert sentence in answer.text
    with app.app_context():
        assert queries.own_rungs(Place()) == {}


def test_the_crew_has_exactly_four(app: Flask, team: FlaskClient) -> None:
    people = ids(app, "een", "twee", "drie", "vier", "vijf")
    for wrong in (people[:3], people):
        answer = team.post(f"{LADDER}/regio/4", data={**TERMS, "people": wrong})
        assert answer.status_code == 422
        assert "precies vier leden" in answer.text
    data = {**TERMS, "people": people[:4], "table_weekday": "3", "table_days": "1-12-2026\n2026-12-25"}
    assert team.post(f"{LADDER}/regio/4", data=data).status_code == 303
    assert "Volgende tafeldag: 26 november 2026" in team.get(LADDER).text


def test_who_may_set_what(app: Flask, scoped: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    with app.app_context():
        dronten, lelystad = municipality("GM0303").id, municipality("GM0995").id
        here = unit().id
        db.session.commit()
    assert scoped.get(LADDER).status_code == 200
    assert scoped.get(f"{LADDER}/gemeente-{dronten}/1").status_code == 200
    for path in ("regio/1", f"gemeente-{lelystad}/1", f"afdeling-{here}/1"):
        assert scoped.get(f"{LADDER}/{path}").status_code == 403
        assert scoped.post(f"{LADDER}/{path}", data=TERMS).status_code == 403
    assert sign_in(Role.EMPLOYEE, email="x@example.nl").get(LADDER).status_code == 403


def test_strange_addresses(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        here = unit().id
        db.session.commit()
    assert team.get(f"{LADDER}/afdeling-{here}/2").status_code == 200
    for path in (f"afdeling-{here}/3", "regio/5", "regio/0", "gemeente-999999/1", "afdeling-0/1", "x/1"):
        assert team.get(f"{LADDER}/{path}").status_code == 404, path
    assert team.get(f"{LADDER}?plek=gemeente-9999999999").status_code == 404


def test_hours_of_a_person(app: Flask, team: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    (anna,) = ids(app, "anna")
    url = f"{LADDER}/uren/{anna}"
    wrong = {"from_0": "9", "until_0": "12:00", "from_1": "13:00", "from_2": "14:00", "until_2": "10:00"}
    answer = team.post(url, data=wrong)
    assert answer.status_code == 422
    assert "Schrijf een tijd zoals 08:30." in answer.text
    assert "Vul van een dag beide tijden in" in answer.text
    late = team.post(url, data={"from_2": "14:00", "until_2": "10:00"})
    assert "Deze tijd ligt niet na het begin." in late.text
    twice = {"from_0": "09:00", "until_0": "15:00", "from_2": "09:00", "until_2": "15:00"}
    assert team.post(url, data=twice).status_code == 303
    with app.app_context():
        stand(1, "anna")
        db.session.commit()
    assert "maandag 09:00–15:00, woensdag 09:00–15:00" in team.get(LADDER).text
    himself = sign_in(email="anna@example.nl")
    assert himself.post(url, data={"from_2": "9.00", "until_2": "12:30"}).status_code == 303
    assert 'value="09:00"' in himself.get(url).text
    assert sign_in(Role.EDITOR, email="e@example.nl").get(url).status_code == 403


def test_a_member_of_one_municipality_leaves_the_crew_of_the_region_alone(
    app: Flask, scoped: FlaskClient
) -> None:
    """Somebody who is at work one minute a week is never asked: then nobody's report climbs."""
    with app.app_context():
        full_ladder()
        here = make_user(Role.EMPLOYEE, email="hier@example.nl", code="GM0303").id
        db.session.commit()
    (crew,) = ids(app, "crew1")
    minute = {"from_6": "23:58", "until_6": "23:59"}
    assert scoped.post(f"{LADDER}/uren/{crew}", data=minute).status_code == 403
    assert f"uren/{crew}" not in scoped.get(LADDER).text
    assert scoped.post(f"{LADDER}/uren/{here}", data=minute).status_code == 303


def test_what_a_place_does_not_say_comes_from_above(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        here = unit("Vergunningen", "peter")
        place = Place(here.id, here.municipality_id)
        stand(1, "lokaal", place=Place(municipality_id=here.municipality_id))
        found = queries.ladder_for(place, DAY)
        assert names(found[1]) == ["Lokaal"]
        assert names(found[2]) == ["Peter"], "the manager of the unit"
        assert names(found[3]) == ["Directeur"]
        assert len(found[4].people) == 4
        stand(2, "chef", place=place)
        assert names(queries.ladder_for(place, DAY)[2]) == ["Chef"], "what the unit says goes first"
        gone = official("chef").id
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == gone))
        db.session.expire_all()
        assert names(queries.ladder_for(place, DAY)[2]) == ["Peter"], "who left the staff stands nowhere"


def names(rung: Rung) -> list[str]:
    return [one.display_name for one in rung.people]


def test_the_next_day_of_the_table() -> None:
    rung = Rung(4, [], 8, 5, table_weekday=3, table_days=(date(2026, 11, 24), date(2026, 12, 1)))
    assert queries.next_table_day(rung, date(2026, 11, 23)) == date(2026, 11, 24)
    assert queries.next_table_day(rung, date(2026, 11, 24)) == date(2026, 11, 26)
    friday = Rung(4, [], 8, 5, table_weekday=4)
    assert queries.next_table_day(friday, date(2026, 12, 20)) == date(2027, 1, 8), "no Christmas, no New Year"
    assert queries.next_table_day(Rung(4, [], 8, 5), DAY) is None


def test_an_official_takes_along_and_leaves(app: Flask) -> None:
    """What the ladder keeps of a person: in the export, and gone from the ladder when the person goes."""
    with app.app_context():
        full_ladder()
        person = official("uitvoering")
        at = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
        ladder_setup.set_hours(person, {2: (time(13, 0), time(16, 0))}, actor=person, at=at)
        opened(at)
        found = {section.name: section.rows for section in ladder_data.sections(person)}
        assert [len(rows) for rows in found.values()] == [1, 1, 1]
        ladder_data.erase(person)
        assert queries.ladder_for(Place(), DAY)[1].people == []
        assert not any(queries.hours_of([person.id])[person.id].week)
