"""The pages of the initiatives room: reading, writing, supporting."""

from __future__ import annotations

from civic.initiatives.routes import attachments as attachment_pages
from civic.initiatives.routes import clock as clock_pages
from civic.initiatives.routes import clusters as cluster_pages
from civic.initiatives.routes import consent as consent_pages
from civic.initiatives.routes import (
    council,
    desk_care,
    desk_stops,
    fraud,
    ledger_account,
    open_data,
    read,
    sample,
    seen,
    sheets,
    sheets_print,
    supports,
    talk_moderation,
    write,
)
from civic.initiatives.routes import desk as desk_pages
from civic.initiatives.routes import doors as door_pages
from civic.initiatives.routes import follow as follow_pages
from civic.initiatives.routes import joining as joining_pages
from civic.initiatives.routes import kinds as kind_pages
from civic.initiatives.routes import merge as merge_pages
from civic.initiatives.routes import people as people_pages
from civic.initiatives.routes import privacy as privacy_pages
from civic.initiatives.routes import similar as similar_pages
from civic.initiatives.routes import talk as talk_pages
from civic.initiatives.routes import tilemap as tilemap_pages
from civic.initiatives.routes.house import bp
from civic.initiatives.service import privacy_data

BLUEPRINTS = (bp,)

__all__ = [
    "BLUEPRINTS",
    "attachment_pages",
    "clock_pages",
    "cluster_pages",
    "consent_pages",
    "council",
    "desk_care",
    "desk_pages",
    "desk_stops",
    "door_pages",
    "follow_pages",
    "fraud",
    "joining_pages",
    "kind_pages",
    "ledger_account",
    "merge_pages",
    "open_data",
    "people_pages",
    "privacy_data",
    "privacy_pages",
    "read",
    "sample",
    "seen",
    "sheets",
    "sheets_print",
    "similar_pages",
    "supports",
    "talk_moderation",
    "talk_pages",
    "tilemap_pages",
    "write",
]
