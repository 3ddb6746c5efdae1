"""Invented residents for the scripted panel of the demo: nobody in it exists.

Each has what a registration asks. The same seed gives the same people on every machine. Who answers a letter
is tilted the way it is in reality (the figures: `demo_pool`); about six in a hundred share an address with
another registrant, three in a hundred would rather not say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from civic.panels.demo_pool import FLEVOLAND, RESPONSE_BY_AGE, RESPONSE_BY_EDUCATION, Place, pick

AGE_EDGES = ((16, 24), (25, 39), (40, 54), (55, 64), (65, 92))
SAME_ADDRESS = 0.03  # each gives a pair
UNSAID = 0.03
OTHER_GENDER = 0.015
NEEDS = {"travel": 0.12, "childcare": 0.07, "step_free": 0.05, "interpreter": 0.04}
LANGUAGES = ("Arabisch", "Pools", "Turks", "Tigrinya")
WOMEN = (
    *("Anna", "Fatima", "Johanna", "Sanne", "Şule", "Marijke", "Agnieszka", "Lotte", "Samira", "Greetje"),
    *("Thị Hương", "Elif", "Wilma", "Noor", "Chantal", "Aaltje", "Ewa", "Soraya", "Femke", "Hatice"),
)
MEN = (
    *("Jan", "Mohamed", "Pieter", "Łukasz", "Thijs", "Yağmur", "Klaas", "Emre", "Bas", "Ibrahim"),
    *("Văn Minh", "Hendrik", "Tomasz", "Ruben", "Ali", "Jelle", "Winston", "Daan", "Hassan", "Gerrit"),
)
FAMILIES = (
    *("de Vries", "Yılmaz", "Jansen", "El Amrani", "Bakker", "Kowalczyk", "Visser", "Đặng", "Post", "Kramer"),
    *("Hoekstra", "Öztürk", "van den Berg", "Snijder", "Romkes", "Bouzid", "de Boer", "Wiśniewska", "Kaya"),
    *("Brouwer", "van Dijk", "Ten Napel", "Wakker", "Nguyễn", "Postma", "Peters", "Haan", "Loosman", "Smit"),
)
STREETS = (
    *("Kerkstraat", "Populierenlaan", "Zuiderzeeweg", "Botterpad", "Ketelmeerstraat", "Meidoornhof"),
    *("Schokkerdreef", "Wilgenstraat", "Polderlaan", "Sluiskade", "Vogelweg", "Larserpad", "Havenstraat"),
)


@dataclass(frozen=True)
class Invented:
    """A resident who answers a letter. `education` 0 to 2, None: would rather not say. `needs` by name."""

    name: str
    birth_date: date
    street: str
    number: str
    postcode: str
    place: str
    email: str
    phone: str
    gender: str
    education: int | None
    needs: tuple[str, ...]
    language: str


def invented_people(place_name: str, postcodes: list[str], today: date, seed: int) -> Iterator[Invented]:
    """People of one municipality who answer, without end; `postcodes` are its four-digit areas."""
    random = Random(f"{seed}:{place_name}")  # noqa: S311  # fiction, no secret
    place = next(one for one in FLEVOLAND if one.name == place_name)
    number = 0
    while True:
        drawn = _answering(random, place)
        home = _home(random, postcodes)
        housemates = 2 if random.random() < SAME_ADDRESS else 1
        for _ in range(housemates):
            number += 1
            yield _person(random, place, Answering(*drawn, home, number), today)
            drawn = _answering(random, place)


def _answering(random: Random, place: Place) -> tuple[int, int]:
    """Age band and education of somebody who got a letter and answers it."""
    most = max(RESPONSE_BY_AGE) * max(RESPONSE_BY_EDUCATION)
    while True:
        age, education = pick(random, place.ages), pick(random, place.educations)
        if random.random() < RESPONSE_BY_AGE[age] * RESPONSE_BY_EDUCATION[education] / most:
            return age, education


def _home(random: Random, postcodes: list[str]) -> tuple[str, str, str]:
    letters = "".join(random.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    return random.choice(STREETS), str(random.randint(1, 240)), f"{random.choice(postcodes)} {letters}"


@dataclass(frozen=True)
class Answering:
    """Somebody who answers: age band, education, home (street, number, postcode), and which one they are."""

    age: int
    education: int
    home: tuple[str, str, str]
    number: int


def _person(random: Random, place: Place, one: Answering, today: date) -> Invented:
    gender = "man" if random.random() * 1000 < place.men else "vrouw"
    first = random.choice(MEN if gender == "man" else WOMEN)
    if random.random() < OTHER_GENDER:
        gender = "X"
    low, high = AGE_EDGES[one.age]
    birth_date = today - timedelta(days=random.randint(low * 366, high * 365))
    needs = tuple(name for name, share in NEEDS.items() if random.random() < share)
    slug = place.name.lower()
    return Invented(
        name=f"{first} {random.choice(FAMILIES)}",
        birth_date=birth_date,
        street=one.home[0],
        number=one.home[1],
        postcode=one.home[2],
        place=place.name,
        email=f"{slug}.{one.number}@example.nl" if random.random() < 0.8 else "",
        phone=f"0600{one.number % 1_000_000:06d}",
        gender=gender,
        education=None if random.random() < UNSAID else one.education,
        needs=needs,
        language=random.choice(LANGUAGES) if "interpreter" in needs else "",
    )
