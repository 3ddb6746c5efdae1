"""Sixty made-up reports, walked through the same service functions that the site uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import cycle

from civic.aanjaagteam import service
from civic.aanjaagteam.demo import units
from civic.aanjaagteam.demo.items import Item, read_items
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import Channel, State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.accounts.demo import persona
from civic.accounts.models import User
from civic.calendar import Calendar, add_months, today
from civic.regions.queries import municipalities

LONGEST = 210  # days; the bench
# days; the mails go out when the demo is loaded, so one that promises ten working days must still be true
STILL_PROMISED = 10
CHECKED_AFTER = 42  # days after the decision
# where a report with a written decision stands, in the order of the items
WITH_DECISION = (
    State.DECIDED,
    State.MEASURING,
    State.DONE,
    State.PROCESS_CHANGED,
    State.DECIDED,
    State.DONE,
    State.DECIDED,
    State.PROCESS_CHANGED,
    State.MEASURING,
    State.DECIDED,
    State.PROCESS_CHANGED,
    State.DECIDED,
)
WITHOUT_DECISION = (State.TRIAGED, State.TAKEN_UP, State.NEW, State.TAKEN_UP, State.TRIAGED)


@dataclass(frozen=True)
class Plan:
    """One report of the demo: what it is about, where it is and where it stands."""

    number: int
    item: Item
    title: str
    story: str
    state: State
    municipality_id: int | None
    waits: int

    @property
    def address(self) -> str:
        is_true = self.reported_ago < STILL_PROMISED
        return f"melder{self.number}@example.nl" if is_true and self.number % 10 == 2 else ""

    @property
    def reported_ago(self) -> int:
        """Days since the report: a new one came in lately, a finished one longer ago."""
        if self.state is State.NEW:
            return 3 + self.number % 17
        return min(self.waits - 2, 34 + self.number * 7 % 60)


def load(at: datetime) -> None:
    units.load(at)
    team = (persona("team"), persona("team2"))
    for plan in _plans():
        _tell(plan, team[plan.number % 2], at)


def _plans() -> list[Plan]:
    places = cycle(
        [*(place.id for place in municipalities()), None, *(place.id for place in municipalities())]
    )
    rest = cycle(WITHOUT_DECISION)
    plans = []
    items = read_items()
    for number in range(2 * len(items)):
        is_again, index = divmod(number, len(items))
        item = items[index]
        title, story = (item.again_title, item.again_story) if is_again else (item.title, item.story)
        state = _state_of(item, index, bool(is_again)) or next(rest)
        waits = LONGEST if number == 0 else 42 + number * 37 % 60 * 27 // 10
        plans.append(Plan(number, item, title, story, state, next(places), waits))
    return plans


def _state_of(item: Item, index: int, is_again: bool) -> State | None:
    if is_again:
        return None
    if item.knot:
        return WITH_DECISION[index]
    if item.refusal:
        return State.DECLINED
    return State.DONE if item.ending else None


def _tell(plan: Plan, member: User, at: datetime) -> None:
    reported_at = _office(at - timedelta(days=plan.reported_ago), at)
    is_phone = plan.number % 9 == 4
    new = service.NewReport(
        story=plan.story,
        token=service.new_token(),
        since_on=_month_start(today(at) - timedelta(days=plan.waits), today(reported_at)),
        waiting=plan.item.waiting,
        municipality_id=plan.municipality_id,
        email=plan.address,
        channel=Channel.PHONE if is_phone else Channel.WEB,
    )
    report = service.submit(new, actor=member if is_phone else None, at=reported_at).report
    if plan.state is not State.NEW:
        _walk(report, plan, member, at)


def _office(moment: datetime, latest: datetime) -> datetime:
    """Officials work in office hours; the demo may not know the future."""
    return min(Calendar().next_office_time(moment), latest)


def _month_start(wanted: date, latest: date) -> date:
    """The first of the month nearest to `wanted`."""
    first = wanted.replace(day=1)
    after = add_months(first, 1)
    nearest = after if after - wanted < wanted - first else first
    return min(nearest, latest.replace(day=1))


def _walk(report: Report, plan: Plan, member: User, at: datetime) -> None:
    moments = iter(_office(at - timedelta(days=ago), at) for ago in _days_ago(plan))
    triage = service.Triage(
        public_title=plan.title,
        is_public=plan.number % 8 != 7 and (plan.state is not State.DECLINED or plan.number % 2 == 1),
        decide_now=plan.number % 10 in (0, 3, 6),
        municipality_id=plan.municipality_id,
        process_guess=plan.item.process,
        decision_owner=DecisionOwner.UNKNOWN if plan.number % 9 == 5 else DecisionOwner.MANAGEMENT,
    )
    service.triage(report, triage, report.revision, actor=member, at=next(moments))
    if plan.state is State.DECLINED and plan.item.refusal:
        service.decline(report, plan.item.refusal, report.revision, actor=member, at=next(moments))
        return
    if plan.state is not State.TRIAGED:
        _take_up(report, plan, member, list(moments))


def _days_ago(plan: Plan) -> list[int]:
    """When the steps were made: spread between the report and now."""
    start = plan.reported_ago - 2 - plan.number % 6
    return [max(0, start * (6 - step) // 6) for step in range(6)]


def _take_up(report: Report, plan: Plan, member: User, moments: list[datetime]) -> None:
    item = plan.item
    service.assign(report, member, report.revision, actor=member, at=moments[0])
    service.add_note(report, item.note, actor=member, at=moments[0])
    if item.knot and plan.state is not State.TAKEN_UP:
        service.decide(report, _knot(item, member, moments[1]), report.revision, actor=member, at=moments[1])
    if plan.state in (State.PROCESS_CHANGED, State.MEASURING):
        service.change_process(report, item.change, report.revision, actor=member, at=moments[2])
    if plan.state is State.MEASURING:
        service.measure(report, report.revision, actor=member, at=moments[3])
    if plan.state is State.DONE and item.ending:
        service.close(report, item.ending, report.revision, actor=member, at=moments[4])


def _knot(item: Item, member: User, at: datetime) -> service.Knot:
    """Cut today; looked at again after six weeks. Who follows up the process is the member."""
    assert item.knot is not None  # noqa: S101  # for the type checker
    assert item.knot.process is not None  # noqa: S101  # for the type checker
    process = item.knot.process
    if item.process_days:
        process = replace(process, owner_id=member.id, due_on=_working_day(at, item.process_days))
    return replace(item.knot, decided_on=today(at), check_on=_working_day(at, CHECKED_AFTER), process=process)


def _working_day(at: datetime, days: int) -> date:
    return Calendar().next_working_day(today(at) + timedelta(days=days))
