"""What some kinds have of their own: the facts of a challenge, the end of a project; and vague words kept."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy
from civic.initiatives.forms.kinds import ChallengeForm, FinishForm, challenge_values
from civic.initiatives.models import Initiative
from civic.initiatives.policy.people import is_writer
from civic.initiatives.queries import kinds as queries
from civic.initiatives.queries import people
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import kinds as service
from civic.initiatives.service.drafts import keep_words
from civic.initiatives.states import InitiativeKind, State
from civic.initiatives.states.desk import EDITABLE
from civic.web import person, require


def _load_challenge(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    if initiative.state not in EDITABLE or initiative.kind is not InitiativeKind.RIGHT_TO_CHALLENGE:
        raise NotAllowedNow("not_in_this_state")
    return initiative


@bp.route(f"{ONE}/taak", methods=["GET", "POST"])
def challenge(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_challenge(initiative_id)
    if request.method == "GET":
        known = {**challenge_values(initiative), "tab": secrets.token_hex(16)}
        return _challenge_page(initiative, ChallengeForm(data=known))
    form = ChallengeForm()
    if not form.validate():
        return _challenge_page(initiative, form, 422)
    try:
        with committing():
            service.save_challenge(initiative, form.answers(), form.edit(), at=now())
    except NotAllowedNow as error:
        return _conflict(initiative_id, form, error)
    missing = service.missing_challenge(load(initiative_id).challenge)
    if missing and request.form.get("later") is None:
        put_errors(form, Invalid(missing))
        return _challenge_page(load(initiative_id), form, 422)
    return redirect(url_for(".check", initiative_id=initiative_id), code=303)


def _challenge_page(initiative: Initiative, form: ChallengeForm, status: int = 200) -> ResponseReturnValue:
    form.revision.data = form.revision.data or str(initiative.revision)
    page = render_template("initiatives/writing/challenge.html", initiative=initiative, form=form)
    return page, status


def _conflict(initiative_id: int, form: ChallengeForm, error: NotAllowedNow) -> ResponseReturnValue:
    """As with the text: what was typed stays, and saving once more replaces the other."""
    if error.code != "edited_elsewhere":
        raise error
    initiative = load(initiative_id)
    form.revision.data, form.tab.data = str(initiative.revision), secrets.token_hex(16)
    form.form_errors.append(_("Dit is intussen ergens anders veranderd. Bewaart u nu? Dan geldt uw tekst."))
    return _challenge_page(initiative, form, 409)


@bp.route(f"{ONE}/klaar", methods=["GET", "POST"])
def finish(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_withdraw, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.state is State.FINISHED:
        return to_page  # pressed twice
    if initiative.state is not State.RUNNING:
        raise NotAllowedNow("not_in_this_state")
    form = FinishForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("initiatives/writing/finish.html", initiative=initiative, form=form), status
    with committing():
        service.finish(initiative, form.lesson.data, actor=person(), at=now())
    flash(_("Mooi gedaan. Uw project is klaar."), "positive")
    return to_page


@bp.post(f"{ONE}/woorden")
def keep_vague_words(initiative_id: int) -> ResponseReturnValue:
    """The hint was read; the writers want these words."""
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    with committing():
        keep_words(initiative, request.form.getlist("woord"), actor=person(), at=now())
    return redirect(url_for(".check", initiative_id=initiative_id), code=303)


def writing_of(initiative: Initiative, user: Any) -> dict[str, Any]:
    """For the public page: kind, who else writes, the comparison, the lesson."""
    is_challenge = initiative.kind is InitiativeKind.RIGHT_TO_CHALLENGE
    challenge = initiative.challenge if is_challenge else None
    return {
        "names": people.names_shown(initiative),
        "is_writer": is_writer(user, initiative),
        "challenge": challenge,
        "comparison": queries.comparison_of(challenge),
        "project": None if queries.is_asked_of_municipality(initiative) else initiative.project,
        "needs_support": queries.is_asked_of_municipality(initiative),
        "can_finish": policy.is_author(user, initiative) and initiative.state is State.RUNNING,
    }
