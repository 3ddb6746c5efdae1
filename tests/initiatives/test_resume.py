"""A mailed link back to a draft: it shows the way, and signs nobody in."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from flask import Flask

from civic.db import db
from civic.initiatives.models import (
    CoInitiator,
    GuardianConsent,
    Initiative,
    InitiativeChallenge,
    KeptStart,
    ResumeLink,
)
from civic.initiatives.service import Edit, consent, doors, kinds, people
from civic.initiatives.states import InitiativeKind
from civic.initiatives.states.people import AgeBand
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import TAB, author, draft, form_values, mails, published


def _mail_link(app: Flask, client, number: int, **changes: str):
    with app.app_context():
        form = form_values(db.session.get_one(Initiative, number), **changes)
    return client.post(f"/initiatieven/{number}/link", data=form)


def _link(app: Flask) -> str:
    with app.app_context():
        text = mails("initiative_resume")[-1].text or ""
        found = re.search(r"/initiatieven/verder/(\S+)", text)
        assert found
        token = found[1]
        assert token not in db.session.scalars(db.select(ResumeLink.token_hash)).all()
        return f"/initiatieven/verder/{token}"


def test_what_was_typed_is_kept_and_a_link_is_mailed(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft(NOW).id
    owner = sign_in(email=OWNER_EMAIL)
    assert _mail_link(app, owner, number, title="Net getypt").status_code == 303
    with app.app_context():
        assert db.session.get_one(Initiative, number).title == "Net getypt"
        assert [one.address for one in mails("initiative_resume")] == [OWNER_EMAIL]
    link = _link(app)
    page = client.get(link)
    assert page.status_code == 200
    assert "Net getypt" not in page.text
    assert f"/inloggen?verder=/initiatieven/{number}/bewerken" in page.text
    assert owner.get(link).location.endswith(f"/initiatieven/{number}/bewerken")
    assert "ander mailadres" in sign_in().get(link).text


def test_the_newest_link_works_for_a_week(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft(NOW).id
    owner = sign_in(email=OWNER_EMAIL)
    _mail_link(app, owner, number)
    old = _link(app)
    _mail_link(app, owner, number)
    assert client.get(old).status_code == 404
    new = _link(app)
    with time_machine.travel(NOW + timedelta(days=6, hours=23)):
        assert client.get(new).status_code == 200
    with time_machine.travel(NOW + timedelta(days=7, minutes=5)):
        page = client.get(new)
    assert page.status_code == 404
    assert "Uw concept is niet weg" in page.text
    assert client.get("/initiatieven/verder/geraden").status_code == 404


def test_for_writers_of_a_draft_only(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number, online = draft(NOW).id, published(NOW).id
    assert _mail_link(app, client, number).status_code == 302
    assert _mail_link(app, sign_in(), number).status_code == 403
    assert _mail_link(app, sign_in(email=OWNER_EMAIL), online).status_code == 409
    assert sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/link").status_code == 405


def test_eleven_links_a_day_are_too_many(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft(NOW).id
    owner = sign_in(email=OWNER_EMAIL)
    sent = [_mail_link(app, owner, number).status_code for _ in range(11)]
    assert sent == [303] * 10 + [429]


def test_kept_answers_go_after_a_day(app: Flask) -> None:
    with app.app_context():
        token = doors.keep(doors.Beginning("Schaduw 🌳"), network="test", at=NOW)
        db.session.commit()
        row = doors.find_kept(token, NOW)
        assert row is not None
        assert doors.answers_of(row).wish == "Schaduw 🌳"
        later = NOW + timedelta(days=1, minutes=1)
        assert doors.find_kept(token, later) is None
        apply_retention(later)
        assert db.session.scalar(db.select(db.func.count()).select_from(KeptStart)) == 0


def test_throwing_a_draft_away_takes_everything_along(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW, age_band=AgeBand.FROM_16, kind=InitiativeKind.RIGHT_TO_CHALLENGE)
        people.invite(initiative, "Piet", "piet@example.nl", actor=author(), at=NOW)
        consent.ask(initiative, "ouder@example.nl", actor=author(), at=NOW)
        edit = Edit(initiative.revision, TAB)
        kinds.save_challenge(initiative, kinds.ChallengeAnswers(task="Groen"), edit, at=NOW)
        doors.send_link(initiative, actor=author(), at=NOW)
        db.session.commit()
        number = initiative.id
    owner = sign_in(email=OWNER_EMAIL)
    assert owner.post(f"/initiatieven/{number}/weggooien").status_code == 303
    with app.app_context():
        for kind in (Initiative, CoInitiator, GuardianConsent, InitiativeChallenge, ResumeLink):
            assert db.session.scalar(db.select(db.func.count()).select_from(kind)) == 0, kind
