"""`flask aanjaagteam demo-queue`: what is there to look at, and as whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, func, select

from civic.aanjaagteam import queries, wording
from civic.aanjaagteam.models import (
    Consult,
    Decision,
    Dispute,
    Escalation,
    Improvement,
    Report,
    ReportClusterItem,
    ReportWait,
    TableItem,
)
from civic.aanjaagteam.queries import ladder
from civic.aanjaagteam.queries.clusters import weights
from civic.aanjaagteam.service.promises import PROMISE
from civic.aanjaagteam.states import State
from civic.aanjaagteam.wording import ladder as ladder_words
from civic.calendar import today
from civic.db import db
from civic.events.models import Event
from civic.links import absolute

Say = Callable[[str], None]
WHO = (
    ("Ilse (team)", "aanjaagteam.queue", "de werklijst: lijst, bord, wat vervalt, nu te beslissen"),
    ("Ilse (team)", "aanjaagteam.team_figures", "de cijfers over een jaar, met de meldingen erachter"),
    (
        "Saskia (medewerker)",
        "aanjaagteam.inbox",
        "wat op haar wacht: trede 1, en een vraag om mee te denken",
    ),
    (
        "Peter (manager)",
        "aanjaagteam.inbox",
        "wat op zijn afdeling wacht, ook een verbetering",
    ),
    ("Mirjam (directeur)", "aanjaagteam.inbox", "wat tot de directie is geklommen"),
    ("Fatima (enabling crew)", "aanjaagteam.inbox", "wat vanzelf tot de top klom, met een tafeldag"),
    ("iedereen", "aanjaagteam.index", "wat vastzit, sinds wanneer en wat is besloten"),
)


def tell(at: datetime, say: Say) -> None:
    """Reads only: nothing of the demo moves."""
    reports = list(db.session.scalars(select(Report).order_by(Report.since_on, Report.id)))
    if not reports:
        say("Er zijn geen meldingen. Is de demoregio geladen?")
        return
    for part in (_states(reports, at), _groups(), _climbing(), _knots(), _more(), _who()):
        for line in part:
            say(line)
        say("")


def _states(reports: list[Report], at: datetime) -> Iterator[str]:
    days = [queries.waited_days(one.since_on, one.closed_at, today(at)) for one in reports]
    yield f"{len(reports)} meldingen. Half wacht langer dan {median(days):.0f} dagen, de langste {max(days)}."
    counts = Counter(one.state for one in reports)
    for state in State:
        yield f"  {counts[state]:>3}  {wording.STATES[state]}"
    yield f"  {sum(one.decide_now for one in reports):>3}  daarvan: dit kan nu worden besloten"


def _groups() -> Iterator[str]:
    heads = set(db.session.scalars(select(ReportClusterItem.head_id)))
    titles = {
        row.id: row.public_title for row in db.session.scalars(select(Report).where(Report.id.in_(heads)))
    }
    patterns = set(db.session.scalars(select(Event.subject_id).where(Event.action == "pattern_reached")))
    yield f"{len(heads)} groepen van meldingen die op elkaar lijken (hoeveel mensen erachter staan)"
    for number, weight in sorted(weights(heads).items(), key=lambda one: -one[1]):
        mark = " · patroon" if number in patterns else ""
        yield f"  {weight:>3}  {titles[number]}{mark}"


def _climbing() -> Iterator[str]:
    yield "De ladder: wat nu bij wie ligt"
    runs = select(Escalation).where(Escalation.ended_at.is_(None)).order_by(Escalation.level, Escalation.id)
    for run in db.session.scalars(runs):
        row = ladder.rung_in_hand(run)
        asked = ladder.asked_on([row]).get(row.id, []) if row is not None else []
        people = ", ".join(one.display_name for one in asked)
        table = f" · op tafel op {run.table_on:%d-%m-%Y}" if run.table_on else ""
        title = db.session.get_one(Report, run.report_id).public_title
        yield f"  {run.level}  {ladder_words.LEVELS[run.level]} ({people}): {title}{table}"
    ended = Counter(db.session.scalars(select(Escalation.state).where(Escalation.ended_at.is_not(None))))
    told = ", ".join(
        f"{count} {str(ladder_words.RUN_STATES[state]).lower()}" for state, count in ended.items()
    )
    yield f"  Voorbij: {told}."


def _knots() -> Iterator[str]:
    decisions = list(db.session.scalars(select(Decision).order_by(Decision.id)))
    replaced = {one.supersedes_id for one in decisions}
    yield f"{len(decisions)} knopen doorgehakt"
    for one in decisions:
        mark = " (later vervangen)" if one.id in replaced else ""
        yield f"  {one.decided_on:%d-%m-%Y}  {one.question}{mark}"


def _more() -> Iterator[str]:
    yield "En verder"
    waits = _count(ReportWait, ReportWait.ended_at.is_(None))
    yield f"  {waits:>3}  keer wachten wij nu op iemand, {_count(ReportWait) - waits} keer is dat voorbij"
    yield f"  {_count(Dispute):>3}  keer was de vraag welke gemeente het is"
    yield f"  {_count(TableItem):>3}  keer op de agenda van een overleg"
    kept, broken = _events("promise_kept"), _events("promise_broken")
    yield f"  {_events(f'{PROMISE}_made'):>3}  dagen beloofd aan melders: {kept} gehaald, {broken} niet"
    yield f"  {_count(Consult):>3}  keer dacht een specialist mee of is dat gevraagd"
    yield f"  {_count(Improvement):>3}  verbeteringen van medewerkers zelf"


def _count(model: type, *wanted: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*wanted)) or 0


def _events(action: str) -> int:
    return _count(Event, Event.subject_type == "report", Event.action == action)


def _who() -> Iterator[str]:
    yield f"Inloggen met één klik: {absolute('accounts.demo')}"
    for who, endpoint, what in WHO:
        yield f"  {who:<24} {absolute(endpoint)}"
        yield f"  {'':<24} {what}"
