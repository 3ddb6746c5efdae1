"""Files that belong to nothing any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.files.service import sweep
from civic.jobs import Job

UNDER_WAY = 3600  # seconds: a file is written before its row is committed


def sweep_files(at: datetime) -> dict[str, Any]:
    return {"removed": sweep(at, UNDER_WAY)}


JOBS = (Job("sweep_files", 3600, sweep_files),)
