"""The sample of the griffie: draw, compare line by line, and what that says about all of them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, db, now
from civic.errors import Invalid
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.sample import DrawSampleForm, verdicts_typed
from civic.initiatives.models import Initiative, InitiativePlace, SupportSample
from civic.initiatives.policy import ledger as policy
from civic.initiatives.presentation import ledger as labels
from civic.initiatives.presentation.ledger_sample import outcome_of
from civic.initiatives.queries import sample as queries
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.service import sample as service
from civic.initiatives.states.ledger import ItemVerdict
from civic.web import logs_read, person, require

SAMPLES = f"{ONE}/steekproef/<int:place_id>"
SAMPLE = f"{SAMPLES}/<int:sample_id>"


def _load(initiative_id: int, place_id: int) -> tuple[Initiative, InitiativePlace]:
    """A place counts under its own initiative only."""
    initiative = load_visible(initiative_id)
    place = db.get_or_404(InitiativePlace, place_id)
    if place.initiative_id != initiative.id:
        abort(404)
    require(policy.may_sample, place)
    return initiative, place


def _load_sample(
    initiative_id: int, place_id: int, sample_id: int
) -> tuple[Initiative, InitiativePlace, SupportSample]:
    initiative, place = _load(initiative_id, place_id)
    found = db.get_or_404(SupportSample, sample_id)
    if found.place_id != place.id:
        abort(404)
    return initiative, place, found


@bp.route(SAMPLES, methods=["GET", "POST"])
def samples(initiative_id: int, place_id: int) -> ResponseReturnValue:
    initiative, place = _load(initiative_id, place_id)
    form = DrawSampleForm()
    if not form.validate_on_submit():
        return _samples_page(initiative, place, form, 422 if form.is_submitted() else 200)
    try:
        with committing():
            sample_id = service.draw(place, form.wanted(), actor=person(), at=now()).id
    except Invalid as error:
        put_errors(form, error)
        return _samples_page(*_load(initiative_id, place_id), form, 422)
    to = url_for(".sample", initiative_id=initiative_id, place_id=place_id, sample_id=sample_id)
    return redirect(to, code=303)


def _samples_page(
    initiative: Initiative, place: InitiativePlace, form: DrawSampleForm, status: int
) -> ResponseReturnValue:
    found = queries.samples_of(place)
    return render_template(
        "initiatives/ledger/samples.html",
        initiative=initiative,
        place=place,
        samples=found,
        outcomes={one.id: outcome_of(one, place) for one in found},
        is_running=any(one.state.value == "open" for one in found),
        population=queries.confirmed_in(place),
        form=form,
        labels=labels,
    ), status


@bp.get(SAMPLE)
@logs_read
def sample(initiative_id: int, place_id: int, sample_id: int) -> ResponseReturnValue:
    """Every time a page of names is shown, the log says to whom."""
    initiative, place, found = _load_sample(initiative_id, place_id, sample_id)
    page = queries.items_of(found, _after())
    with committing():
        service.note_read(found, len(page.rows), actor=person(), at=now())
    return render_template(
        "initiatives/ledger/sample.html",
        initiative=initiative,
        place=place,
        sample=found,
        page=page,
        counts=queries.verdict_counts(found),
        outcome=outcome_of(found, place),
        verdicts=ItemVerdict,
        form=ConfirmForm(),
        labels=labels,
    )


def _after() -> int:
    text = request.args.get("na", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@bp.post(f"{SAMPLE}/oordeel")
def judge_sample(initiative_id: int, place_id: int, sample_id: int) -> ResponseReturnValue:
    _initiative, _place, found = _load_sample(initiative_id, place_id, sample_id)
    with committing():
        count = service.judge(found, verdicts_typed(request.form.to_dict()), actor=person(), at=now())
    flash(_("Bewaard: %(count)s regels.", count=count), "positive")
    here: dict[str, Any] = {"initiative_id": initiative_id, "place_id": place_id, "sample_id": sample_id}
    return redirect(url_for(".sample", **here, na=_after() or None), code=303)


@bp.post(f"{SAMPLE}/afronden")
def finish_sample(initiative_id: int, place_id: int, sample_id: int) -> ResponseReturnValue:
    _initiative, _place, found = _load_sample(initiative_id, place_id, sample_id)
    with committing():
        service.finish(found, actor=person(), at=now())
    flash(_("De steekproef is klaar. De uitslag staat ook op de pagina van het initiatief."), "positive")
    return redirect(url_for(".samples", initiative_id=initiative_id, place_id=place_id), code=303)


@bp.post(f"{SAMPLE}/stoppen")
def stop_sample(initiative_id: int, place_id: int, sample_id: int) -> ResponseReturnValue:
    _initiative, _place, found = _load_sample(initiative_id, place_id, sample_id)
    with committing():
        service.stop(found, actor=person(), at=now())
    flash(_("De steekproef is gestopt. Dat staat ook op de pagina."), "positive")
    return redirect(url_for(".samples", initiative_id=initiative_id, place_id=place_id), code=303)
