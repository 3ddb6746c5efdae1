"""Reading the two files of a panel: everything that is wrong with them at once, or what is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

# the solver is heavy: the web process loads it when somebody uploads, not when it starts
# what may be short at upload is shown as a warning there, and refused when a draw is asked for
SUPPLY = frozenset({"quota_short", "feature_short"})
NO_TEXT = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0": "zip",
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
}


@dataclass(frozen=True)
class Reading:
    """What is in the files, or the sentences about what is wrong; never both."""

    errors: list[str] = field(default_factory=list)
    registrants: int = 0
    features: list[dict[str, Any]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Counts per value, for the database: no person, and no combination of answers."""
        return {"features": self.features}


def read(categories: bytes, respondents: bytes, size: int) -> Reading:
    """Read both files for a panel of `size` seats; a shortage of people is no error here."""
    errors = [*_not_text("categories.csv", categories), *_not_text("respondents.csv", respondents)]
    if errors:
        return Reading(errors=errors)
    raise NotImplementedError


def _not_text(name: str, content: bytes) -> list[str]:
    kind = next((kind for start, kind in NO_TEXT.items() if content.startswith(start)), None)
    if kind == "zip":
        return [_("%(file)s is een zip- of Excel-bestand. Sla het op als CSV.", file=name)]
    if kind is not None or b"\0" in content:
        return [_("%(file)s is geen tekstbestand. Sla het op als CSV.", file=name)]
    if not content.strip():
        return [_("%(file)s is leeg.", file=name)]
    return []
