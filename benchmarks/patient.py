"""The site whose limit on reports from one address never refuses: a crowd comes from one machine here.

The use is counted all the same, as on a real site.
"""

from __future__ import annotations

from civic import create_app
from civic.aanjaagteam.routes import intake
from civic.limits import Limit

intake.REPORT_LIMIT = Limit("report", 2**31 - 1, intake.TEN_MINUTES)
app = create_app()
