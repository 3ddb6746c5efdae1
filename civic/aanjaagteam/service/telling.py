"""Telling the reporter, if an address was left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import Report
from civic.links import absolute
from civic.mail.service import Letter, queue


def state_sentence(report: Report) -> str:
    return str(wording.STATE_SENTENCES[report.state])


def tell(report: Report, template: str, at: datetime, **context: Any) -> None:
    """Queue a mail to the reporter, if an address was left."""
    address = report.contact
    if not address:
        return
    key = f"{template}:{report.id}:{report.revision}"
    facts = {"report": report, "follow_url": absolute("aanjaagteam.follow"), **context}
    queue(Letter(address, template, key, facts), at=at)
