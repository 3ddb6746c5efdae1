"""The pages of the initiatives room: reading, writing, supporting."""

from __future__ import annotations

from civic.initiatives.routes import council, open_data, read, seen, supports, write
from civic.initiatives.routes.house import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "council", "open_data", "read", "seen", "supports", "write"]
