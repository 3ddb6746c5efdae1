"""From the text of a panel to letters: what stands in a letter, the default text, filled-in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from civic.links import absolute
from civic.panels.models import LetterInsert, LetterText, Mandate, Panel
from civic.panels.service.letters_standard import BODY, EASY_READ, LEVELS, SIGNATURE, SUBJECT
from civic.panels.typeset.letters import RIGHT_TO_LEFT, Batch, Insert, OneLetter, Sheet, Words, parts_of
from civic.regions.models import Municipality

PLACEHOLDERS = ("naam", "gemeente", "regio", "panel", "vraag", "sluitingsdag", "telefoon", "website", "code")
IN_BRACES = re.compile(r"\{([^{}\n]{0,40})\}")
# a number or an address reads from left to right, also inside a sentence that does not
LEFT_TO_RIGHT = re.compile(
    r"https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/[\w./-]*)?|\+?\d[\d –-]{4,}\d|[A-Z0-9]{4}-\S+"
)
ISOLATE, END_ISOLATE = "\u2066", "\u2069"
DEFAULT_COLOR = "#154273"
COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
EXAMPLE = "VOORBEELD"
EXAMPLE_CODE = "VOOR-BEEL-D000"

LANGUAGES = {
    "ar": "العربية",
    "bg": "Български",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "pap": "Papiamentu",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "so": "Soomaali",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
}


@dataclass(frozen=True)
class Address:
    """Where one letter goes."""

    name: str
    street: str
    postcode: str
    place: str

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.name, self.street, f"{self.postcode}  {self.place}")


EXAMPLE_PERSON = Address("Şule Yağmur Łukasz-Đặng", "Voorbeeldstraat 12", "1300 AB", "VOORBEELDSTAD")


@dataclass(frozen=True)
class Occasion:
    """For whom and when: the panel, the municipality that writes, the last day, and the day of the letter."""

    panel: Panel
    municipality: Municipality
    closes_on: date
    written_on: date


@dataclass(frozen=True)
class Stationery:
    """Everything of a letter but the person and the code."""

    sheet: Sheet
    subject: str
    body: str
    values: Mapping[str, str]

    def letter(self, address: Address, code: str) -> OneLetter:
        values = {**self.values, "naam": address.name, "code": code}
        return OneLetter(
            address=address.lines,
            subject=fill(self.subject, values),
            body=parts_of(fill(self.body, values)),
            code=code,
            url=registration_url(code),
        )

    def batch(self, addresses: list[Address], codes: list[str]) -> Batch:
        letters = tuple(self.letter(*pair) for pair in zip(addresses, codes, strict=True))
        return Batch(self.sheet, letters)


def unknown_placeholders(text: str) -> list[str]:
    """Words in braces that nothing can be filled in for, each once."""
    return [name for name in dict.fromkeys(IN_BRACES.findall(text)) if name not in PLACEHOLDERS]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; what a value itself says in braces stays as it is."""
    return IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def website() -> str:
    """Where people type their code, as a letter says it."""
    return absolute("registrations.start").partition("://")[2].rstrip("/")


def registration_url(code: str) -> str:
    """Where the QR code leads: the same page, with the code filled in."""
    return absolute("registrations.with_code", code=code)


def stationery(
    occasion: Occasion, text: LetterText, inserts: list[LetterInsert], mark: str = ""
) -> Stationery:
    place = occasion.municipality
    values = values_of(occasion, "nl")
    phone = values["telefoon"]
    sheet = Sheet(
        title=fill(text.subject, {**values, "naam": "", "code": ""}),
        sender=f"Gemeente {place.name}",
        color=place.region.brand_color if COLOR.match(place.region.brand_color) else DEFAULT_COLOR,
        day=_written(occasion.written_on, "nl"),
        phone=f"Telefoon {phone}" if phone else "",
        website=website(),
        words=_words(values),
        closing=parts_of(fill(text.signed_by, values)),
        easy=parts_of(fill(text.easy_read, values)),
        inserts=tuple(_insert(occasion, one) for one in inserts),
        mark=mark,
    )
    return Stationery(sheet, text.subject, text.body, values)


def _words(values: Mapping[str, str]) -> Words:
    """A letter is Dutch, whatever language the person reads who makes it."""
    return Words(
        code="Uw persoonlijke code",
        scan="Scan de code met uw telefoon, of ga naar",
        until=f"Meld u aan uiterlijk op {values['sluitingsdag']}.",
        easy="In het kort",
    )


def values_of(occasion: Occasion, language: str) -> dict[str, str]:
    """What stands in place of {gemeente}, {sluitingsdag} and the others; the name and the code come later."""
    region = occasion.municipality.region
    return {
        "gemeente": occasion.municipality.name,
        "regio": region.name,
        "panel": occasion.panel.title,
        "vraag": occasion.panel.question,
        "sluitingsdag": _written(occasion.closes_on, language),
        "telefoon": region.contact_phone,
        "website": website(),
    }


def _insert(occasion: Occasion, one: LetterInsert) -> Insert:
    # the person and the code are on the front; an insert is the same for everybody
    values = {**values_of(occasion, one.language), "naam": "", "code": ""}
    text = one.text
    if one.language in RIGHT_TO_LEFT:
        text = LEFT_TO_RIGHT.sub(lambda found: _isolated(found[0]), text)
        values |= {name: _isolated(values[name]) for name in ("telefoon", "website")}
    return Insert(one.language, LANGUAGES.get(one.language, one.language), parts_of(fill(text, values)))


def _isolated(text: str) -> str:
    """Without this 0320-123456 would be printed as 123456-0320."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if text else ""


def _written(day: date, language: str) -> str:
    """The day in words; Papiamentu and the like, which Babel does not know, get the Dutch way."""
    return str(format_date(day, "d MMMM y", locale=language if language in _WITH_DATES else "nl"))


_WITH_DATES = frozenset(LANGUAGES) - {"pap"}


def default_text(panel: Panel, mandate: Mandate | None) -> LetterText:
    """A whole letter made from the panel, to change; not kept until somebody saves it."""
    text = LetterText(panel_id=panel.id, subject=SUBJECT, easy_read=EASY_READ, signed_by=SIGNATURE)
    promise = LEVELS[mandate.level] if mandate and mandate.level else LEVELS[None]
    weeks = mandate.response_weeks if mandate else 13
    text.body = BODY.replace("[belofte]", promise.replace("[weken]", str(weeks)))
    return text
