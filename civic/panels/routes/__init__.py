"""The pages of the panels. Residents register under an address of their own: `/meedoen`."""

from __future__ import annotations

from civic.panels.routes import (
    composition,
    draws,
    files,
    freeze,
    invitations,
    letters,
    mandate,
    panels,
    pool,
    preparation,
    registrations,
)
from civic.panels.routes.blueprint import bp, registration_bp

BLUEPRINTS = (bp, registration_bp)
__all__ = [
    "BLUEPRINTS",
    "composition",
    "draws",
    "files",
    "freeze",
    "invitations",
    "letters",
    "mandate",
    "panels",
    "pool",
    "preparation",
    "registrations",
]
