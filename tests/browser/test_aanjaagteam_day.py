"""A report from the first word to "is it solved?", by keyboard only, as everybody who touches it lives it.

The reporter has a phone and no account; the triager, the owner, an employee, a manager, a director and one of
the enabling crew work at a desk. Each has a window of their own in which a mouse is an error. The site is a
copy of its own, because here the clock goes on: the director lets a day pass, and so the report climbs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from civic.aanjaagteam.models import Report, ReportMessage, ReportVerdict, Unit, UnitMember
from civic.aanjaagteam.queries.ladder import Place
from civic.aanjaagteam.service.ladder_setup import RungWanted, set_rung
from civic.aanjaagteam.states import State
from civic.accounts.demo import persona
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.events.models import Event
from civic.regions.models import Municipality
from tests.browser.conftest import Site, served, settings
from tests.browser.day import (
    ADVICE,
    CHANGE,
    DECIDED,
    EMPLOYEE,
    ENDING,
    OWNER,
    QUESTION,
    REPLY,
    STORY,
    SUMMARY,
    TITLE,
    TRIAGER,
    UNIT,
    Day,
    open_with_keys,
    reads,
    said,
    seen,
)
from tests.browser.day_owner import (
    ask_a_specialist,
    ask_the_unit,
    bring_up,
    carry_out,
    cut_the_knot,
    take_it_to_the_table,
    take_up,
)
from tests.browser.hands import Keyboard
from tests.conftest import NOW, make_app
from tests.databases import Databases

LELYSTAD = "GM0995"
THURSDAY = 3
CREW_KEYS = ("crew1", "crew2", "crew3", "crew4")

# what the log says, in this order; other lines (a title that was published) may stand in between
HAPPENED = [
    "reported",
    "triage",
    "cause_set",
    "summary_changed",
    "message_sent",
    "wait_started",
    "message_received",
    "wait_ended",
    "taken_up",
    "message_handled",
    "wait_started",
    "wait_ended",
    "consult_asked",
    "consult_answered",
    "content_meeting",
    "escalated 2",
    "escalation_passed_up 2",
    "escalated 3",
    "escalation_accepted 3",
    "escalation_missed 3",
    "escalated 4",
    "escalation_table 4",
    "escalation_accepted 4",
    "escalation_answered 4",
    "decide",
    "change_process",
    "execution_checked",
    "close",
    "verdict_given",
]


@pytest.fixture
def day_site(
    databases: Databases, live_database: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The demo region, in which the ladder of Lelystad has a director and a crew that sits on Thursdays."""
    app = make_app(settings(tmp_path_factory.mktemp("day"), databases.copy(live_database[0])))
    with app.app_context(), committing():
        place = Place(municipality_id=db.session.scalars(_lelystad()).one())
        crew = tuple(persona(key) for key in CREW_KEYS)
        for level, wanted in {
            3: RungWanted((persona("director"),), 16, 3),
            4: RungWanted(crew, 16, 10, table_weekday=THURSDAY),
        }.items():
            set_rung(place, level, wanted, actor=persona("team"), at=now())
        # the rows of the access table have a department of this name too
        where = Unit.name == UNIT, Unit.id.not_in(select(UnitMember.unit_id).where(_is("manager")))
        db.session.execute(update(Unit).where(*where).values(is_active=False))
    with served(app, live_database[1]) as running:
        yield running


def _is(key: str) -> Any:
    return UnitMember.user_id == persona(key).id


def _lelystad() -> Any:
    return select(Municipality.id).where(Municipality.code == LELYSTAD)


@pytest.fixture
def day(day_site: Site, clock: time_machine.Coordinates, visit: Callable[..., Any]) -> Iterator[Day]:
    clock.move_to(NOW, tick=True)
    yield Day(day_site, clock, visit)
    clock.move_to(NOW, tick=True)


@pytest.mark.slow
def test_a_day_in_the_life(day: Day) -> None:
    reporter, code = tell(day)
    number = number_of(day)
    triage(day, number)
    reply(reporter, code)
    owner = take_up(day, number)
    ask_the_unit(owner, day)
    ask_a_specialist(owner, day)
    bring_up(owner, day)
    take_it_to_the_table(day)
    cut_the_knot(owner)
    carry_out(owner, day)
    read_the_decision(reporter, code)
    is_for_everybody(reporter)
    assert_what_happened(day, number)


# --- the reporter, and the morning of the triager ---------------------------------------------------------


def tell(day: Day) -> tuple[Keyboard, str]:
    reporter = day.someone()
    reporter.page.goto("/meldingen")
    seen(reporter, "Loopt er iets vast?")
    reporter.follow("Meld wat er vastloopt")
    seen(reporter, "Meld wat er vastloopt")
    reporter.fill("Wat loopt er vast?", STORY)
    reporter.pick("Wie wacht hierop?", "Mijn bedrijf")
    reporter.pick("Welke gemeente gaat het over?", "Lelystad")
    reporter.press("Verstuur de melding")
    seen(reporter, "Uw melding is binnen", closely=True)
    code = reporter.page.locator("#receipt-code").inner_text()
    reporter.press("Wis de code van dit apparaat")
    seen(reporter, "Volg uw melding")
    return reporter, code


def triage(day: Day, number: int) -> None:
    """What falls due first; then the newest, with the keys of the queue."""
    triager = day.someone(TRIAGER)
    triager.follow("Werklijst")
    seen(triager, "Werklijst van het aanjaagteam")
    triager.follow("Wat eerst moet")
    seen(triager, "Werklijst: wat eerst moet", closely=True)
    triager.follow("Lijst")
    triager.pick("Stand", "Nieuw")
    triager.pick("Volgorde", "Nieuwste eerst")
    triager.press("Toon")
    seen(triager, "Werklijst van het aanjaagteam", closely=True)
    open_with_keys(triager, number)
    seen(triager, f"Melding {number}", closely=True)
    reads(triager, STORY, "Lees het verhaal en beoordeel de melding.")
    judge(triager)
    say_why(triager)
    look_at_the_group(triager, number)
    ask_the_reporter(triager)


def judge(triager: Keyboard) -> None:
    triager.fill("Titel", TITLE)
    triager.pick("Wie mag hierover beslissen?", "Het management")
    triager.fill("Welke functie of organisatie is dat?", "hoofd Vergunningen")
    triager.pick("Bij welke afdeling ligt het?", UNIT)
    triager.choose("Zet de titel op de site")
    triager.choose("Dit kan nu worden besloten")
    triager.press("Bewaar de beoordeling")
    seen(triager, TITLE)
    said(triager, "De beoordeling is bewaard.")


def say_why(triager: Keyboard) -> None:
    triager.follow("Kies de oorzaak")
    seen(triager, "Waarom liep het vast?")
    triager.choose("Niemand is eigenaar")
    triager.press("Bewaar de oorzaak")
    seen(triager, TITLE)
    triager.follow("Schrijf de samenvatting voor afdelingen")
    seen(triager, "Samenvatting voor afdelingen")
    triager.fill("Samenvatting voor afdelingen", SUMMARY)
    triager.press("Bewaar de samenvatting")
    seen(triager, TITLE)


def look_at_the_group(triager: Keyboard, number: int) -> None:
    """This one stands alone; the triager looks, and leaves it so."""
    triager.follow("Zet bij een andere melding")
    seen(triager, f"Groep van melding {number}")
    triager.go(triager.page.get_by_role("link", name=f"Melding {number}", exact=True))  # the crumb above it
    seen(triager, TITLE)


def ask_the_reporter(triager: Keyboard) -> None:
    triager.fill("Uw bericht", QUESTION)
    triager.choose("De melding wacht nu op de melder")
    triager.press("Verstuur aan de melder")
    seen(triager, TITLE)
    said(triager, "De melder ziet dit met de code.")
    reads(triager, "Wacht op de melder")


def come_back(reporter: Keyboard, code: str) -> None:
    reporter.page.goto("/meldingen/volgen")
    seen(reporter, "Volg uw melding")
    reporter.fill("Uw code", code.lower())
    reporter.press("Laat zien")
    seen(reporter, "Zo staat het met uw melding", closely=True)


def reply(reporter: Keyboard, code: str) -> None:
    come_back(reporter, code)
    reads(reporter, "Wij wachten op uw antwoord", QUESTION)
    reporter.fill("Uw bericht", REPLY)
    reporter.press("Verstuur")
    seen(reporter, "Zo staat het met uw melding")
    said(reporter, "Uw bericht is verstuurd.")
    reporter.press("Stop met volgen")
    seen(reporter, "Volg uw melding")


# --- the end


def read_the_decision(reporter: Keyboard, code: str) -> None:
    come_back(reporter, code)
    reads(reporter, DECIDED, ENDING, OWNER)
    reporter.press("Ja, het is opgelost")
    said(reporter, "Fijn. Bedankt dat u het liet weten.")
    reporter.press("Stop met volgen")


def is_for_everybody(anybody: Keyboard) -> None:
    anybody.page.goto("/meldingen")
    anybody.fill("Woord in de titel", "helling")
    anybody.press("Toon")
    seen(anybody, "Loopt er iets vast?", closely=True)
    anybody.follow(TITLE)
    seen(anybody, TITLE, closely=True)
    reads(anybody, DECIDED, CHANGE)
    # what an anonymous reporter says of it stands there from the next morning
    for hidden in (STORY, SUMMARY, REPLY, ADVICE, EMPLOYEE, "De melder zegt"):
        expect(anybody.page.get_by_role("main")).not_to_contain_text(hidden)


# --- the facts --------------------------------------------------------------------------------------------


def number_of(day: Day) -> int:
    with day.site.app.app_context():
        return int(db.session.scalars(select(func.max(Report.id))).one())


def assert_what_happened(day: Day, number: int) -> None:
    with day.site.app.app_context():
        report = db.session.get_one(Report, number)
        assert report.state is State.DONE
        assert (report.is_anonymous, report.contact) == (True, None)
        assert db.session.get_one(ReportVerdict, number).is_solved
        texts = {one.text for one in db.session.scalars(_messages(number))}
        assert texts == {QUESTION, REPLY}
        events = list(db.session.scalars(_events(number)))
        assert [one.at for one in events] == sorted(one.at for one in events)
        left = iter([_name(one) for one in events])
        missing = [one for one in HAPPENED if one not in left]  # `in` goes on from where it was
        assert missing == [], [_name(one) for one in events]
        assert who_did(events, "story_read") <= {TRIAGER, OWNER}
        for action in ("reported", "message_received", "verdict_given"):
            assert {one.actor_id for one in events if one.action == action} == {None}


def _messages(number: int) -> Any:
    return select(ReportMessage).where(ReportMessage.report_id == number)


def _events(number: int) -> Any:
    mine = Event.subject_type == "report", Event.subject_id == number
    return select(Event).where(*mine).order_by(Event.id)


def _name(event: Event) -> str:
    is_of_the_ladder = event.action.startswith("escalat")
    return f"{event.action} {event.data['level']}" if is_of_the_ladder else event.action


def who_did(events: list[Event], action: str) -> set[str]:
    actors = {one.actor_id for one in events if one.action == action and one.actor_id}
    return {user.name or "" for user in db.session.scalars(select(User).where(User.id.in_(actors)))}
