"""The site speaks plain Dutch (B1): short sentences, `u`, everyday words. Handbook: frontend, section 5."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from civic import assets

ROOT = assets.STATIC.parent
LONGEST = 20
WRITE_FOR = 15
SHARE_OF_LONG = 0.1  # a sentence of 16 to 20 words may happen, not become the habit

# Officials' words and what to write instead. Domain nouns (indiener, verzoek, bezwaar) are not in it.
WORDS = {
    r"indien": "als",
    r"indienen|ingediend|dien(?:t|de)? (?:\w+ ){0,4}in": "insturen, doen",
    r"dient te|dienen te|dient u te": "moet, moeten",
    r"derhalve": "dus",
    r"mits": "als",
    r"tevens|alsmede": "ook, en",
    r"reeds": "al",
    r"inzake|betreffende|omtrent|aangaande|met betrekking tot|ten aanzien van": "over",
    r"tracht|trachten": "proberen",
    r"implementeren|implementatie": "invoeren",
    r"verzoeken (?:wij|we|u)|wordt verzocht": "vragen",
    r"in behandeling (?:nemen|genomen|neemt|name)": "bekijken",
    r"bezwaar (?:maken|aantekenen)": "zeggen dat u het er niet mee eens bent",
    r"karakters?": "tekens",
    r"middels|door middel van": "met",
    r"teneinde|opdat": "om, zodat",
    r"alvorens": "voordat",
    r"thans|momenteel": "nu",
    r"gaarne": "graag",
    r"conform": "volgens",
    r"desgewenst": "als u wilt",
    r"ten behoeve van": "voor",
    r"in het kader van|uit hoofde van": "voor, door",
    r"te allen tijde": "altijd",
    r"dergelijke?": "zo'n",
    r"zulks|onderhavige?|voornoemde?|bovengenoemde?|uwerzijds": "(gewoon zeggen)",
    r"binnenkort|zo spoedig mogelijk|spoedig": "een datum",
    r"geschieden?": "gebeuren",
    r"aanvangen": "beginnen",
    r"d\.m\.v\.|t\.b\.v\.|m\.b\.t\.|i\.v\.m\.|o\.b\.v\.|t\.a\.v\.|m\.u\.v\.": "voluit",
    r"bijv\.|d\.w\.z\.|i\.p\.v\.|e\.d\.|z\.s\.m\.": "voluit",
    r"jij|jou|jouw": "u, uw",
}
BANNED = {
    re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE): use for pattern, use in WORDS.items()
}

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|\{\{.*?\}\}")
MARKUP = re.compile(r"<[^>]+>|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
END = re.compile(r"(?<=[.!?:;])[\"'’)]*\s+|\n\s*\n|\n\s*[-*•]\s")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2)}


class Message(NamedTuple):
    place: str
    text: str


def banned_words(text: str) -> list[str]:
    return [f"{found[0]} → {use}" for word, use in BANNED.items() if (found := word.search(text))]


def sentences(text: str) -> list[str]:
    """Without markup; a filled-in value counts as one word."""
    plain = PLACEHOLDER.sub("X", MARKUP.sub("", text))
    return [sentence.strip() for sentence in END.split(plain) if sentence and sentence.strip()]


def length(sentence: str) -> int:
    return len(re.findall(r"[^\s–—·]+", sentence))


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
