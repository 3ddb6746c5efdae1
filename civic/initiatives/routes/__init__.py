"""The pages of the initiatives room: reading, writing, supporting."""

from __future__ import annotations

from civic.initiatives.routes import read, supports, write
from civic.initiatives.routes.house import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "read", "supports", "write"]
