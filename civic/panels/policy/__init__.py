"""Who may do what with panels and draws."""

from __future__ import annotations

from typing import Any

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.panels.models import Draw, Panel
from civic.panels.states import DRAW_ROLES, DRAW_TRANSITIONS, DrawAction, DrawState, PanelState, Stage


def may_manage(user: User | None, panel: Panel | None = None) -> bool:
    """Lottery administrators of the whole region: a panel is regional, so a grant for one place is no use."""
    return _is_administrator(user)


def may_see(user: User | None, panel: Panel) -> bool:
    """Everybody, once there is a public mandate or a file that was drawn from."""
    is_public = panel.state is not PanelState.DRAFT or panel.stage is not Stage.MANDATE
    return is_public or _is_administrator(user)


def may_upload(user: User | None, panel: Panel) -> bool:
    return _is_administrator(user)


def may_delete_files(user: User | None, panel: Panel) -> bool:
    return _is_administrator(user) and panel.state is PanelState.READY


def may_request_draw(user: User | None, panel: Panel) -> bool:
    return _is_administrator(user)


def may_cancel(user: User | None, draw: Draw) -> bool:
    return _has_role(user, DRAW_ROLES.get((draw.state, DrawAction.CANCEL), _CANCELLERS))


def may_read_members(user: User | None, draw: Draw) -> bool:
    """Names nobody: ids and answers of the drawn, and the groups that had no chance."""
    return _is_administrator(user)


def can_cancel(draw: Draw) -> bool:
    return (draw.state, DrawAction.CANCEL) in DRAW_TRANSITIONS


def has_members(draw: Draw) -> bool:
    return draw.state is DrawState.DONE and draw.members_deleted_at is None


def _is_administrator(user: User | None) -> bool:
    return _has_role(user, _ADMINISTRATORS)


def _has_role(user: User | None, roles: Any) -> bool:
    return user is not None and any(
        grant.role in roles and grant.municipality_id is None for grant in user.grants
    )


_ADMINISTRATORS = frozenset({Role.LOTTERY_ADMINISTRATOR})
# cancelling an ended draw answers 409 to those who could cancel, not 403
_CANCELLERS = _ADMINISTRATORS
