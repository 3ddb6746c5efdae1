"""Nobody is ranked (row 5i): no page counts per person, and none lists people by what they did."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service import members, specialists
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.consults import Domain
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam import access
from tests.aanjaagteam.case_makers import unit
from tests.aanjaagteam.ladder_makers import stand
from tests.aanjaagteam.makers import TEAM_EMAIL, member, report_in
from tests.access import AANJAAGTEAM_MEMBER
from tests.web import markup, site

BUSY, CALM = "Zoë Veelwerk", "Aad Rustig"
CALM_EMAIL = "aad@example.nl"
DONE, OPEN = 37, 35  # more than there are days in a month
ROWS = {"tr", "li", "option", "dl", "p", "summary", "legend", "label", "h1", "h2", "h3"}
LISTED = {"tr", "option"}
VIEWS = ("", "?weergave=bord", "?weergave=vervalt", "?status=alles")


def _people() -> None:
    """Two members with the same places everywhere."""
    busy, calm = member(TEAM_EMAIL, BUSY), member(CALM_EMAIL, CALM)
    unit("Havens", TEAM_EMAIL, CALM_EMAIL)
    stand(1, "iemand")
    for one in (busy, calm):
        wanted = members.Membership("beslisser", "college", today(now()), is_name_public=True)
        members.add_member(one, wanted, actor=busy, at=now())
        specialists.add_specialist(one, specialists.NewSpecialist(Domain.YOUTH), actor=busy, at=now())


def _output(calm: User) -> None:
    _number_from(5_000)  # a number of a report is no count
    for state, count in ((State.DONE, DONE), (State.TAKEN_UP, OPEN)):
        for _number in range(count):
            report_in(state)
    other = report_in(State.TRIAGED)
    service.assign(other, calm, other.revision, actor=calm, at=now())


def _number_from(first: int) -> None:
    """The numbers that reports get from now on."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER SEQUENCE report_id_seq RESTART WITH {first}"))
        return
    gone = report_in(State.NEW)
    gone.id = first
    db.session.commit()


def _swap(one: int, other: int) -> None:
    """Now the other has done all of it."""
    mine = Report.owner_id == one
    db.session.execute(update(Report).where(mine).values(owner_id=other))


def _counts(user_id: int) -> re.Pattern[str]:
    """How much this person has: open, done and together; not as a part of a moment."""
    closed = db.session.scalars(select(Report.closed_at).where(Report.owner_id == user_id)).all()
    done = sum(one is not None for one in closed)
    assert min(done, len(closed) - done) > 31, "no day of a month"
    return re.compile(rf"(?<![\d:.])({done}|{len(closed) - done}|{len(closed)})(?![\d:.])")


def _names(element: Element) -> list[str]:
    return re.findall(f"{BUSY}|{CALM}", "".join(element.itertext()))


def _rows(page: str) -> list[Element]:
    """The smallest rows, lines and choices that name one of the two."""
    main = markup.parse(page)[0].find("body//main")
    named = [] if main is None else [one for one in main.iter() if one.tag in ROWS and _names(one)]
    return [one for one in named if not any(part in named for part in one.iter() if part is not one)]


def _is_about_a_report(row: Element) -> bool:
    return any(
        re.search(r"/(meldingen|gevraagd|opgeschaald)/\d", one.get("href", "")) for one in row.iter("a")
    )


def _walk(reader: FlaskClient, urls: list[str], counts: re.Pattern[str]) -> dict[str, list[str]]:
    """Page -> the two names in the order in which lists of people show them."""
    orders: dict[str, list[str]] = {}
    for url in urls:
        page = reader.get(url)
        assert page.status_code in {200, 302, 409}, url
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for row in _rows(page.text):
            words = " ".join("".join(row.itertext()).split())
            assert not counts.search(words), f"{url} counts per person: {words[:200]}"
            if row.tag in LISTED and not _is_about_a_report(row):
                orders.setdefault(url, []).extend(_names(row))
    return orders


def test_no_page_counts_or_orders_people_by_what_they_did(app: Flask) -> None:
    with app.app_context():
        site.make_identities()
        _people()
        calm = member(CALM_EMAIL)
        _output(calm)
        cases, ids = access.build(), (member(TEAM_EMAIL).id, calm.id)
        counts = _counts(ids[0])
        db.session.commit()
    reader = site.client_of(app, AANJAAGTEAM_MEMBER)
    urls = [f"/aanjaagteam{view}" for view in VIEWS]
    for endpoint, case in cases.items():
        if site.is_page(endpoint) and case.is_page and AANJAAGTEAM_MEMBER in case.allowed:
            urls.append(site.address(app, endpoint, case))
    assert len(urls) > 50
    first = _walk(reader, list(dict.fromkeys(urls)), counts)
    assert sum(BUSY in names and CALM in names for names in first.values()) >= 5, "pages that list people"
    with app.app_context():
        _swap(*ids)
        db.session.commit()
    second = _walk(reader, list(first), counts)
    assert second == first
