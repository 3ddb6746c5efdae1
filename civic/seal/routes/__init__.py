"""The pages, the files and the screens of the sealed log."""

from __future__ import annotations

from civic.seal.routes import files, manage, pages
from civic.seal.routes.house import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "files", "manage", "pages"]
