"""The pages: what anyone reads, reporting and following, and the work of the team."""

from __future__ import annotations

from civic.aanjaagteam import my_data
from civic.aanjaagteam.routes import moves, public, reporter, team
from civic.aanjaagteam.routes.shared import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "moves", "my_data", "public", "reporter", "team"]
