"""The conversation under an initiative: read, write, change, delete, report."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import HOUSEHOLD, network_of
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import presentation
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.talk import CommentForm, ObjectionForm, ReportCommentForm
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.policy import talk as policy
from civic.initiatives.presentation import talk as words
from civic.initiatives.queries import talk as queries
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.service import talk as service
from civic.initiatives.states import PUBLISHED
from civic.initiatives.states.talk import CommentState
from civic.keyset import cursor_from_request, links
from civic.pagecache import shared
from civic.web import person, public, require, signed_in

COMMENT = "/initiatieven/reacties/<int:comment_id>"


def load_comment(comment_id: int) -> tuple[Comment, Initiative]:
    """A comment of an initiative that one may see."""
    comment = db.get_or_404(Comment, comment_id)
    return comment, load_visible(comment.initiative_id)


def _published(initiative_id: int) -> Initiative:
    initiative = load_visible(initiative_id)
    if initiative.state not in PUBLISHED:
        abort(404)
    return initiative


def _to_comments(initiative_id: int) -> ResponseReturnValue:
    return redirect(url_for(".comments", initiative_id=initiative_id), code=303)


@bp.get(f"{ONE}/reacties")
@public
@shared
def comments(initiative_id: int) -> ResponseReturnValue:
    """No form here: the page is the same for everybody who is not signed in."""
    initiative, user = _published(initiative_id), person()
    part = queries.threads(initiative.id, user.id if user else None, cursor_from_request())
    return render_template(
        "initiatives/talk/comments.html",
        initiative=initiative,
        threads=part.rows,
        pager=links(part, lambda one: one.comment.id),
        talk=queries.talk_of(initiative),
        at=now(),
        user_id=user.id if user else None,
        is_moderator=policy.may_moderate(user, initiative),
        can_edit=service.can_edit,
        words=words,
    )


@bp.route(f"{ONE}/reageren", methods=["GET", "POST"])
@signed_in
def comment_new(initiative_id: int) -> ResponseReturnValue:
    initiative = _published(initiative_id)
    parent = _parent(initiative)
    talk, form = queries.talk_of(initiative), CommentForm(data={"name": person().name or ""})
    if not talk.is_open(now()):
        raise NotAllowedNow("conversation_closed")
    if not form.validate_on_submit():
        return _write_page(initiative, form, parent, talk, 422 if form.is_submitted() else 200)
    try:
        with committing():
            said = service.Words(form.name.data, form.text.data)
            comment = service.post(initiative, said, parent, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _write_page(initiative, form, parent, talk, 422)
    _say_posted(comment)
    return _to_comments(initiative_id)


def _parent(initiative: Initiative) -> Comment | None:
    number = request.args.get("op", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    found = db.session.get(Comment, int(number))
    if found is None or found.initiative_id != initiative.id or found.state is not CommentState.SHOWN:
        abort(404)
    return found


def _write_page(
    initiative: Initiative, form: CommentForm, parent: Comment | None, talk: queries.Talk, status: int
) -> ResponseReturnValue:
    return render_template(
        "initiatives/talk/write.html",
        initiative=initiative,
        form=form,
        parent=parent,
        talk=talk,
        is_official=policy.is_official(person()),
        words=words,
    ), status


def _say_posted(comment: Comment) -> None:
    if comment.state is CommentState.WAITING:
        flash(_("Er staat een link in uw eerste reactie. Iemand van de griffie kijkt er eerst naar."), "info")
    else:
        flash(_("Uw reactie staat op de pagina. U kunt hem een kwartier lang wijzigen."), "positive")


# --- one's own comment ----------------------------------------------------------------------------------


def _own(comment_id: int) -> tuple[Comment, Initiative]:
    comment, initiative = load_comment(comment_id)
    require(policy.is_writer, comment)
    if comment.state is CommentState.DELETED:
        abort(404)
    return comment, initiative


@bp.get(COMMENT)
def comment(comment_id: int) -> ResponseReturnValue:
    """What became of my comment, and why."""
    found, initiative = _own(comment_id)
    return render_template(
        "initiatives/talk/mine.html",
        initiative=initiative,
        comment=found,
        can_edit=service.can_edit(found, now()),
        words=words,
        labels=presentation,
    )


@bp.route(f"{COMMENT}/wijzigen", methods=["GET", "POST"])
def comment_edit(comment_id: int) -> ResponseReturnValue:
    found, initiative = _own(comment_id)
    if not service.can_edit(found, now()):
        raise NotAllowedNow("too_late_to_edit")
    form = CommentForm(data={"name": found.name, "text": found.text})
    talk = queries.talk_of(initiative)
    if not form.validate_on_submit():
        return _write_page(initiative, form, None, talk, 422 if form.is_submitted() else 200)
    try:
        with committing():
            said = service.Words(form.name.data, form.text.data)
            service.edit(found, said, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _write_page(initiative, form, None, talk, 422)
    flash(_("Uw reactie is gewijzigd."), "positive")
    return _to_comments(found.initiative_id)


@bp.route(f"{COMMENT}/verwijderen", methods=["GET", "POST"])
def comment_delete(comment_id: int) -> ResponseReturnValue:
    found, initiative = load_comment(comment_id)
    require(policy.is_writer, found)
    form = ConfirmForm()
    if found.state is CommentState.DELETED:
        return _to_comments(initiative.id)  # pressed twice
    if not form.validate_on_submit():
        return render_template(
            "initiatives/talk/delete.html", initiative=initiative, comment=found, form=form
        )
    with committing():
        service.delete(found, actor=person(), at=now())
    flash(_("Uw reactie is weg."), "positive")
    return _to_comments(found.initiative_id)


@bp.route(f"{COMMENT}/niet-mee-eens", methods=["GET", "POST"])
def comment_object(comment_id: int) -> ResponseReturnValue:
    found, initiative = _own(comment_id)
    if found.objected_at is not None:
        return redirect(url_for(".comment", comment_id=comment_id), code=303)
    if found.state is not CommentState.HIDDEN:
        raise NotAllowedNow("not_in_this_state")
    form = ObjectionForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "initiatives/talk/object.html", initiative=initiative, comment=found, form=form, words=words
        ), status
    with committing():
        service.object_to(found, form.text.data, actor=person(), at=now())
    flash(_("Een andere medewerker kijkt opnieuw. U krijgt een mail."), "positive")
    return redirect(url_for(".comment", comment_id=comment_id), code=303)


# --- everybody ------------------------------------------------------------------------------------------


@bp.route(f"{COMMENT}/melden", methods=["GET", "POST"])
@public
def comment_report(comment_id: int) -> ResponseReturnValue:
    found, initiative = load_comment(comment_id)
    if found.state is not CommentState.SHOWN:
        abort(404)
    form = ReportCommentForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "initiatives/talk/report.html", initiative=initiative, comment=found, form=form
        ), status
    network = network_of(request.remote_addr, HOUSEHOLD)
    with committing():
        service.report(found, form.chosen(), actor=person(), network=network, at=now())
    flash(_("Dank u. De griffie kijkt naar deze reactie."), "positive")
    return _to_comments(found.initiative_id)
