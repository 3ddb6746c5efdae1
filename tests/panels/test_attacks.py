"""What a hostile review found: each of these once worked."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import committing, db
from civic.errors import Invalid
from civic.mail import service as mail
from civic.mail.delivery import _pack
from civic.mail.models import OutgoingMail
from civic.panels.models import (
    Consent,
    Freeze,
    InvitationCode,
    Panel,
    PanelFiles,
    PoolFlag,
    Registration,
    Source,
)
from civic.panels.models.registrations import KEEP_AT_MOST, KEEP_REMOVED
from civic.panels.service import freeze as freezing
from civic.panels.service import pool, pool_count, pool_flags, pool_intake
from civic.panels.service import registrations as service
from civic.panels.service.pool import Removal
from civic.panels.service.pool_flags import Judgement
from civic.panels.service.reading import read
from civic.panels.service.registrations_rules import Application, canonical_name, subject_of
from civic.panels.states import Channel, FlagDecision, FlagKind, Stage
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.panels.makers import ADMINISTRATOR_EMAIL, administrator
from tests.panels.makers_freeze import (
    EARLIER,
    REASON,
    SECOND_EMAIL,
    TOKEN,
    frozen,
    make_in_order,
    pool_panel,
    proposed,
    registrant,
    with_warning,
)
from tests.panels.makers_registrations import (
    WHO,
    application,
    feature,
    make_letter,
    open_to_all,
    post_part,
    questions,
    register,
    register_openly,
    send,
    walk,
)
from tests.panels.stages import constituency, prepared_panel

WORDS = "Zoë Yılmaz belde: zij was het niet."


def test_a_letter_opened_early_does_not_give_its_owner_away(app: Flask, client: FlaskClient) -> None:
    """A neighbour opens the letter, its owner registers, and the neighbour tries days of birth."""
    with app.app_context():
        panel = prepared_panel()
        code, text = make_letter(panel)
        panel_id, code_id, said = panel.id, code.id, questions(panel)
    walk(client, text, said)
    with app.app_context():
        owner = application(db.session.get_one(Panel, panel_id), birth_date=date(1950, 1, 25))
        code = db.session.get_one(InvitationCode, code_id)
        service.register_with_code(code, owner, channel=Channel.WEB, actor=None, at=NOW)
        db.session.commit()
    answers = [_try(client, f"{day:02}-01-1950") for day in range(1, 27)]
    assert answers == [409] * 20 + [429] * 6


def _try(client: FlaskClient, birth_date: str) -> int:
    assert post_part(client, "gegevens", WHO | {"birth_date": birth_date}).status_code == 303
    return int(send(client, client.get("/meedoen/aanmelding/controle")).status_code)


def test_agreeing_is_about_the_proposal_on_the_screen(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    with app.app_context():
        panel_id = proposed().panel_id
    other = sign_in(Role.LOTTERY_ADMINISTRATOR, email=SECOND_EMAIL)
    url = f"/panels/{panel_id}/vastzetten/besluiten"
    assert 'name="version" type="hidden" value="1"' in other.get(url).text
    with app.app_context():
        third = make_user(Role.LOTTERY_ADMINISTRATOR, email="derde@example.nl", name="Derde Beheerder")
        freezing.refuse(db.session.scalars(select(Freeze)).one(), REASON, actor=third, at=NOW)
        db.session.commit()
        panel = db.session.get_one(Panel, panel_id)
        with_warning(panel)
        proposed(panel, NOW + timedelta(minutes=1))
    assert other.post(url, data={"version": "1", "decision": "agree"}).status_code == 409
    with app.app_context():
        assert db.session.get_one(Panel, panel_id).stage is Stage.FREEZE
    assert other.post(url, data={"version": "2", "decision": "agree"}).status_code == 303


def test_an_upload_that_took_long_does_not_replace_a_frozen_pool(
    app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)
    with app.app_context():
        panel_id = pool_panel().id

    def _slow(categories: bytes, respondents: bytes, size: int) -> Any:
        frozen(db.session.get_one(Panel, panel_id))
        version = db.session.scalars(select(PanelFiles)).one()
        db.session.commit()
        return read(version.categories, version.respondents or b"", size)

    monkeypatch.setattr("civic.panels.routes.files.read", _slow)
    data = {"categories": (io.BytesIO(b"x"), "c.csv"), "respondents": (io.BytesIO(b"x"), "r.csv")}
    answer = client.post(f"/panels/{panel_id}/bestanden", data=data)
    assert answer.status_code == 409
    with app.app_context():
        assert len(db.session.scalars(select(PanelFiles)).all()) == 1


def test_no_page_beside_another_tells_what_the_last_one_answered(app: Flask, client: FlaskClient) -> None:
    """The public copy holds 108 people, the frozen pool 109: no counts of both may stand side by side."""
    with app.app_context():
        panel = pool_panel()
        pool_count.store_count(panel.id, pool_count.read_pool(panel.id), 10, EARLIER)
        registrant(panel)
        pool_count.store_count(panel.id, pool_count.read_pool(panel.id), 10, NOW)
        frozen(panel, NOW)
        url = f"/panels/{panel.id}"
    assert ";36;" in client.get(f"{url}/diversiteit.csv").text
    page = client.get(url).text
    assert "Zorgontvangers" in page
    assert ">37<" not in page
    assert ">Aangemeld<" not in page
    assert f"{url}/diversiteit" in page


def test_staff_still_sees_the_counts(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)
    with app.app_context():
        url = f"/panels/{frozen().panel_id}"
    page = client.get(url).text
    assert ">Aangemeld<" in page
    assert ">36<" in page


def test_consent_withdrawn_after_the_freeze_takes_the_answer_along(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = pool_panel()
        row, education = registrant(panel), feature(panel, "opleiding")
        row.answers = {**row.answers, str(education.id): "laag"}
        consent = Consent(registration_id=row.id, subject=subject_of(education), text="Ja.", given_at=NOW)
        db.session.add(consent)
        make_in_order(panel, EARLIER + timedelta(hours=2))
        frozen(panel)
        assert "laag" in row.secrets["attributes"]
        leaf, row_id = row.leaf, row.id
        url = f"/meedoen/mijn/{TOKEN}/toestemming/{consent.id}"
    assert "Daarom verdwijnt ook uw bewijs." in client.get(url).text
    assert client.post(url).status_code == 303
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        assert set(row.secrets) == {"s", "person_hash", "attributes_hash"}
        assert row.leaf == leaf
    assert "Er is geen bewijs meer." in client.get(f"/meedoen/mijn/{TOKEN}/kwitantie").text


def test_withdrawing_while_the_pool_is_being_frozen_keeps_the_leaf_open(app: Flask) -> None:
    """On PostgreSQL the row can be read just before the freeze, and written just after it."""
    with app.app_context():
        panel = pool_panel()
        row = registrant(panel)
        make_in_order(panel, EARLIER + timedelta(hours=2))
        frozen(panel)
        set_committed_value(row, "frozen_at", None)
        service.withdraw(row, actor=None, at=NOW)
        db.session.commit()
        assert set(row.secrets) == {"s", "person_hash", "attributes_hash"}


def _decided(panel: Panel, row: Registration) -> PoolFlag:
    flag = PoolFlag(panel_id=panel.id, kind=FlagKind.FORMER_MEMBER, registration_id=row.id, raised_at=NOW)
    db.session.add(flag)
    db.session.flush()
    pool_flags.decide(panel, flag, Judgement(FlagDecision.KEEP, WORDS), actor=administrator(), at=NOW)
    db.session.commit()
    return flag


def test_words_about_somebody_who_withdraws_go(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel()
        row = registrant(panel)
        flag = _decided(panel, row)
        service.withdraw(row, actor=None, at=NOW)
        db.session.commit()
        db.session.expire_all()
        assert (flag.decision, flag.reason) == (FlagDecision.KEEP, "")


def test_words_about_somebody_whose_data_were_wiped_go(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel()
        row = registrant(panel)
        _decided(panel, row)
        pool.remove(panel, row, Removal("other", WORDS), actor=administrator(), at=NOW)
        db.session.commit()
        apply_retention(NOW + KEEP_REMOVED)
        assert db.session.scalars(select(PoolFlag.reason)).all() == [WORDS]
        later = NOW + KEEP_REMOVED + timedelta(days=1)
        apply_retention(later)  # first the registration, then what stands about it
        apply_retention(later)
        assert db.session.scalars(select(PoolFlag)).all() == []


def test_no_words_outlive_two_years(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel()
        _decided(panel, registrant(panel))
        apply_retention(NOW + KEEP_AT_MOST + timedelta(days=1))
        assert db.session.scalars(select(PoolFlag)).all() == []


def test_nobody_stays_in_a_panel_that_stopped(app: Flask) -> None:
    with app.app_context():
        stopped, goes_on = prepared_panel(), prepared_panel()
        rows = [register(one, email="fatma@example.nl").registration for one in (stopped, goes_on)]
        stopped.stage = Stage.STOPPED
        db.session.commit()
        apply_retention(NOW + KEEP_REMOVED + timedelta(days=1))
        db.session.expire_all()
        assert [row.name for row in rows] == [None, "Fatma Yıldız"]
        assert rows[0].access_index is None


def test_consent_does_not_outlive_what_it_was_for(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        consents = frozenset({subject_of(feature(panel, "opleiding"))})
        register(panel, consents=consents)
        apply_retention(NOW + KEEP_AT_MOST)
        assert db.session.query(Consent).count() == 1
        apply_retention(NOW + KEEP_AT_MOST + timedelta(days=1))
        assert db.session.query(Consent).count() == 0


def _at(panel: Panel, number: str) -> Registration:
    """Fatma Yıldız, with one more letter, at another number of her street."""
    code, _text = make_letter(panel)
    wanted = application(panel, number=number)
    row = service.register_with_code(code, wanted, channel=Channel.WEB, actor=None, at=NOW).registration
    db.session.commit()
    return row


def _twins(panel: Panel) -> tuple[Registration, Registration]:
    """The same person with two letters: the first holds the place, the second is flagged."""
    first, other = register(panel).registration, _at(panel, "14")
    assert (first.person_index is None, other.person_index is None) == (False, True)
    return first, other


def _same_person() -> list[tuple[int, int | None, bool]]:
    found = db.session.scalars(select(PoolFlag).where(PoolFlag.kind == FlagKind.SAME_PERSON))
    return sorted((one.registration_id, one.other_id, one.decided_at is None) for one in found)


def test_who_stays_after_a_double_was_removed_holds_the_place(app: Flask) -> None:
    """Else the same person could come in again, at another number, when the removed one was wiped."""
    with app.app_context():
        panel = prepared_panel()
        first, other = _twins(panel)
        pool.remove(panel, first, Removal("duplicate", WORDS), actor=administrator(), at=NOW)
        db.session.commit()
        assert other.person_index is not None
        apply_retention(NOW + KEEP_REMOVED + timedelta(days=1))
        third = _at(panel, "99")
        assert third.person_index is None
        assert (third.id, other.id, True) in _same_person()


def test_putting_a_double_back_asks_again(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        first, other = _twins(panel)
        pool.remove(panel, first, Removal("duplicate", WORDS), actor=administrator(), at=NOW)
        pool.restore(panel, first, actor=administrator(), at=NOW)
        db.session.commit()
        assert _same_person() == [(first.id, other.id, True)]


def test_undoing_the_removal_of_a_double_is_one_question(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        first, other = _twins(panel)
        flag = db.session.scalars(select(PoolFlag).where(PoolFlag.kind == FlagKind.SAME_PERSON)).one()
        verdict = Judgement(FlagDecision.REMOVE, WORDS, first.id)
        pool_flags.decide(panel, flag, verdict, actor=administrator(), at=NOW)
        pool_flags.undo(panel, flag, actor=administrator(), at=NOW)
        db.session.commit()
        assert _same_person() == [(other.id, first.id, True)]


def test_two_people_give_the_last_seat_away_at_once(app: Flask) -> None:
    """Urk has one seat for client councils."""
    with app.app_context():
        panel = prepared_panel()
        source, place = constituency(panel, 1).sources[0].id, municipality("GM0184").id
        ids, wanted = (panel.id, source, place), application(panel)
        administrator()
        db.session.commit()
    barrier, outcomes = Barrier(2), list[str]()

    def _nominate(name: str) -> None:
        with app.app_context():
            barrier.wait(10)
            outcomes.append(_give_seat(ids, replace(wanted, person=replace(wanted.person, name=name))))
            db.session.remove()

    threads = [Thread(target=_nominate, args=(name,)) for name in ("Jan Smit", "Els de Boer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full", "seat"]


def _give_seat(ids: tuple[int, int, int], wanted: Application) -> str:
    try:
        with committing():
            panel, source = db.session.get_one(Panel, ids[0]), db.session.get_one(Source, ids[1])
            actor = db.session.scalars(select(User)).one()
            pool_intake.take_in(panel, source, ids[2], wanted, Channel.NOMINATION, actor=actor, at=NOW)
    except Invalid:
        return "full"
    return "seat"


def test_mails_to_somebody_who_withdraws_go_too(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        open_to_all(panel)
        gone = register(panel, email="fatma@example.nl", name="Els de Boer").registration
        stays = register_openly(panel).registration
        service.withdraw(gone, actor=None, at=NOW)
        db.session.commit()
        [left] = db.session.scalars(select(OutgoingMail))
        assert stays.uid in left.dedup_key


def test_a_mail_that_is_taken_back_on_its_way_stops_no_others(app: Flask) -> None:
    with app.app_context():
        register(prepared_panel(), email="fatma@example.nl")
        mail_id = db.session.scalars(select(OutgoingMail.id)).one()
        mail.forget("registration-received:")
        db.session.commit()
        assert _pack(mail_id, NOW).flaw == "gone"


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_an_invisible_sign_makes_nobody_else(sign: str) -> None:
    assert canonical_name(f"Ja{sign}n Smit") == canonical_name("Jan Smit")
