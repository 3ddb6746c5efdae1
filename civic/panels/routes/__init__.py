"""The pages of the panels."""

from __future__ import annotations

from civic.panels.routes import draws, files, panels
from civic.panels.routes.blueprint import bp

BLUEPRINTS = (bp,)
__all__ = ["BLUEPRINTS", "draws", "files", "panels"]
