"""What a municipality sees and does: its own letters only, the codes, posting, blocking."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from civic.accounts.states import Role
from civic.db import db
from civic.limits import RateWindow
from civic.panels.models import InvitationShare, LetterOrder
from civic.panels.queries import invitations as queries
from civic.panels.queries.invitations import usable_code
from civic.panels.service.codes import make_code
from civic.panels.service.invitations import STAFF_TRIES, codes_of
from civic.panels.states import OrderState, ShareState
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_invitations import (
    ALMERE,
    URK,
    line,
    make_share,
    make_wave,
    panel_of,
    registry_client,
)

LIST = "/panels/brieven-van-mijn-gemeente"


@pytest.fixture
def mine(app: Flask) -> int:
    with app.app_context():
        return make_share(ALMERE, 12, number=2).id  # to users of care: a sensitive constituency


@pytest.fixture
def almere(app: Flask) -> FlaskClient:
    return registry_client(app, ALMERE)


def address(share_id: int, rest: str = "") -> str:
    return f"{LIST}/{share_id}{rest}"


def share_of(share_id: int) -> InvitationShare:
    found = queries.share_with(share_id)
    assert found is not None
    return found


def test_the_list_has_only_the_own_municipality(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        foreign = make_share(URK).id
    page = almere.get(LIST).text
    assert address(mine) in page
    assert address(foreign) not in page
    assert "Urk" not in page


def test_the_administrator_sees_all(app: Flask, administrator_client: FlaskClient, mine: int) -> None:
    with app.app_context():
        foreign = make_share(URK).id
    page = administrator_client.get(LIST).text
    assert address(mine) in page
    assert address(foreign) in page


def test_an_empty_list_says_so(almere: FlaskClient) -> None:
    assert "Er zijn nog geen brieven gepland." in almere.get(LIST).text


def test_the_list_asks_the_same_number_of_statements(
    app: Flask, almere: FlaskClient, count_statements: Any
) -> None:
    counts = []
    for _more in range(3):
        with app.app_context():
            make_share(ALMERE, 2)
        almere.get(LIST)
        with count_statements() as seen:
            almere.get(LIST)
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_the_page_says_what_to_do(almere: FlaskClient, mine: int) -> None:
    page = almere.get(address(mine)).text
    for words in ("Loot de adressen", "Loot 12 adressen", "Haal de codes (CSV)", "Zorgontvangers", "R1-G2a"):
        assert words in page
    assert "Blokkeer een code" in page


def test_a_planned_share_has_nothing_to_fetch(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        planned = make_wave(panel_of(share_of(mine)), line(panel_of(share_of(mine)), ALMERE)).shares[0].id
    page = almere.get(address(planned)).text
    assert "De codes zijn nog niet gemaakt." in page
    assert "codes.csv" not in page
    assert almere.get(address(planned, "/codes.csv")).status_code == 409
    assert almere.get(address(planned, "/gepost")).status_code == 409
    assert almere.post(address(planned, "/gepost")).status_code == 409
    assert almere.get(address(planned, "/code-blokkeren")).status_code == 409


def test_the_file_of_codes_for_mail_merge(app: Flask, almere: FlaskClient, mine: int) -> None:
    answer = almere.get(address(mine, "/codes.csv"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="codes-r1-g2a.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["nummer", "code", "webadres", "groep", "geldig tot en met"]
    with app.app_context():
        codes = codes_of(share_of(mine))
    assert [row[1] for row in rows[1:]] == codes
    assert rows[1][0] == "1"
    assert rows[1][2].endswith(f"/meedoen/{codes[0]}")
    assert rows[1][3:] == ["R1-G2a", "21-12-2026"]
    # whoever finds the file or an envelope learns nothing about anybody's health
    assert not any(word in answer.text.lower() for word in ("zorg", "wmo"))


def test_no_cell_of_the_file_is_a_formula(almere: FlaskClient, mine: int) -> None:
    for text in almere.get(address(mine, "/codes.csv")).data.decode("utf-8-sig").splitlines():
        assert not any(cell.lstrip("\"'").startswith(("=", "+", "-", "@")) for cell in text.split(";"))


def test_every_fetch_is_in_the_log(app: Flask, almere: FlaskClient, mine: int) -> None:
    for _time in range(3):
        assert almere.get(address(mine, "/codes.csv")).status_code == 200
    assert "3 keer" in almere.get(address(mine)).text
    with app.app_context():
        assert queries.downloads_of(mine) == 3
        assert actions_of(share_of(mine)) == ["issue_codes", *["download_codes"] * 3]


def test_posted_means_gone(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        code = codes_of(share_of(mine))[0]
    assert "Dit kunt u niet terugdraaien" in almere.get(address(mine, "/gepost")).text
    assert almere.post(address(mine, "/gepost")).status_code == 303
    assert almere.post(address(mine, "/gepost")).status_code == 409
    assert almere.get(address(mine, "/gepost")).status_code == 409
    assert almere.get(address(mine, "/codes.csv")).status_code == 409
    page = almere.get(address(mine)).text
    assert "De brieven zijn gepost op" in page
    assert "codes.csv" not in page
    with app.app_context():
        share = share_of(mine)
        assert (share.state, share.secret_sealed) == (ShareState.POSTED, None)
        assert usable_code(code, NOW.date()) is not None


def test_not_posted_while_letters_are_being_made(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        order = LetterOrder(
            share_id=mine,
            letters=12,
            next_code=12,
            state=OrderState.TYPESETTING,
            requested_by_id=administrator().id,
            requested_at=NOW,
        )
        db.session.add(order)
        db.session.commit()
    assert "De brieven worden nog gemaakt." in almere.get(address(mine, "/gepost")).text
    assert almere.post(address(mine, "/gepost")).status_code == 409


def test_codes_that_went_after_thirty_days_are_said_to_be_gone(
    app: Flask, almere: FlaskClient, mine: int
) -> None:
    with app.app_context():
        share_of(mine).secret_sealed = None
        db.session.commit()
    assert "De codes zijn hier weg." in almere.get(address(mine)).text
    assert almere.get(address(mine, "/codes.csv")).status_code == 409
    assert almere.post(address(mine, "/gepost")).status_code == 303


def test_blocking_by_typing_the_code(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        code = codes_of(share_of(mine))[4]
    form = {"code": f"  {code.lower()} ", "action": "block", "reason": "deceased"}
    for _again in range(2):
        assert almere.post(address(mine, "/code-blokkeren"), data=form).status_code == 303
    assert "Geblokkeerde codes" in almere.get(address(mine)).text
    with app.app_context():
        assert usable_code(code, NOW.date()) is None
    assert (
        almere.post(address(mine, "/code-blokkeren"), data={**form, "action": "unblock"}).status_code == 303
    )
    with app.app_context():
        assert usable_code(code, NOW.date()) is not None
        assert actions_of(share_of(mine))[1:] == ["block_code", "unblock_code"]


def test_unknown_and_foreign_codes_get_the_same_sentence(app: Flask, almere: FlaskClient, mine: int) -> None:
    with app.app_context():
        foreign = codes_of(make_share(URK))[0]
    pages = []
    for typed in (foreign, make_code(b"nobody's secret", 1), "K7QM", "<script>"):
        answer = almere.post(
            address(mine, "/code-blokkeren"), data={"code": typed, "action": "block", "reason": "lost"}
        )
        assert answer.status_code == 422
        assert "Deze code hoort niet bij deze brieven." in answer.text
        pages.append(answer.text.replace(typed, ""))
    assert pages[0] == pages[1]
    with app.app_context():
        assert usable_code(foreign, NOW.date()) is not None


def test_a_form_that_is_not_complete(almere: FlaskClient, mine: int) -> None:
    for other in ({"code": ""}, {"action": "steal"}, {"reason": ""}):
        form = {"code": "K7QM", "action": "block", "reason": "lost", **other}
        assert almere.post(address(mine, "/code-blokkeren"), data=form).status_code == 422


def test_staff_cannot_try_codes_without_end(app: Flask, almere: FlaskClient, mine: int) -> None:
    form = {"code": "K7QM", "action": "block", "reason": "lost"}
    assert almere.post(address(mine, "/code-blokkeren"), data=form).status_code == 422
    with app.app_context():
        db.session.execute(update(RateWindow).values(count=STAFF_TRIES.most))
        db.session.commit()
    assert almere.post(address(mine, "/code-blokkeren"), data=form).status_code == 429


PAGES = ("", "/codes.csv", "/gepost", "/code-blokkeren", "/gegevens")
POSTS = ("/gepost", "/code-blokkeren", "/gegevens")


def test_another_municipality_finds_nothing(app: Flask, mine: int) -> None:
    urk = registry_client(app, URK)
    missing = 999_999
    for share_id in (mine, missing):
        assert [urk.get(address(share_id, rest)).status_code for rest in PAGES] == [404] * len(PAGES)
        assert [urk.post(address(share_id, rest)).status_code for rest in POSTS] == [404] * len(POSTS)
    with app.app_context():
        assert actions_of(share_of(mine)) == ["issue_codes"]
        assert share_of(mine).state is ShareState.ISSUED


def test_others_find_nothing(app: Flask, sign_in: Callable[..., FlaskClient], mine: int) -> None:
    staff = [
        sign_in(role, email=f"{role.value}@example.nl".replace("_", "-"))
        for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.INITIATIVE_DESK)
    ]
    for client in (*staff, sign_in(email="inwoner@example.nl")):
        assert client.get(LIST).status_code == 403
        assert [client.get(address(mine, rest)).status_code for rest in PAGES] == [404] * len(PAGES)
        assert [client.post(address(mine, rest)).status_code for rest in POSTS] == [404] * len(POSTS)


def test_the_council_office_of_the_same_place_is_no_registry(
    app: Flask, sign_in: Callable[..., FlaskClient], mine: int
) -> None:
    client = sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code=ALMERE)
    assert client.get(LIST).status_code == 403
    assert client.get(address(mine)).status_code == 404


def test_strangers_are_sent_to_sign_in(client: FlaskClient, mine: int) -> None:
    for rest in PAGES:
        answer = client.get(address(mine, rest))
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/inloggen")
