"""Domain errors carry a code; `civic.web` maps each to a page with one clear sentence."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something the rules of the house refuse. `code` is stable, `parameters` fill the sentence."""

    status = 400

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


class NotAllowedNow(DomainError):
    """The right person, but not in this state (or someone was first): 409."""

    status = 409


class TooMany(DomainError):
    """A limit was hit: 429."""

    status = 429


class Invalid(DomainError):
    """Input that the database rules refuse, per field: {field: [sentence, …]}."""

    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("invalid", errors=errors)
        self.errors = errors
