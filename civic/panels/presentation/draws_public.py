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
from civic.panels.presentation import public_draws as staff
from civic.panels.service.draws_public import Steps
from civic.panels.service.pool_files import BY_LOT, NOMINATED, NOT_ASKED
from civic.panels.states import HOUSE_VOID_CODES, DrawPurpose

LazyString = Any  # flask_babel's lazy string
GROUP = 4  # signs that are read aloud in one breath

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DEFAULT = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
CHAINS = {QUICKNET: "drand quicknet", DEFAULT: "drand default"}

NAMES: dict[DrawPurpose, LazyString] = {
    DrawPurpose.PANEL: _l("Loting %(number)s"),
    DrawPurpose.REPLACEMENT: _l("Naloting %(number)s"),
}
PURPOSES: dict[DrawPurpose, LazyString] = {
    DrawPurpose.PANEL: _l("Deze loting kiest wie er in het panel komen."),
    DrawPurpose.REPLACEMENT: _l("Deze loting vult lege plaatsen. Wie al meedoet, blijft in het panel."),
}
VOID_RULES: dict[str, LazyString] = {
    "fout-in-het-lotingsgetal": _l("Er zit een fout in het lotingsgetal."),
    "fout-in-de-lijst-met-aanmeldingen": _l("Er zit een fout in de lijst met aanmeldingen."),
    "lotingsgetal-bleef-uit": _l("Het lotingsgetal is er na een week nog niet."),
    "uitslag-afgekeurd": _l("Het controleprogramma keurt de uitslag af, bij iedereen die narekent."),
    "te-weinig-getuigen": _l("Te weinig getuigen tekenen een dag vooraf. Daar is geen besluit voor nodig."),
    "lotingsgetal-kwam-toch": _l(
        "Het reservegetal telde, en toch komt het eerste getal nog. Daar is geen besluit voor nodig."
    ),
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
NOMINATED_ONE = "nominated"  # beside the codes of the service: why somebody is in all panels, or in none
KEPT: dict[str, LazyString] = {
    NOMINATED_ONE: _l("U bent voorgedragen door een organisatie. Daarom zit u in elk panel, zonder loting."),
    "sits": _l("U had al een plaats in het panel. Die houdt u. Daarom zit u in elk panel."),
    "invited": _l("U was al geloot en mag nog antwoorden. Daarom zit u in elk panel."),
}
SITS = frozenset({"sits", "invited"})
NO_CHANCE: dict[str, LazyString] = {
    "declined": _l("U zei dat u niet meedoet. Daarom zit u in geen van de panels."),
    "lapsed": _l("Wij hoorden niet op tijd van u. Daarom zit u in geen van de panels."),
    "left": _l("U bent gestopt met dit panel. Daarom zit u in geen van de panels."),
    "no_reserve": _l("U wilde niet op de reservelijst. Daarom zit u in geen van de panels."),
    "withdrawn": _l("U trok uw aanmelding in. Daarom zit u in geen van de panels."),
    "removed": _l("Uw aanmelding deed niet meer mee. Daarom zit u in geen van de panels."),
    "excluded": _l("U deed in deze loting niet meer mee. Daarom zit u in geen van de panels."),
}
badge_of, end_text = staff.badge_of, staff.end_text  # a draw is called the same for everybody
SOURCES: dict[str, LazyString] = {
    "relay": _l("automatisch opgehaald"),
    "form": _l("door iemand ingevuld op deze site, en daarna gecontroleerd"),
    "practice": _l("van de oefenketen"),
}


def name_of(draw: PublicDraw) -> str:
    """ "Loting 1", also in a sentence; a rehearsal has numbers of its own."""
    if draw.is_rehearsal:
        return str(_("Oefenloting %(number)s", number=draw.sequence))
    return str(NAMES[draw.purpose]) % {"number": draw.sequence}


def is_practice(draw: PublicDraw) -> bool:
    """On the practice chain, whose numbers everybody can know: a rehearsal, or a demonstration."""
    return draw.identifier.startswith("oefenloting-")


def is_demonstration(draw: PublicDraw) -> bool:
    """A site that shows how it goes: the draw has all its effects, only its number is for practice."""
    return is_practice(draw) and not draw.is_rehearsal


def practice_name(draw: PublicDraw) -> str:
    """On the badge of a draw with a number for practice."""
    if draw.is_rehearsal:
        return str(_("Oefenloting: niemand wordt gekozen"))
    return str(_("Demonstratie met een oefengetal"))


def purpose_text(draw: PublicDraw) -> str:
    if draw.is_rehearsal:
        return str(_("Hiermee oefenen wij de dag van de loting. Niemand wordt gekozen."))
    return str(PURPOSES[draw.purpose])


def in_groups(text: str, size: int = GROUP) -> list[str]:
    """A hash in groups that one person reads aloud while others follow."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def chain_name(chain: str) -> str:
    return CHAINS.get(chain) or str(_("de oefenketen"))


def void_text(code: str) -> str:
    """Why a draw ended, said afterwards."""
    return str(staff.ENDS.get(code, code))


def rule_text(code: str) -> str:
    """When a draw is void, as a rule: said before anything happened."""
    return str(VOID_RULES.get(code, code))


def is_decided(code: str | None) -> bool:
    """A griffier declared it void; otherwise it followed from the rules by itself."""
    return code not in HOUSE_VOID_CODES


def file_text(name: str) -> str:
    return str(FILE_WORDS.get(name, ""))


def source_text(draw: PublicDraw) -> str:
    return str(SOURCES.get(draw.signature_source or "", ""))


# --- for one registrant ----------------------------------------------------------------------------------


def why_kept(code: str) -> str:
    """Why somebody is in every panel without being drawn; empty for who is drawn by lot."""
    return str(KEPT.get(code, ""))


def why_no_chance(code: str) -> str:
    if code in NO_CHANCE:
        return str(NO_CHANCE[code])
    return str(
        _(
            "U zit in geen van de panels. Uw antwoorden passen niet in de plaatsen die er waren. "
            "Of iemand op uw adres heeft al een plaats."
        )
    )


# --- words for files to take along ------------------------------------------------------------------------


def kind_word(draw: PublicDraw) -> str:
    """In a column of a CSV, so that no figure of practice is taken for a real one."""
    if not is_practice(draw):
        return "loting"
    return "oefenloting" if draw.is_rehearsal else "demonstratie"


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


def nominated_in(manifest: Mapping[str, Any]) -> int:
    """How many people of the panel hold a seat because they were nominated: nobody draws them."""
    return sum(
        quota["min"]
        for quota in manifest["quotas"]
        if {value for _feature, value in quota["condition"]} == {NOMINATED}
    )


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
    word, zeros = _dotted(steps.word), steps.zeros
    told = _("Uit het lotingsgetal volgt dit getal:")
    if zeros is None:
        rest = _("Deel door %(panels)s. De rest is:", panels=_dotted(steps.panels))
        return [Sum(told, word), Sum(rest, _dotted(steps.rest)), *_ball_sums(steps)]
    head, tail = _split(word, zeros)
    rest = ngettext("Neem het laatste cijfer.", "Neem de laatste %(num)d cijfers.", zeros)
    return [Sum(told, head, tail), Sum(rest, f"{steps.rest:0{zeros}d}"), *_ball_sums(steps)]


def _dotted(number: int) -> str:
    """As a hall reads it: 10.626.807, in every language the same, so that everybody says the same digits."""
    return f"{number:,}".replace(",", ".")


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
    told = _("Tel het getal van de ballen erbij op: %(balls)s.", balls=steps.digits)
    found = [Sum(told, _dotted(steps.total))]
    if steps.is_round_again:
        text = _("Dat is te groot. Trek er %(panels)s van af.", panels=_dotted(steps.panels))
        found.append(Sum(text, _dotted(steps.index)))
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
