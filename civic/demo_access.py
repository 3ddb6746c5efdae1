"""Whether the doors of a demo are open for this request: demo mode, and only on this machine itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request

from civic.config import LOOPBACK, is_local_demo

# a proxy on this machine makes every visitor look local, so a trace of one closes the door
TRACES_OF_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def is_demo_here() -> bool:
    """Demo mode, and this request comes from the machine the site runs on, by its local name."""
    host = urlsplit(f"//{request.host}").hostname  # a foreign name that resolves to us is no local name
    is_local = request.remote_addr in LOOPBACK and host in LOOPBACK
    has_proxy = any(name in request.headers for name in TRACES_OF_A_PROXY)
    return is_local_demo(current_app.config) and is_local and not has_proxy
