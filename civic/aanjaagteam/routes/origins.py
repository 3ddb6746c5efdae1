"""From any page to the form in one click: the link says where somebody was, and never who."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from civic.aanjaagteam.queries.intake import origin_title
from civic.aanjaagteam.routes.shared import bp
from civic.aanjaagteam.states.intake import Origin, OriginType, origin_from
from civic.aanjaagteam.wording.intake import PAGES


def origin_name(origin: Origin) -> str:
    """What anyone may read of it: a title, or the name of a page; "" for what is not public."""
    if origin.kind is OriginType.PAGE:
        return str(PAGES.get(origin.id, ""))
    return origin_title(origin)


def origin_url(origin: Origin) -> str:
    if origin.kind is OriginType.PAGE:
        return request.script_root + origin.link
    if origin.kind is OriginType.PANEL:
        return url_for("panels.show", panel_id=origin.id)
    return url_for("initiatives.show", initiative_id=origin.id)


def stuck_url() -> str:
    """For the foot of every page: the form, with this page if it is one that everybody can see."""
    return url_for("aanjaagteam.start", van=_here() or None)


def _here() -> str:
    """An address with a secret, a search or a person in it never stands in the link."""
    places = request.view_args or {}
    if "initiative_id" in places:
        return f"initiatief-{places['initiative_id']}"
    if "panel_id" in places:
        return f"panel-{places['panel_id']}"
    known = origin_from(request.path)
    return known.link if known and known.kind is OriginType.PAGE else ""


@bp.app_context_processor
def _stuck() -> dict[str, Any]:
    return {"stuck_url": stuck_url}
