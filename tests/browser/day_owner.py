"""What the owner of a report does in a day, with everybody who is asked: ladder, knot, execution."""

from __future__ import annotations

from datetime import timedelta

from civic.calendar import today
from civic.db import now
from tests.browser.day import (
    ADVICE,
    ANSWER,
    ASKED,
    CHANGE,
    CREW,
    CREW_SAYS,
    DECIDED,
    DIRECTOR,
    EMPLOYEE,
    ENDING,
    LIFTED,
    MANAGER,
    OWNER,
    REPLY,
    SUMMARY,
    TITLE,
    UNIT,
    Day,
    come_in,
    open_with_keys,
    reads,
    said,
    seen,
    waits_for,
    working_day,
)
from tests.browser.hands import Keyboard
from tests.browser.test_flows import do_jobs

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


def ask_the_unit(owner: Keyboard, day: Day) -> None:
    owner.follow("Vraag iets en wacht op antwoord")
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
    come_in(owner, OWNER)
    owner.follow("Wat op mij wacht")
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
    seen(employee, "Is het proces aangepast?", closely=True)
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
