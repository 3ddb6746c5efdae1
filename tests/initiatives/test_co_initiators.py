"""Writing together: invite, accept or decline, leave, the number the by-law asks, and another author."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event
from civic.initiatives import service as initiatives
from civic.initiatives.models import CoInitiator, Initiative
from civic.initiatives.service import people as service
from civic.initiatives.states import WithdrawReason
from civic.initiatives.states.people import CO_ROLES, CO_TRANSITIONS, CoAction, CoState
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user
from tests.initiatives.factories import TAB, author, draft, form_values, mails, published
from tests.initiatives.test_doors import by_law

PIET = "piet@example.nl"


def piet() -> User:
    return make_user(email=PIET, name="Piet Smit")


def invited(initiative: Initiative | None = None, address: str = PIET) -> CoInitiator:
    initiative = initiative or draft(NOW)
    row = service.invite(initiative, "Piet", address, actor=author(), at=NOW)
    db.session.commit()
    return row


def accepted(initiative: Initiative | None = None, shows_name: bool = True) -> CoInitiator:
    row = invited(initiative)
    service.accept(row, "Piet Smit", shows_name, actor=piet(), at=NOW)
    db.session.commit()
    return row


def _state(app: Flask, number: int) -> CoState:
    with app.app_context():
        return db.session.get_one(CoInitiator, number).state


def test_every_move_has_a_role_and_every_state_can_be_reached() -> None:
    assert {action for _state, action in CO_TRANSITIONS} == set(CO_ROLES) == set(CoAction)
    assert set(CO_TRANSITIONS.values()) == set(CoState)


def test_invite_accept_and_write(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft(NOW).id
    owner = sign_in(email=OWNER_EMAIL)
    url = f"/initiatieven/{number}/schrijvers"
    assert owner.post(f"{url}/uitnodigen", data={"name": "Piet", "email": PIET}).status_code == 303
    assert "Nog geen antwoord" in owner.get(url).text
    with app.app_context():
        mail = mails("co_initiator_invited")[0]
        row = db.session.scalars(db.select(CoInitiator)).one()
        link, co_id = f"/initiatieven/uitnodiging/{service.token_of(row)}", row.id
        assert mail.address == PIET
        assert link in (mail.text or "")
        assert PIET not in (row.email_sealed or "")
    page = client.get(link).text
    assert "Bomen op het plein" in page
    assert "Log in om ja te zeggen" in page
    yes = {"antwoord": "ja", "name": "Piet Smit", "shows_name": "y"}
    assert client.post(link, data=yes).status_code == 409
    assert sign_in().post(link, data=yes).status_code == 409, "another mailbox"
    other = sign_in(email=PIET, name="Piet Smit")
    assert link in other.get("/initiatieven/mijn").text
    assert other.post(link, data={"antwoord": "ja", "name": ""}).status_code == 422
    assert [other.post(link, data=yes).status_code for _ in range(2)] == [303, 303]
    assert _state(app, co_id) is CoState.ACCEPTED
    assert other.get(f"/initiatieven/{number}/bewerken").status_code == 200
    assert "U schrijft mee" in other.get("/initiatieven/mijn").text
    with app.app_context():
        assert [one.address for one in mails("co_initiator_accepted")] == [OWNER_EMAIL]
        actions = db.session.scalars(db.select(Event.action).where(Event.subject_id == number)).all()
        assert {"invite", "co_accept"} <= set(actions)


def test_who_writes_along_sees_no_facts_of_the_author_and_may_not_decide(app: Flask, sign_in) -> None:
    with app.app_context():
        row = accepted()
        number = row.initiative_id
        form = form_values(db.session.get_one(Initiative, number), author_name="Hack", title="Van Piet")
    other = sign_in(email=PIET)
    page = other.get(f"/initiatieven/{number}/bewerken").text
    assert "8232 AB" not in page
    assert "8232 AB" not in other.get(f"/initiatieven/{number}/controleren").text
    assert other.post(f"/initiatieven/{number}/bewerken", data=form).status_code == 303
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert (initiative.title, initiative.author_name) == ("Van Piet", "Eva Eigenaar")
        revision = initiative.revision
    for path, data in (
        ("weggooien", {}),
        ("publiceren", {"consents": "y", "revision": str(revision)}),
        ("schrijvers/uitnodigen", {"name": "Jan", "email": "jan@example.nl"}),
        (f"schrijvers/{row.id}/verwijderen", {}),
        (f"schrijvers/{row.id}/overdragen", {}),
        ("toestemming", {"email": "x@example.nl"}),
    ):
        assert other.post(f"/initiatieven/{number}/{path}", data=data).status_code == 403, path


def test_two_writers_in_two_tabs_do_not_overwrite_each_other(app: Flask, sign_in) -> None:
    with app.app_context():
        number = accepted().initiative_id
        form = form_values(db.session.get_one(Initiative, number))
    theirs = {**form, "tab": "b" * 32, "title": "Van Piet"}
    assert sign_in(email=PIET).post(f"/initiatieven/{number}/bewaren", data=theirs).status_code == 303
    mine = sign_in(email=OWNER_EMAIL).post(
        f"/initiatieven/{number}/bewerken", data={**form, "tab": TAB[:-1] + "c", "title": "Van Eva"}
    )
    assert mine.status_code == 409
    assert "Van Eva" in mine.text
    with app.app_context():
        assert db.session.get_one(Initiative, number).title == "Van Piet"


def test_names_only_with_consent_and_gone_at_once(app: Flask, client, sign_in) -> None:
    with app.app_context():
        initiative = published(NOW)
        number = accepted(initiative, shows_name=False).initiative_id
    other, page = sign_in(email=PIET), f"/initiatieven/{number}"
    assert "Piet Smit" not in client.get(page).text
    other.post(f"{page}/schrijvers/naam", data={"shows_name": "y"})
    assert "Samen met Piet Smit." in client.get(page).text
    assert other.get(f"{page}/schrijvers/stoppen").status_code == 200
    assert other.post(f"{page}/schrijvers/stoppen").status_code == 303
    assert "Piet Smit" not in client.get(page).text
    assert other.post(f"{page}/schrijvers/stoppen").status_code == 403
    assert other.get(f"{page}/schrijvers").status_code == 403
    with app.app_context():
        assert [one.address for one in mails("co_initiator_left")] == [OWNER_EMAIL]


def test_decline_needs_no_account_and_the_author_takes_back(app: Flask, client, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW)
        row, taken = invited(initiative), invited(initiative, "jan@example.nl")
        link, url = (
            f"/initiatieven/uitnodiging/{service.token_of(row)}",
            f"/initiatieven/{initiative.id}/schrijvers",
        )
        other_link = f"/initiatieven/uitnodiging/{service.token_of(taken)}"
    assert [client.post(link, data={"antwoord": "nee"}).status_code for _ in range(2)] == [303, 303]
    assert _state(app, row.id) is CoState.DECLINED
    assert sign_in(email=PIET).post(link, data={"antwoord": "ja", "name": "P"}).status_code == 409
    owner = sign_in(email=OWNER_EMAIL)
    removals = [owner.post(f"{url}/{taken.id}/verwijderen").status_code for _ in range(2)]
    assert removals == [303, 303]
    assert client.get(other_link).status_code == 404
    assert owner.post(f"{url}/uitnodigen", data={"name": "Piet", "email": PIET}).status_code == 303
    assert _state(app, row.id) is CoState.INVITED, "asked again, the same row"
    assert client.get("/initiatieven/uitnodiging/onbekend").status_code == 404
    assert client.get(f"{url}/uitnodigen").status_code == 405


def test_whom_one_cannot_invite(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW)
        number = accepted(initiative).initiative_id
    owner, url = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}/schrijvers/uitnodigen"
    for address, sentence in ((OWNER_EMAIL, "eigen mailadres"), (PIET, "schrijft al mee"), ("x", "naam@")):
        page = owner.post(url, data={"name": "X", "email": address})
        assert page.status_code == 422
        assert sentence in page.text
    assert owner.post(url, data={"name": "x" * 81, "email": ""}).status_code == 422
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        for one in range(8):
            service.invite(initiative, f"P{one}", f"p{one}@example.nl", actor=author(), at=NOW)
        with pytest.raises(Invalid, match="invalid"):
            service.invite(initiative, "Tien", "tien@example.nl", actor=author(), at=NOW)


def test_the_by_law_asks_more_than_one(app: Flask, sign_in) -> None:
    with app.app_context():
        by_law(minimum_initiators=2)
        initiative = draft(NOW)
        number, revision = initiative.id, initiative.revision
        with pytest.raises(Invalid):
            initiatives.publish(initiative, revision, actor=author(), at=NOW)
        db.session.rollback()
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").text
    assert "minstens 2 mensen" in page
    assert "Zet online" not in page
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        accepted(initiative)
        initiatives.publish(initiative, initiative.revision, actor=author(), at=NOW)
        db.session.commit()
        assert initiative.published_at is not None


def test_another_author_only_by_consent(app: Flask, client, sign_in) -> None:
    with app.app_context():
        row = accepted(published(NOW))
        number, co_id = row.initiative_id, row.id
    owner, other = sign_in(email=OWNER_EMAIL), sign_in(email=PIET)
    url = f"/initiatieven/{number}/schrijvers/{co_id}"
    assert other.post(f"{url}/overnemen", data={"consents": "y"}).status_code == 303
    assert owner.post(f"{url}/overdragen").status_code == 303
    assert owner.post(f"{url}/overnemen", data={"consents": "y"}).status_code == 303, "nothing happens"
    assert other.get(f"{url}/overnemen").status_code == 200
    assert other.post(f"{url}/overnemen", data={"antwoord": "nee"}).status_code == 303
    owner.post(f"{url}/overdragen")
    assert other.post(f"{url}/overnemen", data={}).status_code == 422
    with app.app_context():
        assert db.session.get_one(Initiative, number).author_id == author().id
    assert other.post(f"{url}/overnemen", data={"consents": "y", "antwoord": "ja"}).status_code == 303
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert (initiative.author_id, initiative.author_name) == (piet().id, "Piet Smit")
        assert initiative.author_postcode is None
        assert db.session.get_one(CoInitiator, co_id).user_id == author().id
    assert owner.post(f"/initiatieven/{number}/intrekken", data={"reason": "solved"}).status_code == 403
    assert "Van Piet Smit" in client.get(f"/initiatieven/{number}").text


def test_foreign_numbers_and_strangers(app: Flask, client, sign_in) -> None:
    with app.app_context():
        row, mine = invited(), draft(NOW)
        foreign = f"/initiatieven/{mine.id}/schrijvers/{row.id}"
        own = f"/initiatieven/{row.initiative_id}/schrijvers"
    owner = sign_in(email=OWNER_EMAIL)
    assert owner.post(f"{foreign}/verwijderen").status_code == 404
    assert owner.post(f"{foreign}/overdragen").status_code == 404
    assert client.get(own).status_code == 302
    assert sign_in().get(own).status_code == 403
    with app.app_context(), pytest.raises(NotAllowedNow):
        service.ask_hand_over(db.session.get_one(CoInitiator, row.id), actor=author(), at=NOW)


def test_writers_may_send_it_to_the_council(app: Flask, sign_in) -> None:
    from tests.initiatives.test_council import address, enough

    with app.app_context():
        place: Any = enough()
        accepted(db.session.get_one(Initiative, place.initiative_id))
        url = address(place, "indienen")
    assert sign_in().post(url).status_code == 403
    assert sign_in(email=PIET).post(url).status_code == 303


def test_names_go_two_years_after_the_end_and_invitations_after_a_month(app: Flask) -> None:
    with app.app_context():
        ended, running = accepted(published(NOW)), accepted(published(NOW))
        waiting = invited(draft(NOW), "jan@example.nl").id
        initiatives.withdraw(
            service.initiative_of(ended), WithdrawReason.SOLVED, actor=author(), at=NOW + timedelta(days=2)
        )
        db.session.commit()
        ids = ended.id, running.id
        apply_retention(NOW + timedelta(days=31))
        assert db.session.get(CoInitiator, waiting) is None
        apply_retention(NOW + timedelta(days=2 * 365 + 3))
        db.session.expire_all()
        names = [db.session.get_one(CoInitiator, number).name for number in ids]
        assert names == [None, "Piet Smit"]
