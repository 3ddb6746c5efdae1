"""The second step of staff: set it up once, pass it at every sign-in."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.accounts.forms import AppCodeForm, SecondFactorForm
from civic.accounts.models import User
from civic.accounts.policy import may_renew_recovery_codes
from civic.accounts.routes.blueprints import bp, onward, target
from civic.accounts.service import second_factor as service
from civic.accounts.session import (
    NEW_RECOVERY_CODES,
    NEW_SECRET,
    confirm_second_factor,
    forget_secret,
    keep_secret,
    kept_secret,
    lacks_second_factor,
    show_once,
    start_session,
)
from civic.db import committing, now
from civic.demo_access import is_demo_here
from civic.web import before_second_factor, person, require, signed_in


@bp.route("/inloggen/tweede-stap", methods=["GET", "POST"], endpoint="second_factor")
@signed_in
@before_second_factor
def give_code() -> ResponseReturnValue:
    user = person()
    if not lacks_second_factor(user):
        return redirect(onward())
    if user.totp_confirmed_at is None:
        return redirect(url_for(".set_up_second_factor", verder=target()))
    form = SecondFactorForm()
    if form.validate_on_submit():
        with committing():  # commits a wrong code as well: it counts
            is_right = service.passes(user, form.code.data, at=now())
        if is_right:
            confirm_second_factor(user)
            return redirect(onward(), code=303)
        form.code.errors = [_wrong_code()]
    page = render_template("accounts/second_factor.html", form=form, target=target())
    return (page, 422) if form.is_submitted() else page


@bp.route("/inloggen/tweede-stap/opnieuw", methods=["GET", "POST"])
@signed_in
def step_up() -> ResponseReturnValue:
    """Give the second factor once more: something weighty follows (see `civic.web.require_step_up`)."""
    user = person()
    if not user.is_staff:
        return redirect(onward())
    if user.totp_confirmed_at is None:
        return _step_up_on_demo(user) if is_demo_here() else redirect(_setting_up())
    form = SecondFactorForm()
    if form.validate_on_submit() and _takes(form, user):
        confirm_second_factor(user)
        flash(_("Dank u. U kunt nu 5 minuten verder."), "positive")
        return redirect(onward(), code=303)
    page = render_template(
        "accounts/step_up.html",
        form=form,
        target=target(),
        must_wait=service.must_wait(user, now()) and not form.errors,
    )
    return (page, 422) if form.is_submitted() else page


def _setting_up() -> str:
    return url_for(".set_up_second_factor", verder=target())


def _takes(form: SecondFactorForm, user: User) -> bool:
    with committing():  # commits a wrong code as well: it counts
        is_right = service.passes(user, form.code.data, at=now())
        was_used = not is_right and service.is_used_code(user, form.code.data, at=now())
    if not is_right:
        form.code.errors = [_used_code() if was_used else _wrong_code()]
    return is_right


def _step_up_on_demo(user: User) -> ResponseReturnValue:
    """The people of a demo have no app; on the machine itself a click is enough, as for signing in."""
    form = FlaskForm()
    if form.validate_on_submit():
        confirm_second_factor(user)
        return redirect(onward(), code=303)
    return render_template("accounts/step_up_demo.html", form=form, target=target())


def _used_code() -> str:
    return str(
        _(
            "Deze code hebt u al gebruikt. Wacht tot uw app een nieuwe code laat zien. "
            "Dat duurt hooguit 30 seconden."
        )
    )


def _wrong_code() -> str:
    return str(_("Deze code klopt niet, of u hebt hem al gebruikt. Wacht op de volgende code in uw app."))


@bp.route("/inloggen/tweede-stap/instellen", methods=["GET", "POST"])
@signed_in
@before_second_factor
def set_up_second_factor() -> ResponseReturnValue:
    user = person()
    if not user.is_staff or user.totp_confirmed_at is not None:
        return redirect(url_for(".second_factor", verder=target()))
    secret = _new_secret(user)
    form = AppCodeForm()
    if form.validate_on_submit():
        with committing():
            codes = service.set_up(user, secret, form.code.data, at=now())
        if codes is not None:
            start_session(user, with_second_factor=True)
            return _show(user, codes)
        form.code.errors = [_wrong_code()]
    page = render_template(
        "accounts/set_up_second_factor.html", form=form, target=target(), **_for_app(secret, user)
    )
    return (page, 422) if form.is_submitted() else page


def _new_secret(user: User) -> str:
    """Made at the first visit and kept in this browser's session, so that a reload shows the same one."""
    secret = kept_secret(NEW_SECRET, user)
    if secret is None:
        secret = service.new_secret()
        keep_secret(NEW_SECRET, user, secret)
    return secret


def _for_app(secret: str, user: User) -> dict[str, str]:
    address = service.address_for_app(secret, user, current_app.config["SITE_NAME"])
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    # the white ground is part of the picture: on a dark page a scanner would see nothing
    return {
        "picture": segno.make(address, micro=False).svg_data_uri(scale=6, light="white"),
        "secret": spaced,
    }


def _show(user: User, codes: list[str]) -> ResponseReturnValue:
    show_once(user, codes)
    return redirect(url_for(".recovery_codes", verder=target()), code=303)


@bp.get("/inloggen/tweede-stap/herstelcodes")
@signed_in
def recovery_codes() -> ResponseReturnValue:
    """New codes, until their owner says they are kept; after that nobody can see them again."""
    kept = kept_secret(NEW_RECOVERY_CODES, person())
    if kept is None:
        return redirect(onward())
    codes = [f"{code[:4]} {code[4:8]} {code[8:]}" for code in kept.split()]
    return render_template("accounts/recovery_codes.html", codes=codes, target=target())


@bp.post("/inloggen/tweede-stap/herstelcodes")
@signed_in
def recovery_codes_kept() -> ResponseReturnValue:
    forget_secret(NEW_RECOVERY_CODES)
    flash(_("U bent ingelogd. Uw tweede stap werkt."), "positive")
    return redirect(onward(), code=303)


@bp.route("/mijn/herstelcodes", methods=["GET", "POST"])
def renew_recovery_codes() -> ResponseReturnValue:
    require(may_renew_recovery_codes)
    if person().totp_confirmed_at is None:  # on the demo, where the second step is skipped
        return redirect(url_for(".set_up_second_factor"))
    form = AppCodeForm()
    if form.validate_on_submit():
        with committing():
            codes = service.renew_recovery_codes(person(), form.code.data, at=now())
        if codes is not None:
            return _show(person(), codes)
        form.code.errors = [_wrong_code()]
    page = render_template(
        "accounts/renew_recovery_codes.html", form=form, left=service.recovery_codes_left(person())
    )
    return (page, 422) if form.is_submitted() else page
