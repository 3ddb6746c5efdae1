"""Events as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l

from civic.accounts.states import Role
from civic.db import db
from civic.events import presentation
from civic.events import service as events
from civic.events.models import Event
from tests.conftest import NOW
from tests.factories import make_user, municipality


@pytest.fixture(autouse=True)
def own_titles() -> Iterator[None]:
    """What a test registers is gone after it."""
    kept = {name: {**titles} for name, titles in presentation.TITLES.items()}
    yield
    presentation.TITLES.clear()
    presentation.TITLES.update(kept)
    presentation.CODES.pop(("municipality", "level"), None)


def recorded(action: str, actor: Any = None, **options: Any) -> Event:
    return events.record(municipality(), events.What(action, **options), actor=actor, at=NOW)


def test_a_title_per_subject_and_action(app: Flask) -> None:
    titles = {"publish": _l("Staat online"), "count": _l("%(n)s mensen, stap %(step)s")}
    presentation.register_titles("municipality", titles, kinds={"publish": "positive"})
    with app.test_request_context():
        found = presentation.entries([recorded("publish"), recorded("count", data={"n": 3})])
    assert [(entry.title, entry.kind, entry.by) for entry in found] == [
        ("Staat online", "positive", "automatisch"),
        ("3 mensen, stap –", "neutral", "automatisch"),
    ]
    assert {entry.at for entry in found} == {NOW}


def test_only_a_long_number_gets_a_dot(app: Flask) -> None:
    presentation.register_titles("municipality", {"count": _l("%(n)s brieven in %(year)s")})
    with app.test_request_context():
        found = presentation.entries([recorded("count", data={"n": 10_000, "year": 2027})])
    assert found[0].title == "10.000 brieven in 2027"


def test_a_code_is_read_in_words(app: Flask) -> None:
    presentation.register_titles("municipality", {"climb": _l("Naar %(level)s, stap %(n)s")})
    presentation.register_codes("municipality", "level", {2: _l("het management")})
    with app.test_request_context():
        found = presentation.entries([recorded("climb", data={"level": one, "n": 2}) for one in (2, 5)])
    assert [entry.title for entry in found] == ["Naar het management, stap 2", "Naar 5, stap 2"]


def test_an_action_nobody_named(app: Flask) -> None:
    with app.test_request_context():
        (entry,) = presentation.entries([recorded("something_new")])
    assert entry.title == "Iets veranderde"


def test_titles_for_every_subject(app: Flask) -> None:
    with app.test_request_context():
        (entry,) = presentation.entries([recorded("deadline_passed")])
    assert entry.title == "Een beloofde datum is voorbij"
    assert entry.kind == "warning"


def test_people_are_named_only_when_asked(app: Flask, count_statements: Callable[[], Any]) -> None:
    with app.test_request_context():
        users = [make_user(email=f"p{n}@example.nl", name=f"Persoon {n}") for n in range(5)]
        found = [recorded("a", actor=user) for user in users]
        db.session.commit()
        assert {entry.by for entry in presentation.entries(found)} == {""}
        with count_statements() as seen:
            named = presentation.entries(found, names=True)
        assert [entry.by for entry in named] == [f"Persoon {n}" for n in range(5)]
        assert len(seen) == 1


def test_the_history_names_officials_not_residents(app: Flask) -> None:
    with app.test_request_context():
        official = make_user(Role.COUNCIL_OFFICE, email="jan@example.nl", name="Jan Postma")
        resident = make_user(email="fatma@example.nl", name="Fatma Yıldız")
        names = presentation.staff_names([recorded("a", actor=official), recorded("a", actor=resident)])
    assert names == {official.id: "Jan Postma", resident.id: f"inwoner {resident.id}"}


def test_an_erased_person_leaves_the_fact(app: Flask) -> None:
    with app.test_request_context():
        user = make_user()
        event = recorded("a", actor=user)
        user.name = user.email = None
        db.session.commit()
        (entry,) = presentation.entries([event], names=True)
    assert entry.by == "–"


def test_subjects_links_and_deadlines(app: Flask) -> None:
    presentation.register_subject("thing", "Ding", lambda number: f"https://example.nl/dingen/{number}")
    presentation.register_deadlines({"council_answer_test": "een antwoord"})
    assert presentation.subject_name("thing") == "Ding"
    assert presentation.subject_name("unknown") == "unknown"
    assert presentation.subject_link("thing", 3) == "https://example.nl/dingen/3"
    assert presentation.subject_link("unknown", 3) is None
    assert presentation.deadline_name("council_answer_test") == "een antwoord"
    assert presentation.deadline_name("other") == "other"
