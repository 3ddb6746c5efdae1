"""The by-law as data: what a rule set says, and a checker that explains itself rule by rule.

No municipality's number is a constant in code; the defaults below are the handbook's values for
municipalities whose by-law is not known, and every screen that uses them says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from flask_babel import gettext as _


class Scope(Enum):
    DISTRICT = "district"
    MUNICIPALITY = "municipality"
    REGION = "region"  # one text for several municipalities; each has its own threshold


# what a by-law sets a threshold for; a regional initiative asks of each council what its own by-law says
THRESHOLD_SCOPES = (Scope.DISTRICT, Scope.MUNICIPALITY)


# kinds of proposals for which a by-law may ask another number; without one, that of a citizen initiative
THRESHOLD_PURPOSES = ("agenda_request", "right_to_challenge")


class Residence(Enum):
    MUNICIPALITY = "municipality"
    REGION = "region"
    ANYONE = "anyone"


EXCLUSION_GROUNDS = (
    "no_council_competence",
    "question_on_policy",
    "complaint",
    "objection",
    "budget_or_taxes",
    "persons_or_appointments",
    "internal_organisation",
    "private_interest",
)


@dataclass(frozen=True)
class Threshold:
    """Supporters needed: a fixed number, or a share of the inhabitants with a cap."""

    number: int | None = None
    share_per_mille: int | None = None
    cap: int | None = None

    def needed(self, population: int) -> int:
        if self.number is not None:
            return self.number
        wanted = math.ceil(population * (self.share_per_mille or 0) / 1000)
        return max(1, min(wanted, self.cap) if self.cap is not None else wanted)


@dataclass(frozen=True)
class Rules:
    initiator_age: int = 16
    supporter_age: int = 16
    residence: Residence = Residence.MUNICIPALITY
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    minimum_initiators: int = 1
    repeat_bar_years: int = 2
    collection_months: int = 6
    repair_weeks: int = 2
    formal_check_weeks: int = 4
    council_weeks: int = 13
    # the answer to a right to challenge, which the college gives; None: as long as for the council
    challenge_weeks: int | None = None
    # the griffie looks at the form of it before it goes online, within so many weeks
    checks_before_publication: bool = False
    desk_weeks: int = 1
    # enough in all municipalities of a regional initiative together is enough here too
    accepts_together: bool = False
    exclusion_grounds: tuple[str, ...] = EXCLUSION_GROUNDS
    articles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rules:
        values = dict(data)
        values["residence"] = Residence(values.get("residence", Residence.MUNICIPALITY.value))
        values["thresholds"] = {
            scope: Threshold(**threshold) for scope, threshold in values.get("thresholds", {}).items()
        }
        values["exclusion_grounds"] = tuple(values.get("exclusion_grounds", EXCLUSION_GROUNDS))
        return cls(**values)

    def to_data(self) -> dict[str, Any]:
        data = asdict(self)
        data["residence"] = self.residence.value
        data["thresholds"] = {scope: asdict(value) for scope, value in self.thresholds.items()}
        data["exclusion_grounds"] = list(self.exclusion_grounds)
        data["articles"] = dict(self.articles)
        return data

    def needed(self, scope: Scope, population: int, purpose: str = "") -> int:
        """`purpose` is one of THRESHOLD_PURPOSES; rule sets from before those ask the same for everything."""
        names = (purpose, scope.value, Scope.MUNICIPALITY.value)
        threshold = next(self.thresholds[name] for name in names if name in self.thresholds)
        return threshold.needed(population)


DEFAULT_STEPS = ((25_000, 25), (50_000, 50), (100_000, 100), (250_000, 150))
DEFAULT_ABOVE = 250
DISTRICT_MINIMUM = 10


def default_rules(population: int) -> Rules:
    """What we assume while a municipality's by-law is unknown (handbook, section D)."""
    supporters = next((count for below, count in DEFAULT_STEPS if population < below), DEFAULT_ABOVE)
    district = max(DISTRICT_MINIMUM, math.ceil(supporters / 3))
    return Rules(
        thresholds={
            Scope.MUNICIPALITY.value: Threshold(number=supporters),
            Scope.DISTRICT.value: Threshold(number=district),
        }
    )


@dataclass(frozen=True)
class Facts:
    """What is known about a proposal when it is checked."""

    initiator_is_old_enough: bool
    lives_in_municipality: bool
    lives_in_region: bool
    grounds: frozenset[str] = frozenset()
    decided_recently: bool = False


@dataclass(frozen=True)
class Verdict:
    rule: str
    passed: bool
    sentence: str
    article: str = ""


def check(rules: Rules, facts: Facts) -> list[Verdict]:
    """Every rule of the set with pass or fail, in plain Dutch, with its article when known."""
    verdicts = [_age(rules, facts), _residence(rules, facts), _repeat(rules, facts)]
    verdicts += [_ground(rules, ground, ground in facts.grounds) for ground in rules.exclusion_grounds]
    return verdicts


def _verdict(rules: Rules, rule: str, passed: bool, sentence: str) -> Verdict:
    return Verdict(rule, passed, sentence, rules.articles.get(rule, ""))


def _age(rules: Rules, facts: Facts) -> Verdict:
    sentence = _("U bent %(age)s jaar of ouder.", age=rules.initiator_age)
    return _verdict(rules, "initiator_age", facts.initiator_is_old_enough, sentence)


def _residence(rules: Rules, facts: Facts) -> Verdict:
    passed = {
        Residence.MUNICIPALITY: facts.lives_in_municipality,
        Residence.REGION: facts.lives_in_region,
        Residence.ANYONE: True,
    }[rules.residence]
    sentence = {
        Residence.MUNICIPALITY: _("U woont in deze gemeente."),
        Residence.REGION: _("U woont in deze regio."),
        Residence.ANYONE: _("Iedereen mag dit voorstel doen."),
    }[rules.residence]
    return _verdict(rules, "residence", passed, sentence)


def _repeat(rules: Rules, facts: Facts) -> Verdict:
    sentence = _(
        "De raad besloot hier de laatste %(years)s jaar niet over.",
        years=rules.repeat_bar_years,
    )
    return _verdict(rules, "repeat_bar", not facts.decided_recently, sentence)


def ground_sentences() -> dict[str, str]:
    """What must be true for a proposal not to fall under an exclusion ground."""
    return {
        "no_council_competence": _("De gemeenteraad mag hierover besluiten."),
        "question_on_policy": _("Het is een voorstel, geen vraag over beleid."),
        "complaint": _("Het is geen klacht over de gemeente."),
        "objection": _("Het is geen bezwaar tegen een besluit."),
        "budget_or_taxes": _("Het gaat niet over belastingen of de begroting."),
        "persons_or_appointments": _("Het gaat niet over personen of benoemingen."),
        "internal_organisation": _("Het gaat niet over hoe de gemeente intern werkt."),
        "private_interest": _("Het is niet alleen in uw eigen belang."),
    }


def _ground(rules: Rules, ground: str, applies: bool) -> Verdict:
    return _verdict(rules, ground, not applies, ground_sentences().get(ground, ground))
