"""The filter of the queue in an address: reading it, and writing it down again with our own names only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from civic.aanjaagteam import wording
from civic.aanjaagteam.forms import clean_line, first_value, number_or_none
from civic.aanjaagteam.models.queue import VIEW_QUERY_LENGTH
from civic.aanjaagteam.queries.clusters import threshold
from civic.aanjaagteam.queries.team import QueueFilter
from civic.aanjaagteam.states import OPEN, Channel, State
from civic.aanjaagteam.states.facts import Cause, ReportKind, WaitKind
from civic.aanjaagteam.wording.queue import LAYOUTS, SORTS

SEARCH_LENGTH = 100
OWNERS = {"ik": "mine", "niemand": "nobody"}
WAITS = {"iemand": "any", "niemand": "none", **{kind.value: kind.value for kind in WaitKind}}
LARGEST_WEIGHT = 9999


@dataclass(frozen=True)
class Wanted:
    """What was asked for: the filter, how it is shown, and the same as parts of an address."""

    filter: QueueFilter
    layout: str
    given: dict[str, Any]  # texts; `url_for` wants them loosely typed

    @property
    def query(self) -> str:
        return urlencode(self.given)[:VIEW_QUERY_LENGTH]


def read(args: Mapping[str, str]) -> Wanted:
    """Anything that is no filter of ours is left out."""
    given: dict[str, Any] = {name: value for name, value in _cleaned(args).items() if value}
    layout = given.get("weergave", "lijst")
    wanted = QueueFilter(
        states=_states(given.get("status", "")),
        owner=OWNERS.get(given.get("wie", ""), ""),
        colleague_id=number_or_none(given.get("wie")),
        municipality_id=number_or_none(given.get("gemeente")),
        unit_id=number_or_none(given.get("afdeling")),
        kind=first_value(ReportKind, given.get("soort")),
        cause=first_value(Cause, given.get("oorzaak")),
        waits=WAITS.get(given.get("wacht-op", ""), ""),
        channel=first_value(Channel, given.get("kanaal")),
        weight_from=number_or_none(given.get("gewicht")),
        pattern_from=threshold() if "patroon" in given else None,
        decide_now="nu" in given,
        is_late="te-laat" in given,
        text=given.get("zoek", ""),
        sort=given.get("volgorde", "wacht"),
    )
    return Wanted(_for_layout(wanted, layout), layout, given)


def _for_layout(wanted: QueueFilter, layout: str) -> QueueFilter:
    return replace(wanted, has_due=True, sort="vervalt") if layout == "vervalt" else wanted


def _cleaned(args: Mapping[str, str]) -> dict[str, str]:
    weight = number_or_none(args.get("gewicht")) or 0
    return {
        "weergave": _one_of(args.get("weergave"), set(LAYOUTS) - {"lijst"}),
        "status": _one_of(args.get("status"), {*wording.SLUGS, "alles"}),
        "wie": _one_of(args.get("wie"), set(OWNERS)) or _number(args.get("wie")),
        "gemeente": _number(args.get("gemeente")),
        "afdeling": _number(args.get("afdeling")),
        "soort": _one_of(args.get("soort"), {kind.value for kind in ReportKind}),
        "oorzaak": _one_of(args.get("oorzaak"), {cause.value for cause in Cause}),
        "wacht-op": _one_of(args.get("wacht-op"), set(WAITS)),
        "kanaal": _one_of(args.get("kanaal"), {channel.value for channel in Channel}),
        "gewicht": str(weight) if 1 < weight <= LARGEST_WEIGHT else "",
        "patroon": "ja" if "patroon" in args else "",
        "nu": "ja" if "nu" in args else "",
        "te-laat": "ja" if "te-laat" in args else "",
        "zoek": clean_line(args.get("zoek"))[:SEARCH_LENGTH],
        "volgorde": _one_of(args.get("volgorde"), set(SORTS) - {"wacht"}),
    }


def _one_of(text: str | None, known: set[str]) -> str:
    return text if text is not None and text in known else ""


def _number(text: str | None) -> str:
    number = number_or_none(text)
    return "" if number is None else str(number)


def _states(slug: str) -> tuple[State, ...]:
    if slug == "alles":
        return tuple(State)
    state = wording.SLUGS.get(slug)
    return (state,) if state else OPEN
