"""A pool that can be frozen, that waits for the second administrator, that is frozen. In an app context."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import (
    Freeze,
    MandateAgreement,
    Objection,
    Panel,
    PoolCheck,
    PoolSummary,
    Registration,
)
from civic.panels.queries import freeze as queries
from civic.panels.queries.registrations import access_index_of
from civic.panels.service import freeze as service
from civic.panels.service import freeze_objections as objections
from civic.panels.service import receipts
from civic.panels.service.freeze_objections import Complaint
from civic.panels.states import CheckState, Stage
from tests.conftest import NOW
from tests.factories import make_user
from tests.panels.makers import administrator
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.stages import prepared_panel

SECOND_EMAIL = "aisha@example.nl"
TOKEN = "ab" * 32
PEOPLE = 108  # six in every cell
EARLIER = NOW - timedelta(days=2)
REASON = "Er staan twee mensen dubbel in de pool."


def second() -> User:
    user = make_user(email=SECOND_EMAIL, name="Aisha Mulder")
    return (
        user
        if user.grants
        else make_user(Role.LOTTERY_ADMINISTRATOR, email=SECOND_EMAIL, name="Aisha Mulder")
    )


def pool_panel(count: int = PEOPLE, stage: Stage = Stage.POOL) -> Panel:
    """Everything in order: registered, counted and checked."""
    panel = prepared_panel(stage, at=EARLIER)
    make_pool(panel, count, seed=panel.id, at=EARLIER)
    make_in_order(panel, EARLIER + timedelta(hours=1))
    return panel


def make_in_order(panel: Panel, at: datetime) -> None:
    """As the jobs would leave it: figures counted, no flags, a check that says a panel is possible."""
    rows = select(Registration).where(Registration.panel_id == panel.id)
    for row in db.session.scalars(rows):
        row.is_dirty = False
    db.session.execute(delete(PoolSummary).where(PoolSummary.panel_id == panel.id))
    db.session.add(PoolSummary(panel_id=panel.id, figures={}, counted_at=at))
    db.session.add(
        PoolCheck(
            panel_id=panel.id,
            state=CheckState.DONE,
            requested_by_id=administrator().id,
            requested_at=at,
            finished_at=at,
            result={"is_possible": True, "shortages": [], "proposal": []},
        )
    )
    db.session.commit()


def with_warning(panel: Panel) -> None:
    """One municipality takes its promise back."""
    row = db.session.scalars(select(MandateAgreement).where(MandateAgreement.panel_id == panel.id)).first()
    assert row is not None
    row.withdrawn_at = NOW
    db.session.commit()


def proposed(panel: Panel | None = None, at: datetime = NOW, actor: User | None = None) -> Freeze:
    panel = panel or pool_panel()
    warnings = [item.point.value for item in queries.checklist(panel) if item.is_warning]
    freeze = service.propose(panel, warnings, actor=actor or administrator(), at=at)
    db.session.commit()
    return freeze


def frozen(panel: Panel | None = None, at: datetime = NOW) -> Freeze:
    freeze = proposed(panel, at)
    service.confirm(freeze, actor=second(), at=at)
    db.session.commit()
    return freeze


def panel_of(freeze: Freeze) -> Panel:
    return db.session.get_one(Panel, freeze.panel_id)


def registrant(panel: Panel, token: str = TOKEN, at: datetime = EARLIER) -> Registration:
    """Somebody with a link of their own."""
    row = make_registration(panel, Wish(name="Zoë Yılmaz", email="zoe@example.nl"), at=at)
    row.secrets = receipts.fresh_secrets()
    row.access_index = access_index_of(token)
    row.is_dirty = False
    db.session.commit()
    return row


def objection(panel: Panel, contact: str = "zoe@example.nl", at: datetime = NOW) -> Objection:
    row = objections.object_to(panel, Complaint("Mijn buurman staat er twee keer in.", contact), at=at)
    db.session.commit()
    return row
