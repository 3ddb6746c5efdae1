"""What a registrant may still do, and which questions are theirs. Pure: rows in, answer out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from civic.panels.models import Constituency, Feature, Panel, Registration
from civic.panels.states import (
    REGISTRATION_TRANSITIONS,
    EntryRoute,
    FeatureKind,
    RegistrationAction,
    RegistrationState,
    Stage,
)

CHANGEABLE = frozenset({Stage.REGISTRATION, Stage.POOL})
LIVING = frozenset({RegistrationState.PENDING, RegistrationState.CONFIRMED})


def is_open(panel: Panel) -> bool:
    """Whether people can register."""
    return panel.stage is Stage.REGISTRATION


def can_change(registration: Registration, panel: Panel) -> bool:
    """Until the freeze is proposed: from then on two people look at a pool that must stand still."""
    return registration.state in LIVING and panel.stage in CHANGEABLE


def can_withdraw(registration: Registration) -> bool:
    """Always: a person decides about their own data, also after the freeze."""
    return (registration.state, RegistrationAction.WITHDRAW) in REGISTRATION_TRANSITIONS


def is_self_registration(constituency: Constituency) -> bool:
    return constituency.route is EntryRoute.SELF_REGISTRATION


def binding(features: Iterable[Feature], constituency: Constituency) -> list[Feature]:
    """The features whose targets count for the seats of this constituency."""
    return [one for one in features if not one.constituencies or constituency.number in one.constituencies]


def asked(features: Iterable[Feature], constituency: Constituency) -> list[Feature]:
    """Those of them that a person answers; an age band follows from the date of birth."""
    return [one for one in binding(features, constituency) if one.kind is FeatureKind.CHOICE]


def age_on(birth_date: date, day: date) -> int:
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def band_of(feature: Feature, age: int) -> str | None:
    """The value of an age band; None when no band holds this age."""
    for value in feature.values:
        if (value.from_age or 0) <= age and (value.to_age is None or age <= value.to_age):
            return value.value
    return None
