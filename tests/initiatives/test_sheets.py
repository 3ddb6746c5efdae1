"""Paper sheets: typed over by one official, looked at by another, counted once per person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.events.queries import deadline_of
from civic.initiatives import queries, service
from civic.initiatives.models import Initiative, Support, SupportSheet, SupportSheetLine
from civic.initiatives.queries import inbox
from civic.initiatives.queries.sheets import flags_of
from civic.initiatives.service import sheets
from civic.initiatives.service.sheets import Line
from civic.initiatives.sheet import codes
from civic.initiatives.states import SupportChannel, SupportState, WithdrawReason
from civic.initiatives.states.ledger import LineVerdict, SheetState
from civic.retention import apply_retention
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, published, supported
from tests.panels import pdf_text

PERSON = ("Ada Groen", "31-12-1980", "8232 AB")


def office(email: str = "typist@example.nl") -> User:
    """Somebody who acts; that they may is asked in the views."""
    return make_user(email=email)


def typed(code: str, *people: tuple[str, str, str], **more: str) -> dict[str, str]:
    values = {"code": code}
    for number, (name, birth_date, postcode) in enumerate(people):
        values |= {
            f"lines-{number}-name": name,
            f"lines-{number}-birth_date": birth_date,
            f"lines-{number}-postcode": postcode,
        }
    return values | more


def start(app: Flask) -> tuple[int, str]:
    with app.app_context():
        initiative = published()
        return initiative.id, codes.make(initiative.id, 0, "proef")


def clients(app: Flask, sign_in: Any) -> tuple[Any, Any]:
    return (
        sign_in(Role.COUNCIL_OFFICE, email="griffie1@example.nl", code="GM0995"),
        sign_in(Role.COUNCIL_OFFICE, email="griffie2@example.nl", code="GM0995"),
    )


def base(number: int) -> str:
    return f"/initiatieven/{number}/steunlijsten"


def waiting() -> list[str]:
    return [item.kind for item in inbox.everything([municipality().id]) if item.kind == "sheet"]


def counts(app: Flask, number: int) -> int:
    with app.app_context():
        service.count_dirty(at=now())
        db.session.commit()
        return db.session.get_one(Initiative, number).support_count


# --- the paper ------------------------------------------------------------------------------------------


def test_the_printed_sheet(app: Flask, client) -> None:
    number, _code = start(app)
    answer = client.get(f"/initiatieven/{number}/steunlijst.pdf?vellen=2")
    assert answer.mimetype == "application/pdf"
    text = " ".join(pdf_text.text_of(answer.data).split())
    for part in ("Bomen op het plein", "16 jaar of ouder", "Handtekening", "Na een jaar wissen we"):
        assert part in text, text
    again = client.get(f"/initiatieven/{number}/steunlijst.pdf?vellen=2")
    assert again.data == answer.data, "within ten minutes it is made once"


def test_the_code_finds_typing_errors(app: Flask) -> None:
    with app.app_context():
        code = codes.make(7, 0, "proef")
        assert codes.parse(7, code.lower().replace("-", " ")) == code
        assert codes.parse(7, f"{code}/2") == f"{code}/2"
        assert codes.parse(8, code) is None, "a sheet of another initiative"
        for place in (0, 1, 2, 4, 5, 6):
            for sign in codes.SIGNS:
                wrong = code[:place] + sign + code[place + 1 :]
                assert (codes.parse(7, wrong) is not None) == (wrong == code)
        body = code.replace("-", "")[:6]
        swapped = body[1] + body[0] + body[2:]
        assert (codes.check_sign(7, swapped) == codes.check_sign(7, body)) == (body[0] == body[1])


# --- typing over ----------------------------------------------------------------------------------------


def test_typed_over_looked_at_and_counted(app: Flask, sign_in) -> None:
    number, code = start(app)
    first, second = clients(app, sign_in)
    people = [PERSON, ("", "", ""), ("Bo Blauw", "1-2-2003", "8224ab")]
    values = typed(code, *people, **{"lines-3-is_skipped": "y"})
    assert first.post(f"{base(number)}/nieuw", data=values).status_code == 303
    assert counts(app, number) == 0, "nothing counts before the second pair of eyes"
    with app.app_context():
        sheet = db.session.scalars(db.select(SupportSheet)).one()
        assert [(line.number, line.verdict) for line in sheet.lines] == [
            (1, LineVerdict.WAITING),
            (3, LineVerdict.WAITING),
            (4, LineVerdict.UNREADABLE),
        ]
        url = f"{base(number)}/{sheet.id}"
        assert waiting() == ["sheet"]
    assert "Ada Groen" in second.get(url).text
    assert first.post(f"{url}/nakijken", data={"revision": "1", "all": "1"}).status_code == 409, "not oneself"
    assert second.post(f"{url}/nakijken", data={"revision": "1", "all": "1"}).status_code == 303
    assert second.post(f"{url}/nakijken", data={"revision": "1", "all": "1"}).status_code == 303, "a repeat"
    assert counts(app, number) == 2
    with app.app_context():
        support = db.session.scalars(db.select(Support).order_by(Support.id)).first()
        assert (support.channel, support.state, support.name) == (
            SupportChannel.PAPER,
            SupportState.CONFIRMED,
            "Ada Groen",
        )
        actions = list(
            db.session.scalars(db.select(Event.action).where(Event.subject_type == "support_sheet"))
        )
        assert {"enter", "accept", "read_sheet"} <= set(actions)
        assert waiting() == []
    page = second.get(base(number)).text
    assert code in page


def test_everything_that_is_wrong_at_once(app: Flask, sign_in) -> None:
    number, code = start(app)
    first, _second = clients(app, sign_in)
    young = now().year - 10
    values = typed(
        "AAA-AAA-A",
        ("Ada", "31-02-1980", "8232 AB"),
        ("", "1-1-1990", "12"),
        ("Kim", f"1-1-{young}", "8232 AB"),
    )
    answer = first.post(f"{base(number)}/nieuw", data=values)
    assert answer.status_code == 422
    for sentence in ("Deze code klopt niet", "als 31-12-1980", "Regel 2: vul de naam in", "als 1234 AB"):
        assert sentence in answer.text
    assert 'value="31-02-1980"' in answer.text, "what was typed is kept"
    rules = first.post(
        f"{base(number)}/nieuw",
        data=typed(code, ("Kim", f"1-1-{young}", "8232 AB"), ("Wim", "1-1-1980", "1011 AB")),
    )
    assert rules.status_code == 422
    assert "Jonger dan 16 jaar" in rules.text
    assert "niet in Lelystad" in rules.text
    assert first.post(f"{base(number)}/nieuw", data=typed(code)).status_code == 422, "an empty sheet"


def test_pasted_from_a_spreadsheet(app: Flask, sign_in) -> None:
    number, code = start(app)
    first, _second = clients(app, sign_in)
    pasted = "\n".join(f"Persoon {n}\t1-1-19{50 + n}\t8232 AB" for n in range(15))
    assert first.post(f"{base(number)}/nieuw", data=typed(code, PERSON, pasted=pasted)).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(db.select(SupportSheet)).one().lines) == 16
    many = "\n".join(f"P {n};1-1-1950;8232 AB" for n in range(60))
    answer = first.post(f"{base(number)}/nieuw", data=typed(code + "/2", pasted=many))
    assert answer.status_code == 422
    assert "hoogstens 40 regels" in answer.text


def test_a_sheet_is_typed_over_once_a_copy_has_a_number(app: Flask, sign_in) -> None:
    number, code = start(app)
    first, second = clients(app, sign_in)
    assert first.post(f"{base(number)}/nieuw", data=typed(code, PERSON)).status_code == 303
    answer = second.post(f"{base(number)}/nieuw", data=typed(code, ("Bo Blauw", "1-2-2003", "8224 AB")))
    assert answer.status_code == 422
    assert "al overgetypt" in answer.text
    assert "Bo Blauw" in answer.text
    copy = typed(f"{code}/2", ("Bo Blauw", "1-2-2003", "8224 AB"))
    assert second.post(f"{base(number)}/nieuw", data=copy).status_code == 303


# --- the second pair of eyes ----------------------------------------------------------------------------


def entered(initiative: Initiative, *lines: Line, copy: int = 1) -> SupportSheet:
    code = codes.make(initiative.id, copy, "proef")
    sheet = sheets.enter(initiative, code, lines, actor=office(), at=now())
    db.session.commit()
    db.session.refresh(sheet)
    return sheet


def line(number: int, name: str = "Ada Groen", postcode: str = "8232 AB") -> Line:
    return Line(number, name, today(now()).replace(year=1980), postcode)


def test_the_same_person_twice_on_paper(app: Flask) -> None:
    with app.app_context():
        initiative, other = published(), office("second@example.nl")
        one = entered(initiative, line(1), line(2, "ada  GROEN"))
        assert flags_of(one)[2].is_on_this_sheet
        yes = {1: LineVerdict.ACCEPTED, 2: LineVerdict.ACCEPTED}
        assert sheets.accept(one, yes, 1, actor=other, at=now()) == {"accepted": 1, "refused": 1}
        assert one.lines[1].verdict is LineVerdict.TWICE_ON_PAPER
        two = entered(initiative, line(1), copy=2)
        assert flags_of(two)[1].is_on_paper
        sheets.accept(two, {1: LineVerdict.ACCEPTED}, 1, actor=other, at=now())
        assert two.lines[0].verdict is LineVerdict.TWICE_ON_PAPER
        assert db.session.scalar(db.select(db.func.count(Support.id))) == 1


def test_on_paper_and_online_is_said_and_decided_by_hand(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published()
        supported(initiative, 1)  # "Steun 0", 8232 AB
        sheet = entered(initiative, line(1, "Steun 0"), line(2, "Bo Blauw"))
        number, url = initiative.id, f"{base(initiative.id)}/{sheet.id}"
    _first, second = clients(app, sign_in)
    assert "Waarschijnlijk dezelfde als online steun van" in second.get(url).text
    answer = second.post(f"{url}/nakijken", data={"revision": "1", "all": "1"})
    assert answer.status_code == 422, "the flagged line is not accepted in passing"
    assert "Kies of regel 1 meetelt" in answer.text
    choice = {"revision": "1", "line-1": "same_as_online", "line-2": "accepted"}
    assert second.post(f"{url}/nakijken", data=choice).status_code == 303
    assert counts(app, number) == 2


def test_sent_back_and_mended(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published()
        sheet = entered(initiative, line(1, "Ada Gruun"))
        number, url, code = initiative.id, f"{base(initiative.id)}/{sheet.id}", sheet.code
    first, second = clients(app, sign_in)
    assert second.post(f"{url}/terug", data={"revision": "1", "note": ""}).status_code == 422
    assert (
        second.post(f"{url}/terug", data={"revision": "1", "note": "Kijk naar regel 1."}).status_code == 303
    )
    page = first.get(f"{url}/verbeteren").text
    assert "Kijk naar regel 1." in page
    assert "Ada Gruun" in page
    mended = typed(code, PERSON, revision="1")
    assert first.post(f"{url}/verbeteren", data=mended).status_code == 303
    late = second.post(
        f"{url}/verbeteren", data=typed(code, ("Te Laat", "1-1-1980", "8232 AB"), revision="1")
    )
    assert late.status_code == 409
    assert "Te Laat" in late.text, "nothing that was typed is lost"
    stale = second.post(f"{url}/nakijken", data={"revision": "1", "line-1": "accepted"})
    assert stale.status_code == 409, "looked at an older text"
    assert second.post(f"{url}/nakijken", data={"revision": "2", "line-1": "accepted"}).status_code == 303
    assert counts(app, number) == 1
    with app.app_context():
        sheet = db.session.scalars(db.select(SupportSheet)).one()
        assert (sheet.state, sheet.revision) == (SheetState.CHECKED, 2)


def test_a_waiting_sheet_keeps_the_collection_open(app: Flask) -> None:
    with app.app_context():
        at = now()
        initiative = published(at)
        initiative.places[0].threshold = initiative.threshold = 1
        entered(initiative, line(1))
        ends_on = queries.collection_ends_on(initiative)
        late = ends_on + timedelta(days=2)
        assert queries.due_for_expiry(late) == []
        sheet = db.session.scalars(db.select(SupportSheet)).one()
        after = at + (late - today(at))
        sheets.accept(sheet, {1: LineVerdict.ACCEPTED}, 1, actor=office("g2@example.nl"), at=after)
        assert service.expire(initiative, at=after) is False, "enough, and in time"


def test_nothing_counts_for_what_was_withdrawn(app: Flask) -> None:
    with app.app_context():
        initiative = published()
        sheet = entered(initiative, line(1))
        service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now())
        with pytest.raises(NotAllowedNow):
            sheets.accept(sheet, {1: LineVerdict.ACCEPTED}, 1, actor=office("b@example.nl"), at=now())


# --- who, and for how long ------------------------------------------------------------------------------


def test_who_may(app: Flask, client, sign_in) -> None:
    number, _code = start(app)
    with app.app_context():
        sheet = entered(db.session.get_one(Initiative, number), line(1))
        paths = [base(number), f"{base(number)}/nieuw", f"{base(number)}/{sheet.id}"]
    stranger = sign_in(Role.COUNCIL_OFFICE, email="urk@example.nl", code="GM0184")
    resident = sign_in(email="wie@example.nl")
    for path in paths:
        assert client.get(path).status_code == 302
        assert stranger.get(path).status_code == resident.get(path).status_code == 403
    desk = sign_in(Role.INITIATIVE_DESK, email="desk@example.nl", code="GM0995")
    assert desk.get(paths[2]).status_code == 200
    assert desk.get(f"{base(number + 1)}/{1}").status_code == 404
    assert desk.get(f"{paths[2]}/nakijken").status_code == 405


def test_the_line_goes_blank(app: Flask) -> None:
    with app.app_context():
        entered(published(), line(1))
        apply_retention(now() + timedelta(days=366))
        row = db.session.scalars(db.select(SupportSheetLine)).one()
        assert (row.name, row.birth_date, row.postcode, row.person_key) == (None, None, None, None)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "A" * 5000, "‮drawkcab 😀"])
def test_strange_input(app: Flask, sign_in, name: str) -> None:
    number, code = start(app)
    first, second = clients(app, sign_in)
    answer = first.post(f"{base(number)}/nieuw", data=typed(code, (name, "1-1-1980", "8232 AB")))
    assert answer.status_code == (422 if len(name) > 80 else 303)
    if answer.status_code == 303:
        with app.app_context():
            url = f"{base(number)}/{db.session.scalars(db.select(SupportSheet.id)).one()}"
        assert "<script>alert" not in second.get(url).text


def test_a_sheet_that_waits_has_a_clock_and_somebody_to_turn_to(app: Flask) -> None:
    """It keeps the collection from ending, so it may not lie there without end."""
    with app.app_context():
        initiative = published()
        typist, other = office(), office("other@example.nl")
        code = codes.make(initiative.id, 0, "klok")
        line = Line(1, "Ada Groen", today(now()).replace(year=1980), "8232 AB")
        sheet = sheets.enter(initiative, code, [line], actor=typist, at=now())
        db.session.commit()
        clock = deadline_of(sheet, sheets.SHEET_CHECK)
        assert clock is not None
        assert clock.due_on == today(now() + timedelta(days=14))
        (item,) = [one for one in inbox.everything([municipality().id]) if one.kind == "sheet"]
        assert item.due_on == clock.due_on
        assert typist.id not in [one.id for one in sheets.ladder(clock)[0]]
        sheets.accept(sheet, {1: LineVerdict.ACCEPTED}, sheet.revision, actor=other, at=now())
        db.session.commit()
        assert clock.met_at is not None
