"""The tables where a report is talked about."""

from __future__ import annotations

import enum


class TableBody(enum.Enum):
    MANAGEMENT = "management"
    DIRECTORATE = "directorate"
    COLLEGE = "college"
    COUNCIL = "council"


class TableResult(enum.Enum):
    DISCUSSED = "discussed"
    POSTPONED = "postponed"  # it was on the agenda, but nobody got to it
