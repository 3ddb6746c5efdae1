"""My page: name, roles, and signing out everywhere."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts import queries
from civic.accounts.admin_links import links_for
from civic.accounts.forms import NameForm
from civic.accounts.my_sections import my_sections
from civic.accounts.routes.blueprints import bp
from civic.accounts.service import people
from civic.accounts.wording import ROLE_NAMES, ROLE_TASKS, place_name
from civic.db import committing, now
from civic.web import person, signed_in


@bp.get("/mijn")
@signed_in
def mine() -> ResponseReturnValue:
    user = queries.person_with_roles(person().id)
    return render_template(
        "accounts/mine.html",
        user=user,
        sections=my_sections(person()),
        has_admin=bool(links_for(user)),
        role_names=ROLE_NAMES,
        role_tasks=ROLE_TASKS,
        place_name=place_name,
    )


@bp.route("/mijn/naam", methods=["GET", "POST"])
@signed_in
def change_name() -> ResponseReturnValue:
    form = NameForm(obj=person())
    if form.validate_on_submit():
        with committing():
            people.rename(person(), form.name.data)
        flash(_("Uw naam is veranderd."), "positive")
        return redirect(url_for(".mine"), code=303)
    page = render_template("accounts/change_name.html", form=form)
    return (page, 422) if form.is_submitted() else page


@bp.post("/mijn/overal-uitloggen")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    with committing():
        people.sign_out_everywhere(person(), at=now())
    session.clear()
    flash(_("U bent overal uitgelogd, ook hier."), "positive")
    return redirect(url_for(".sign_in"), code=303)
