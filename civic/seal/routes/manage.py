"""The administrators' screens: propose and publish the key of a witness, change its address, stop it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.seal import policy, queries, service, witnesses
from civic.seal.forms import DROP, PUBLISH, EmailForm, ProposalForm, WitnessForm
from civic.seal.models import WitnessProposal
from civic.seal.routes.house import bp, load_proposal, load_witness
from civic.web import person, require, require_step_up


@bp.get("/beheer/getuigen")
def manage() -> ResponseReturnValue:
    require(policy.may_manage_witnesses)
    return render_template(
        "seal/manage.html",
        witnesses=queries.all_witnesses(),
        signed=queries.last_signed_by_all(),
        proposals=queries.proposals(),
        counts_from=queries.counts_from,
    )


@bp.route("/beheer/getuigen/nieuw", methods=["GET", "POST"])
def new_witness() -> ResponseReturnValue:
    require(policy.may_manage_witnesses)
    require_step_up()
    form = WitnessForm()
    if form.validate_on_submit():
        new = service.NewWitness(form.name.data or "", form.public_key.data or "", form.email.data or None)
        try:
            with committing():
                witnesses.propose(new, actor=person(), at=now())
        except Invalid as error:
            for name, sentences in error.errors.items():
                form._fields[name].errors = sentences
        else:
            flash(_("Uw voorstel staat klaar. Een andere beheerder moet nu besluiten."), "positive")
            return redirect(url_for(".manage"), code=303)
    return render_template("seal/new.html", form=form), 422 if form.errors else 200


@bp.route("/beheer/getuigen/voorstel/<int:proposal_id>", methods=["GET", "POST"])
def witness_proposal(proposal_id: int) -> ResponseReturnValue:
    """Whoever proposed it can take it back; another administrator publishes or refuses."""
    require(policy.may_manage_witnesses)
    require_step_up()
    proposal, form = load_proposal(proposal_id), ProposalForm()
    if not form.validate_on_submit() or form.decision.data not in (PUBLISH, DROP):
        return _proposal_page(proposal, form)
    if form.is_publish and not policy.may_confirm(person(), proposal):
        raise NotAllowedNow("own_witness")
    try:
        flash(_decided(proposal_id, form), "positive")
    except Invalid as error:
        form.form_errors = [one for found in error.errors.values() for one in found]
        return _proposal_page(load_proposal(proposal_id), form)
    return redirect(url_for(".manage"), code=303)


def _decided(proposal_id: int, form: ProposalForm) -> str:
    with committing():
        proposal = load_proposal(proposal_id)
        if form.is_publish:
            witnesses.confirm(proposal, actor=person(), at=now())
            return str(_("De sleutel is gepubliceerd. Hij telt vanaf het volgende controlepunt."))
        witnesses.drop(proposal, actor=person(), at=now())
    return str(_("Het voorstel gaat niet door. Er is niets gepubliceerd."))


def _proposal_page(proposal: WitnessProposal, form: ProposalForm) -> ResponseReturnValue:
    proposer = db.session.get(User, proposal.proposed_by_id)
    page = render_template(
        "seal/proposal.html",
        proposal=proposal,
        form=form,
        proposer=proposer.display_name if proposer else "",
        may_confirm=policy.may_confirm(person(), proposal),
        days=queries.KNOWN_AHEAD.days,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/beheer/getuigen/<int:witness_id>/mail", methods=["GET", "POST"])
def witness_email(witness_id: int) -> ResponseReturnValue:
    require(policy.may_manage_witnesses)
    witness = load_witness(witness_id)
    form = EmailForm(email=witness.email)
    if form.validate_on_submit():
        with committing():
            witness = load_witness(witness_id)
            service.change_email(witness, form.email.data or None, actor=person(), at=now())
        flash(_("Het mailadres is bewaard."), "positive")
        return redirect(url_for(".manage"), code=303)
    return render_template("seal/email.html", form=form, witness=witness), 422 if form.errors else 200


@bp.route("/beheer/getuigen/<int:witness_id>/stoppen", methods=["GET", "POST"])
def retire_witness(witness_id: int) -> ResponseReturnValue:
    require(policy.may_manage_witnesses)
    require_step_up()
    witness = load_witness(witness_id)
    if request.method == "GET":
        left = len([one for one in queries.witnesses() if one.id != witness_id])
        return render_template("seal/retire.html", witness=witness, left=left, least=queries.LEAST_WITNESSES)
    with committing():
        witnesses.retire(load_witness(witness_id), actor=person(), at=now())
    flash(_("Deze getuige is gestopt. Wat hij tekende, blijft gelden."), "positive")
    return redirect(url_for(".manage"), code=303)
