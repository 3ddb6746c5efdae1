"""The path of an initiative at 375 px, from the first question to what a supporter thinks of the answer.

Walked twice: without JavaScript, and with nothing but the keyboard. The writer, the griffie and a resident
without an account each have a window of their own. The municipality is the one of the demo whose griffie
looks at a proposal before it goes online. Links in mails are followed from the mailbox of the demo.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import Select, func, select, update

from civic.db import committing, db, now
from civic.initiatives.models import AnswerOpinion, Initiative, InitiativeNews, InitiativePlace
from civic.initiatives.states import Verdict
from tests.browser.checks import sideways
from tests.browser.conftest import PHONE, Site
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.test_flows import do_jobs, label_of

# each way is a path of its own in the same database, so titles and people differ
WAYS: dict[str, tuple[type[Any], dict[str, Any], str]] = {
    "without-javascript": (Mouse, {"java_script_enabled": False}, "Een hek om de speeltuin aan de Wold"),
    "keyboard": (Keyboard, {}, "Een drinkkraan op de markt van Lelystad"),
}
WISH = "Kinderen en ouderen kunnen hier de hele dag veilig buiten zijn."
PLAN = "De gemeente zorgt dat het er komt. Wij houden het schoon.\n\nHet kost ongeveer 4.000 euro."
ANSWER = "De raad zegt ja. Het staat er in het voorjaar."
ANY_TITLE = re.compile(".+")
NO_MOUSE = "addEventListener('pointerdown', () => console.error('a mouse was used'), true)"
WRITER, GRIFFIER = "Wim Kuiper", "Jan Postma"


@pytest.mark.slow
@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_whole_path(live: Site, visit: Callable[..., Any], way: str) -> None:
    title, mailbox = WAYS[way][2], f"lotte-{way}@example.nl"
    writer, griffier, resident = (window(visit, way) for _person in range(3))
    write(writer, title)
    look_beforehand(griffier, title)
    support(resident, title, mailbox)
    follow(resident, title, f"volger-{mailbox}")
    count(live, title)
    hand_in(writer, title)
    handle(griffier, title)
    tell(live, title)
    think_of_the_answer(resident, mailbox)
    seen(resident, title)
    expect(resident.page.get_by_role("main")).to_contain_text(ANSWER)
    assert opinions(live, title) == [Verdict.YES]


def window(visit: Callable[..., Any], way: str) -> Hands:
    """Of one person. A mouse in the window of who has only a keyboard is an error of that window."""
    kind, options, _title = WAYS[way]
    page = visit(viewport=PHONE, **options).page
    if kind is Keyboard:
        page.add_init_script(NO_MOUSE)
    hands: Hands = kind(page)
    return hands


def seen(hands: Hands, title: str | re.Pattern[str]) -> None:
    """This page is here, and fits in the window."""
    expect(hands.page.get_by_role("heading", level=1)).to_have_text(title)
    assert sideways(hands.page) == [], title


def write(hands: Hands, title: str) -> None:
    """From the first question, without an account, until it lies with the griffie."""
    ask_and_check(hands)
    seen(hands, "Inloggen")
    hands.follow("Kies een persoon")
    seen(hands, "Rondkijken als iemand anders")
    hands.press(f"Log in als {WRITER}")
    seen(hands, "Uw tekst is er nog")
    hands.press("Begin met schrijven")
    seen(hands, "Werk uw voorstel uit")
    hands.fill("Titel", title)
    hands.fill("Hoe ziet uw plan eruit?", PLAN)
    hands.choose("De gemeente en inwoners samen")
    hands.fill("Uw naam", WRITER)
    hands.choose("18 jaar of ouder")
    hands.fill("Uw postcode", "8232 AB")
    hands.press("Verder naar controleren")
    seen(hands, "Controleer uw voorstel")
    hands.choose(label_of(hands, "consents"))
    hands.press("Naar de griffie")
    seen(hands, title)
    expect(hands.page.get_by_role("main")).to_contain_text("Uw voorstel ligt bij de griffie")


def ask_and_check(hands: Hands) -> None:
    hands.page.goto("/")
    seen(hands, "Wat wilt u veranderen?")
    hands.follow("Start of steun een initiatief")
    seen(hands, "Initiatieven van inwoners")
    hands.follow("Start een initiatief")
    seen(hands, "Start een initiatief")
    hands.fill("Wat wilt u bereiken?", WISH)
    hands.press("Verder")
    seen(hands, "Hoe wilt u dat bereiken?")
    hands.choose("De gemeenteraad moet een besluit nemen")
    hands.choose("Lelystad")
    hands.press("Verder")
    seen(hands, "Past het bij de regels?")
    for yes in hands.page.get_by_label("Ja, dat klopt").all():
        hands.check(yes)
    hands.press("Bekijk de uitkomst")
    seen(hands, "Uw voorstel past bij de regels")
    hands.press("Begin met schrijven")


def look_beforehand(hands: Hands, title: str) -> None:
    """The by-law of this municipality wants the griffie to look before it goes online."""
    hands.page.goto("/demo")
    hands.press(f"Log in als {GRIFFIER}")
    seen(hands, "Mijn pagina")
    hands.follow("Werk van de griffie")
    seen(hands, "Werk van de griffie")
    hands.follow(title)
    seen(hands, title)
    hands.follow("Zet online")
    seen(hands, "Zet dit voorstel online")
    hands.press("Zet online")
    seen(hands, "Werk van de griffie")
    # the same title, with the next thing to do
    hands.follow(title)
    seen(hands, "Het gesprek over dit initiatief")
    hands.check(hands.page.get_by_label("Raadplegen"))
    hands.press("Maak bekend")
    seen(hands, "Het gesprek over dit initiatief")


def find(hands: Hands, title: str) -> None:
    hands.page.goto("/initiatieven")
    hands.fill("Zoeken", title)
    hands.press("Toon")
    seen(hands, "Initiatieven van inwoners")
    hands.follow(title)
    seen(hands, title)


def open_mail(hands: Hands, address: str, link: str) -> None:
    """The newest mail to this address; `link` is a part of the address in it."""
    hands.page.goto(f"/demo/postvak?adres={address}")
    seen(hands, "Postvak van de demonstratie")
    hands.follow(link)


def support(hands: Hands, title: str, mailbox: str) -> None:
    """Without an account: one form, and one confirmation through the link in the mail."""
    find(hands, title)
    hands.follow("Steun dit initiatief")
    seen(hands, "Steun dit initiatief")
    hands.fill("Uw naam", "Lotte Veldman")
    hands.fill("Uw mailadres", mailbox)
    hands.fill("Uw postcode", "8232 AC")
    hands.choose(label_of(hands, "declares"))
    hands.press("Steun dit initiatief")
    seen(hands, "Kijk in uw mail")
    open_mail(hands, mailbox, "/steun/")
    seen(hands, "Bevestig uw steun")
    hands.press("Ja, ik steun dit")
    seen(hands, "Bedankt voor uw steun")


def follow(hands: Hands, title: str, mailbox: str) -> None:
    hands.follow("Naar het initiatief")
    seen(hands, title)
    hands.follow("Volg met een mail")
    seen(hands, "Volg dit initiatief")
    hands.fill("Uw mailadres", mailbox)
    hands.choose("Hooguit één keer per dag")
    hands.press("Volg dit initiatief")
    seen(hands, "Kijk in uw mail")
    open_mail(hands, mailbox, "/volgen/bevestigen/")
    seen(hands, "Wilt u dit volgen?")
    hands.press("Ja, mail mij")
    seen(hands, "U volgt dit")


def hand_in(hands: Hands, title: str) -> None:
    hands.menu(WRITER)
    seen(hands, "Mijn pagina")
    hands.follow("Mijn initiatieven")
    seen(hands, "Mijn concepten en initiatieven")
    hands.follow(title)
    seen(hands, title)
    hands.follow("Stuur naar de raad van Lelystad")
    seen(hands, "Stuur naar de raad van Lelystad")
    hands.press("Stuur naar de raad")
    seen(hands, title)


def handle(hands: Hands, title: str) -> None:
    """The griffie: the form of it is right, the council gets a day, the council decided."""
    day = now().date().isoformat()
    hands.menu(GRIFFIER)
    hands.follow("Werk van de griffie")
    hands.follow(title)
    seen(hands, title)
    hands.press("Breng naar de raad")
    seen(hands, title)
    hands.fill("Dag van de raad", day)
    hands.press("Zet op de agenda")
    seen(hands, title)
    hands.choose("De raad zegt ja")
    hands.fill("Het besluit in gewone taal", ANSWER)
    hands.fill("Dag van het besluit", day)
    hands.press("Maak het besluit bekend")
    seen(hands, title)
    expect(hands.page.get_by_role("status")).to_contain_text("Iedereen die steunde, krijgt het besluit.")


def think_of_the_answer(hands: Hands, mailbox: str) -> None:
    open_mail(hands, mailbox, "/antwoord/")
    seen(hands, ANY_TITLE)
    for text in (ANSWER, "Beantwoordt dit besluit uw vraag?"):
        expect(hands.page.get_by_role("main")).to_contain_text(text)
    hands.choose("Ja")
    hands.press("Verstuur")
    expect(hands.page.get_by_role("status").first).to_contain_text("Uw mening telt mee op de pagina.")


# --- what the jobs do, and the threshold ----------------------------------------------------------------


def count(live: Site, title: str) -> None:
    """One support is enough here: the by-law asks for hundreds."""
    with live.app.app_context(), committing():
        initiative = _id_of(title)
        mine = InitiativePlace.initiative_id == initiative
        db.session.execute(update(InitiativePlace).where(mine).values(threshold=1))
        db.session.execute(update(Initiative).where(Initiative.id == initiative).values(threshold=1))
    do_jobs(live, "count_supports")


def tell(live: Site, title: str) -> None:
    """All the demo's own news stands before it."""
    while _waiting(live, title):
        do_jobs(live, "tell_supporters")


def _waiting(live: Site, title: str) -> bool:
    with live.app.app_context():
        is_waiting = InitiativeNews.place_id.in_(_places_of(title)), InitiativeNews.done_at.is_(None)
        return bool(db.session.scalar(select(func.count()).where(*is_waiting)))


def opinions(live: Site, title: str) -> list[Verdict]:
    with live.app.app_context():
        given = select(AnswerOpinion.verdict).where(AnswerOpinion.place_id.in_(_places_of(title)))
        return list(db.session.scalars(given))


def _places_of(title: str) -> Select[int]:
    return select(InitiativePlace.id).where(InitiativePlace.initiative_id == _id_of(title))


def _id_of(title: str) -> int:
    return db.session.scalars(select(Initiative.id).where(Initiative.title == title)).one()
