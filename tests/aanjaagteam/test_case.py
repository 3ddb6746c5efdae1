"""One case: who may read it, that reading is logged, triage, assigning and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import InternalNote, Report
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.crypto import email_index
from civic.db import db
from civic.events.models import Deadline, Event, Visibility
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.makers import STORY, TITLE
from tests.factories import municipality

CASE = "/aanjaagteam/meldingen"


def user_id(app: Flask, email: str) -> int:
    with app.app_context():
        return int(db.session.scalars(select(User.id).where(User.email_index == email_index(email))).one())


def actions_on(app: Flask, number: int) -> list[str]:
    with app.app_context():
        found = select(Event.action).where(Event.subject_type == "report", Event.subject_id == number)
        return list(db.session.scalars(found.order_by(Event.id)))


def mails(app: Flask) -> list[str]:
    with app.app_context():
        return [mail.template for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


# reading


def test_reading_a_story_is_logged_each_time(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.NEW)
    assert STORY in team.get(f"{CASE}/{number}").text
    team.get(f"{CASE}/{number}")
    with app.app_context():
        reads = list(db.session.scalars(select(Event).where(Event.action == "story_read")))
        assert len(reads) == 2
        assert reads[0].visibility is Visibility.PRIVATE
    assert reads[0].actor_id == user_id(app, "teamlid@example.nl")


@pytest.mark.parametrize("state", State)
def test_case_in_every_state(team: FlaskClient, make: Callable[..., int], state: State) -> None:
    page = team.get(f"{CASE}/{make(state)}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_only_what_can_be_done_is_offered(team: FlaskClient, make: Callable[..., int]) -> None:
    new, done = make(State.NEW), make(State.DONE)
    page = team.get(f"{CASE}/{new}").text
    assert "Hak de knoop door" not in page
    assert "Pak niet op" in page
    page = team.get(f"{CASE}/{done}").text
    for words in ("Hak de knoop door", "Rond af", "Wijs toe", "Pak niet op"):
        assert words not in page


def test_anonymous_and_strangers(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], make: Callable[..., int]
) -> None:
    number = make(State.NEW)
    assert client.get(f"{CASE}/{number}").status_code == 302
    for role in Role:
        if role is not Role.AANJAAGTEAM_MEMBER:
            stranger = sign_in(role, email=f"{role.value}@example.nl")
            assert stranger.get(f"{CASE}/{number}").status_code == 403
    assert "story_read" not in actions_on(app, number)


@pytest.mark.parametrize("code", ["GM0034", None])
def test_scoped_member_cannot_touch_another_municipality(
    app: Flask, scoped: FlaskClient, make: Callable[..., int], code: str | None, read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP, code=code)
    before = actions_on(app, number)
    for path in ("", "/besluit", "/verder", "/afronden", "/niet-oppakken"):
        assert scoped.get(f"{CASE}/{number}{path}").status_code == 403, path
    for path in (
        "/beoordelen",
        "/toewijzen",
        "/besluit",
        "/verder",
        "/afronden",
        "/niet-oppakken",
        "/notitie",
    ):
        data = {"public_title": "X", "note": "X", "revision": "2", "owner": "1"}
        assert scoped.post(f"{CASE}/{number}{path}", data=data).status_code == 403, path
    assert actions_on(app, number) == before
    assert read(number, "state") is State.TAKEN_UP


def test_scoped_member_works_on_their_own(scoped: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.NEW, code="GM0303")
    assert scoped.get(f"{CASE}/{number}").status_code == 200
    assert scoped.post(f"{CASE}/{number}/notitie", data={"note": "Gebeld."}).status_code == 303


@pytest.mark.parametrize("path", ["beoordelen", "toewijzen", "notitie"])
def test_get_is_refused_where_only_post_works(team: FlaskClient, make: Callable[..., int], path: str) -> None:
    assert team.get(f"{CASE}/{make(State.TRIAGED)}/{path}").status_code == 405


def test_unknown_case(team: FlaskClient) -> None:
    assert team.get(f"{CASE}/999").status_code == 404
    assert team.post(f"{CASE}/999/notitie", data={"note": "x"}).status_code == 404


# triage


def triage(client: FlaskClient, number: int, **given: str) -> Any:
    data = {"public_title": TITLE, "is_public": "y", "decision_owner": "unit", "revision": "0"}
    return client.post(f"{CASE}/{number}/beoordelen", data={**data, **given})


def test_triage_gives_title_answer_and_mail(
    app: Flask, team: FlaskClient, client: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.NEW, email="melder@example.nl")
    with app.app_context():
        place = str(municipality("GM0034").id)
    answer = triage(team, number, municipality=place, decide_now="y", process_guess="terras")
    assert (answer.status_code, answer.location) == (303, f"{CASE}/{number}")
    assert read(number, "state") is State.TRIAGED
    assert read(number, "public_title") == TITLE
    assert read(number, "decide_now")
    assert read(number, "revision") == 1
    assert read(number, "municipality_id") == int(place)
    assert actions_on(app, number) == ["reported", "decision_owner_set", "triage", "published"]
    assert mails(app) == ["report_received", "report_update"]
    assert client.get(f"/meldingen/{number}").status_code == 200
    with app.app_context():
        promised = select(Deadline).where(Deadline.kind == "first_answer")
        assert db.session.scalars(promised).one().met_at is not None


def test_triage_needs_a_title_and_logs_the_second_look(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.NEW)
    answer = triage(team, number, public_title="  ", process_guess="x" * 121)
    assert answer.status_code == 422
    assert "Schrijf een titel voor deze melding." in answer.text
    assert "Maak deze tekst korter." in answer.text
    assert STORY in answer.text
    assert read(number, "state") is State.NEW
    assert actions_on(app, number) == ["reported", "story_read"]


def test_how_many_people_wait(
    app: Flask, team: FlaskClient, client: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    """An estimate of the team: for everybody from ten on, and never of a report that is not on the site."""
    number = make(State.NEW)
    for wrong in ("0", "-3", "veertig", "1,5", "1000001", "9" * 40):
        answer = triage(team, number, waiting_people=wrong)
        assert answer.status_code == 422
        assert "Vul een heel getal in van 1 tot 1.000.000." in answer.text
        assert f'value="{wrong}"' in answer.text
    assert triage(team, number, waiting_people="1.240").status_code == 303
    assert read(number, "waiting_people") == 1240
    assert "ongeveer 1.240" in team.get(f"{CASE}/{number}").text
    assert "wachtend: ± 1240" in team.get("/aanjaagteam").text
    assert team.get("/aanjaagteam/werklijst.csv").text.rstrip().endswith(";1240")
    assert "Ongeveer 1.240 mensen wachten hierop, schat het team." in client.get(f"/meldingen/{number}").text
    assert client.get(f"/meldingen/{number}.json").get_json()["melding"]["mensen_wachten"] == 1240
    assert triage(team, number, waiting_people="9", revision=str(read(number, "revision"))).status_code == 303
    assert "mensen wachten hierop" not in client.get(f"/meldingen/{number}").text
    assert client.get(f"/meldingen/{number}.json").get_json()["melding"]["mensen_wachten"] is None
    assert triage(team, number, waiting_people="", revision=str(read(number, "revision"))).status_code == 303
    assert read(number, "waiting_people") is None


def test_title_can_be_taken_off_the_site_even_when_done(
    app: Flask, team: FlaskClient, client: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.DONE)
    revision = str(read(number, "revision"))
    data = {"public_title": "Andere titel", "decision_owner": "unit", "revision": revision}
    assert team.post(f"{CASE}/{number}/beoordelen", data=data).status_code == 303
    assert client.get(f"/meldingen/{number}").status_code == 404
    assert actions_on(app, number)[-2:] == ["title_changed", "unpublished"]
    assert read(number, "state") is State.DONE


def test_scoped_member_can_hand_a_report_over(
    app: Flask, scoped: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.NEW, code="GM0303")
    with app.app_context():
        place = str(municipality("GM0034").id)
    answer = triage(scoped, number, municipality=place)
    assert (answer.status_code, answer.location) == (303, "/aanjaagteam")
    assert scoped.get(f"{CASE}/{number}").status_code == 403


# assigning


def test_take_it_up_yourself(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.TRIAGED, email="melder@example.nl")
    me = user_id(app, "teamlid@example.nl")
    answer = team.post(f"{CASE}/{number}/toewijzen", data={"owner": str(me), "revision": "1"})
    assert answer.status_code == 303
    assert read(number, "owner_id") == me
    assert read(number, "state") is State.TAKEN_UP
    assert mails(app)[-1] == "report_update"
    with app.app_context():
        last = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
        assert "Tess Team" in (last.text or "")


def test_another_owner_keeps_the_state_and_stays_internal(
    app: Flask, team: FlaskClient, scoped: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.DECIDED, code="GM0303")
    other = user_id(app, "dronten@example.nl")
    data = {"owner": str(other), "revision": str(read(number, "revision"))}
    assert team.post(f"{CASE}/{number}/toewijzen", data=data).status_code == 303
    assert (read(number, "owner_id"), read(number, "state")) == (other, State.DECIDED)
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "owner_changed")).one()
        assert event.visibility is Visibility.INTERNAL


@pytest.mark.parametrize("owner", ["", "x", "999999", "-1"])
def test_owner_must_be_a_member(
    team: FlaskClient, make: Callable[..., int], read: Callable[..., Any], owner: str
) -> None:
    number = make(State.TRIAGED)
    answer = team.post(f"{CASE}/{number}/toewijzen", data={"owner": owner, "revision": "1"})
    assert answer.status_code == 422
    assert read(number, "owner_id") is None


def test_resident_or_member_elsewhere_cannot_own(
    app: Flask,
    team: FlaskClient,
    scoped: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
) -> None:
    sign_in(email="inwoner@example.nl")
    number = make(State.TRIAGED, code="GM0034")
    for email in ("inwoner@example.nl", "dronten@example.nl"):
        data = {"owner": str(user_id(app, email)), "revision": "1"}
        assert team.post(f"{CASE}/{number}/toewijzen", data=data).status_code == 422


# notes


def test_note_is_added_sealed_and_internal(
    app: Flask, team: FlaskClient, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TRIAGED)
    text = "Gebeld met de afdeling <b>vergunningen</b>."
    assert team.post(f"{CASE}/{number}/notitie", data={"note": text}).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "Gebeld met de afdeling &lt;b&gt;vergunningen&lt;/b&gt;." in page
    assert "Tess Team" in page
    assert "Gebeld" not in client.get(f"/meldingen/{number}").text
    with app.app_context():
        note = db.session.scalars(select(InternalNote)).one()
        assert "Gebeld" not in str(note.text_sealed)


@pytest.mark.parametrize(
    ("note", "sentence"), [("  ", "Schrijf een notitie."), ("x" * 2001, "Maak deze tekst korter.")]
)
def test_bad_note(app: Flask, team: FlaskClient, make: Callable[..., int], note: str, sentence: str) -> None:
    number = make(State.TRIAGED)
    answer = team.post(f"{CASE}/{number}/notitie", data={"note": note})
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(InternalNote)) == 0


# what stands out


@pytest.mark.parametrize("state", State)
def test_at_most_one_button_stands_out(team: FlaskClient, make: Callable[..., int], state: State) -> None:
    page = team.get(f"{CASE}/{make(state)}").text
    assert page.count("button--primary") <= 1


def test_taking_up_stands_out_until_there_is_an_owner(team: FlaskClient, make: Callable[..., int]) -> None:
    page = team.get(f"{CASE}/{make(State.TRIAGED)}").text
    assert page.split("Ik pak dit op")[0].endswith('<button class="button button--primary" type="submit">')
    page = team.get(f"{CASE}/{make(State.TAKEN_UP)}").text
    assert "Hak de knoop door" in page.split("button--primary")[1].split("</a>")[0]


def test_decide_now_is_asked_until_there_is_a_decision(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    assert "Dit kan nu worden besloten" in team.get(f"{CASE}/{number}").text
    number = make(State.DECIDED)
    with app.app_context():
        db.session.get_one(Report, number).decide_now = True
        db.session.commit()
    assert "Dit kan nu worden besloten" not in team.get(f"{CASE}/{number}").text
    assert triage(team, number, revision=str(read(number, "revision"))).status_code == 303
    assert read(number, "decide_now"), "what is not asked does not change"
