"""Going on together: the pages of the two writers, and the question to who supported."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.initiatives import policy as people
from civic.initiatives import service as supports
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.merge import AgreeForm, JointTextForm, ProposeForm
from civic.initiatives.models import Initiative, Support
from civic.initiatives.models.merge import MergeProposal, SupportMove
from civic.initiatives.policy import merge as policy
from civic.initiatives.presentation import merge as words
from civic.initiatives.queries import merge as queries
from civic.initiatives.routes.house import ONE, bp, load_visible
from civic.initiatives.service import merge as service
from civic.initiatives.service import merge_supports
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import SupportState
from civic.initiatives.states.merge import MergeState, MoveAnswer
from civic.web import person, public, require, signed_in

PROPOSAL = "/initiatieven/samen/<int:proposal_id>"


@bp.route(f"{ONE}/samen", methods=["GET", "POST"])
@signed_in
def merge_propose(initiative_id: int) -> ResponseReturnValue:
    """Propose to the writer of this initiative to go on together with one of mine."""
    target = load_visible(initiative_id)
    mine = [one for one in queries.own_that_can_merge(person().id) if one.id != target.id]
    fitting = [one for one in mine if policy.fit(one, target)]
    if not fitting:
        status = 409 if request.method == "POST" else 200
        return render_template("initiatives/merge/none.html", initiative=target), status
    form = ProposeForm(data=_first_text(fitting[0], target))
    form.ask_for(fitting)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "initiatives/merge/propose.html", initiative=target, form=form, mine=fitting
        ), status
    source = next(one for one in fitting if str(one.id) == form.source.data)
    require(policy.may_propose, source, target)
    with committing():
        proposal = service.propose(source, target, form.text(), actor=person(), at=now())
    flash(_("De andere schrijver krijgt een mail."), "positive")
    return redirect(url_for(".merge", proposal_id=proposal.id), code=303)


def _first_text(source: Initiative, target: Initiative) -> dict[str, str]:
    """Something to begin with: one's own title, and both texts under each other."""
    return {
        "source": str(source.id),
        "title": source.title,
        "wish": f"{source.wish}\n\n{target.wish}",
        "plan": f"{source.plan}\n\n{target.plan}",
    }


def _load(proposal_id: int) -> tuple[MergeProposal, service.Pair]:
    proposal = db.get_or_404(MergeProposal, proposal_id)
    pair = service.pair_of(proposal)
    require(policy.may_see_proposal, pair.source, pair.target)
    return proposal, pair


@bp.get(PROPOSAL)
def merge(proposal_id: int) -> ResponseReturnValue:
    proposal, pair = _load(proposal_id)
    is_source = people.is_author(person(), pair.source)
    mine, other = proposal.source_agreed, proposal.target_agreed
    mine, other = (mine, other) if is_source else (other, mine)
    is_open = proposal.state is MergeState.OPEN
    return render_template(
        "initiatives/merge/show.html",
        proposal=proposal,
        pair=pair,
        is_open=is_open,
        i_agreed=mine == proposal.revision,
        other_agreed=other == proposal.revision,
        form=AgreeForm(formdata=None, data={"revision": proposal.revision}),
        ends_on=queries.ends_on(proposal),
        progress=queries.progress_of(proposal) if proposal.state is MergeState.AGREED else [],
        words=words,
    )


@bp.route(f"{PROPOSAL}/tekst", methods=["GET", "POST"])
def merge_edit(proposal_id: int) -> ResponseReturnValue:
    proposal, pair = _load(proposal_id)
    if proposal.state is not MergeState.OPEN:
        raise NotAllowedNow("not_in_this_state")
    form = JointTextForm(obj=proposal)
    if not form.validate_on_submit():
        return _edit_page(proposal, pair, form, 422 if form.is_submitted() else 200)
    try:
        with committing():
            service.edit(proposal, form.text(), form.seen(), actor=person(), at=now())
    except NotAllowedNow as error:
        if error.code != "merge_other_text":
            raise
        return _edited_meanwhile(proposal_id, form)
    flash(_("De nieuwe tekst is bewaard. De andere schrijver leest hem opnieuw."), "positive")
    return redirect(url_for(".merge", proposal_id=proposal_id), code=303)


def _edit_page(
    proposal: MergeProposal, pair: service.Pair, form: JointTextForm, status: int
) -> ResponseReturnValue:
    return render_template("initiatives/merge/edit.html", proposal=proposal, pair=pair, form=form), status


def _edited_meanwhile(proposal_id: int, form: JointTextForm) -> ResponseReturnValue:
    """What was typed is not lost; the newest text stands beside it, and saving again replaces that one."""
    proposal, pair = _load(proposal_id)
    form.form_errors.append(_("De andere schrijver veranderde de tekst net ook. Kijk wat u overneemt."))
    form.revision.data = str(proposal.revision)
    return _edit_page(proposal, pair, form, 409)


@bp.post(f"{PROPOSAL}/akkoord")
def merge_agree(proposal_id: int) -> ResponseReturnValue:
    proposal, _pair = _load(proposal_id)
    form = AgreeForm()
    if not form.validate_on_submit():
        return redirect(url_for(".merge", proposal_id=proposal_id), code=303)
    with committing():
        new = service.agree(proposal, form.seen(), actor=person(), at=now())
        new_id = new.id if new else None
    if new_id is None:
        flash(_("U bent het eens. Nu de andere schrijver nog."), "positive")
        return redirect(url_for(".merge", proposal_id=proposal_id), code=303)
    flash(_("Jullie gaan samen verder. Iedereen die steunde, krijgt een mail."), "positive")
    return redirect(url_for(".show", initiative_id=new_id), code=303)


@bp.route(f"{PROPOSAL}/stoppen", methods=["GET", "POST"])
def merge_stop(proposal_id: int) -> ResponseReturnValue:
    proposal, pair = _load(proposal_id)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template("initiatives/merge/stop.html", proposal=proposal, pair=pair, form=form)
    with committing():
        service.stop(proposal, actor=person(), at=now())
    flash(_("Gestopt. Uw initiatief gaat verder zoals het was."), "positive")
    return redirect(url_for(".merge", proposal_id=proposal_id), code=303)


# --- who supported --------------------------------------------------------------------------------------


def _supporter(token: str) -> tuple[Support, MergeProposal] | None:
    support = supports.find_by_token(token, at=now())
    proposal = queries.merge_of_old(support.initiative_id) if support else None
    return (support, proposal) if support and proposal else None


@bp.route("/steun/<token>/samen", methods=["GET", "POST"])
@public
def move_support(token: str) -> ResponseReturnValue:
    """GET shows both texts, POST answers: programs that scan mail follow links, but press no buttons."""
    found = _supporter(token)
    if found is None:
        return render_template("initiatives/link_unknown.html"), 404
    support, proposal = found
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _move_page(support, proposal, form)
    answer = _answer()
    with committing():
        if answer is MoveAnswer.MOVED:
            merge_supports.move_along(support, proposal, at=now())
        else:
            merge_supports.stay(support, proposal, at=now())
    return redirect(url_for(".move_support", token=token), code=303)


def _answer() -> MoveAnswer:
    answers = {"ja": MoveAnswer.MOVED, "nee": MoveAnswer.STAYED}
    found = answers.get(request.form.get("antwoord", ""))
    return found if found is not None else abort(400)


def _move_page(support: Support, proposal: MergeProposal, form: ConfirmForm) -> ResponseReturnValue:
    known = db.session.get(SupportMove, support.id)
    counted = db.session.get(Support, known.new_support_id) if known and known.new_support_id else None
    return render_template(
        "initiatives/merge/move.html",
        old=db.session.get_one(Initiative, support.initiative_id),
        new=db.session.get_one(Initiative, proposal.new_id),
        proposal=proposal,
        form=form,
        answer=known.answer.value if known else None,
        can_answer=support.state is SupportState.CONFIRMED and bool(support.email),
        new_token=token_of(counted) if counted and counted.state is SupportState.CONFIRMED else None,
    )


@dataclass(frozen=True)
class OnPage:
    """What the public page of an initiative says about merging; the last two are for people who may."""

    came_from: list[queries.Relative]
    went_to: queries.Relative | None
    proposal_id: int | None
    can_propose: bool


def on_page(initiative: Initiative) -> OnPage:
    """One statement; one more for its writer."""
    found, user = queries.relatives_of(initiative), person()
    is_author = people.is_author(user, initiative)
    waiting = queries.open_proposals([initiative.id]) if is_author else []
    return OnPage(
        came_from=[one for one in found if not one.is_next],
        went_to=next((one for one in found if one.is_next), None),
        proposal_id=waiting[0].id if waiting else None,
        can_propose=user is not None and not is_author and policy.can_merge(initiative),
    )
