"""Going on together by consent: two writers, one text, and nobody's support moves by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.initiatives import jobs, queries
from civic.initiatives import service as supports
from civic.initiatives.models import CoInitiator, Initiative, InitiativePlace, Support
from civic.initiatives.models.merge import MergeNews, MergeProposal, SupportMove
from civic.initiatives.queries import merge as merge_queries
from civic.initiatives.service import council, merge, merge_supports
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import InitiativeKind, State, SupportState
from civic.initiatives.states.merge import MERGE_TRANSITIONS, MergeAction, MergeState, MoveAnswer
from civic.regions.rules import Scope
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import author, mails, published, supporter
from tests.initiatives.merge_factories import BERT, FORM, TEXT, agreed, bert, his, proposed


def tokens(initiative_id: int) -> list[str]:
    rows = db.session.scalars(
        db.select(Support).where(Support.initiative_id == initiative_id).order_by(Support.id)
    )
    return [token_of(one) for one in rows]


@pytest.fixture
def eva(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(email=OWNER_EMAIL)
    return client


@pytest.fixture
def neighbour(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(email=BERT, name="Bert Buur")
    return client


def test_every_end_is_reached_from_open_only() -> None:
    assert {state for state, _action in MERGE_TRANSITIONS} == {MergeState.OPEN}
    assert {action for _state, action in MERGE_TRANSITIONS} == set(MergeAction)


# --- proposing ------------------------------------------------------------------------------------------


def test_propose_by_form(app: Flask, eva: FlaskClient, neighbour: FlaskClient) -> None:
    with app.app_context():
        mine, other = published().id, his(now()).id
    assert "Stel voor om samen verder te gaan" in eva.get(f"/initiatieven/{other}").text
    url = f"/initiatieven/{other}/samen"
    assert "Koele straten." in eva.get(url).text or "Schaduw voor iedereen." in eva.get(url).text
    assert eva.post(url, data={**FORM, "source": str(mine), "title": ""}).status_code == 422
    assert eva.post(url, data={**FORM, "source": str(other)}).status_code == 422
    first = eva.post(url, data={**FORM, "source": str(mine)})
    again = eva.post(url, data={**FORM, "source": str(mine)})
    assert first.status_code == 303
    assert first.location == again.location
    with app.app_context():
        assert [mail.address for mail in mails("merge_proposed")] == [BERT]
    assert TEXT.title in neighbour.get(first.location).text
    assert "Bekijk het voorstel om samen verder te gaan" in neighbour.get(f"/initiatieven/{other}").text


def test_who_has_nothing_that_fits(app: Flask, sign_in: Any, client: FlaskClient) -> None:
    with app.app_context():
        number = his(now()).id
    url = f"/initiatieven/{number}/samen"
    kees = sign_in(email="kees@example.nl")
    assert "kan hier niet" in kees.post(url, data={**FORM, "source": "1"}).text
    assert client.get(url).status_code == 302
    with app.app_context():
        assert db.session.scalars(db.select(MergeProposal)).all() == []


def test_what_cannot_merge(app: Flask) -> None:
    with app.app_context():
        mine, other = published(NOW), his(NOW)
        other.kind = InitiativeKind.AGENDA_REQUEST
        with pytest.raises(NotAllowedNow, match="state"):
            merge.propose(mine, other, TEXT, actor=author(), at=NOW)
        other.kind = InitiativeKind.CITIZEN_INITIATIVE
        with pytest.raises(NotAllowedNow, match="state"):
            merge.propose(mine, published(NOW), TEXT, actor=author(), at=NOW)  # one writer is no two
        late = queries.collection_ends_on(mine)
        assert late is not None
        with pytest.raises(NotAllowedNow, match="merge_too_late"):
            merge.propose(mine, other, TEXT, actor=author(), at=NOW + timedelta(days=175))


def test_one_talk_at_a_time_and_no_is_no(app: Flask) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        pair = merge.pair_of(proposal)
        with pytest.raises(NotAllowedNow, match="merge_busy"):
            merge.propose(pair.source, his(NOW), TEXT, actor=author(), at=NOW)
        for _time in range(2):
            merge.stop(proposal, actor=bert(), at=NOW)
        assert proposal.state is MergeState.REFUSED
        assert [mail.address for mail in mails("merge_stopped")] == [OWNER_EMAIL]
        with pytest.raises(NotAllowedNow, match="merge_refused"):
            merge.propose(pair.source, pair.target, TEXT, actor=author(), at=NOW)
        turned = merge.propose(pair.target, pair.source, TEXT, actor=bert(), at=NOW)
        assert turned.state is MergeState.OPEN


@pytest.mark.parametrize("step", ["", "/tekst", "/stoppen", "/akkoord"])
def test_it_is_between_the_two(app: Flask, sign_in: Any, client: FlaskClient, step: str) -> None:
    with app.app_context():
        url = f"/initiatieven/samen/{proposed(NOW).id}{step}"
    stranger = sign_in(email="kees@example.nl")
    if step != "/akkoord":
        assert stranger.get(url).status_code == 403
        assert client.get(url).status_code == 302
    if step:
        assert stranger.post(url, data=FORM).status_code == 403
    with app.app_context():
        assert db.session.scalars(db.select(MergeProposal)).one().state is MergeState.OPEN


# --- one text -------------------------------------------------------------------------------------------


def test_a_changed_text_is_read_again(app: Flask, eva: FlaskClient, neighbour: FlaskClient) -> None:
    with app.app_context():
        number = proposed(now()).id
    url = f"/initiatieven/samen/{number}"
    assert neighbour.post(f"{url}/tekst", data={**FORM, "revision": "1", "title": " "}).status_code == 422
    changed = {**FORM, "revision": "1", "title": "Bomen en banken"}
    assert neighbour.post(f"{url}/tekst", data=changed).status_code == 303
    late = neighbour.post(f"{url}/tekst", data={**changed, "title": "Alleen banken"})
    assert late.status_code == 409  # from an old text, and nothing that was typed is lost
    assert "Alleen banken" in late.text
    assert "Bomen en banken" in late.text
    assert eva.post(f"{url}/akkoord", data={"revision": "1"}).status_code == 409
    assert eva.post(f"{url}/akkoord", data={"revision": "onzin"}).status_code == 409
    answer = eva.post(f"{url}/akkoord", data={"revision": "2"})
    assert answer.status_code == 303
    assert "Bomen en banken" in eva.get(answer.location).text
    again = neighbour.post(f"{url}/akkoord", data={"revision": "2"})
    assert again.location == answer.location
    assert eva.get(f"{url}/akkoord").status_code == 405
    assert neighbour.post(f"{url}/tekst", data=changed).status_code == 409
    assert neighbour.post(f"{url}/stoppen").status_code == 409


def test_both_agree(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        proposal = agreed(NOW)
        pair = merge.pair_of(proposal)
        new = db.session.get_one(Initiative, proposal.new_id)
        assert (new.state, new.title, new.author_id) == (State.COLLECTING, TEXT.title, pair.source.author_id)
        assert new.scope is Scope.REGION
        assert {one.municipality.code for one in new.places} == {"GM0995", "GM0303"}
        assert all(one.threshold and one.rule_set_id for one in new.places)
        assert new.threshold == sum(one.threshold or 0 for one in new.places)
        assert queries.collection_ends_on(new) == queries.collection_ends_on(pair.source)
        assert (pair.source.state, pair.target.state) == (State.MERGED, State.MERGED)
        assert pair.source.merged_into_id == pair.target.merged_into_id == new.id
        co = db.session.scalars(db.select(CoInitiator).where(CoInitiator.initiative_id == new.id)).one()
        assert (co.user_id, co.name) == (bert().id, "Bert Buur")
        assert {mail.address for mail in mails("merge_done")} == {OWNER_EMAIL, BERT}
        public = db.session.scalars(db.select(Event).where(Event.action == "merge")).all()
        assert len(public) == 2
        old_id, new_id = pair.target.id, new.id
    assert "ging samen met een ander verder" in client.get(f"/initiatieven/{old_id}").text
    shown = client.get(f"/initiatieven/{new_id}").text
    assert "komt voort uit twee andere" in shown
    assert client.post(
        f"/initiatieven/{old_id}/steunen",
        data={"name": "An", "email": "an@example.nl", "postcode": "8251 AB", "declares": "y"},
    ).status_code in (409, 422)


def test_the_earlier_last_day_holds(app: Flask) -> None:
    """Merging is no way to collect for longer than a by-law gives."""
    with app.app_context():
        early = his(NOW - timedelta(days=60))
        proposal = merge.propose(published(NOW), early, TEXT, actor=author(), at=NOW)
        merge.agree(proposal, 1, actor=bert(), at=NOW)
        new = db.session.get_one(Initiative, proposal.new_id)
        assert queries.collection_ends_on(new) == queries.collection_ends_on(early)


def test_not_when_a_council_has_it(app: Flask) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        place = db.session.scalars(
            db.select(InitiativePlace).where(InitiativePlace.initiative_id == proposal.source_id)
        ).one()
        place.threshold = 1
        pair = merge.pair_of(proposal)
        supports.add_confirmed(pair.source, [supporter(1)], at=NOW)
        supports.recount(pair.source.id, at=NOW)
        council.submit(place, actor=author(), at=NOW)
        with pytest.raises(NotAllowedNow):
            merge.agree(proposal, 1, actor=bert(), at=NOW)


def test_four_weeks_and_it_is_over(app: Flask) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        assert jobs.expire_merges(NOW + timedelta(days=28)) == {"expired": 0}
        assert jobs.expire_merges(NOW + timedelta(days=29)) == {"expired": 1}
        assert proposal.state is MergeState.EXPIRED
        assert merge.pair_of(proposal).source.state is State.COLLECTING
        assert len(mails("merge_stopped")) == 2


# --- who supported --------------------------------------------------------------------------------------


def test_everybody_is_asked_once_and_a_crash_is_resumed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_supports, "BATCH", 2)
    with app.app_context():
        proposal = agreed(NOW, supporters=5)
        row = db.session.scalars(db.select(Support).order_by(Support.id)).all()[1]
        row.no_news_at = NOW
        db.session.commit()
        told = [jobs.ask_merged_supporters(NOW)["told"] for _run in range(6)]
        assert sum(told) == 4 == len(mails("support_merged"))
        news = db.session.scalars(db.select(MergeNews)).all()
        assert all(one.done_at for one in news)
        found = {one.title: one for one in merge_queries.progress_of(proposal)}
        assert found["Bomen op het plein"].told == 4
        assert found["Bomen op het plein"].unreachable == 1


def test_yes_counts_for_the_new_text(app: Flask, client: FlaskClient, eva: FlaskClient) -> None:
    with app.app_context():
        proposal = agreed(now(), supporters=2)
        number, new_id, old_id = proposal.id, proposal.new_id or 0, proposal.source_id
        yes, no = tokens(old_id)
    url = f"/steun/{yes}/samen"
    page = client.get(url).text
    assert TEXT.title in page
    assert "Schaduw voor iedereen." in page
    with app.app_context():
        assert db.session.scalars(db.select(SupportMove)).all() == []  # looking is not answering
    for _time in range(2):
        assert client.post(url, data={"antwoord": "ja"}).status_code == 303
    assert "Uw steun geldt voor de nieuwe tekst" in client.get(url).text
    assert client.post(f"/steun/{no}/samen", data={"antwoord": "nee"}).status_code == 303
    assert client.post(url, data={"antwoord": "nee"}).status_code == 409
    assert client.post(url, data={"antwoord": "misschien"}).status_code == 400
    with app.app_context():
        supports.recount(new_id, at=now())
        assert db.session.get_one(Initiative, new_id).support_count == 1
        kept = db.session.scalars(db.select(Support).where(Support.initiative_id == old_id)).all()
        assert {one.state for one in kept} == {SupportState.CONFIRMED}
    text = eva.get(f"/initiatieven/samen/{number}").text
    assert "Wie gaat mee?" in text


def test_who_supported_both_counts_once(app: Flask) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        pair = merge.pair_of(proposal)
        one = supports.Supporter("Steun", "Steun1@example.nl", "8232 AB")
        supports.add_confirmed(pair.source, [one], at=NOW)
        supports.add_confirmed(
            pair.target, [supports.Supporter("Steun", "steun1+b@example.nl", "8251 AB")], at=NOW
        )
        merge.agree(proposal, 1, actor=bert(), at=NOW)
        rows = db.session.scalars(db.select(Support).order_by(Support.id)).all()
        counted = {merge_supports.move_along(row, proposal, at=NOW).id for row in rows}
        assert len(counted) == 1
        supports.recount(proposal.new_id or 0, at=NOW)
        assert db.session.get_one(Initiative, proposal.new_id).support_count == 1
        moves = db.session.scalars(db.select(SupportMove)).all()
        assert [one.answer for one in moves] == [MoveAnswer.MOVED, MoveAnswer.MOVED]


def test_a_change_of_mind(app: Flask) -> None:
    """No, then yes; and yes after having withdrawn the new support."""
    with app.app_context():
        proposal = agreed(NOW, supporters=1)
        old = db.session.scalars(db.select(Support)).one()
        merge_supports.stay(old, proposal, at=NOW)
        counted = merge_supports.move_along(old, proposal, at=NOW)
        assert counted.state is SupportState.CONFIRMED
        supports.withdraw_support(counted, at=NOW)
        assert merge_supports.move_along(old, proposal, at=NOW).state is SupportState.WITHDRAWN


def test_too_late_or_withdrawn(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        proposal = agreed(NOW, supporters=2)
        first, second = db.session.scalars(db.select(Support).order_by(Support.id)).all()
        with pytest.raises(NotAllowedNow, match="collection_over"):
            merge_supports.move_along(first, proposal, at=NOW + timedelta(days=400))
        supports.withdraw_support(second, at=NOW)
        with pytest.raises(NotAllowedNow, match="support_withdrawn"):
            merge_supports.move_along(second, proposal, at=NOW)
    assert client.get(f"/steun/{'0' * 64}/samen").status_code == 404


def test_no_page_before_there_is_an_agreement(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        proposal = proposed(NOW)
        supports.add_confirmed(merge.pair_of(proposal).source, [supporter(1)], at=NOW)
        db.session.commit()
        token = tokens(proposal.source_id)[0]
    assert client.get(f"/steun/{token}/samen").status_code == 404
