"""Who may look at a pool, work in it, and until when it can change."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.panels.models import Panel, PoolFlag, Registration
from civic.panels.policy import may_manage
from civic.panels.states import RegistrationState, Stage

WITH_POOL = frozenset({Stage.REGISTRATION, Stage.POOL, Stage.FREEZE, Stage.FROZEN, Stage.DRAWN})
CHANGEABLE = frozenset({Stage.REGISTRATION, Stage.POOL})


def may_read_pool(user: User | None, panel: Panel) -> bool:
    """Figures, no people: lottery administrators, and the auditor of the region."""
    return may_manage(user, panel) or has_role_in_region(user, Role.AUDITOR)


def may_work(user: User | None, panel: Panel) -> bool:
    """People: reading one, correcting, deciding on a flag, intake, checks."""
    return may_manage(user, panel)


def has_pool(panel: Panel) -> bool:
    return panel.stage in WITH_POOL


def has_diversity(panel: Panel) -> bool:
    """Public figures exist from the moment that people can register."""
    return panel.stage in WITH_POOL


def can_change_pool(panel: Panel) -> bool:
    """Until two people are looking at it to freeze it."""
    return panel.stage in CHANGEABLE


def can_register(panel: Panel) -> bool:
    return panel.stage is Stage.REGISTRATION


def can_accept_proposal(panel: Panel) -> bool:
    """Quotas move only when nobody can register any more."""
    return panel.stage is Stage.POOL


def has_person(registration: Registration) -> bool:
    """Whether there is anybody left in the row: withdrawing and the end of a term blank it."""
    return registration.name_sealed is not None


def can_correct(registration: Registration, panel: Panel) -> bool:
    return (
        can_change_pool(panel)
        and registration.state is RegistrationState.CONFIRMED
        and has_person(registration)
    )


def can_remove(registration: Registration, panel: Panel) -> bool:
    return can_change_pool(panel) and registration.state is RegistrationState.CONFIRMED


def can_restore(registration: Registration, panel: Panel) -> bool:
    return (
        can_change_pool(panel)
        and registration.state is RegistrationState.REMOVED
        and has_person(registration)
    )


def can_decide(flag: PoolFlag, panel: Panel) -> bool:
    return can_change_pool(panel) and flag.decided_at is None


def can_undo(flag: PoolFlag, panel: Panel) -> bool:
    return can_change_pool(panel) and flag.decided_at is not None
