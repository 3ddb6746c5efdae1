"""The administrator's screens: publish the key of a witness, change its address, stop it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid
from civic.seal import policy, queries, service
from civic.seal.forms import EmailForm, WitnessForm
from civic.seal.routes.house import bp, load_witness
from civic.web import person, require, require_step_up


@bp.get("/beheer/getuigen")
def manage() -> ResponseReturnValue:
    require(policy.may_manage_witnesses)
    return render_template(
        "seal/manage.html", witnesses=queries.all_witnesses(), signed=queries.last_signed_by_all()
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
                service.publish_witness(new, actor=person(), at=now())
        except Invalid as error:
            for name, sentences in error.errors.items():
                form._fields[name].errors = sentences
        else:
            flash(_("De sleutel is gepubliceerd. Hij telt vanaf het volgende controlepunt."), "positive")
            return redirect(url_for(".manage"), code=303)
    return render_template("seal/new.html", form=form), 422 if form.errors else 200


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
        service.retire_witness(load_witness(witness_id), actor=person(), at=now())
    flash(_("Deze getuige is gestopt. Wat hij tekende, blijft gelden."), "positive")
    return redirect(url_for(".manage"), code=303)
