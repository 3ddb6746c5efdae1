"""The site speaks plain Dutch (B1): short sentences, `u`, everyday words. Handbook: frontend, section 5."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from civic import assets
from civic.plain_dutch import LONGEST, MARKUP, WRITE_FOR, banned_words, length, sentences

ROOT = assets.STATIC.parent
SHARE_OF_LONG = 0.1  # a sentence of 16 to 20 words may happen, not become the habit
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2)}


class Message(NamedTuple):
    place: str
    text: str


@cache
def messages() -> tuple[Message, ...]:
    """All Dutch sentences for people: message ids of templates and code, and the plain text of mail."""
    found = [*_extracted("templates", "jinja2", "**.html"), *_extracted("templates", "jinja2", "**.txt")]
    return (*found, *_extracted("civic", "python", "**.py"), *_mail_texts())


def _extracted(folder: str, method: str, pattern: str) -> list[Message]:
    rows = extract_from_dir(
        str(ROOT / folder), [(pattern, method)], {pattern: {"silent": "false"}}, keywords=KEYWORDS
    )
    return [
        Message(f"{folder}/{file}:{line}", text)
        for file, line, text_or_texts, _comments, _context in rows
        for text in ((text_or_texts,) if isinstance(text_or_texts, str) else text_or_texts)
        if text
    ]


def _mail_texts() -> list[Message]:
    paths = sorted((ROOT / "templates").rglob("*.txt"))
    return [Message(_name(path), MARKUP.sub("", path.read_text(encoding="utf-8"))) for path in paths]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_check() -> None:
    assert len(messages()) > 150


@pytest.mark.parametrize(
    "text",
    [
        "Indien u vragen hebt, bel ons.", "U dient te betalen.", "Maximaal 80 karakters.",
        "We gaan uw aanvraag in behandeling nemen.", "U hoort het binnenkort.", "Vul jouw naam in.",
        "Dien uw voorstel in.", "Dit regelt u d.m.v. een formulier.",
    ],
)  # fmt: skip
def test_officials_words_are_found(text: str) -> None:
    assert banned_words(text)


@pytest.mark.parametrize(
    "text", ["De indiener hoort het op 3 mei.", "Uw verzoek is goedgekeurd.", "U bent ingelogd."]
)
def test_everyday_words_pass(text: str) -> None:
    assert banned_words(text) == []


def test_sentences_are_counted_as_people_read_them() -> None:
    text = "Beste <b>%(name)s</b>, dit is één zin. Dit is de tweede! {{ place }} is de derde"
    assert [length(sentence) for sentence in sentences(text)] == [6, 4, 4]


def test_no_officials_words() -> None:
    assert {message.place: found for message in messages() if (found := banned_words(message.text))} == {}


def test_no_sentence_is_too_long() -> None:
    too_long = {
        message.place: sentence
        for message in messages()
        for sentence in sentences(message.text)
        if length(sentence) > LONGEST
    }
    assert too_long == {}


def test_most_sentences_are_short() -> None:
    counts = [length(sentence) for message in messages() for sentence in sentences(message.text)]
    long = sum(count > WRITE_FOR for count in counts)
    assert long <= SHARE_OF_LONG * len(counts), (
        f"{long} of {len(counts)} sentences are over {WRITE_FOR} words"
    )
