"""Supporting without an account. No page here signs anyone in, and none tells who supports what."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import HOUSEHOLD, network_of
from civic.db import committing, db, each_by_itself, now
from civic.errors import Invalid, NotAllowedNow, TooMany
from civic.initiatives import queries, service
from civic.initiatives.forms import CodeForm, ConfirmForm, SupportForm
from civic.initiatives.forms.ledger_public import ShowNameForm
from civic.initiatives.models import Initiative, Support
from civic.initiatives.presentation import ledger as labels
from civic.initiatives.queries.ledger import status_of
from civic.initiatives.routes.desk_block import pause_reason_of
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.routes.ledger_mine import mine_on_page
from civic.initiatives.service.confirming import confirm_at_once
from civic.initiatives.service.ledger_trace import Trace, opened_stamp, seconds_open
from civic.initiatives.service.supports import show_name as set_name
from civic.initiatives.states import State, SupportState
from civic.limits import Limit, hit
from civic.messages import sentence_for
from civic.web import public

REMEMBERED = "supports"  # in the session: initiative id → person key, so the code page knows whose code
REMEMBERED_MOST = 5
CODE_TRIES = Limit("support-code", 10, 15 * 60)


def _burst() -> Limit:
    return Limit("support-burst", int(current_app.config.get("SUPPORT_BURST", 20)), 600)


def trace_of(initiative_id: int, stamp: str | None) -> Trace:
    """What a request tells to who looks for fraud."""
    return Trace(network_of(request.remote_addr, HOUSEHOLD), seconds_open(initiative_id, stamp or "", now()))


@bp.route(f"{ONE}/steunen", methods=["GET", "POST"])
@public
def support(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    form = SupportForm()
    if not form.validate_on_submit():
        return _support_page(initiative, form, 422 if form.is_submitted() else 200)
    supporter = service.Supporter(
        form.name.data,
        form.email.data,
        form.postcode.data,
        shows_name=bool(form.shows_name.data),
        trace=trace_of(initiative_id, form.opened.data),
    )
    try:
        with committing():
            hit(_burst(), network_of(request.remote_addr, HOUSEHOLD), now())
            key = service.ask(initiative, supporter, at=now())
    except Invalid as error:
        put_errors(form, error)
        return _support_page(initiative, form, 422)
    except TooMany:
        form.form_errors.append(
            _("Vanaf uw netwerk is zojuist heel vaak gesteund. Probeer het over tien minuten.")
        )
        return _support_page(initiative, form, 429)
    except NotAllowedNow as error:
        if error.code == "signing_paused":
            return _support_page(load_visible(initiative_id), form, 409)
        return _closed_page(initiative)
    _remember(initiative_id, key)
    return redirect(url_for(".support_sent", initiative_id=initiative_id), code=303)


def _support_page(initiative: Initiative, form: SupportForm, status: int) -> ResponseReturnValue:
    ends_on = queries.collection_ends_on(initiative)
    # while the clock stands still its day may pass: it will move
    if initiative.paused_at is None and queries.days_left(initiative, ends_on, now()) is None:
        return _closed_page(initiative)
    form.ask_for([one.rules for one in initiative.places], queries.place_names(initiative, is_choice=True))
    form.opened.data = form.opened.data or opened_stamp(initiative.id, now())
    return render_template(
        "initiatives/support.html",
        initiative=initiative,
        form=form,
        ends_on=ends_on,
        is_paused=initiative.paused_at is not None,
        pause_reason=pause_reason_of(initiative),
        mine=mine_on_page(initiative, form.declares.label.text),
    ), status


def _closed_page(initiative: Initiative) -> ResponseReturnValue:
    is_draft = initiative.state is State.DRAFT
    return render_template("initiatives/support_closed.html", initiative=initiative, is_draft=is_draft), 409


def _remember(initiative_id: int, key: str) -> None:
    known = dict(session.get(REMEMBERED, {}))
    known.pop(str(initiative_id), None)
    kept = list(known.items())[-(REMEMBERED_MOST - 1) :]
    session[REMEMBERED] = {**dict(kept), str(initiative_id): key}


@bp.get(f"{ONE}/steunen/mail")
@public
def support_sent(initiative_id: int) -> ResponseReturnValue:
    """The same page for a new, a known and a repeated support."""
    return render_template("initiatives/support_sent.html", initiative=load_visible(initiative_id))


@bp.route(f"{ONE}/steunen/code", methods=["GET", "POST"])
@public
def confirm_code(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    form = CodeForm()
    known_key = session.get(REMEMBERED, {}).get(str(initiative_id))
    if known_key:
        del form.email
    if not form.validate_on_submit():
        return _code_page(initiative, form, 422 if form.is_submitted() else 200)
    key = known_key or service.person_key_of(initiative_id, form.email.data)
    try:
        with committing():
            hit(CODE_TRIES, key, now())
            is_right = service.confirm_with_code(initiative, key, form.code.data, at=now())
    except TooMany:
        form.code.errors = [_("U probeerde te veel codes. Wacht een kwartier of gebruik de link in de mail.")]
        return _code_page(initiative, form, 429)
    except NotAllowedNow as error:
        if error.code != "support_invalidated":
            return _closed_page(initiative)
        form.code.errors = [sentence_for(error)]
        return _code_page(initiative, form, 409)
    if not is_right:
        form.code.errors = [_("Deze code klopt niet. Kijk in de nieuwste mail of gebruik de link daarin.")]
        return _code_page(initiative, form, 422)
    return redirect(url_for(".supported", initiative_id=initiative_id), code=303)


def _code_page(initiative: Initiative, form: CodeForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/confirm_code.html", initiative=initiative, form=form), status


@bp.get(f"{ONE}/gesteund")
@public
def supported(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    ends_on = queries.collection_ends_on(initiative)
    return render_template("initiatives/supported.html", initiative=initiative, ends_on=ends_on)


@bp.route("/steun/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """GET shows, POST confirms: programs that scan mail follow links, but press no buttons."""
    is_pressed = request.method == "POST"  # the token of the form was looked at before any view began
    if is_pressed:
        with committing():
            each_by_itself()
            initiative_id = confirm_at_once(token, at=now())
        if initiative_id is not None:
            return redirect(url_for(".supported", initiative_id=initiative_id), code=303)
    support = service.find_by_token(token, at=now())
    if support is None:
        return render_template("initiatives/link_unknown.html"), 404
    initiative = db.session.get_one(Initiative, support.initiative_id)
    if not is_pressed:
        return _confirm_page(initiative, support, ConfirmForm(), token)
    initiative_id = initiative.id
    try:
        with committing():
            service.confirm(support, at=now())
    except NotAllowedNow as error:
        if error.code in {"support_withdrawn", "support_invalidated"}:
            return redirect(url_for(".confirm", token=token), code=303)
        return _closed_page(initiative)
    return redirect(url_for(".supported", initiative_id=initiative_id), code=303)


def _confirm_page(
    initiative: Initiative, support: Support, form: ConfirmForm, token: str
) -> ResponseReturnValue:
    ends_on = queries.collection_ends_on(initiative)
    is_open = queries.days_left(initiative, ends_on, now()) is not None
    if support.state is SupportState.PENDING and not is_open:
        return _closed_page(initiative)
    return render_template(
        "initiatives/confirm.html",
        initiative=initiative,
        places=queries.place_names(initiative),
        support=support,
        form=form,
        token=token,
        is_open=is_open,
        status=status_of(support),
        show_form=ShowNameForm(formdata=None, obj=support),
        labels=labels,
    )


@bp.post("/steun/<token>/naam")
@public
def show_name(token: str) -> ResponseReturnValue:
    """May the first name stand on the page? Asked with the support, and to be changed here."""
    support = service.find_by_token(token, at=now())
    if support is None:
        return render_template("initiatives/link_unknown.html"), 404
    wanted = bool(ShowNameForm().shows_name.data)
    with committing():
        set_name(support, wanted, at=now())
    said = _("Uw voornaam mag op de pagina staan.") if wanted else _("Uw voornaam staat niet op de pagina.")
    flash(said, "positive")
    return redirect(url_for(".confirm", token=token), code=303)


@bp.route("/steun/<token>/intrekken", methods=["GET", "POST"])
@public
def withdraw_support(token: str) -> ResponseReturnValue:
    support = service.find_by_token(token, at=now())
    if support is None:
        return render_template("initiatives/link_unknown.html"), 404
    initiative = db.session.get_one(Initiative, support.initiative_id)
    is_withdrawn = support.state is SupportState.WITHDRAWN
    form = ConfirmForm()
    if is_withdrawn or not form.validate_on_submit():
        return render_template(
            "initiatives/withdraw_support.html",
            initiative=initiative,
            form=form,
            token=token,
            is_done=is_withdrawn,
        )
    with committing():
        service.withdraw_support(support, at=now())
    flash(_("Uw steun is ingetrokken. Uw gegevens zijn gewist."), "positive")
    return redirect(url_for(".withdraw_support", token=token), code=303)
