"""The list of comments that wait, judging one, and the rules of the conversation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid
from civic.events import queries as events
from civic.initiatives import policy as people
from civic.initiatives import presentation
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.talk import HideForm, LevelForm
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.policy import talk as policy
from civic.initiatives.presentation import talk as words
from civic.initiatives.queries import talk as queries
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.routes.talk import COMMENT, load_comment
from civic.initiatives.service import talk_moderation as service
from civic.initiatives.service import talk_rules
from civic.initiatives.states.talk import CommentState
from civic.keyset import parse_moment, place_from_request, place_links
from civic.web import person, require


@bp.get("/initiatieven/reacties")
def moderation() -> ResponseReturnValue:
    require(policy.may_open_moderation)
    user = person()
    places = None if policy.is_administrator(user) else people.councils_of(user)
    page = queries.moderation_page(places, place_from_request(parse_moment))
    return render_template(
        "initiatives/talk/moderation.html",
        page=page,
        pager=place_links(page, {}),
        day=today(now()),
        words=words,
    )


def _case(comment_id: int) -> tuple[Comment, Initiative]:
    comment, initiative = load_comment(comment_id)
    require(policy.may_judge, comment, initiative)
    return comment, initiative


@bp.get(f"{COMMENT}/bekijken")
def comment_judge(comment_id: int) -> ResponseReturnValue:
    return _judge_page(*_case(comment_id), HideForm(), 200)


def _judge_page(comment: Comment, initiative: Initiative, form: HideForm, status: int) -> ResponseReturnValue:
    is_waiting = comment.waits_since is not None
    can_hide = comment.state in (CommentState.SHOWN, CommentState.WAITING) or is_waiting
    return render_template(
        "initiatives/talk/judge.html",
        initiative=initiative,
        comment=comment,
        form=form,
        reports=queries.reports_of(comment),
        can_keep=is_waiting,
        can_hide=can_hide and comment.state is not CommentState.DELETED,
        needs_another=service.needs_another(comment, person()),
        entries=presentation.timeline(events.timeline(comment)),
        words=words,
    ), status


@bp.post(f"{COMMENT}/laten-staan")
def comment_keep(comment_id: int) -> ResponseReturnValue:
    comment, _initiative = _case(comment_id)
    if ConfirmForm().validate_on_submit():
        with committing():
            service.keep(comment, actor=person(), at=now())
        flash(_("De reactie staat op de pagina."), "positive")
    return redirect(url_for(".moderation"), code=303)


@bp.post(f"{COMMENT}/weghalen")
def comment_hide(comment_id: int) -> ResponseReturnValue:
    comment, initiative = _case(comment_id)
    form = HideForm()
    if not form.validate_on_submit():
        return _judge_page(comment, initiative, form, 422)
    with committing():
        service.hide(comment, form.chosen(), form.text.data, actor=person(), at=now())
    flash(_("De reactie is weggehaald. De schrijver krijgt uw uitleg in een mail."), "positive")
    return redirect(url_for(".moderation"), code=303)


# --- the rules of the conversation ----------------------------------------------------------------------


@bp.route(f"{ONE}/gesprek", methods=["GET", "POST"])
def conversation(initiative_id: int) -> ResponseReturnValue:
    """What the municipality does with comments: said before they come."""
    initiative = load_visible(initiative_id)
    require(policy.may_lead, initiative)
    talk = queries.talk_of(initiative)
    form = LevelForm(data={"level": talk.level.value if talk.level else None})
    if not form.validate_on_submit():
        return _conversation_page(initiative, form, talk, 422 if form.is_submitted() else 200)
    try:
        with committing():
            talk_rules.declare(initiative, form.chosen(), form.why(), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _conversation_page(initiative, form, talk, 422)
    flash(_("Uw keuze staat op de pagina van het initiatief."), "positive")
    return redirect(url_for(".conversation", initiative_id=initiative_id), code=303)


def _conversation_page(
    initiative: Initiative, form: LevelForm, talk: queries.Talk, status: int
) -> ResponseReturnValue:
    return render_template(
        "initiatives/talk/conversation.html",
        initiative=initiative,
        form=form,
        confirm=ConfirmForm(formdata=None),
        talk=talk,
        at=now(),
        words=words,
    ), status


@bp.post(f"{ONE}/gesprek/luisteren/<any(aan, uit):switch>")
def listening(initiative_id: int, switch: str) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(policy.may_lead, initiative)
    if ConfirmForm().validate_on_submit():
        with committing():
            talk_rules.set_listening(initiative, switch == "aan", actor=person(), at=now())
        is_on = switch == "aan"
        flash(
            _("De luisterstand staat aan. Medewerkers stellen nu alleen vragen.")
            if is_on
            else _("De luisterstand staat uit."),
            "positive",
        )
    return redirect(url_for(".conversation", initiative_id=initiative_id), code=303)
