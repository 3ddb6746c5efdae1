"""The pages of the panels. Residents register under an address of their own: `/meedoen`."""

from __future__ import annotations

from civic.panels.routes import (
    composition,
    draws,
    draws_public,
    draws_public_hall,
    draws_public_own,
    files,
    freeze,
    invitations,
    letters,
    mandate,
    panels,
    pool,
    preparation,
    public_draws,
    public_draws_after,
    public_draws_files,
    registrations,
    seats,
)
from civic.panels.routes.blueprint import bp, registration_bp
from civic.panels.service import my_data

BLUEPRINTS = (bp, registration_bp)
__all__ = [
    "BLUEPRINTS",
    "composition",
    "draws",
    "draws_public",
    "draws_public_hall",
    "draws_public_own",
    "files",
    "freeze",
    "invitations",
    "letters",
    "mandate",
    "my_data",
    "panels",
    "pool",
    "preparation",
    "public_draws",
    "public_draws_after",
    "public_draws_files",
    "registrations",
    "seats",
]
