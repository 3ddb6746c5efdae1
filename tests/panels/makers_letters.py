"""A share with codes, and orders of letters for it. Call inside an app context; they commit."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import func, select

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import committing, db
from civic.panels.models import InvitationCode, InvitationShare, InvitationWave, LetterOrder, Panel
from civic.panels.service import letters
from civic.panels.service.codes import code_index, make_code
from civic.panels.service.letters import Request
from civic.panels.service.letters_content import Address
from civic.panels.states import ShareState, Stage
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.panels.makers import administrator
from tests.panels.stages import constituency, prepared_panel

CLOSES_ON = date(2027, 1, 15)
REGISTRY_EMAIL, STRANGER_EMAIL = "burgerzaken@example.nl", "anders@example.nl"
NAMES = ("Şule Yılmaz", "Łukasz Wójcik", "Đặng Thị Hương", "Yağmur Öztürk")
SECRET = "5e" * 32
GROUND = "Artikel 3.8 van de Wet BRP en ons reglement"


def registry(code: str = "GM0034") -> User:
    email = REGISTRY_EMAIL if code == "GM0034" else STRANGER_EMAIL
    user = make_user(email=email)
    return user if user.grants else make_user(Role.CIVIL_REGISTRY, email=email, code=code)


def make_share(count: int = 5, code: str = "GM0034", panel: Panel | None = None) -> InvitationShare:
    """Issued: its codes exist as rows, and can be made again from its secret."""
    panel = panel or prepared_panel(Stage.REGISTRATION)
    wave = InvitationWave(
        panel_id=panel.id, number=1, closes_on=CLOSES_ON, created_by_id=administrator().id, created_at=NOW
    )
    source = constituency(panel, 2).sources[0]
    share = InvitationShare(
        wave=wave,
        municipality_id=municipality(code).id,
        source_id=source.id,
        letters=count,
        state=ShareState.ISSUED,
        issued_at=NOW,
    )
    # the first share has the secret that `codes_of` knows; no two shares have the same codes
    is_first = db.session.scalar(select(func.count(InvitationShare.id))) == 0
    share.secret = SECRET if is_first else hashlib.sha256(f"share {panel.id}".encode()).hexdigest()
    db.session.add_all([wave, share])
    db.session.flush()
    secret = bytes.fromhex(share.secret or "")
    db.session.add_all(
        InvitationCode(share_id=share.id, number=number, code_index=code_index(make_code(secret, number)))
        for number in range(count)
    )
    db.session.commit()
    return share


def addresses(count: int = 5) -> list[Address]:
    return [
        Address(f"{NAMES[number % 4]} {number}", f"Beukenlaan {number + 1}", "1315 AB", "ALMERE")
        for number in range(count)
    ]


def csv_file(count: int = 5) -> bytes:
    rows = [f"{NAMES[number % 4]} {number};Beukenlaan;{number + 1};1315 ab;Almere" for number in range(count)]
    return "\n".join(["Naam;Straat;Huisnummer;Postcode;Woonplaats", *rows, ""]).encode()


def make_order(
    share: InvitationShare, count: int = 5, first_code: int = 0, at: datetime = NOW
) -> LetterOrder:
    with committing():
        wanted = Request(addresses(count), GROUND, first_code)
        return letters.request_letters(share, wanted, actor=registry(), at=at)


def codes_of(count: int, first: int = 0) -> list[str]:
    return [make_code(bytes.fromhex(SECRET), number) for number in range(first, first + count)]


def make_finished_order(share: InvitationShare, count: int = 3) -> LetterOrder:
    """Done, without typst: its one batch holds a few bytes that only look like a PDF."""
    order = make_order(share, count)
    with committing():
        work = letters.claim_order("test", NOW)
        assert work is not None
        assert letters.keep_batch(work, 0, b"%PDF-1.7 test", worker="test", at=NOW)
        letters.finish_order(order.id, at=NOW)
    return order


def make_failed_order(share: InvitationShare, count: int = 3) -> LetterOrder:
    order = make_order(share, count)
    with committing():
        assert letters.claim_order("test", NOW) is not None
        letters.fail_order(db.session.get_one(LetterOrder, order.id), "cannot_typeset", at=NOW)
    return order
