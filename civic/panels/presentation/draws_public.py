"""The words of a draw in public: what was fixed, what happened, how it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.panels.models.public_draws import PublicDraw
from civic.panels.presentation import Group, Row
from civic.panels.presentation.public_draws import ENDS
from civic.panels.service.draws_public import Steps
from civic.panels.service.pool_files import BY_LOT, NOMINATED, NOT_ASKED
from civic.panels.states import VOID_CODES, DrawPurpose, PublicDrawState

LazyString = Any  # flask_babel's lazy string
GROUP = 4  # signs that are read aloud in one breath

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DEFAULT = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
CHAINS = {QUICKNET: "drand quicknet", DEFAULT: "drand default"}

BADGES: dict[PublicDrawState, tuple[str, LazyString]] = {
    PublicDrawState.COMMITTED: ("info", _l("Vastgelegd, wacht op het lotingsgetal")),
    PublicDrawState.DRAWN: ("positive", _l("Geloot")),
    PublicDrawState.SUPERSEDED: ("warning", _l("Vervangen vóór het lotingsgetal")),
    PublicDrawState.VOIDED: ("negative", _l("Ongeldig verklaard")),
}
NAMES: dict[DrawPurpose, LazyString] = {
    DrawPurpose.PANEL: _l("Loting %(number)s"),
    DrawPurpose.REPLACEMENT: _l("Naloting %(number)s"),
    DrawPurpose.RESERVE: _l("Reserveloting %(number)s"),
}
PURPOSES: dict[DrawPurpose, LazyString] = {
    DrawPurpose.PANEL: _l("Deze loting kiest wie er in het panel komen."),
    DrawPurpose.REPLACEMENT: _l("Deze loting vult lege plaatsen. Wie al meedoet, blijft in het panel."),
    DrawPurpose.RESERVE: _l("Deze loting kiest vooraf wie er invalt als iemand stopt."),
}
FILE_WORDS: dict[str, LazyString] = {
    "manifest.json": _l("Alle regels en getallen die vooraf vastliggen"),
    "panels.txt": _l("Alle panels. Elke regel is een nummer en een code"),
    "README.md": _l("Uitleg bij deze bestanden"),
    "verify_draw.py": _l("Het programma waarmee u alles narekent"),
    "log.json": _l("Het bewijs uit het logboek, met de handtekeningen van getuigen"),
    "result.json": _l("De uitslag"),
    "SHA256SUMS": _l("De vingerafdruk van elk bestand"),
}
SOURCES: dict[str, LazyString] = {
    "relay": _l("automatisch opgehaald"),
    "form": _l("door iemand ingevuld op deze site, en daarna gecontroleerd"),
    "practice": _l("van de oefenketen"),
}


def badge_of(draw: PublicDraw) -> tuple[str, str]:
    kind, text = BADGES[draw.state]
    return kind, str(text)


def name_of(draw: PublicDraw) -> str:
    """ "Loting 1", also in a sentence; a rehearsal has numbers of its own."""
    if draw.is_rehearsal:
        return str(_("Oefenloting %(number)s", number=draw.sequence))
    return str(NAMES[draw.purpose]) % {"number": draw.sequence}


def is_practice(draw: PublicDraw) -> bool:
    """A rehearsal, or a draw on the practice chain (demo): it never counts."""
    return draw.identifier.startswith("oefenloting-")


def in_groups(text: str, size: int = GROUP) -> list[str]:
    """A hash in groups that one person reads aloud while others follow."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def chain_name(chain: str) -> str:
    return CHAINS.get(chain) or str(_("de oefenketen"))


def void_text(code: str) -> str:
    return str(ENDS.get(code, code))


def end_text(draw: PublicDraw) -> str:
    return void_text(draw.end_code or "")


def is_decided(code: str | None) -> bool:
    """A griffier declared it void; otherwise it followed from the rules by itself."""
    return code in VOID_CODES


def file_text(name: str) -> str:
    return str(FILE_WORDS.get(name, ""))


def source_text(draw: PublicDraw) -> str:
    return str(SOURCES.get(draw.signature_source or "", ""))


# --- quotas ----------------------------------------------------------------------------------------------


def quota_groups(manifest: Mapping[str, Any]) -> list[Group]:
    """The quotas of the manifest, per feature; who may see which is for the caller (`shown_groups`)."""
    found: dict[str, list[Row]] = {}
    for quota in manifest["quotas"]:
        if not _is_asked(quota):
            continue
        names = " + ".join(feature for feature, _value in quota["condition"])
        values = " + ".join(value for _feature, value in quota["condition"])
        if quota["constituencies"]:
            names = f"{names} ({', '.join(quota['constituencies'])})"
        found.setdefault(names, []).append(Row(values, quota["min"], quota["max"], None, None))
    return [Group(name, rows) for name, rows in found.items()]


def _is_asked(quota: Mapping[str, Any]) -> bool:
    """Some quotas are for the engine: who holds a seat, and the people that a feature is not about."""
    values = {value for _feature, value in quota["condition"]}
    is_left_over = NOT_ASKED in values and quota["min"] == quota["max"]
    return not is_left_over and not values <= {NOMINATED, BY_LOT}


# --- witnesses -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witness:
    """A witness of the manifest; `signed_at` None: not yet."""

    name: str
    key: str
    signed_at: datetime | None = None
    is_late: bool = False


def witnesses_of(manifest: Mapping[str, Any], record: Mapping[str, Any] | None, latest: int) -> list[Witness]:
    """Who promised to sign, and when they did; `latest` (seconds) is the last moment that counts."""
    times = {one["name"]: int(one["time"]) for one in (record or {}).get("signatures", [])}
    return [
        _witness(one["name"], one["key"], times.get(one["name"]), latest) for one in manifest["witnesses"]
    ]


def _witness(name: str, key: str, time: int | None, latest: int) -> Witness:
    if time is None:
        return Witness(name, key)
    return Witness(name, key, datetime.fromtimestamp(time, UTC), time > latest)


# --- in the hall -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """One step of the calculation: what is done, and what comes out in large."""

    text: str
    figure: str
    tail: str = ""  # the last signs of the figure, which go on to the next step


def sums_of(steps: Steps) -> list[Sum]:
    """The calculation as a hall can follow it."""
    word, zeros = f"{steps.word:,}".replace(",", "."), steps.zeros
    told = _("Uit het lotingsgetal volgt dit getal:")
    if zeros is None:
        rest = _("Deel door %(panels)s. De rest is:", panels=steps.panels)
        return [Sum(told, word), Sum(rest, str(steps.rest)), *_ball_sums(steps)]
    head, tail = _split(word, zeros)
    rest = ngettext("Neem het laatste cijfer.", "Neem de laatste %(num)d cijfers.", zeros)
    return [Sum(told, head, tail), Sum(rest, f"{steps.rest:0{zeros}d}"), *_ball_sums(steps)]


def _split(word: str, digits: int) -> tuple[str, str]:
    """A number with dots, cut so that the tail has so many digits."""
    place = len(word)
    while digits and place:
        place -= 1
        digits -= word[place].isdigit()
    return word[:place], word[place:]


def _ball_sums(steps: Steps) -> list[Sum]:
    if not steps.digits:
        return []
    found = [Sum(_("Tel het getal van de ballen erbij op: %(balls)s.", balls=steps.digits), str(steps.total))]
    if steps.is_round_again:
        text = _("Dat is te groot. Trek er %(panels)s van af.", panels=steps.panels)
        found.append(Sum(text, str(steps.index)))
    return found


def panel_number(index: int, panels: int) -> str:
    """With as many digits as the last panel has: 007 of 1,000."""
    return f"{index:0{len(str(panels - 1))}d}"


def size_text(size: int) -> str:
    """The size of a file as people say it."""
    pattern: Any = "#,##0.#"
    for unit, whole in (("MB", 1_000_000), ("kB", 1000)):
        if size >= whole:
            return f"{format_decimal(size / whole, pattern)} {unit}"
    return f"{format_decimal(size)} bytes"
