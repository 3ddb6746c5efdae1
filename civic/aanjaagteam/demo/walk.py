"""The way of one report: told, looked at, taken up, decided, closed; each step on its own day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from civic.aanjaagteam import service
from civic.aanjaagteam.demo.agenda import Agenda
from civic.aanjaagteam.demo.items import Item
from civic.aanjaagteam.demo.plans import DECIDE_NOW, Plan
from civic.aanjaagteam.demo.units import unit_named
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.members import members_on
from civic.aanjaagteam.service import bulk, causes, checks, promises, voices, waits
from civic.aanjaagteam.states import Channel, Outcome, State
from civic.aanjaagteam.states.facts import DecisionOwner, ReportKind, WaitKind
from civic.aanjaagteam.states.knots import CheckResult
from civic.aanjaagteam.states.queue import Bulk
from civic.accounts.models import User
from civic.calendar import Calendar, add_months, today

LEAST_ROOM = 12  # days, for something to wait in
WAITS = (  # what is asked, and what was said
    (
        WaitKind.UNIT,
        "Wat is er nodig om dit te doen, en wie doet het?",
        "Een half uur werk. Wij doen het.",
        "",
    ),
    (WaitKind.MANAGEMENT, "Mag de afdeling dit zelf besluiten?", "Ja, dat mocht altijd al.", ""),
    (
        WaitKind.OTHER_ORGANISATION,
        "Wanneer kunt u beginnen?",
        "Zodra de gemeente het vraagt. Dat heeft zij nu gedaan.",
        "de leverancier",
    ),
    (WaitKind.UNIT, "Welke regel staat in de weg?", "Geen regel. Wij deden het altijd zo.", ""),
)
CHECKED_AFTER = 42  # days after the decision
# reports of the same question asked twice: by which two
TWICE = {
    5: ("de balie", "de schuldhulp"),
    35: ("de bijstand", "de minimaregeling"),
    21: ("de minimaregeling", "de bijstand"),
}
# how many people wait, as the team estimates; most often nobody knows
GUESSES = (None, 40, None, 6, 15, None, 120, None, None, 25, None, 300, None)
# knots that hold until a day: so many days after they were cut
HOLDS_FOR = {1: 50, 4: 365, 5: 95, 6: 60, 7: 5 * 365}
WITH_MANDATE = {6: 0, 11: 1}  # a member of the team signed these knots
FIRST_KNOTS = {  # what was decided before, and why that did not hold
    9: (
        75,
        "Tot 1.000 euro is een foto genoeg. Daarboven blijft de verklaring van een accountant nodig.",
        "De grens was te laag. De meeste kleine subsidies liggen tussen 1.000 en 5.000 euro.",
    )
}
DISSENT = {
    0: "De planner van Wegen wilde eerst een beleid voor straatmeubilair. Dat komt er ook, ná de bank.",
    9: "De controller van Financiën vindt 5.000 euro te hoog. Na een jaar kijken we samen terug.",
}


class Walk:
    """Puts the steps of one plan on the agenda. `report` is there from its first step on."""

    report: Report

    def __init__(self, plan: Plan, member: User, agenda: Agenda) -> None:
        self.plan, self.member, self.agenda = plan, member, agenda
        agenda.on(plan.reported, self._tell)
        if plan.state is State.NEW:
            return
        agenda.on(plan.triaged, self._triage)
        if plan.number in DECIDE_NOW:
            agenda.on(plan.marked, self._mark)
        if plan.state is State.DECLINED:
            agenda.on(plan.ended, self._decline)
        elif plan.state is not State.TRIAGED:
            self._put_work_on_agenda()

    @property
    def _is_phone(self) -> bool:
        return self.plan.number % 9 == 4

    def _put_work_on_agenda(self) -> None:
        plan, agenda = self.plan, self.agenda
        agenda.on(plan.taken_up, self._take_up)
        if plan.number in FIRST_KNOTS:
            agenda.on(FIRST_KNOTS[plan.number][0], self._decide_at_first)
        if plan.decided is not None:
            agenda.on(plan.decided, self._decide)
            if plan.state is not State.DECIDED:
                agenda.on(max(plan.ended + 1, plan.decided - CHECKED_AFTER + 6), self._check)
        if plan.changed is not None:
            agenda.on(plan.changed, self._change)
        if plan.measured is not None:
            agenda.on(plan.measured, self._measure)
        if plan.state is State.DONE:
            self._put_wait_on_agenda()
            self._put_promise_on_agenda()
            agenda.on(plan.ended, self._close)
            ending = plan.item.again_ending if plan.number >= 30 else plan.item.ending
            if ending is not None and ending.outcome is Outcome.SOLVED and plan.number % 5:
                agenda.on(plan.ended - 4, self._thank)

    def _put_wait_on_agenda(self) -> None:
        """Whatever is done now has waited for somebody in between."""
        plan = self.plan
        until = plan.decided or plan.ended
        room = plan.taken_up - until
        if plan.number % 5 and room > LEAST_ROOM:
            self.agenda.on(plan.taken_up - 2, self._begin_wait)
            self.agenda.on(until + 2 + plan.number * 3 % (room // 2), self._end_wait)

    def _put_promise_on_agenda(self) -> None:
        """Some reporters were promised a day, and the decision or the end came before it."""
        plan = self.plan
        until = plan.decided or plan.ended
        if plan.number % 3 == 1 and plan.taken_up > until + 6:
            self.agenda.on(until + 5, self._promise)

    # --- the steps -----------------------------------------------------------------------------------------

    def _tell(self, at: datetime) -> None:
        plan = self.plan
        is_twice = plan.number in TWICE
        new = service.NewReport(
            story=plan.story,
            token=service.new_token(),
            since_on=month_start(today(self.agenda.at) - timedelta(days=plan.waits), today(at)),
            waiting=plan.item.waiting,
            municipality_id=plan.municipality_id,
            email=plan.address,
            channel=Channel.PHONE if self._is_phone else Channel.WEB,
            kind=ReportKind.DOUBLE_QUESTION if is_twice else ReportKind.SLUGGISH,
            steps=TWICE.get(plan.number),
        )
        self.report = service.submit(new, actor=self.member if self._is_phone else None, at=at).report

    def _triage(self, at: datetime) -> None:
        plan = self.plan
        is_first = plan.number < 30  # the second telling comes from another municipality
        who = DecisionOwner.UNKNOWN if plan.number % 9 == 5 else DecisionOwner.MANAGEMENT
        triage = service.Triage(
            public_title=plan.title,
            is_public=plan.number % 8 != 7 and (plan.state is not State.DECLINED or plan.number % 2 == 1),
            municipality_id=plan.municipality_id,
            process_guess=plan.item.process,
            decision_owner=DecisionOwner.UNIT if plan.number % 4 == 0 else who,
            unit_id=unit_named(plan.item.unit).id if is_first else None,
            waiting_people=GUESSES[plan.number % len(GUESSES)],
        )
        service.triage(self.report, triage, self.report.revision, actor=self.member, at=at)

    def _mark(self, at: datetime) -> None:
        """One by one, as from the queue."""
        order = bulk.BulkOrder(Bulk.DECIDE_NOW)
        chosen = [bulk.Chosen(self.report.id, self.report.revision)]
        bulk.apply_to_all(order, chosen, actor=self.member, at=at)

    def _decline(self, at: datetime) -> None:
        refusal = self.plan.item.refusal
        if refusal is not None:
            service.decline(self.report, refusal, self.report.revision, actor=self.member, at=at)

    def _take_up(self, at: datetime) -> None:
        report, member = self.report, self.member
        service.assign(report, member, report.revision, actor=member, at=at)
        service.add_note(report, self.plan.item.note, actor=member, at=at)
        cause = causes.CauseGiven(self.plan.item.cause)
        causes.set_cause(report, cause, report.revision, actor=member, at=at)

    def _begin_wait(self, at: datetime) -> None:
        kind, question, _answer, party = WAITS[self.plan.number % len(WAITS)]
        unit_id = unit_named(self.plan.item.unit).id if kind is WaitKind.UNIT else None
        new = waits.NewWait(kind, question, unit_id=unit_id, party=party)
        waits.start_wait(self.report, new, self.report.revision, actor=self.member, at=at)

    def _promise(self, at: datetime) -> None:
        promises.make_promise(self.report, _in_days(at, 12), actor=self.member, at=at)

    def _end_wait(self, at: datetime) -> None:
        _kind, _question, answer, _party = WAITS[self.plan.number % len(WAITS)]
        for one in waits.open_waits(self.report):
            waits.end_wait(one, answer, actor=self.member, at=at)

    def _decide_at_first(self, at: datetime) -> None:
        knot = replace(self._knot(at), decision=FIRST_KNOTS[self.plan.number][1], dissent="")
        service.decide(self.report, knot, self.report.revision, actor=self.member, at=at)

    def _decide(self, at: datetime) -> None:
        knot = self._knot(at)
        if self.plan.number in FIRST_KNOTS:
            knot = replace(knot, reversal_reason=FIRST_KNOTS[self.plan.number][2])
        service.decide(self.report, knot, self.report.revision, actor=self.member, at=at)

    def _knot(self, at: datetime) -> service.Knot:
        """Cut today, looked at again after six weeks. Who follows up the process is the member."""
        item = self.plan.item
        knot = _knot_of(item)
        process = knot.process
        if process is not None and item.process_days:
            process = replace(process, owner_id=self.member.id, due_on=_in_days(at, item.process_days))
        member_id = None
        if self.plan.number in WITH_MANDATE:
            member_id = members_on(today(at))[WITH_MANDATE[self.plan.number]].id
        return replace(
            knot,
            decided_on=today(at),
            check_on=_in_days(at, CHECKED_AFTER),
            valid_until=self._until(at),
            process=process,
            dissent=DISSENT.get(self.plan.number, ""),
            member_id=member_id,
        )

    def _until(self, at: datetime) -> date | None:
        days = HOLDS_FOR.get(self.plan.number)
        return None if days is None else today(at) + timedelta(days=days)

    def _check(self, at: datetime) -> None:
        looked = checks.Looked(CheckResult.DONE)
        checks.check_execution(self.report, looked, 0, actor=self.member, at=at)

    def _change(self, at: datetime) -> None:
        service.change_process(
            self.report, self.plan.item.change, self.report.revision, actor=self.member, at=at
        )

    def _measure(self, at: datetime) -> None:
        service.measure(self.report, self.report.revision, actor=self.member, at=at)

    def _close(self, at: datetime) -> None:
        item = self.plan.item
        is_again = self.plan.number >= 30
        ending = item.again_ending if is_again else item.ending
        if ending is not None:
            service.close(self.report, ending, self.report.revision, actor=self.member, at=at)

    def _thank(self, at: datetime) -> None:
        """The reporter says that it is solved."""
        if self.report.state is State.DONE:
            voices.give_verdict(self.report, True, at=at)


def _knot_of(item: Item) -> service.Knot:
    if item.knot is None:
        raise ValueError(f"no knot for {item.process}")
    return item.knot


def _in_days(at: datetime, days: int) -> date:
    return Calendar().next_working_day(today(at) + timedelta(days=days))


def month_start(wanted: date, latest: date) -> date:
    """The first of the month nearest to `wanted`."""
    first = wanted.replace(day=1)
    after = add_months(first, 1)
    nearest = after if after - wanted < wanted - first else first
    return min(nearest, latest.replace(day=1))
