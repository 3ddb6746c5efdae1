"""Asking the relays of the public number. They are believed in nothing: every answer is checked afterwards.

Only the hosts of the setting are spoken to, over https (a host on this machine may do without), without
following redirects; an answer is at most 64 KB and comes within five seconds.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from civic.config import LOOPBACK, setting

log = logging.getLogger("civic.panels")
TIMEOUT_SECONDS = 5.0
MOST_BYTES = 64 * 1024
PART = 4096


@dataclass(frozen=True)
class Answer:
    """What a relay says a chain gave in a round."""

    relay: str
    signature: str
    previous: str = ""


class _NoRedirects(HTTPRedirectHandler):
    """Another host than the settings name is not spoken to."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def relays() -> list[str]:
    return [one for one in str(setting("BEACON_RELAYS")).split(",") if one]


def ask(chain: str, number: int) -> Iterator[Answer]:
    """The answers, one relay after the other; who is silent or talks nonsense is left out, and logged."""
    for relay in relays():
        answer = _ask(relay, chain, number)
        if answer is not None:
            yield answer


def _ask(relay: str, chain: str, number: int) -> Answer | None:
    parts = urlsplit(relay)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        log.warning("relay %s is not asked: no https", relay)
        return None
    try:
        content = json.loads(_fetch(f"{relay}/{chain}/public/{number}"))
        return _read(relay, content, number)
    except (OSError, URLError, HTTPException, ValueError, RecursionError) as error:
        log.info("relay %s has no round %s: %s", relay, number, type(error).__name__)
        return None


def _fetch(address: str) -> bytes:
    """Raises OSError when it takes too long, also where bytes drip; ValueError when there are too many."""
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310  # https, or this machine
    deadline, found = time.monotonic() + TIMEOUT_SECONDS, b""
    with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
        while part := response.read1(PART):
            found += part
            if len(found) > MOST_BYTES:
                raise ValueError("too much")
            if time.monotonic() > deadline:
                raise TimeoutError("too slow")
    return found


def _read(relay: str, content: Any, number: int) -> Answer | None:
    if not isinstance(content, dict) or content.get("round") != number:
        raise ValueError("another round")
    signature, previous = content.get("signature"), content.get("previous_signature", "")
    if not isinstance(signature, str) or not isinstance(previous, str):
        raise ValueError("no signature")
    return Answer(relay, signature, previous)
