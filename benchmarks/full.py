"""The site on a SQLite that may not grow past the pages in the file PAGES: a disk that is full."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from civic import create_app

LIMIT = Path(os.environ["PAGES"])


@event.listens_for(Pool, "checkout")
def _limit(connection: Any, _record: Any, _proxy: Any) -> None:
    """At every use: the disk gets room again while the site runs."""
    connection.execute(f"PRAGMA max_page_count = {int(LIMIT.read_text())}")


app = create_app()
