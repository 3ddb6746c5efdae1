"""One person, one place: and a neighbour learns nothing."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import committing, db
from civic.errors import NotAllowedNow
from civic.mail.models import OutgoingMail
from civic.panels.models import InvitationCode, Panel, PoolFlag
from civic.panels.service import registrations as service
from civic.panels.states import Channel, FlagKind
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_registrations import (
    application,
    everyone,
    make_letter,
    questions,
    register,
    register_openly,
    send,
    walk,
)
from tests.panels.stages import prepared_panel


def flags() -> list[tuple[FlagKind, int, int | None]]:
    return [(one.kind, one.registration_id, one.other_id) for one in db.session.query(PoolFlag).all()]


def test_the_same_code_and_person_is_the_same_receipt(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        code, _text = make_letter(panel)
        receipts = [
            service.register_with_code(code, application(panel), channel=Channel.WEB, actor=None, at=NOW)
            for _time in range(2)
        ]
        assert receipts[0] == receipts[1]
        assert len(everyone()) == 1


def test_the_same_code_for_another_person_is_refused(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        code, _text = make_letter(panel)
        service.register_with_code(code, application(panel), channel=Channel.WEB, actor=None, at=NOW)
        with pytest.raises(NotAllowedNow) as refused:
            service.register_with_code(
                code,
                application(panel, name="Jan Smit"),
                channel=Channel.PHONE,
                actor=administrator(),
                at=NOW,
            )
        assert refused.value.code == "code_used"


def test_another_code_for_the_same_person_is_flagged_and_has_no_place(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        first = register(panel).registration
        second = register(panel, name="FATMA  yildiz").registration
        assert first.person_index is not None
        assert second.person_index is None
        assert flags() == [(FlagKind.SAME_PERSON, second.id, first.id)]


def test_a_neighbour_sees_the_same_pages(app: Flask) -> None:
    """With a letter of their own, and the name and birthday of somebody else."""
    with app.app_context():
        panel = prepared_panel()
        codes = [make_letter(panel)[1] for _letter in range(2)]
        said = questions(panel)
    pages = []
    for code in codes:
        client = app.test_client()
        answer = send(client, walk(client, code, said))
        assert answer.status_code == 303
        page = client.get(answer.location).text
        own = ("code>", "/mijn/", "csrf_token")
        pages.append([line for line in page.splitlines() if not any(sign in line for sign in own)])
    assert pages[0] == pages[1]
    with app.app_context():
        assert len(flags()) == 1


def test_the_mailbox_that_registered_before_is_told_in_its_mail_only(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        register(panel, email="fatma@example.nl")
        register(panel, email="Fatma+panel@example.nl")
        register(panel, email="buur@example.nl")
        texts = [mail.text or "" for mail in db.session.query(OutgoingMail).order_by(OutgoingMail.id)]
        assert ["al aangemeld" in text for text in texts] == [False, True, False]


def test_who_withdraws_hands_the_place_on(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        first, second = register(panel).registration, register(panel).registration
        index = first.person_index
        service.withdraw(first, actor=None, at=NOW)
        db.session.commit()
        assert second.person_index == index
        assert flags() == []
        third = register(panel).registration
        assert flags() == [(FlagKind.SAME_PERSON, third.id, second.id)]


def test_a_couple_shares_an_address_and_a_mailbox(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        one = register(panel, email="thuis@example.nl").registration
        two = register(
            panel, name="Ali Yıldız", birth_date=date(1955, 1, 2), email="thuis@example.nl"
        ).registration
        assert one.address_index == two.address_index
        assert one.person_index != two.person_index
        assert flags() == []


def test_two_panels_know_nothing_of_each_other(app: Flask) -> None:
    with app.app_context():
        one = register(prepared_panel()).registration
        two = register(prepared_panel()).registration
        assert one.person_index != two.person_index
        assert flags() == []


def test_a_form_alone_cannot_take_the_place_of_somebody_else(app: Flask) -> None:
    """Somebody fills in the form without a letter in another's name, and never confirms."""
    with app.app_context():
        panel = prepared_panel()
        from tests.panels.makers_registrations import open_to_all

        open_to_all(panel)
        register_openly(panel, email="buur@example.nl")
        mine = register(panel).registration
        assert mine.person_index is not None
        assert flags() == []


def test_many_posts_with_one_code_at_the_same_moment(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        code, _text = make_letter(panel)
        panel_id, code_id = panel.id, code.id
    barrier, receipts, errors = threading.Barrier(8), [], []

    def post(name: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with committing():
                    panel, code = (
                        db.session.get_one(Panel, panel_id),
                        db.session.get_one(InvitationCode, code_id),
                    )
                    receipts.append(
                        service.register_with_code(
                            code, application(panel, name=name), channel=Channel.WEB, actor=None, at=NOW
                        ).token
                    )
            except NotAllowedNow as error:
                errors.append(error.code)
            db.session.remove()

    names = ["Fatma Yıldız", "Fatma Yildiz"] * 2 + [f"Iemand {letter}" for letter in "abcd"]
    threads = [threading.Thread(target=post, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert len(everyone()) == 1
    assert len(set(receipts)) == 1
    assert set(errors) == {"code_used"}
    assert len(receipts) + len(errors) == len(names)


def test_many_letters_of_one_person_at_the_same_moment(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        code_ids, panel_id = [make_letter(panel)[0].id for _letter in range(6)], panel.id
    barrier = threading.Barrier(len(code_ids))

    def post(code_id: int) -> None:
        with app.app_context():
            barrier.wait()
            with committing():
                panel, code = db.session.get_one(Panel, panel_id), db.session.get_one(InvitationCode, code_id)
                service.register_with_code(code, application(panel), channel=Channel.WEB, actor=None, at=NOW)
            db.session.remove()

    threads = [threading.Thread(target=post, args=(code_id,)) for code_id in code_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        rows = everyone()
        assert len(rows) == len(code_ids)
        assert [one.person_index is not None for one in rows].count(True) == 1
        assert len(flags()) == len(code_ids) - 1


def test_a_used_code_is_not_a_way_to_read_somebody(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        code, text = make_letter(panel)
        service.register_with_code(code, application(panel), channel=Channel.WEB, actor=None, at=NOW)
        db.session.commit()
    for path in (f"/meedoen/{text}", "/meedoen/aanmelding/gegevens", "/meedoen/aanmelding/klaar"):
        assert "Fatma" not in client.get(path, follow_redirects=True).text
