"""Registering from a letter, and a person's own page: how people come in.

A wrong, an unknown, a used and an expired code all get the same answer, so that trying teaches nothing.
"""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import NotAllowedNow, TooMany
from civic.limits import Limit, hit
from civic.mail.service import sender
from civic.panels.forms.registrations import WHO, CodeForm, EntranceForm, LostForm
from civic.panels.models import InvitationCode, Panel
from civic.panels.queries import registrations as queries
from civic.panels.queries.invitations import usable_code
from civic.panels.routes import registrations_draft as drafts
from civic.panels.routes import registrations_own, registrations_walk
from civic.panels.routes.blueprint import load_panel, registration_bp
from civic.panels.routes.registrations_draft import Draft
from civic.panels.service import codes
from civic.panels.service.invitations import count_guess
from civic.panels.service.registrations import token_of
from civic.panels.service.registrations_rules import parse_birth_date
from civic.web import public

LOST_PER_CODE = Limit("registration-lost-code", 20, 24 * 3600)
LOST_PER_NETWORK = Limit("registration-lost", 60, 15 * 60)


@registration_bp.after_request
def _keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@registration_bp.errorhandler(NotAllowedNow)
def _not_now(error: NotAllowedNow) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("registrations/closed.html", code=error.code, sender=sender()), 409


@registration_bp.errorhandler(404)
def _unknown(_error: Exception) -> ResponseReturnValue:
    return render_template("registrations/unknown.html", sender=sender()), 404


@registration_bp.route("", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    form = CodeForm()
    status, is_refused = 200, "onbekend" in request.args
    if form.validate_on_submit():
        try:
            code = _code(form.code.data or "")
        except TooMany:
            form.code.errors, status = [_("U probeerde heel veel codes. Wacht een minuut.")], 429
        else:
            if code is not None:
                return _enter(code, form.code.data or "")
            form.code.errors = [_("Met deze code kunt u zich nu niet aanmelden.")]
            status, is_refused = 422, True
    elif form.errors:
        status = 422
    return _start_page(form, is_refused), status


def _start_page(form: CodeForm, is_refused: bool) -> str:
    return render_template(
        "registrations/start.html",
        form=form,
        is_refused=is_refused,
        draft=drafts.current(now()),
        panels=queries.panels_with_open_entrance(),
        sender=sender(),
    )


def _code(text: str) -> InvitationCode | None:
    """Counted on its own, right or wrong, before it is looked up."""
    with committing():
        count_guess(network_of(request.remote_addr), at=now())
    return usable_code(text, today(now()))


def _enter(code: InvitationCode, text: str) -> ResponseReturnValue:
    """The code stays out of addresses from here on: it is in the sealed draft."""
    at = now()
    panel_id, written = code.share.wave.panel_id, codes.normalised(text) or ""
    drafts.begin(Draft(panel_id, at.isoformat(), code_id=code.id, code=written))
    return redirect(url_for("registrations.step", part=WHO), code=303)


@registration_bp.get("/<code>")
@public
def with_code(code: str) -> ResponseReturnValue:
    """What the QR code of a letter opens."""
    found = _code(code)
    return _enter(found, code) if found is not None else redirect(url_for(".start", onbekend=1), code=303)


@registration_bp.route("/panel/<int:panel_id>", methods=["GET", "POST"])
@public
def entrance(panel_id: int) -> ResponseReturnValue:
    """Without a letter, where a group of the panel is open to everybody."""
    panel = load_panel(panel_id)
    doors = queries.open_entrances(panel.id)
    if not doors:
        raise NotAllowedNow("no_entrance")
    form = EntranceForm()
    names = [(source.id, constituency.name) for source, constituency in doors]
    if len({name for _id, name in names}) < len(names):
        names = [(source.id, f"{constituency.name}: {source.name}") for source, constituency in doors]
    form.offer(names, [(place.id, place.name) for place in queries.places_with_seats(panel.id)])
    if form.validate_on_submit():
        return _enter_without_letter(panel, form)
    page = render_template("registrations/entrance.html", form=form, panel=panel, sender=sender())
    return page, 422 if form.errors else 200


def _enter_without_letter(panel: Panel, form: EntranceForm) -> ResponseReturnValue:
    draft = Draft(
        panel_id=panel.id,
        started_at=now().isoformat(),
        source_id=int(form.source.data),
        municipality_id=int(form.municipality.data),
    )
    drafts.begin(draft)
    return redirect(url_for("registrations.step", part=WHO), code=303)


@registration_bp.route("/link-kwijt", methods=["GET", "POST"])
@public
def lost() -> ResponseReturnValue:
    """The letter and the date of birth together open one's own page again."""
    form, status = LostForm(), 200
    if form.validate_on_submit():
        try:
            token = _token_by_letter(form)
        except TooMany:
            form.code.errors, status = [_("U probeerde dit te vaak. Probeer het morgen, of bel ons.")], 429
        else:
            if token is not None:
                return redirect(url_for(".own", token=token), code=303)
            form.code.errors = [_("Bij deze code en geboortedatum vinden wij geen aanmelding.")]
            status = 422
    elif form.errors:
        status = 422
    return render_template("registrations/lost.html", form=form, sender=sender()), status


def _token_by_letter(form: LostForm) -> str | None:
    text, birth_date = form.code.data or "", parse_birth_date(form.birth_date.data or "")
    code = codes.normalised(text)
    with committing():
        hit(LOST_PER_NETWORK, network_of(request.remote_addr), now())
        if code is not None:
            hit(LOST_PER_CODE, code, now())
    found = queries.registration_of_letter(text, birth_date) if birth_date else None
    return None if found is None else token_of(found)


@registration_bp.get("/ingetrokken")
@public
def withdrawn() -> ResponseReturnValue:
    return render_template("registrations/withdrawn.html", sender=sender())


__all__ = ["registrations_own", "registrations_walk"]
