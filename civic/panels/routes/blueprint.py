"""The blueprint, and loading what an address names."""

from __future__ import annotations

from flask import Blueprint, abort, current_app
from flask_wtf import FlaskForm

from civic.db import db
from civic.errors import Invalid
from civic.panels import policy, queries
from civic.panels.cli import commands
from civic.panels.models import KEEP_AFTER_ADVICE, Draw, Panel
from civic.panels.presentation import Group
from civic.panels.queries import composition as compositions
from civic.panels.states import Stage
from civic.regions import queries as regions
from civic.web import person

bp = Blueprint("panels", __name__, url_prefix="/panels", cli_group=None)
bp.cli.add_command(commands)
# what a letter says must be short enough to type
CROSSED = " + "  # how the files name a feature that crosses two
BEFORE_POOL = frozenset({Stage.MANDATE, Stage.COMPOSITION, Stage.INVITATION})
registration_bp = Blueprint("registrations", __name__, url_prefix="/meedoen")


@bp.app_template_global("kept_after_advice")
def kept_after_advice() -> int:
    """So many days after the advice the pool is wiped: every page says the same."""
    return KEEP_AFTER_ADVICE.days


def load_panel(panel_id: int) -> Panel:
    """The panel, or 404: also for those who may not know yet that it exists."""
    panel = db.get_or_404(Panel, panel_id)
    if not policy.may_see(person(), panel):
        abort(404)
    return panel


def load_draw(panel_id: int, draw_id: int) -> Draw:
    load_panel(panel_id)
    draw = queries.draw_of(panel_id, draw_id)
    if draw is None:
        abort(404)
    return draw


def put_on_form(form: FlaskForm, error: Invalid) -> None:
    """Errors of the database rules, beside the questions they are about."""
    for name, sentences in error.errors.items():
        field = getattr(form, name)
        field.errors = [*field.errors, *sentences]


def small_number() -> int | None:
    """Below this count the public sees no figure; None for those who may see all."""
    return None if policy.may_manage(person()) else int(current_app.config["SMALL_NUMBER"])


def shown_groups(panel: Panel, groups: list[Group], *, for_staff: bool | None = None) -> list[Group]:
    """What this reader may see of quotas and counts (`for_staff` None: as the reader is).

    Who registered through the site is counted on the page about diversity only: beside an older copy there,
    or beside another version of the pool here, exact counts would tell the answers of the few that differ.
    Where a constituency is sensitive, the public sees no municipality in it: not crossed with it, nor as a
    sum, because less the other constituencies that would tell the same.
    """
    may_see_all = policy.may_manage(person(), panel) if for_staff is None else for_staff
    if may_see_all:
        return groups
    if panel.stage not in BEFORE_POOL:
        groups = [group.without_registered() for group in groups]
    if not any(one.is_sensitive for one in compositions.constituencies_of(panel.id)):
        return groups
    names = {place.name for place in regions.municipalities()}
    return [
        group
        for group in groups
        if CROSSED not in group.feature and not {row.value for row in group.rows} <= names
    ]
