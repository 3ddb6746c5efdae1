"""One-click sign-in as a made-up person: only in demo mode, only from this machine itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts import demo as people
from civic.accounts.routes.blueprints import bp, onward, target
from civic.accounts.session import start_session
from civic.accounts.states import Role
from civic.accounts.wording import ROLE_TASKS
from civic.config import LOOPBACK, is_local_demo
from civic.web import public

# a proxy on this machine makes every visitor look local, so a trace of one closes the door
TRACES_OF_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def is_demo_here() -> bool:
    """Demo mode, and this request comes from the machine the site runs on, by its local name."""
    host = urlsplit(f"//{request.host}").hostname  # a foreign name that resolves to us is no local name
    is_local = request.remote_addr in LOOPBACK and host in LOOPBACK
    has_proxy = any(name in request.headers for name in TRACES_OF_A_PROXY)
    return is_local_demo(current_app.config) and is_local and not has_proxy


@bp.get("/demo")
@public
def demo() -> ResponseReturnValue:
    if not is_demo_here():
        abort(404)
    tasks = {one.role: ROLE_TASKS[one.role or Role.RESIDENT] for one in people.PERSONAS}
    return render_template("accounts/demo.html", personas=people.PERSONAS, tasks=tasks, target=target())


@bp.post("/demo/inloggen/<key>")
@public
def demo_sign_in(key: str) -> ResponseReturnValue:
    if not is_demo_here() or key not in {one.key for one in people.PERSONAS}:
        abort(404)
    try:
        user = people.persona(key)
    except LookupError:  # the demo people are not loaded
        abort(404)
    start_session(user, with_second_factor=True)
    flash(_("U bent nu ingelogd als %(name)s.", name=user.display_name), "positive")
    return redirect(onward(), code=303)
