"""Who may comment, and who looks at comments: the griffie of each municipality, and administrators."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.policy import councils_of


def may_comment(user: User | None) -> bool:
    return user is not None


def is_official(user: User) -> bool:
    """Whoever works here speaks for the municipality: a reader cannot see the difference."""
    return user.is_staff


def is_writer(user: User | None, comment: Comment) -> bool:
    return user is not None and comment.author_id == user.id


def is_administrator(user: User | None) -> bool:
    return user is not None and user.has_role(Role.ADMINISTRATOR)


def may_open_moderation(user: User | None) -> bool:
    return is_administrator(user) or bool(councils_of(user))


def may_moderate(user: User | None, initiative: Initiative) -> bool:
    places = {one.municipality_id for one in initiative.places}
    return is_administrator(user) or bool(councils_of(user) & places)


def may_judge(user: User | None, comment: Comment, initiative: Initiative) -> bool:
    """Nobody judges what they wrote themselves."""
    return may_moderate(user, initiative) and not is_writer(user, comment)


may_lead = may_moderate  # the level of participation, and listening mode
