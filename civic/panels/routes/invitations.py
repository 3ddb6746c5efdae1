"""Waves of letters, the share of each municipality, codes and the log of extractions.

This module has the pages of the lottery administrator; those of a municipality and of the log have their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.panels.forms.invitations import WaveForm, wave_form
from civic.panels.models import InvitationWave, Panel
from civic.panels.policy import invitations as policy
from civic.panels.presentation import invitations as presentation
from civic.panels.queries import invitations as queries
from civic.panels.queries.invitations_plan import Proposal, proposal_of
from civic.panels.routes import invitations_extractions, invitations_shares
from civic.panels.routes.blueprint import bp, load_panel
from civic.panels.service import invitations as service
from civic.panels.service.invitations import PLANNING, ShareLine
from civic.panels.states import ShareState, Stage
from civic.web import person, require

__all__ = ["invitations_extractions", "invitations_shares"]
USUAL_TIME = timedelta(weeks=4)


@bp.get("/<int:panel_id>/brieven")
def invitations(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    proposal = proposal_of(panel_id)
    signed = queries.signed_municipalities(panel_id)
    waves = queries.waves_of(panel_id)
    return render_template(
        "panels/invitations/index.html",
        panel=panel,
        proposal=proposal,
        waves=waves,
        registered={one.share.id: one.registered for one in queries.response_of(panel_id)},
        signed=signed,
        unsigned=[one for one in proposal.municipalities if one.id not in signed] if proposal else [],
        constituency_of={source.id: one for one, source in proposal.sources} if proposal else {},
        may_plan_now=panel.stage in PLANNING and bool(proposal and proposal.constituencies),
        may_open=panel.stage is Stage.INVITATION and service.can_open_registration(panel),
        issuable={
            wave.id for wave in waves if any(service.may_issue(one, signed, now()) for one in wave.shares)
        },
        presentation=presentation,
        ShareState=ShareState,
        Stage=Stage,
    )


def _load(panel_id: int) -> Panel:
    panel = load_panel(panel_id)
    require(policy.may_plan, panel)
    return panel


def _load_wave(panel_id: int, wave_id: int) -> InvitationWave:
    _load(panel_id)
    wave = queries.wave_of(panel_id, wave_id)
    if wave is None:
        abort(404)
    return wave


@bp.route("/<int:panel_id>/brieven/nieuw", methods=["GET", "POST"])
def plan_wave(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    proposal = _proposal_now(panel)
    number = queries.next_wave_number(panel_id)
    # an empty box is no letters; what is not asked for at all is not proposed again
    form = wave_form(
        _labels(proposal, set()), proposal.letters, number=number, closes_on=today(now()) + USUAL_TIME
    )

    def _plan() -> None:
        if form.number.data != number:  # the same form again: that wave is there already
            raise NotAllowedNow("changed_meanwhile")
        service.plan_wave(panel, _lines(form), _day(form), form.reason.data or "", actor=person(), at=now())

    if _is_sent(form, None, needs_reason=number > 1) and _saved(form, _plan):
        flash(_("De ronde is gepland. Maak nu de codes."), "positive")
        return redirect(url_for(".invitations", panel_id=panel_id), code=303)
    return _wave_page(panel_id, form, None), _status(form)


@bp.route("/<int:panel_id>/brieven/<int:wave_id>/wijzigen", methods=["GET", "POST"])
def edit_wave(panel_id: int, wave_id: int) -> ResponseReturnValue:
    wave = _load_wave(panel_id, wave_id)
    proposal = _proposal_now(_load(panel_id))
    letters, closes_on = _letters_of(wave), wave.closes_on
    form = wave_form(_labels(proposal, _issued(wave)), letters, number=wave.number, closes_on=wave.closes_on)

    def _change() -> None:
        service.change_wave(wave, _lines(form), _day(form), actor=person(), at=now())

    if _is_sent(form, closes_on) and _saved(form, _change):
        flash(_("Uw wijziging is opgeslagen."), "positive")
        return redirect(url_for(".invitations", panel_id=panel_id), code=303)
    return _wave_page(panel_id, form, wave_id), _status(form)


def _proposal_now(panel: Panel) -> Proposal:
    proposal = proposal_of(panel.id)
    if proposal is None or not proposal.constituencies or panel.stage not in PLANNING:
        raise NotAllowedNow("not_in_this_state")
    return proposal


def _letters_of(wave: InvitationWave) -> dict[tuple[int, int], int]:
    return {(one.municipality_id, one.source_id): one.letters for one in wave.shares}


def _issued(wave: InvitationWave) -> set[tuple[int, int]]:
    return {
        (one.municipality_id, one.source_id) for one in wave.shares if one.state is not ShareState.PLANNED
    }


def _labels(proposal: Proposal, without: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    return {
        (cell.municipality.id, source.id): _(
            "Brieven in %(place)s voor %(source)s", place=cell.municipality.name, source=source.name
        )
        for cell in proposal.cells
        for source in cell.constituency.sources
        if (cell.municipality.id, source.id) not in without
    }


def _lines(form: WaveForm) -> list[ShareLine]:
    return [ShareLine(place, source, count) for (place, source), count in form.letters().items()]


def _day(form: WaveForm) -> Any:
    return form.closes_on.data


def _is_sent(form: WaveForm, unchanged: date | None, needs_reason: bool = False) -> bool:
    """Valid and meant to be kept: the button "recount" only adds up."""
    is_valid = bool(form.validate_on_submit())
    if form.errors:  # the rules of the service too, so that all errors are said at once
        day = form.closes_on.data if form.closes_on.data != unchanged else None
        _put_on_form(
            form, service.early_errors(day, form.reason.data or "" if needs_reason else None, at=now())
        )
    return is_valid and "recount" not in request.form


def _saved(form: WaveForm, save: Callable[[], None]) -> bool:
    try:
        with committing():
            save()
    except Invalid as error:
        _put_on_form(form, error.errors)
        return False
    return True


def _put_on_form(form: WaveForm, errors: dict[str, list[str]]) -> None:
    """What is about no single box stands above the form."""
    for name, sentences in errors.items():
        if name in form:
            form[name].errors = [*form[name].errors, *sentences]
        else:
            form.form_errors.extend(sentences)


def _status(form: WaveForm) -> int:
    return 422 if form.errors else 200


def _wave_page(panel_id: int, form: WaveForm, wave_id: int | None) -> str:
    wave = _load_wave(panel_id, wave_id) if wave_id is not None else None
    kept = [one for one in wave.shares if one.state is not ShareState.PLANNED] if wave else []
    return render_template(
        "panels/invitations/wave.html",
        panel=_load(panel_id),
        form=form,
        wave=wave,
        proposal=proposal_of(panel_id),
        kept={(one.municipality_id, one.source_id): one.letters for one in kept},
        total=sum(form.letters().values()) + sum(one.letters for one in kept),
        signed=queries.signed_municipalities(panel_id),
        earlier=[one for one in queries.waves_of(panel_id) if one.id != wave_id],
        on=today(now()),
    )


@bp.route("/<int:panel_id>/brieven/<int:wave_id>/verwijderen", methods=["GET", "POST"])
def drop_wave(panel_id: int, wave_id: int) -> ResponseReturnValue:
    wave = _load_wave(panel_id, wave_id)
    if request.method == "POST":
        with committing():
            service.drop_wave(wave, actor=person(), at=now())
        flash(_("De ronde is verwijderd."), "positive")
        return redirect(url_for(".invitations", panel_id=panel_id), code=303)
    if _issued(wave):
        raise NotAllowedNow("not_in_this_state")
    return render_template("panels/invitations/drop_wave.html", panel=_load(panel_id), wave=wave)


@bp.route("/<int:panel_id>/brieven/<int:wave_id>/codes", methods=["GET", "POST"])
def issue_codes(panel_id: int, wave_id: int) -> ResponseReturnValue:
    wave = _load_wave(panel_id, wave_id)
    if request.method == "POST":
        made = _issue_all(wave)
        _say_issued(made)
        return redirect(url_for(".invitations", panel_id=panel_id), code=303)
    signed = queries.signed_municipalities(panel_id)
    planned = [one for one in wave.shares if one.state is ShareState.PLANNED]
    return render_template(
        "panels/invitations/issue.html",
        panel=_load(panel_id),
        wave=wave,
        ready=[one for one in planned if service.may_issue(one, signed, now())],
        refused=sorted({one.municipality.name for one in planned if one.municipality_id not in signed}),
        is_over=wave.closes_on < today(now()),
    )


def _issue_all(wave: InvitationWave) -> int:
    """One transaction per share: tens of thousands of codes may not keep everybody else waiting."""
    made, wave_id, panel_id = 0, wave.id, wave.panel_id
    signed = queries.signed_municipalities(panel_id)
    share_ids = [one.id for one in wave.shares if service.may_issue(one, signed, now())]
    for share_id in share_ids:
        with committing():
            share = queries.share_with(share_id)
            if share is not None and share.wave_id == wave_id and service.may_issue(share, signed, now()):
                service.issue_codes(share, actor=person(), at=now())
                made += share.letters
    return made


def _say_issued(made: int) -> None:
    if made:
        flash(ngettext("Er is %(num)s code gemaakt.", "Er zijn %(num)s codes gemaakt.", made), "positive")
    else:
        flash(_("Er waren geen codes meer te maken."), "info")


@bp.route("/<int:panel_id>/brieven/aanmelding-openen", methods=["GET", "POST"])
def open_registration(panel_id: int) -> ResponseReturnValue:
    panel = _load(panel_id)
    if request.method == "POST":
        with committing():
            service.open_registration(panel, actor=person(), at=now())
        flash(_("De aanmelding is open."), "positive")
        return redirect(url_for(".invitations", panel_id=panel_id), code=303)
    if panel.stage is not Stage.INVITATION or not service.can_open_registration(panel):
        raise NotAllowedNow("not_in_this_state")
    return render_template(
        "panels/invitations/open.html", panel=panel, waves=queries.waves_of(panel_id), ShareState=ShareState
    )
