"""The mail goes out every two seconds."""

from __future__ import annotations

from civic.jobs import Job
from civic.mail.delivery import deliver

JOBS = (Job("deliver_mail", 2, deliver, owns_transactions=True),)
