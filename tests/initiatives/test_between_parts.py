"""What one part of the room leaves behind for another: pausing, the desk, writing together, keeping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import User
from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.events.jobs import notice_passed_deadlines
from civic.events.models import Deadline, DeadlinePause
from civic.events.queries import deadline_of
from civic.initiatives import jobs, service
from civic.initiatives.forms import SupportForm
from civic.initiatives.models import CoInitiator, Initiative, Support
from civic.initiatives.queries import collection_ends_on, place_names
from civic.initiatives.queries import desk_inbox as inbox
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.queries.seen import figures_per_municipality
from civic.initiatives.service import (
    consent,
    council,
    desk_care,
    desk_stops,
    fraud,
    kinds,
    merge,
    news,
    people,
    privacy,
    talk,
    talk_moderation,
)
from civic.initiatives.service import desk as at_desk
from civic.initiatives.service.privacy_data import _erase_written
from civic.initiatives.states import CouncilOutcome, InitiativeKind, State, SupportState, WithdrawReason
from civic.initiatives.states.desk import HideReason, PauseReason
from civic.initiatives.states.ledger import InvalidReason
from civic.initiatives.states.merge import MergeState
from civic.initiatives.states.people import AgeBand, CoState
from civic.initiatives.states.talk import ReportReason
from civic.jobs import declared_jobs
from civic.jobs.routes import TITLES
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.initiatives import access
from tests.initiatives.desk_makers import administrator, griffier, offered, returned
from tests.initiatives.factories import TAB, author, draft, mails, published, supported
from tests.initiatives.merge_factories import bert, his, proposed
from tests.initiatives.talk_factories import talked_about

LATER = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _failed(at: datetime) -> list[str]:
    return [f"{one.table}: {one.basis}" for one in apply_retention(at) if one.error]


# --- keeping --------------------------------------------------------------------------------------------


def test_who_withdraws_around_a_year_does_not_stop_the_cleaning() -> None:
    initiative = published(NOW)
    supported(initiative, 3, NOW)
    first, second, third = db.session.scalars(db.select(Support).order_by(Support.id))
    service.withdraw_support(first, at=NOW + timedelta(days=350))
    db.session.commit()
    assert _failed(NOW + timedelta(days=366)) == []
    service.withdraw_support(second, at=NOW + timedelta(days=370))  # the key was gone already
    db.session.commit()
    assert _failed(NOW + timedelta(days=371)) == []
    db.session.refresh(third)
    assert (third.person_key, third.name, third.state) == (None, None, SupportState.CONFIRMED)


def test_every_rule_can_be_carried_out_on_every_kind_of_row() -> None:
    """Whatever the rooms can make: no CHECK, no reference stands in the way of keeping a promise."""
    access.build()
    db.session.commit()
    for days in (40, 100, 366, 400, 800, 1900, 4000):
        assert _failed(now() + timedelta(days=days)) == []
    is_over = (Initiative.age_band.is_not(None), Initiative.closed_at.is_not(None))
    assert db.session.scalars(db.select(Initiative.id).where(*is_over)).all() == []
    kept = db.select(Support.person_key).where(Support.person_key.is_not(None))
    assert db.session.scalars(kept).all() == []


# --- pausing --------------------------------------------------------------------------------------------


def test_what_is_withdrawn_while_paused_is_over() -> None:
    initiative = published(NOW)
    desk_stops.pause_everything(actor=administrator(), at=NOW)
    service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=NOW + LATER)
    db.session.commit()
    assert initiative.paused_at is None
    assert db.session.scalars(db.select(DeadlinePause).where(DeadlinePause.until_at.is_(None))).all() == []
    assert desk_stops.resume_everything(actor=administrator(), at=NOW + 2 * LATER) == 0
    assert mails("initiative_resumed") == []


def test_what_is_off_the_site_does_not_run_out() -> None:
    initiative = published(NOW)
    day = collection_ends_on(initiative)
    desk_stops.hide(initiative, HideReason.INSULT, "Haal dat weg.", actor=griffier(), at=NOW)
    db.session.commit()
    jobs.expire_collections(NOW + timedelta(days=2000))
    assert initiative.state is State.COLLECTING
    desk_stops.show_again(initiative, actor=griffier(), at=NOW + timedelta(days=10))
    new_day = collection_ends_on(initiative)
    assert initiative.paused_at is None
    assert day is not None
    assert new_day is not None
    assert (new_day - day).days >= 10


def test_enough_while_paused_gives_the_time_back_as_well() -> None:
    """Paper is checked while nobody can sign: the pause goes on, and ends as any other."""
    initiative = published(NOW)
    day = collection_ends_on(initiative)
    desk_stops.pause_everything(actor=administrator(), at=NOW)
    supported(initiative, initiative.threshold or 0, NOW + LATER)
    assert initiative.state is State.THRESHOLD_REACHED
    assert desk_stops.resume_everything(actor=administrator(), at=NOW + timedelta(days=10)) == 1
    new_day = collection_ends_on(initiative)
    assert initiative.paused_at is None
    assert day is not None
    assert new_day is not None
    assert (new_day - day).days >= 10


def test_a_pause_of_its_own_outlasts_the_hiding() -> None:
    initiative = published(NOW)
    desk_stops.pause(initiative, PauseReason.COURT, actor=griffier(), at=NOW)
    desk_stops.hide(initiative, HideReason.INSULT, "Haal dat weg.", actor=griffier(), at=NOW + LATER)
    desk_stops.show_again(initiative, actor=griffier(), at=NOW + 2 * LATER)
    assert initiative.paused_at == NOW


# --- the desk -------------------------------------------------------------------------------------------


def _writes_along(initiative: Initiative) -> tuple[CoInitiator, User]:
    row = people.invite(initiative, "Bert Buur", bert().email or "", actor=author(), at=NOW)
    people.accept(row, "Bert Buur", True, actor=bert(), at=NOW)
    return row, bert()


def test_nobody_takes_over_what_lies_at_the_desk() -> None:
    """The age and the postcode would be gone, and nobody at the desk could place it."""
    initiative = offered(NOW)
    row, other = _writes_along(initiative)
    people.ask_hand_over(row, actor=author(), at=NOW)
    with pytest.raises(NotAllowedNow):
        people.take_over(row, actor=other, at=NOW + LATER)
    at_desk.accept(initiative, initiative.revision, actor=griffier(), at=NOW + LATER)
    people.take_over(row, actor=other, at=NOW + 2 * LATER)
    assert initiative.author_id == other.id


def test_what_no_desk_has_to_see_any_more_goes_online(sign_in: Any) -> None:
    """Asked back, and made a project of residents: nobody is left to offer it to."""
    initiative = returned(NOW)
    initiative.kind = InitiativeKind.RESIDENT_PROJECT
    db.session.commit()
    number, form = initiative.id, {"consents": "y", "revision": str(initiative.revision)}
    assert sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{number}/publiceren", data=form).status_code == 303
    db.session.expire_all()
    found = db.session.get_one(Initiative, number)
    clock = deadline_of(found, "desk_repair")
    assert (found.state, clock is not None and clock.met_at is not None) == (State.RUNNING, True)


def test_a_returned_draft_that_is_thrown_away_owes_nothing() -> None:
    initiative = returned(NOW)
    service.discard(initiative, actor=author(), at=NOW + LATER)
    db.session.commit()
    assert db.session.scalars(db.select(Deadline).where(Deadline.met_at.is_(None))).all() == []


def test_the_second_round_is_told_to_its_owner_as_well() -> None:
    griffier()
    initiative = offered(NOW)
    late = NOW + timedelta(days=100)
    notice_passed_deadlines(late)
    at_desk.ask_back(initiative, initiative.revision, "Wat kost het?", actor=griffier(), at=late)
    at_desk.offer(initiative, initiative.revision, actor=author(), at=late)
    notice_passed_deadlines(late + timedelta(days=100))
    to_owner = [one for one in mails("deadline_passed") if one.address == griffier().email]
    assert len(to_owner) == 2


def test_who_stopped_needs_no_buddy() -> None:
    initiative = published(NOW)
    desk_care.ask_buddy(initiative, actor=author(), at=NOW)
    ours = frozenset({municipality().id})
    assert len(inbox.waiting_for_buddy(ours)) == 1
    service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=NOW + LATER)
    assert inbox.waiting_for_buddy(ours) == []


# --- consent --------------------------------------------------------------------------------------------


def _young() -> Initiative:
    initiative = draft(NOW, age_band=AgeBand.FROM_16)
    row = consent.ask(initiative, "ouder@example.nl", actor=author(), at=NOW)
    consent.give(row, at=NOW)
    service.publish(initiative, initiative.revision, actor=author(), at=NOW)
    db.session.commit()
    return initiative


def test_a_name_goes_back_only_with_consent() -> None:
    initiative = _young()
    assert initiative.consent is not None
    consent.withdraw(initiative.consent, at=NOW + LATER)
    with pytest.raises(NotAllowedNow):
        privacy.show_author(initiative, actor=author(), at=NOW + 2 * LATER)
    consent.give(initiative.consent, at=NOW + 3 * LATER)
    privacy.show_author(initiative, actor=author(), at=NOW + 4 * LATER)
    assert initiative.shown_author == "Eva Eigenaar"


def test_consent_goes_along_into_one() -> None:
    initiative = _young()
    proposal = merge.propose(
        initiative, his(NOW), merge.JointText("Samen", "Schaduw.", "Tien."), actor=author(), at=NOW
    )
    new = merge.agree(proposal, 1, actor=bert(), at=NOW)
    assert new is not None
    row = initiative.consent or new.consent
    assert row is not None
    consent.withdraw(row, at=NOW + LATER)
    db.session.commit()
    for one in (initiative, new):
        db.session.refresh(one)
        assert one.shown_author is None


# --- going, and going on --------------------------------------------------------------------------------


def test_who_erases_themselves_merges_no_more() -> None:
    proposal = proposed(NOW)
    _erase_written(author(), NOW + LATER)
    db.session.commit()
    assert proposal.state is MergeState.STOPPED
    with pytest.raises(NotAllowedNow):
        merge.agree(proposal, 1, actor=bert(), at=NOW + 2 * LATER)


def test_another_author_agrees_anew() -> None:
    proposal = proposed(NOW)
    source = merge.pair_of(proposal).source
    other = make_user(email="carla@example.nl", name="Carla")
    row = people.invite(source, "Carla", other.email or "", actor=author(), at=NOW)
    people.accept(row, "Carla", True, actor=other, at=NOW)
    people.ask_hand_over(row, actor=author(), at=NOW)
    people.take_over(row, actor=other, at=NOW + LATER)
    assert merge.agree(proposal, 1, actor=bert(), at=NOW + 2 * LATER) is None
    assert merge.agree(proposal, 1, actor=other, at=NOW + 2 * LATER) is not None
    assert row.state is CoState.ACCEPTED


def test_enough_again_is_told_again() -> None:
    initiative = published(NOW)
    needed = initiative.threshold or 0
    supported(initiative, needed, NOW)
    some = db.session.scalars(db.select(Support.id).limit(1)).one()
    wanted = Suspects(support_id=some)
    act = fraud.Act(InvalidReason.TWICE, "", 1)
    row = fraud.invalidate(
        initiative, wanted, act, places=[municipality().id], actor=griffier(), at=NOW + LATER
    )
    assert initiative.state is State.COLLECTING
    fraud.restore(row, actor=griffier(), at=NOW + 2 * LATER)
    db.session.commit()
    assert initiative.state is State.THRESHOLD_REACHED
    assert len(mails("threshold_reached")) == 2
    assert figures_per_municipality(NOW, 1).region.to_enough.measured == 1


def test_every_look_has_its_clock() -> None:
    griffier()
    words = talk.Words("Bert", "Mooi plan.")
    one = talk.post(talked_about(NOW), words, None, actor=bert(), at=NOW)
    talk.report(one, ReportReason.SPAM, actor=None, network="a", at=NOW)
    talk_moderation.keep(one, actor=griffier(), at=NOW + LATER)
    talk.report(one, ReportReason.SPAM, actor=None, network="b", at=NOW + timedelta(days=9))
    clock = deadline_of(one, talk.LOOK)
    assert clock is not None
    assert (clock.met_at, clock.starts_on) == (None, (NOW + timedelta(days=9)).date())


# --- words ----------------------------------------------------------------------------------------------


def test_every_job_has_a_name_on_the_status_page() -> None:
    assert {job.name for job in declared_jobs()} <= set(TITLES)


def test_the_college_answers_a_challenge(client: FlaskClient) -> None:
    challenge = draft(NOW, kind=InitiativeKind.RIGHT_TO_CHALLENGE)
    answers = kinds.ChallengeAnswers("Groen", None, 0, "Begroting", NOW.date(), 12, "06")
    kinds.save_challenge(challenge, answers, service.Edit(challenge.revision, TAB), at=NOW)
    service.publish(challenge, challenge.revision, actor=author(), at=NOW)
    supported(challenge, challenge.threshold or 0, NOW)
    place = challenge.places[0]
    council.submit(place, actor=author(), at=NOW)
    council.accept(place, actor=griffier(), at=NOW)
    decision = council.Decision(CouncilOutcome.ADOPTED, "Dat mag.", NOW.date())
    council.decide(place, decision, actor=griffier(), at=NOW)
    news.tell_supporters(at=NOW)
    db.session.commit()
    for template in ("threshold_reached", "initiative_accepted", "initiative_decided", "support_decided"):
        said = f"{mails(template)[0].subject} {mails(template)[0].text}"
        assert "college" in said
        assert "raad" not in said.replace("gemeenteraad.", "")
    url = f"/initiatieven/{challenge.id}"
    db.session.close()  # the page reads with a connection of its own
    page = client.get(url).text
    assert "Het college zegt ja" in page
    assert "De raad van" not in page


def test_one_lives_in_one_of_them(app: Flask) -> None:
    initiative = published(NOW, place_ids=(municipality().id, municipality("GM0303").id))
    names = place_names(initiative, is_choice=True)
    with app.test_request_context():
        form = SupportForm()
        form.ask_for([one.rules for one in initiative.places], names)
        assert "Dronten of Lelystad" in str(form.declares.label.text)
