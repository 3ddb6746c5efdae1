"""What counts as a word, what two words have in common, and how much two texts are alike. Pure Python.

Neither database folds accents for us (the PostgreSQL server has no `unaccent`), and SQLite knows no Dutch:
so words are folded and stemmed here, the same for both, before they are kept and before they are asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 40
MOST_SIGNS = 12_000  # of a text that is kept or asked
WORD = re.compile(r"[^\W_]+")
VOWELS = "aeiou"
DOUBLE_VOWEL = re.compile(r"(?<=[^aeiou])([aeou])\1(?=[^aeiou]\Z)")
DOUBLE_CONSONANT = re.compile(r"([bdfgklmnprst])\1\Z")
HARDER = {"z": "s", "v": "f"}  # huizen and huis, brieven and brief
SHORTEST_STEM = 3
FEWEST_HITS = 2  # a long text that shares one word with another is not about the same
CLOSE = 0.6  # two words of which one was mistyped, or a word and its longer form
# words that say nothing about what a text is about; among them all that the index of PostgreSQL leaves out
SAYING_NOTHING = """
aan al alle alleen alles als altijd ander andere ben bij daar dag dagen dan dat de der deze die dit doch
doen door drie dus een eens elk elke en er ergens gaan gaat ge geeft geen gemeente gemeenten geven
geweest goed graag haar had heb hebben heeft helemaal hem het hier hij hoe hun iedereen iemand iets ik in
inwoner inwoners is ja jaar jaren je kan keer komen komt kon krijg krijgen krijgt kunnen leert leren
maand maanden maar mag maken me meer men mensen met mij mijn minuten minuut moet moeten na naar nergens
niemand niet niets nieuw nieuwe nog nu of om omdat onder ons onze ook op over per plan plek plekken reeds
samen staan staat steeds te tegen tien toch toe toen tot twee u uit uren uur uw van veel vier vijf voor
voorstel waar wacht wachten wanneer want waren was wat we week weer weken wel werd wezen wie wij wil
willen wilt word worden wordt zal ze zelf zes zich zij zijn zo zonder zou
"""
STOP = frozenset(SAYING_NOTHING.split())


def folded(text: str) -> str:
    """Lower case, without accents and control signs; half a surrogate pair is no sign at all."""
    if text.isascii():  # nothing to fold, and most of what is typed
        return text[:MOST_SIGNS].casefold()
    whole = text[:MOST_SIGNS].encode("utf-8", "ignore").decode("utf-8")
    apart = unicodedata.normalize("NFKD", whole.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in WORD.findall(folded(text))]


def stem(word: str) -> str:
    """Singular and plural, with and without -e: rough, but the same for what is kept and what is asked."""
    short = word
    for ending in ("en", "e"):
        rest = short.removesuffix(ending)
        if rest != short and len(rest) >= SHORTEST_STEM and rest[-1] not in VOWELS:
            short = rest
            break
    if short.endswith("s") and len(short) > SHORTEST_STEM and short[-2] not in VOWELS + "js":
        short = short[:-1]
    short = DOUBLE_CONSONANT.sub(r"\1", short)
    short = DOUBLE_VOWEL.sub(r"\1", short)
    return short[:-1] + HARDER.get(short[-1:], short[-1:])


def telling(text: str) -> list[str]:
    """The words that say what it is about, each once."""
    found = dict.fromkeys(words_of(text))
    return [word for word in found if word not in STOP and len(word) > 1]


def index_text(title: str, body: str) -> str:
    """Every word as it stands, then the stems that differ."""
    found = words_of(f"{title}\n{body}")
    stems = dict.fromkeys(stem(word) for word in found)
    known = set(found)
    return " ".join([*found, *(one for one in stems if one not in known)])


def stems_of(text: str) -> frozenset[str]:
    """What a text is about, without the forms of its words."""
    return frozenset(stem(word) for word in telling(text))


def trigrams(word: str) -> frozenset[str]:
    """Runs of three signs; the beginning of a word makes one more than its end."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


@lru_cache(maxsize=16_384)
def _known_trigrams(word: str) -> frozenset[str]:
    """Of a word of a public text: the same ones come back with every question."""
    return trigrams(word)


@lru_cache(maxsize=4_096)
def _told(title: str, body: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems in a public title, and in all of the text. What somebody asks is never kept like this."""
    return stems_of(title), stems_of(f"{title}\n{body}")


def closeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of trigrams that two words have in common, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other))


class Asked:
    """The words of a question, ready to be held against many texts."""

    def __init__(self, text: str) -> None:
        self.stems = stems_of(text)
        self._by_trigram: dict[str, list[frozenset[str]]] = {}
        self._answered: dict[str, bool] = {}
        for one in self.stems:
            parts = trigrams(one)
            for part in parts:
                self._by_trigram.setdefault(part, []).append(parts)

    def has(self, word: str) -> bool:
        """This word of a public text, or one that differs by a slip of the finger."""
        if word not in self._answered:
            self._answered[word] = word in self.stems or self._is_close(word)
        return self._answered[word]

    def _is_close(self, word: str) -> bool:
        parts = _known_trigrams(word)
        rivals = {rival for part in parts for rival in self._by_trigram.get(part, ())}
        return any(closeness(parts, rival) >= CLOSE for rival in rivals)

    def likeness(self, title: str, body: str) -> float:
        """From 0 to 1; the title says more than the rest, so it counts for more."""
        in_title, in_all = _told(title, body)
        near = sum(map(self.has, in_title))
        same = len((in_all - in_title) & self.stems)
        if near + same < min(FEWEST_HITS, len(self.stems) // 2):
            return 0.0
        return 0.6 * self._share(near, in_title) + 0.4 * self._share(near + same, in_all)

    def _share(self, hits: int, words: frozenset[str]) -> float:
        """Of the shorter of the two: a question of one word, or a title of three."""
        return min(1.0, hits / min(len(words), len(self.stems))) if words and self.stems else 0.0
