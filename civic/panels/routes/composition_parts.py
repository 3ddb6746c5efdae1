"""What the pages of the composition share: loading, refusing, errors on a form with rows."""

from __future__ import annotations

from typing import Any

from flask import render_template

from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Composition, Panel
from civic.panels.policy import composition as policy
from civic.panels.presentation import composition_words as presentation
from civic.panels.queries import composition as queries
from civic.panels.routes.blueprint import load_panel
from civic.web import require


def load_for_change(panel_id: int) -> tuple[Panel, Composition]:
    """A panel with a composition that can be changed now: 404, 403 and 409 in that order."""
    panel = load_panel(panel_id)
    require(policy.may_change_composition, panel)
    row = queries.composition_of(panel.id)
    if row is None or not policy.can_change(panel):
        raise NotAllowedNow("not_in_this_state")
    return panel, row


def page(name: str, panel: Panel, **parts: Any) -> str:
    return render_template(
        f"panels/composition/{name}.html", panel=panel, presentation=presentation, policy=policy, **parts
    )


def put_errors(form: Any, error: Invalid) -> None:
    """Beside the question where there is one; what is about the whole goes on top."""
    for name, sentences in error.errors.items():
        field = getattr(form, name, None)
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]


def status_of(form: Any) -> int:
    return 422 if form.errors else 200
