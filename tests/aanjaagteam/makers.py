"""Reports in any state, made through the service; call these inside an app context."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import DeclineReason, Outcome, State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.aanjaagteam.states.knots import OptionKind, ProcessOutcome, RuleUse
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import now
from tests.factories import make_user, municipality

STORY = "De vergunning voor ons terras ligt al maanden stil; niemand zegt wie er beslist. Woord: pimpelpaars."
TITLE = "Vergunning voor een terras blijft liggen"
KNOT = service.Knot(
    question="Mag het terras in de zomer open?",
    decision="Ja, het terras mag open.",
    reason="De stoep is breed genoeg voor een rolstoel.",
    decider="teamleider vergunningen",
    mandate="mandaat van het college",
    decided_on=date(2026, 11, 1),
    options=(
        service.Option(
            "Het terras open in de zomer",
            OptionKind.WANTED,
            cost_yes=150,
            cost_yes_basis="prijs van twee borden",
            cost_no=2_400,
            cost_no_basis="omzet die de ondernemer mist",
            payer="de ondernemer",
            is_chosen=True,
        ),
        service.Option("Een vergunning voor een jaar", OptionKind.RULE, 900, "leges"),
    ),
    rule_use=RuleUse.SPIRIT,
    process=service.ProcessFix(ProcessOutcome.NOT_NEEDED, "Het formulier klopt. Het lag alleen stil."),
    check_on=date(2028, 1, 10),  # a Monday, and far off: no test trips over it by the way
    reversal_reason="De stoep bleek breder.",  # kept where there was a decision before
)
TEAM_EMAIL = "teamlid@example.nl"


def member(email: str = TEAM_EMAIL, name: str = "Tess Team", code: str | None = None) -> User:
    user = make_user(email=email, name=name)
    if not user.grants:
        make_user(Role.AANJAAGTEAM_MEMBER, email=email, code=code)
    return user


def new_report(code: str | None = "GM0995", at: datetime | None = None, **given: Any) -> service.Receipt:
    new = service.NewReport(
        story=STORY,
        token=service.new_token(),
        since_on=date(2026, 4, 1),
        municipality_id=municipality(code).id if code else None,
    )
    return service.submit(replace(new, **given), actor=None, at=at or now())


def report_in(state: State, *, is_public: bool = True, **given: Any) -> Report:
    """A report that walked to `state` by the shortest way."""
    at = given.pop("at", None) or now() - timedelta(days=1)
    actor = member()
    report = new_report(at=at, **given).report
    if state is State.NEW:
        return report
    triage = service.Triage(
        TITLE,
        is_public=is_public,
        municipality_id=report.municipality_id,
        decision_owner=DecisionOwner.UNIT,
        unit_id=report.unit_id,
    )
    service.triage(report, triage, 0, actor=actor, at=at)
    for step in PATHS[state]:
        step(report, report.revision, actor=actor, at=at)
    return report


def _take(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    service.assign(report, actor, revision, actor=actor, at=at)


def _decide(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    service.decide(report, KNOT, revision, actor=actor, at=at)


def _change(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    service.change_process(report, "Eén formulier in plaats van drie.", revision, actor=actor, at=at)


def _close(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    service.close(report, service.Ending(Outcome.PARTLY, "Het terras is open."), revision, actor=actor, at=at)


def _decline(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    refusal = service.Refusal(DeclineReason.COMPLAINT, "Dit is een klacht.", "Bel uw gemeente.")
    service.decline(report, refusal, revision, actor=actor, at=at)


PATHS: dict[State, list[Any]] = {
    State.TRIAGED: [],
    State.TAKEN_UP: [_take],
    State.DECIDED: [_take, _decide],
    State.PROCESS_CHANGED: [_take, _decide, _change],
    State.MEASURING: [_take, _decide, _change, service.measure],
    State.DONE: [_take, _decide, _close],
    State.DECLINED: [_decline],
}
