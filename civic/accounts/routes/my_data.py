"""My data: see it, take it along, erase it. Erasing asks for a new code from the mail first."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.accounts import my_data as rooms
from civic.accounts.forms import CodeForm
from civic.accounts.network import network_of
from civic.accounts.routes.blueprints import bp
from civic.accounts.service import my_data as service
from civic.accounts.service import sign_in
from civic.db import committing, now
from civic.web import person, public, require_step_up, signed_in

ERASE_TICKET = "erase_ticket"  # which code was asked for, as for signing in


@bp.get("/mijn/gegevens")
@signed_in
def my_data() -> ResponseReturnValue:
    with committing():
        sections = service.look(person(), at=now())
    return render_template(
        "accounts/my_data.html",
        sections=sections,
        not_included=rooms.not_included(),
        readable=service.readable,
    )


@bp.post("/mijn/gegevens/download")
@signed_in
def my_data_file() -> ResponseReturnValue:
    with committing():
        content = service.export(person(), at=now())
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="mijn-gegevens.zip"'
    return response


@bp.route("/mijn/wissen", methods=["GET", "POST"])
@signed_in
def erase() -> ResponseReturnValue:
    """What goes and what stays; then a code by mail, to be sure that it is them."""
    form = FlaskForm()
    if form.validate_on_submit():
        with committing():
            service.refuse_last(person())
            ticket = sign_in.request_code(
                person().email,
                network=network_of(request.remote_addr),
                locale=str(get_locale() or "nl"),
                at=now(),
            )
        session[ERASE_TICKET] = ticket.code_id
        return redirect(url_for(".erase_code"), code=303)
    return render_template(
        "accounts/erase.html",
        form=form,
        goes=rooms.what_goes(),
        stays=rooms.what_stays(),
        warnings=rooms.warnings_for(person()),
    )


@bp.route("/mijn/wissen/code", methods=["GET", "POST"])
@signed_in
def erase_code() -> ResponseReturnValue:
    if person().is_staff:
        require_step_up()
    code_id = session.get(ERASE_TICKET)
    if code_id is None:
        return redirect(url_for(".erase"), code=303)
    form = CodeForm()
    if form.validate_on_submit() and _is_right(int(code_id), form):
        with committing():
            service.ask_erasure(person(), at=now())
        session.clear()
        return redirect(url_for(".erased"), code=303)
    page = render_template("accounts/erase_code.html", form=form, address=person().email)
    return (page, 422) if form.is_submitted() else page


def _is_right(code_id: int, form: CodeForm) -> bool:
    ticket = sign_in.Ticket(person().email, code_id)
    with committing():  # commits a wrong code as well: it counts
        network = network_of(request.remote_addr)
        attempt = sign_in.enter_code(ticket, form.code.data, network=network, at=now())
    if attempt.user is not None and attempt.user.id == person().id:
        return True
    if attempt.tries_left:
        form.code.errors = [_("Deze code klopt niet. Kijk in de nieuwste mail.")]
    else:
        form.code.errors = [_("Deze code werkt niet meer. Begin opnieuw op de pagina hiervoor.")]
    return False


@bp.get("/gewist")
@public
def erased() -> ResponseReturnValue:
    return render_template("accounts/erased.html")
