"""Issuing codes, fetching and posting them, blocking one, and which code a resident can use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from civic.db import db
from civic.errors import NotAllowedNow, TooMany
from civic.limits import RateWindow
from civic.panels.models import InvitationCode, InvitationShare, Panel, Registration
from civic.panels.queries import invitations as queries
from civic.panels.queries.invitations import usable_code
from civic.panels.service import invitations as service
from civic.panels.service.codes import ALPHABET, make_code
from civic.panels.states import RegistrationState, ShareState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_invitations import (
    ALMERE,
    CLOSES_ON,
    URK,
    line,
    make_share,
    make_wave,
    panel_of,
    withdraw_agreement,
)
from tests.panels.stages import prepared_panel

TODAY = NOW.date()


def register(code: InvitationCode, state: RegistrationState = RegistrationState.CONFIRMED) -> None:
    share = code.share
    db.session.add(
        Registration(
            panel_id=share.wave.panel_id,
            constituency_id=share.source.constituency_id,
            source_id=share.source_id,
            municipality_id=share.municipality_id,
            wave_id=share.wave_id,
            code_id=code.id,
            state=state,
            registered_at=NOW,
            changed_at=NOW,
            withdrawn_at=NOW if state is RegistrationState.WITHDRAWN else None,
            removed_at=NOW if state is RegistrationState.REMOVED else None,
        )
    )
    db.session.commit()


def test_every_letter_gets_a_code_that_only_exists_as_a_hash(app: Flask) -> None:
    with app.app_context():
        share = make_share(letters=50)
        assert share.state is ShareState.ISSUED
        assert share.secret is not None
        assert share.secret not in (share.secret_sealed or "")
        codes = service.codes_of(share)
        assert len(set(codes)) == 50
        stored = db.session.scalars(select(InvitationCode.code_index)).all()
        assert len(stored) == 50
        assert not set(stored) & set(codes)
        assert actions_of(share) == ["issue_codes"]


def test_two_shares_have_nothing_in_common(app: Flask) -> None:
    with app.app_context():
        one, other = make_share(), make_share()
        assert not set(service.codes_of(one)) & set(service.codes_of(other))


def test_codes_are_made_once(app: Flask) -> None:
    with app.app_context():
        share = make_share()
        with pytest.raises(NotAllowedNow):
            service.issue_codes(share, actor=administrator(), at=NOW)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(InvitationCode)) == 20


def test_no_codes_without_a_convenant(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        withdraw_agreement(panel, URK)
        wave = make_wave(panel, line(panel, ALMERE), line(panel, URK))
        urk = next(one for one in wave.shares if one.municipality.code == URK)
        with pytest.raises(NotAllowedNow):
            service.issue_codes(urk, actor=administrator(), at=NOW)
        assert urk.state is ShareState.PLANNED


def test_no_codes_in_another_stage(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.INVITATION)
        share = make_wave(panel).shares[0]
        for stage in set(Stage) - {Stage.INVITATION, Stage.REGISTRATION}:
            panel.stage = stage
            with pytest.raises(NotAllowedNow):
                service.issue_codes(share, actor=administrator(), at=NOW)


def test_no_codes_that_would_not_work_any_more(app: Flask) -> None:
    with app.app_context():
        share = make_wave(prepared_panel()).shares[0]
        with pytest.raises(NotAllowedNow):
            service.issue_codes(share, actor=administrator(), at=NOW + timedelta(days=30))


def test_posting_destroys_the_secret_and_keeps_the_codes_working(app: Flask) -> None:
    with app.app_context():
        share = make_share()
        code = service.codes_of(share)[0]
        service.report_posted(share, actor=administrator(), at=NOW)
        db.session.commit()
        assert (share.state, share.secret_sealed) == (ShareState.POSTED, None)
        with pytest.raises(NotAllowedNow):
            service.codes_of(share)
        with pytest.raises(NotAllowedNow):
            service.report_posted(share, actor=administrator(), at=NOW)
        found = usable_code(code, TODAY)
        assert found is not None
        assert found.share_id == share.id


def test_a_typed_code_brings_its_share_in_one_statement(app: Flask, count_statements: object) -> None:
    with app.app_context():
        code = service.codes_of(make_share())[7]
        db.session.expire_all()
        with count_statements() as seen:  # type: ignore[operator]  # the fixture of tests.conftest
            found = usable_code(f" {code.lower().replace('-', ' ')} ", TODAY)
            assert found is not None
            assert found.number == 7
            assert (found.share.municipality.code, found.share.source.name) == (
                ALMERE,
                "Steunpunt mantelzorg",
            )
            assert found.share.wave.closes_on == CLOSES_ON
        assert len(seen) == 1


def test_a_code_works_up_to_and_on_the_last_day(app: Flask) -> None:
    with app.app_context():
        code = service.codes_of(make_share())[0]
        assert usable_code(code, CLOSES_ON) is not None
        assert usable_code(code, CLOSES_ON + timedelta(days=1)) is None


def test_a_code_works_only_while_registration_is_open(app: Flask) -> None:
    with app.app_context():
        share = make_share()
        code = service.codes_of(share)[0]
        for stage in Stage:
            db.session.execute(update(Panel).where(Panel.id == share.wave.panel_id).values(stage=stage))
            assert (usable_code(code, TODAY) is not None) is (stage is Stage.REGISTRATION)


def test_a_used_code_does_not_work_again(app: Flask) -> None:
    """Whatever became of the registration: one letter is one registration."""
    with app.app_context():
        share = make_share()
        codes = service.codes_of(share)
        for state, text in zip(RegistrationState, codes, strict=False):
            used = queries.code_of_share(share.id, text)
            assert used is not None
            register(used, state)
            assert usable_code(text, TODAY) is None
        assert usable_code(codes[-1], TODAY) is not None


def test_unknown_and_mistyped_codes_are_nothing(app: Flask) -> None:
    with app.app_context():
        code = service.codes_of(make_share())[0]
        wrong = ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
        assert usable_code(code[:-1] + wrong, TODAY) is None
        assert usable_code(make_code(b"somebody else's secret", 0), TODAY) is None
        assert usable_code("", TODAY) is None


def test_a_blocked_code_does_not_work_until_it_is_given_free(app: Flask) -> None:
    with app.app_context():
        share = make_share()
        text = service.codes_of(share)[3]
        code = queries.code_of_share(share.id, text)
        assert code is not None
        for _again in range(2):
            service.block_code(code, "lost", actor=administrator(), at=NOW)
        db.session.commit()
        assert usable_code(text, TODAY) is None
        assert queries.blocked_in(share.id) == 1
        service.unblock_code(code, actor=administrator(), at=NOW)
        db.session.commit()
        assert usable_code(text, TODAY) is not None
        assert actions_of(share) == ["issue_codes", "block_code", "unblock_code"]


def test_a_blocked_code_is_not_printed(app: Flask) -> None:
    with app.app_context():
        share = make_share(letters=5)
        codes = service.codes_of(share)
        blocked = queries.code_of_share(share.id, codes[2])
        assert blocked is not None
        service.block_code(blocked, "deceased", actor=administrator(), at=NOW)
        lines = service.lines_to_print(share, actor=administrator(), at=NOW)
        assert lines == [(1, codes[0]), (2, codes[1]), (4, codes[3]), (5, codes[4])]


def test_a_code_of_another_share_is_not_of_this_one(app: Flask) -> None:
    with app.app_context():
        mine, foreign = make_share(ALMERE), make_share(URK)
        assert queries.code_of_share(mine.id, service.codes_of(foreign)[0]) is None


def test_a_thousand_guesses_from_one_network_stop_after_a_few(app: Flask) -> None:
    """Right and wrong guesses are stopped alike, so the limit itself tells nothing."""
    with app.app_context():
        right = service.codes_of(make_share())[0]
        wrong = make_code(b"somebody else's secret", 0)
        for network, guess in (("192.0.2.0/24", wrong), ("198.51.100.0/24", right)):
            answers = [_guess(guess, network) for _try in range(1000)]
            assert answers.count("stopped") == 1000 - service.GUESSES_PER_NETWORK.most
            assert answers.index("stopped") == service.GUESSES_PER_NETWORK.most <= 20
        assert _guess(right, "203.0.113.0/24") == "found"


def _guess(code: str, network: str) -> str:
    try:
        service.count_guess(network, at=NOW)
    except TooMany:
        return "stopped"
    return "found" if usable_code(code, TODAY) else "nothing"


def test_many_networks_together_are_stopped_too(app: Flask) -> None:
    with app.app_context():
        most = service.GUESSES.most
        service.count_guess("192.0.2.0/24", at=NOW)
        db.session.execute(update(RateWindow).values(count=most))
        with pytest.raises(TooMany):
            service.count_guess("203.0.113.0/24", at=NOW)
        service.count_guess("203.0.113.0/24", at=NOW + timedelta(minutes=1))


def test_response_counts_who_registered_and_stayed(app: Flask, count_statements: object) -> None:
    with app.app_context():
        share = make_share(letters=10)
        panel = panel_of(share)
        other = make_wave(panel, line(panel, URK, 7)).shares[0]
        service.issue_codes(other, actor=administrator(), at=NOW)
        make_wave(panel, line(panel, URK, 7))  # planned only: no response to speak of
        for number, text in enumerate(service.codes_of(share)[:4]):
            code = queries.code_of_share(share.id, text)
            assert code is not None
            register(code, RegistrationState.WITHDRAWN if number == 3 else RegistrationState.CONFIRMED)
        db.session.expire_all()
        with count_statements() as seen:  # type: ignore[operator]  # the fixture of tests.conftest
            found = queries.response_of(panel.id)
            assert [(one.letters, one.registered) for one in found] == [(10, 3), (7, 0)]
            assert found[0].share.municipality.code == ALMERE
        assert len(seen) <= 3


def test_shares_of_a_panel_and_for_a_municipality(app: Flask) -> None:
    with app.app_context():
        share, foreign = make_share(ALMERE), make_share(URK)
        assert queries.shares_of(share.wave.panel_id) == [share]
        assert queries.shares_for(foreign.municipality_id) == [foreign]
        assert db.session.scalar(select(func.count()).select_from(InvitationShare)) == 2
