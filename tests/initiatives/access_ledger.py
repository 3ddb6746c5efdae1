"""Who may reach the ledger. Each unsafe step has a row in the state that allows it."""

from __future__ import annotations

from typing import Any

from civic.calendar import today
from civic.db import db, now
from civic.initiatives.models import Initiative, Support, SupportSample, SupportSheet
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.service import fraud, sample, sheets
from civic.initiatives.service.supports import token_of
from civic.initiatives.sheet import codes
from civic.initiatives.states.ledger import InvalidReason, ItemVerdict
from tests.access import COUNCIL_OFFICE, EVERYBODY, INITIATIVE_DESK, SIGNED_IN, Case
from tests.initiatives.factories import author, published, supported

OFFICE = frozenset({COUNCIL_OFFICE})
TYPISTS = OFFICE | {INITIATIVE_DESK}
LINE = {"lines-0-name": "Ada Groen", "lines-0-birth_date": "1-1-1980", "lines-0-postcode": "8232 AB"}


def _sheet(copy: int, *, returned: bool = False) -> SupportSheet:
    initiative = published()
    code = codes.make(initiative.id, copy, "access")
    line = sheets.Line(1, "Ada Groen", today(now()).replace(year=1980), "8232 AB")
    sheet = sheets.enter(initiative, code, [line], actor=author(), at=now())
    db.session.flush()
    if returned:
        sheet.checked_by_id = None
        sheets.send_back(sheet, "Regel 1.", 1, actor=_other(), at=now())
    return sheet


def _other() -> Any:
    from tests.factories import make_user

    return make_user(email="access-second@example.nl")


def _of_sheet(sheet: SupportSheet) -> dict[str, Any]:
    return {"initiative_id": sheet.initiative_id, "sheet_id": sheet.id}


def _sample(*, is_judged: bool = False) -> dict[str, Any]:
    initiative = _supported()
    found: SupportSample = sample.draw(initiative.places[0], sample.Wanted(size=1), actor=author(), at=now())
    db.session.flush()
    if is_judged:
        (item,) = db.session.scalars(db.select(_item().id).where(_item().sample_id == found.id))
        sample.judge(found, {item: ItemVerdict.VALID}, actor=author(), at=now())
    return {"initiative_id": initiative.id, "place_id": initiative.places[0].id, "sample_id": found.id}


def _item() -> Any:
    from civic.initiatives.models import SupportSampleItem

    return SupportSampleItem


def _supported() -> Initiative:
    initiative = published()
    supported(initiative, 2)
    return initiative


def _support_of(initiative: Initiative) -> Support:
    return db.session.scalars(db.select(Support).where(Support.initiative_id == initiative.id)).first()


def _invalidated() -> dict[str, Any]:
    initiative = _supported()
    act = fraud.Act(InvalidReason.TWICE, "Zag ik.", 1)
    wanted = Suspects(support_id=_support_of(initiative).id)
    places = {one.municipality_id for one in initiative.places}
    row = fraud.invalidate(initiative, wanted, act, places=places, actor=author(), at=now())
    return {"initiative_id": initiative.id, "invalidation_id": row.id}


def build() -> dict[str, Case]:
    one, to_type = _supported(), published()
    at = {"initiative_id": one.id}
    place = {**at, "place_id": one.places[0].id}
    code = codes.make(to_type.id, 9, "access")
    token = {"token": token_of(_support_of(one))}
    checked = {"revision": "1", "line-1": "accepted"}
    cases = {
        "initiatives.sheet_pdf": Case(EVERYBODY, at, is_page=False),
        "initiatives.sheets": Case(TYPISTS, at),
        "initiatives.new_sheet": Case(TYPISTS, {"initiative_id": to_type.id}, form={"code": code, **LINE}),
        "initiatives.sheet": Case(TYPISTS, _of_sheet(_sheet(1))),
        "initiatives.check_sheet": Case(TYPISTS, _of_sheet(_sheet(2)), form=checked),
        "initiatives.return_sheet": Case(
            TYPISTS, _of_sheet(_sheet(3)), form={"revision": "1", "note": "Regel 1."}
        ),
        "initiatives.repair_sheet": Case(
            TYPISTS, _of_sheet(_sheet(4, returned=True)), form={"revision": "1", **LINE}
        ),
        "initiatives.ledger": Case(OFFICE, at),
        "initiatives.fraud": Case(OFFICE, at),
        "initiatives.fraud_domains": Case(OFFICE, at),
        "initiatives.ledger_lines": Case(OFFICE, at),
        "initiatives.invalidate": Case(
            OFFICE, at, form={"reason": "twice", "note": "Zag ik.", "expected": "1"}
        ),
        "initiatives.restore": Case(OFFICE, _invalidated()),
        "initiatives.samples": Case(OFFICE, place, form={"margin": "5"}),
        "initiatives.sample": Case(OFFICE, _sample()),
        "initiatives.judge_sample": Case(OFFICE, _sample()),
        "initiatives.finish_sample": Case(OFFICE, _sample(is_judged=True)),
        "initiatives.stop_sample": Case(OFFICE, _sample()),
        "initiatives.support_account": Case(SIGNED_IN, at, form={"account-postcode": "8232 AB"}),
        "initiatives.show_name": Case(EVERYBODY, token, form={"shows_name": "y"}),
    }
    db.session.commit()
    return cases
