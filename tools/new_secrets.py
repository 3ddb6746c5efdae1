"""Print fresh secrets for the environment file. Needs nothing but Python, and writes nothing."""

from __future__ import annotations

import secrets as chance
import sys

sys.stdout.write(
    f"CIVIC_SECRET_KEY={chance.token_urlsafe(48)}\n"
    f"CIVIC_PEPPER={chance.token_urlsafe(48)}\n"
    f"CIVIC_DATA_KEYS=k1:{chance.token_hex(32)}\n"
    f"CIVIC_LOG_KEY={chance.token_hex(32)}\n"
)
