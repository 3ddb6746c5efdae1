"""What somebody fills in, in one spelling, and the rules it must follow.

The same rules hold for the website, the telephone and paper; the forms only say them earlier.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from civic.crypto import blind_index
from civic.panels.models import KEEP_AFTER_ADVICE, Constituency, Feature
from civic.panels.policy import registrations as policy
from civic.panels.states import FeatureKind, Honorarium

NAME_LENGTH, STREET_LENGTH, NUMBER_LENGTH, PLACE_LENGTH = 120, 80, 12, 60
EMAIL_LENGTH, PHONE_LENGTH, LANGUAGE_LENGTH, OTHER_LENGTH = 254, 20, 40, 200
OLDEST = 120
CONSTITUENCY = "constituency"  # the subject of the consent to keep a sensitive group

POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Za-z]{2})\Z")
NUMBER = re.compile(r"[1-9][0-9]{0,4}(?:[ -]?[A-Za-z0-9]{1,6}){0,2}\Z")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?\.[A-Za-z]{2,24}\Z"
)
PHONE = re.compile(r"\+?[0-9]{9,15}\Z")
DAY_FIRST = re.compile(r"([0-9]{1,2})[-./ ]+([0-9]{1,2})[-./ ]+([0-9]{4})\Z")
DIGITS_ONLY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})\Z")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
MONTH_NAMED = re.compile(r"([0-9]{1,2})[ .-]*([a-z]{3,10})\.?[ .-]*([0-9]{4})\Z")
MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
# letters that Unicode does not take apart, although people do
TAKEN_APART = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{8,9}(?![0-9])")


@dataclass(frozen=True)
class Person:
    """Who registers and where they live."""

    name: str
    birth_date: date
    street: str
    number: str
    postcode: str
    place: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Application:
    """Everything somebody fills in. `answers`: feature id → value, or None for "wil ik niet zeggen".

    `consents` are the subjects that were agreed to: "feature:12", "constituency". `letter_code` is that of
    the letter; it is bound into the receipt.
    """

    person: Person
    answers: dict[int, str | None]
    needs: dict[str, Any] = field(default_factory=dict)
    honorarium: Honorarium = Honorarium.LATER
    consents: frozenset[str] = frozenset()
    letter_code: str = ""


@dataclass(frozen=True)
class Asking:
    """What is asked of whom: the constituency, its features, and from which age one can take part."""

    constituency: Constituency
    features: list[Feature]
    minimum_age: int

    @property
    def asked(self) -> list[Feature]:
        return policy.asked(self.features, self.constituency)

    @property
    def has_questions(self) -> bool:
        return bool(self.asked) or self.constituency.is_sensitive


def subject_of(feature: Feature) -> str:
    return f"feature:{feature.id}"


def consent_texts(asking: Asking) -> dict[str, str]:
    """The words somebody agrees to, per subject: shown beside the box, and kept with the consent."""
    texts = {subject_of(one): one.consent_text for one in asking.asked if one.is_sensitive}
    if asking.constituency.is_sensitive:
        texts[CONSTITUENCY] = _(
            "Ik vind het goed dat u bewaart dat ik meedoe in de groep “%(group)s”. "
            "Dat mag tot %(days)s dagen na de dag van het advies.",
            group=asking.constituency.name,
            days=KEEP_AFTER_ADVICE.days,
        )
    return texts


def canonical_name(name: str) -> str:
    """One spelling of a name: no capitals, accents, signs or double spaces."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    seen = (sign for sign in apart if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
    bare = "".join(seen).translate(TAKEN_APART)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def canonical_postcode(postcode: str) -> str:
    return "".join(postcode.split()).upper()


def canonical_number(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())


def person_index(panel_id: int, name: str, birth_date: date, postcode: str) -> str:
    """The same person has the same index in one panel; between panels it says nothing."""
    parts = (canonical_name(name), birth_date.isoformat(), canonical_postcode(postcode))
    return blind_index(f"panel-person:{panel_id}", "\0".join(parts))


def index_of(panel_id: int, person: Person) -> str:
    return person_index(panel_id, person.name, person.birth_date, person.postcode)


def address_index(panel_id: int, postcode: str, number: str) -> str:
    parts = (canonical_postcode(postcode), canonical_number(number))
    return blind_index(f"panel-address:{panel_id}", "\0".join(parts))


def written_postcode(text: str) -> str:
    """ "8232ab" as "8232 AB"; what is no postcode stays as it was typed."""
    found = POSTCODE.match(text)
    return f"{found[1]} {found[2].upper()}" if found else text


def written_phone(text: str) -> str:
    """Without the signs people put between the figures; "(0)" after the country code goes."""
    bare = text.replace("(0)", "") if text.startswith(("+", "00")) else text
    return re.sub(r"[\s().\-/]", "", bare)


def parse_birth_date(text: str) -> date | None:
    """A date as people write it, the day first: 31-3-1957, 31 maart 1957, 31031957. None when it is none."""
    typed = " ".join(text.lower().split())
    found = DAY_FIRST.match(typed) or DIGITS_ONLY.match(typed)
    if found:
        return _date(found[3], found[2], found[1])
    if found := YEAR_FIRST.match(typed):
        return _date(found[1], found[2], found[3])
    if (found := MONTH_NAMED.match(typed)) and (month := _month(found[2])):
        return _date(found[3], str(month), found[1])
    return None


def _month(name: str) -> int:
    start = {"mrt": "maa", "mar": "maa", "oct": "okt", "may": "mei"}.get(name[:3], name[:3])
    return MONTHS.index(start) + 1 if start in MONTHS else 0


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def holds_number_of_account(text: str) -> bool:
    """Whether it looks like it holds a bank account (IBAN) or a citizen service number (BSN)."""
    squeezed = re.sub(r"[\s.\-]", "", text.upper())
    return any(_is_iban(found[0]) for found in IBAN.finditer(squeezed)) or any(
        _is_bsn(found[0]) for found in LONG_NUMBER.finditer(re.sub(r"(?<=[0-9])[\s.\-](?=[0-9])", "", text))
    )


def _is_iban(text: str) -> bool:
    """Any length of what follows may be the number: other letters can stand right behind it."""
    return any(_is_whole_iban(text[:length]) for length in range(15, min(len(text), 34) + 1))


def _is_whole_iban(text: str) -> bool:
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_bsn(text: str) -> bool:
    figures = [int(sign) for sign in text.zfill(9)]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(figure * weight for figure, weight in zip(figures, weights, strict=True)) % 11 == 0


Errors = dict[str, list[str]]


def problems(application: Application, asking: Asking, today: date) -> Errors:
    """Everything that is wrong, per question; empty is good."""
    found: Errors = {}
    for name, sentence in (
        *_person_problems(application.person, asking.minimum_age, today),
        *_answer_problems(application, asking),
        *_need_problems(application.needs),
    ):
        found.setdefault(name, []).append(sentence)
    return found


def _person_problems(person: Person, minimum_age: int, today: date) -> Iterable[tuple[str, str]]:
    yield from _text_problems(person)
    if sentence := age_problem(person.birth_date, minimum_age, today):
        yield "birth_date", sentence
    if not is_number(person.number):
        yield "number", no_number()
    if not POSTCODE.match(person.postcode):
        yield "postcode", no_postcode()
    if person.email and not is_email(person.email):
        yield "email", no_email()
    if person.phone and not PHONE.match(person.phone):
        yield "phone", no_phone()


def _text_problems(person: Person) -> Iterable[tuple[str, str]]:
    asked = (
        ("name", person.name, NAME_LENGTH, _("Vul uw naam in.")),
        ("street", person.street, STREET_LENGTH, _("Vul uw straat in.")),
        ("place", person.place, PLACE_LENGTH, _("Vul uw woonplaats in.")),
    )
    for name, text, most, sentence in asked:
        if not any(sign.isalpha() for sign in text):
            yield name, sentence
        if len(text) > most:
            yield name, too_long(most)
        if holds_number_of_account(text):
            yield name, no_account()


def age_problem(birth_date: date, minimum_age: int, today: date) -> str | None:
    age = policy.age_on(birth_date, today)
    if birth_date > today or age > OLDEST:
        return str(_("Kijk uw geboortedatum na. Dit jaar kan niet kloppen."))
    if age < minimum_age:
        return str(_("U kunt meedoen als u %(age)s jaar of ouder bent.", age=minimum_age))
    return None


def _answer_problems(application: Application, asking: Asking) -> Iterable[tuple[str, str]]:
    for feature in asking.asked:
        if feature.id not in application.answers:
            yield f"feature_{feature.id}", no_answer()
            continue
        answer = application.answers[feature.id]
        if answer is not None and answer not in {value.value for value in feature.values}:
            yield f"feature_{feature.id}", _("Kies een van de antwoorden uit de lijst.")
    if asking.constituency.is_sensitive and CONSTITUENCY not in application.consents:
        yield "consent_constituency", no_consent()


def _need_problems(needs: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, most in (("interpreter", LANGUAGE_LENGTH), ("other", OTHER_LENGTH)):
        text = str(needs.get(name) or "")
        if len(text) > most:
            yield name, too_long(most)
        if holds_number_of_account(text):
            yield name, no_account()


def is_number(text: str) -> bool:
    return len(text) <= NUMBER_LENGTH and NUMBER.match(text) is not None


def is_email(text: str) -> bool:
    return len(text) <= EMAIL_LENGTH and EMAIL.match(text) is not None


def no_number() -> str:
    return str(_("Schrijf uw huisnummer met een cijfer voorop, bijvoorbeeld 12 of 12 A."))


def no_postcode() -> str:
    return str(_("Schrijf uw postcode als 1234 AB."))


def no_email() -> str:
    return str(_("Dit is geen mailadres. Schrijf het als naam@voorbeeld.nl."))


def no_phone() -> str:
    return str(_("Schrijf uw telefoonnummer met 10 cijfers, bijvoorbeeld 06 12345678."))


def no_answer() -> str:
    return str(_("Kies een antwoord. U mag ook kiezen: wil ik niet zeggen."))


def no_consent() -> str:
    return str(_("Zonder uw toestemming kunnen we u voor deze groep niet aanmelden. Zet hier een vinkje."))


def too_long(most: int) -> str:
    return str(_("Schrijf het korter: gebruik hoogstens %(most)s tekens.", most=most))


def no_account() -> str:
    return str(_("Vul hier geen rekeningnummer of BSN in. Wij hebben die niet nodig."))


def kept_answers(application: Application, asking: Asking, today: date) -> dict[str, str | None]:
    """What is stored: without consent no sensitive answer; an age band as it is on the day itself."""
    age = policy.age_on(application.person.birth_date, today)
    kept: dict[str, str | None] = {}
    for feature in policy.binding(asking.features, asking.constituency):
        if feature.kind is FeatureKind.AGE_BAND:
            kept[str(feature.id)] = policy.band_of(feature, age)
        else:
            may_keep = not feature.is_sensitive or subject_of(feature) in application.consents
            kept[str(feature.id)] = application.answers.get(feature.id) if may_keep else None
    return kept


def kept_needs(needs: dict[str, Any]) -> dict[str, Any]:
    return {
        "interpreter": str(needs.get("interpreter") or ""),
        **{name: bool(needs.get(name)) for name in ("travel", "childcare", "step_free")},
        "other": str(needs.get("other") or ""),
    }
