"""Flags: two people side by side, and what a person decides about them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, db, now
from civic.errors import Invalid
from civic.keyset import Part, cursor_from_request, links
from civic.panels.forms.pool import CheckedForm, DecisionForm, decision_form
from civic.panels.models import Panel, PoolFlag
from civic.panels.policy import pool as policy
from civic.panels.presentation import pool_people as presentation
from civic.panels.queries import pool as queries
from civic.panels.queries.pool import FlagLine
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import pool as registrants
from civic.panels.service import pool_flags as service
from civic.panels.service.pool_flags import Judgement
from civic.panels.states import FlagDecision, FlagKind
from civic.web import logs_read, person, require

KIND, DECIDED = "soort", "besloten"
KINDS = {kind.value: kind for kind in FlagKind}


@bp.get("/<int:panel_id>/signalen")
@logs_read
def flags(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    return _page(panel, None)


def _page(panel: Panel, tried: tuple[int, DecisionForm] | None) -> ResponseReturnValue:
    """A page of flags; `tried` is the one that somebody just filled in wrongly. Reading it is logged."""
    _log(panel, _part(panel, tried).rows)
    # the commit let go of what was read: this is the page itself
    part = _part(panel, tried)
    forms = {line.id: decision_form(line.flag, is_posted=False) for line in part.rows}
    if tried is not None:
        forms[tried[0]] = tried[1]
    page = render_template(
        "panels/pool/flags.html",
        panel=panel,
        lines=part.rows,
        forms_of=forms,
        tried=tried[1] if tried else None,
        page=links(part, lambda line: line.id) if request.method == "GET" else None,
        counts=queries.flag_counts(panel.id),
        decided=_is_decided(),
        kind=KINDS.get(request.args.get(KIND, "")),
        asked=_asked(),
        policy=policy,
        presentation=presentation,
    )
    return page, 422 if tried else 200


def _asked() -> dict[str, Any]:
    """The filters in the address: who decides on one flag goes on where they were."""
    return {name: request.args[name] for name in (KIND, DECIDED) if name in request.args}


def _is_decided() -> bool:
    return request.args.get(DECIDED) == "ja"


def _part(panel: Panel, tried: tuple[int, DecisionForm] | None) -> Part[FlagLine]:
    """The page that was asked for; with the flag that was filled in wrongly first, wherever it stands."""
    kind = KINDS.get(request.args.get(KIND, ""))
    part = queries.flags_part(panel.id, cursor_from_request(), decided=_is_decided(), kind=kind)
    if tried is not None and tried[0] not in {line.id for line in part.rows}:
        flag = queries.flag_of(panel.id, tried[0])
        part.rows[:0] = queries.flag_lines([flag] if flag else [])
    return part


def _log(panel: Panel, lines: list[FlagLine]) -> None:
    people = sorted({one.id for line in lines for one in (line.registration, line.other) if one})
    if people:
        with committing():
            registrants.log_flags_read(panel, people, actor=person(), at=now())


@bp.post("/<int:panel_id>/signalen/<int:flag_id>")
def decide_flag(panel_id: int, flag_id: int) -> ResponseReturnValue:
    panel, flag = _load(panel_id, flag_id)
    form = decision_form(flag, is_posted=True)
    if form.validate_on_submit():
        try:
            with committing():
                service.decide(panel, flag, _judgement(form), actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("Uw besluit is opgeslagen. U kunt het nog terugdraaien."), "positive")
            return redirect(url_for(".flags", panel_id=panel_id, **_asked()), code=303)
    return _page(db.session.get_one(Panel, panel_id), (flag_id, form))


def _judgement(form: DecisionForm) -> Judgement:
    code, _dash, number = (form.decision.data or "").partition("-")
    return Judgement(FlagDecision(code), form.reason.data or "", int(number) if number else None)


@bp.post("/<int:panel_id>/signalen/<int:flag_id>/terugdraaien")
def undo_flag(panel_id: int, flag_id: int) -> ResponseReturnValue:
    panel, flag = _load(panel_id, flag_id)
    if CheckedForm().validate_on_submit():
        with committing():
            service.undo(panel, flag, actor=person(), at=now())
        flash(_("Het besluit is teruggedraaid. Het signaal staat weer open."), "positive")
    return redirect(url_for(".flags", panel_id=panel_id, **_asked()), code=303)


def _load(panel_id: int, flag_id: int) -> tuple[Panel, PoolFlag]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    flag = queries.flag_of(panel.id, flag_id)
    if flag is None:
        abort(404)
    return panel, flag
