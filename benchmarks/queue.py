"""The queue of the aanjaagteam with 10,000 reports, and taking reports in: part of `make bench-web`.

The list is a page of 50 of the reports that an official of one municipality may see, with total, state, unit,
deadline, owner, waits, weight and age, as HTML. A new report does all it does on a real site: the session,
the form's token, the limits (counted, never refusing), the sealed story, the event, the promise, the mail
with the receipt, and looking for reports that are alike. Bars: handbook peers, part II, section 6 (Signalen:
5.0 pages of 50 and 33 new reports a second at 8 clients).
"""

from __future__ import annotations

import re
import urllib.request
from urllib.parse import quote_plus

from flask import Flask

from benchmarks import many_reports, site, wrk
from benchmarks.bench import Bench, cookie_of
from civic.aanjaagteam.models import Report
from civic.db import db
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail

REPORTS, CLIENTS, PAGE = 10_000, 8, 50
GOALS = {"list": 100, "create": 130}
HEADER = "| wat | per seconde | p50 ms | p99 ms | fout | CPU ms | norm |"
TOKEN = re.compile(r'name="token"[^>]* value="([^"]+)"')
# wrk writes another number in each
STORY = (
    "De vergunning voor ons buurtfeest NUMBER ligt al maanden stil. Niemand zegt wie er beslist. "
    "We belden zes keer, en steeds zei iemand anders dat het bij een andere afdeling ligt. "
) * 4


def measure(bench: Bench) -> tuple[list[str], bool]:
    app = bench.app()
    reader = many_reports.prepare(app, REPORTS)
    found = {"list": _list(bench, app, reader), "create": _create(bench, app)}
    names = {"list": f"werklijst, {PAGE} van {REPORTS:,}", "create": "melding maken"}
    lines = [
        f"Het aanjaagteam, {CLIENTS} tegelijk:",
        "",
        HEADER,
        "|---" * 7 + "|",
        *(_row(names[name], one, GOALS[name]) for name, one in found.items()),
    ]
    return lines, all(one.rate >= GOALS[name] and not one.wrong for name, one in found.items())


def _row(name: str, one: wrk.Answer, goal: int) -> str:
    mark = "" if one.rate >= goal else " **niet gehaald**"
    return (
        f"| {name} | {one.rate:,.0f} | {one.p50:.1f} | {one.p99:.1f} | {one.wrong} | {one.cpu_ms:.2f} | "
        f"{goal}{mark} |"
    )


def _list(bench: Bench, app: Flask, reader: int) -> wrk.Answer:
    facts = {"PATHS": "/aanjaagteam", "COOKIE": cookie_of(app, reader)}
    with bench.site() as (url, web):
        page = _page(f"{url}/aanjaagteam", facts["COOKIE"])
        if page.count("/aanjaagteam/meldingen/") < PAGE:
            raise SystemExit(f"De werklijst toont geen {PAGE} meldingen.")
        return wrk.median(
            lambda number: wrk.run(url, web, bench.seconds if number else 1, connections=CLIENTS, **facts)
        )


def _create(bench: Bench, app: Flask) -> wrk.Answer:
    """Every answered report must be in the database, with its event, its promise and its mail."""
    answered, before = 0, _counts(app)
    with bench.site(target="benchmarks.patient:app") as (url, web):
        facts = _form(f"{url}/meldingen/nieuw")

        def once(number: int) -> wrk.Answer:
            nonlocal answered
            seconds, first = bench.seconds if number else 1, str(number * 1_000_000)
            found = wrk.run(url, web, seconds, connections=CLIENTS, FIRST=first, **facts)
            answered += found.requests - found.wrong
            return found

        found = wrk.median(once)
    extra = [after - old - answered for old, after in zip(before, _counts(app), strict=True)]
    # what was under way when the client stopped is stored without having been answered
    if not 0 <= extra[0] <= CLIENTS * (wrk.TIMES + 1) or len(set(extra)) != 1:
        raise SystemExit(f"Beantwoord {answered}; in de database meer of minder: {extra}.")
    return found


def _counts(app: Flask) -> list[int]:
    """Reports, their first events, their promises and their receipts."""
    statements = (
        db.select(db.func.count()).select_from(Report),
        db.select(db.func.count()).select_from(Event).where(Event.action == "reported"),
        db.select(db.func.count()).select_from(Deadline).where(Deadline.kind == "first_answer"),
        db.select(db.func.count())
        .select_from(OutgoingMail)
        .where(OutgoingMail.template == "report_received"),
    )
    with app.app_context():
        return [db.session.scalar(statement) or 0 for statement in statements]


def _form(url: str) -> dict[str, str]:
    """A visitor with a session, and the form's own mark; every post has another story, so another report."""
    who = site.visit(url)
    found = TOKEN.search(_page(url, who.cookie))
    if found is None:
        raise SystemExit("Het formulier heeft geen eigen kenmerk.")
    answers = f"token={quote_plus(found[1])}&story={quote_plus(STORY)}&email=melderNUMBER%40example.nl"
    return {"PATHS": "/meldingen/nieuw", "FORM": answers, "COOKIE": who.cookie, "CSRF": who.csrf}


def _page(url: str, cookie: str) -> str:
    request = urllib.request.Request(url, headers={"Cookie": cookie})  # noqa: S310  # our own server
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # our own server
        return str(answer.read().decode())
