"""The author's pages: begin, edit with autosave, check, publish, throw away, withdraw."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy, presentation, queries, service
from civic.initiatives.forms import ConfirmForm, PublishForm, WithdrawForm, revision_of
from civic.initiatives.forms.draft import DraftForm, draft_values, rules_of_draft
from civic.initiatives.models import Initiative
from civic.initiatives.presentation import kinds as words
from civic.initiatives.queries import doors, kinds, people
from civic.initiatives.queries.desk import desk_first
from civic.initiatives.queries.tilemap import known_districts
from civic.initiatives.routes.house import ONE, bp, load, put_errors
from civic.initiatives.service import desk
from civic.initiatives.service.kinds import conditions, start_project
from civic.initiatives.service.people import token_of
from civic.initiatives.states import PUBLISHED, InitiativeKind, State, WithdrawReason
from civic.initiatives.states.desk import EDITABLE
from civic.keyset import place_from_request, place_links
from civic.regions import queries as regions
from civic.web import person, require, signed_in


@bp.get("/initiatieven/mijn")
@signed_in
def mine() -> ResponseReturnValue:
    page = queries.initiatives_of(person().id, place_from_request(queries.NEWEST_WRITTEN.parse))
    links = place_links(page, {})
    return render_template(
        "initiatives/mine.html",
        rows=page.rows,
        pager=links,
        labels=presentation,
        words=words,
        invitations=_invitations(),
    )


def _invitations() -> list[tuple[str, datetime]]:
    return [
        (url_for(".invitation", token=token_of(one)), one.invited_at)
        for one in people.invitations_of(person())
    ]


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
    # what this writer does not see here is on the next page, which says who has to do it
    missing = {name: texts for name, texts in service.missing(initiative).items() if name in form}
    if missing:
        put_errors(form, Invalid(missing))
        return _edit_page(initiative, form), 422
    step = ".challenge" if "challenge" in conditions(initiative, now()) else ".check"
    return redirect(url_for(step, initiative_id=initiative_id), code=303)


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
        vague = doors.vague_words(load(initiative_id))
        return _saved_block(at=now(), initiative_id=initiative_id, vague=vague)
    flash(_("Bewaard. U vindt uw concept hier terug."), "positive")
    return redirect(url_for(".mine"), code=303)


def _load_draft(initiative_id: int) -> Initiative:
    initiative = load(initiative_id)
    require(policy.may_edit, initiative)
    if initiative.state not in EDITABLE:
        raise NotAllowedNow("not_in_this_state")
    return initiative


def _offer(form: DraftForm, initiative: Initiative) -> None:
    places = regions.municipalities()
    rules = rules_of_draft(initiative, places, today(now()))
    form.offer(initiative, places, rules, is_author=policy.is_author(person(), initiative))


def _filled_form(initiative: Initiative) -> DraftForm:
    form = DraftForm()
    _offer(form, initiative)
    return form


def _keep(initiative: Initiative, form: DraftForm) -> None:
    with committing():
        service.save(initiative, form.answers(initiative), form.edit(), at=now())


def _saved_block(**facts: Any) -> str:
    return render_template("initiatives/_saved.html", **facts)


def _edit_page(initiative: Initiative, form: DraftForm, conflict: bool = False) -> str:
    return render_template(
        "initiatives/edit.html",
        initiative=initiative,
        form=form,
        conflict=conflict,
        words=words,
        districts=known_districts(),
    )


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
    return check_page(initiative, form)


@bp.post(f"{ONE}/publiceren")
def publish(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_publish, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.state in PUBLISHED:
        return to_page  # pressed twice
    form = PublishForm()
    if not form.validate():
        return check_page(initiative, form), 422
    try:
        with committing():
            _publish(initiative, revision_of(form.revision))
    except Invalid as error:
        initiative = load(initiative_id)
        put_errors(form, Invalid({"": [text for texts in error.errors.values() for text in texts]}))
        return check_page(initiative, form), 422
    except NotAllowedNow as error:
        return _look_again(initiative_id, error)
    flash(_("Uw initiatief staat online. Vertel het aan uw buren."), "positive")
    return to_page


def _publish(initiative: Initiative, revision: int) -> None:
    """What the desk asked back and no desk has to see any more goes online as a draft does."""
    if initiative.state is State.RETURNED:
        desk.take_back(initiative, actor=person(), at=now())
    is_project = initiative.kind is InitiativeKind.RESIDENT_PROJECT
    verb = start_project if is_project else service.publish
    verb(initiative, revision, actor=person(), at=now())


def _look_again(initiative_id: int, error: NotAllowedNow) -> ResponseReturnValue:
    if error.code != "edited_elsewhere":
        raise error
    initiative = load(initiative_id)
    form = PublishForm(formdata=None, data={"revision": str(initiative.revision)})
    form.form_errors.append(_("De tekst is intussen veranderd. Lees hem nog één keer na."))
    return check_page(initiative, form), 409


@dataclass(frozen=True)
class CheckView:
    """What the check page needs to know about the rules: `found` per place, empty without one."""

    found: list[queries.RuleCheck]
    missing: dict[str, list[str]]
    conditions: dict[str, list[str]]
    needs_rules: bool = True

    @property
    def is_passed(self) -> bool:
        return all(one.is_passed for one in self.found)

    @property
    def is_ready(self) -> bool:
        is_known = bool(self.found) or not self.needs_rules
        return is_known and self.is_passed and not self.missing and not self.conditions

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


def check_page(initiative: Initiative, form: PublishForm) -> str:
    at = now()
    view = CheckView(
        queries.rule_checks(initiative, today(at)),
        service.missing(initiative),
        conditions(initiative, at),
        kinds.is_asked_of_municipality(initiative),
    )
    return render_template(
        "initiatives/check.html",
        initiative=initiative,
        form=form,
        view=view,
        desk=desk_first(initiative, today(at)),
        places=queries.place_names(initiative),
        labels=presentation,
        words=words,
        vague=doors.vague_words(initiative),
        overlap=kinds.overlapping(initiative),
        comparison=kinds.comparison_of(initiative.challenge),
        is_author=policy.is_author(person(), initiative),
    )


@bp.route(f"{ONE}/weggooien", methods=["GET", "POST"])
def discard(initiative_id: int) -> ResponseReturnValue:
    initiative = _load_draft(initiative_id)
    require(policy.may_discard, initiative)
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
