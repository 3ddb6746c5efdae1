"""Who may reach which endpoint of the event log."""

from __future__ import annotations

from tests.access import ADMINISTRATOR, AUDITOR, Case


def build() -> dict[str, Case]:
    allowed = frozenset({ADMINISTRATOR, AUDITOR})
    return {"events.history": Case(allowed), "events.history_csv": Case(allowed, is_page=False)}
