"""The links on "Mijn pagina". A feature appends (label, endpoint) when its routes are imported."""

from __future__ import annotations

from typing import Any

from flask import current_app

LazyString = Any  # flask_babel's lazy string, or a plain one

MY_SECTIONS: list[tuple[LazyString, str]] = []


def my_sections() -> list[tuple[LazyString, str]]:
    return [(label, endpoint) for label, endpoint in MY_SECTIONS if endpoint in current_app.view_functions]
