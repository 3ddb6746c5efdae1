"""The overview of the preparation, stopping a panel, initiatives that ask for one, the algorithm register."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import queries as initiatives
from civic.limits import Limit, hit
from civic.mail.service import sender
from civic.panels import queries as files
from civic.panels.forms.preparation import AnswerForm, AskForm, StopForm
from civic.panels.models import Panel, PanelRequest
from civic.panels.policy import may_manage
from civic.panels.policy import preparation as policy
from civic.panels.presentation import mandate as words
from civic.panels.presentation import preparation as presentation
from civic.panels.presentation import preparation_register as register
from civic.panels.queries import composition as compositions
from civic.panels.queries import mandate as mandates
from civic.panels.queries import preparation as queries
from civic.panels.queries import public_draws
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import mandate as writing
from civic.panels.service import preparation as service
from civic.panels.states import Stage
from civic.web import person, public, require

ASKING = Limit("panel-request", 10, 3600)


def _status(form: FlaskForm) -> int:
    return 422 if form.errors else 200


# --- the overview ---------------------------------------------------------------------------------------


@bp.get("/<int:panel_id>/voorbereiding")
def preparation(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_see_preparation, panel, queries.sharing_municipalities(panel.id))
    audience = presentation.audience_of(person(), panel)
    state = _state(panel)
    return render_template(
        "panels/preparation/show.html",
        panel=panel,
        steps=presentation.steps_of(panel, audience),
        points=presentation.open_points(state),
        mandate=state.mandate,
        promise=mandates.response_of(panel),
        notes=[note for note in mandates.notes_of(panel.id) if note.action == "stop"],
        badge=words.stage_badge(panel.stage),
        may_manage=may_manage(person(), panel),
        can_stop=policy.can_stop_now(panel),
    )


def _state(panel: Panel) -> presentation.State:
    mandate, day = mandates.mandate_of(panel.id), today(now())
    return presentation.State(
        panel=panel,
        mandate=mandate,
        missing=writing.missing(mandate, day) if panel.stage is Stage.MANDATE else {},
        unsigned=[place.name for place in mandates.unsigned_municipalities(panel.id)],
        counts=queries.counts_of(panel.id),
        today=day,
    )


@bp.route("/<int:panel_id>/stoppen", methods=["GET", "POST"])
def stop(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_stop, panel)
    to_page = redirect(url_for(".show", panel_id=panel_id), code=303)
    if panel.stage is Stage.STOPPED:
        return to_page  # pressed twice
    if not policy.can_stop_now(panel):
        raise NotAllowedNow("not_in_this_state")
    form = StopForm()
    if form.validate_on_submit():
        try:
            with committing():
                service.stop(panel, form.reason.data or "", actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Het panel is gestopt. De reden staat op de pagina."), "positive")
            return to_page
    page = render_template("panels/preparation/stop.html", panel=load_panel(panel_id), form=form)
    return page, _status(form)


# --- initiatives that ask for a panel -------------------------------------------------------------------


@bp.route("/verzoeken/nieuw/<int:initiative_id>", methods=["GET", "POST"])
def ask_panel(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_initiative(initiative_id)
    require(policy.may_ask, initiative.author_id)
    to_page = redirect(url_for("initiatives.show", initiative_id=initiative_id), code=303)
    if queries.request_of(initiative_id) is not None:
        return to_page  # pressed twice: one question per initiative
    if initiative.is_withdrawn:
        raise NotAllowedNow("not_in_this_state")
    form = AskForm()
    if not form.validate_on_submit():
        page = render_template("panels/preparation/ask.html", initiative=initiative, form=form)
        return page, _status(form)
    with committing():
        hit(ASKING, str(person().id), now())
        service.ask(initiative, form.reason.data or "", actor=person(), at=now())
    flash(_("Uw vraag is binnen. U krijgt een mail met het antwoord."), "positive")
    return to_page


def _load_initiative(initiative_id: int) -> initiatives.Brief:
    found = initiatives.briefs_of([initiative_id]).get(initiative_id)
    if found is None:
        abort(404)
    return found


@bp.route("/verzoeken/<int:request_id>", methods=["GET", "POST"])
def answer_request(request_id: int) -> ResponseReturnValue:
    require(policy.may_answer)
    asked = db.get_or_404(PanelRequest, request_id)
    initiative = _load_initiative(asked.initiative_id)
    if asked.answered_at is not None:
        flash(_("Deze vraag is al beantwoord."), "info")
        return redirect(url_for(".index"), code=303)
    form = AnswerForm()
    said = form.said() if form.validate_on_submit() else None
    if said is None:
        return _answer_page(request_id, form)
    try:
        with committing():
            panel = service.answer(asked, initiative, said, actor=person(), at=now())
            panel_id = panel.id if panel is not None else None
    except Invalid as error:
        put_on_form(form, error)
        return _answer_page(request_id, form)
    if panel_id is None:
        flash(_("Uw antwoord is verstuurd. Er komt geen panel."), "positive")
        return redirect(url_for(".index"), code=303)
    flash(_("Het panel is gemaakt. Kijk de naam, de vraag en het aantal plaatsen na."), "positive")
    return redirect(url_for(".edit", panel_id=panel_id), code=303)


def _answer_page(request_id: int, form: AnswerForm) -> ResponseReturnValue:
    asked = db.get_or_404(PanelRequest, request_id)
    page = render_template(
        "panels/preparation/answer.html",
        asked=asked,
        initiative=_load_initiative(asked.initiative_id),
        form=form,
    )
    return page, _status(form)


# --- the algorithm register -----------------------------------------------------------------------------


@bp.get("/<int:panel_id>/algoritmeregister")
@public
def algorithm_register(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    return render_template(
        "panels/preparation/register.html",
        panel=panel,
        entry=register.entry(_register_facts(panel)),
        labels=register.LABELS,
    )


@bp.get("/<int:panel_id>/algoritmeregister.json")
@public
def algorithm_register_json(panel_id: int) -> ResponseReturnValue:
    """For machines; in Dutch, as the register is."""
    panel = load_panel(panel_id)
    facts = _register_facts(panel)
    with force_locale("nl"):
        fields: dict[str, Any] = register.entry(facts)
    return jsonify(fields)


def _register_facts(panel: Panel) -> register.Facts:
    known, site = files.current_files(panel.id), sender()
    composition = compositions.composition_of(panel.id)
    if composition is not None and composition.fixed_at is None:
        composition = None  # still being thought about
    names = [one.name for one in compositions.features_of(panel.id)] if composition else []
    if not names and known is not None:
        names = [str(one["name"]) for one in known.summary.get("features", [])]
    mandate = mandates.mandate_of(panel.id)
    is_public = mandate is not None and mandate.published_at is not None
    return register.Facts(
        panel=panel,
        mandate=mandate if is_public else None,
        composition=composition,
        features=names,
        organization=site.region_name or site.name,
        contact_email=site.contact_email,
        source_url=str(current_app.config["SOURCE_URL"]),
        draw=public_draws.newest_public_draw(panel.id),
    )
