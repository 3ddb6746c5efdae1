"""Freezing the pool with four eyes, and the frozen pool as everybody may see it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.canonical import canonical
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.panels.forms.freeze import AGREE, CorrectForm, DecideForm, ProposeForm
from civic.panels.models import Freeze, Panel
from civic.panels.policy import freeze as policy
from civic.panels.presentation import freeze as presentation
from civic.panels.queries import freeze as queries
from civic.panels.queries.mandate import notes_of
from civic.panels.routes import freeze_objections, freeze_receipts
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import freeze as service
from civic.panels.service.receipts import draw_name
from civic.panels.states import StageAction
from civic.web import person, public, require, require_step_up

POOL_FORMAT = "civic-pool/1"


@bp.get("/<int:panel_id>/vastzetten")
def freeze(panel_id: int) -> ResponseReturnValue:
    """What is in order and what is not, and whose turn it is."""
    panel = load_panel(panel_id)
    require(policy.may_see_checklist, panel)
    proposed = queries.proposed_freeze(panel.id)
    items = queries.checklist(panel)
    return render_template(
        "panels/freeze/show.html",
        panel=panel,
        proposed=proposed,
        proposer=_name_of(proposed),
        current=queries.current_freeze(panel.id),
        lines=presentation.checklist_lines(items),
        is_blocked=any(item.is_blocking for item in items),
        open_objections=queries.open_objections(panel.id),
        can_propose=policy.can(panel, StageAction.PROPOSE_FREEZE),
        may_decide=proposed is not None and policy.may_decide(person(), proposed),
    )


@bp.route("/<int:panel_id>/vastzetten/voorstellen", methods=["GET", "POST"])
def propose_freeze(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_propose, panel)
    require_step_up()
    if request.method == "GET" and not policy.can(panel, StageAction.PROPOSE_FREEZE):
        return redirect(url_for(".freeze", panel_id=panel_id))
    form = ProposeForm()
    if form.validate_on_submit():
        try:
            with committing():
                service.propose(panel, form.acknowledged.data or [], actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Uw voorstel staat klaar. Een andere lotingsbeheerder moet nu akkoord gaan."), "positive")
            return redirect(url_for(".freeze", panel_id=panel_id), code=303)
    items = queries.checklist(load_panel(panel_id))
    form.offer(presentation.warnings_of(items))
    page = render_template(
        "panels/freeze/propose.html",
        panel=load_panel(panel_id),
        form=form,
        is_blocked=any(item.is_blocking for item in items),
        term=service.OBJECTION_TERM,
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:panel_id>/vastzetten/besluiten", methods=["GET", "POST"])
def decide_freeze(panel_id: int) -> ResponseReturnValue:
    """The second administrator: agree, or refuse with a reason."""
    panel = load_panel(panel_id)
    require(policy.may_see_checklist, panel)
    proposed = queries.proposed_freeze(panel.id)
    if proposed is None:  # decided meanwhile, perhaps by oneself in another tab
        flash(_("Er ligt geen voorstel om de pool vast te zetten."), "info")
        return redirect(url_for(".freeze", panel_id=panel_id), code=303)
    require(policy.may_decide, proposed)
    require_step_up()
    form = DecideForm(version=proposed.version)
    if form.is_submitted() and str(form.version.data) != str(proposed.version):
        raise NotAllowedNow("changed_meanwhile")  # somebody refused that one, and proposed again
    if form.validate_on_submit() and _decided(proposed, form):
        return redirect(url_for(".freeze", panel_id=panel_id), code=303)
    return _decide_page(panel_id, form)


@bp.post("/<int:panel_id>/vastzetten/terugnemen")
def take_back_freeze(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_see_checklist, panel)
    proposed = queries.proposed_freeze(panel.id)
    if proposed is None:
        raise NotAllowedNow("changed_meanwhile")
    require(policy.may_take_back, proposed)
    with committing():
        service.take_back(proposed, actor=person(), at=now())
    flash(_("Uw voorstel is teruggenomen. De pool is weer open."), "positive")
    return redirect(url_for(".freeze", panel_id=panel_id), code=303)


def _decided(proposed: Freeze, form: DecideForm) -> bool:
    does_agree = form.decision.data == AGREE
    try:
        with committing():
            if does_agree:
                service.confirm(proposed, actor=person(), at=now())
            else:
                service.refuse(proposed, form.reason.data, actor=person(), at=now())
    except Invalid as error:
        put_on_form(form, _beside_decision(error))
        return False
    done = _("De pool staat vast.") if does_agree else _("U ging niet akkoord. De pool is weer open.")
    flash(done, "positive")
    return True


def _beside_decision(error: Invalid) -> Invalid:
    """A rule of the files has no question on this page: it stands beside the decision."""
    known = {"decision", "reason"}
    sentences = [one for name, found in error.errors.items() if name not in known for one in found]
    errors = {name: found for name, found in error.errors.items() if name in known}
    return Invalid({**errors, "decision": [*errors.get("decision", []), *sentences]} if sentences else errors)


def _decide_page(panel_id: int, form: DecideForm) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    proposed = queries.proposed_freeze(panel.id)
    items = queries.checklist(panel)
    page = render_template(
        "panels/freeze/decide.html",
        panel=panel,
        form=form,
        proposed=proposed,
        proposer=_name_of(proposed),
        noted=presentation.noted_points(proposed.checklist if proposed else []),
        lines=[line for line in presentation.checklist_lines(items) if line.kind != "positive"],
        is_blocked=any(item.is_blocking for item in items),
        term=service.OBJECTION_TERM,
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:panel_id>/vastzetten/herstellen", methods=["GET", "POST"])
def correct_pool(panel_id: int) -> ResponseReturnValue:
    """A mistake was found in the frozen pool: open it again, for everybody to see."""
    panel = load_panel(panel_id)
    require(policy.may_correct, panel)
    require_step_up()
    if request.method == "GET" and not policy.can(panel, StageAction.CORRECT_POOL):
        return redirect(url_for(".freeze", panel_id=panel_id))
    form = CorrectForm()
    if form.validate_on_submit():
        try:
            with committing():
                service.correct(panel, form.reason.data, actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De pool is weer open. Zet hem opnieuw vast als alles klopt."), "positive")
            return redirect(url_for(".freeze", panel_id=panel_id), code=303)
    page = render_template("panels/freeze/correct.html", panel=load_panel(panel_id), form=form)
    return page, 422 if form.errors else 200


def _name_of(proposed: Freeze | None) -> str:
    proposer = db.session.get(User, proposed.proposed_by_id) if proposed is not None else None
    return proposer.display_name if proposer is not None else ""


# --- for everybody -----------------------------------------------------------------------------------------


@bp.get("/<int:panel_id>/pool")
@public
def frozen_pool(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    current = queries.current_freeze(panel.id)
    return render_template(
        "panels/freeze/pool.html",
        panel=panel,
        current=current,
        period=events.deadline_of(current, service.OBJECTION_PERIOD) if current else None,
        versions=_versions(panel),
        reasons={note.written_at: note.reason for note in notes_of(panel.id)},
        answers=[one for one in queries.objections_of(panel.id) if one.answered_at is not None],
        open_objections=queries.open_objections(panel.id),
        takes_objections=queries.takes_objections(panel, today(now())),
        may_manage=policy.may_see_checklist(person(), panel),
        may_read=policy.may_read_objections(person(), panel),
        draw=draw_name(panel),
        presentation=presentation,
    )


def _versions(panel: Panel) -> list[dict[str, Any]]:
    small, day = current_app.config["SMALL_NUMBER"], today(now())
    return [
        {
            "freeze": one.freeze,
            "size": presentation.shown_size(one, small),
            "categories_sha256": one.categories_sha256,
            "badge": presentation.version_badge(one.freeze, day),
        }
        for one in queries.versions_of(panel.id)
    ]


@bp.get("/<int:panel_id>/pool.json")
@public
def frozen_pool_json(panel_id: int) -> ResponseReturnValue:
    """For machines: canonical JSON, moments in seconds since 1970. null is not known, or a small number."""
    panel = load_panel(panel_id)
    content: dict[str, Any] = {
        "draw": draw_name(panel),
        "format": POOL_FORMAT,
        "panel": panel.id,
        "panel_size": panel.size,
        "versions": [_version_json(one) for one in queries.versions_of(panel.id)],
    }
    return Response(canonical(content), mimetype="application/json")


def _version_json(version: queries.Version) -> dict[str, Any]:
    row = version.freeze
    is_frozen = bool(row.is_agreed)
    return {
        "version": row.version,
        "proposed_at": int(row.proposed_at.timestamp()),
        "decided_at": int(row.decided_at.timestamp()) if row.decided_at else None,
        "is_frozen": row.is_agreed,
        "objections_until": row.objections_until.isoformat() if is_frozen else None,
        "pool_root": row.pool_root,
        "pool_size": presentation.shown_size(version, current_app.config["SMALL_NUMBER"]),
        "quotas_sha256": version.categories_sha256,
        "superseded_at": int(row.superseded_at.timestamp()) if row.superseded_at else None,
    }


__all__ = ["freeze_objections", "freeze_receipts"]
