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


# --- words that promise little (S26a) -------------------------------------------------------------------

# key → the forms people write, and what to write instead. A hint: the writer may keep the word.
VAGUE_WORDS = {
    "trachten": (r"tracht(?:en|ten|te)?|getracht", "doen"),
    "proberen": (r"probe(?:er|ert|ren|erde|erden)|geprobeerd", "doen"),
    "streven": (r"stre(?:ef|eft|efde|efden|ven)|gestreefd", "zeg wat er komt, en wanneer"),
    "bezien": (r"bezie(?:n|t)?|bezien wordt", "besluiten, met een datum"),
    "bekijken": (r"bekijk(?:en|t)?|kijk(?:en|t)? (?:\w+ ){0,3}naar|kijken of", "besluiten of doen"),
    "onderzoeken": (
        r"onderzoek(?:en|t)? (?:\w+ ){0,3}of|de mogelijkheden onderzoeken",
        "zeg wie het uitzoekt, en wanneer het klaar is",
    ),
    "overwegen": (r"overwe(?:eg|egt|gen)|overwogen", "besluiten"),
    "inzetten_op": (r"inzetten op|zet(?:ten)? (?:\w+ ){0,3}in op", "zeg wat er gebeurt"),
    "aandacht": (
        r"(?:meer |extra )?aandacht (?:geven|besteden|vragen)(?: aan| voor)?|aandacht voor",
        "zeg wat er anders wordt",
    ),
    "bevorderen": (r"bevorder(?:en|t)|stimule(?:ren|ert)", "zeg wie wat doet"),
    "zoveel_mogelijk": (r"zo ?veel mogelijk|waar mogelijk|indien mogelijk|zo mogelijk", "een aantal"),
    "op_termijn": (r"op termijn|te zijner tijd|in de toekomst|ooit", "een datum"),
    "iets": (r"er moet iets gebeuren|iets doen aan|iets aan (?:\w+ ){0,3}doen", "zeg wat er moet gebeuren"),
}
VAGUE = {
    key: (re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), advice)
    for key, (pattern, advice) in VAGUE_WORDS.items()
}


@dataclass(frozen=True)
class Vague:
    """One vague word: its key, as it stands in the text, and what says more."""

    key: str
    found: str
    advice: str


def vague_words(text: str) -> list[Vague]:
    """Each kind of vague word once, as it first stands in the text, in the order of the text."""
    hits = [(hit, key, advice) for key, (pattern, advice) in VAGUE.items() if (hit := pattern.search(text))]
    return [Vague(key, hit[0], advice) for hit, key, advice in sorted(hits, key=lambda one: one[0].start())]
