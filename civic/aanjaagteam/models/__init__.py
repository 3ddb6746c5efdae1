"""The tables of the aanjaagteam. Importing this package makes all of them known."""

from __future__ import annotations

from civic.aanjaagteam.models.core import (
    LINE_LENGTH,
    RETENTION,
    STORY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Decision,
    InternalNote,
    Report,
)

__all__ = [
    "LINE_LENGTH",
    "RETENTION",
    "STORY_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Decision",
    "InternalNote",
    "Report",
]
