"""Who may reach the queue, the units and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from civic.aanjaagteam.models import SavedView
from civic.aanjaagteam.service.units import Membership, add_member
from civic.aanjaagteam.service.views import save_view
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import report_in
from tests.aanjaagteam.queue_makers import unit, wait_for, works_at
from tests.access import AANJAAGTEAM_MEMBER, ADMINISTRATOR, EMPLOYEE, RESIDENT, SIGNED_IN, Case
from tests.factories import make_user

TEAM = frozenset({AANJAAGTEAM_MEMBER})
KEEPERS = TEAM | {ADMINISTRATOR}
# every official has an inbox
STAFF = frozenset(SIGNED_IN) - {RESIDENT, "owner"}


def build() -> dict[str, Case]:
    worker, reader = make_user(email="employee@example.nl"), make_user(email="aanjaagteam-member@example.nl")
    where, other = unit("Loket", "GM0034"), unit("Archief", None)
    works_at(worker, where)
    taken_up, changed = report_in(State.TAKEN_UP), report_in(State.PROCESS_CHANGED)
    wait_for(taken_up, where)
    view, gone = _view(reader, "Mijn lijst"), _view(reader, "Oude lijst")
    member = add_member(other, worker, Membership(today(now()) - timedelta(days=9)), actor=reader, at=now())
    chosen = {"keuze": f"{taken_up.id}.{taken_up.revision}", "doe": "decide_now"}
    unit_form = {"name": "Nieuw loket", "municipality": "", "headcount": "4"}
    of_unit, one = {"unit_id": where.id}, {"unit_id": other.id}
    return {
        "aanjaagteam.board_move": Case(
            TEAM, {"report_id": changed.id}, {"naar": "meten", "revision": str(changed.revision)}
        ),
        "aanjaagteam.decide_lane": Case(TEAM),
        "aanjaagteam.queue_csv": Case(TEAM, is_page=False),
        "aanjaagteam.bulk_preview": Case(TEAM, form=chosen),
        "aanjaagteam.bulk_apply": Case(TEAM, form=chosen),
        "aanjaagteam.queue_views": Case(TEAM),
        "aanjaagteam.view_save": Case(TEAM, form={"name": "Te laat", "filter": "te-laat=ja"}),
        "aanjaagteam.view_change": Case(TEAM, {"view_id": view.id}, {"name": "Mijn werk"}),
        "aanjaagteam.view_delete": Case(TEAM, {"view_id": gone.id}),
        "aanjaagteam.inbox": Case(STAFF),
        "aanjaagteam.digest": Case(STAFF, form={"rhythm": "daily"}),
        "aanjaagteam.unit_page": Case(TEAM | {EMPLOYEE}, of_unit),
        "aanjaagteam.unit_report": Case(TEAM | {EMPLOYEE}, {**of_unit, "report_id": taken_up.id}),
        "aanjaagteam.units": Case(KEEPERS, form=unit_form),
        "aanjaagteam.unit_edit": Case(KEEPERS, of_unit, {"name": "Loket"}),
        "aanjaagteam.unit_close": Case(KEEPERS, one),
        "aanjaagteam.unit_open": Case(KEEPERS, one),
        "aanjaagteam.unit_member_add": Case(KEEPERS, of_unit, {"email": "x"}),
        "aanjaagteam.unit_member": Case(KEEPERS, {**one, "member_id": member.id}, {"from_on": ""}),
    }


def _view(owner: User, name: str) -> SavedView:
    view = save_view(name, "wie=ik", actor=owner, at=now() - timedelta(days=1))
    db.session.flush()
    return view
