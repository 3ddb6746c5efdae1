"""The rules of a municipality, applied to a draft of some kind: rule by rule, and the support they ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from civic.initiatives.models import Initiative
from civic.initiatives.states import InitiativeKind
from civic.initiatives.states.kinds import ASKED_OF_MUNICIPALITY, GROUNDS_LEFT_OUT, THRESHOLD_OF
from civic.initiatives.states.people import HIGHEST_AGE
from civic.regions import queries as regions
from civic.regions.models import Municipality, RuleSet
from civic.regions.rules import Facts, Rules, Verdict, check


@dataclass(frozen=True)
class RuleCheck:
    """The rule set of one place, of today, applied to a draft: what it says, and the support it asks."""

    place: Municipality
    rule_set: RuleSet
    rules: Rules
    verdicts: list[Verdict]
    needed: int

    @property
    def is_passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


def rule_checks(initiative: Initiative, day: date) -> list[RuleCheck]:
    """One per place; none while no place was chosen, and none for what needs no by-law."""
    if initiative.kind not in ASKED_OF_MUNICIPALITY:
        return []
    return [_rule_check(initiative, one.municipality, day) for one in initiative.places]


def _rule_check(initiative: Initiative, place: Municipality, day: date) -> RuleCheck:
    rule_set = regions.rule_set_on(place.id, day)
    rules = rules_for(initiative.kind, Rules.from_data(rule_set.rules))
    verdicts = check(rules, _facts(initiative, rules))
    needed = rules.needed(initiative.scope, place.population, THRESHOLD_OF.get(initiative.kind, ""))
    return RuleCheck(place, rule_set, rules, verdicts, needed)


def rules_for(kind: InitiativeKind, rules: Rules) -> Rules:
    """The by-law as it counts for this kind: the term of the answer, and grounds that cannot apply."""
    left_out = GROUNDS_LEFT_OUT.get(kind, frozenset())
    grounds = tuple(one for one in rules.exclusion_grounds if one not in left_out)
    is_challenge = kind is InitiativeKind.RIGHT_TO_CHALLENGE
    weeks = rules.challenge_weeks if is_challenge and rules.challenge_weeks else rules.council_weeks
    return replace(rules, exclusion_grounds=grounds, council_weeks=weeks)


def _is_too_young(initiative: Initiative, rules: Rules) -> bool:
    """Whatever was ticked: a band that ends below the age of the by-law."""
    highest = HIGHEST_AGE.get(initiative.age_band) if initiative.age_band else None
    return highest is not None and highest < rules.initiator_age


def _facts(initiative: Initiative, rules: Rules) -> Facts:
    """A writer lives in one place only: for several municipalities one of them is enough."""
    declared = set(initiative.confirmed_rules)
    home = regions.municipality_of_postcode(initiative.author_postcode or "")
    return Facts(
        initiator_is_old_enough="initiator_age" in declared and not _is_too_young(initiative, rules),
        lives_in_municipality=home is not None
        and home.id in {one.municipality_id for one in initiative.places},
        lives_in_region=home is not None,
        grounds=frozenset(ground for ground in rules.exclusion_grounds if ground not in declared),
        decided_recently="repeat_bar" not in declared,
    )
