from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from civic.db import db
from civic.events.service import Reference
from civic.search import queries, service
from civic.search.models import SearchText
from tests.conftest import NOW

STRANGE = [
    "",
    "   ",
    "'",
    '"',
    "bomen'; DROP TABLE search_text; --",
    'bomen" OR "1',
    "NEAR(bomen plein, 2)",
    "words: bomen",
    "bomen AND NOT plein",
    "bomen & ! | <-> :*",
    "(((((",
    "***",
    "%_%",
    "\\",
    "bomen\0plein",
    "\ud83d",
    "🌳🌳🌳",
    "שלום עולם",
    "‮bomen‬",
    "日本語のテキスト",
    "ſ ﬁ ½ ²",
    "a" * 10_000,
    "bomen " * 2000,
    "é" * 5000,
    " ".join(f"woord{n}" for n in range(3000)),
]


def put(number: int, title: str, body: str = "", kind: str = "initiative") -> None:
    service.put(Reference(kind, number), title, body, at=NOW)


def ids(found: list[queries.Found]) -> list[int]:
    return [one.subject_id for one in found]


def three() -> None:
    put(1, "Bomen op het plein", "Schaduw voor iedereen.")
    put(2, "Een fietspad langs de vaart", "Veilig naar school, ook in het donker.")
    put(3, "De brug gaat te vaak open", "", kind="report")
    db.session.commit()


def test_finds_by_word_stem_beginning_and_without_accents(app: Flask) -> None:
    with app.app_context():
        three()
        put(4, "Café voor ouderen", "Elke dag koffie.")
        for typed, number in {
            "plein": 1,
            "boom": 1,
            "BOMEN schaduw": 1,
            "fietspaden": 2,
            "fietsp": 2,
            "cafe": 4,
            "CAFÉ koffie": 4,
        }.items():
            assert ids(queries.find(typed, ["initiative"], 5))[:1] == [number], typed
        # no text has both: then what has some of it
        assert ids(queries.find("plein fietspad", ["initiative"], 5)) == [2, 1]
        every = queries.matching("plein fietspad", "initiative")
        assert every is not None
        assert db.session.scalars(every).all() == []


def test_a_slip_finds_what_begins_alike(app: Flask) -> None:
    with app.app_context():
        three()
        assert ids(queries.find("fietspat", ["initiative"], 5)) == [2]


def test_kinds_stay_apart(app: Flask) -> None:
    with app.app_context():
        three()
        assert queries.find("brug", ["initiative"], 5) == []
        assert [one.subject_type for one in queries.find("brug", ["initiative", "report"], 5)] == ["report"]


def test_the_title_counts_for_more(app: Flask) -> None:
    with app.app_context():
        put(1, "Schoon water", "We meten elke maand. Daarna praten we over de speeltuin.")
        put(2, "Een speeltuin voor de buurt", "Met water en gras.")
        assert ids(queries.find("speeltuin", ["initiative"], 5)) == [2, 1]


def test_similar_needs_more_than_being_dutch(app: Flask) -> None:
    with app.app_context():
        three()
        text = "Wij willen meer schaduw op het plein. Daarom vragen we om tien nieuwe bomen."
        assert ids(queries.similar(text, ["initiative"], 5)) == [1]
        assert queries.similar("Wij willen een zwembad in het dorp.", ["initiative"], 5) == []


def test_the_first_line_counts_by_itself(app: Flask) -> None:
    """A title says what it is about, whatever somebody writes under it."""
    with app.app_context():
        three()
        text = "Veilig fietspad langs de vaart\n" + "Wij lenen gereedschap uit, elke zaterdag. " * 20
        assert ids(queries.similar(text, ["initiative"], 5)) == [2]


def test_the_limit_holds(app: Flask, count_statements) -> None:
    with app.app_context():
        for number in range(1, 70):
            put(number, f"Bomen op plein {number}", "Schaduw.")
        db.session.commit()
        with count_statements() as seen:
            assert len(queries.find("bomen", ["initiative"], 200)) == queries.PICKED
            assert len(queries.similar("meer bomen op ons plein", ["initiative"], 5)) == 5
        assert len(seen) == 2


def test_a_quick_look_weighs_the_newest_that_have_a_word(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them, whether they are among the latest texts (four times three) or long before."""
    monkeypatch.setattr(queries, "QUICK_NEWEST", 3)
    with app.app_context():
        for number in range(1, 9):
            put(number, f"Bomen op het plein {number}")
        for number in range(9, 29):
            put(number, f"Fietspad langs de vaart {number}")
        put(29, "Bomen op het plein 29")
        newest = 3 if db.engine.dialect.name == "postgresql" else 9
        for _ in range(7):  # PostgreSQL makes another plan after five times
            found = ids(queries.similar("Bomen op het plein", ["initiative"], 50, quick=True))
            assert found == [29, 8, 7, 6, 5, 4, 3, 2, 1][:newest]
        assert len(queries.similar("Fietspad langs de vaart", ["initiative"], 50, quick=True)) in {3, 20}


def test_strange_questions_are_answered(app: Flask) -> None:
    with app.app_context():
        three()
        for typed in STRANGE:
            queries.find(typed, ["initiative"], 5)
            queries.similar(typed, ["initiative"], 5)
            condition = queries.matching(typed, "initiative")
            if condition is not None:
                db.session.execute(condition).all()
        assert db.session.scalar(select(func.count()).select_from(SearchText)) == 3


def test_strange_text_can_be_kept(app: Flask) -> None:
    with app.app_context():
        for number, text in enumerate(STRANGE, start=1):
            clean = text.replace("\0", "").encode("utf-8", "ignore").decode()
            put(number, clean, clean)
        db.session.commit()
        beyond = queries.matching("woord2999", "initiative")  # more than is kept
        assert beyond is not None
        assert db.session.scalars(beyond).all() == []
        assert ids(queries.find("woord7", ["initiative"], 50))


def test_a_second_text_replaces_the_first(app: Flask) -> None:
    with app.app_context():
        three()
        put(1, "Gras op het veld")
        db.session.commit()
        assert queries.find("bomen", ["initiative"], 5) == []
        assert ids(queries.find("gras", ["initiative"], 5)) == [1]


def test_what_is_removed_is_not_found_and_twice_is_once(app: Flask) -> None:
    with app.app_context():
        three()
        service.remove(Reference("initiative", 1))
        service.remove(Reference("initiative", 1))
        db.session.commit()
        assert queries.find("bomen", ["initiative"], 5) == []
        assert ids(queries.find("fietspad", ["initiative"], 5)) == [2]


def test_the_index_is_used(app: Flask) -> None:
    """PostgreSQL finds words with the index over the column that it fills itself."""
    with app.app_context():
        three()
        if db.engine.dialect.name != "postgresql":
            assert db.session.scalar(db.text("SELECT count(*) FROM search_index")) == 3
            return
        other = {"subject_type": "initiative", "title": "", "body": "", "words": "gras op het veld"}
        rows = [{**other, "subject_id": number, "changed_at": NOW} for number in range(100, 2000)]
        db.session.execute(insert(SearchText), rows)
        db.session.execute(db.text("ANALYZE search_text"))
        # what was just written waits beside the index until somebody puts it in
        db.session.execute(db.text("SELECT gin_clean_pending_list('ix_search_text_words')"))
        db.session.execute(db.text("SET LOCAL enable_seqscan = off"))  # so few are as soon read one by one
        found = queries.matching("bomen", "initiative")
        assert found is not None
        statement = str(found.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(db.session.scalars(db.text("EXPLAIN " + statement.replace(":", r"\:"))))
        assert "ix_search_text_words" in plan, plan
