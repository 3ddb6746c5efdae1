"""One draw."""
from __future__ import annotations
