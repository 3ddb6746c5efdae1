"""Signing in: address, code, name. The address is never in a URL."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from civic.accounts.forms import CodeForm, EmailForm, NameForm
from civic.accounts.models import User
from civic.accounts.network import network_of
from civic.accounts.routes.blueprints import bp, onward, target
from civic.accounts.service import people, sign_in
from civic.accounts.session import remember_ticket, remembered_ticket, start_session
from civic.db import committing, now
from civic.demo_access import is_demo_here
from civic.web import person, public, signed_in


def _invalid(template: str, **context: object) -> ResponseReturnValue:
    return render_template(template, **context), 422


@bp.route("/inloggen", methods=["GET", "POST"], endpoint="sign_in")
@public
def ask_address() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(onward())
    form = EmailForm()
    context = {"form": form, "target": target(), "has_demo": is_demo_here()}
    if form.validate_on_submit():
        _send_code(form.email.data)
        return redirect(url_for(".enter_code", verder=target()), code=303)
    if form.is_submitted():
        return _invalid("accounts/sign_in.html", **context)
    return render_template("accounts/sign_in.html", **context)


def _send_code(address: str) -> None:
    with committing():
        ticket = sign_in.request_code(
            address, network=network_of(request.remote_addr), locale=str(get_locale() or "nl"), at=now()
        )
    remember_ticket(ticket.address, ticket.code_id)


def _ticket() -> sign_in.Ticket | None:
    kept = remembered_ticket()
    return sign_in.Ticket(*kept) if kept else None


def _to_start() -> ResponseReturnValue:
    flash(_("Vul eerst uw mailadres in."), "info")
    return redirect(url_for(".sign_in", verder=target()), code=303)


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
def enter_code() -> ResponseReturnValue:
    ticket = _ticket()
    if ticket is None:
        return redirect(onward()) if current_user.is_authenticated else _to_start()
    form = CodeForm()
    if form.validate_on_submit():
        with committing():  # commits a wrong code as well: it counts
            network = network_of(request.remote_addr)
            attempt = sign_in.enter_code(ticket, form.code.data, network=network, at=now())
        if attempt.user is not None:
            return _begin(attempt.user)
        form.code.errors = [_wrong_code(attempt.tries_left)]
    context = {"form": form, "address": ticket.address, "target": target()}
    if form.is_submitted():
        return _invalid("accounts/enter_code.html", **context)
    return render_template("accounts/enter_code.html", **context)


def _wrong_code(tries_left: int) -> str:
    if not tries_left:
        return str(_("Deze code werkt niet meer. Vraag een nieuwe code aan."))
    sentence = ngettext(
        "Deze code klopt niet. U kunt het nog %(num)d keer proberen.",
        "Deze code klopt niet. U kunt het nog %(num)d keer proberen.",
        tries_left,
    )
    return str(sentence)


def _begin(user: User) -> ResponseReturnValue:
    """A fresh session: whatever somebody put in this browser before is gone."""
    goal = onward()
    start_session(user)
    if user.name is None:
        return redirect(url_for(".welcome", verder=goal), code=303)
    flash(_("U bent ingelogd."), "positive")
    return redirect(goal, code=303)


@bp.post("/inloggen/code/nieuw")
@public
def new_code() -> ResponseReturnValue:
    ticket = _ticket()
    if ticket is None:
        return _to_start()
    _send_code(ticket.address)
    flash(_("We hebben een nieuwe code gestuurd. De oude code werkt hier niet meer."), "positive")
    return redirect(url_for(".enter_code", verder=target()), code=303)


@bp.route("/welkom", methods=["GET", "POST"])
@signed_in
def welcome() -> ResponseReturnValue:
    """Asked once, after the first time signing in."""
    form = NameForm()
    if form.validate_on_submit():
        with committing():
            people.rename(person(), form.name.data)
        flash(_("Welkom, %(name)s. U bent ingelogd.", name=form.name.data), "positive")
        return redirect(onward(), code=303)
    if form.is_submitted():
        return _invalid("accounts/welcome.html", form=form, target=target())
    return render_template("accounts/welcome.html", form=form, target=target())


@bp.post("/uitloggen")
@public
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        with committing():
            people.sign_out(person())
    session.clear()
    flash(_("U bent uitgelogd."), "positive")
    return redirect(url_for("pages.home"), code=303)
