"""The ledger at the griffie: what it holds, what stands out, what is taken out of the count and put back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic import keyset
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.initiatives.forms.fraud import (
    REASONS,
    InvalidateForm,
    arguments_of,
    local_minute,
    suspects_from,
)
from civic.initiatives.models import Initiative, Invalidation
from civic.initiatives.policy import ledger as policy
from civic.initiatives.presentation import ledger as labels
from civic.initiatives.presentation.ledger_fraud import is_throw_away, known_domains
from civic.initiatives.queries import fraud as queries
from civic.initiatives.queries import ledger as ledger_queries
from civic.initiatives.queries.fraud import FAST_SECONDS, Suspects
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import fraud as service
from civic.web import logs_read, person, require

LEDGER = f"{ONE}/steun"


def _load(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_read_ledger, initiative)
    return initiative


def _kept(initiative: Initiative) -> set[int]:
    return policy.places_kept(person(), initiative)


@bp.get(LEDGER)
def ledger(initiative_id: int) -> ResponseReturnValue:
    """Counts per status, way in and municipality. No names, so nobody is written down for reading it."""
    initiative = _load(initiative_id)
    found = ledger_queries.tallies(initiative)
    invalidations = ledger_queries.invalidations_of(initiative)
    return render_template(
        "initiatives/ledger/ledger.html",
        initiative=initiative,
        tables=[
            (_("Per gemeente"), ledger_queries.rows_by(found, "municipality")),
            (_("Hoe de steun binnenkwam"), ledger_queries.rows_by(found, "channel")),
        ],
        columns=ledger_queries.COLUMNS,
        places=[one for one in initiative.places if one.municipality_id in _kept(initiative)],
        invalidations=invalidations,
        reasons=REASONS,
        labels=labels,
    )


# --- what stands out ------------------------------------------------------------------------------------


@bp.get(f"{LEDGER}/misbruik")
def fraud(initiative_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    return _fraud_page(initiative, known_domains(initiative), has_names=False)


@bp.get(f"{LEDGER}/misbruik/domeinen")
@logs_read
def fraud_domains(initiative_id: int) -> ResponseReturnValue:
    """The same page with the names of all mail domains: read from sealed addresses, so written down."""
    initiative = _load(initiative_id)
    keys = [one.key for one in queries.top_domains(initiative)]
    with committing():
        names = service.read_domains(initiative, keys, actor=person(), at=now())
    return _fraud_page(initiative, names | known_domains(initiative), has_names=True)


def _fraud_page(initiative: Initiative, names: dict[str, str], *, has_names: bool) -> ResponseReturnValue:
    return render_template(
        "initiatives/ledger/fraud.html",
        initiative=initiative,
        totals=queries.totals(initiative),
        bursts=queries.bursts(initiative),
        networks=queries.top_networks(initiative),
        domains=queries.top_domains(initiative),
        names=names,
        has_names=has_names,
        is_throw_away=is_throw_away,
        fast_seconds=FAST_SECONDS,
        places=[one for one in initiative.places if one.municipality_id in _kept(initiative)],
    )


@bp.get(f"{LEDGER}/regels")
@logs_read
def ledger_lines(initiative_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    wanted = suspects_from(request.args, initiative)
    part = queries.lines_of(initiative, wanted, _kept(initiative), keyset.cursor_from_request())
    pager = keyset.links(part, lambda row: row.id)
    shown = [_line(row) for row in part.rows]
    with committing():
        service.note_read(initiative, len(shown), actor=person(), at=now())
    return render_template(
        "initiatives/ledger/lines.html",
        initiative=initiative,
        rows=shown,
        pager=pager,
        chosen=arguments_of(wanted, initiative),
        can_choose=not wanted.is_everything,
        labels=labels,
    )


def _line(row: Any) -> dict[str, Any]:
    names = ("id", "name", "postcode", "channel", "confirmed_at", "form_seconds")
    return {name: getattr(row, name) for name in names}


# --- out of the count, and back -------------------------------------------------------------------------


@bp.route(f"{LEDGER}/uit-de-telling", methods=["GET", "POST"])
def invalidate(initiative_id: int) -> ResponseReturnValue:
    """What would happen is shown first; then it happens to exactly as many as were shown."""
    initiative = _load(initiative_id)
    wanted = suspects_from(request.args, initiative)
    form = InvalidateForm()
    if not form.validate_on_submit():
        return _preview(initiative, wanted, form, 422 if form.is_submitted() else 200)
    act = service.Act(form.chosen(), form.note.data, form.number())
    try:
        with committing():
            places = _kept(initiative)
            service.invalidate(initiative, wanted, act, places=places, actor=person(), at=now())
    except Invalid as error:
        form.form_errors.extend(error.errors.pop("expected", []))
        put_errors(form, error)
        initiative = _load(initiative_id)
        return _preview(initiative, wanted, form, 422)
    flash(_("Deze steun telt niet meer mee. U kunt het hieronder terugdraaien."), "positive")
    return redirect(url_for(".ledger", initiative_id=initiative_id), code=303)


def _preview(
    initiative: Initiative, wanted: Suspects, form: InvalidateForm, status: int
) -> ResponseReturnValue:
    found = queries.found(initiative, wanted, _kept(initiative)) if not wanted.is_everything else []
    gone = {one.municipality_id: one.count for one in found}
    form.expected.data = str(sum(gone.values()))
    return render_template(
        "initiatives/ledger/invalidate.html",
        initiative=initiative,
        form=form,
        wanted=wanted,
        found=found,
        number=sum(gone.values()),
        places=[one for one in initiative.places if one.municipality_id in gone],
        gone=gone,
        chosen=arguments_of(wanted, initiative),
        local_minute=local_minute,
    ), status


@bp.post(f"{LEDGER}/uit-de-telling/<int:invalidation_id>/terug")
def restore(initiative_id: int, invalidation_id: int) -> ResponseReturnValue:
    initiative = _load(initiative_id)
    found = db.get_or_404(Invalidation, invalidation_id)
    if found.initiative_id != initiative.id:
        abort(404)
    require(policy.may_restore, initiative, queries.municipalities_of(found.id))
    with committing():
        number = service.restore(found, actor=person(), at=now())
    flash(_("Er tellen %(number)s steunbetuigingen weer mee.", number=number), "positive")
    return redirect(url_for(".ledger", initiative_id=initiative_id), code=303)
