"""Letters and registrations as rows. Call inside an app context; the makers commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import (
    Constituency,
    Feature,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    Panel,
    Registration,
)
from civic.panels.service import codes
from civic.panels.service import registrations as service
from civic.panels.service.registrations import Application, Person, Receipt
from civic.panels.states import Channel, EntryRoute, ShareState
from tests.conftest import NOW
from tests.factories import municipality
from tests.panels import stages
from tests.panels.makers import administrator

SECRET = b"s" * 32
NUMBERS = count(1)
PERSON = Person("Fatma Yıldız", date(1957, 3, 31), "Botter", "12 A", "8232 AB", "Lelystad")
WHO = {
    "name": "Fatma Yıldız",
    "birth_date": "31-03-1957",
    "street": "Botter",
    "number": "12 A",
    "postcode": "8232ab",
    "place": "Lelystad",
}
WILL = {"honorarium": "later"}


def make_letter(
    panel: Panel,
    number: int = 3,
    *,
    place: str = "GM0995",
    closes_on: date | None = None,
    secret: bytes | None = None,
) -> tuple[InvitationCode, str]:
    """A letter to a person in this constituency: its row, and the code that is printed on it."""
    code = codes.make_code(secret or SECRET + str(next(NUMBERS)).encode(), 0)
    source = stages.constituency(panel, number).sources[0]
    wave_number = len(db.session.scalars(select(InvitationWave.id).filter_by(panel_id=panel.id)).all()) + 1
    wave = InvitationWave(
        panel_id=panel.id,
        number=wave_number,
        closes_on=closes_on or (NOW + timedelta(days=21)).date(),
        created_by_id=administrator().id,
        created_at=NOW,
        reason="" if wave_number == 1 else "Uit Urk meldden zich te weinig mensen aan.",
    )
    share = InvitationShare(
        municipality_id=municipality(place).id,
        source_id=source.id,
        letters=1,
        state=ShareState.ISSUED,
        issued_at=NOW,
    )
    wave.shares = [share]
    db.session.add(wave)
    db.session.flush()
    row = InvitationCode(share_id=share.id, number=0, code_index=codes.code_index(code))
    db.session.add(row)
    db.session.commit()
    db.session.refresh(db.session.merge(panel))  # so that a test can use it after its context
    return row, code


def open_to_all(panel: Panel, number: int = 3) -> Constituency:
    """People can register for this constituency by themselves."""
    found = stages.constituency(panel, number)
    found.route = EntryRoute.SELF_REGISTRATION
    db.session.commit()
    return found


def feature(panel: Panel, name: str) -> Feature:
    return db.session.scalars(select(Feature).filter_by(panel_id=panel.id, name=name)).one()


def answers(panel: Panel, **chosen: str | None) -> dict[int, str | None]:
    wanted: dict[str, str | None] = {"geslacht": "vrouw", "opleiding": "midden"} | chosen
    return {feature(panel, name).id: value for name, value in wanted.items()}


def application(panel: Panel, **changes: Any) -> Application:
    """A good one; changes to the person, and `answers`, `needs`, `honorarium`, `consents`."""
    own = {
        name: changes.pop(name) for name in ("needs", "honorarium", "consents", "answers") if name in changes
    }
    return Application(
        person=replace(PERSON, **changes), **{"answers": answers(panel), "consents": frozenset(), **own}
    )


def register(panel: Panel, at: datetime = NOW, number: int = 3, **changes: Any) -> Receipt:
    """Somebody with a letter of their own registers on the website."""
    code, _text = make_letter(panel, number)
    receipt = service.register_with_code(
        code, application(panel, **changes), channel=Channel.WEB, actor=None, at=at
    )
    db.session.commit()
    return receipt


def register_openly(panel: Panel, at: datetime = NOW, **changes: Any) -> Receipt:
    source = stages.constituency(panel, 3).sources[0]
    receipt = service.register_at_entrance(
        panel,
        source,
        municipality().id,
        application(panel, **({"email": "fatma@example.nl"} | changes)),
        channel=Channel.WEB,
        actor=None,
        at=at,
    )
    db.session.commit()
    return receipt


def questions(panel: Panel, **chosen: str) -> dict[str, str]:
    """The form of the page with questions: by the numbers of the values."""
    said = {"geslacht": "1", "opleiding": "2"} | chosen
    return {f"feature_{feature(panel, name).id}": number for name, number in said.items()}


def draft_key(page: str) -> str:
    """The hidden field that says which form a page belongs to."""
    return page.split('name="draft"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def post_part(client: FlaskClient, part: str, form: dict[str, Any]) -> Any:
    url = f"/meedoen/aanmelding/{part}"
    page = client.get(url)
    key = draft_key(page.text) if page.status_code == 200 else ""
    return client.post(url, data={"draft": key, **form})


def walk(client: FlaskClient, code: str, said: dict[str, str], **changes: dict[str, Any]) -> Any:
    """All pages up to the last; returns the page to look everything over."""
    assert client.post("/meedoen", data={"code": code}).status_code == 303
    for part, form in (
        ("gegevens", WHO | changes.get("who", {})),
        ("vragen", said),
        ("wensen", WILL | changes.get("needs", {})),
        ("contact", changes.get("contact", {})),
    ):
        answer = post_part(client, part, form)
        assert answer.status_code == 303, answer.text
    return client.get("/meedoen/aanmelding/controle")


def send(client: FlaskClient, page: Any) -> Any:
    return client.post("/meedoen/aanmelding/controle", data={"draft": draft_key(page.text)})


def everyone() -> list[Registration]:
    db.session.expire_all()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))
