"""Telling the reporter, if an address was left, and whoever is stuck on the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service.me_too import tell_followers
from civic.links import absolute
from civic.mail.service import Letter, queue


def state_sentence(report: Report) -> str:
    return str(wording.STATE_SENTENCES[report.state])


def tell(report: Report, template: str, at: datetime, **context: Any) -> None:
    """Of a step: a mail to the reporter, and one to each who is stuck on the same."""
    tell_followers(report, template, at, context)
    tell_reporter(report, template, at, **context)


def tell_reporter(report: Report, template: str, at: datetime, **context: Any) -> None:
    """Queue a mail to the reporter alone, if an address was left."""
    address = report.contact
    if not address:
        return
    key = f"{template}:{report.id}:{report.revision}"
    facts = {"report": report, "follow_url": absolute("aanjaagteam.follow"), **context}
    queue(Letter(address, template, key, facts), at=at)
