"""Kept views of the queue: keep, rename, share, open by itself, take away."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import clean_line
from civic.aanjaagteam.models import SavedView
from civic.aanjaagteam.policy.units import may_change_view
from civic.aanjaagteam.queries.choices import views_of
from civic.aanjaagteam.routes.queue_filter import read
from civic.aanjaagteam.routes.shared import bp
from civic.aanjaagteam.service import views
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.web import person, require


@bp.get("/aanjaagteam/weergaven")
def queue_views() -> ResponseReturnValue:
    require(policy.may_see_queue)
    return _page({}), 200


def _page(errors: dict[int, str]) -> str:
    return render_template("aanjaagteam/queue/views.html", views=views_of(person()), errors=errors)


@bp.post("/aanjaagteam/weergaven")
def view_save() -> ResponseReturnValue:
    """Keep the filter of the list that the form stood on."""
    require(policy.may_see_queue)
    wanted = read(dict(parse_qsl(request.form.get("filter", ""))))
    here = url_for(".queue", **(wanted.given or {"status": ""}))
    try:
        with committing():
            name = clean_line(request.form.get("name"))
            views.save_view(name, wanted.query, actor=person(), at=now())
    except Invalid as error:
        flash(" ".join(error.errors["name"]), "negative")
        return redirect(here, code=303)
    flash(_("Deze weergave is bewaard."), "positive")
    return redirect(here, code=303)


@bp.post("/aanjaagteam/weergaven/<int:view_id>")
def view_change(view_id: int) -> ResponseReturnValue:
    view = db.get_or_404(SavedView, view_id)
    require(may_change_view, view)
    form = request.form
    try:
        with committing():
            views.change_view(
                view,
                clean_line(form.get("name")),
                is_shared="is_shared" in form,
                is_default="is_default" in form,
            )
    except Invalid as error:
        return _page({view_id: " ".join(error.errors["name"])}), 422
    flash(_("De weergave is veranderd."), "positive")
    return redirect(url_for(".queue_views"), code=303)


@bp.post("/aanjaagteam/weergaven/<int:view_id>/verwijderen")
def view_delete(view_id: int) -> ResponseReturnValue:
    """Gone, but the list still shows its filter, with its name filled in to keep it again."""
    view = db.session.get(SavedView, view_id)
    require(policy.may_see_queue)
    if view is None:  # a second click
        return redirect(url_for(".queue_views"), code=303)
    require(may_change_view, view)
    name, given = view.name, read(dict(parse_qsl(view.query))).given
    with committing():
        views.delete_view(view)
    flash(_("De weergave is weg. Wilt u hem terug? Bewaar hem hieronder opnieuw."), "positive")
    return redirect(url_for(".queue", **{**(given or {"status": ""}), "naam": name}), code=303)
