"""What of a report on the site can be found by its words: the title, which an official wrote for everybody.

Not the process that the team thinks it is about: whoever tries words would find out what only the team reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.public import public_titles
from civic.search import service as search


def keep_findable(report: Report, at: datetime) -> None:
    """Nothing that the public page does not show."""
    if report.is_public:
        search.put(report, report.public_title, "", at=at)
    else:
        search.remove(report)


def public_texts() -> Iterator[search.Text]:
    """Everything there is to find, for `flask search rebuild`."""
    for number, title in public_titles():
        yield search.Text(number, title, "")


search.register(Report.__tablename__, public_texts)
