"""What the log says of clusters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.links import absolute

events.register_subject(
    "cluster",
    _l("Groep mensen met dezelfde vraag"),
    lambda row: absolute("initiatives.cluster", cluster_id=row),
)
events.register_subject("cluster_member", _l("Iemand in een groep"))
events.register_titles(
    "cluster",
    {
        "make": _l("Groep gemaakt"),
        "add_item": _l("Iets erbij gezet"),
        "remove_item": _l("Iets eruit gehaald"),
        "invite": _l("%(asked)s mensen uitgenodigd"),
        "start": _l("De groep is begonnen"),
        "close": _l("De groep is gestopt"),
    },
    kinds={"start": "positive"},
)
events.register_titles(
    "cluster_member",
    {"join": _l("Zei ja"), "decline": _l("Zei nee"), "leave": _l("Ging uit de groep")},
)
