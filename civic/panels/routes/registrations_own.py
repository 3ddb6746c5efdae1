"""Somebody's own page, behind their own link: look, change, take back, and a copy of everything.

Who has the link may do this; there is no account. A link that is unknown, of somebody else's older
registration, or withdrawn is answered in the same way.
"""

from __future__ import annotations

import json

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.links import absolute
from civic.mail.service import sender
from civic.panels.forms import registrations as forms
from civic.panels.forms.registrations import PartForm
from civic.panels.models import Consent, Panel, Registration
from civic.panels.policy import registrations as policy
from civic.panels.presentation import draws_public
from civic.panels.presentation import registrations as presentation
from civic.panels.queries import registrations as queries
from civic.panels.routes import draws_public_own, seats_own
from civic.panels.routes import registrations_draft as drafts
from civic.panels.routes.blueprint import registration_bp
from civic.panels.service import former_members
from civic.panels.service import registrations as service
from civic.panels.service.registrations import token_of
from civic.panels.service.registrations_rules import CONSTITUENCY, Application, Asking
from civic.panels.states import Channel, RegistrationState
from civic.web import public

ONE = "/mijn/<token>"
PARTS = "any(gegevens, vragen, wensen, contact)"


def _load(token: str) -> Registration:
    registration = queries.registration_of_token(token)
    if registration is None:
        abort(404)
    return registration


def _kept(registration: Registration) -> tuple[Panel, Asking, Application]:
    panel = db.session.get_one(Panel, registration.panel_id)
    application = queries.application_of(registration)
    if application is None:
        abort(404)
    return panel, service.asking_of(panel.id, registration.constituency), application


def page_of(registration: Registration, template: str) -> ResponseReturnValue:
    panel, asking, application = _kept(registration)
    return render_template(
        template,
        registration=registration,
        panel=panel,
        asking=asking,
        rows=presentation.rows(application, asking),
        consents=queries.consents_of(registration.id),
        can_change=policy.can_change(registration, panel),
        fixed_text=presentation.fixed_text(panel.stage),
        own_draw=draws_public_own.newest_own(registration),
        draw_words=draws_public,
        excluded_until=former_members.excluded_until(application.person, panel.region_id, today(now())),
        badge=presentation.state_badge(registration.state),
        channel=presentation.channel_text(registration.channel),
        token=token_of(registration),
        url=absolute("registrations.own", token=token_of(registration)),
        sender=sender(),
        **seats_own.block_of(registration),
    )


@registration_bp.get(ONE)
@public
def own(token: str) -> ResponseReturnValue:
    registration = _load(token)
    if registration.state is RegistrationState.PENDING:
        panel = db.session.get_one(Panel, registration.panel_id)
        return render_template(
            "registrations/pending.html",
            registration=registration,
            panel=panel,
            token=token,
            sender=sender(),
        )
    return page_of(registration, "registrations/own.html")


@registration_bp.post(f"{ONE}/bevestigen")
@public
def confirm(token: str) -> ResponseReturnValue:
    """A button: programs that scan mail follow links, but press nothing."""
    registration = _load(token)
    with committing():
        service.confirm(registration, at=now())
    drafts.keep_receipt(token)
    return redirect(url_for(".receipt"), code=303)


@registration_bp.route(f"{ONE}/wijzigen/<{PARTS}:part>", methods=["GET", "POST"])
@public
def change(token: str, part: str) -> ResponseReturnValue:
    registration = _load(token)
    panel, asking, application = _kept(registration)
    if not policy.can_change(registration, panel) or registration.state is not RegistrationState.CONFIRMED:
        raise NotAllowedNow("registration_fixed")
    if part not in forms.parts_of(asking):
        abort(404)
    parts = forms.parts_from(application, asking)
    is_alone = registration.code_id is None and registration.channel is Channel.WEB
    form = forms.form_of(part, asking, by_letter=not is_alone)(data=parts[part])
    form.ask(asking, today(now()))
    if form.validate_on_submit() and _changed(registration, asking, {**parts, part: form.stored()}, form):
        flash(_("Uw wijziging is opgeslagen."), "positive")
        return redirect(url_for(".own", token=token), code=303)
    page = render_template(
        "registrations/change.html", form=form, part=part, panel=panel, asking=asking, token=token
    )
    return page, 422 if form.errors else 200


def _changed(registration: Registration, asking: Asking, parts: forms.Parts, form: PartForm) -> bool:
    try:
        with committing():
            service.change(registration, forms.application_of(parts, asking), actor=None, at=now())
    except Invalid as error:
        form.form_errors.extend(one for sentences in error.errors.values() for one in sentences)
        return False
    return True


@registration_bp.route(f"{ONE}/intrekken", methods=["GET", "POST"])
@public
def withdraw(token: str) -> ResponseReturnValue:
    registration = _load(token)
    form = forms.SendForm()
    if not form.validate_on_submit():
        panel = db.session.get_one(Panel, registration.panel_id)
        return render_template(
            "registrations/withdraw.html", form=form, panel=panel, registration=registration, token=token
        )
    with committing():
        service.withdraw(registration, actor=None, at=now())
    drafts.drop_receipt()
    return redirect(url_for(".withdrawn"), code=303)


@registration_bp.route(f"{ONE}/toestemming/<int:consent_id>", methods=["GET", "POST"])
@public
def withdraw_consent(token: str, consent_id: int) -> ResponseReturnValue:
    registration = _load(token)
    consent = db.session.get(Consent, consent_id)
    if consent is None or consent.registration_id != registration.id:
        abort(404)
    if consent.subject == CONSTITUENCY:  # without it there can be no registration
        return redirect(url_for(".withdraw", token=token), code=303)
    form = forms.SendForm()
    if not form.validate_on_submit():
        return render_template(
            "registrations/withdraw_consent.html",
            form=form,
            consent=consent,
            token=token,
            frozen_at=registration.frozen_at,
        )
    with committing():
        service.withdraw_consent(registration, consent, actor=None, at=now())
    flash(_("Uw toestemming is ingetrokken. Uw antwoord is gewist."), "positive")
    return redirect(url_for(".own", token=token), code=303)


@registration_bp.get(f"{ONE}/gegevens.json")
@public
def data_json(token: str) -> ResponseReturnValue:
    registration = _load(token)
    panel, asking, application = _kept(registration)
    content = presentation.own_data(registration, application, asking, _consents(registration), panel)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _file(text, "application/json", "mijn-aanmelding.json")


@registration_bp.get(f"{ONE}/gegevens.txt")
@public
def data_text(token: str) -> ResponseReturnValue:
    registration = _load(token)
    panel, asking, application = _kept(registration)
    text = presentation.own_text(registration, application, asking, _consents(registration), panel)
    return _file(text, "text/plain; charset=utf-8", "mijn-aanmelding.txt")


def _consents(registration: Registration) -> list[Consent]:
    return queries.consents_of(registration.id)


def _file(text: str, kind: str, name: str) -> Response:
    disposition = f"attachment; filename={name}"
    return Response(text, content_type=kind, headers={"Content-Disposition": disposition})
