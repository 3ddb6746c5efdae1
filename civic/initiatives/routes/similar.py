"""What looks like a text: a page for anyone, and a block beside the text that somebody writes."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from civic.initiatives import policy, presentation
from civic.initiatives.forms import clean
from civic.initiatives.queries.similar import LONGEST, alike
from civic.initiatives.routes import write
from civic.initiatives.routes.house import ONE, bp, load
from civic.web import person, public, require


@bp.get("/initiatieven/lijkt-op")
@public
def similar() -> ResponseReturnValue:
    """By `?tekst=…`; nothing of it is kept."""
    text = clean(request.args.get("tekst"))[:LONGEST]
    return _page(text, initiative_id=None)


@bp.get(f"{ONE}/lijkt-op")
def similar_of(initiative_id: int) -> ResponseReturnValue:
    """For the writer: by the text as it was last kept, so that a draft never stands in an address."""
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    return _page("\n".join((initiative.title, initiative.wish, initiative.plan)), initiative.id)


@bp.post(f"{ONE}/lijkt-op")
def compare(initiative_id: int) -> ResponseReturnValue:
    """Without script: keep what was typed, then show what looks like it."""
    require(policy.may_edit, load(initiative_id))
    answer = write.autosave(initiative_id)
    if isinstance(answer, Response) and answer.status_code == 303:
        return redirect(url_for(".similar_of", initiative_id=initiative_id), code=303)
    return answer


def _page(text: str, initiative_id: int | None) -> str:
    is_block = request.headers.get("HX-Request") == "true"
    return render_template(
        "initiatives/similar/_list.html" if is_block else "initiatives/similar/index.html",
        found=alike(text, without=initiative_id) if text.strip() else None,
        text=text,
        initiative_id=initiative_id,
        is_signed_in=person() is not None,
        labels=presentation,
    )
