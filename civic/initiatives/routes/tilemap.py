"""The region as a map of tiles, with the same numbers as a table."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from civic.initiatives.presentation.tilemap import TileMap, tile_map
from civic.initiatives.queries.tilemap import counts_per_place
from civic.initiatives.routes.house import bp
from civic.pagecache import shared
from civic.web import public


def region_map() -> TileMap:
    """Also for the list: one statement."""
    return tile_map(counts_per_place())


@bp.get("/initiatieven/kaart")
@public
@shared
def map_of_region() -> ResponseReturnValue:
    return render_template("initiatives/tilemap/index.html", map=region_map())
