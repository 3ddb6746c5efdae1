"""The verbs of stories.toml about one report: waiting, handing over, talking, the table, the brief."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.demo.script import Said, verb
from civic.aanjaagteam.demo.units import unit_named
from civic.aanjaagteam.models import Dispute, Incentive, ReportFollower, TableItem
from civic.aanjaagteam.queries.briefs import alderman_briefs_of
from civic.aanjaagteam.queries.knots import checks_of
from civic.aanjaagteam.queries.me_too import person_key_of
from civic.aanjaagteam.queries.one import current_decision
from civic.aanjaagteam.service import (
    briefs,
    case,
    causes,
    checks,
    clusters,
    disputes,
    handoffs,
    knot_ends,
    me_too,
    meetings,
    promises,
    voices,
    waits,
)
from civic.aanjaagteam.states.facts import Cause, HandoverReason, LawBasis, Stance, WaitKind
from civic.aanjaagteam.states.knots import CheckResult
from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.accounts.demo import persona
from civic.calendar import Calendar, today
from civic.db import db
from civic.regions.queries import municipalities


def place_id(code: str) -> int:
    return next(one.id for one in municipalities() if one.code == code)


def day_after(at: datetime, days: int) -> date:
    return Calendar().next_working_day(today(at) + timedelta(days=days))


@verb
def summary(said: Said, at: datetime) -> None:
    case.set_summary(said.report, said.text(), said.report.revision, actor=said.actor, at=at)


@verb
def plan(said: Said, at: datetime) -> None:
    deputy = persona(said.data["deputy"]) if "deputy" in said.data else None
    wanted = case.Plan(said.text(), deputy)
    case.set_plan(said.report, wanted, said.report.revision, actor=said.actor, at=at)


@verb
def adopt(said: Said, at: datetime) -> None:
    report = said.report
    case.adopt(report, report.revision, is_public=said.data["public"], actor=said.actor, at=at)


@verb
def cause(said: Said, at: datetime) -> None:
    nth = select(Incentive.id).order_by(Incentive.id).offset(said.data["incentive"]).limit(1)
    given = causes.CauseGiven(Cause(said.text("cause")), said.text("note"), db.session.scalar(nth))
    causes.set_cause(said.report, given, said.report.revision, actor=said.actor, at=at)


@verb
def note(said: Said, at: datetime) -> None:
    service.add_note(said.report, said.text(), actor=said.actor, at=at)


@verb
def wait(said: Said, at: datetime) -> None:
    unit, who = said.text("unit"), said.text("who")
    new = waits.NewWait(
        WaitKind(said.text("kind")),
        said.text("question"),
        unit_id=unit_named(unit).id if unit else None,
        user_id=persona(who).id if who else None,
        party=said.text("party"),
        due_on=day_after(at, said.data["days"]) if "days" in said.data else None,
    )
    waits.start_wait(said.report, new, said.report.revision, actor=said.actor, at=at)


@verb
def end_wait(said: Said, at: datetime) -> None:
    """The longest one of this kind that still runs."""
    found = waits.open_waits(said.report, WaitKind(said.text("kind")))[0]
    waits.end_wait(found, said.text("answer"), actor=said.actor, at=at)


@verb
def hand_over(said: Said, at: datetime) -> None:
    unit_id = unit_named(said.text("unit")).id if "unit" in said.data else None
    reason, party = HandoverReason(said.text("reason")), said.data.get("party", "")
    wanted = handoffs.Handover(unit_id, reason, said.text("note"), party)
    handoffs.hand_over(said.report, wanted, said.report.revision, actor=said.actor, at=at)


@verb
def say(said: Said, at: datetime) -> None:
    new = voices.NewMessage(said.text(), service.new_token(), bool(said.data.get("question")))
    voices.write_as_official(said.report, new, actor=said.actor, at=at)
    voices.mark_read(said.report, by_reporter=False, at=at)


@verb
def reporter_says(said: Said, at: datetime) -> None:
    voices.mark_read(said.report, by_reporter=True, at=at)
    voices.write_as_reporter(said.report, voices.NewMessage(said.text(), service.new_token()), at=at)


@verb
def verdict(said: Said, at: datetime) -> None:
    voices.give_verdict(said.report, said.data["solved"], said.text(), at=at)


@verb
def prolong(said: Said, at: datetime) -> None:
    """From the day on which it would have ended."""
    decision = current_decision(said.report)
    if decision is not None and decision.ends_on is not None:
        new = knot_ends.NewTerm(decision.ends_on + timedelta(days=said.data["days"]), said.text())
        knot_ends.prolong(said.report, new, said.report.revision, actor=said.actor, at=at)


@verb
def join(said: Said, at: datetime) -> None:
    """ "Me too": they typed an address, and pressed the button in the mail."""
    report = said.report
    for name in said.data["who"]:
        address = f"{name}@example.nl"
        me_too.ask(report, address, None, at=at)
        mine = select(ReportFollower).where(
            ReportFollower.report_id == report.id, ReportFollower.person_key == person_key_of(address)
        )
        me_too.confirm(db.session.scalars(mine).one(), at=at)


@verb
def cluster(said: Said, at: datetime) -> None:
    for number in said.data["others"]:
        other = said.stage.walks[number].report
        clusters.put_together(said.report, other, actor=said.actor, at=at)


@verb
def share_decision(said: Said, at: datetime) -> None:
    clusters.share_decision(said.report, actor=said.actor, at=at)


@verb
def promise(said: Said, at: datetime) -> None:
    promises.make_promise(said.report, day_after(at, said.data["days"]), actor=said.actor, at=at)


@verb
def check(said: Said, at: datetime) -> None:
    decision = current_decision(said.report)
    seen = len(checks_of(decision)) if decision is not None else 0
    result = CheckResult(said.text("result"))
    again = day_after(at, said.data["days"]) if result is not CheckResult.DONE else None
    looked = checks.Looked(result, said.text(), again)
    checks.check_execution(said.report, looked, seen, actor=said.actor, at=at)


@verb
def meeting(said: Said, at: datetime) -> None:
    attendees, outcome = said.text("attendees"), said.text("outcome")
    held = meetings.Meeting(today(at), attendees, True, outcome, secrets.token_hex(16))
    meetings.log_meeting(said.report, held, actor=said.actor, at=at)


@verb
def table(said: Said, at: datetime) -> None:
    body = TableBody(said.data.get("body", "management"))
    slot = meetings.Slot(body, day_after(at, said.data["days"]), said.text("asked"))
    meetings.put_on_table(said.report, slot, actor=said.actor, at=at)


@verb
def table_result(said: Said, at: datetime) -> None:
    """No words: nobody got to it."""
    last = select(TableItem).where(TableItem.report_id == said.report.id, TableItem.result.is_(None))
    item = db.session.scalars(last.order_by(TableItem.id).limit(1)).one()
    result = TableResult.DISCUSSED if said.text() else TableResult.POSTPONED
    meetings.note_result(item, said.report, meetings.Said(result, said.text()), actor=said.actor, at=at)


@verb
def brief(said: Said, at: datetime) -> None:
    fields = {name: said.text(name) for name in briefs.FIELDS if name != "cost"}
    text = briefs.BriefText(**fields, cost=said.data.get("cost"))
    version = len(alderman_briefs_of(said.report))
    briefs.write_brief(said.report, text, version, actor=said.actor, at=at)


@verb
def send_brief(said: Said, at: datetime) -> None:
    row = max(alderman_briefs_of(said.report), key=lambda one: one.version)
    briefs.send_brief(row, said.report, briefs.Given(said.text("to"), today(at)), actor=said.actor, at=at)


@verb
def acknowledge_brief(said: Said, at: datetime) -> None:
    row = max(alderman_briefs_of(said.report), key=lambda one: one.version)
    briefs.acknowledge_brief(row, said.report, today(at), actor=said.actor, at=at)


@verb
def dispute(said: Said, at: datetime) -> None:
    claims = tuple(
        disputes.Claim(
            place_id(one["place"]) if "place" in one else None,
            Stance(one["stance"]),
            one["basis"],
            one.get("party", ""),
        )
        for one in said.data["claims"]
    )
    new = disputes.NewDispute(
        claims,
        LawBasis(said.text("law")),
        said.text("explanation"),
        place_id(said.text("interim_place")),
        unit_named(said.text("interim_unit")).id,
    )
    disputes.open_dispute(said.report, new, said.report.revision, actor=said.actor, at=at)


@verb
def settle_dispute(said: Said, at: datetime) -> None:
    row = db.session.scalars(select(Dispute).where(Dispute.report_id == said.report.id)).one()
    ruling = disputes.Ruling(place_id(said.text("place")), said.text("resolver"), said.text("outcome"))
    disputes.resolve(row, ruling, row.revision, actor=said.actor, at=at)
