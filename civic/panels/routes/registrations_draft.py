"""The form somebody is filling in: kept in their own cookie, sealed, nowhere else until it is sent."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from flask import session

from civic.crypto import CannotOpen, key_ring
from civic.panels.forms.registrations import Part, Parts

DRAFT, RECEIPT = "registration_draft", "registration_receipt"
# WCAG 2.2.1: a limit of more than twenty hours needs no warning
LASTS = timedelta(hours=24)
# a browser drops a cookie of more than 4096 bytes; sealing adds a third, signing a little
MOST_LETTERS = 2700


@dataclass
class Draft:
    """`code_id` with the code itself, or the entrance (source and municipality) for who has no letter.

    `done` are the pages that were answered well; the others hold what was typed so far.
    """

    panel_id: int
    started_at: str
    code_id: int | None = None
    code: str = ""
    source_id: int | None = None
    municipality_id: int | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    parts: Parts = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    @property
    def by_letter(self) -> bool:
        return self.code_id is not None

    def answer(self, part: str, content: Part) -> None:
        self.parts[part] = content
        self.done = [*(one for one in self.done if one != part), part]

    def remember(self, part: str, content: Part) -> None:
        """Typed but not judged yet."""
        self.parts[part] = content
        self.done = [one for one in self.done if one != part]


def begin(draft: Draft) -> None:
    """A new form; somebody who scans the same letter again goes on where they were."""
    held = current(datetime.fromisoformat(draft.started_at))
    if held is None or _door(held) != _door(draft):
        keep(draft)


def _door(draft: Draft) -> tuple[int | None, ...]:
    return (draft.panel_id, draft.code_id, draft.source_id, draft.municipality_id)


def keep(draft: Draft) -> bool:
    """False when it does not fit in a cookie; then what was kept before stays."""
    text = json.dumps(asdict(draft), ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MOST_LETTERS:
        return False
    session[DRAFT] = key_ring().seal(text, _binding(DRAFT))
    return True


def current(at: datetime) -> Draft | None:
    text = _opened(DRAFT)
    if text is None:
        return None
    try:
        draft = Draft(**json.loads(text))
    except (TypeError, ValueError):  # written by an older version of the site
        return None
    return draft if at - datetime.fromisoformat(draft.started_at) < LASTS else None


def drop() -> None:
    session.pop(DRAFT, None)


def keep_receipt(token: str) -> None:
    """The receipt can be shown without the token in the address: other people may see this screen."""
    session[RECEIPT] = key_ring().seal(token, _binding(RECEIPT))


def receipt() -> str | None:
    return _opened(RECEIPT)


def drop_receipt() -> None:
    session.pop(RECEIPT, None)


def _opened(name: str) -> str | None:
    value = session.get(name)
    if not isinstance(value, str):
        return None
    try:
        return key_ring().open(value, _binding(name))
    except CannotOpen:
        return None


def _binding(name: str) -> str:
    return f"session:{name}"
