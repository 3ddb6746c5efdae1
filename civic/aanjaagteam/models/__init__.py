"""The tables of the aanjaagteam. Importing this package makes all of them known."""

from __future__ import annotations

from civic.aanjaagteam.models.clusters import ReportClusterItem, ReportFollower
from civic.aanjaagteam.models.core import (
    LINE_LENGTH,
    STORY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Decision,
    InternalNote,
    Report,
)
from civic.aanjaagteam.models.retention import RETENTION
from civic.aanjaagteam.models.units import Unit, UnitMember
from civic.aanjaagteam.models.waits import Incentive, ReportWait

__all__ = [
    "LINE_LENGTH",
    "RETENTION",
    "STORY_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Decision",
    "Incentive",
    "InternalNote",
    "Report",
    "ReportClusterItem",
    "ReportFollower",
    "ReportWait",
    "Unit",
    "UnitMember",
]
