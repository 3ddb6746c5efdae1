"""Who may reach which endpoint of the jobs."""

from __future__ import annotations

from tests.access import ADMINISTRATOR, AUDITOR, Case


def build() -> dict[str, Case]:
    return {"jobs.status": Case(frozenset({ADMINISTRATOR, AUDITOR}))}
