"""Who may reach the pages round a knot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, TableItem
from civic.aanjaagteam.service import briefs, members, promises
from civic.aanjaagteam.service.knots import ProcessFix
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.knots import ProcessOutcome
from civic.aanjaagteam.states.meetings import TableBody
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import KNOT, member, report_in
from tests.access import AANJAAGTEAM_MEMBER, ADMINISTRATOR, EVERYBODY, Case

TEAM = frozenset({AANJAAGTEAM_MEMBER})
KEEPERS = frozenset({AANJAAGTEAM_MEMBER, ADMINISTRATOR})
DUE = date(2027, 3, 1)
BRIEF = briefs.BriefText("Terras", "Het ligt stil.", "Gebeld.", 150, "offerte", "Zeg ja.")


def build() -> dict[str, Case]:
    at, actor = now() - timedelta(days=1), member()
    promised, decided = report_in(State.TAKEN_UP), report_in(State.DECIDED)
    promises.make_promise(promised, DUE, actor=actor, at=at)
    briefs.write_brief(promised, BRIEF, 0, actor=actor, at=at)
    followed, ending = _decided(process=_follows()), _decided(valid_until=DUE)
    item = _item(promised)
    lid = members.add_member(
        actor, members.Membership("hoofd", "tot 5.000 euro", today(at)), actor=actor, at=at
    )
    db.session.flush()
    one, version = {"report_id": promised.id}, {"report_id": promised.id, "version": 1}
    return {
        "aanjaagteam.check_execution": Case(TEAM, {"report_id": decided.id}),
        "aanjaagteam.finish_process": Case(TEAM, {"report_id": followed.id}),
        "aanjaagteam.decision_term": Case(TEAM, {"report_id": ending.id}),
        "aanjaagteam.knots": Case(TEAM),
        "aanjaagteam.knots_csv": Case(TEAM, is_page=False),
        "aanjaagteam.promise": Case(TEAM, one),
        "aanjaagteam.keep_promise": Case(TEAM, one),
        "aanjaagteam.content_meeting": Case(TEAM, one),
        "aanjaagteam.put_on_table": Case(TEAM, one),
        "aanjaagteam.table_result": Case(TEAM, {**one, "item_id": item.id}),
        "aanjaagteam.agenda": Case(TEAM),
        "aanjaagteam.table_agenda": Case(TEAM, {"organ": "management", "day": item.table_on.isoformat()}),
        "aanjaagteam.brief": Case(TEAM, one),
        "aanjaagteam.brief_pdf": Case(TEAM, version, is_page=False),
        "aanjaagteam.send_brief": Case(TEAM, version),
        "aanjaagteam.acknowledge_brief": Case(TEAM, version),
        "aanjaagteam.team_members": Case(KEEPERS),
        "aanjaagteam.add_member": Case(KEEPERS),
        "aanjaagteam.change_member": Case(KEEPERS, {"member_id": lid.id}),
        "aanjaagteam.public_team": Case(EVERYBODY),
    }


def _follows() -> ProcessFix:
    return ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", member().id, DUE)


def _decided(**given: Any) -> Report:
    """A decision of which something is still open: its process, or its end."""
    at = now() - timedelta(days=1)
    report = report_in(State.TAKEN_UP)
    service.decide(report, replace(KNOT, **given), report.revision, actor=member(), at=at)
    return report


def _item(report: Report) -> TableItem:
    """On the agenda of a table that sat yesterday."""
    at = now() - timedelta(days=1)
    item = TableItem(
        report_id=report.id,
        organ=TableBody.MANAGEMENT,
        table_on=today(at),
        asked="Mag het terras open?",
        created_at=at,
        created_by_id=member().id,
    )
    db.session.add(item)
    return item
