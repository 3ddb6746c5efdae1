"""Features of a panel: choosing, changing and removing them, and taking figures from CBS."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from civic.db import committing, now
from civic.errors import Invalid
from civic.panels.forms.composition_features import (
    FeatureForm,
    FiguresFileForm,
    FiguresForm,
    OwnFeatureForm,
    ReadyFeaturesForm,
)
from civic.panels.models import Feature, Panel
from civic.panels.queries import composition as queries
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.routes.composition_parts import load_for_change, page, put_errors, status_of
from civic.panels.service import composition_features as service
from civic.panels.service.composition_features import FeatureDraft, ValueDraft
from civic.panels.service.composition_names import MOST_VALUES
from civic.panels.states import FeatureKind
from civic.panels.themes import CONSENT, READY
from civic.regions import statistics
from civic.regions.queries import municipalities
from civic.web import person

FIRST_ROWS = 3
LARGEST_TABLE = 200_000  # it travels through a form field, which may hold 256 KB


def _load(panel_id: int, feature_id: int) -> tuple[Panel, Feature]:
    panel, _row = load_for_change(panel_id)
    feature = queries.feature_of(panel.id, feature_id)
    if feature is None:
        abort(404)
    return panel, feature


def _to(endpoint: str, **arguments: Any) -> ResponseReturnValue:
    return redirect(url_for(f"panels.{endpoint}", **arguments), code=303)


@bp.route("/<int:panel_id>/samenstelling/kenmerken/kiezen", methods=["GET", "POST"])
def composition_ready_features(panel_id: int) -> ResponseReturnValue:
    panel, _row = load_for_change(panel_id)
    form = _ready_form(panel)
    if form.validate_on_submit():
        chosen = [READY[key] for key in form.ready.data]
        try:
            with committing():
                service.add_ready(panel, chosen, actor=person(), at=now())
        except Invalid as error:
            put_errors(form, Invalid({"ready": error.errors["name"]}))
        else:
            flash(_("De kenmerken staan erbij. Kijk of de aantallen kloppen."), "positive")
            return _to("composition", panel_id=panel_id)
    return page("features", load_panel(panel_id), form=form, own=OwnFeatureForm(formdata=None)), status_of(
        form
    )


def _ready_form(panel: Panel) -> ReadyFeaturesForm:
    taken = {one.name.casefold() for one in queries.features_of(panel.id)}
    form = ReadyFeaturesForm()
    form.ready.choices = [SelectChoice(key, one.label) for key, one in READY.items() if one.name not in taken]
    return form


@bp.post("/<int:panel_id>/samenstelling/kenmerken/eigen")
def composition_own_feature(panel_id: int) -> ResponseReturnValue:
    panel, _row = load_for_change(panel_id)
    form = OwnFeatureForm()
    if form.validate():
        try:
            with committing():
                feature = service.add_own(
                    panel, form.name.data or "", FeatureKind(form.kind.data), actor=person(), at=now()
                )
                feature_id = feature.id
        except Invalid as error:
            put_errors(form, error)
        else:
            flash(_("Het kenmerk staat erbij. Vul nu de antwoorden in."), "positive")
            return _to("composition_feature", panel_id=panel_id, feature_id=feature_id)
    ready = _ready_form(load_panel(panel_id))
    return page("features", load_panel(panel_id), form=ready, own=form), 422


@bp.route("/<int:panel_id>/samenstelling/kenmerken/<int:feature_id>", methods=["GET", "POST"])
def composition_feature(panel_id: int, feature_id: int) -> ResponseReturnValue:
    panel, feature = _load(panel_id, feature_id)
    form = _feature_form(panel, feature)
    if "add" in request.form:
        if len(form.rows.entries) < MOST_VALUES:
            form.rows.append_entry()
    elif form.validate_on_submit():
        try:
            with committing():
                draft = _draft(form, panel)
                service.save_feature(feature, draft, anew="anew" in request.form, actor=person(), at=now())
        except Invalid as error:
            put_errors(form, error)
        else:
            flash(_("Het kenmerk is bewaard."), "positive")
            return _to("composition", panel_id=panel_id)
    panel, feature = _load(panel_id, feature_id)
    return page("feature", panel, feature=feature, form=form, most=MOST_VALUES), status_of(form)


def _feature_form(panel: Panel, feature: Feature) -> FeatureForm:
    constituencies = queries.constituencies_of(panel.id)
    form = FeatureForm(
        data={
            "name": feature.name,
            "question": feature.question,
            "source": feature.source,
            "binds": [str(one) for one in feature.constituencies or [one.number for one in constituencies]],
            "is_sensitive": feature.is_sensitive,
            "consent_text": feature.consent_text or CONSENT,
            "rows": _value_data(feature),
        }
    )
    form.binds.choices = [SelectChoice(str(one.number), one.name) for one in constituencies]
    if not form.is_submitted():
        while len(form.rows.entries) < FIRST_ROWS:
            form.rows.append_entry()
    return form


def _value_data(feature: Feature) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "value": one.value,
            "per_mille": one.per_mille,
            "from_age": one.from_age,
            "to_age": one.to_age,
            "minimum": one.minimum,
            "maximum": one.maximum,
        }
        for one in feature.values
    ]


def _draft(form: FeatureForm, panel: Panel) -> FeatureDraft:
    numbers = [one.number for one in queries.constituencies_of(panel.id)]
    chosen = [number for number in numbers if str(number) in (form.binds.data or ())]
    return FeatureDraft(
        name=form.name.data or "",
        question=form.question.data or "",
        is_sensitive=form.is_sensitive.data,
        consent_text=form.consent_text.data or "",
        constituencies=[] if chosen == numbers else chosen,
        values=[_value(row) for row in form.kept()],
        source=form.source.data or "",
    )


def _value(row: Any) -> ValueDraft:
    known = str(row.id.data or "")
    is_number = known.isascii() and known.isdigit() and len(known) < 10
    return ValueDraft(
        name=row.value.data or "",
        per_mille=row.per_mille.data,
        minimum=row.minimum.data,
        maximum=row.maximum.data,
        from_age=row.from_age.data,
        to_age=row.to_age.data,
        id=None if not known else int(known) if is_number else 0,
    )


@bp.route("/<int:panel_id>/samenstelling/kenmerken/<int:feature_id>/weghalen", methods=["GET", "POST"])
def composition_remove_feature(panel_id: int, feature_id: int) -> ResponseReturnValue:
    panel, feature = _load(panel_id, feature_id)
    if request.method == "POST":
        with committing():
            service.remove_feature(feature, actor=person(), at=now())
        flash(_("Het kenmerk is weg."), "positive")
        return _to("composition", panel_id=panel_id)
    return page("remove_feature", panel, feature=feature)


@bp.route("/<int:panel_id>/samenstelling/kenmerken/<int:feature_id>/cijfers", methods=["GET", "POST"])
def composition_figures(panel_id: int, feature_id: int) -> ResponseReturnValue:
    """First step: a table of CBS is read; nothing is stored before its columns are chosen."""
    panel, feature = _load(panel_id, feature_id)
    form = FiguresFileForm()
    if form.validate_on_submit():
        content = form.file.data.read(LARGEST_TABLE + 1)
        try:
            if len(content) > LARGEST_TABLE:
                raise Invalid({"file": [_("Het bestand is groter dan 200 kB. Maak een kleinere tabel.")]})
            table = statistics.read_statline(content)
        except Invalid as error:
            put_errors(form, error)
        else:
            return _columns_page(panel, feature, _columns_form(table, statistics.text_of(content)), table)
    return page("figures", panel, feature=feature, form=form), status_of(form)


def _columns_form(table: statistics.StatLine, content: str | None = None) -> FiguresForm:
    """Filled in with the likely columns when the table is new, with what was chosen otherwise."""
    numeric = table.numeric()
    words = [name for name in table.columns if name not in numeric] or list(table.columns)
    form = FiguresForm() if content is None else FiguresForm(formdata=None)
    form.dimension.choices = [SelectChoice(name, name) for name in table.columns]
    form.figures.choices = [SelectChoice(name, name) for name in numeric or table.columns]
    if content is not None:
        form.content.data, form.dimension.data = content, words[0]
        form.figures.data = (numeric or list(table.columns))[-1]
        form.source.data = f"CBS StatLine: {table.source}" if table.source else "CBS StatLine"
    return form


@bp.post("/<int:panel_id>/samenstelling/kenmerken/<int:feature_id>/cijfers/overnemen")
def composition_use_figures(panel_id: int, feature_id: int) -> ResponseReturnValue:
    """Second step: look at what the chosen columns give ("look"), or use them."""
    panel, feature = _load(panel_id, feature_id)
    try:
        table = statistics.read_statline((request.form.get("content") or "").encode())
    except Invalid as error:
        form = FiguresFileForm(formdata=None)
        put_errors(form, error)
        return page("figures", panel, feature=feature, form=form), 422
    form = _columns_form(table)
    if not form.validate() or "look" in request.form:
        return _columns_page(panel, feature, form, table)
    try:
        with committing():
            numbers = _counted(form, table).numbers
            service.use_figures(feature, numbers, form.source.data or "", actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        panel, feature = _load(panel_id, feature_id)
        return _columns_page(panel, feature, form, table)
    flash(_("De cijfers zijn overgenomen. Het minimum en maximum passen daarbij."), "positive")
    return _to("composition_feature", panel_id=panel_id, feature_id=feature_id)


def _counted(form: FiguresForm, table: statistics.StatLine) -> statistics.Counted:
    places = {one.name for one in municipalities()}
    return statistics.count(table, form.dimension.data, form.figures.data, places)


def _columns_page(
    panel: Panel, feature: Feature, form: FiguresForm, table: statistics.StatLine
) -> ResponseReturnValue:
    counted, shares = None, dict[str, int]()
    numbers = dict[str, Fraction]()
    if not form.errors:
        try:
            counted = _counted(form, table)
            numbers = service.figures_for(feature, counted.numbers)
            shares = statistics.to_per_mille(numbers)
        except Invalid as error:
            put_errors(form, error)
    shown = page(
        "columns", panel, feature=feature, form=form, counted=counted, shares=shares, numbers=numbers
    )
    return shown, status_of(form)
