"""Keeping the public text: the features put it and take it away; `rebuild` makes all of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, select

from civic.db import db
from civic.search.models import TITLE_LENGTH, SearchText
from civic.search.words import MOST_SIGNS, index_text

BATCH = 200


class Subject(Protocol):
    __tablename__: str
    id: Any


@dataclass(frozen=True)
class Text:
    """What anyone may find of one subject."""

    subject_id: int
    title: str
    body: str


Source = Callable[[], Iterable[Text]]
_sources: dict[str, Source] = {}


def register(subject_type: str, source: Source) -> None:
    """A feature says where all public texts of one kind come from, for `rebuild`."""
    _sources[subject_type] = source


def put(subject: Subject, title: str, body: str, *, at: datetime) -> None:
    """Anyone may find this subject by this text; a second time replaces the first."""
    db.session.flush()  # a new subject needs its id
    _put(subject.__tablename__, Text(subject.id, title, body), at)


def remove(subject: Subject) -> None:
    """Nobody finds it any more; twice is once."""
    db.session.execute(
        delete(SearchText)
        .where(SearchText.subject_type == subject.__tablename__, SearchText.subject_id == subject.id)
        .execution_options(synchronize_session="fetch")
    )


def _put(subject_type: str, text: Text, at: datetime) -> None:
    row = db.session.scalar(
        select(SearchText).where(
            SearchText.subject_type == subject_type, SearchText.subject_id == text.subject_id
        )
    )
    if row is None:
        row = SearchText(subject_type=subject_type, subject_id=text.subject_id)
        db.session.add(row)
    title, body = text.title[:TITLE_LENGTH], text.body[:MOST_SIGNS]
    row.title, row.body, row.words, row.changed_at = title, body, index_text(title, body), at
    db.session.flush()


def rebuild(at: datetime) -> dict[str, int]:
    """Make everything again from the features' own tables: how many of each kind there are now."""
    db.session.execute(delete(SearchText).execution_options(synchronize_session="fetch"))
    counts = dict.fromkeys(sorted(_sources), 0)
    for subject_type in counts:
        for text in _sources[subject_type]():
            _put(subject_type, text, at)
            counts[subject_type] += 1
            if counts[subject_type] % BATCH == 0:
                db.session.expunge_all()
    return counts
