"""What an attacker tried against the parts of issue 6, once; each of these worked before it was repaired."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from civic.accounts.models import User
from civic.accounts.service import my_data
from civic.accounts.states import Role
from civic.db import committing, db, now
from civic.errors import TooMany
from civic.initiatives import service
from civic.initiatives.models import CoInitiator, GuardianConsent, Initiative
from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.service import consent, desk, desk_stops, merge, people, privacy, talk
from civic.initiatives.service import follow as following
from civic.initiatives.states import RefuseReason, State
from civic.initiatives.states.desk import HideReason
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.initiatives.states.people import AgeBand
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user
from tests.files.samples import image
from tests.initiatives.desk_makers import GRIFFIER, by_law, griffier, offered
from tests.initiatives.factories import author, draft, mails, published
from tests.initiatives.merge_factories import TEXT, agreed, bert, his, proposed
from tests.initiatives.test_co_initiators import accepted
from tests.initiatives.test_consent import young

SECRET = "Bomen op het plein"  # the title, with something in it that had to go


def _hide(initiative: Initiative, at: Any = None) -> None:
    why = "Er staat een adres in."
    desk_stops.hide(initiative, HideReason.PERSONAL_DATA, why, actor=griffier(), at=at or now())
    db.session.commit()


# --- what was taken off the site, or never came on it ---------------------------------------------------


def test_no_sheet_to_print_of_a_hidden_page(app: Flask, client) -> None:
    with app.app_context():
        initiative = published()
        _hide(initiative)
        number = initiative.id
    answer = client.get(f"/initiatieven/{number}/steunlijst.pdf")
    assert (answer.status_code, answer.location) == (302, f"/initiatieven/{number}"), (
        "which says that it is gone"
    )


def test_no_sheet_to_print_of_a_draft(app: Flask, client) -> None:
    with app.app_context():
        number = draft().id
    assert client.get(f"/initiatieven/{number}/steunlijst.pdf").status_code == 404


def test_what_was_not_placed_keeps_its_files_from_the_public(app: Flask, sign_in, client) -> None:
    with app.app_context():
        number = draft().id
    owner = sign_in(email=OWNER_EMAIL)
    data = {"description": "Een foto van de buurman", "file": (BytesIO(image()), "foto.jpg")}
    assert owner.post(f"/initiatieven/{number}/bijlagen", data=data).status_code == 303
    with app.app_context():
        by_law()
        initiative = db.session.get_one(Initiative, number)
        desk.offer(initiative, initiative.revision, actor=author(), at=now())
        desk.refuse(
            initiative, initiative.revision, RefuseReason.EXCLUDED, "Kan niet.", actor=griffier(), at=now()
        )
        db.session.commit()
        file_id = db.session.scalars(db.select(InitiativeAttachment.id)).one()
    url = f"/initiatieven/{number}/bijlagen/{file_id}"
    assert client.get(f"/initiatieven/{number}").status_code == 200, "title and reason are public"
    assert client.get(url).status_code == 404
    found = owner.get(url)
    assert (found.status_code, found.headers["Cache-Control"]) == (200, "private, no-store")
    office = sign_in(email=GRIFFIER)
    assert office.get(url).status_code == 200, "who judged it can still see what was judged"


def test_a_hidden_title_is_not_on_the_page_of_what_it_merged_into(app: Flask, client) -> None:
    with app.app_context():
        proposal = agreed()
        new_id, old = proposal.new_id, db.session.get_one(Initiative, proposal.source_id)
        old_id = old.id
        _hide(old)
    page = client.get(f"/initiatieven/{new_id}").text
    assert SECRET not in page
    assert f"/initiatieven/{old_id}" not in page
    assert "Meer groen" in page, "the other one is still there"


def test_a_hidden_title_is_not_in_what_i_follow(app: Flask, client) -> None:
    with app.app_context():
        initiative = published()
        subject = Subject(FollowScope.INITIATIVE, initiative_id=initiative.id)
        follower = following.follow_at_once(subject, Rhythm.WEEKLY, actor=bert(), at=now())
        following.ask(subject, "ander@example.nl", Rhythm.WEEKLY, at=now())
        db.session.commit()
        token = following.manage_token(follower, now())
        confirm = (mails("follow_confirm")[0].text or "").split("/volgen/bevestigen/")[1].split()[0]
        _hide(initiative)
    for url in (f"/volgen/mijn/{token}", f"/volgen/bevestigen/{confirm}"):
        answer = client.get(url)
        assert (answer.status_code, SECRET in answer.text) == (200, False), url


# --- what a parent or guardian decided ------------------------------------------------------------------


def _young_and_online() -> Initiative:
    initiative = young(AgeBand.FROM_16)
    consent.give(consent.ask(initiative, "ouder@example.nl", actor=author(), at=NOW), at=NOW)
    service.publish(initiative, initiative.revision, actor=author(), at=NOW)
    db.session.commit()
    return initiative


def test_a_name_that_a_guardian_took_off_stays_off(app: Flask, sign_in, client, clock) -> None:
    with app.app_context():
        initiative = _young_and_online()
        consent.withdraw(initiative.consent, at=NOW)
        db.session.commit()
        number = initiative.id
    owner = sign_in(email=OWNER_EMAIL)
    assert owner.post(f"/initiatieven/{number}/naam/terug").status_code == 409
    assert "Eva Eigenaar" not in client.get(f"/initiatieven/{number}").text
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert privacy.can_show_again(initiative, NOW) is False
        consent.give(initiative.consent, at=NOW + timedelta(days=1))
        assert privacy.can_show_again(initiative, NOW + timedelta(days=1)) is True


def test_the_link_of_a_guardian_keeps_working_once_it_is_online(app: Flask, sign_in, client) -> None:
    """Another address makes another link; the one who said yes could then no longer take it back."""
    with app.app_context():
        initiative = _young_and_online()
        number, link = initiative.id, f"/initiatieven/toestemming/{consent.token_of(initiative.consent)}"
    owner = sign_in(email=OWNER_EMAIL)
    url = f"/initiatieven/{number}/toestemming"
    assert owner.post(url, data={"email": "vriend@example.nl"}).status_code == 409
    assert client.post(link, data={"antwoord": "nee"}).status_code == 303
    assert owner.post(url, data={"email": "vriend@example.nl"}).status_code == 409, "nor after a no"
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("is_first", [True, False])
def test_merging_does_not_bring_back_the_name(app: Flask, client, is_first: bool) -> None:
    """The guardian says no before the two texts became one, or after it: the name is off both pages."""
    with app.app_context():
        source, target = _young_and_online(), his(NOW)
        row = source.consent
        assert row is not None
        proposal = merge.propose(source, target, TEXT, actor=author(), at=NOW)
        if is_first:
            consent.withdraw(row, at=NOW)
        db.session.commit()
        merge.agree(proposal, 1, actor=bert(), at=NOW)
        if not is_first:
            consent.withdraw(row, at=NOW)
        db.session.commit()
        new = db.session.get_one(Initiative, proposal.new_id)
        assert new.shown_author is None


# --- mail that nobody asked for -------------------------------------------------------------------------


def test_asking_to_take_over_does_not_flood_a_mailbox(app: Flask) -> None:
    with app.app_context():
        one = accepted()
        for minute in range(5):
            people.ask_hand_over(one, actor=author(), at=NOW + timedelta(minutes=minute))
        with pytest.raises(TooMany):
            people.ask_hand_over(one, actor=author(), at=NOW + timedelta(hours=1))
        assert len(mails("hand_over_asked")) <= 5


def test_changing_a_joint_text_does_not_flood_a_mailbox(app: Flask) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        for minute in range(40):
            at = NOW + timedelta(minutes=minute)
            merge.edit(proposal, TEXT, proposal.revision, actor=author(), at=at)
        db.session.commit()
        assert proposal.revision == 41, "writing is not limited"
        assert len(mails("merge_changed")) <= 10


def test_offering_again_and_again_does_not_flood_the_desk(app: Flask) -> None:
    with app.app_context():
        initiative = offered(NOW)
        by_law()
        griffier()

        def again(minute: int) -> None:
            at = NOW + timedelta(minutes=minute)
            desk.take_back(initiative, actor=author(), at=at)
            initiative.revision += 1  # as saving a word does
            desk.offer(initiative, initiative.revision, actor=author(), at=at)

        for minute in range(1, 10):
            again(minute)
        with pytest.raises(TooMany):
            again(30)
        assert len(mails("initiative_offered")) <= 10


def test_waiting_comments_do_not_flood_the_moderators(app: Flask) -> None:
    with app.app_context():
        griffier()
        initiative = published(NOW)
        for number in range(30):
            at = NOW + timedelta(days=8, minutes=2 * number)
            said = talk.Words("Spam", f"Kijk op www.voorbeeld.nl/{number}")
            talk.post(initiative, said, None, actor=bert(), at=at)
        db.session.commit()
        assert 1 <= len(mails("comment_waits")) <= 10


# --- an official with a wish of their own ---------------------------------------------------------------


def test_nobody_places_what_they_wrote(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = offered()
        number, revision = initiative.id, initiative.revision
    owner = sign_in(Role.COUNCIL_OFFICE, email=OWNER_EMAIL, code="GM0995")
    for step in ("plaatsen", "terugvragen", "niet-plaatsen"):
        answer = owner.post(f"/initiatieven/{number}/griffie/{step}", data={"revision": str(revision)})
        assert answer.status_code == 403, step
    assert owner.get(f"/initiatieven/{number}").status_code == 200, "the writer still sees it"
    with app.app_context():
        assert db.session.get_one(Initiative, number).state is State.OFFERED


# --- strange input --------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:00:00+00:00", "0001-01-02"])
def test_the_ends_of_time_are_no_condition(app: Flask, sign_in, moment: str) -> None:
    with app.app_context():
        number = published().id
    office = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    for page in ("uit-de-telling", "regels"):
        for name in ("van", "tot"):
            answer = office.get(f"/initiatieven/{number}/steun/{page}", query_string={name: moment})
            assert answer.status_code == 200, (page, name)


# --- twice at the same moment ---------------------------------------------------------------------------


def _at_once(clients: list[Any], url: str, data: dict[str, str]) -> list[int]:
    barrier, found = threading.Barrier(len(clients)), [0] * len(clients)

    def press(number: int) -> None:
        barrier.wait(timeout=60)
        found[number] = clients[number].post(url, data=data).status_code

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_pressing_three_times_at_once_asks_one_person(app: Flask, sign_in) -> None:
    with app.app_context():
        number = young().id
    owners = [sign_in(email=OWNER_EMAIL) for _ in range(3)]
    base, data = f"/initiatieven/{number}", {"name": "Piet", "email": "piet@example.nl"}
    assert _at_once(owners, f"{base}/schrijvers/uitnodigen", data) == [303] * 3
    assert _at_once(owners, f"{base}/toestemming", {"email": "ouder@example.nl"}) == [303] * 3
    with app.app_context():
        for kind in (CoInitiator, GuardianConsent):
            assert db.session.scalar(db.select(db.func.count()).select_from(kind)) == 1


def test_asking_to_be_erased_in_two_tabs_is_once(app: Flask) -> None:
    with app.app_context():
        number = make_user(email="weg@example.nl").id
        db.session.commit()
    barrier, found = threading.Barrier(2), []

    def ask() -> None:
        with app.app_context(), committing():
            user = db.session.get_one(User, number)
            barrier.wait(timeout=60) if db.engine.dialect.name == "postgresql" else None
            my_data.ask_erasure(user, at=now())
            found.append(number)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [number] * 2
