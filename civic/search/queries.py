"""Finding: the index picks, a trigram score in plain Python ranks. Whatever is asked, it never fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text

from civic.db import db
from civic.search.models import INDEX, SearchText
from civic.search.words import Asked, stem, telling

PICKED = 50
MOST_WORDS_FOUND = 12  # of a question typed in a search box
MOST_WORDS_COMPARED = 40  # of a text that is compared
QUICK_WORDS, QUICK_NEWEST = 16, 300
LEAST_ALIKE = 0.4  # below this two texts share little more than that they are Dutch
BEGINNING = 4  # a slip is mostly further on in a word


@dataclass(frozen=True)
class Found:
    """One subject that was found; `score` says how alike, from 0 to 1."""

    subject_type: str
    subject_id: int
    title: str
    score: float


@dataclass(frozen=True)
class Question:
    """Words to look for: each as the beginning of a word or as a stem; all of them, or any."""

    words: tuple[str, ...]
    needs_all: bool

    def for_sqlite(self) -> str:
        parts = [f'("{word}"* OR "{stem(word)}")' for word in self.words]
        return (" AND " if self.needs_all else " OR ").join(parts)

    def for_postgresql(self) -> str:
        parts = [f"('{word}':* | '{stem(word)}')" for word in self.words]
        return (" & " if self.needs_all else " | ").join(parts)


def matching(typed: str, subject_type: str) -> Select[int] | None:
    """The ids of all subjects of this kind with every word that was typed, for the WHERE of a list.

    None when nothing that was typed is a word.
    """
    words = telling(typed)[:MOST_WORDS_FOUND]
    if not words:
        return None
    return select(SearchText.subject_id).where(
        SearchText.subject_type == subject_type, _holds(Question(tuple(words), needs_all=True))
    )


def find(typed: str, types: Iterable[str], limit: int) -> list[Found]:
    """What was typed in a search box: every word, the best first.

    When no text has them all: what has some of it, or words that begin alike (a slip of the finger).
    """
    words = telling(typed)[:MOST_WORDS_FOUND]
    found = _picked(Question(tuple(words), needs_all=True), types)
    if found:
        return _ranked(found, typed, limit, 0)
    beginnings = tuple(word[:BEGINNING] for word in words if len(word) > BEGINNING)
    return _ranked(_picked(Question(beginnings, needs_all=False), types), typed, limit, LEAST_ALIKE)


def similar(text: str, types: Iterable[str], limit: int, *, quick: bool = False) -> list[Found]:
    """What looks like a whole text, or like its first line, the title; nothing when nothing does.

    `quick` asks for the longest words only (long ones are rare, and tell most) and weighs the latest texts
    that have one: for where somebody waits and there may be thousands.
    """
    title = telling(text.partition("\n")[0])
    longest = sorted(telling(text), key=len, reverse=True)
    words = longest[:QUICK_WORDS] if quick else [*dict.fromkeys([*title, *longest])][:MOST_WORDS_COMPARED]
    picked = _picked(Question(tuple(words), needs_all=False), types, QUICK_NEWEST if quick else None)
    return _ranked(picked, text, limit, LEAST_ALIKE)


def _picked(question: Question, types: Iterable[str], newest: int | None = None) -> list[Any]:
    """At most fifty, the best of the index first; one statement."""
    if not question.words:
        return []
    columns = (SearchText.subject_type, SearchText.subject_id, SearchText.title, SearchText.body)
    statement: Select[*tuple[Any, ...]] = select(*columns).where(SearchText.subject_type.in_(list(types)))
    if _dialect() == "sqlite":
        return list(db.session.execute(_pick_sqlite(statement, question).limit(PICKED)))
    among = _among_newest(question, types, newest) if newest else None
    return list(db.session.execute(_pick_postgresql(statement, question, among).limit(PICKED)))


def _ranked(rows: Iterable[Any], text: str, limit: int, least: float) -> list[Found]:
    ways = [Asked(part) for part in dict.fromkeys((text, text.partition("\n")[0]))]
    found = [Found(row.subject_type, row.subject_id, row.title, _score(ways, row)) for row in rows]
    best = sorted((one for one in found if one.score >= least), key=lambda one: (-one.score, -one.subject_id))
    return best[:limit]


def _score(ways: Iterable[Asked], row: Any) -> float:
    return max(round(asked.likeness(row.title, row.body), 2) for asked in ways)


# --- the two databases ----------------------------------------------------------------------------------

# what the index of PostgreSQL is made of, to the letter: only then is it used
VECTOR = func.to_tsvector(literal_column("'dutch'"), SearchText.words)
FTS = table(INDEX, column("rowid"), column("rank"))


def _dialect() -> str:
    return str(db.session.get_bind().dialect.name)


def _query(question: Question) -> ColumnElement[Any]:
    return func.to_tsquery(literal_column("'dutch'"), question.for_postgresql())


def _in_fts(question: Question) -> Any:
    return text("search_index MATCH :asked").bindparams(asked=question.for_sqlite())


def _holds(question: Question) -> ColumnElement[bool]:
    if _dialect() == "postgresql":
        return VECTOR.op("@@", is_comparison=True)(_query(question))
    return SearchText.id.in_(select(FTS.c.rowid).where(_in_fts(question)))


def _pick_postgresql(
    statement: Select[*tuple[Any, ...]], question: Question, newest: ColumnElement[bool] | None
) -> Select[*tuple[Any, ...]]:
    rank = func.ts_rank(VECTOR, _query(question))
    held = _holds(question) if newest is None else newest
    return statement.where(held).order_by(rank.desc(), SearchText.id.desc())


def _among_newest(question: Question, types: Iterable[str], newest: int) -> ColumnElement[bool]:
    """Weighing one text takes PostgreSQL longer than finding a hundred."""
    found = select(SearchText.id).where(SearchText.subject_type.in_(list(types)), _holds(question))
    # not by the bare id: then every text from the newest on is taken apart, instead of asking the index
    return SearchText.id.in_(found.order_by((SearchText.id + 0).desc()).limit(newest))


def _pick_sqlite(statement: Select[*tuple[Any, ...]], question: Question) -> Select[*tuple[Any, ...]]:
    joined = statement.join(FTS, FTS.c.rowid == SearchText.id).where(_in_fts(question))
    return joined.order_by(FTS.c.rank, SearchText.id.desc())
