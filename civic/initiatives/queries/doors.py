"""The check before writing: the rules of the chosen municipalities against answers of yes and no."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from civic import plain_dutch
from civic.initiatives.models import Initiative
from civic.initiatives.queries.kinds_rules import RuleCheck, rules_for
from civic.initiatives.states import InitiativeKind
from civic.initiatives.states.kinds import THRESHOLD_OF
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.regions.rules import Facts, Residence, Rules, Scope, check


def rules_together(places: Iterable[Municipality], kind: InitiativeKind, day: date) -> Rules:
    """What is asked of who writes for several municipalities: every rule of each, the strictest first."""
    found = [rules_for(kind, Rules.from_data(regions.rule_set_on(place.id, day).rules)) for place in places]
    grounds = dict.fromkeys(ground for rules in found for ground in rules.exclusion_grounds)
    articles = {key: text for rules in reversed(found) for key, text in rules.articles.items()}
    residences = {rules.residence for rules in found}
    return replace(
        found[0],
        initiator_age=max(rules.initiator_age for rules in found),
        repeat_bar_years=max(rules.repeat_bar_years for rules in found),
        residence=next(one for one in Residence if one in residences),
        exclusion_grounds=tuple(grounds),
        articles=articles if len(found) == 1 else {},
    )


def answered(
    places: Iterable[Municipality], kind: InitiativeKind, yes: Collection[str], day: date
) -> list[RuleCheck]:
    """One per place: which rule passes, with its article, and the support that will be needed."""
    chosen = list(places)
    scope = Scope.REGION if len(chosen) > 1 else Scope.MUNICIPALITY
    return [_answered(place, kind, yes, scope, day) for place in chosen]


def _answered(
    place: Municipality, kind: InitiativeKind, yes: Collection[str], scope: Scope, day: date
) -> RuleCheck:
    rule_set = regions.rule_set_on(place.id, day)
    rules = rules_for(kind, Rules.from_data(rule_set.rules))
    facts = Facts(
        initiator_is_old_enough="initiator_age" in yes,
        lives_in_municipality="residence" in yes,
        lives_in_region="residence" in yes,
        grounds=frozenset(ground for ground in rules.exclusion_grounds if ground not in yes),
        decided_recently="repeat_bar" not in yes,
    )
    needed = rules.needed(scope, place.population, THRESHOLD_OF.get(kind, ""))
    return RuleCheck(place, rule_set, rules, check(rules, facts), needed)


def vague_words(initiative: Initiative) -> list[plain_dutch.Vague]:
    """Words in the text that promise little, without those the writers want to keep."""
    kept = set(initiative.kept_words)
    text = "\n".join((initiative.title, initiative.wish, initiative.plan))
    return [one for one in plain_dutch.vague_words(text) if one.key not in kept]
