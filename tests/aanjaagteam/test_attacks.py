"""Attacks on the room, each as somebody would try it: what they get is nothing (security.md, W8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from civic.aanjaagteam.models import Escalation, Report
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.one import shown_waited
from civic.aanjaagteam.queries.public import PublicFilter, public_figures, published
from civic.aanjaagteam.queries.waits import managers_of, member_names
from civic.aanjaagteam.service import (
    briefs,
    clusters,
    consults,
    ladder,
    meetings,
    new_token,
    specialists,
    waits,
)
from civic.aanjaagteam.service import case as case_service
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.consults import Domain
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.ladder import EscalationReason
from civic.aanjaagteam.states.meetings import TableBody
from civic.accounts.models import RoleGrant
from civic.accounts.states import Role
from civic.calendar import ZONE, today
from civic.db import db, now
from civic.errors import Invalid
from civic.events import service as events
from civic.keyset import Place
from civic.mail.models import OutgoingMail
from civic.web import MOST_FIELDS_SHOWN
from tests.aanjaagteam.case_makers import official, unit, wait_on
from tests.aanjaagteam.makers import STORY, TITLE, member, new_report, report_in
from tests.aanjaagteam.voices_makers import mails
from tests.factories import make_user

SignIn = Callable[..., FlaskClient]
WORKER, BOSS = "werker@example.nl", "baas@example.nl"
SECRET = "Gat in het hek van de haven"


@pytest.fixture
def worker(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.EMPLOYEE, email=WORKER, name="Wil Werker")


def _titled(title: str, **given: Any) -> Report:
    report = report_in(State.TAKEN_UP, is_public=False, **given)
    report.public_title = title
    db.session.flush()
    return report


# --- out of scope ---------------------------------------------------------------------------------------


def _urls_of_a_case(app: Flask) -> list[tuple[str, set[str]]]:
    """Every address with the number of a report behind the wall."""
    return [
        (rule.rule.replace("<int:report_id>", "{report}"), rule.methods or set())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/aanjaagteam/") and "report_id" in rule.arguments
    ]


def test_no_address_of_a_case_opens_for_others(
    app: Flask, make: Callable[..., int], scoped: FlaskClient, worker: FlaskClient, sign_in: SignIn
) -> None:
    """A member of another municipality, an official who was asked nothing, and who manages the site."""
    number, found = make(State.TAKEN_UP, is_public=False), _urls_of_a_case(app)
    others = (scoped, worker, sign_in(Role.ADMINISTRATOR, email="beheer@example.nl"))
    assert len(found) > 40
    for url, methods in found:
        address = url.replace("{report}", str(number)).replace("<int:", "").replace(">", "")
        for name in ("wait_id", "item_id", "version", "unit_id"):
            address = address.replace(name, "1")
        for client in others:
            for method in methods & {"GET", "POST"}:
                answer = client.open(address, method=method, data={"revision": "2"})
                assert answer.status_code in {403, 404}, (method, address, answer.status)
                assert TITLE not in answer.text


def test_lists_and_tables_keep_to_the_scope(app: Flask, scoped: FlaskClient) -> None:
    with app.app_context():
        where = unit("Havens", BOSS)
        report = _titled(SECRET)
        wait_on(report, where, due_on=today(now()))
        slot = meetings.Slot(TableBody.MANAGEMENT, today(now()) + timedelta(days=1), SECRET)
        meetings.put_on_table(report, slot, actor=member(), at=now())
        wanted = ladder.Wanted(EscalationReason.OTHER, "Gebeld.", SECRET)
        ladder.escalate(report, wanted, actor=member(), at=now())
        clusters.put_together(report, _titled(SECRET), actor=member(), at=now())
        number, there = report.id, where.id
        db.session.commit()
    figures = ("cijfers/rijen?maat=erbij", "cijfers/rijen.csv?maat=erbij", "cijfers/rijen.csv?maat=wacht-op")
    lists = ("agenda", "groepen", "opgeschaald", "voor-mij", "nu-te-beslissen", f"afdeling/{there}")
    queue = ("?status=alles", "?weergave=bord", "?weergave=vervalt", "/werklijst.csv?status=alles")
    marks = {"keuze": f"{number}.3", "doe": "decide_now"}
    pages = [scoped.get(f"/aanjaagteam/{name}") for name in (*figures, *lists)]
    pages += [scoped.get(f"/aanjaagteam{name}") for name in queue]
    pages += [scoped.post("/aanjaagteam/samen", data=marks)]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert not [page.request.url for page in pages if SECRET in page.text]


def test_a_group_gives_no_title_of_another_municipality(app: Flask, scoped: FlaskClient) -> None:
    """What one may read hangs under what one may not: choosing what is in front named the latter."""
    with app.app_context():
        head, mine, other = _titled(SECRET), *(report_in(State.TAKEN_UP, code="GM0303") for _one in "ab")
        clusters.put_together(head, mine, actor=member(), at=now())
        numbers = {"met": mine.id, "of": other.id}
        db.session.commit()
    page = scoped.get(f"/aanjaagteam/meldingen/{numbers['of']}/groep?met={numbers['met']}")
    assert "Horen deze meldingen bij elkaar?" in page.text
    assert SECRET not in page.text


def test_who_left_the_place_sees_no_promise_of_it(app: Flask) -> None:
    with app.app_context():
        owner = member("weg@example.nl")
        report = _titled(SECRET)
        report.owner_id, at = owner.id, now()
        events.promise(report, events.Promise("decide_now", "3 werkdagen", today(at)))
        assert SECRET in {one.title for one in inbox.waiting_for(owner, frozenset(), at)}
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == owner.id))
        db.session.expire_all()
        make_user(Role.EMPLOYEE, email="weg@example.nl")
        assert SECRET not in {one.title for one in inbox.waiting_for(owner, frozenset(), at)}


# --- an employee reports about a unit -------------------------------------------------------------------


def test_a_unit_does_not_see_that_somebody_chose_it_before_the_team_does(
    app: Flask, worker: FlaskClient
) -> None:
    """The form says that only the team sees the unit. Colleagues who keep looking saw it appear."""
    with app.app_context():
        where = unit("Havens", workers=(WORKER,))
        report = new_report(unit_id=where.id).report
        place, number = where.id, report.id
        db.session.commit()
    pages = (f"afdeling/{place}/meldingen/{number}", f"gevraagd/{number}", f"gevraagd/{number}/adopteren")
    assert [worker.get(f"/aanjaagteam/{page}").status_code for page in pages] == [403] * 3
    assert f"meldingen/{number}" not in worker.get(f"/aanjaagteam/afdeling/{place}").text
    with app.app_context():
        other = _titled("Bekeken")
        other.unit_id = place
        db.session.commit()
        seen = other.id
    assert f"meldingen/{seen}" in worker.get(f"/aanjaagteam/afdeling/{place}").text


def test_what_nobody_looked_at_does_not_climb_to_the_manager_of_that_unit(app: Flask) -> None:
    with app.app_context():
        where = unit("Havens", BOSS)
        report = new_report(unit_id=where.id).report
        run = ladder.escalate_for(report, EscalationReason.PROMISE, at=now() + timedelta(days=60))
        assert run is not None
        assert run.unit_id is None
        db.session.commit()
    assert BOSS not in {address for address, _text in mails(app, "escalation_asked")}


def test_nobody_can_watch_a_report_arrive(app: Flask) -> None:
    with app.app_context():
        for _number in range(10):
            report_in(State.TRIAGED)
        before = public_figures(today(now()))
        for _number in range(3):
            new_report()
        assert public_figures(today(now())) == before
        assert before.open == 10


def test_the_day_of_a_report_is_not_in_the_number_of_days(app: Flask, client: FlaskClient) -> None:
    """Where nobody knew since when, the waiting time counted from the report: also in an address."""
    on = date(2026, 11, 1)
    for day in (5, 19):
        with app.app_context():
            at = datetime(2026, 9, day, 14, 30, tzinfo=ZONE)
            report = report_in(State.TRIAGED, since_on=None, at=at)
            assert (report.is_since_known, report.since_on) == (False, date(2026, 9, day))
            # a place in the list, made up: before everything of that month
            row = published(PublicFilter(is_longest_first=True), Place(202609, 0), on).rows[0]
            assert (row.id, row.since_on, row.waited_days) == (report.id, date(2026, 9, 1), 61)
            assert shown_waited(report, on).days == 61
            assert published(PublicFilter(is_longest_first=True), Place(202609, report.id), on).rows == []
    assert client.get("/meldingen?volgorde=langst&na=2026-09-05~0").status_code == 200


# --- people who are no official any more ----------------------------------------------------------------


def test_who_lost_the_role_is_asked_and_told_nothing(app: Flask) -> None:
    """The row of the unit stayed behind when the role was taken away."""
    with app.app_context():
        where = unit("Havens", BOSS)
        boss, report = official(BOSS), _titled(SECRET)
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == boss.id))
        db.session.expire_all()
        assert managers_of(where.id, today(now())) == []
        assert member_names([where.id], today(now())) == {}
        wait_on(report, where)
        wait_on(report, kind=WaitKind.MANAGEMENT, user_id=boss.id)
        db.session.commit()
    assert mails(app, "wait_asked") == []


def test_a_list_of_colleagues_does_not_tell_who_has_an_account(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        make_user(email="inwoner@example.nl")
        number = unit("Havens").id
        db.session.commit()
    url = f"/aanjaagteam/afdelingen/{number}/mensen"
    answers = [
        team.post(url, data={"email": email, "from_on": "2026-01-01"}).text.replace(email, "")
        for email in ("inwoner@example.nl", "onbekend@example.nl")
    ]
    assert answers[0] == answers[1]


# --- the words of the reporter --------------------------------------------------------------------------


def test_the_words_of_the_reporter_do_not_leave_the_team_in_a_question_or_a_plan(app: Flask) -> None:
    with app.app_context():
        where, report = unit("Havens", BOSS), report_in(State.TAKEN_UP)
        owner, at = member(), now()
        specialist = official("lars@example.nl")
        what = specialists.NewSpecialist(Domain.LEGAL)
        specialists.add_specialist(specialist, what, actor=specialist, at=at)
        asked = consults.Asked(STORY, consults.Whom(user_id=specialist.id))
        brief = briefs.BriefText("Terras", STORY, "Gebeld.", None, "", "Zeg ja.")
        db.session.commit()
        for refused in (
            lambda: wait_on(report, where, question=STORY),
            lambda: case_service.set_plan(
                report, case_service.Plan(STORY), report.revision, actor=owner, at=at
            ),
            lambda: consults.ask(report, asked, actor=owner, at=at),
            lambda: briefs.write_brief(report, brief, 0, actor=owner, at=at),
        ):
            with pytest.raises(Invalid):
                refused()
            db.session.rollback()
        wait = wait_on(report, unit("Groen"))
        changed = waits.Asked(STORY, None)
        with pytest.raises(Invalid):
            waits.change_wait(wait, changed, report.revision, actor=member(), at=at)


# --- large and strange ----------------------------------------------------------------------------------


def test_a_conflict_page_repeats_no_flood_of_fields_and_no_secret(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.DONE)
    flood = {f"veld{place}": f"tekst-{place}" for place in range(5_000)}
    page = team.post(
        f"/aanjaagteam/meldingen/{number}/groep/uit",
        data={"code": "ABCD-EFGH", "text": "Blijft staan.", **flood},
    )
    assert page.status_code == 409
    assert "Blijft staan." in page.text
    assert "ABCD-EFGH" not in page.text
    assert page.text.count("tekst-") <= MOST_FIELDS_SHOWN


def test_a_title_that_is_a_formula_stays_text_in_every_table(app: Flask, team: FlaskClient) -> None:
    formula = '=HYPERLINK("https://kwaad.example","klik")'
    with app.app_context():
        report = report_in(State.TAKEN_UP)
        report.public_title = formula
        db.session.commit()
    tables = ("/aanjaagteam/werklijst.csv", "/aanjaagteam/cijfers/rijen.csv?maat=erbij", "/meldingen.csv")
    for url in tables:
        text = team.get(url).text
        assert "'=HYPERLINK" in text, url
        assert ';"=' not in text
        assert ";=" not in text


def test_text_with_script_is_shown_as_text(app: Flask, worker: FlaskClient, team: FlaskClient) -> None:
    script = "<script>alert(1)</script>"
    with app.app_context():
        where, report = unit("Havens", workers=(WORKER,)), report_in(State.TAKEN_UP)
        report.public_title, report.summary, report.plan = f"T{script}", f"S{script}", f"P{script}"
        wait_on(report, where, question=f"Q{script}")
        number = report.id
        db.session.commit()
    for client, url in (
        (worker, f"/aanjaagteam/gevraagd/{number}"),
        (team, f"/aanjaagteam/meldingen/{number}"),
        (team, "/aanjaagteam"),
        (team, f"/meldingen/{number}"),
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert script not in page.text


def test_a_run_of_another_unit_does_not_open_by_its_number(app: Flask, worker: FlaskClient) -> None:
    with app.app_context():
        unit("Groen", workers=(WORKER,))
        report = _titled(SECRET)
        report.unit_id = unit("Havens", BOSS).id
        wanted = ladder.Wanted(EscalationReason.OTHER, "Gebeld.", "Neem het weg.")
        run = ladder.escalate(report, wanted, actor=member(), at=now())
        number = run.id
        db.session.commit()
    url = f"/aanjaagteam/opgeschaald/{number}"
    assert worker.get(url).status_code == 403
    for action in ("aannemen", "antwoord", "doorgeven", "hoger", "terughalen"):
        assert worker.post(f"{url}/{action}", data={"level": "1"}).status_code == 403
    with app.app_context():
        assert db.session.get_one(Escalation, number).ended_at is None


def test_the_team_can_take_away_the_unit_that_would_betray_the_reporter(
    app: Flask, team: FlaskClient
) -> None:
    """It could not: a unit that was chosen at intake stayed, and read the title after the first look."""
    with app.app_context():
        where = unit("Havens", workers=(WORKER,)).id
        kept, taken = (new_report(unit_id=where).report.id for _one in "ab")
        db.session.commit()
    wanted = {"public_title": TITLE, "decision_owner": "unknown", "revision": "0"}
    assert 'name="unit"' in team.get(f"/aanjaagteam/meldingen/{taken}").text
    for number, given in ((kept, {}), (taken, {"unit": ""})):
        url = f"/aanjaagteam/meldingen/{number}/beoordelen"
        assert team.post(url, data={**wanted, **given}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Report, kept).unit_id == where
        assert db.session.get_one(Report, taken).unit_id is None


def test_a_title_cannot_add_a_line_to_a_mail_or_a_tag_to_a_file(app: Flask, client: FlaskClient) -> None:
    """A header of a mail ends at a line end; a feed and a record are read by programs."""
    title = "Terras\r\nBcc: iedereen@kwaad.example\r\n\r\n<script>alert(1)</script>"
    with app.app_context():
        report = report_in(State.DECIDED, email="melder@example.nl")
        report.public_title, number = title, report.id
        wait_on(report, unit("Havens", BOSS))
        db.session.commit()
        subjects = list(db.session.scalars(select(OutgoingMail)))
        assert subjects
        assert not [one.subject for one in subjects if any(sign in str(one.subject) for sign in "\r\n")]
    assert "<script>" not in client.get("/meldingen.atom").text
    record = client.get(f"/meldingen/{number}.json")
    assert (record.mimetype, record.json["melding"]["titel"]) == ("application/json", title)
    assert record.headers["X-Content-Type-Options"] == "nosniff"


def test_a_flood_is_refused_before_it_is_read_or_stored(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = new_token()
    huge = {"story": "a" * 10_000_000, "token": token}
    assert client.post("/meldingen/nieuw", data=huge).status_code == 413
    for url in ("/meldingen/nieuw/lijkt-op", "/meldingen/volgen/bericht"):
        assert client.post(url, data=huge).status_code == 413
    text = "z" * 100_000
    for url in (
        f"/meldingen?zoek={text}",
        f"/meldingen?wacht-op={text}&na={text}",
        f"/meldingen?gemeente={text}",
    ):
        assert client.get(url).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Report)) == 0
