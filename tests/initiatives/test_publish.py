from __future__ import annotations

from flask import Flask

from civic.db import db
from civic.events.models import Deadline, Event, Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.states import State
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import DECLARED, author, draft, mails, published


def _post(client, number: int, revision: int = 2, **changes: str):
    return client.post(
        f"/initiatieven/{number}/publiceren", data={"consents": "y", "revision": str(revision), **changes}
    )


def _draft(app: Flask, **changes) -> int:
    with app.app_context():
        return draft(**changes).id


def test_check_shows_answers_rules_and_the_support_that_is_needed(app: Flask, sign_in) -> None:
    number = _draft(app)
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").get_data(as_text=True)
    assert f"/initiatieven/{number}/bewerken#plan" in page
    assert "U bent 16 jaar of ouder." in page
    assert "<strong>100 steunbetuigingen</strong>" in page
    assert "6 maanden" in page
    assert "standaardregels" in page
    assert "Zet online" in page


def test_publish_fixes_rules_threshold_and_promise(app: Flask, sign_in) -> None:
    number = _draft(app)
    assert _post(sign_in(email=OWNER_EMAIL), number).status_code == 303
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.state is State.COLLECTING
        assert initiative.threshold == 100
        assert [one.rules.collection_months for one in initiative.places] == [6]
        assert initiative.published_at is not None
        promise = db.session.scalars(db.select(Deadline)).one()
        assert (promise.kind, promise.term, promise.is_public) == ("collection", "6 maanden", True)
        event = db.session.scalars(db.select(Event).where(Event.action == "publish")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data["threshold"] == 100
        assert [mail.address for mail in mails("initiative_published")] == [OWNER_EMAIL]


def test_a_district_needs_fewer(app: Flask) -> None:
    with app.app_context():
        assert published(NOW, is_district=True, district_name="Atolwijk").threshold == 34


def test_twice_is_once(app: Flask, sign_in) -> None:
    number, client = _draft(app), sign_in(email=OWNER_EMAIL)
    assert [_post(client, number).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).where(Event.action == "publish")) == 1
        assert len(mails("initiative_published")) == 1


def test_incomplete_or_against_the_rules_does_not_go_online(app: Flask, sign_in) -> None:
    client = sign_in(email=OWNER_EMAIL)
    incomplete = _draft(app, plan="")
    forbidden = _draft(app, confirmed_rules=tuple(code for code in DECLARED if code != "complaint"))
    elsewhere = _draft(app, author_postcode="1315 AB")
    for number, sentence in (
        (incomplete, "Vul in hoe uw plan eruitziet."),
        (forbidden, "klachtencoördinator"),
        (elsewhere, "Controleer uw postcode."),
    ):
        response = _post(client, number)
        assert response.status_code == 422
        assert sentence in response.get_data(as_text=True)
        with app.app_context():
            assert db.session.get_one(Initiative, number).state is State.DRAFT


def test_consent_is_asked(app: Flask, sign_in) -> None:
    number = _draft(app)
    response = _post(sign_in(email=OWNER_EMAIL), number, consents="")
    assert response.status_code == 422
    assert "Kruis aan dat u dit goed vindt." in response.get_data(as_text=True)


def test_a_text_that_changed_after_the_check_is_shown_again(app: Flask, sign_in) -> None:
    number = _draft(app)
    response = _post(sign_in(email=OWNER_EMAIL), number, revision=1)
    assert response.status_code == 409
    assert "intussen veranderd" in response.get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Initiative, number).state is State.DRAFT


def test_strangers_anonymous_and_get(app: Flask, client, sign_in) -> None:
    number = _draft(app)
    assert _post(client, number).status_code == 302
    assert _post(sign_in(), number).status_code == 403
    assert sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/publiceren").status_code == 405


def test_an_author_without_an_address_gets_no_mail(app: Flask) -> None:
    with app.app_context():
        writer = author()
        writer.email = None
        db.session.commit()
        published(NOW)
        assert mails("initiative_published") == []
