"""Waiting for somebody: put a question, answer it, change it; and the page of whoever was asked."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import number_or_none
from civic.aanjaagteam.forms.waits import AnswerForm, ChangeWaitForm, WaitForm
from civic.aanjaagteam.models import Report, ReportWait
from civic.aanjaagteam.queries import waits as queries
from civic.aanjaagteam.queries.asked import may_look_back, may_read_asked
from civic.aanjaagteam.queries.one import current_decision, people, place_name
from civic.aanjaagteam.queries.units import active_units, unit_ids_of, unit_names
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.pages import done, form_page
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.service import waits as service
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.wording import case as words
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.regions import queries as regions
from civic.web import person, require

CASE = "/aanjaagteam/meldingen/<int:report_id>"


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"case_words": words}


@bp.get("/aanjaagteam/gevraagd/<int:report_id>")
def asked(report_id: int) -> ResponseReturnValue:
    """What somebody reads who was asked something: never the story, the notes or the reporter."""
    report = load(report_id)
    require(may_look_back, report, this_day())
    if not may_read_asked(person(), report, this_day()):
        return _asked_before(report)
    return render_template(
        "aanjaagteam/case/asked.html",
        unit=unit_names([report.unit_id]).get(report.unit_id or 0, ""),
        municipality=place_name(report.municipality_id),
        is_team=policy.may_read_case(person(), report),
        **slots.unit_view(report, person()),
    )


def _asked_before(report: Report) -> ResponseReturnValue:
    """Nothing is asked any more: only what was, and what came of it."""
    decision = current_decision(report)
    is_owner = decision is not None and decision.process_owner_id == person().id
    return render_template(
        "aanjaagteam/case/asked_before.html",
        report=report,
        mine=_unit_block(report, person())["mine"],
        process=decision.process_change if decision is not None and is_owner else "",
    )


def may_answer(user: User | None, report: Report, wait: ReportWait, unit_ids: frozenset[int]) -> bool:
    """The team, the person who was asked, or who works at the unit that was asked."""
    if user is None:
        return False
    if policy.may_read_case(user, report) or (user.is_staff and user.id == wait.user_id):
        return True
    return wait.unit_id in unit_ids


def _units_of(user: User | None) -> frozenset[int]:
    return unit_ids_of(user, this_day()) if user is not None else frozenset()


def _wait(report: Report, wait_id: int) -> ReportWait:
    wait: ReportWait = db.first_or_404(
        db.select(ReportWait).where(ReportWait.id == wait_id, ReportWait.report_id == report.id)
    )
    return wait


def _open(wait: ReportWait) -> ReportWait:
    if request.method == "GET" and wait.ended_at is not None:
        raise NotAllowedNow("changed_meanwhile")
    return wait


@bp.route(f"{CASE}/wachten/nieuw", methods=["GET", "POST"])
def wait_start(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    if report.state in FINAL and request.method == "GET":
        raise NotAllowedNow("is_closed")
    units = active_units()
    form = WaitForm()
    names = queries.member_names((unit.id for unit in units), this_day())
    form.fill(units, regions.municipalities(), names)
    if not form.is_submitted():
        form.revision.data = str(report.revision)
        form.unit.data = str(report.unit_id or "")
    if form.validate_on_submit() and done(form, lambda: _start(report, form)):
        return back_to_reader(report_id, _("De melding wacht nu hierop."))
    return form_page("wait_start", form, load(report_id))


def _start(report: Report, form: WaitForm) -> None:
    kind = form.chosen
    is_inside = kind in (WaitKind.UNIT, WaitKind.MANAGEMENT)
    new = service.NewWait(
        kind=kind,
        question=form.question.data or "",
        unit_id=number_or_none(form.unit.data) if is_inside else None,
        user_id=number_or_none(form.person.data) if is_inside else None,
        party=(form.party.data or "") if kind is WaitKind.OTHER_ORGANISATION else "",
        due_on=form.due_on.data,
    )
    service.start_wait(report, new, form.seen, actor=person(), at=now())


def back_to_reader(report_id: int, sentence: str) -> ResponseReturnValue:
    """To the case, or for who was asked to what they may read."""
    flash(sentence, "positive")
    endpoint = ".case" if policy.may_read_case(person(), load(report_id)) else ".asked"
    return redirect(url_for(endpoint, report_id=report_id), code=303)


@bp.route(f"{CASE}/wachten/<int:wait_id>/antwoord", methods=["GET", "POST"])
def wait_end(report_id: int, wait_id: int) -> ResponseReturnValue:
    """By the team, or by whoever was asked."""
    report = load(report_id)
    wait = _wait(report, wait_id)
    require(may_answer, report, wait, _units_of(person()))
    form = AnswerForm()
    if form.validate_on_submit() and done(form, lambda: _end(wait, form)):
        return back_to_reader(report_id, _("Dank u. Het antwoord is bewaard."))
    return _page("wait_end", form, report, _open(wait))


def _end(wait: ReportWait, form: AnswerForm) -> None:
    service.end_wait(wait, form.answer.data or "", actor=person(), at=now())


def _page(name: str, form: Any, report: Report, wait: ReportWait) -> ResponseReturnValue:
    unit = unit_names([wait.unit_id]).get(wait.unit_id or 0, "")
    who = people([wait.user_id]).get(wait.user_id or 0, "")
    is_team = policy.may_read_case(person(), report)
    return form_page(name, form, report, wait=wait, unit=unit, who=who, is_team=is_team)


@bp.route(f"{CASE}/wachten/<int:wait_id>/wijzigen", methods=["GET", "POST"])
def wait_change(report_id: int, wait_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    wait = _wait(report, wait_id)
    form = ChangeWaitForm(revision=report.revision, question=wait.question, due_on=wait.due_on)
    if form.validate_on_submit() and done(form, lambda: _change(wait, form)):
        return back_to_reader(report_id, _("De vraag is veranderd."))
    return _page("wait_change", form, report, _open(wait))


def _change(wait: ReportWait, form: ChangeWaitForm) -> None:
    asked_now = service.Asked(form.question.data or "", form.due_on.data)
    service.change_wait(wait, asked_now, form.seen, actor=person(), at=now())


@bp.post(f"{CASE}/wachten/<int:wait_id>/vergissing")
def wait_withdraw(report_id: int, wait_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    wait = _wait(report, wait_id)
    with committing():
        service.withdraw_wait(wait, actor=person(), at=now())
    return back_to_reader(report_id, _("Weggehaald. Niemand hoeft hierop te antwoorden."))


def _waits_block(report: Report, user: User | None) -> dict[str, Any]:
    return {
        "report": report,
        "waits": queries.waits_of(report, this_day()),
        "is_closed": report.state in FINAL,
    }


def _unit_block(report: Report, user: User | None) -> dict[str, Any]:
    """Of this reader only what is theirs to answer, and whom the rest waits for without the question."""
    waits = queries.waits_of(report, this_day()) if user else []
    unit_ids = _units_of(user)
    mine = [wait for wait in waits if may_answer(user, report, wait.row, unit_ids)]
    return {
        "report": report,
        "mine": mine,
        "others": [wait for wait in waits if wait not in mine and wait.is_open],
    }


def _public_block(report: Report, user: User | None) -> dict[str, Any]:
    return {"waits": queries.public_waits(report)}


def _followed_block(report: Report, user: User | None) -> dict[str, Any]:
    asked_of_reporter = [wait.question for wait in service.open_waits(report, WaitKind.REPORTER)]
    return {"waits": queries.public_waits(report), "questions": asked_of_reporter}


slots.UNIT_VIEW.append(slots.Slot(5, "aanjaagteam/case/_waits_asked.html", _unit_block))
slots.PUBLIC.append(slots.Slot(20, "aanjaagteam/case/_waits_public.html", _public_block))
slots.FOLLOWED.append(slots.Slot(3, "aanjaagteam/case/_waits_followed.html", _followed_block))
