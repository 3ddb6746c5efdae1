"""Names that can be columns and cells of the files of a draw, and read aloud on a form."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

# columns of the files of a draw (docs/loting.md); a feature of that name would hide them
RESERVED = frozenset(
    {"id", "geleding", "gemeente", "adres", "postcode", "huisnummer", "category", "feature", "min", "max"}
)
# answers that the files of a draw use themselves: not asked, and would not say
RESERVED_VALUES = frozenset({"n.v.t.", "niet bekend"})
MOST_CONSTITUENCIES, MOST_SOURCES = 8, 6
MOST_FEATURES, MOST_VALUES = 12, 20


def squeezed(text: str | None) -> str:
    """One spelling for what looks the same: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def name_error(text: str) -> str | None:
    """Why this cannot be a name. A spreadsheet takes "=…" and "@…" for a formula; "|" separates names."""
    if not any(sign.isalnum() for sign in text):
        return str(_("Gebruik in de naam ook letters of cijfers."))
    if text[0] in "=@+-'" or "|" in text:
        return str(_("Begin een naam met een letter of cijfer, en gebruik geen “|”."))
    if any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in text):
        return str(_("In de naam staat een onzichtbaar teken. Typ de naam opnieuw."))
    return None


def is_reserved(name: str) -> bool:
    return name.casefold() in RESERVED


def is_reserved_value(value: str) -> bool:
    return value.casefold() in RESERVED_VALUES
