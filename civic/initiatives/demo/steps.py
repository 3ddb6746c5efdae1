"""What happens to the demo initiatives besides collecting support: desk, paper, projects, talking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from civic.accounts.demo import persona
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.initiatives import service
from civic.initiatives.demo.texts_more import MERGED
from civic.initiatives.models import Comment, Initiative, SupportSheet
from civic.initiatives.queries.desk import desk_place_of
from civic.initiatives.service import desk, desk_care, kinds, merge, sheets, talk, talk_moderation, talk_rules
from civic.initiatives.service.drafts import Edit
from civic.initiatives.sheet import codes
from civic.initiatives.states import OPEN_FOR_SUPPORT, InitiativeKind, RefuseReason
from civic.initiatives.states.desk import HoursKind
from civic.initiatives.states.ledger import LineVerdict
from civic.initiatives.states.talk import HideReason, Level, ReportReason
from civic.regions import service as regions
from civic.regions.models import Municipality
from civic.regions.rules import Rules
from civic.regions.service import NewRules

SOURCE = "Verzonnen voor deze demonstratie"
TOGETHER_AT, DESK_AT = "GM0171", "GM0995"
LEAD = timedelta(days=10)
TALKED_ABOUT = "Maak van het Havenplein een plein met bomen"


def by_laws(at: datetime) -> None:
    """Of two municipalities an invented by-law: one counts together with others, one looks beforehand."""
    _by_law(TOGETHER_AT, at - timedelta(days=200), lambda rules: replace(rules, accepts_together=True))
    _by_law(DESK_AT, at - timedelta(days=35), lambda rules: replace(rules, checks_before_publication=True))


def _by_law(code: str, start: datetime, change: Callable[[Rules], Rules]) -> None:
    place = db.session.scalars(select(Municipality).where(Municipality.code == code)).one()
    latest = regions.latest_rule_set(place)
    if latest is None:
        raise LookupError(code)
    new = NewRules(change(Rules.from_data(latest.rules)), today(start), SOURCE, latest.version)
    regions.add_rule_set(place, new, actor=persona("admin"), at=start - LEAD)


# --- the desk -------------------------------------------------------------------------------------------


def offer(initiative: Initiative, author: User, at: datetime) -> None:
    desk.offer(initiative, initiative.revision, actor=author, at=at)


def publish(initiative: Initiative, author: User, at: datetime) -> None:
    """By the writer, or by the griffie where the by-law of that day wants it to look first."""
    if desk_place_of(initiative, today(at)) is None:
        service.publish(initiative, initiative.revision, actor=author, at=at)
        return
    desk.offer(initiative, initiative.revision, actor=author, at=at - timedelta(hours=30))
    desk.accept(initiative, initiative.revision, actor=persona("griffier"), at=at)


def ask_back(initiative: Initiative, author: User, at: datetime) -> None:
    offer(initiative, author, at)
    question = "Wie haalt mensen van het ijs als het niet meer kan? Schrijf dat er nog bij."
    later = at + timedelta(days=2, hours=3)
    desk.ask_back(initiative, initiative.revision, question, actor=persona("griffier"), at=later)


def refuse(initiative: Initiative, author: User, at: datetime) -> None:
    offer(initiative, author, at)
    why = (
        "Over de inkomstenbelasting besluit de Tweede Kamer, niet de gemeenteraad. U kunt daar een "
        "burgerinitiatief beginnen, of een brief schrijven."
    )
    reason, later = RefuseReason.NOT_THE_COUNCIL, at + timedelta(days=3, hours=2)
    desk.refuse(initiative, initiative.revision, reason, why, actor=persona("griffier"), at=later)


def look_after(initiative: Initiative, at: datetime) -> None:
    """A named contact, help in kind and hours: for an initiative of the municipality with a griffier."""
    clerk = persona("griffier")
    desk_care.name_contact(initiative, clerk.id, None, actor=clerk, at=at)
    day = today(at)
    desk_care.add_help(initiative, "Zaal in het stadhuis, met koffie", None, day, actor=clerk, at=at)
    desk_care.add_help(initiative, "Drukwerk voor de buurt", 180, day, actor=clerk, at=at)
    for kind, minutes, what in (
        (HoursKind.MUNICIPAL, 150, "Gesprek met de schrijver en de wijkcoördinator"),
        (HoursKind.VOLUNTEER, 720, "Langs de deuren met lijsten"),
    ):
        desk_care.log_hours(initiative, desk_care.Hours(kind, minutes, day, what), actor=clerk, at=at)


# --- the other kinds ------------------------------------------------------------------------------------


def fill_challenge(initiative: Initiative, at: datetime) -> None:
    answers = kinds.ChallengeAnswers(
        task="Het groen in de Horsterbuurt onderhouden",
        current_cost=48_000,
        asked_cost=39_000,
        basis="De gemeente betaalt nu een bedrijf per vierkante meter. Wij rekenden met dezelfde meters.",
        starts_on=date(at.year + 1, 9, 1),
        months=24,
        contact="anneke.initiatief@example.nl",
    )
    kinds.save_challenge(initiative, answers, Edit(initiative.revision, f"{initiative.id:032x}"), at=at)


def start_project(initiative: Initiative, author: User, at: datetime) -> None:
    kinds.start_project(initiative, initiative.revision, actor=author, at=at)


def finish_project(initiative: Initiative, author: User, at: datetime) -> None:
    start_project(initiative, author, at)
    lesson = "De kast was in drie weken leeg. Pas toen we een dag voor ruilen kozen, bleef hij vol."
    kinds.finish(initiative, lesson, actor=author, at=at + timedelta(days=80))


# --- paper ----------------------------------------------------------------------------------------------


def on_paper(initiative: Initiative, people: list[sheets.Line], at: datetime) -> None:
    """One official types a sheet over, another looks at it: now it counts with the rest."""
    first, second = persona("desk"), persona("griffier")
    code = codes.make(initiative.id, 1, f"demo {initiative.support_count} {people[0].postcode}")
    sheet = sheets.enter(initiative, code, people, actor=first, at=at)
    db.session.flush()
    choices = {line.number: LineVerdict.ACCEPTED for line in people if not line.is_skipped}
    sheets.accept(sheet, choices, sheet.revision, actor=second, at=at + timedelta(days=1))


def waiting_on_paper(initiative: Initiative, people: list[sheets.Line], at: datetime) -> SupportSheet:
    code = codes.make(initiative.id, 2, "demo waits")
    return sheets.enter(initiative, code, people, actor=persona("desk"), at=at)


# --- together -------------------------------------------------------------------------------------------


def merge_two(find: Callable[[str], Initiative], at: datetime) -> None:
    """Two people who want the same write one text, and both say yes."""
    source, target = (find(title) for title in MERGED)
    one, other = (db.session.get_one(User, row.author_id) for row in (source, target))
    text = merge.JointText(
        "Een bank, licht en een dak bij elke bushalte",
        "Wie met de bus gaat, moet droog en veilig kunnen wachten. Ook wie niet lang kan staan.",
        "We beginnen bij de twintig drukste haltes: een dak, licht en een bank met een leuning. "
        "Daarna krijgen alle andere haltes een bank. De vervoerder betaalt mee.",
    )
    proposal = merge.propose(source, target, text, actor=one, at=at - timedelta(days=6))
    db.session.flush()
    merge.agree(proposal, proposal.revision, actor=other, at=at - timedelta(days=4))


def talk_about(initiative: Initiative, at: datetime) -> None:
    """A conversation with a promise, an answer, a comment that was taken away, and listening mode."""
    clerk, first, second = persona("griffier"), persona("resident"), persona("resident2")
    began = at - timedelta(days=12)
    talk_rules.declare(initiative, Level.ADVISE, None, actor=clerk, at=began)

    def say(who: User, text: str, hours: int, parent: Comment | None = None) -> Comment:
        words = talk.Words(name=(who.name or "").split()[0], text=text)
        return talk.post(initiative, words, parent, actor=who, at=began + timedelta(hours=hours))

    shade = say(first, "Goed plan. Denk ook aan mensen die slecht zien: laat een looproute vrij.", 5)
    say(second, "Dat nemen we mee. Er komt een strook van twee meter zonder banken.", 29, shade)
    rude = say(first, "Wie hiertegen is, snapt er niets van en moet maar verhuizen.", 50)
    talk.report(rude, ReportReason.INSULT, actor=second, network="demo", at=began + timedelta(hours=52))
    said = "Deze reactie gaat over mensen en niet over het plan."
    talk_moderation.hide(rude, HideReason.INSULT, said, actor=clerk, at=began + timedelta(hours=70))
    talk_rules.set_listening(initiative, True, actor=clerk, at=began + timedelta(hours=72))
    say(clerk, "Wat zou u als eerste veranderen aan het plein?", 73)


def promise_what_comments_do(at: datetime) -> None:
    """For most of them the municipality said so within a week; for one it is late."""
    is_older = (Initiative.published_at < at - timedelta(days=7)) & Initiative.state.in_(OPEN_FOR_SUPPORT)
    for initiative in db.session.scalars(select(Initiative).where(is_older).order_by(Initiative.id)).all()[
        1:
    ]:
        if initiative.title != TALKED_ABOUT and initiative.published_at is not None:
            moment = initiative.published_at + timedelta(days=3)
            talk_rules.declare(initiative, Level.CONSULT, None, actor=persona("desk"), at=moment)


def challenge_or_none(initiative: Initiative, at: datetime) -> None:
    if initiative.kind is InitiativeKind.RIGHT_TO_CHALLENGE:
        fill_challenge(initiative, at)
