"""What a support leaves behind for who looks for fraud: salted hashes, and how long the form was open.

The hashes differ per initiative, so nobody can follow a network from one to the other. The address itself
is never kept.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from civic.crypto import blind_index, canonical_email


@dataclass(frozen=True)
class Trace:
    """What a request tells besides what was typed: its network, and for how long the form was open."""

    network: str = ""
    form_seconds: int | None = None


NO_TRACE = Trace()


def network_key_of(initiative_id: int, network: str) -> str:
    return blind_index(f"support-network:{initiative_id}", network)


def domain_key_of(initiative_id: int, domain: str) -> str:
    return blind_index(f"support-domain:{initiative_id}", domain)


def domain_of(email: str) -> str:
    return canonical_email(email).rpartition("@")[2]


OPENED = "form-opened"
LONGEST_OPEN = 24 * 3600


def opened_stamp(initiative_id: int, at: datetime) -> str:
    """Goes into the form: when it was shown, and a mark that only we can make."""
    moment = int(at.timestamp())
    return f"{moment}.{blind_index(OPENED, f'{initiative_id}:{moment}')}"


def seconds_open(initiative_id: int, stamp: str, at: datetime) -> int | None:
    """For how long the form was open; None where the stamp is missing or not ours."""
    text, _dot, _mark = stamp.partition(".")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    shown = datetime.fromtimestamp(int(text), tz=UTC)
    if not hmac.compare_digest(stamp.encode(), opened_stamp(initiative_id, shown).encode()):
        return None
    return min(max(0, int(at.timestamp()) - int(text)), LONGEST_OPEN)
