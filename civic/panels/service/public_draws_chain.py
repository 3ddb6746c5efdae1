"""Where the public number comes from: which chain, which round, when, and whether a signature is of it.

The engine's package brings a solver along, so it is loaded when somebody needs it, not when a web process
starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from civic.config import setting
from civic.errors import NotAllowedNow
from civic.panels.models import Panel, PublicDraw
from civic.panels.service.receipts import draw_name

HEX = re.compile(r"[0-9a-f]*")
PRACTICE_PREFIX = "oefenloting-"
FALLBACK_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Source:
    """A round that does not exist yet, and the one to use if its chain never makes it."""

    chain: str
    round: int
    round_at: datetime
    fallback_chain: str | None = None
    fallback_round: int | None = None


@dataclass(frozen=True)
class Signature:
    """What a chain gave in a round, or what somebody says it gave; in lower-case hex.

    `source` is relay, form or practice.
    """

    value: str
    previous: str = ""
    is_fallback: bool = False
    source: str = "form"


def uses_practice(*, is_rehearsal: bool) -> bool:
    """A rehearsal always does; a draw that counts only where the settings say so (never in production)."""
    return is_rehearsal or bool(setting("PRACTICE_CHAIN"))


def source_for(wanted: datetime, *, is_rehearsal: bool) -> Source:
    """The first round at `wanted` or after it."""
    from civic.sortition.publication import beacon

    if uses_practice(is_rehearsal=is_rehearsal):
        number = beacon.round_at(beacon.PRACTICE, _seconds(wanted))
        return Source(beacon.PRACTICE, number, moment_of(beacon.PRACTICE, number))
    number = beacon.round_at(beacon.QUICKNET, _seconds(wanted))
    at = moment_of(beacon.QUICKNET, number)
    spare = _fallback_chain()
    return Source(beacon.QUICKNET, number, at, spare, beacon.round_at(spare, _seconds(at + FALLBACK_AFTER)))


def _fallback_chain() -> str:
    from civic.sortition.publication import beacon
    from civic.sortition.publication.verify_draw import DEFAULT

    return DEFAULT if DEFAULT in beacon.CHAINS else ""


def _seconds(moment: datetime) -> int:
    """Rounded up: a round is never before the moment that was asked for."""
    return -int(-moment.timestamp() // 1)


def moment_of(chain: str, number: int) -> datetime:
    from civic.sortition.publication import beacon

    return datetime.fromtimestamp(beacon.moment_of(chain, number), tz=UTC)


def fallback_at(draw: PublicDraw) -> datetime | None:
    """When the fallback's round appears."""
    if draw.fallback_chain is None or draw.fallback_round is None:
        return None
    return moment_of(draw.fallback_chain, draw.fallback_round)


def is_practice(draw: PublicDraw) -> bool:
    """Drawn with numbers that anybody can know beforehand."""
    return draw.identifier.startswith(PRACTICE_PREFIX)


def pool_name(panel: Panel) -> str:
    """What the leaves of the pool are bound to (docs/adr/0008)."""
    return draw_name(panel)


def identifier_of(panel: Panel, *, is_rehearsal: bool) -> str:
    """The name in every label and log entry. What cannot count says so in its name."""
    name = draw_name(panel)
    if is_rehearsal:
        return f"{PRACTICE_PREFIX}{name}-proef"
    return f"{PRACTICE_PREFIX}{name}" if uses_practice(is_rehearsal=False) else name


def is_shape(chain: str, signature: Signature) -> bool:
    """Can this be a signature of that chain, by its length and its signs? Costs nothing."""
    from civic.sortition.publication import beacon

    if chain not in beacon.CHAINS:
        return False
    known = beacon.CHAINS[chain]
    previous = known.size if known.scheme == beacon.CHAINED else 0
    wanted = ((signature.value, known.size), (signature.previous, previous))
    return all(HEX.fullmatch(text) and len(text) == 2 * size for text, size in wanted)


def is_signature(chain: str, number: int, signature: Signature) -> bool:
    """Is this what `chain` gave in that round? Takes most of a second."""
    from civic.sortition.publication import beacon

    try:
        return beacon.check_round(chain, number, signature.value, signature.previous)
    except ValueError:
        return False


def refuse_practice_number(draw: PublicDraw) -> None:
    """No manifest that counts is made on the practice chain where the settings forbid it."""
    if is_practice(draw):
        refuse_practice(draw)


def refuse_practice(draw: PublicDraw) -> None:
    """A draw that counts is never decided by a number that everybody knows, whatever its row says."""
    if not uses_practice(is_rehearsal=draw.is_rehearsal):
        raise NotAllowedNow("practice_refused")


def practice_signature(number: int) -> str:
    """What the practice chain gives. Raises `NotAllowedNow` where it may not be used."""
    from civic.sortition.publication import practice_signature as sign

    if not setting("PRACTICE_CHAIN"):
        raise NotAllowedNow("practice_refused")
    return sign(number).hex()


def practice_signature_of(draw: PublicDraw) -> Signature | None:
    """The signature of a draw on the practice chain; None for any other."""
    from civic.sortition.publication import PRACTICE_CHAIN
    from civic.sortition.publication import practice_signature as sign

    if draw.chain != PRACTICE_CHAIN:
        return None
    refuse_practice(draw)
    return Signature(sign(draw.round).hex(), source="practice")
