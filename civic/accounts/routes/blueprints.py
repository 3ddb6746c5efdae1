"""The two blueprints of this room, and where to go after signing in."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from civic.web import safe_target

bp = Blueprint("accounts", __name__)
admin_bp = Blueprint("admin", __name__, url_prefix="/beheer")


def target() -> str | None:
    """`?verder=` when it is a path on this site."""
    return safe_target(request.args.get("verder"))


def onward() -> str:
    return target() or url_for("accounts.mine")
