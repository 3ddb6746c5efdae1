"""One-click sign-in as a made-up person: only in demo mode, only from this machine itself."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts import demo as people
from civic.accounts.routes.blueprints import bp, onward, target
from civic.accounts.session import start_session
from civic.accounts.states import Role
from civic.accounts.wording import ROLE_TASKS
from civic.demo_access import is_demo_here
from civic.web import public


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
