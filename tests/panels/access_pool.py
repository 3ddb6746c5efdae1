"""Who may reach which page about the pool."""

from __future__ import annotations

from sqlalchemy import select

from civic.db import db
from civic.panels.models import InvitationCode, InvitationShare, InvitationWave, PoolCheck, PoolFlag
from civic.panels.queries.composition import features_of
from civic.panels.states import CheckState, EntryRoute, FlagKind, RegistrationState, ShareState, Stage
from civic.regions.models import Municipality
from tests.access import AUDITOR, EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_pool import Wish, make_registration
from tests.panels.stages import constituency, prepared_panel

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
READERS = ADMINISTRATORS | {AUDITOR}
BIRTH = {"name": "Els Post", "birth_date": "17-05-1980", "street": "Kerkweg", "number": "9"}
FILLED_IN = {
    **BIRTH,
    "postcode": "1315 AB",
    "place": "Almere",
    "honorarium": "later",
    "reason": "Een tikfout.",
}


def build() -> dict[str, Case]:
    open_panel, closed = prepared_panel(Stage.REGISTRATION), prepared_panel(Stage.POOL)
    here, there = {"panel_id": open_panel.id}, {"panel_id": closed.id}
    first, second = make_registration(open_panel), make_registration(open_panel)
    removed = make_registration(open_panel, Wish(state=RegistrationState.REMOVED))
    flag = PoolFlag(
        panel_id=open_panel.id,
        kind=FlagKind.SAME_ADDRESS,
        registration_id=second.id,
        other_id=first.id,
        raised_at=NOW,
    )
    db.session.add(flag)
    db.session.commit()
    check = _impossible(closed.id)
    nominated = {**here, "source_id": constituency(open_panel, 1).sources[0].id, "municipality_id": _place()}
    letter = {**here, "code_id": _code(open_panel.id, constituency(open_panel, 2).sources[0].id)}
    self_chosen = constituency(open_panel, 3)
    self_chosen.route = EntryRoute.SELF_REGISTRATION
    entrance = {**here, "source_id": self_chosen.sources[0].id, "municipality_id": _place()}
    db.session.commit()
    one, other = {**here, "registration_id": first.id}, {**here, "registration_id": removed.id}
    about = {**here, "flag_id": flag.id}
    decision = {f"signaal{flag.id}-decision": "keep", f"signaal{flag.id}-reason": "Zij wonen samen."}
    source = {**here, "source_id": constituency(open_panel, 2).sources[0].id}
    return {
        "panels.pool": Case(READERS, here),
        "panels.pool_csv": Case(READERS, here, is_page=False),
        "panels.request_check": Case(ADMINISTRATORS, here),
        "panels.accept_proposal": Case(
            ADMINISTRATORS, {**there, "check_id": check}, {"reason": "Er zijn niet meer mensen."}
        ),
        "panels.close_registration": Case(ADMINISTRATORS, here),
        "panels.reopen_registration": Case(ADMINISTRATORS, there, {"reason": "Er zijn te weinig mensen."}),
        "panels.flags": Case(ADMINISTRATORS, here),
        "panels.decide_flag": Case(ADMINISTRATORS, about, decision),
        "panels.undo_flag": Case(ADMINISTRATORS, about),
        "panels.find_registration": Case(ADMINISTRATORS, here, {"wanted": str(first.id)}),
        "panels.registration": Case(ADMINISTRATORS, one),
        "panels.correct_registration": Case(ADMINISTRATORS, one, FILLED_IN),
        "panels.remove_registration": Case(ADMINISTRATORS, one, {"code": "asked", "reason": "Zij belde."}),
        "panels.restore_registration": Case(ADMINISTRATORS, other),
        "panels.intake": Case(ADMINISTRATORS, here),
        "panels.intake_letter": Case(ADMINISTRATORS, letter),
        "panels.intake_entrance": Case(ADMINISTRATORS, entrance),
        "panels.nominations": Case(ADMINISTRATORS, here),
        "panels.nominate": Case(ADMINISTRATORS, nominated),
        "panels.import_registrations": Case(ADMINISTRATORS, here),
        "panels.confirm_import": Case(ADMINISTRATORS, source, {"sealed": "v1.k1.no.no"}),
        "panels.import_example": Case(ADMINISTRATORS, source, is_page=False),
        "panels.diversity": Case(EVERYBODY, here),
        "panels.diversity_csv": Case(EVERYBODY, here, is_page=False),
    }


def _place() -> int:
    return db.session.scalars(select(Municipality.id).where(Municipality.code == "GM0034")).one()


def _impossible(panel_id: int) -> int:
    """A finished check that proposes to widen one quota."""
    value = features_of(panel_id)[1].values[0]
    change = {"kind": "feature", "key": value.id, "cell": [0, 0], "label": "leeftijd: 16-34"}
    bounds = {"old": [value.minimum, value.maximum], "new": [value.minimum - 2, value.maximum]}
    result = {"is_possible": False, "shortages": [], "proposal": [{**change, **bounds}], "registrations": 3}
    check = PoolCheck(
        panel_id=panel_id,
        state=CheckState.DONE,
        requested_by_id=administrator().id,
        requested_at=NOW,
        finished_at=NOW,
        result=result,
    )
    db.session.add(check)
    db.session.commit()
    return check.id


def _code(panel_id: int, source_id: int) -> int:
    wave = InvitationWave(
        panel_id=panel_id,
        number=1,
        closes_on=NOW.date().replace(day=30),
        created_by_id=administrator().id,
        created_at=NOW,
    )
    share = InvitationShare(
        municipality_id=_place(), source_id=source_id, letters=10, state=ShareState.ISSUED, issued_at=NOW
    )
    wave.shares.append(share)
    db.session.add(wave)
    db.session.flush()
    code = InvitationCode(share_id=share.id, number=0, code_index="0" * 64)
    db.session.add(code)
    db.session.commit()
    return code.id
