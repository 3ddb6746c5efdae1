"""Finding: the index picks, a trigram score in plain Python ranks. Whatever is asked, it never fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)

from civic.db import db
from civic.search.models import INDEX, POSTGRESQL_COLUMN, SearchText
from civic.search.words import Asked, stem, telling

PICKED = 50
MOST_WORDS_FOUND = 12  # of a question typed in a search box
MOST_WORDS_COMPARED = 40  # of a text that is compared
QUICK_WORDS, QUICK_NEWEST = 16, 300
LATEST = 4  # times that many of the latest texts are looked through first
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

    def written(self, dialect: str) -> str:
        return self._for_sqlite() if dialect == "sqlite" else self._for_postgresql()

    def _for_sqlite(self) -> str:
        parts = [f'("{word}"* OR "{stem(word)}")' for word in self.words]
        return (" AND " if self.needs_all else " OR ").join(parts)

    def _for_postgresql(self) -> str:
        parts = [f"('{word}':* | '{stem(word)}')" for word in self.words]
        return (" & " if self.needs_all else " | ").join(parts)


def matching(typed: str, subject_type: str) -> Select[int] | None:
    """The ids of all subjects of this kind with every word that was typed, for the WHERE of a list.

    None when nothing that was typed is a word.
    """
    words = telling(typed)[:MOST_WORDS_FOUND]
    if not words:
        return None
    dialect = _dialect()
    asked = literal(Question(tuple(words), needs_all=True).written(dialect))
    return select(SearchText.subject_id).where(
        SearchText.subject_type == subject_type, _holds(asked, dialect)
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
    dialect = _dialect()
    given = {"types": list(types), "asked": question.written(dialect)}
    return list(db.session.execute(_picking(dialect, newest), given))


@lru_cache
def _picking(dialect: str, newest: int | None) -> Select[*tuple[Any, ...]]:
    """Made once: making it takes as long as running it."""
    pick = _pick_sqlite() if dialect == "sqlite" else _pick_postgresql(newest)
    return pick.limit(PICKED)


def _ranked(rows: Iterable[Any], text: str, limit: int, least: float) -> list[Found]:
    ways = [Asked(part) for part in dict.fromkeys((text, text.partition("\n")[0]))]
    scored = ((_score(ways, row), row) for row in rows)
    alike = [
        Found(row.subject_type, row.subject_id, row.title, score) for score, row in scored if score >= least
    ]
    return sorted(alike, key=lambda one: (-one.score, -one.subject_id))[:limit]


def _score(ways: Iterable[Asked], row: Any) -> float:
    return max(round(asked.likeness(row.title, row.body), 2) for asked in ways)


# --- the two databases ----------------------------------------------------------------------------------

VECTOR: ColumnElement[Any] = literal_column(f"search_text.{POSTGRESQL_COLUMN}")
FTS = table(INDEX, column("rowid"), column("rank"))
ASKED = bindparam("asked", type_=String())
OF_TYPES = SearchText.subject_type.in_(bindparam("types", expanding=True))
SHOWN = (SearchText.subject_type, SearchText.subject_id, SearchText.title, SearchText.body)
HELD = (*SHOWN, SearchText.id, VECTOR.label("vector"))


def _dialect() -> str:
    return str(db.session.get_bind().dialect.name)


def _query_once(asked: ColumnElement[str]) -> ColumnElement[Any]:
    """A select of its own is worked out once; else PostgreSQL does so again for every text it looks at."""
    return select(func.to_tsquery(literal_column("'dutch'"), asked)).scalar_subquery()


def _in_fts(asked: ColumnElement[str]) -> ColumnElement[bool]:
    return literal_column(INDEX).op("MATCH", is_comparison=True)(asked)


def _held(vector: ColumnElement[Any], asked: ColumnElement[str] = ASKED) -> ColumnElement[bool]:
    return vector.op("@@", is_comparison=True)(_query_once(asked))


def _holds(asked: ColumnElement[str], dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return _held(VECTOR, asked)
    return SearchText.id.in_(select(FTS.c.rowid).where(_in_fts(asked)))


def _pick_postgresql(newest: int | None) -> Select[*tuple[Any, ...]]:
    """The best of all texts with such a word, or of the newest of them."""
    held = _newest_held(newest) if newest is not None else select(*HELD).where(OF_TYPES, _held(VECTOR))
    found = held.subquery("held").c
    shown = (found.subject_type, found.subject_id, found.title, found.body)
    return select(*shown).order_by(func.ts_rank(found.vector, _query_once(ASKED)).desc(), found.id.desc())


def _newest_held(newest: int) -> CompoundSelect[*tuple[Any, ...]]:
    """The same texts, sooner: common words are in enough of the latest, rare ones are in the index."""
    latest = select(*HELD).where(OF_TYPES).order_by(SearchText.id.desc()).limit(newest * LATEST)
    last = latest.subquery("latest")
    recent = select(last).where(_held(last.c.vector)).order_by(last.c.id.desc()).limit(newest).cte("recent")
    is_enough = select(func.count()).select_from(recent).scalar_subquery() >= newest
    # not by the bare id: then every text from the newest on is looked at, instead of asking the index
    oldest_too = select(*HELD).where(OF_TYPES, _held(VECTOR), ~is_enough)
    rest = oldest_too.order_by((SearchText.id + 0).desc()).limit(newest).subquery("rest")
    return union_all(select(recent).where(is_enough), select(rest))


def _pick_sqlite() -> Select[*tuple[Any, ...]]:
    found = select(*SHOWN).join(FTS, FTS.c.rowid == SearchText.id).where(OF_TYPES, _in_fts(ASKED))
    return found.order_by(FTS.c.rank, SearchText.id.desc())
