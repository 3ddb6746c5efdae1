"""What is published about one draw: the people, the panels, the rules and the procedure.

All numbers are whole: chances in parts per billion, times in seconds since 1970 (UTC).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import InvalidProblem, ProblemError
from ..question import Condition, Question, condition_label
from .encoding import (
    DRAW_ID,
    PRACTICE_CHAIN,
    PRACTICE_PREFIX,
    SECRET_BYTES,
    Secret,
    Tree,
    canonical,
    label,
    leaf,
    salted,
)

BILLION = 10**9
LARGEST_COUNT = 2**32
# Codes, so that they fit in the events of the site; `readme` says them in words. All there are, also those
# that hold by themselves: a draw that ends for another reason stays open for ever, and none can follow it.
VOID_RULES = (
    "fout-in-het-lotingsgetal",
    "fout-in-de-lijst-met-aanmeldingen",
    "lotingsgetal-bleef-uit",
    "uitslag-afgekeurd",
    "te-weinig-getuigen",
    "lotingsgetal-kwam-toch",
)
# Why somebody is not drawn for: of a fixed member, and of who cannot be drawn. `verify_draw` has their words.
LISTED, NO_PANEL = "listed", "no_panel"


@dataclass(frozen=True, slots=True)
class Hashes:
    """What is left of who withdrew after the freeze: the two salted hashes of the leaf, in hex."""

    person: str
    attributes: str


@dataclass(frozen=True, slots=True)
class Entrant:
    """One registrant.

    person   what binds the leaf to a human being, such as {"name": …, "birth_date": …, "letter_code": …};
             empty: just the id
    address  for the address rule; '' is unknown (an own household)
    target   p*, the chance the best lottery would give, in parts per billion; 0: cannot be drawn
    reason   why a member is fixed, or why somebody cannot be drawn: a code of `verify_draw`; '' for others
    hashes   of who withdrew after the freeze: then `answers`, `address` and `person` stay empty, and of the
             secret only s is needed
    """

    id: str
    answers: Mapping[str, str]
    address: str = ""
    person: Mapping[str, str] = field(default_factory=dict)
    target: int = 0
    fixed: bool = False
    hashes: Hashes | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A quota as it is published: `constituencies` are those it binds (() = all), counted together."""

    condition: Condition
    minimum: int
    maximum: int
    constituencies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        name = condition_label(self.condition) or "iedereen"
        return f"{name} ({', '.join(self.constituencies)})" if self.constituencies else name


@dataclass(frozen=True, slots=True)
class Rules:
    """What every panel keeps to. `constituency` is the feature that names someone's constituency."""

    quotas: tuple[Rule, ...]
    size: int
    address_rule: bool = False
    exempt_addresses: tuple[str, ...] = ()
    constituency: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a public source of chance, named before it exists. `chain` is the chain's hash in hex."""

    chain: str
    number: int


@dataclass(frozen=True, slots=True)
class Procedure:
    """How the panel is picked, fixed beforehand.

    frozen_at, committed_at   T0 and T1
    ball_digits               digits drawn in public before the round (then M is that power of ten); 0: none
    fallback                  the round to use if the chain never makes its own, or None
    previous                  commitment (hex) of the draw with the sequence number before; '' for the first
    witnesses                 {name: Ed25519 public key in hex}
    software                  name and version of what made the panels, such as "civic-region 0.1.0"
    """

    beacon: Round
    frozen_at: int
    committed_at: int
    ball_digits: int = 0
    fallback: Round | None = None
    kind: str = "panel"
    previous: str = ""
    witnesses: Mapping[str, str] = field(default_factory=dict)
    void_rules: tuple[str, ...] = VOID_RULES
    software: str = "civic-region"


def practice(number: int = 1, at: int = 0) -> Procedure:
    """The procedure of a rehearsal: the practice chain, which no verifier takes for a real one."""
    return Procedure(beacon=Round(PRACTICE_CHAIN, number), frozen_at=at, committed_at=at)


@dataclass(frozen=True)
class Draw:
    """Everything about one draw. Raises `InvalidProblem` with all errors at once.

    identifier  a-z, 0-9 and hyphens; begins with "oefenloting-" if and only if the chain is for practice
    entrants    the pool (n)
    panels      M panels of `rules.size` ids each, equally likely; panel j is number j
    secrets     one `Secret` for each id (see `make_secrets`)
    pool        what the leaves are bound to; several draws can be held from one pool. Of the same form as
                `identifier`, which it is where nothing is given; practice and real draws may share one
    """

    identifier: str
    sequence: int
    entrants: tuple[Entrant, ...]
    panels: Sequence[Sequence[str]]
    rules: Rules
    secrets: Mapping[str, Secret] = field(repr=False)
    procedure: Procedure
    pool: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool", self.pool or self.identifier)
        errors = tuple(_errors(self))
        if errors:
            raise InvalidProblem(errors)

    @property
    def is_practice(self) -> bool:
        return self.procedure.beacon.chain == PRACTICE_CHAIN

    @cached_property
    def frequencies(self) -> dict[str, int]:
        """In how many of the M panels each registrant sits."""
        counts = Counter(member for panel in self.panels for member in panel)
        return {one.id: counts[one.id] for one in self.entrants}

    @cached_property
    def leaves(self) -> dict[str, bytes]:
        """{id: leaf}: SHA-256(0x00 ‖ JCS{attributes, draw: the pool, person, secret})."""
        return {one.id: leaf(self._entry(one)) for one in self.entrants}

    def _entry(self, one: Entrant) -> bytes:
        secret = self.secrets[one.id]
        hashes = one.hashes or Hashes(
            person=salted(secret.salt_person, person(one)),
            attributes=salted(secret.salt_attributes, attributes(one)),
        )
        return canonical(
            {
                "attributes": hashes.attributes,
                "draw": self.pool,
                "person": hashes.person,
                "secret": hashlib.sha256(secret.secret).hexdigest(),
            }
        )

    @cached_property
    def tree(self) -> Tree:
        """The Merkle tree over the leaves in ascending order."""
        return Tree(self.places)

    @cached_property
    def places(self) -> dict[bytes, int]:
        """{leaf: its place in the tree}"""
        return {one: place for place, one in enumerate(sorted(self.leaves.values()))}

    @cached_property
    def labels(self) -> list[list[str]]:
        """Per panel the labels of its members, ascending."""
        return [
            sorted(label(self.secrets[one].secret, self.identifier, self.sequence, number) for one in panel)
            for number, panel in enumerate(self.panels)
        ]

    @property
    def excluded(self) -> int:
        """How many people do not take part, whatever the quotas are."""
        return sum(not (one.target or one.fixed) for one in self.entrants) - self.impossible

    @property
    def impossible(self) -> int:
        """How many people take part, and fit in no panel."""
        return sum(one.reason == NO_PANEL for one in self.entrants)

    @property
    def upper_bound(self) -> int:
        return smallest_target(one.target for one in self.entrants)

    @property
    def largest_shortfall(self) -> int:
        pairs = ((one.target, self.frequencies[one.id]) for one in self.entrants)
        return largest_shortfall(pairs, len(self.panels))


def attributes(one: Entrant) -> dict[str, str | dict[str, str]]:
    """What the quotas and the address rule look at; hashed into the leaf."""
    return {"address": one.address, "answers": dict(one.answers)}


def person(one: Entrant) -> dict[str, str]:
    """What binds the leaf to a human being; just the id when nothing is known."""
    return dict(one.person) or {"id": one.id}


def smallest_target(targets: Iterable[int]) -> int:
    """The smallest target of those who can be drawn, in parts per billion."""
    return min((one for one in targets if one), default=0)


def largest_shortfall(pairs: Iterable[tuple[int, int]], panels: int) -> int:
    """max(0, max over i of target_i - 10^9 · count_i / M), rounded up, over those who can be drawn.

    pairs   (target in parts per billion, in how many of the M `panels`)
    """
    below = max((target * panels - BILLION * count for target, count in pairs if target), default=0)
    return max(0, -(-below // panels))


def parts_per_billion(chance: float) -> int:
    """A chance as the manifest writes it, rounded to the nearest."""
    return round(chance * BILLION)


def entrants_of(
    question: Question,
    targets: Mapping[str, float],
    people: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Entrant, ...]:
    """The pool of a question as entrants. `targets`: p* per id, a probability; `people`: see `Entrant`.

    A fixed member is certain of a seat, whatever `targets` says; who is not in `targets` has no chance. Why
    somebody is fixed or excluded is not known here: the question lists them.
    """
    pool, fixed = question.pool, set(question.fixed)
    addresses, listed = pool.addresses or ("",) * len(pool), fixed | set(question.excluded)

    def reason(member: str) -> str:
        if member in listed:
            return LISTED
        return "" if parts_per_billion(targets.get(member, 0.0)) else NO_PANEL

    return tuple(
        Entrant(
            id=member,
            answers=dict(zip(pool.features, row, strict=True)),
            address=address,
            person=(people or {}).get(member, {}),
            target=BILLION if member in fixed else parts_per_billion(targets.get(member, 0.0)),
            fixed=member in fixed,
            reason=reason(member),
        )
        for member, row, address in zip(pool.ids, pool.values, addresses, strict=True)
    )


def rules_of(question: Question) -> Rules:
    """Quotas, size, address rule and constituencies of a question."""
    quotas = tuple(
        Rule(one.condition, one.minimum, one.maximum, one.constituencies) for one in question.quotas
    )
    return Rules(
        quotas=quotas,
        size=question.size,
        address_rule=question.address_rule,
        exempt_addresses=question.exempt_addresses,
        constituency=question.constituency,
    )


# --- what can be wrong -------------------------------------------------------------------------------------


def _errors(draw: Draw) -> Iterator[ProblemError]:
    for name in dict.fromkeys((draw.identifier, draw.pool)):
        if not DRAW_ID.fullmatch(name):
            yield ProblemError("publish_draw_id", {"draw": name})
    if draw.identifier.startswith(PRACTICE_PREFIX) != draw.is_practice:
        yield ProblemError("publish_practice", {"draw": draw.identifier, "prefix": PRACTICE_PREFIX})
    if not 1 <= draw.sequence < LARGEST_COUNT:
        yield ProblemError("publish_sequence", {"sequence": draw.sequence})
    if not 1 <= len(draw.panels) < LARGEST_COUNT:
        yield ProblemError("publish_no_panels")
    yield from _entrant_errors(draw)
    yield from _panel_errors(draw)


def _entrant_errors(draw: Draw) -> Iterator[ProblemError]:
    closed = {one.id for one in draw.entrants if one.hashes}
    for member, times in Counter(one.id for one in draw.entrants).items():
        if times > 1:
            yield ProblemError("publish_id_twice", {"id": member, "times": times})
        secret = draw.secrets.get(member)
        if secret is None:
            yield ProblemError("publish_no_secret", {"id": member})
        elif not secret.is_whole(closed=member in closed):
            yield ProblemError("publish_secret_length", {"id": member, "bytes": SECRET_BYTES})


def _panel_errors(draw: Draw) -> Iterator[ProblemError]:
    known = {one.id for one in draw.entrants}
    for number, panel in enumerate(draw.panels):
        if len(panel) != draw.rules.size:
            values = {"panel": number, "found": len(panel), "size": draw.rules.size}
            yield ProblemError("publish_panel_size", values)
        for member, times in Counter(panel).items():
            if times > 1:
                yield ProblemError("publish_member_twice", {"panel": number, "id": member})
            if member not in known:
                yield ProblemError("publish_unknown_member", {"panel": number, "id": member})
