"""Who was asked something once reads that, and the answer; not what is written about the case later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Consult, Escalation, Report
from civic.aanjaagteam.service import checks
from civic.aanjaagteam.service import consults as consult_service
from civic.aanjaagteam.service import ladder as ladder_service
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.knots import ProcessOutcome
from civic.db import db, now
from tests.aanjaagteam import consult_makers
from tests.aanjaagteam.case_makers import official, unit, wait_on
from tests.aanjaagteam.ladder_makers import full_ladder, opened
from tests.aanjaagteam.makers import KNOT, member, report_in

SignIn = Callable[..., FlaskClient]
CLERK = "klerk@example.nl"
LATER = ("samenvatting van later", "plan van later")
ASKED = "/aanjaagteam/gevraagd/{}"


def _write_on(report: Report) -> None:
    report.summary, report.plan = (f"De {words}." for words in LATER)
    db.session.commit()


def _reads_later(client: FlaskClient, *urls: str) -> bool:
    pages = [client.get(url, follow_redirects=True).text for url in urls]
    return any(words in page for words in LATER for page in pages)


def test_an_answer_to_the_team(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        where, report = unit(workers=(CLERK,)), report_in(State.TAKEN_UP, is_public=False)
        wait, number = wait_on(report, where, question="Mag het hek weg?"), report.id
        wait_id, place = wait.id, where.id
        _write_on(report)
    clerk = sign_in(email=CLERK)
    asked, case = ASKED.format(number), f"/aanjaagteam/meldingen/{number}"
    pages = (asked, case, f"/aanjaagteam/afdeling/{place}/meldingen/{number}")
    assert _reads_later(clerk, *pages)
    assert (
        clerk.post(f"{case}/wachten/{wait_id}/antwoord", data={"answer": "Ja, het hek mag weg."}).status_code
        == 303
    )
    assert not _reads_later(clerk, *pages)
    for words in ("Mag het hek weg?", "Ja, het hek mag weg.", "niets meer gevraagd"):
        assert words in clerk.get(asked).text
    assert clerk.get(f"{asked}/adopteren").status_code == 403
    with app.app_context():
        wait_on(
            db.session.get_one(Report, number),
            db.session.get_one(type(where), place),
            question="En de poort?",
        )
        db.session.commit()
    assert _reads_later(clerk, asked), "asked again"


def test_a_rung_that_is_over(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        full_ladder()
        run = opened(now())
        report, number = db.session.get_one(Report, run.report_id), run.id
        url = f"/aanjaagteam/opgeschaald/{number}"
        _write_on(report)
    first, second = (sign_in(email=f"{name}@example.nl") for name in ("uitvoering", "manager"))
    assert _reads_later(first, url)
    lifted = first.post(f"{url}/hoger", data={"level": "1", "why_up": "Dit mag ik niet."})
    assert lifted.status_code == 303
    assert not _reads_later(first, url)
    assert "Dit mag ik niet." in first.get(url).text
    assert _reads_later(second, url)
    with app.app_context():
        row = db.session.get_one(Escalation, number)
        ladder_service.answer(
            row, 2, "Antwoord van de manager.", actor=member("manager@example.nl"), at=now()
        )
        db.session.commit()
    assert "Antwoord van de manager." not in first.get(url).text
    assert "Antwoord van de manager." in second.get(url).text
    assert not _reads_later(second, url)


def test_a_run_that_was_taken_back(app: Flask, sign_in: SignIn) -> None:
    """Who had the question reads why it went; not who gave it on before."""
    with app.app_context():
        full_ladder()
        number = opened(now()).id
        db.session.commit()
    url = f"/aanjaagteam/opgeschaald/{number}"
    first, second = (sign_in(email=f"{name}@example.nl") for name in ("uitvoering", "manager"))
    first.post(f"{url}/hoger", data={"level": "1", "why_up": "Dit mag ik niet."})
    with app.app_context():
        row = db.session.get_one(Escalation, number)
        ladder_service.withdraw(row, "Het is al opgelost.", actor=member(), at=now())
        _write_on(db.session.get_one(Report, row.report_id))
    assert "Het is al opgelost." in second.get(url).text
    assert "Het is al opgelost." not in first.get(url).text
    assert not _reads_later(second, url)


def test_a_consult_that_was_answered(app: Flask, sign_in: SignIn, team: FlaskClient) -> None:
    with app.app_context():
        consult = consult_makers.case_consult()
        report, number = db.session.get_one(Report, consult.report_id), consult.id
        _write_on(report)
    lars, url = sign_in(email=consult_makers.LARS), f"/aanjaagteam/meedenken/{number}"
    assert _reads_later(lars, url)
    with app.app_context():
        row, who = db.session.get_one(Consult, number), consult_makers.official(consult_makers.LARS)
        consult_service.answer(row, "Ja, zonder aanvraag.", actor=who, at=now())
        db.session.commit()
    assert not _reads_later(lars, url)
    assert "Ja, zonder aanvraag." in lars.get(url).text
    assert _reads_later(team, url)


def test_a_process_that_was_mended(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        report, owner = report_in(State.TAKEN_UP, is_public=False), official(CLERK)
        fix = service.ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", owner.id, date(2027, 2, 1))
        service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=now())
        number = report.id
        _write_on(report)
    clerk, url = sign_in(email=CLERK), ASKED.format(number)
    assert _reads_later(clerk, url)
    with app.app_context():
        report = db.session.get_one(Report, number)
        checks.finish_process(report, "Er is één loket.", report.revision, actor=official(CLERK), at=now())
        db.session.commit()
    assert not _reads_later(clerk, url)
    assert "Eén loket." in clerk.get(url).text
