"""Joining what others started. GET shows, POST does; one answer for every address."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic import keyset
from civic.accounts.models import User
from civic.accounts.network import network_of
from civic.config import setting
from civic.db import committing, db, now
from civic.errors import TooMany
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.joining import AnswerForm, JoinAtOnceForm, JoinForm
from civic.initiatives.models import Initiative, JoinRequest
from civic.initiatives.policy import joining as policy
from civic.initiatives.policy.people import is_writer
from civic.initiatives.presentation import joining as words
from civic.initiatives.queries import joining as queries
from civic.initiatives.queries.follow import title_now
from civic.initiatives.routes.house import ONE, bp, load, load_visible
from civic.initiatives.service import joining as service
from civic.initiatives.service import joining_data
from civic.initiatives.states.joining import COUNTS, JoinState
from civic.limits import Limit, hit
from civic.web import logs_read, person, public, require

__all__ = ["joining_data", "joining_of"]  # the first registers itself when it is imported

BURST = Limit("join-burst", 30, 600)
JOINED = f"{ONE}/meedoen/mensen"
JOINER = f"{JOINED}/<int(max=2147483647):request_id>"


@dataclass(frozen=True)
class Joining:
    """The block on the public page: a number where it is no small one, never a name."""

    can_join: bool
    is_writer: bool
    number: int
    minimum: int

    @property
    def is_small(self) -> bool:
        return 0 < self.number < self.minimum


def joining_of(initiative: Initiative, user: User | None) -> Joining:
    return Joining(
        can_join=policy.can_be_joined(initiative),
        is_writer=policy.may_read_joiners(user, initiative),
        number=queries.number_of(initiative.id),
        minimum=setting("SMALL_NUMBER"),
    )


# --- joining --------------------------------------------------------------------------------------------


@bp.route(f"{ONE}/meedoen", methods=["GET", "POST"])
@public
def join(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    if is_writer(person(), initiative) and policy.may_read_joiners(person(), initiative):
        return redirect(url_for(".joiners", initiative_id=initiative.id), code=303)
    if not policy.can_be_joined(initiative):
        return _closed(initiative)
    known = service.joined_by(initiative, person())
    if known is not None:  # pressed twice, or came back to look
        return redirect(url_for(".join_stop", token=service.stop_token(known, now())), code=303)
    form = _form()
    if not form.validate_on_submit():
        return _join_page(initiative, form, 422 if form.is_submitted() else 200)
    if not isinstance(form, JoinForm):
        return _join_at_once(initiative, form)
    if not _ask(initiative, form):
        return _join_page(initiative, form, 429)
    return redirect(url_for(".join_sent"), code=303)


def _form() -> JoinAtOnceForm:
    """Who is signed in with a mail address need not prove it."""
    user = person()
    return JoinForm() if user is None or user.email is None else JoinAtOnceForm(name=user.name)


def _join_page(initiative: Initiative, form: JoinAtOnceForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/joining/join.html", initiative=initiative, form=form), status


def _join_at_once(initiative: Initiative, form: JoinAtOnceForm) -> ResponseReturnValue:
    with committing():
        row = service.join_at_once(initiative, form.offer(person()), actor=person(), at=now())
        token = service.stop_token(row, now())
    flash(_("U doet mee. De schrijvers lezen uw bericht."), "positive")
    return redirect(url_for(".join_stop", token=token), code=303)


def _ask(initiative: Initiative, form: JoinForm) -> bool:
    """False when this network asked too often; the form then says so."""
    try:
        with committing():
            hit(BURST, network_of(request.remote_addr), now())
            service.ask(initiative, form.typed(), at=now())
    except TooMany:
        text = _("Vanaf uw netwerk is dit zojuist heel vaak gevraagd. Probeer het over tien minuten.")
        form.form_errors.append(text)
        return False
    return True


@bp.get("/meedoen/mail")
@public
def join_sent() -> ResponseReturnValue:
    """The same page for an unknown, a known and a repeated address."""
    return render_template("initiatives/joining/sent.html")


@bp.route("/meedoen/bevestigen/<token>", methods=["GET", "POST"])
@public
def join_confirm(token: str) -> ResponseReturnValue:
    """GET shows, POST says yes: programs that scan mail follow links, but press no buttons."""
    row = service.request_of(service.CONFIRM, token, at=now())
    if row is None:
        return _unknown()
    initiative, form = db.session.get_one(Initiative, row.initiative_id), ConfirmForm()
    if row.state is JoinState.ASKED and not policy.can_be_joined(initiative):
        return _closed(initiative)
    if row.state is JoinState.ASKED and form.validate_on_submit():
        with committing():
            service.confirm(row, at=now())
        return redirect(url_for(".join_confirm", token=token), code=303)
    return render_template(
        "initiatives/joining/confirm.html",
        initiative=initiative,
        title=_title(initiative),
        row=row,
        has_joined=row.state in COUNTS,
        stop_token=service.stop_token(row, now()),
        form=form,
    )


def _title(initiative: Initiative) -> str:
    return title_now(initiative.id, initiative.title, initiative.hidden_at)


def _closed(initiative: Initiative) -> ResponseReturnValue:
    title = _title(initiative)
    return render_template("initiatives/joining/closed.html", initiative=initiative, title=title), 409


def _unknown() -> ResponseReturnValue:
    return render_template("initiatives/joining/unknown.html"), 404


@bp.route("/meedoen/stop/<token>", methods=["GET", "POST"])
@public
def join_stop(token: str) -> ResponseReturnValue:
    """What the site keeps about this offer, and the button that ends it."""
    row = service.request_of(service.STOP, token, at=now())
    if row is None:
        return _unknown()
    initiative, form = db.session.get_one(Initiative, row.initiative_id), ConfirmForm()
    if form.validate_on_submit():
        with committing():
            service.stop(row, at=now())
        return redirect(url_for(".join_stopped"), code=303)
    title = _title(initiative)
    return render_template(
        "initiatives/joining/stop.html", initiative=initiative, title=title, row=row, form=form
    )


@bp.get("/meedoen/gestopt")
@public
def join_stopped() -> ResponseReturnValue:
    return render_template("initiatives/joining/stopped.html")


# --- the writers ----------------------------------------------------------------------------------------


def _load(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_read_joiners, initiative)
    return initiative


def _joiner(initiative_id: int, request_id: int) -> tuple[Initiative, JoinRequest]:
    """Of this initiative only, and only who said yes and is still known."""
    initiative = _load(initiative_id)
    row = db.get_or_404(JoinRequest, request_id)
    if row.initiative_id != initiative.id or row.state not in COUNTS or row.person_key is None:
        abort(404)
    return initiative, row


@bp.get(JOINED)
@logs_read
def joiners(initiative_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    part = queries.joiners(initiative.id, keyset.cursor_from_request())
    pager = keyset.links(part, lambda row: row.id)
    names = ("id", "name", "message", "state", "source_channel", "confirmed_at", "handled_at")
    shown = [{name: getattr(row, name) for name in names} for row in part.rows]
    with committing():
        service.note_read(initiative, len(shown), actor=person(), at=now())
    return render_template(
        "initiatives/joining/list.html",
        initiative=initiative,
        rows=shown,
        pager=pager,
        number=queries.number_of(initiative.id),
        channels=queries.channels_of(initiative.id),
        words=words,
    )


@bp.route(f"{JOINER}/antwoord", methods=["GET", "POST"])
@logs_read
def join_answer(initiative_id: int, request_id: int) -> ResponseReturnValue:
    initiative, row = _joiner(initiative_id, request_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            with committing():
                service.note_read(initiative, 1, actor=person(), at=now())
        return render_template(
            "initiatives/joining/answer.html", initiative=initiative, row=row, form=form
        ), 422 if form.is_submitted() else 200
    with committing():
        service.answer(row, str(form.text.data), actor=person(), at=now())
    flash(_("Uw antwoord gaat met de mail."), "positive")
    return redirect(url_for(".joiners", initiative_id=initiative_id), code=303)


@bp.post(f"{JOINER}/afgehandeld")
def join_handled(initiative_id: int, request_id: int) -> ResponseReturnValue:
    _initiative, row = _joiner(initiative_id, request_id)
    with committing():
        service.handle(row, actor=person(), at=now())
    flash(_("Dat is afgehandeld."), "positive")
    return redirect(url_for(".joiners", initiative_id=initiative_id), code=303)
