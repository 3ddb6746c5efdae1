"""Who registered beside the population: for everybody (S36)."""

from __future__ import annotations

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from civic.panels.csvfile import csv_response
from civic.panels.models import Panel
from civic.panels.policy import pool as policy
from civic.panels.presentation import pool_public as presentation
from civic.panels.queries import pool as queries
from civic.panels.routes.blueprint import bp, load_panel
from civic.web import person, public


@bp.get("/<int:panel_id>/diversiteit")
@public
def diversity(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    return render_template(
        "panels/pool/diversity.html",
        panel=panel,
        public=_public_of(panel),
        small=_minimum(),
        may_read=policy.may_read_pool(person(), panel),
    )


def _load(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    if not policy.has_diversity(panel):
        abort(404)
    return panel


def _minimum() -> int:
    return int(current_app.config["SMALL_NUMBER"])


def _public_of(panel: Panel) -> presentation.Public | None:
    """The same for everybody, staff too: this page is what the public sees."""
    figures = queries.head_of(panel.id).figures
    features, thirds = queries.features_with_values(panel.id), queries.thirds_of(panel.id)
    return presentation.public_of(figures, features, thirds, _minimum())


@bp.get("/<int:panel_id>/diversiteit.csv")
@public
def diversity_csv(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    found = _public_of(panel)
    header = ("kenmerk", "groep", "bevolking of plaatsen (%)", "aanmeldingen", "aanmeldingen (%)")
    rows = presentation.csv_rows(found) if found else []
    return csv_response(f"diversiteit-panel-{panel.id}.csv", header, rows)
