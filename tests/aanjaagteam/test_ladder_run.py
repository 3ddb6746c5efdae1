"""One run: brought up from the case, taken, answered, handed on, lifted, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import ContentMeeting, Escalation, Report
from civic.aanjaagteam.queries.ladder import Place
from civic.aanjaagteam.service import ladder_setup
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.ladder import RunState
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.crypto import email_index
from civic.db import db, now
from civic.events.models import Deadline, Event
from tests.aanjaagteam.ladder_makers import (
    asked_mails,
    climb,
    commit,
    full_ladder,
    letters,
    levels,
    local,
    official,
    opened,
    run_of,
    rung,
    stand,
    unit,
)
from tests.aanjaagteam.makers import PATHS, STORY, member
from tests.factories import make_user

MONDAY = local(2026, 11, 23, 10, 0)
FORM = {"reason": "no_decision", "tried": "Drie keer gebeld.", "asked": "Zeg ja of nee.", "level": "1"}


@pytest.fixture
def run(app: Flask, team: FlaskClient) -> int:
    """Open since this morning, with the people on the first rung."""
    with app.app_context():
        full_ladder()
        number = opened(MONDAY, email="melder@example.nl").id
        db.session.commit()
        return int(number)


@pytest.fixture
def on_rung(sign_in: Callable[..., FlaskClient]) -> Callable[[str], FlaskClient]:
    """A client of somebody whom `official` made."""
    return lambda name: sign_in(email=f"{name}@example.nl")


def page(number: int, verb: str = "") -> str:
    return f"/aanjaagteam/opgeschaald/{number}" + (f"/{verb}" if verb else "")


def meeting(report_id: int) -> None:
    row = ContentMeeting(
        report_id=report_id,
        held_on=date(2026, 11, 20),
        knows_case=True,
        token=secrets.token_hex(8),
        created_at=now(),
        created_by_id=member().id,
    )
    row.attendees, row.outcome = "De behandelaar", "Het kan."
    db.session.add(row)
    db.session.commit()


def state_of(app: Flask, number: int) -> RunState:
    with app.app_context():
        return db.session.get_one(Escalation, number).state


def user_id(name: str) -> int:
    found = select(User.id).where(User.email_index == email_index(f"{name}@example.nl"))
    return int(db.session.scalars(found).one())


# bringing it up


def test_bring_it_up_from_the_case(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    with app.app_context():
        full_ladder()
        db.session.commit()
    report = make(State.TAKEN_UP, email="melder@example.nl")
    url = f"/aanjaagteam/meldingen/{report}"
    assert "Schaal deze melding op" in team.get(url).text
    assert "Uitvoering" in team.get(f"{url}/opschalen").text
    answer = team.post(f"{url}/opschalen", data=FORM)
    assert answer.status_code == 303
    assert "Ligt nu bij: de uitvoering" in team.get(answer.location).text
    assert "Zeg ja of nee." in team.get(answer.location).text
    shown = team.get(url).text
    assert "Gevraagd, nog niet aangenomen" in shown
    assert "Schaal deze melding op" not in shown
    with app.app_context():
        assert asked_mails() == ["uitvoering"]
        (told,) = letters("report_climbed")
        assert "Uw melding ligt nu bij de uitvoering" in (told.text or "")
        assert "uiterlijk" in (told.text or "")
        event = db.session.scalars(select(Event).where(Event.action == "escalated")).one()
        assert event.data == {"escalation": run_of(report).id, "level": 1}
    again = team.post(f"{url}/opschalen", data=FORM)
    assert again.status_code == 409
    assert "al opgeschaald" in again.text


def test_everything_is_asked_at_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    report = make(State.TAKEN_UP)
    answer = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data={"level": "9"})
    assert answer.status_code == 422
    for sentence in (
        "Kies waarom u opschaalt.",
        "Schrijf op wat u al hebt geprobeerd.",
        "Schrijf op wat u vraagt.",
    ):
        assert sentence in answer.text
    long = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data={**FORM, "tried": "é" * 2001})
    assert long.status_code == 422
    assert long.text.count("é") >= 2001


def test_the_words_of_the_reporter_stay_with_the_team(team: FlaskClient, make: Callable[..., int]) -> None:
    url = f"/aanjaagteam/meldingen/{make(State.TAKEN_UP)}/opschalen"
    answer = team.post(url, data={**FORM, "tried": f"De melder zegt: {STORY}"})
    assert answer.status_code == 422
    assert "Hier staan zinnen van de melder in." in answer.text


def test_above_management_only_after_a_talk(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    with app.app_context():
        full_ladder()
        db.session.commit()
    report = make(State.TAKEN_UP)
    url = f"/aanjaagteam/meldingen/{report}/opschalen"
    refused = team.post(url, data={**FORM, "level": "3"})
    assert refused.status_code == 422
    assert "Praat eerst met wie de zaak kent" in refused.text
    with app.app_context():
        meeting(report)
    assert team.post(url, data={**FORM, "level": "3"}).status_code == 303
    with app.app_context():
        assert levels(run_of(report).id) == [(3, "asked")]
        assert not rung(run_of(report).id, 3).misses_meeting


def test_a_closed_report_stays_where_it_is(team: FlaskClient, make: Callable[..., int]) -> None:
    report = make(State.DONE)
    assert team.get(f"/aanjaagteam/meldingen/{report}/opschalen").status_code == 409
    assert team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data=FORM).status_code == 409


# who sees it


def test_who_is_asked_reads_no_story(run: int, on_rung: Callable[[str], FlaskClient]) -> None:
    shown = on_rung("uitvoering").get(page(run))
    assert shown.status_code == 200
    assert "Drie keer gebeld." in shown.text
    assert STORY not in shown.text
    assert "melder@example.nl" not in shown.text
    assert "Haal terug" not in shown.text


def test_strangers_and_who_is_not_asked_yet(
    run: int, client: FlaskClient, on_rung: Callable[[str], FlaskClient], sign_in: Callable[..., FlaskClient]
) -> None:
    assert client.get(page(run)).status_code == 302
    manager = on_rung("manager")  # stands on the ladder, was not asked about this one
    for stranger in (manager, sign_in(Role.AUDITOR, email="a@example.nl"), sign_in(email="b@example.nl")):
        assert stranger.get(page(run)).status_code == 403
        for verb in ("aannemen", "antwoord", "doorgeven", "hoger", "terughalen"):
            assert stranger.post(page(run, verb), data={"level": "1", "answer": "Ja."}).status_code == 403
    assert manager.post(page(run, "antwoord"), data={"level": "2", "answer": "Ja."}).status_code == 403


def test_who_works_at_the_unit_reads_along(
    app: Flask, run: int, on_rung: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        db.session.get_one(Escalation, run).unit_id = unit("Vergunningen", "saskia").id
        db.session.commit()
    saskia = on_rung("saskia")
    assert saskia.get(page(run)).status_code == 200
    assert "Ik neem dit aan" not in saskia.get(page(run)).text
    assert saskia.post(page(run, "aannemen"), data={"level": "1"}).status_code == 403


@pytest.mark.parametrize("verb", ["aannemen", "antwoord", "doorgeven", "hoger", "terughalen"])
def test_get_is_refused(run: int, team: FlaskClient, verb: str) -> None:
    assert team.get(page(run, verb)).status_code == 405


# what people on a rung do


def test_take_it_with_your_name(app: Flask, run: int, on_rung: Callable[[str], FlaskClient]) -> None:
    with app.app_context():
        stand(1, "uitvoering", "collega")
        number = opened(MONDAY).id
        db.session.commit()
    first, second = on_rung("uitvoering"), on_rung("collega")
    for _twice in range(2):
        assert first.post(page(number, "aannemen"), data={"level": "1"}).status_code == 303
    refused = second.post(page(number, "aannemen"), data={"level": "1"})
    assert refused.status_code == 409
    assert "Iemand anders nam dit net aan." in refused.text
    assert "Aangenomen door Uitvoering" in second.get(page(number)).text
    with app.app_context():
        accepted = db.session.scalars(select(Event).where(Event.action == "escalation_accepted")).all()
        assert [event.data for event in accepted] == [{"escalation": number, "level": 1}]
        # taken, so it is the day of the answer that counts now
        row = rung(number, 1)
        assert row.accept_by is not None
        assert row.answer_by is not None
        climb(row.answer_by - timedelta(minutes=1))
        assert levels(number) == [(1, "accepted")]
        climb(row.answer_by)
        assert levels(number) == [(1, "not_answered"), (2, "asked")]


def test_an_answer_ends_it_and_tells_who_asked(
    app: Flask, run: int, on_rung: Callable[[str], FlaskClient], team: FlaskClient
) -> None:
    asked = on_rung("uitvoering")
    empty = asked.post(page(run, "antwoord"), data={"level": "1", "answer": " "})
    assert empty.status_code == 422
    assert "Schrijf op wat u besluit of antwoordt." in empty.text
    assert (
        asked.post(page(run, "antwoord"), data={"level": "1", "answer": "Ja, het mag <b>nu</b>."}).status_code
        == 303
    )
    assert state_of(app, run) is RunState.ANSWERED
    assert "Ja, het mag &lt;b&gt;nu" in team.get(page(run)).text
    with app.app_context():
        assert levels(run) == [(1, "answered")]
        assert rung(run, 1).accepted_by_id == user_id("uitvoering")
        assert len(letters("escalation_answered")) == 1
        assert climb(MONDAY + timedelta(days=30)) == {"opened": 0, "climbed": 0, "ended": 0}
    assert asked.post(page(run, "antwoord"), data={"level": "1", "answer": "Nee."}).status_code == 409


def test_say_who_will(app: Flask, run: int, on_rung: Callable[[str], FlaskClient]) -> None:
    with app.app_context():
        official("joris")
        resident = make_user(email="kees@example.nl").id
        db.session.commit()
        joris, before = user_id("joris"), rung(run, 1).answer_by
    asked = on_rung("uitvoering")
    refused = asked.post(page(run, "doorgeven"), data={"level": "1", "to": str(resident), "why": ""})
    assert refused.status_code == 422
    assert "Schrijf op waarom u dit doorgeeft." in refused.text
    data = {"level": "1", "to": str(joris), "why": "Joris gaat over terrassen."}
    assert asked.post(page(run, "doorgeven"), data=data).status_code == 303
    with app.app_context():
        assert asked_mails() == ["uitvoering", "joris"]
        assert rung(run, 1).answer_by == before, "the day of the answer does not move"
    assert on_rung("joris").post(page(run, "aannemen"), data={"level": "1"}).status_code == 303


def test_bring_it_higher_yourself(
    app: Flask, run: int, on_rung: Callable[[str], FlaskClient], team: FlaskClient
) -> None:
    data = {"level": "1", "why_up": "Ik mag dit niet besluiten."}
    assert on_rung("uitvoering").post(page(run, "hoger"), data=data).status_code == 303
    with app.app_context():
        assert levels(run) == [(1, "passed_up"), (2, "asked")]
        assert asked_mails() == ["uitvoering", "manager"]
        assert rung(run, 2).tried == "Ik mag dit niet besluiten."
    assert on_rung("uitvoering").post(page(run, "hoger"), data=data).status_code == 409, (
        "it climbed meanwhile"
    )
    manager = on_rung("manager")
    refused = manager.post(page(run, "hoger"), data={"level": "2", "why_up": "Ik durf niet."})
    assert refused.status_code == 422
    assert "Praat eerst met wie de zaak kent" in refused.text
    with app.app_context():
        meeting(db.session.get_one(Escalation, run).report_id)
    assert (
        team.post(page(run, "hoger"), data={"level": "2", "why_up": "Het duurt te lang."}).status_code == 303
    )
    with app.app_context():
        assert levels(run)[-1] == (3, "asked")


def test_what_was_shown_has_climbed_meanwhile(
    app: Flask, run: int, on_rung: Callable[[str], FlaskClient]
) -> None:
    asked = on_rung("uitvoering")
    with app.app_context():
        climb(MONDAY + timedelta(days=2))
    for verb, more in (("aannemen", {}), ("antwoord", {"answer": "Ja."}), ("hoger", {"why_up": "Ja."})):
        answer = asked.post(page(run, verb), data={"level": "1", **more})
        assert answer.status_code == 409, verb
        assert "andere trede" in answer.text
    with app.app_context():
        assert levels(run) == [(1, "not_accepted"), (2, "asked")]


# ending it


def test_take_it_back_with_a_reason(
    app: Flask, run: int, team: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    other = sign_in(Role.AANJAAGTEAM_MEMBER, email="ander@example.nl", name="Ander Lid")
    assert other.post(page(run, "terughalen"), data={"withdraw": "Zomaar."}).status_code == 403
    assert team.post(page(run, "terughalen"), data={"withdraw": ""}).status_code == 422
    assert team.post(page(run, "terughalen"), data={"withdraw": "Het is opgelost."}).status_code == 303
    assert state_of(app, run) is RunState.WITHDRAWN
    assert "Het is opgelost." in team.get(page(run)).text
    assert team.post(page(run, "terughalen"), data={"withdraw": "Nog eens."}).status_code == 409
    with app.app_context():
        assert levels(run) == [(1, "stopped")]
        assert climb(MONDAY + timedelta(days=30))["climbed"] == 0
    report = run_number(app, run)
    again = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data=FORM)
    assert again.status_code == 303, "a new round may begin"
    with app.app_context():
        assert run_of(report).round == 2


def run_number(app: Flask, number: int) -> int:
    with app.app_context():
        return db.session.get_one(Escalation, number).report_id


def test_a_decision_ends_it(app: Flask, run: int) -> None:
    with app.app_context():
        row = db.session.get_one(Report, db.session.get_one(Escalation, run).report_id)
        PATHS[State.DECIDED][-1](row, row.revision, actor=member(), at=MONDAY + timedelta(hours=1))
        commit()
        assert db.session.get_one(Escalation, run).state is RunState.OVERTAKEN
        assert levels(run) == [(1, "stopped")]
        actions = list(db.session.scalars(select(Event.action).where(Event.action.like("escalat%"))))
        assert actions == ["escalated", "escalation_overtaken"]


# the top


def test_the_crew_gets_a_day_at_once_and_the_reporter_hears_it(
    app: Flask, team: FlaskClient, client: FlaskClient, make: Callable[..., int]
) -> None:
    with app.app_context():
        full_ladder()
        db.session.commit()
    report = make(State.TAKEN_UP, email="melder@example.nl")
    with app.app_context():
        meeting(report)
    answer = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data={**FORM, "level": "4"})
    assert answer.status_code == 303
    assert "Op tafel op 26 november 2026" in team.get(answer.location).text
    public = client.get(f"/meldingen/{report}").text
    assert "Ligt nu bij: de enabling crew" in public
    assert "26 november 2026" in public
    assert "Opgeschaald naar de enabling crew" in public
    assert "Crew1" not in public
    with app.app_context():
        promise = db.session.scalars(select(Deadline).where(Deadline.kind == "table")).one()
        assert promise.due_on == date(2026, 11, 26)
        assert promise.is_public
        (told,) = letters("report_climbed")
        assert "26 november 2026" in (told.text or "")


def test_the_reporter_reads_that_there_is_an_answer(
    app: Flask, client: FlaskClient, run: int, on_rung: Callable[[str], FlaskClient]
) -> None:
    """Until there is a decision: then that is said."""
    said = "Er is antwoord van de uitvoering"
    with app.app_context():
        report = db.session.get_one(Report, db.session.get_one(Escalation, run).report_id)
        key = report.receipt_code_hash
    with client.session_transaction() as session:
        session["report_followed"] = [key, int(now().timestamp()) + 60]
    assert said not in client.get("/meldingen/volgen/stand").text
    data = {"level": "1", "answer": "Ja, het mag."}
    assert on_rung("uitvoering").post(page(run, "antwoord"), data=data).status_code == 303
    follows = client.get("/meldingen/volgen/stand").text
    assert said in follows
    assert "Ja, het mag." not in follows


# who stands nowhere


def test_an_empty_rung_is_passed_over_in_sight(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    with app.app_context():
        stand(2, "manager")
        db.session.commit()
    report = make(State.TAKEN_UP)
    answer = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data=FORM)
    assert "Hier staat niemand" in team.get(answer.location).text
    with app.app_context():
        assert levels(run_of(report).id) == [(1, "nobody"), (2, "asked")]


def test_nobody_anywhere_is_told_and_tried_again(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    report = make(State.TAKEN_UP)
    answer = team.post(f"/aanjaagteam/meldingen/{report}/opschalen", data=FORM)
    assert "Op de ladder staat niemand" in team.get(answer.location).text
    assert "Op de ladder staat niemand" in team.get(f"/aanjaagteam/meldingen/{report}").text
    with app.app_context():
        number = run_of(report).id
        assert [state for _level, state in levels(number)] == ["nobody"] * 4
        assert len(letters("escalation_nobody")) == 1
        climb(MONDAY + timedelta(hours=1))
        assert len(letters("escalation_nobody")) == 1, "told once"
        stand(2, "manager")
        commit()
        at = MONDAY + timedelta(hours=2)
        assert climb(at)["filled"] == 1
        assert climb(at).get("filled", 0) == 0
        assert levels(number)[1] == (2, "asked")
        assert rung(number, 2).starts_at == at
        assert asked_mails() == ["manager"]


def test_who_comes_on_the_ladder_late_gets_what_is_above_only(app: Flask) -> None:
    """Rung 2 had its turn and nobody stands above: somebody on rung 1 does not bring it down again."""
    with app.app_context():
        stand(2, "manager")
        number = opened(MONDAY).id
        commit()
        assert climb(MONDAY + timedelta(days=2))["climbed"] == 1
        assert levels(number) == [(1, "nobody"), (2, "not_accepted"), (3, "nobody"), (4, "nobody")]
        stand(1, "uitvoering")
        commit()
        assert climb(MONDAY + timedelta(days=3)).get("failed", 0) == 0
        stand(3, "directeur")
        commit()
        assert climb(MONDAY + timedelta(days=3))["filled"] == 1
        assert [state for _level, state in levels(number)] == ["nobody", "not_accepted", "asked", "nobody"]
        assert asked_mails() == ["manager", "directeur"]


# the unit's manager, a municipality's own people, one's own hours


def test_the_nearest_people_are_asked(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        lelystad = unit("Vergunningen", "peter")
        stand(1, "plaatselijk", place=Place(municipality_id=lelystad.municipality_id), accept_hours=4)
        number = opened(MONDAY).id
        row = db.session.get_one(Escalation, number)
        row.unit_id = lelystad.id
        commit()
        assert asked_mails() == ["plaatselijk"], "of the municipality, before those of the region"
        assert rung(number, 1).accept_by == MONDAY + timedelta(hours=4)
        climb(MONDAY + timedelta(days=1))
        assert asked_mails() == ["plaatselijk", "peter"], "the manager of the unit is rung 2 by itself"


def test_who_works_on_wednesdays_gets_it_on_wednesday(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        person = official("uitvoering")
        ladder_setup.set_hours(person, {2: (time(13, 0), time(16, 0))}, actor=person, at=MONDAY)
        number = opened(MONDAY).id
        commit()
        (mail,) = letters()
        assert mail.next_at == local(2026, 11, 25, 13, 0)
        assert rung(number, 1).starts_at == mail.next_at, "and the time counts from then"


# the list


def test_the_list_and_its_statements(
    app: Flask, team: FlaskClient, scoped: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        full_ladder()
        for _one in range(3):
            opened(MONDAY)
        db.session.commit()
    with count_statements() as few:
        shown = team.get("/aanjaagteam/opgeschaald")
    assert shown.text.count("1. Uitvoering") == 3
    with app.app_context():
        for _one in range(5):
            opened(MONDAY, 2)
        db.session.commit()
    with count_statements() as many:
        assert team.get("/aanjaagteam/opgeschaald").status_code == 200
    assert len(many) == len(few)
    assert "2. Management" not in team.get("/aanjaagteam/opgeschaald?trede=1").text
    assert "Niets op de ladder" in scoped.get("/aanjaagteam/opgeschaald").text, "of another municipality"
    assert team.get("/aanjaagteam/opgeschaald?trede=x&na=zz").status_code == 200


def test_it_waits_in_the_inbox_of_who_is_asked(
    app: Flask, run: int, on_rung: Callable[[str], FlaskClient]
) -> None:
    assert page(run) in on_rung("uitvoering").get("/aanjaagteam/voor-mij").text
    assert page(run) not in on_rung("manager").get("/aanjaagteam/voor-mij").text
