"""What a sample says, in one sentence that a council member understands."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from civic.initiatives.models import InitiativePlace, SupportSample


@dataclass(frozen=True)
class Outcome:
    """`kind` is that of a notice."""

    kind: str
    sentence: str
    conclusion: str


def outcome_of(sample: SupportSample, place: InitiativePlace) -> Outcome | None:
    """None as long as there is none."""
    if sample.low is None or sample.high is None:
        return None
    kind, conclusion = _conclusion(sample.low, sample.high, place.threshold or 0)
    return Outcome(kind, _sentence(sample, sample.low, sample.high), conclusion)


def _sentence(sample: SupportSample, low: int, high: int) -> str:
    numbers = {
        name: format_decimal(value)
        for name, value in (("low", low), ("high", high), ("all", sample.population))
    }
    if low == high:
        return str(_("Van de %(all)s steunbetuigingen zijn er %(low)s geldig.", **numbers))
    return str(
        _(
            "Tussen %(low)s en %(high)s van de %(all)s steunbetuigingen zijn geldig. "
            "Dat is 95 procent zeker.",
            **numbers,
        )
    )


def _conclusion(low: int, high: int, threshold: int) -> tuple[str, str]:
    needed = format_decimal(threshold)
    if low >= threshold:
        return "positive", str(_("Dus genoeg: er zijn er %(needed)s nodig.", needed=needed))
    if high < threshold:
        return "negative", str(_("Dus te weinig: er zijn er %(needed)s nodig.", needed=needed))
    return "warning", str(
        _("Of het genoeg is, weten we nog niet: er zijn er %(needed)s nodig. Bekijk er meer.", needed=needed)
    )
