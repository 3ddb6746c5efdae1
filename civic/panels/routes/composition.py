"""Who the panel must look like: theme, constituencies, seats per municipality, fixing and reopening."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.panels.forms.composition import (
    ConstituenciesForm,
    ReopenForm,
    SettingsForm,
    ThemeForm,
    TrySettingsForm,
)
from civic.panels.models import Composition, Panel
from civic.panels.policy import composition as policy
from civic.panels.queries import composition as queries
from civic.panels.routes import composition_features
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.routes.composition_parts import load_for_change, page, put_errors, status_of
from civic.panels.service import composition as service
from civic.panels.service.composition import Draft
from civic.panels.service.composition_facts import Facts, Settings, as_stored, facts_of, what_if
from civic.panels.service.composition_names import MOST_CONSTITUENCIES
from civic.panels.service.composition_plan import Cells
from civic.panels.states import EntryRoute, SpreadRule, Stage
from civic.panels.themes import THEMES
from civic.web import person, require

__all__ = ["composition_features"]


@bp.get("/<int:panel_id>/samenstelling")
def composition(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_see_composition, panel)
    row = queries.composition_of(panel.id)
    if row is None:
        return page("begin", panel, form=ThemeForm())
    return page(
        "show",
        panel,
        row=row,
        constituencies=queries.constituencies_of(panel.id),
        preview=as_stored(facts_of(panel, row)),
        theme=THEMES.get(row.template),
        can_change=policy.can_change(panel),
        can_reopen=policy.can_reopen(panel) and not queries.has_codes(panel.id),
    )


@bp.route("/<int:panel_id>/samenstelling/voorbeeld", methods=["GET", "POST"])
def composition_theme(panel_id: int) -> ResponseReturnValue:
    """Begin, or begin again, with a template."""
    panel = load_panel(panel_id)
    require(policy.may_change_composition, panel)
    if not policy.can_change(panel):
        raise NotAllowedNow("not_in_this_state")
    row = queries.composition_of(panel.id)
    form = ThemeForm(theme=row.template if row else None)
    if form.validate_on_submit():
        try:
            with committing():
                service.choose_theme(panel, THEMES[form.theme.data], actor=person(), at=now())
        except Invalid as error:
            put_errors(form, error)
        else:
            flash(_("De geledingen staan klaar. Pas aan wat u anders wilt."), "positive")
            return _back(panel_id)
    return page("begin", load_panel(panel_id), form=form), status_of(form)


def _back(panel_id: int) -> ResponseReturnValue:
    return redirect(url_for("panels.composition", panel_id=panel_id), code=303)


@bp.route("/<int:panel_id>/samenstelling/geledingen", methods=["GET", "POST"])
def composition_constituencies(panel_id: int) -> ResponseReturnValue:
    panel, _row = load_for_change(panel_id)
    form = ConstituenciesForm(data={"rows": _row_data(panel)})
    if "add" in request.form:
        if len(form.rows.entries) < MOST_CONSTITUENCIES:
            form.rows.append_entry()
    elif form.validate_on_submit():
        try:
            with committing():
                service.save_constituencies(panel, _drafts(form), actor=person(), at=now())
        except Invalid as error:
            put_errors(form, error)
        else:
            flash(_("De geledingen zijn bewaard. De plaatsen per gemeente passen daarbij."), "positive")
            return _back(panel_id)
    can_add = len(form.rows.entries) < MOST_CONSTITUENCIES
    return page("constituencies", load_panel(panel_id), form=form, can_add=can_add), status_of(form)


def _row_data(panel: Panel) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "seats": one.seats,
            "route": one.route.value,
            "sources": "\n".join(source.name for source in one.sources),
            "is_sensitive": one.is_sensitive,
        }
        for one in queries.constituencies_of(panel.id)
    ]


def _drafts(form: ConstituenciesForm) -> list[Draft]:
    return [
        Draft(
            name=row.name.data,
            seats=row.seats.data,
            route=EntryRoute(row.route.data),
            is_sensitive=row.is_sensitive.data,
            sources=row.source_names(),
            id=_number(row.id.data),
        )
        for row in form.kept()
    ]


def _number(text: Any) -> int | None:
    """A hidden id; what nobody can have typed counts as a row that is gone."""
    if not text:
        return None
    known = str(text)
    return int(known) if known.isascii() and known.isdigit() and len(known) < 10 else 0


@bp.get("/<int:panel_id>/samenstelling/wat-als")
def composition_what_if(panel_id: int) -> ResponseReturnValue:
    """Try other settings: everything is in the address, nothing is stored."""
    panel, row = load_for_change(panel_id)
    facts = facts_of(panel, row)
    form = _tried(row)
    if form.errors:
        return page("what_if", panel, form=form, preview=None, keep=None), 422
    settings = _settings(form)
    return page(
        "what_if",
        panel,
        form=form,
        preview=what_if(facts, settings),
        before=facts,
        keep=None if settings == facts.settings else settings,
    )


def _tried(row: Composition) -> TrySettingsForm:
    if "spread" not in request.args:
        return TrySettingsForm(formdata=None, data={**vars(Settings.of(row)), "spread": row.spread.value})
    form = TrySettingsForm(request.args)
    form.validate()
    return form


def _settings(form: SettingsForm) -> Settings:
    return Settings(
        spread=SpreadRule(form.spread.data),
        **{name: getattr(form, name).data for name in Settings.__dataclass_fields__ if name != "spread"},
    )


@bp.post("/<int:panel_id>/samenstelling/verdeling")
def composition_settings(panel_id: int) -> ResponseReturnValue:
    """Keep what was tried."""
    panel, _row = load_for_change(panel_id)
    form = SettingsForm()
    if not form.validate():
        return page("what_if", panel, form=form, preview=None, keep=None), 422
    with committing():
        service.save_settings(panel, _settings(form), actor=person(), at=now())
    flash(_("De verdeling en de marges zijn bewaard."), "positive")
    return _back(panel_id)


@bp.route("/<int:panel_id>/samenstelling/plaatsen", methods=["GET", "POST"])
def composition_cells(panel_id: int) -> ResponseReturnValue:
    """Seats by hand."""
    panel, row = load_for_change(panel_id)
    facts = facts_of(panel, row)
    errors: list[str] = []
    typed = {key: str(seats) for key, seats in facts.cells.items()}
    if request.method == "POST":
        typed, cells = _typed_cells(facts)
        try:
            if cells is None:
                raise Invalid({"cells": [_("Schrijf in elk vak een heel getal, zoals 3.")]})
            with committing():
                moved = service.save_cells(panel, cells, actor=person(), at=now())
        except Invalid as error:
            errors = error.errors["cells"]
        else:
            _say_moved(moved)
            return _back(panel_id)
    return page(
        "cells", load_panel(panel_id), facts=facts, typed=typed, errors=errors
    ), 422 if errors else 200


def _typed_cells(facts: Facts) -> tuple[dict[tuple[int, int], str], Cells | None]:
    """What was typed, and the numbers; None when one of them is no number."""
    keys = [(group.id, place.id) for group in facts.groups for place in facts.places]
    typed = {key: request.form.get(f"cell-{key[0]}-{key[1]}", "").strip()[:6] for key in keys}
    if not all(text.isascii() and text.isdigit() for text in typed.values()):
        return typed, None
    return typed, {key: int(text) for key, text in typed.items()}


def _say_moved(moved: list[str]) -> None:
    if not moved:
        flash(_("De plaatsen per gemeente zijn bewaard."), "positive")
        return
    names = ", ".join(moved)
    flash(_("Bewaard. Let op: %(names)s wijkt nu af van de verdeelregel.", names=names), "warning")


@bp.route("/<int:panel_id>/samenstelling/vaststellen", methods=["GET", "POST"])
def fix_composition(panel_id: int) -> ResponseReturnValue:
    panel, row = load_for_change(panel_id)
    if request.method == "POST":
        try:
            with committing():
                service.fix(panel, actor=person(), at=now())
        except Invalid:
            pass  # the page below says what is wrong
        else:
            flash(_("De samenstelling ligt vast. Nu kunt u de brieven plannen."), "positive")
            return _back(panel_id)
    panel, row = load_for_change(panel_id)
    preview = as_stored(facts_of(panel, row))
    constituencies = queries.constituencies_of(panel.id)
    status = 422 if request.method == "POST" else 200
    return page("fix", panel, row=row, preview=preview, constituencies=constituencies), status


@bp.route("/<int:panel_id>/samenstelling/heropenen", methods=["GET", "POST"])
def reopen_composition(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_change_composition, panel)
    if panel.stage is not Stage.INVITATION or queries.has_codes(panel.id):
        raise NotAllowedNow("not_in_this_state")
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            with committing():
                service.reopen(panel, form.reason.data, actor=person(), at=now())
        except Invalid as error:
            put_errors(form, error)
        else:
            flash(_("U kunt de samenstelling weer wijzigen."), "positive")
            return _back(panel_id)
    return page("reopen", load_panel(panel_id), form=form), status_of(form)
