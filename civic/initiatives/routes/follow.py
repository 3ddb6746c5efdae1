"""Following by mail without an account. GET shows, POST does; one answer for every address."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import TooMany
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.follow import RHYTHMS, FollowForm, FollowMoreForm, LinkForm, RhythmForm
from civic.initiatives.models import Follow, Follower, Initiative
from civic.initiatives.policy.follow import can_be_followed
from civic.initiatives.queries import follow as queries
from civic.initiatives.routes.house import ONE, bp, load_visible
from civic.initiatives.service import follow as service
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.limits import Limit, hit
from civic.regions import queries as regions
from civic.tickets import holder
from civic.web import person, public, secret_address

BURST = Limit("follow-burst", 30, 600)


def _ask(subject: Subject, form: FollowForm) -> bool:
    """False when this network asked too often; the form then says so."""
    try:
        with committing():
            hit(BURST, network_of(request.remote_addr), now())
            service.ask(subject, form.email.data, form.chosen(), at=now())
    except TooMany:
        form.form_errors.append(_too_often())
        return False
    return True


def _too_often() -> str:
    return str(_("Vanaf uw netwerk is dit zojuist heel vaak gevraagd. Probeer het over tien minuten."))


def _follow_at_once(subject: Subject, rhythm: Rhythm) -> ResponseReturnValue:
    with committing():
        follower = service.follow_at_once(subject, rhythm, actor=person(), at=now())
        token = service.manage_token(follower, now())
    flash(_("U volgt dit nu. U krijgt mail als er iets gebeurt."), "positive")
    return redirect(url_for(".follow_manage", token=token), code=303)


def _knows_address() -> bool:
    return person() is not None and person().email is not None


@bp.route(f"{ONE}/volgen", methods=["GET", "POST"])
@public
def follow_one(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    if not can_be_followed(initiative):
        return render_template("initiatives/follow/closed.html", initiative=initiative), 409
    subject = Subject(FollowScope.INITIATIVE, initiative_id=initiative.id)
    form = RhythmForm() if _knows_address() else FollowForm()
    if not form.validate_on_submit():
        return _one_page(initiative, form, 422 if form.is_submitted() else 200)
    if not isinstance(form, FollowForm):
        return _follow_at_once(subject, form.chosen())
    if not _ask(subject, form):
        return _one_page(initiative, form, 429)
    return redirect(url_for(".follow_sent"), code=303)


def _one_page(initiative: Initiative, form: RhythmForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/follow/one.html", initiative=initiative, form=form), status


@bp.route("/initiatieven/volgen", methods=["GET", "POST"])
@public
def follow_more() -> ResponseReturnValue:
    places = regions.municipalities()
    form = FollowMoreForm()
    form.offer(places)
    if request.method == "GET" and request.args.get("gemeente") in {one.slug for one in places}:
        form.what.data = request.args["gemeente"]
    if _knows_address():
        del form.email
    if not form.validate_on_submit():
        return _more_page(form, 422 if form.is_submitted() else 200)
    if _knows_address():
        return _follow_at_once(form.subject(places), form.chosen())
    if not _ask(form.subject(places), form):
        return _more_page(form, 429)
    return redirect(url_for(".follow_sent"), code=303)


def _more_page(form: FollowMoreForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/follow/more.html", form=form), status


@bp.get("/volgen/mail")
@public
def follow_sent() -> ResponseReturnValue:
    """The same page for an unknown, a known and a repeated address."""
    return render_template("initiatives/follow/sent.html")


@bp.route("/volgen/bevestigen/<token>", methods=["GET", "POST"])
@public
def follow_confirm(token: str) -> ResponseReturnValue:
    """GET shows, POST says yes: programs that scan mail follow links, but press no buttons."""
    follow = service.follow_of(token, at=now())
    if follow is None:
        return _unknown()
    form = ConfirmForm()
    if follow.confirmed_at is None and form.validate_on_submit():
        with committing():
            service.confirm(follow, at=now())
        return redirect(url_for(".follow_confirm", token=token), code=303)
    return render_template(
        "initiatives/follow/confirm.html",
        follow=follow,
        name=service.name_of(follow.subject),
        rhythm=RHYTHMS[follow.rhythm],
        manage_token=service.manage_token(follow.follower, now()) if follow.confirmed_at else None,
        form=form,
    )


def _unknown() -> ResponseReturnValue:
    return render_template("initiatives/follow/unknown.html"), 404


# --- what I follow --------------------------------------------------------------------------------------


@bp.route("/volgen", methods=["GET", "POST"])
@public
def follow_mine() -> ResponseReturnValue:
    """Signed in: straight on. Otherwise the link goes by mail, to who follows something."""
    if _knows_address():
        follower = service.find_follower(person().email)
        if follower is not None and follower.confirmed_at is not None:
            return redirect(url_for(".follow_manage", token=service.manage_token(follower, now())))
        return render_template("initiatives/follow/nothing.html")
    form = LinkForm()
    if not form.validate_on_submit():
        return _link_page(form, 422 if form.is_submitted() else 200)
    try:
        with committing():
            hit(BURST, network_of(request.remote_addr), now())
            service.mail_link(form.email.data, at=now())
    except TooMany:
        form.form_errors.append(_too_often())
        return _link_page(form, 429)
    return redirect(url_for(".follow_sent"), code=303)


def _link_page(form: LinkForm, status: int) -> ResponseReturnValue:
    return render_template("initiatives/follow/ask_link.html", form=form), status


@bp.route("/volgen/mijn/<token>", methods=["GET", "POST"])
@public
def follow_manage(token: str) -> ResponseReturnValue:
    follower = service.follower_of(service.MANAGE, token, at=now())
    if follower is None:
        return _unknown()
    form = RhythmForm(rhythm=follower.rhythm.value)
    if form.validate_on_submit():
        with committing():
            service.change_rhythm(follower, form.chosen(), at=now())
        flash(_("Dat is veranderd."), "positive")
        return redirect(url_for(".follow_manage", token=token), code=303)
    return _manage_page(follower, form, token), 422 if form.is_submitted() else 200


def _manage_page(follower: Follower, form: RhythmForm, token: str) -> str:
    return render_template(
        "initiatives/follow/manage.html",
        follower=follower,
        followed=queries.followed_by(follower),
        form=form,
        token=token,
        stop_token=service.stop_token(follower, now()),
    )


@bp.post("/volgen/mijn/<token>/stoppen/<int:follow_id>")
@public
def follow_stop_one(token: str, follow_id: int) -> ResponseReturnValue:
    follower = service.follower_of(service.MANAGE, token, at=now())
    if follower is None:
        return _unknown()
    follow = db.session.get(Follow, follow_id)
    if follow is not None and follow.follower_id == follower.id:  # otherwise it stopped already
        with committing():
            is_last = len(queries.followed_by(follower)) == 1
            service.stop(follow)
        flash(_("U krijgt hier geen mail meer over."), "positive")
        if is_last:
            return redirect(url_for(".follow_stopped"), code=303)
    return redirect(url_for(".follow_manage", token=token), code=303)


@bp.route("/volgen/stop/<token>", methods=["GET", "POST"])
@public
@secret_address
def follow_stop(token: str) -> ResponseReturnValue:
    """The link of each mail, and the button of mail programs (RFC 8058), which post here by themselves."""
    if holder(service.STOP, token, today(now())) is None:
        return _unknown()
    follower = service.follower_of(service.STOP, token, at=now())
    if follower is None:
        return render_template("initiatives/follow/stopped.html")
    if request.method == "GET":
        return render_template("initiatives/follow/stop.html", count=len(queries.followed_by(follower)))
    with committing():
        service.stop_everything(follower)
    return redirect(url_for(".follow_stopped"), code=303)


@bp.get("/volgen/gestopt")
@public
def follow_stopped() -> ResponseReturnValue:
    return render_template("initiatives/follow/stopped.html")
