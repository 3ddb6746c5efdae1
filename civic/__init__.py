"""The application factory. Nothing heavy is imported here: `civic.sortition` must work without Flask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Read settings, start the extensions, register the features. Raises `SettingsError`."""
    from civic.factory import build

    return build(config)
