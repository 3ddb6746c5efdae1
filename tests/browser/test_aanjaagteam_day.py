"""A report from the first word to "is it solved?", by keyboard only, as everybody who touches it lives it.

The reporter has a phone and no account; the triager, the owner, an employee, a manager, a director and one of
the enabling crew work at a desk. Each has a window of their own in which a mouse is an error. The site is a
copy of its own, because here the clock goes on: the director lets a day pass, and so the report climbs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
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
from civic.calendar import Calendar, today
from civic.db import committing, db, now
from civic.events.models import Event
from civic.regions.models import Municipality
from tests.browser.checks import sideways, violations
from tests.browser.conftest import DESKTOP, PHONE, Site, served, settings
from tests.browser.hands import Keyboard
from tests.browser.test_flows import do_jobs
from tests.browser.test_initiative_path import NO_MOUSE
from tests.conftest import NOW, make_app
from tests.databases import Databases

LELYSTAD = "GM0995"
THURSDAY = 3
STORY = "Ik wacht al sinds de zomer op toestemming voor een rolstoelhelling bij mijn winkel."
TITLE = "Een helling bij een winkel ligt bij drie afdelingen"
SUMMARY = "Drie afdelingen geven advies over een helling op de stoep. Niemand neemt het besluit."
QUESTION = "Kreeg u al een brief over de stoep?"
REPLY = "Nee, ik kreeg nog geen brief."
ASKED = "Mag de helling op de stoep staan als er 1,20 meter vrij blijft?"
ANSWER = "Ja, als wij vooraf kunnen meten."
ADVICE = "Een melding is genoeg. Een vergunning hoeft niet bij minder dan een meter."
LIFTED = "Ik mag niet beslissen over de stoep van een andere afdeling."
CREW_SAYS = "Vergunningen beslist. De andere afdelingen adviseren binnen een week."
DECIDED = "De helling mag er komen. De gemeente meet de stoep op en legt hem zelf neer."
CHANGE = "Voor een helling tot een meter is een melding genoeg."
ENDING = "De helling ligt er. De volgende winkelier hoeft alleen te melden."
OWNER, TRIAGER, EMPLOYEE = "Karim Haddad", "Ilse Bakker", "Saskia Visser"
MANAGER, DIRECTOR, CREW = "Peter Kuipers", "Mirjam de Wit", "Fatima Aksoy"
UNIT, MANAGER_KEY = "Vergunningen", "manager"
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
    "process_changed_later",
    "execution_checked",
    "close",
    "verdict_given",
]


@dataclass(frozen=True)
class Day:
    """The site of this test, and its clock."""

    site: Site
    clock: time_machine.Coordinates
    open_window: Callable[..., Any]

    def someone(self, name: str = "") -> Keyboard:
        """A window of somebody with a keyboard; without a name on a phone, without an account."""
        page = self.open_window(at=self.site, viewport=DESKTOP if name else PHONE).page
        page.add_init_script(NO_MOUSE)
        hands = Keyboard(page)
        if name:
            page.goto("/demo")
            hands.press(f"Log in als {name}")
            seen(hands, "Mijn pagina")
        return hands


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
        where = Unit.name == UNIT, Unit.id.not_in(select(UnitMember.unit_id).where(_is(MANAGER_KEY)))
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


def seen(hands: Keyboard, title: str | re.Pattern[str], *, closely: bool = False) -> None:
    """This page is here, and fits in the window. `closely`: also nothing for axe to say."""
    expect(hands.page.get_by_role("heading", level=1)).to_have_text(title)
    assert sideways(hands.page) == [], title
    if closely:
        assert violations(hands.page) == {}, title


def reads(hands: Keyboard, *texts: str) -> None:
    for text in texts:
        expect(hands.page.get_by_role("main")).to_contain_text(text)


def said(hands: Keyboard, text: str) -> None:
    """What the site answers to what somebody just did."""
    expect(hands.page.get_by_role("status").first).to_contain_text(text)


def working_day(count: int) -> str:
    return Calendar().add_working_days(today(now()), count).isoformat()


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
    triager.follow("Wat vervalt")
    seen(triager, "Werklijst: wat vervalt", closely=True)
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


def open_with_keys(hands: Keyboard, number: int) -> None:
    """`j` is the next row, `o` opens it; the focus is on the title of the row."""
    wanted = f"/aanjaagteam/meldingen/{number}"
    rows = hands.page.locator("[data-row]").count()
    for _row in range(rows):
        hands.page.keyboard.press("j")
        if hands.page.evaluate("document.activeElement.getAttribute('href')") == wanted:
            break
    else:
        raise AssertionError(f"the keys never reach report {number} in {rows} rows")
    with hands.page.expect_navigation():
        hands.page.keyboard.press("o")


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


# --- the owner, and who is asked --------------------------------------------------------------------------


def take_up(day: Day, number: int) -> Keyboard:
    """From the lane of what can be decided now."""
    owner = day.someone(OWNER)
    owner.follow("Werklijst")
    owner.follow("Nu te beslissen")
    seen(owner, "Nu te beslissen", closely=True)
    open_with_keys(owner, number)
    seen(owner, TITLE)
    reads(owner, REPLY)
    owner.press("Ik pak dit op")
    said(owner, "De melding heeft nu een eigenaar.")
    owner.press("Gelezen, geen antwoord nodig")
    said(owner, "dit bericht heeft geen antwoord nodig")
    return owner


def waits_for(day: Day, name: str, title: str = TITLE) -> Keyboard:
    """Somebody opens the page with everything that waits for them, and the first line about this."""
    hands = day.someone(name)
    hands.follow("Wat op mij wacht")
    seen(hands, "Wat op mij wacht", closely=True)
    hands.follow(title)
    expect(hands.page.get_by_role("heading", level=1)).to_be_visible()
    expect(hands.page.get_by_role("main")).not_to_contain_text(STORY)  # the wall: only the team reads it
    return hands


def ask_the_unit(owner: Keyboard, day: Day) -> None:
    owner.follow("Wacht op iemand")
    seen(owner, "Op wie wacht de melding?")
    owner.choose("Een afdeling")
    owner.pick("Welke afdeling?", UNIT)
    owner.fill("Wat vraagt u?", ASKED)
    owner.fill("Wanneer wilt u antwoord?", working_day(2))
    owner.press("Wacht hierop")
    seen(owner, TITLE, closely=True)
    reads(owner, f"Wacht op {UNIT}")
    manager = waits_for(day, MANAGER)
    seen(manager, TITLE, closely=True)
    reads(manager, ASKED, SUMMARY)
    manager.follow("Geef antwoord")
    seen(manager, "Geef antwoord")
    manager.fill("Wat is het antwoord?", ANSWER)
    manager.press("Bewaar het antwoord")
    seen(manager, TITLE)
    said(manager, "Dank u. Het antwoord is bewaard.")


def ask_a_specialist(owner: Keyboard, day: Day) -> None:
    employee = day.someone(EMPLOYEE)
    employee.follow("Meedenken")
    seen(employee, "Meedenken")
    employee.follow("Wie weet wat?")
    seen(employee, "Wie weet wat?")
    employee.pick("Waar weet deze persoon veel van?", "Vergunningen")
    employee.press("Zet in de lijst")
    said(employee, "De collega staat in de lijst.")
    owner.follow("Vraag een specialist")
    seen(owner, "Vraag een specialist")
    owner.fill("Wat wilt u vragen?", ASKED)
    owner.pick("Aan wie vraagt u het?", EMPLOYEE)
    owner.choose("Morgen")
    owner.press("Vraag het")
    employee = waits_for(day, EMPLOYEE)
    seen(employee, "Een vraag over een melding", closely=True)
    employee.press("Ik denk mee")
    employee.fill("Uw antwoord", ADVICE)
    employee.press("Verstuur het antwoord")
    reads(employee, "Het antwoord", ADVICE)


def bring_up(owner: Keyboard, day: Day) -> None:
    """First the talk with who knows the case; then the ladder, from the manager to the director."""
    back_to_the_case(owner)
    owner.follow("Schrijf een gesprek op")
    seen(owner, "Schrijf een gesprek over de zaak op")
    owner.fill("Op welke dag was het gesprek?", today(now()).isoformat())
    owner.fill("Wie waren erbij?", "De adviseur stoepen en de medewerker vergunningen.")
    owner.choose("Er waren mensen bij die deze zaak zelf kennen")
    owner.fill("Wat kwam eruit?", "Iedereen wil het. Niemand mag tekenen.")
    owner.press("Bewaar het gesprek")
    owner.follow("Schaal deze melding op")
    seen(owner, "Schaal deze melding op")
    owner.choose("Wie het moet doen, mag het niet")
    owner.fill("Wat hebt u al geprobeerd?", "Gesproken met alle drie de afdelingen.")
    owner.fill("Wat vraagt u precies?", "Wie tekent voor de helling?")
    owner.pick("Bij wie legt u het neer?", "Management")
    owner.press("Schaal op")
    seen(owner, TITLE, closely=True)
    reads(owner, "Ligt nu bij: het management")
    manager = waits_for(day, MANAGER)
    seen(manager, TITLE)
    manager.fill("Waarom moet het een trede hoger?", LIFTED)
    manager.press("Leg het hoger")
    reads(manager, "Ligt nu bij: de directie")


def take_it_to_the_table(day: Day) -> None:
    """The director takes it and then lets the day pass. It climbs by itself, and gets a day at the table."""
    director = waits_for(day, DIRECTOR)
    seen(director, TITLE, closely=True)
    reads(director, LIFTED)
    director.press("Ik neem dit aan")
    said(director, "U hebt het aangenomen.")
    day.clock.shift(timedelta(days=7))
    do_jobs(day.site, "climb_ladder")
    crew = waits_for(day, CREW)
    seen(crew, TITLE, closely=True)
    reads(crew, "Ligt nu bij: de enabling crew", "Op tafel op", "Niet op tijd beantwoord")
    crew.press("Ik neem dit aan")
    reads(crew, "Het ligt op tafel op")
    crew.fill("Wat besluit of antwoordt u?", CREW_SAYS)
    crew.press("Geef antwoord")
    seen(crew, TITLE)
    reads(crew, CREW_SAYS)


# --- the knot, and what comes of it -----------------------------------------------------------------------


def back_to_the_case(owner: Keyboard) -> None:
    """Through the list of everything that waits: the cases one owns stand there too."""
    owner.page.goto("/aanjaagteam/voor-mij")
    seen(owner, "Wat op mij wacht")
    mine = owner.page.get_by_role("table").last.get_by_role("link", name=TITLE)
    owner.go(mine)
    seen(owner, TITLE)


def cut_the_knot(owner: Keyboard) -> None:
    back_to_the_case(owner)
    owner.follow("Hak de knoop door")
    seen(owner, "Hak de knoop door", closely=True)
    owner.fill("Welke vraag lag er?", "Mag er een helling op de stoep?")
    option(owner, 1, ("De gemeente legt de helling.", "900", "offerte", "2.400", "40 uur mailen"))
    option(owner, 2, ("Drie vergunningen aanvragen.", "1.800", "leges", "0", "er gebeurt niets"))
    owner.check(owner.page.get_by_role("radio", name="Mogelijkheid 1", exact=True))
    owner.choose("Zet de bedragen op de site")
    owner.fill("Wat is er besloten?", DECIDED)
    owner.fill("Waarom is dat besloten?", "Iedereen moet de winkel in kunnen.")
    owner.choose("De geest van de regel: waar de regel voor bedoeld is")
    owner.fill("Wie heeft dit besloten?", "hoofd Vergunningen van Lelystad")
    owner.fill("Waarom mag die persoon dit besluiten?", "Opdracht van de enabling crew.")
    owner.fill("Op welke dag is dit besloten?", today(now()).isoformat())
    owner.choose("Het proces wordt nog aangepast")
    owner.fill("Wat verandert er, of waarom niets?", CHANGE)
    owner.pick("Wie past het proces aan?", EMPLOYEE)
    owner.fill("Op welke dag moet dat klaar zijn?", working_day(10))
    owner.fill("Op welke dag kijkt u of het is gebeurd?", working_day(5))
    owner.press("Controleer het besluit")
    seen(owner, "Controleer het besluit", closely=True)
    reads(owner, "nee kost € 1.500 meer", CHANGE, EMPLOYEE)
    owner.press("Teken het besluit")
    seen(owner, TITLE, closely=True)
    said(owner, "Het besluit is vastgelegd.")


def option(hands: Keyboard, number: int, answers: tuple[str, ...]) -> None:
    labels = (
        "Wat houdt het in?",
        "Wat kost het als u dit doet?",
        "Hoe weet u dat?",
        "Wat kost het als u dit niet doet?",
        "En hoe weet u dat?",
    )
    group = hands.page.get_by_role("group", name=f"Mogelijkheid {number}", exact=True)
    for label, answer in zip(labels, answers, strict=True):
        hands.write(group.get_by_label(label).first, answer)


def carry_out(owner: Keyboard, day: Day) -> None:
    """Who promised to mend the process does it, the owner looks whether all was done, and it is closed."""
    employee = waits_for(day, EMPLOYEE)
    employee.follow("Het proces is aangepast, zoals beloofd")
    seen(employee, "Is het proces aangepast?")
    employee.fill("Wat is er in het proces veranderd?", CHANGE)
    employee.press("Ja, het is aangepast")
    day.clock.shift(timedelta(days=7))
    back_to_the_case(owner)
    owner.follow("Bewaar of het is uitgevoerd")
    seen(owner, "Is het besluit uitgevoerd?")
    owner.choose("Ja, het is uitgevoerd")
    owner.press("Bewaar")
    seen(owner, TITLE)
    owner.follow("Rond af")
    seen(owner, "Rond de melding af")
    owner.choose("Opgelost")
    owner.fill("Leg uit wat eruit kwam", ENDING)
    owner.press("Rond af")
    seen(owner, TITLE, closely=True)


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
    reads(anybody, DECIDED, CHANGE, "De melder zegt: opgelost")
    for hidden in (STORY, SUMMARY, REPLY, ADVICE, EMPLOYEE):
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
