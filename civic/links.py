"""Addresses: absolute ones for mail, from the site's own URL and never from the Host header of a request; and
those of the pages that every page links to.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, has_request_context, request


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of a page; works in requests, jobs and commands alike."""
    site = urlsplit(current_app.config["SITE_URL"])
    adapter = current_app.url_map.bind(site.netloc, script_name=site.path or "/", url_scheme=site.scheme)
    return adapter.build(endpoint, values, force_external=True)


class Addresses:
    """`url_for` in templates. An address without values stays the same: the menu and the foot of a page have
    thirty, which take longer to build than the rest of them to write."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith(".") or not has_request_context():
            return self._app.url_for(endpoint, **values)
        key = (request.script_root, endpoint)
        if key not in self._known:
            self._known[key] = self._app.url_for(endpoint)
        return self._known[key]
