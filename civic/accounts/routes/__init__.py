"""The screens of signing in, "Mijn pagina" and /beheer."""

from __future__ import annotations

from civic.accounts.admin_links import ADMIN_LINKS
from civic.accounts.my_sections import MY_SECTIONS
from civic.accounts.routes import admin, demo, mine, my_data, roles, second_factor, sign_in
from civic.accounts.routes.blueprints import admin_bp, bp
from civic.accounts.wording import EVENT_KINDS, EVENT_TITLES
from civic.events.presentation import register_titles

BLUEPRINTS = (bp, admin_bp)

register_titles("user", EVENT_TITLES, EVENT_KINDS)

__all__ = [
    "ADMIN_LINKS",
    "BLUEPRINTS",
    "MY_SECTIONS",
    "admin",
    "demo",
    "mine",
    "my_data",
    "roles",
    "second_factor",
    "sign_in",
]
