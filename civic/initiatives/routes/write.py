"""The author's pages: begin, edit with autosave, check, publish, throw away, withdraw."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy, presentation, queries, service
from civic.initiatives.forms import (
    ConfirmForm,
    DraftForm,
    PublishForm,
    StartForm,
    WithdrawForm,
    draft_values,
    revision_of,
    rules_of_draft,
)
from civic.initiatives.models import Initiative
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.states import State, WithdrawReason
from civic.keyset import place_from_request, place_links
from civic.regions import queries as regions
from civic.web import person, require, signed_in


@bp.get("/initiatieven/mijn")
@signed_in
def mine() -> ResponseReturnValue:
    page = queries.initiatives_of(person().id, place_from_request(queries.NEWEST_WRITTEN.parse))
    links = place_links(page, {})
    return render_template("initiatives/mine.html", rows=page.rows, pager=links, labels=presentation)


@bp.route("/initiatieven/nieuw", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    form = StartForm()
    if not form.validate_on_submit():
        return render_template("initiatives/new.html", form=form), _status(form)
    with committing():
        initiative = service.start(form.title.data, form.wish.data, actor=person(), at=now())
        initiative_id = initiative.id
    flash(_("Uw concept is bewaard. U kunt nu of later verder."), "positive")
    return redirect(url_for(".edit", initiative_id=initiative_id), code=303)


def _status(form: FlaskForm) -> int:
    return 422 if form.is_submitted() else 200


@bp.get(f"{ONE}/bewerken")
def edit(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_draft(initiative_id)
    form = DraftForm(data={**draft_values(initiative), "tab": secrets.token_hex(16)})
    _offer(form, initiative)
    return _edit_page(initiative, form)


@bp.post(f"{ONE}/bewerken")
def save(initiative_id: int) -> ResponseReturnValue:
    """Keep everything, then go on to the check, or say what is still missing."""
    initiative = _load_draft(initiative_id)
    form = _filled_form(initiative)
    if not form.validate():
        return _edit_page(initiative, form), 422
    try:
        _keep(initiative, form)
    except NotAllowedNow as error:
        return _conflict_page(initiative_id, form, error)
    missing = service.missing(initiative)
    if missing:
        put_errors(form, Invalid(missing))
        return _edit_page(initiative, form), 422
    return redirect(url_for(".check", initiative_id=initiative_id), code=303)


@bp.post(f"{ONE}/bewaren")
def autosave(initiative_id: int) -> ResponseReturnValue:
    """Save unfinished work: every two seconds by htmx, or with "Bewaar en ga later verder"."""
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    form = _filled_form(initiative)
    is_block = request.headers.get("HX-Request") == "true"
    if not form.validate():
        return (_saved_block(form=form), 422) if is_block else (_edit_page(initiative, form), 422)
    try:
        _keep(initiative, form)
    except NotAllowedNow as error:
        return (
            (_saved_block(problem=error.code), 409)
            if is_block
            else _conflict_page(initiative_id, form, error)
        )
    if is_block:
        return _saved_block(at=now())
    flash(_("Bewaard. U vindt uw concept hier terug."), "positive")
    return redirect(url_for(".mine"), code=303)


def _load_draft(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    if initiative.state is not State.DRAFT:
        raise NotAllowedNow("not_in_this_state")
    return initiative


def _offer(form: DraftForm, initiative: Initiative) -> None:
    places = regions.municipalities()
    form.offer(places, rules_of_draft(initiative, places, today(now())))


def _filled_form(initiative: Initiative) -> DraftForm:
    form = DraftForm()
    _offer(form, initiative)
    return form


def _keep(initiative: Initiative, form: DraftForm) -> None:
    with committing():
        service.save(initiative, form.answers(), form.edit(), at=now())


def _saved_block(**facts: Any) -> str:
    return render_template("initiatives/_saved.html", **facts)


def _edit_page(initiative: Initiative, form: DraftForm, conflict: bool = False) -> str:
    return render_template("initiatives/edit.html", initiative=initiative, form=form, conflict=conflict)


def _conflict_page(initiative_id: int, form: DraftForm, error: NotAllowedNow) -> ResponseReturnValue:
    """The typed text stays on the screen; saving it once more replaces what the other tab saved."""
    if error.code != "edited_elsewhere":
        raise error
    initiative = load(initiative_id)
    form.revision.data = str(initiative.revision)
    form.tab.data = secrets.token_hex(16)
    return _edit_page(initiative, form, conflict=True), 409


@bp.get(f"{ONE}/controleren")
def check(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_draft(initiative_id)
    form = PublishForm(data={"revision": str(initiative.revision)})
    return _check_page(initiative, form)


@bp.post(f"{ONE}/publiceren")
def publish(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_publish, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.state is State.COLLECTING:
        return to_page  # pressed twice
    form = PublishForm()
    if not form.validate():
        return _check_page(initiative, form), 422
    try:
        with committing():
            service.publish(initiative, revision_of(form.revision), actor=person(), at=now())
    except Invalid as error:
        initiative = load(initiative_id)
        put_errors(form, Invalid({"": [text for texts in error.errors.values() for text in texts]}))
        return _check_page(initiative, form), 422
    except NotAllowedNow as error:
        return _look_again(initiative_id, error)
    flash(_("Uw initiatief staat online. Vertel het aan uw buren."), "positive")
    return to_page


def _look_again(initiative_id: int, error: NotAllowedNow) -> ResponseReturnValue:
    if error.code != "edited_elsewhere":
        raise error
    initiative = load(initiative_id)
    form = PublishForm(formdata=None, data={"revision": str(initiative.revision)})
    form.form_errors.append(_("De tekst is intussen veranderd. Lees hem nog één keer na."))
    return _check_page(initiative, form), 409


@dataclass(frozen=True)
class CheckView:
    """What the check page needs to know about the rules: `found` per place, empty without one."""

    found: list[queries.RuleCheck]
    missing: dict[str, list[str]]

    @property
    def is_passed(self) -> bool:
        return all(one.is_passed for one in self.found)

    @property
    def is_ready(self) -> bool:
        return bool(self.found) and self.is_passed and not self.missing

    @property
    def groups(self) -> list[list[queries.RuleCheck]]:
        """Places whose rules say the same stand together."""
        found: dict[Any, list[queries.RuleCheck]] = {}
        for one in sorted(self.found, key=lambda check: check.place.name):
            found.setdefault((one.rule_set.is_default, *one.verdicts), []).append(one)
        return list(found.values())

    @property
    def months(self) -> int:
        return min(one.rules.collection_months for one in self.found)


def _check_page(initiative: Initiative, form: PublishForm) -> str:
    at = now()
    view = CheckView(queries.rule_checks(initiative, today(at)), service.missing(initiative))
    return render_template(
        "initiatives/check.html",
        initiative=initiative,
        form=form,
        view=view,
        places=queries.place_names(initiative),
        labels=presentation,
    )


@bp.route(f"{ONE}/weggooien", methods=["GET", "POST"])
def discard(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_draft(initiative_id)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template("initiatives/discard.html", initiative=initiative, form=form)
    with committing():
        service.discard(initiative, actor=person(), at=now())
    flash(_("Uw concept is weg."), "positive")
    return redirect(url_for(".mine"), code=303)


@bp.route(f"{ONE}/intrekken", methods=["GET", "POST"])
def withdraw(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_withdraw, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.state is State.WITHDRAWN:
        return to_page  # pressed twice
    if not policy.can_withdraw_now(person(), initiative):
        raise NotAllowedNow("not_in_this_state")
    form = WithdrawForm()
    if not form.validate_on_submit():
        return render_template("initiatives/withdraw.html", initiative=initiative, form=form), _status(form)
    with committing():
        service.withdraw(initiative, WithdrawReason(form.reason.data), actor=person(), at=now())
    flash(_("Uw initiatief is ingetrokken."), "positive")
    return to_page
