"""The same thing to many reports at once: first a page with what will happen, then it is done."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import first_value, number_or_none
from civic.aanjaagteam.queries.choices import choices_for, colleagues
from civic.aanjaagteam.routes.queue_filter import read
from civic.aanjaagteam.routes.queue_texts import texts
from civic.aanjaagteam.routes.shared import bp
from civic.aanjaagteam.service import bulk
from civic.aanjaagteam.states.queue import Bulk, Skip
from civic.aanjaagteam.wording import queue as words
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.web import person, require

MOST_NAMED = 20  # of the skipped ones, in the sentence afterwards


@bp.post("/aanjaagteam/samen")
def bulk_preview() -> ResponseReturnValue:
    """What will change and what not, per report. Nothing happens yet."""
    require(policy.may_see_queue)
    chosen, order = _chosen(), _order()
    if not chosen or order is None:
        return _ask_again(chosen)
    return render_template(
        "aanjaagteam/queue/bulk.html",
        lines=bulk.preview(order, chosen, actor=person()),
        order=order,
        unit=choices_for(person()).unit_names.get(order.unit_id or 0, ""),
        words=words,
        back=request.form.get("terug", ""),
        back_url=_back(),
    )


def _ask_again(chosen: list[bulk.Chosen]) -> ResponseReturnValue:
    """Fifty reports once chosen are not to be chosen again because a colleague was forgotten."""
    if not chosen:
        flash(_("Kies eerst een of meer meldingen."), "warning")
        return redirect(_back(), code=303)
    page = render_template(
        "aanjaagteam/queue/bulk_choose.html",
        chosen=chosen,
        needed=_("Kies wat u wilt doen. Kies ook een collega of een afdeling als dat nodig is."),
        typed=request.form,
        texts=texts(),
        people=colleagues([]),
        choices=choices_for(person()),
        back_url=_back(),
    )
    return page, 422


@bp.post("/aanjaagteam/samen/uitvoeren")
def bulk_apply() -> ResponseReturnValue:
    require(policy.may_see_queue)
    chosen, order = _chosen(), _order()
    if not chosen or order is None:
        return _ask_again(chosen)
    with committing():
        done = bulk.apply_to_all(order, chosen, actor=person(), at=now())
    _say(done)
    return redirect(_back(), code=303)


def _say(done: list[bulk.Done]) -> None:
    changed = sum(one.skip is None for one in done)
    if changed:
        flash(
            ngettext("%(num)d melding is veranderd.", "%(num)d meldingen zijn veranderd.", changed),
            "positive",
        )
    for skip in Skip:
        numbers = [str(one.report_id) for one in done if one.skip is skip]
        if numbers:
            shown = ", ".join(numbers[:MOST_NAMED])
            flash(_("Niet veranderd: %(numbers)s. %(why)s", numbers=shown, why=words.SKIPS[skip]), "warning")


def _chosen() -> list[bulk.Chosen]:
    """Checked rows, or all of the page; each as number.version. Anything else is left out."""
    marks = request.form.get("alles-van", "").split() if "alles" in request.form else []
    found: dict[int, bulk.Chosen] = {}
    for mark in [*marks, *request.form.getlist("keuze")]:
        number, _dot, revision = mark.partition(".")
        report_id, seen = number_or_none(number), number_or_none(revision)
        if report_id is not None and seen is not None:
            found[report_id] = bulk.Chosen(report_id, seen)
    return list(found.values())[: bulk.MOST]


def _order() -> bulk.BulkOrder | None:
    action: Any = first_value(Bulk, request.form.get("doe"))
    if action is None:
        return None
    if action is Bulk.ASSIGN:
        owner_id = number_or_none(request.form.get("collega"))
        owner = db.session.get(User, owner_id) if owner_id in colleagues([]).team else None
        return bulk.BulkOrder(action, owner=owner) if owner is not None else None
    if action is Bulk.UNIT:
        unit_id = number_or_none(request.form.get("naar-afdeling"))
        is_there = unit_id in choices_for(person()).units
        return bulk.BulkOrder(action, unit_id=unit_id) if is_there else None
    return bulk.BulkOrder(action)


def _back() -> str:
    """The list with its filter: read again, so that only our own names come back."""
    given = read(dict(parse_qsl(request.form.get("terug", "")))).given
    return url_for(".queue", **(given or {"status": ""}))
