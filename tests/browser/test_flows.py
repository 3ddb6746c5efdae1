"""The three flows of the site, each without JavaScript and by keyboard alone.

Mail is read in the mailbox of the demo; what the jobs process does is done here, in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, func, select

from civic.aanjaagteam.models import Report
from civic.calendar import Calendar, today
from civic.db import committing, db, now
from civic.jobs import JobRun, declared_jobs, run_job
from tests.browser.conftest import Site
from tests.browser.hands import Hands, Keyboard, Mouse

CATEGORIES = (
    "category,feature,min,max\nleeftijd,16-39,4,6\nleeftijd,40+,4,6\ngeslacht,vrouw,4,6\ngeslacht,man,4,6\n"
)
SIZE = 10
# each way is a flow of its own in the same database, so titles and people differ
WAYS = {"without-javascript": (Mouse, {"java_script_enabled": False}), "keyboard": (Keyboard, {})}


@pytest.fixture(params=sorted(WAYS))
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def someone(visit: Callable[..., Any], way: str) -> Callable[..., Hands]:
    """`someone("resident")`: a person of the demo, signed in; `someone()`: a stranger."""

    def _someone(persona: str | None = None) -> Hands:
        kind, options = WAYS[way]
        hands: Hands = kind(visit(**options).page)
        if persona:
            hands.page.goto("/demo")
            hands.page.locator(f'form[action$="/{persona}"] button').click()
        return hands

    return _someone


def do_jobs(live: Site, *names: str) -> None:
    """What the jobs process would do by now. The slot is forgotten: the next flow asks within seconds."""
    jobs = {job.name: job for job in declared_jobs()}
    for name in names:
        run_job(live.app, jobs[name], now())
        with live.app.app_context(), committing():
            db.session.execute(delete(JobRun).where(JobRun.job == name))


def heading(hands: Hands, text: str) -> None:
    expect(hands.page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.slow
def test_a_resident_starts_an_initiative_and_someone_supports_it(
    live: Site, someone: Callable[..., Hands], way: str
) -> None:
    title = f"Een bankje bij de vijver ({way})"
    author = someone("resident")
    author.page.goto("/initiatieven/nieuw")
    author.fill("Wat wilt u bereiken?", "Ouderen kunnen onderweg even zitten.")
    author.press("Verder")
    heading(author, "Hoe wilt u dat bereiken?")
    author.choose("De gemeenteraad moet een besluit nemen")
    author.choose("Zeewolde")
    author.press("Verder")
    heading(author, "Past het bij de regels?")
    say_yes(author)
    author.press("Bekijk de uitkomst")
    heading(author, "Uw voorstel past bij de regels")
    author.press("Begin met schrijven")
    heading(author, "Werk uw voorstel uit")
    author.fill("Titel", title)
    author.fill("Hoe ziet uw plan eruit?", "De gemeente plaatst twee banken. Buurtbewoners houden ze schoon.")
    author.choose("De gemeente en inwoners samen")
    author.fill("Uw naam", "Fatma Yıldız")
    author.choose("18 jaar of ouder")
    author.fill("Uw postcode", "3891 AB")
    author.press("Verder naar controleren")
    author.choose("Ik vind het goed dat mijn naam op de site bij dit initiatief staat.")
    author.press("Zet online")
    heading(author, title)
    address = author.page.url

    stranger = someone()
    stranger.page.goto(address)
    stranger.follow("Steun dit initiatief")
    stranger.fill("Uw naam", "Piet Smit")
    stranger.fill("Uw mailadres", f"piet-{way}@example.nl")
    stranger.fill("Uw postcode", "3891 AC")
    stranger.choose(label_of(stranger, "declares"))
    stranger.press("Steun dit initiatief")
    heading(stranger, "Kijk in uw mail")
    do_jobs(live, "deliver_mail")
    stranger.page.goto(f"/demo/postvak?adres=piet-{way}@example.nl")
    link = re.search(r"https?://\S+/steun/\S+", stranger.page.get_by_role("main").inner_text())
    assert link
    stranger.page.goto(link[0].rstrip("."))
    heading(stranger, "Bevestig uw steun")
    stranger.press("Ja, ik steun dit")
    heading(stranger, "Bedankt voor uw steun")
    do_jobs(live, "count_supports")
    stranger.page.goto(address)
    expect(stranger.page.get_by_role("progressbar").first).to_have_attribute("value", "1")


def say_yes(hands: Hands) -> None:
    """To every rule: the labels are all the same, so space chooses and tab goes to the next question."""
    rules = hands.page.locator('input[value="ja"]')
    rules.first.focus()
    for number in range(rules.count()):
        hands.page.keyboard.press("Space")
        expect(rules.nth(number)).to_be_checked()
        hands.page.keyboard.press("Tab")


def label_of(hands: Hands, field_id: str) -> str:
    return hands.page.locator(f'label[for="{field_id}"]').inner_text().strip()


@pytest.mark.slow
def test_a_report_gets_a_decision(live: Site, someone: Callable[..., Hands], way: str) -> None:
    title = f"Toestemming voor een geveltuin ({way})"
    reporter = someone()
    reporter.page.goto("/meldingen/nieuw")
    reporter.fill("Wat loopt er vast?", "Wij wachten al een half jaar op toestemming voor een geveltuin.")
    reporter.press("Verstuur de melding")
    heading(reporter, "Uw melding is binnen")
    code = reporter.page.locator("#receipt-code").inner_text()

    official = someone("team")
    with live.app.app_context():
        newest = db.session.scalar(select(func.max(Report.id)))
    official.page.goto(f"/aanjaagteam/meldingen/{newest}")
    official.fill("Titel", title)
    official.pick("Wie mag hierover beslissen?", "Het management")
    official.choose("Zet de titel op de site")
    official.press("Bewaar de beoordeling")
    official.press("Ik pak dit op")
    official.follow("Hak de knoop door")
    official.fill("Welke vraag lag er?", "Mogen bewoners zelf een geveltuin aanleggen?")
    official.fill("Wat houdt het in?", "Bewoners leggen hem zelf aan.")
    official.check(official.page.get_by_role("radio", name="Mogelijkheid 1", exact=True))
    official.fill("Wat is er besloten?", "Ja, tot 45 centimeter van de gevel.")
    official.fill("Waarom is dat besloten?", "Het is klein en het maakt de straat groener.")
    official.choose("De geest van de regel: waar de regel voor bedoeld is")
    official.fill("Wie heeft dit besloten?", "Teamleider openbare ruimte van Dronten")
    official.fill("Waarom mag die persoon dit besluiten?", "Mandaat van het college")
    official.fill("Op welke dag is dit besloten?", now().date().isoformat())
    official.choose("Het proces hoeft niet anders")
    official.fill("Wat verandert er, of waarom niets?", "De regel staat al op de site.")
    later = Calendar().add_working_days(today(now()), 10)
    official.fill("Op welke dag kijkt u of het is gebeurd?", later.isoformat())
    official.press("Controleer het besluit")
    heading(official, "Controleer het besluit")
    official.press("Teken het besluit")
    heading(official, title)

    reporter.page.goto("/meldingen/volgen")
    reporter.fill("Uw code", code)
    reporter.press("Laat zien")
    expect(reporter.page.get_by_role("main")).to_contain_text("Ja, tot 45 centimeter van de gevel.")


@pytest.mark.slow
def test_a_panel_gets_a_practice_draw(
    live: Site, someone: Callable[..., Hands], way: str, tmp_path: Path
) -> None:
    title = f"Panel over het station ({way})"
    (tmp_path / "categories.csv").write_text(CATEGORIES, encoding="utf-8")
    (tmp_path / "respondents.csv").write_text(people(), encoding="utf-8")
    keeper = someone("lottery")
    keeper.page.goto("/panels")
    keeper.page.goto("/panels/nieuw")
    keeper.fill("Naam van het panel", title)
    keeper.fill("De vraag aan het panel", "Wat doen wij met het oude station?")
    keeper.fill("Aantal plaatsen", str(SIZE))
    keeper.press("Maak het panel")
    keeper.page.goto(re.sub(r"(/panels/\d+).*", r"\1/bestanden", keeper.page.url))
    keeper.upload("Bestand met quota", tmp_path / "categories.csv")
    keeper.upload("Bestand met aanmeldingen", tmp_path / "respondents.csv")
    keeper.press("Controleer en plaats de bestanden")
    if "bestanden" in keeper.page.url:
        keeper.follow("Verder naar het panel")
    heading(keeper, title)
    keeper.press("Vraag een oefenloting aan")
    heading(keeper, "Oefenloting 1")
    address = keeper.page.url
    do_jobs(live, "run_draws")

    stranger = someone()
    stranger.page.goto(address)
    expect(stranger.page.get_by_role("main")).to_contain_text("Oefenloting")
    expect(stranger.page.get_by_role("main")).not_to_contain_text("De computer is bezig")
    assert stranger.page.get_by_role("table").count() >= 1


def people() -> str:
    rows = [
        f"XK{number:04},{('16-39', '40+')[number % 2]},{('vrouw', 'man')[number // 2 % 2]}"
        for number in range(60)
    ]
    return "\n".join(["id,leeftijd,geslacht", *rows, ""])
