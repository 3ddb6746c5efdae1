"""The verbs of stories.toml about people: the ladder, thinking along, and improving."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from civic.aanjaagteam.demo.script import Said, verb
from civic.aanjaagteam.demo.units import unit_named
from civic.aanjaagteam.models import Consult, Escalation, Improvement
from civic.aanjaagteam.queries.ladder import open_run
from civic.aanjaagteam.service import consults, improvements, ladder
from civic.aanjaagteam.states.consults import Domain, NextStep
from civic.aanjaagteam.states.improvements import Check
from civic.aanjaagteam.states.ladder import EscalationReason
from civic.accounts.demo import persona
from civic.calendar import today
from civic.db import db

# --- the ladder --------------------------------------------------------------------------------------------


@verb
def escalate(said: Said, at: datetime) -> None:
    said.stage.left_alone.add(said.report.id)
    wanted = ladder.Wanted(
        EscalationReason(said.text("reason")), said.text("tried"), said.text("asked"), said.data["level"]
    )
    ladder.escalate(said.report, wanted, actor=said.actor, at=at)


def _run(said: Said) -> Escalation:
    run = open_run(said.report.id)
    if run is None:
        raise LookupError(f"no open escalation: {said.data}")
    return run


@verb
def accept(said: Said, at: datetime) -> None:
    run = _run(said)
    ladder.accept(run, run.level, actor=said.actor, at=at)


@verb
def answer(said: Said, at: datetime) -> None:
    run = _run(said)
    ladder.answer(run, run.level, said.text(), actor=said.actor, at=at)


@verb
def lift(said: Said, at: datetime) -> None:
    run = _run(said)
    ladder.lift(run, run.level, said.text(), actor=said.actor, at=at)


@verb
def take_back(said: Said, at: datetime) -> None:
    ladder.withdraw(_run(said), said.text(), actor=said.actor, at=at)


# --- thinking along ----------------------------------------------------------------------------------------


def _whom(said: Said) -> consults.Whom:
    if "who" in said.data:
        return consults.Whom(user_id=persona(said.text("who")).id)
    if "unit" in said.data:
        return consults.Whom(unit_id=unit_named(said.text("unit")).id)
    return consults.Whom(domain=Domain(said.text("domain")))


@verb
def consult(said: Said, at: datetime) -> None:
    asked = consults.Asked(said.text("question"), _whom(said), said.text("term"))
    consults.ask(said.report, asked, actor=said.actor, at=at)


@verb
def quick_consult(said: Said, at: datetime) -> None:
    asked = consults.QuickAsked(said.text("question"), _whom(said))
    consults.ask_quick(asked, actor=said.actor, at=at)


def _last_consult() -> Consult:
    """The script answers a question before it asks the next one."""
    return db.session.scalars(select(Consult).order_by(Consult.id.desc()).limit(1)).one()


@verb
def take_consult(said: Said, at: datetime) -> None:
    consults.take(_last_consult(), actor=said.actor, at=at)


@verb
def answer_consult(said: Said, at: datetime) -> None:
    consults.answer(_last_consult(), said.text(), actor=said.actor, at=at)


@verb
def close_consult(said: Said, at: datetime) -> None:
    step = NextStep(said.text("next_step")) if "next_step" in said.data else None
    ending = consults.ConsultEnding(said.text("thanks"), step)
    consults.close(_last_consult(), ending, actor=said.actor, at=at)


# --- improving ---------------------------------------------------------------------------------------------


@verb
def improve(said: Said, at: datetime) -> None:
    new = improvements.Proposal(
        said.text("process"),
        said.text("proposal"),
        unit_named(said.text("unit")).id,
        frozenset(Check(one) for one in said.data["yes"]),
        today(at) + timedelta(days=said.data["days"]) if "days" in said.data else None,
    )
    improvements.propose(new, actor=said.actor, at=at)


def _last_improvement() -> Improvement:
    return db.session.scalars(select(Improvement).order_by(Improvement.id.desc()).limit(1)).one()


@verb
def finish_improvement(said: Said, at: datetime) -> None:
    improvements.finish(_last_improvement(), said.text(), actor=said.actor, at=at)


@verb
def thank(said: Said, at: datetime) -> None:
    for key in said.data["who"]:
        improvements.thank(_last_improvement(), actor=persona(key), at=at)
