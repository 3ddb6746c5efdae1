"""What of a report on the site can be found by its words: title and process, which an official wrote.

The process is only looked in, never shown: nobody reads it but the team.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.intake import public_words
from civic.search import service as search


def keep_findable(report: Report, at: datetime) -> None:
    """Never what the reporter told."""
    if report.is_public:
        search.put(report, report.public_title, report.process_guess, at=at)
    else:
        search.remove(report)


def public_texts() -> Iterator[search.Text]:
    """Everything there is to find, for `flask search rebuild`."""
    for number, title, process in public_words():
        yield search.Text(number, title, process)


search.register(Report.__tablename__, public_texts)
