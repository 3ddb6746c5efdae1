"""Panels: the list, one panel, making and changing one."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid
from civic.events import queries as events
from civic.keyset import cursor_from_request, links
from civic.pagecache import shared
from civic.panels import policy, presentation, queries
from civic.panels.forms import PanelForm
from civic.panels.models import Panel
from civic.panels.policy.mandate import can_sign_now, may_sign
from civic.panels.policy.pool import has_diversity
from civic.panels.policy.preparation import may_see_preparation
from civic.panels.presentation import composition_words, draws_public
from civic.panels.presentation import mandate as words
from civic.panels.presentation import preparation as steps
from civic.panels.presentation import public_draws as draws_staff
from civic.panels.queries import composition as compositions
from civic.panels.queries import mandate as mandates
from civic.panels.queries import preparation as preparing
from civic.panels.queries import public_draws, registrations
from civic.panels.routes.blueprint import bp, load_panel, put_on_form, shown_groups, small_number
from civic.panels.service import panels as service
from civic.panels.service import preparation
from civic.panels.service.composition_facts import Preview, as_stored, facts_of
from civic.panels.service.mandate import is_lower
from civic.panels.service.panels import PanelText
from civic.panels.states import Stage, StageAction
from civic.regions.models import Municipality
from civic.web import person, public, require

WRITE_MANDATE = "opdracht"  # the button that goes on to the mandate; without it a panel begins with files


@bp.get("")
@public
@shared
def index() -> ResponseReturnValue:
    may_manage = policy.may_manage(person())
    part = preparing.panels_part(cursor_from_request(), with_drafts=may_manage)
    return render_template(
        "panels/index.html",
        lines=part.rows,
        page=links(part, lambda line: line.id),
        is_first=not part.has_newer,
        may_manage=may_manage,
        requests=preparing.open_requests() if may_manage else [],
        badge_of=steps.badge_of,
    )


@bp.get("/<int:panel_id>")
@public
@shared
def show(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    files = queries.current_files(panel.id)
    groups = shown_groups(panel, presentation.summary_groups(files, small_number())) if files else []
    prepared = _prepared(panel) if panel.stage is not Stage.MANDATE else {}
    return render_template(
        "panels/show.html",
        panel=panel,
        files=files,
        groups=groups,
        draws=queries.draws_of(panel.id),
        public_draws=public_draws.public_draws_of(panel.id),
        draw_words=draws_public,
        next_step=draws_staff.next_step(panel, person()),
        open_draw=queries.open_practice_draw_of(panel.id),
        may_manage=policy.may_manage(person(), panel),
        may_prepare=_may_prepare(panel),
        has_diversity=has_diversity(panel),
        presentation=presentation,
        badge=steps.badge_of(panel),
        origin=preparing.origin_of(panel.id),
        words=words,
        composition_words=composition_words,
        **prepared,
    )


def _may_prepare(panel: Panel) -> bool:
    """For showing the link. Only staff cause a look at who posts letters."""
    user = person()
    if user is None or not user.is_staff:
        return False
    return may_see_preparation(user, panel, preparing.sharing_municipalities(panel.id))


def _prepared(panel: Panel) -> dict[str, Any]:
    """What everybody may know of a panel whose mandate is public."""
    lines = mandates.agreement_lines(panel.id)
    changes, notes = mandates.level_changes_of(panel.id), mandates.notes_of(panel.id)
    places = [line.place for line in lines]
    return {
        "mandate": mandates.mandate_of(panel.id),
        "version": mandates.version_of(panel),
        "promise": mandates.response_of(panel),
        "changes": [(change, is_lower(change.to_level, change.from_level)) for change in changes],
        "stop_notes": [note for note in notes if note.action == StageAction.STOP.value],
        "agreements": lines,
        "unsigned": [line.place.name for line in lines if line.agreement is None],
        "seats": _seats(panel, places),
        "quotas": _quotas(panel),
        "mine": [line.place for line in lines if line.agreement is None and _may_sign(panel, line.place)],
        "doors": _doors(panel),
        "entries": words.timeline(events.timeline(panel), words.reasons_of(notes, changes), places),
    }


def _seats(panel: Panel, places: list[Municipality]) -> words.SeatTable | None:
    composition = compositions.composition_of(panel.id)
    if composition is None or composition.fixed_at is None:
        return None
    constituencies = compositions.constituencies_of(panel.id)
    return words.seat_table(constituencies, compositions.cells_of(panel.id), places)


def _quotas(panel: Panel) -> Preview | None:
    """What the panel must look like, until the pool is frozen: then the table of the draw says it."""
    composition = compositions.composition_of(panel.id)
    if composition is None or composition.fixed_at is None or queries.current_files(panel.id) is not None:
        return None
    return as_stored(facts_of(panel, composition))


def _may_sign(panel: Panel, place: Municipality) -> bool:
    """The griffie: a lottery administrator finds the convenants under the preparation."""
    user = person()
    is_office = user is not None and user.is_staff and not policy.may_manage(user, panel)
    return is_office and can_sign_now(panel) and may_sign(user, panel, place)


def _doors(panel: Panel) -> list[tuple[str, str]]:
    """What a resident can do now: texts and addresses. Pages that do not exist (yet) are left out."""
    known, doors = current_app.view_functions, []
    if panel.stage is Stage.REGISTRATION and "registrations.start" in known:
        doors.append((_("Meld u aan met de code uit uw brief"), url_for("registrations.start")))
        if "registrations.entrance" in known and registrations.open_entrances(panel.id):
            url = url_for("registrations.entrance", panel_id=panel.id)
            doors.append((_("Meld u aan zonder brief"), url))
    if panel.stage in {Stage.FROZEN, Stage.DRAWN} and "panels.frozen_pool" in known:
        doors.append((_("Bekijk de vastgezette pool"), url_for(".frozen_pool", panel_id=panel.id)))
    return doors


@bp.route("/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(policy.may_manage)
    form = PanelForm()
    if form.validate_on_submit():
        with committing():
            panel = service.create_panel(_text(form), actor=person(), at=now())
            panel_id = panel.id
        if request.form.get("stap") == WRITE_MANDATE:
            flash(_("Het panel is gemaakt. Schrijf nu de opdracht."), "positive")
            return redirect(url_for(".mandate", panel_id=panel_id), code=303)
        flash(_("Het panel is gemaakt. Voeg nu de bestanden toe."), "positive")
        return redirect(url_for(".files", panel_id=panel_id), code=303)
    return render_template("panels/edit.html", form=form, panel=None), _status(form)


@bp.route("/<int:panel_id>/wijzigen", methods=["GET", "POST"])
def edit(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_manage, panel)
    form = PanelForm(obj=panel)
    if form.validate_on_submit():
        try:
            with committing():
                preparation.edit_panel(panel, _text(form), actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Uw wijziging is opgeslagen."), "positive")
            return redirect(url_for(".show", panel_id=panel_id), code=303)
    return render_template("panels/edit.html", form=form, panel=load_panel(panel_id)), _status(form)


def _text(form: PanelForm) -> PanelText:
    return PanelText(title=form.title.data or "", question=form.question.data or "", size=form.size.data or 0)


def _status(form: PanelForm) -> int:
    return 422 if form.errors else 200
