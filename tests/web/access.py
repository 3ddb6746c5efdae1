"""Who may reach the pages that belong to no feature: everybody."""

from __future__ import annotations

from tests.access import EVERYBODY, Case
from tests.web import site

FOR_MACHINES = frozenset({"pages.health", "pages.theme", "static"})


ARGUMENTS = {"static": {"filename": "css/civic.css"}, "pages.theme": {"slug": "flevoland"}}


def build() -> dict[str, Case]:
    own = [endpoint for endpoint in site.endpoints() if endpoint.startswith("pages.") or endpoint == "static"]
    return {
        endpoint: Case(EVERYBODY, args=ARGUMENTS.get(endpoint, {}), is_page=endpoint not in FOR_MACHINES)
        for endpoint in own
    }
