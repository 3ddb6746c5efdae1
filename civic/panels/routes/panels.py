"""Panels: the list, one panel, making and changing one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid
from civic.keyset import cursor_from_request, links
from civic.panels import policy, presentation, queries
from civic.panels.forms import PanelForm
from civic.panels.routes.blueprint import bp, load_panel, put_on_form, small_number
from civic.panels.service import panels as service
from civic.panels.service.panels import PanelText
from civic.web import person, public, require


@bp.get("")
@public
def index() -> ResponseReturnValue:
    may_manage = policy.may_manage(person())
    cursor = cursor_from_request()
    part = queries.panels_part(cursor, with_drafts=may_manage)
    return render_template(
        "panels/index.html",
        lines=part.rows,
        page=links(part, lambda line: line.id),
        is_first=not part.has_newer,
        may_manage=may_manage,
        badge_of=presentation.panel_badge,
    )


@bp.get("/<int:panel_id>")
@public
def show(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    files = queries.current_files(panel.id)
    groups = presentation.summary_groups(files, small_number()) if files else []
    return render_template(
        "panels/show.html",
        panel=panel,
        files=files,
        groups=groups,
        draws=queries.draws_of(panel.id),
        open_draw=queries.open_draw_of(panel.id),
        may_manage=policy.may_manage(person(), panel),
        presentation=presentation,
    )


@bp.route("/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(policy.may_manage)
    form = PanelForm()
    if form.validate_on_submit():
        with committing():
            panel = service.create_panel(_text(form), actor=person(), at=now())
            panel_id = panel.id
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
                service.edit_panel(panel, _text(form), actor=person(), at=now())
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
