"""Plain Dutch (B1): the rules as data, and what a text does against them. Handbook: frontend, section 5.

The tests hold the site's own words against these rules; people who write a letter get them as remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LONGEST = 20  # words; a longer sentence is too long
WRITE_FOR = 15  # words; a longer sentence may happen, not become the habit
SHOWN_WORDS = 8

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

Kind = Literal["word", "too_long", "long"]


@dataclass(frozen=True)
class Remark:
    """One thing that could be plainer. `found` stands in the text; `advice` is another word, for a word."""

    kind: Kind
    found: str
    advice: str = ""
    words: int = 0


def remarks(text: str) -> list[Remark]:
    """What could be plainer, in the order of the kinds; empty when the text is plain enough."""
    return [*_words(text), *_sentences(text)]


def _words(text: str) -> Iterator[Remark]:
    for pattern, use in BANNED.items():
        for found in dict.fromkeys(match[0] for match in pattern.finditer(text)):
            yield Remark("word", found, use)


def _sentences(text: str) -> Iterator[Remark]:
    for sentence in sentences(text):
        count = length(sentence)
        if count > WRITE_FOR:
            yield Remark("too_long" if count > LONGEST else "long", _start(sentence), words=count)


def _start(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")


def banned_words(text: str) -> list[str]:
    """ "indien → als" for every rule that the text breaks."""
    return [f"{found[0]} → {use}" for word, use in BANNED.items() if (found := word.search(text))]


def sentences(text: str) -> list[str]:
    """Without markup; a filled-in value counts as one word."""
    plain = PLACEHOLDER.sub("X", MARKUP.sub("", text))
    return [sentence.strip() for sentence in END.split(plain) if sentence and sentence.strip()]


def length(sentence: str) -> int:
    """Words as people count them; a dash is none."""
    return len(re.findall(r"[^\s–—·]+", sentence))
