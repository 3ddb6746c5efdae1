"""What of a report can be found by its words: the title that an official wrote, while it is on the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Report
from civic.search import service as search


def keep_findable(report: Report, at: datetime) -> None:
    """Never what the reporter told."""
    if report.is_public:
        search.put(report, report.public_title, "", at=at)
    else:
        search.remove(report)


def public_texts() -> Iterator[search.Text]:
    """Everything there is to find, for `flask search rebuild`."""
    for number, title in queries.public_titles():
        yield search.Text(number, title, "")


search.register(Report.__tablename__, public_texts)
