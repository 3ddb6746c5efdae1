"""Placing addresses, following the letters, fetching them, and destroying it all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db, now
from civic.panels.jobs import letters as job
from civic.panels.models import Extraction, InvitationShare, LetterBatch, LetterOrder
from civic.panels.service import letters as service
from civic.panels.states import OrderState, ShareState
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_letters import (
    GROUND,
    NAMES,
    REGISTRY_EMAIL,
    STRANGER_EMAIL,
    codes_of,
    csv_file,
    make_failed_order,
    make_finished_order,
    make_order,
    make_share,
)
from tests.panels.pdf_text import text_of

HEADERS = {"HX-Request": "true"}


@pytest.fixture
def url(app: Flask) -> str:
    with app.app_context():
        return page_of(make_share(5))


@pytest.fixture
def registry_client(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.CIVIL_REGISTRY, email=REGISTRY_EMAIL, code="GM0034")


def page_of(share: InvitationShare) -> str:
    return f"/panels/{share.wave.panel_id}/brieven/{share.id}/pdf"


def upload(content: bytes, name: str = "adressen.csv", **others: str) -> dict[str, Any]:
    return {"addresses": (io.BytesIO(content), name), "ground": GROUND, "begin": "start", **others}


def refused(client: FlaskClient, url: str, content: bytes, name: str = "adressen.csv") -> str:
    answer = client.post(url, data=upload(content, name))
    assert answer.status_code == 422, answer.status
    return answer.text


def orders() -> int:
    return db.session.scalar(select(func.count(LetterOrder.id))) or 0


def test_from_file_to_letters_to_nothing(app: Flask, registry_client: FlaskClient, url: str) -> None:
    page = registry_client.get(url).text
    assert "Zo ziet het bestand eruit" in page
    answer = registry_client.post(url, data=upload(csv_file(5)))
    assert (answer.status_code, answer.location) == (303, url)
    assert "Uw brieven staan in de rij." in registry_client.get(url).text
    assert "van 5 brieven" in registry_client.get(f"{url}/voortgang", headers=HEADERS).text
    with app.app_context():
        job.typeset_letters(now())
        assert db.session.scalars(select(LetterOrder)).one().addresses is None
        taken = db.session.scalars(select(Extraction)).one()
        assert (taken.people, taken.ground, taken.fields) == (5, GROUND, service.FIELDS)
        assert (taken.extracted_on, taken.destroyed_on) == (NOW.date(), None)
        assert "24 uur" in taken.recipient
    assert "Uw brieven zijn klaar." in registry_client.get(url).text
    pdf = registry_client.get(f"{url}/1.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    text = text_of(pdf.data)
    assert [code for code in codes_of(5) if code not in text] == []
    archive = zipfile.ZipFile(io.BytesIO(registry_client.get(f"{url}/alle-brieven.zip").data))
    assert archive.testzip() is None
    assert [archive.read(name) for name in archive.namelist()] == [pdf.data]
    assert registry_client.get(f"{url}/2.pdf").status_code == 404
    assert registry_client.get(f"{url}/0.pdf").status_code == 404
    assert "Weet u zeker" in registry_client.get(f"{url}/vernietigen").text
    assert registry_client.post(f"{url}/vernietigen").status_code == 303
    assert registry_client.post(f"{url}/vernietigen").status_code == 303
    assert registry_client.get(f"{url}/1.pdf").status_code == 404
    assert registry_client.get(f"{url}/vernietigen").status_code == 303
    assert "Eerdere keren" in registry_client.get(url).text
    with app.app_context():
        order = db.session.scalars(select(LetterOrder)).one()
        assert (order.state, order.key_sealed) == (OrderState.DESTROYED, None)
        assert db.session.scalar(select(func.count(LetterBatch.id))) == 0
        assert db.session.scalars(select(Extraction)).one().destroyed_on == NOW.date()
        assert actions_of(order) == [
            "letters_ordered", "letters_started", "letters_made", "letters_read", "letters_read",
            "letters_destroyed",
        ]  # fmt: skip


def test_a_second_click_orders_once(app: Flask, registry_client: FlaskClient, url: str) -> None:
    for _click in range(2):
        assert registry_client.post(url, data=upload(csv_file(5))).status_code == 303
    with app.app_context():
        assert orders() == 1


def test_the_lottery_administrator_may_too(administrator_client: FlaskClient, url: str) -> None:
    assert administrator_client.post(url, data=upload(csv_file(2))).status_code == 303


def test_another_registry_finds_no_such_page(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        make_finished_order(share)
    others = [
        sign_in(Role.CIVIL_REGISTRY, email=STRANGER_EMAIL, code="GM0184"),
        sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code="GM0034"),
        sign_in(Role.AUDITOR, email="controle@example.nl"),
        sign_in(email="inwoner@example.nl"),
    ]
    for path in ("", "/voortgang", "/1.pdf", "/alle-brieven.zip", "/vernietigen"):
        assert client.get(url + path).status_code == 302
        assert [other.get(url + path).status_code for other in others] == [404] * 4
    for path in ("", "/opnieuw", "/vernietigen"):
        assert [other.post(url + path, data=upload(csv_file(2))).status_code for other in others] == [404] * 4
    with app.app_context():
        order = db.session.scalars(select(LetterOrder)).one()
        assert order.state is OrderState.DONE
        assert "letters_read" not in actions_of(order)


def test_a_share_of_another_panel(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        first, second = make_share(3), make_share(3)
        mixed = f"/panels/{first.wave.panel_id}/brieven/{second.id}/pdf"
    assert registry_client.get(mixed).status_code == 404


@pytest.mark.parametrize("state", [ShareState.PLANNED, ShareState.POSTED])
def test_only_with_codes_and_before_posting(
    app: Flask, registry_client: FlaskClient, state: ShareState
) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        share.state, share.secret = state, None
        share.issued_at = None if state is ShareState.PLANNED else NOW
        share.posted_at = NOW if state is ShareState.POSTED else None
        db.session.commit()
    assert "Er zijn nu geen brieven te maken." in registry_client.get(url).text
    assert registry_client.post(url, data=upload(csv_file(2))).status_code == 409


def test_not_while_finished_letters_exist(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        make_finished_order(share)
    assert registry_client.post(url, data=upload(csv_file(2))).status_code == 409
    assert registry_client.post(f"{url}/opnieuw").status_code == 409


def test_letters_that_are_not_ready(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        make_order(share, 3)
    assert registry_client.get(f"{url}/1.pdf").status_code == 409
    assert registry_client.get(f"{url}/alle-brieven.zip").status_code == 409
    assert registry_client.get(f"{url}/voortgang").status_code == 303


def test_progress_ends_by_itself(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        make_finished_order(share)
    assert registry_client.get(f"{url}/voortgang", headers=HEADERS).headers["HX-Refresh"] == "true"


def test_a_failure_is_told_and_tried_again(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(3)
        url = page_of(share)
        make_failed_order(share)
    page = registry_client.get(url).text
    assert "De brieven zijn niet af." in page
    assert "De computer kon een brief niet maken." in page
    assert registry_client.post(f"{url}/opnieuw").status_code == 303
    assert registry_client.post(f"{url}/opnieuw").status_code == 303
    assert "staan in de rij" in registry_client.get(url).text


def test_going_on_after_the_first_file(app: Flask, registry_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(5)
        url = page_of(share)
        make_finished_order(share)
    registry_client.get(f"{url}/1.pdf")
    registry_client.post(f"{url}/vernietigen")
    assert "De volgende brieven, vanaf brief 4." in registry_client.get(url).text
    assert (
        "Er zijn codes voor 2 brieven."
        in registry_client.post(url, data=upload(csv_file(3), begin="next")).text
    )
    assert registry_client.post(url, data=upload(csv_file(2), begin="next")).status_code == 303
    with app.app_context():
        newest = db.session.scalars(select(LetterOrder).order_by(LetterOrder.id.desc())).first()
        assert newest is not None
        assert (newest.first_code, newest.next_code) == (3, 5)


# --- the file -----------------------------------------------------------------------------------------------


def test_more_addresses_than_letters(app: Flask, registry_client: FlaskClient, url: str) -> None:
    page = refused(registry_client, url, csv_file(6))
    assert "Er staan 6 adressen in. Er zijn codes voor 5 brieven." in page
    with app.app_context():
        assert orders() == 0


def test_no_file_and_no_ground(registry_client: FlaskClient, url: str) -> None:
    answer = registry_client.post(url, data={"ground": " ", "begin": "start"})
    assert answer.status_code == 422
    assert "Kies het bestand met de adressen." in answer.text
    assert "Gebruik hiervoor 5 tot 200 tekens." in answer.text


def test_all_errors_at_once(app: Flask, registry_client: FlaskClient, url: str) -> None:
    rows = [
        "Naam;Straat;Huisnummer;Postcode;Woonplaats",
        ";Beukenlaan;1;1315 AB;Almere",
        "A. Bos;Beukenlaan;;1315 AB;Almere",
        "B. Bos;Beukenlaan;3;131 AB;Almere",
        "C. Bos;Beukenlaan;4;1315 AB;",
        "=1+1;Beukenlaan;5;1315 AB;Almere",
        "D. 漢;Beukenlaan;6;1315 AB;Almere",
        "E. Bos;Beukenlaan;7;1315 AB;Almere",
        "E. Bos;Beukenlaan;7;1315 AB;Almere",
        f"F. {'x' * 90};Beukenlaan;8;1315 AB;Almere",
    ]
    page = refused(registry_client, url, "\n".join(rows).encode())
    for sentence in (
        "Er staan 8 fouten in het bestand.",
        "Regel 2: er staat geen naam.",
        "Regel 3: er staat geen straat met huisnummer.",
        "Regel 4: de postcode klopt niet.",
        "Regel 5: er staat geen plaats.",
        "Regel 6: in “naam” staat een formule of een fout.",
        "Regel 7: dit teken kan niet in een brief: 漢",
        "Regel 9: deze persoon staat ook op regel 8.",
        "Regel 10: dit past niet op de envelop.",
    ):
        assert sentence in page, sentence
    with app.app_context():
        assert orders() == 0


def test_columns_that_are_missing(registry_client: FlaskClient, url: str) -> None:
    page = refused(registry_client, url, b"naam,leeftijd\nA,3\n")
    for column in ("straat", "postcode", "plaats"):
        assert f"De kolom “{column}” ontbreekt." in page
    assert "het bestand is leeg" in refused(registry_client, url, b" \n")
    assert "Er zijn geen regels" in refused(registry_client, url, csv_file(0))


def test_a_thousand_errors_stay_readable(registry_client: FlaskClient, url: str) -> None:
    rows = [f"naam {number};;;;" for number in range(1000)]
    content = "\n".join(["Naam;Straat;Huisnummer;Postcode;Woonplaats", *rows]).encode()
    page = refused(registry_client, url, content)
    assert "Er staan 3.000 fouten in het bestand." in page
    assert "Dit zijn de eerste 100." in page
    assert len(page) < 60_000


def test_more_than_a_file_may_hold(registry_client: FlaskClient, url: str) -> None:
    page = refused(registry_client, url, b"naam\n" + b"x\n" * 20_002)
    assert "Er staan te veel adressen in. Het mogen er hooguit 20.000 zijn." in page


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), ("\t", "utf-16")])
def test_the_ways_a_spreadsheet_writes(
    app: Flask, registry_client: FlaskClient, url: str, separator: str, encoding: str
) -> None:
    content = csv_file(4).decode().replace(";", separator).encode(encoding)
    assert registry_client.post(url, data=upload(content)).status_code == 303
    with app.app_context():
        work = service.claim_order("w", now())
        assert work is not None
        assert [one.name for one in work.addresses] == [f"{name} {at}" for at, name in enumerate(NAMES)]
        assert work.addresses[0].lines[1:] == ("Beukenlaan 1", "1315 AB  ALMERE")


def test_the_columns_of_a_registry_in_excel(app: Flask, registry_client: FlaskClient, url: str) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(
        ["A-nummer", "Voorletters", "Voorvoegsel", "Geslachtsnaam", "Naam openbare ruimte", "Huisnummer",
         "Huisletter", "Huisnummer-toevoeging", "Postcode", "Woonplaatsnaam"]
    )  # fmt: skip
    sheet.append([1, "Ş.", "van der", "Łukasz", "Dr. Đặngstraat", 12, "b", "hs", "1315ab", "Almere"])
    output = io.BytesIO()
    book.save(output)
    assert registry_client.post(url, data=upload(output.getvalue(), "brp.xlsx")).status_code == 303
    with app.app_context():
        work = service.claim_order("w", now())
        assert work is not None
        assert work.addresses[0].lines == ("Ş. van der Łukasz", "Dr. Đặngstraat 12b hs", "1315 AB  ALMERE")


def test_the_page_asks_as_much_whatever_the_size(
    app: Flask, registry_client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        share = make_share(5)
        url = page_of(share)
        order = make_finished_order(share)
        order_id = order.id
    registry_client.get(url)
    with count_statements() as few:
        registry_client.get(url)
    with app.app_context():
        db.session.add_all(
            LetterBatch(order_id=order_id, number=number, letters=1, content=b"x", made_at=NOW)
            for number in range(1, 40)
        )
        db.session.commit()
    with count_statements() as many:
        registry_client.get(url)
    assert len(many) == len(few)
