"""The name of the writer on the page, and "Mijn gegevens bij deze steun" behind the link in a mail."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.service.my_data import readable, zipped
from civic.db import committing, db, now
from civic.initiatives import service as supports
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.models import Initiative, Support
from civic.initiatives.policy.privacy import can_hide_author, may_hide_author
from civic.initiatives.routes.house import ONE, bp, load_visible
from civic.initiatives.service import privacy as service
from civic.web import person, public, require


@bp.route(f"{ONE}/naam", methods=["GET", "POST"])
def hide_author(initiative_id: int) -> ResponseReturnValue:
    """Before the collection is over the page says why not yet, and what else is possible."""
    initiative = load_visible(initiative_id)
    require(may_hide_author, initiative)
    form = ConfirmForm()
    if form.validate_on_submit():
        with committing():
            service.hide_author(initiative, actor=person(), at=now())
        flash(_("Uw naam staat niet meer op de pagina."), "positive")
        return redirect(url_for(".hide_author", initiative_id=initiative_id), code=303)
    return render_template(
        "initiatives/privacy/author.html",
        initiative=initiative,
        form=form,
        can_hide=can_hide_author(initiative, is_collecting=service.is_collecting(initiative, now())),
        can_undo=service.can_show_again(initiative, now()),
        undo_until=initiative.author_hidden_at + service.UNDO if initiative.author_hidden_at else None,
    )


@bp.post(f"{ONE}/naam/terug")
def show_author(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may_hide_author, initiative)
    with committing():
        service.show_author(initiative, actor=person(), at=now())
    flash(_("Uw naam staat weer op de pagina."), "positive")
    return redirect(url_for(".show", initiative_id=initiative_id), code=303)


def _loaded(token: str) -> tuple[Support, Initiative] | None:
    support = supports.find_by_token(token, at=now())
    return (support, db.session.get_one(Initiative, support.initiative_id)) if support else None


@bp.get("/steun/<token>/gegevens")
@public
def own_support(token: str) -> ResponseReturnValue:
    """For who has no account: what we hold by this support, to see, take along or take back."""
    found = _loaded(token)
    if found is None:
        return render_template("initiatives/link_unknown.html"), 404
    support, initiative = found
    return render_template(
        "initiatives/privacy/support.html",
        initiative=initiative,
        facts=service.facts_of(support, initiative),
        readable=readable,
        can_withdraw=support.state.value in ("pending", "confirmed"),
        token=token,
    )


@bp.post("/steun/<token>/gegevens/download")
@public
def own_support_file(token: str) -> ResponseReturnValue:
    found = _loaded(token)
    if found is None:
        return render_template("initiatives/link_unknown.html"), 404
    with committing():
        content = zipped(service.export_support(*found, at=now()), now())
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="mijn-steun.zip"'
    return response
