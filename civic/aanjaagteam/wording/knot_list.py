"""The words of the list of knots, and what stands in its address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.queries.knot_list import Carried, Holds, Mended

HOLDS: dict[Holds, Any] = {
    Holds.HOLDS: _l("Geldt"),
    Holds.ENDS_SOON: _l("Bijna verlopen"),
    Holds.EXPIRED: _l("Verlopen"),
    Holds.REPLACED: _l("Vervangen"),
}
CARRIED: dict[Carried, Any] = {
    Carried.NOT_LOOKED: _l("Nog niet gecontroleerd"),
    Carried.DONE: _l("Gedaan"),
    Carried.NOT_DONE: _l("Niet gedaan"),
}
MENDED: dict[Mended, Any] = {
    Mended.MENDED: _l("Hersteld"),
    Mended.FOLLOWS: _l("Volgt"),
    Mended.LATE: _l("Te laat"),
    Mended.NOT_NEEDED: _l("Niet nodig"),
}
KINDS: dict[Any, str] = {
    Holds.HOLDS: "positive",
    Holds.ENDS_SOON: "warning",
    Holds.EXPIRED: "negative",
    Holds.REPLACED: "neutral",
    Carried.NOT_LOOKED: "neutral",
    Carried.DONE: "positive",
    Carried.NOT_DONE: "negative",
    Mended.MENDED: "positive",
    Mended.FOLLOWS: "info",
    Mended.LATE: "negative",
    Mended.NOT_NEEDED: "neutral",
}
HOLDS_SLUGS = {
    "geldt": Holds.HOLDS,
    "bijna-verlopen": Holds.ENDS_SOON,
    "verlopen": Holds.EXPIRED,
    "vervangen": Holds.REPLACED,
}
CARRIED_SLUGS = {
    "niet-gecontroleerd": Carried.NOT_LOOKED,
    "gedaan": Carried.DONE,
    "niet-gedaan": Carried.NOT_DONE,
}
MENDED_SLUGS = {
    "hersteld": Mended.MENDED,
    "volgt": Mended.FOLLOWS,
    "te-laat": Mended.LATE,
    "niet-nodig": Mended.NOT_NEEDED,
}
