"""Who gets a letter: drawn without replacement, at most one per address, replayable by anyone with the list.

Two steps, so that nobody can try seeds or lists until the outcome suits: `commitments` fixes list, letters
and method of every municipality in one hash each, to be published first; the public seed comes after, and
the stream of chance starts from both (security handbook section 6; RFC 3797).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..addresses import address_key
from ..errors import InvalidProblem, Param, ProblemError
from ..stream import Stream
from .addresses import Resident, list_digest

FORMAT = "civic-invitations/2"
ADDRESSES, PERSONS = "addresses", "persons"
METHODS = (ADDRESSES, PERSONS)


@dataclass(frozen=True, slots=True)
class InvitationSettings:
    """What is decided before the draw.

    draw      name of the draw, the same in every wave
    letters   {municipality: letters}; others on the list get none
    wave      1 for the first letters, 2 for the next, …
    method    "addresses": every address the same chance, then every eligible resident of it the same;
              "persons": every eligible person the same chance (needs persons on the list)
    exempt    institutions (student flats, care homes): everyone there counts as an own address. Their
              addresses stand in the manifest. Where persons are unknown a line is known by its number on the
              list, so give a later wave the same list
    """

    draw: str
    letters: Mapping[str, int]
    wave: int = 1
    method: str = ADDRESSES
    exempt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """What a letter goes to: an address with its eligible residents, or one resident of an exempt address."""

    key: str
    address: str
    people: tuple[str, ...]

    @property
    def size(self) -> int:
        return max(1, len(self.people))


@dataclass(frozen=True, slots=True)
class Letter:
    """person: '' where the list knows addresses only. Chances are those of this wave, before it was drawn."""

    municipality: str
    number: int
    household: str
    address: str
    person: str
    address_chance: Fraction
    person_chance: Fraction


@dataclass(frozen=True, slots=True)
class MunicipalityDraw:
    """The draw of one municipality: complete in itself.

    households, people   eligible in this wave (an address without known residents counts as one person)
    chances              (chance of a person, how many people have it), smallest first
    commitment           SHA-256 of everything decided before the seed; `digest` adds the seed
    """

    municipality: str
    letters: tuple[Letter, ...]
    households: int
    people: int
    chances: tuple[tuple[Fraction, int], ...]
    list_digest: str
    commitment: str
    digest: str


@dataclass(frozen=True, slots=True)
class InvitationDraw:
    """Municipalities in the order of the settings, and the list they were drawn from (for those only)."""

    settings: InvitationSettings
    seed: str
    municipalities: tuple[MunicipalityDraw, ...]
    earlier: tuple[InvitationDraw, ...]
    residents: tuple[Resident, ...]

    @property
    def letters(self) -> tuple[Letter, ...]:
        return tuple(letter for one in self.municipalities for letter in one.letters)


@dataclass(frozen=True, slots=True)
class _Order:
    """One municipality, ready to be drawn."""

    municipality: str
    households: tuple[Household, ...]
    letters: int
    list_digest: str
    commitment: str


def available(
    residents: Sequence[Resident], exempt: Sequence[str] = (), earlier: Sequence[InvitationDraw] = ()
) -> dict[str, int]:
    """{municipality: letters that can still be sent}: households that no earlier wave invited."""
    settings = InvitationSettings("", {}, exempt=tuple(exempt))
    return {
        name: len(_households(name, people, settings, earlier))
        for name, people in _by_municipality(residents).items()
    }


def commitments(
    residents: Sequence[Resident], settings: InvitationSettings, earlier: Sequence[InvitationDraw] = ()
) -> dict[str, str]:
    """{municipality: SHA-256} of all that decides the draw but the seed: publish it before the seed.

    Hashed: JSON with sorted keys of format, draw, municipality, wave, method, letters, digest of the ordered
    list, exempt addresses, and the digests of the earlier waves. Raises InvalidProblem like `draw_letters`.
    """
    return {order.municipality: order.commitment for order in _orders(residents, settings, tuple(earlier))}


def draw_letters(
    residents: Sequence[Resident],
    settings: InvitationSettings,
    seed: str | int,
    earlier: Sequence[InvitationDraw] = (),
) -> InvitationDraw:
    """Letters per municipality, each from its own stream Stream("civic-letters/v1/" + digest),
    digest = SHA-256(commitment + "/" + seed).

    addresses  n of the N households by Fisher and Yates, every set equally likely: chance n / N; then one of
               its m eligible residents: chance n / (N m).
    persons    households in random order, then systematic sampling with chance proportional to size (Madow,
               *On the theory of systematic sampling II*, Annals of Math. Statistics 20, 1949): chance m n / M
               with M people, so n / M for everyone; a household with m n >= M gets its letter for certain and
               leaves both n and M smaller. Whole numbers only.

    `earlier`: the waves before, in order; their households are out, and chances are given that they are out.
    Raises InvalidProblem: a blank name or seed, letters below zero or more than there are households, an
    unknown method, persons missing, a person or address twice, a wave out of order, other exempt addresses
    than before.
    """
    text = str(seed).strip()
    errors = [] if text else [ProblemError("invitation_no_seed")]
    orders = _orders(residents, settings, tuple(earlier), errors)
    wanted = set(settings.letters)
    return InvitationDraw(
        settings=settings,
        seed=text,
        municipalities=tuple(_drawn(order, settings.method, text) for order in orders),
        earlier=tuple(earlier),
        residents=tuple(one for one in residents if one.municipality in wanted),
    )


def _orders(
    residents: Sequence[Resident],
    settings: InvitationSettings,
    earlier: tuple[InvitationDraw, ...],
    errors: Sequence[ProblemError] = (),
) -> list[_Order]:
    lists = _by_municipality(residents)
    found = [*errors, *_setting_errors(settings, earlier)]
    orders = []
    for name, letters in settings.letters.items():
        people = lists.get(name, [])
        households = _households(name, people, settings, earlier)
        found += _list_errors(name, people, settings)
        if letters > len(households):
            counts: dict[str, Param] = {"municipality": name, "letters": letters}
            found.append(ProblemError("invitation_too_many", {**counts, "available": len(households)}))
        digest = list_digest(people)
        commitment = _commitment(settings, (name, letters, digest), earlier)
        orders.append(_Order(name, households, letters, digest, commitment))
    if found:
        raise InvalidProblem(found)
    return orders


def _by_municipality(residents: Sequence[Resident]) -> dict[str, list[Resident]]:
    lists: dict[str, list[Resident]] = {}
    for one in residents:
        lists.setdefault(one.municipality, []).append(one)
    return lists


def _commitment(
    settings: InvitationSettings, order: tuple[str, int, str], earlier: tuple[InvitationDraw, ...]
) -> str:
    name, letters, digest = order
    content = {
        "format": FORMAT,
        "draw": settings.draw,
        "municipality": name,
        "wave": settings.wave,
        "method": settings.method,
        "letters": letters,
        "list": digest,
        "exempt": sorted(map(address_key, settings.exempt)),
        "earlier": [
            one.digest for wave in earlier for one in wave.municipalities if one.municipality == name
        ],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _households(
    name: str, residents: Sequence[Resident], settings: InvitationSettings, earlier: Sequence[InvitationDraw]
) -> tuple[Household, ...]:
    """In the order of the list. An excluded resident does not count; an address with nobody left is out."""
    exempt = set(map(address_key, settings.exempt))
    gone = {letter.household for wave in earlier for letter in wave.letters if letter.municipality == name}
    homes: dict[str, list[Resident]] = {}
    for number, one in enumerate(residents):
        key = address_key(one.address)
        if key in exempt:
            # a tab cannot stand in a key, so this is nobody's address
            key += "\t" + (one.person or str(number))
        if not one.excluded and key not in gone:
            homes.setdefault(key, []).append(one)
    return tuple(
        Household(key, home[0].address, tuple(one.person for one in home if one.person))
        for key, home in homes.items()
    )


def _drawn(order: _Order, method: str, seed: str) -> MunicipalityDraw:
    digest = hashlib.sha256(f"{order.commitment}/{seed}".encode()).hexdigest()
    stream = Stream(f"civic-letters/v1/{digest}")
    if method == ADDRESSES:
        share = Fraction(order.letters, max(1, len(order.households)))
        chosen, chance = _sample(order, stream, order.letters), dict.fromkeys(_sizes(order), share)
    else:
        chosen, chance = _by_size(order, stream)
    letters = [
        _letter(order.municipality, number, home, (chance[home.size], stream))
        for number, home in enumerate(chosen, start=1)
    ]
    spread: Counter[Fraction] = Counter()
    for size, homes in _sizes(order).items():
        spread[chance[size] / size] += size * homes
    return MunicipalityDraw(
        municipality=order.municipality,
        letters=tuple(letters),
        households=len(order.households),
        people=sum(home.size for home in order.households),
        chances=tuple(sorted(spread.items())),
        list_digest=order.list_digest,
        commitment=order.commitment,
        digest=digest,
    )


def _sample(order: _Order, stream: Stream, number: int) -> list[Household]:
    homes = {home.key: home for home in order.households}
    return [homes[key] for key in stream.sample(list(homes), number)]


def _sizes(order: _Order) -> Counter[int]:
    return Counter(home.size for home in order.households)


def _letter(name: str, number: int, home: Household, luck: tuple[Fraction, Stream]) -> Letter:
    chance, stream = luck
    person = home.people[stream.below(home.size)] if home.people else ""
    return Letter(name, number, home.key, home.address, person, chance, chance / home.size)


def _by_size(order: _Order, stream: Stream) -> tuple[list[Household], dict[int, Fraction]]:
    """Systematic sampling in whole numbers: a household of m people takes m n' of a line, and every M' there
    is a mark, the first at a random place; n' and M' are the letters and people without the households that
    are sure of a letter. No household is longer than M', so none is hit twice."""
    sizes = _sizes(order)
    sure = _certain(sizes, order.letters)
    left = order.letters - sum(sizes[size] for size in sure)
    people = sum(size * homes for size, homes in sizes.items() if size not in sure)
    mark = stream.below(people) if people else 0
    chosen, end = [], 0
    for home in _sample(order, stream, len(order.households)):
        if home.size in sure:
            chosen.append(home)
            continue
        end += home.size * left
        if mark < end:
            chosen.append(home)
            mark += people
    chance = {size: Fraction(1) if size in sure else Fraction(size * left, people) for size in sizes}
    return chosen, chance


def _certain(sizes: Counter[int], letters: int) -> set[int]:
    """Sizes m with m n' >= M', taking the largest out first; n' and M' shrink as they go."""
    sure: set[int] = set()
    people = sum(size * homes for size, homes in sizes.items())
    for size in sorted(sizes, reverse=True):
        if size * letters < people:
            break
        sure.add(size)
        letters -= sizes[size]
        people -= size * sizes[size]
    return sure


def _setting_errors(
    settings: InvitationSettings, earlier: tuple[InvitationDraw, ...]
) -> Iterator[ProblemError]:
    if not settings.draw.strip():
        yield ProblemError("invitation_no_name")
    if not settings.letters:
        yield ProblemError("invitation_no_letters")
    for name, letters in settings.letters.items():
        if letters < 0:
            yield ProblemError("invitation_negative", {"municipality": name, "letters": letters})
    if settings.method not in METHODS:
        yield ProblemError("invitation_method", {"method": settings.method[:40]})
    waves = [one.settings.wave for one in earlier]
    if settings.wave != len(waves) + 1 or waves != list(range(1, len(waves) + 1)):
        yield ProblemError("invitation_wave", {"wave": settings.wave, "earlier": len(earlier)})
    exempt = set(map(address_key, settings.exempt))
    if any(set(map(address_key, one.settings.exempt)) != exempt for one in earlier):
        yield ProblemError("invitation_exempt_differs")
    if any(one.settings.draw != settings.draw for one in earlier):
        yield ProblemError("invitation_other_draw")


def _list_errors(name: str, people: list[Resident], settings: InvitationSettings) -> Iterator[ProblemError]:
    exempt = set(map(address_key, settings.exempt))
    without = sum(1 for one in people if not one.person)
    if without and (settings.method == PERSONS or without < len(people)):
        yield ProblemError("invitation_persons_missing", {"municipality": name, "lines": without})
    if any(not address_key(one.address) for one in people):
        yield ProblemError("invitation_no_address", {"municipality": name})
    lines = Counter((address_key(one.address), one.person) for one in people)
    for (key, person), times in lines.items():
        place: dict[str, Param] = {"municipality": name, "address": key[:80], "times": times}
        if times > 1 and person:
            yield ProblemError("invitation_person_twice", place)
        elif times > 1 and key not in exempt:
            yield ProblemError("invitation_address_twice", place)
