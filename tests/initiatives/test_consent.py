"""Young authors: an age band, one mail to a parent or guardian, one button; nothing is taken over."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from civic.db import db
from civic.events.models import Event
from civic.initiatives import service as initiatives
from civic.initiatives.models import GuardianConsent, Initiative
from civic.initiatives.service import consent as service
from civic.initiatives.states import State
from civic.initiatives.states.people import CONSENT_TRANSITIONS, AgeBand, ConsentState
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import author, draft, mails

PARENT = "ouder@example.nl"


def young(band: AgeBand = AgeBand.FROM_16) -> Initiative:
    return draft(NOW, age_band=band)


def asked(initiative: Initiative) -> str:
    """The address of the page for the guardian."""
    row = service.ask(initiative, PARENT, actor=author(), at=NOW)
    db.session.commit()
    return f"/initiatieven/toestemming/{service.token_of(row)}"


def test_every_state_can_be_reached() -> None:
    assert set(CONSENT_TRANSITIONS.values()) | {ConsentState.ASKED} == set(ConsentState)


def test_publication_waits_and_says_so(app: Flask, client, sign_in) -> None:
    with app.app_context():
        initiative = young()
        number, revision = initiative.id, str(initiative.revision)
    owner, base = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}"
    assert "Vraag eerst toestemming" in owner.get(f"{base}/controleren").text
    publish = {"consents": "y", "revision": revision}
    assert owner.post(f"{base}/publiceren", data=publish).status_code == 422
    assert owner.post(f"{base}/toestemming", data={"email": "x"}).status_code == 422
    own = owner.post(f"{base}/toestemming", data={"email": OWNER_EMAIL})
    assert "eigen mailadres" in own.text
    assert owner.post(f"{base}/toestemming", data={"email": PARENT}).status_code == 303
    assert "We wachten op antwoord" in owner.get(f"{base}/toestemming").text
    with app.app_context():
        mail = mails("guardian_consent")[0]
        row = db.session.scalars(db.select(GuardianConsent)).one()
        link = f"/initiatieven/toestemming/{service.token_of(row)}"
        assert (mail.address, PARENT in (row.email_sealed or "")) == (PARENT, False)
        assert link in (mail.text or "")
    assert "Geeft u toestemming?" in client.get(link).text
    with app.app_context():
        asked_still = db.session.scalars(db.select(GuardianConsent)).one()
        assert asked_still.state is ConsentState.ASKED, "looking is not saying yes"
    assert [client.post(link, data={"antwoord": "ja"}).status_code for _ in range(2)] == [303, 303]
    assert owner.post(f"{base}/publiceren", data=publish).status_code == 303
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.state is State.COLLECTING
        assert initiative.author_id == author().id, "it stays the young author's"
        assert [one.address for one in mails("consent_answered")] == [OWNER_EMAIL]
        found = db.session.scalars(db.select(Event.action).where(Event.action.like("%consent"))).all()
        assert sorted(found) == ["ask_consent", "give_consent"]


def test_a_yes_can_be_taken_back_and_the_name_goes(app: Flask, client) -> None:
    with app.app_context():
        initiative = young()
        link, number = asked(initiative), initiative.id
        client.post(link, data={"antwoord": "ja"})
        db.session.expire_all()
        initiatives.publish(initiative, initiative.revision, actor=author(), at=NOW)
        db.session.commit()
    assert "Van Eva Eigenaar" in client.get(f"/initiatieven/{number}").text
    assert [client.post(link, data={"antwoord": "nee"}).status_code for _ in range(2)] == [303, 303]
    assert "Eva Eigenaar" not in client.get(f"/initiatieven/{number}").text
    assert "U geeft geen toestemming" in client.get(link).text


def test_another_address_asks_anew_and_ends_the_old_link(app: Flask, client) -> None:
    with app.app_context():
        initiative = young()
        old, number = asked(initiative), initiative.id
        client.post(old, data={"antwoord": "nee"})
        db.session.expire_all()
        row = service.ask(db.session.get_one(Initiative, number), "voogd@example.nl", actor=author(), at=NOW)
        db.session.commit()
        assert row.state is ConsentState.ASKED
    assert client.get(old).status_code == 404
    assert client.post(old, data={"antwoord": "ja"}).status_code == 404


def test_adults_are_not_asked_and_others_kept_out(app: Flask, client, sign_in) -> None:
    with app.app_context():
        grown, number = draft(NOW).id, young().id
    assert sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{grown}/toestemming").status_code == 409
    assert sign_in().get(f"/initiatieven/{number}/toestemming").status_code == 403
    assert client.get(f"/initiatieven/{number}/toestemming").status_code == 302


def test_too_young_for_the_by_law_whatever_was_ticked(app: Flask, sign_in) -> None:
    with app.app_context():
        number = young(AgeBand.FROM_12).id
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").text
    assert "Vraag iemand in uw familie of buurt" in page


def test_the_age_is_asked_and_goes_with_the_postcode(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW, age_band=None)
        assert initiatives.missing(initiative) == {"age_band": ["Kies hoe oud u bent."]}
        initiative.age_band = AgeBand.ADULT
        initiatives.publish(initiative, initiative.revision, actor=author(), at=NOW)
        db.session.commit()
        number = initiative.id
        apply_retention(NOW + timedelta(days=366))
        db.session.expire_all()
        assert db.session.get_one(Initiative, number).age_band is None


def test_six_mails_are_too_many(app: Flask, sign_in) -> None:
    with app.app_context():
        number = young().id
    owner = sign_in(email=OWNER_EMAIL)
    sent = [
        owner.post(f"/initiatieven/{number}/toestemming", data={"email": PARENT}).status_code
        for _ in range(6)
    ]
    assert sent == [303] * 5 + [429]
