"""What is brought up: from the case, the page of who is asked, the list of the team."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.core import number_or_none
from civic.aanjaagteam.forms.ladder import (
    AnswerForm,
    EscalateForm,
    HandOnForm,
    LiftForm,
    OnRungForm,
    WithdrawForm,
)
from civic.aanjaagteam.models import Escalation, Report
from civic.aanjaagteam.policy import ladder as policy
from civic.aanjaagteam.policy import may_read_case
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries import ladder_lists as lists
from civic.aanjaagteam.queries.meetings import had_content_meeting
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import unit_ids_of, unit_names
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.service import ladder as service
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL
from civic.aanjaagteam.states.ladder import LEVELS, TALK_FIRST, TOP, RungState, RunState
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.keyset import place_from_request, place_links
from civic.web import person, require

STAIR_FROM_TOP = tuple(reversed(LEVELS))


# from the case


@bp.route("/aanjaagteam/meldingen/<int:report_id>/opschalen", methods=["GET", "POST"])
def escalate(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_escalate, report)
    form = EscalateForm()
    if not form.validate_on_submit():
        if request.method == "GET" and (report.state in FINAL or queries.open_run(report.id)):
            raise NotAllowedNow("is_closed" if report.state in FINAL else "already_escalated")
        return _escalate_page(report, form)
    wanted = service.Wanted(form.why, form.tried.data or "", form.asked.data or "", int(form.level.data))
    try:
        with committing():
            run = service.escalate(report, wanted, actor=person(), at=now())
            number = run.id
    except Invalid as error:
        put_errors(form, error.errors)
        return _escalate_page(load(report_id), form)
    return _to_run(number, _("De melding is opgeschaald. Wie het nu heeft, krijgt een mail in werktijd."))


def _escalate_page(report: Report, form: EscalateForm) -> ResponseReturnValue:
    place = queries.unit_place(report.unit_id, report.municipality_id)
    page = render_template(
        "aanjaagteam/ladder/escalate.html",
        form=form,
        report=report,
        words=words,
        ladder=queries.ladder_for(place, this_day()),
        had_meeting=had_content_meeting(report),
        talk_first=TALK_FIRST,
    )
    return page, 422 if form.errors else 200


def _to_run(escalation_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    return redirect(url_for(".escalated", escalation_id=escalation_id), code=303)


# the page of a run


def _load(escalation_id: int) -> tuple[Escalation, Report]:
    run = db.get_or_404(Escalation, escalation_id)
    return run, load(run.report_id)


def _levels_of(run: Escalation) -> frozenset[int]:
    user = person()
    return queries.was_asked(run, user) if user is not None else frozenset()


@bp.get("/aanjaagteam/opgeschaald/<int:escalation_id>")
def escalated(escalation_id: int) -> ResponseReturnValue:
    run, report = _load(escalation_id)
    return _run_page(run, report)


def _run_page(run: Escalation, report: Report, **given: Any) -> ResponseReturnValue:
    user: User | None = person()
    asked = _levels_of(run)
    units = unit_ids_of(user, this_day()) if user is not None else frozenset[int]()
    require(policy.may_see_run, run, report, asked, units)
    row = queries.rung_in_hand(run) if run.state is RunState.OPEN else None
    has_now = asked & {row.level} if row is not None else frozenset[int]()
    reads_along = policy.may_read_along(user, run, report, has_now, units)
    forms = {
        "answer_form": AnswerForm(formdata=None),
        "hand_on_form": _hand_on_form(report, None),
        "lift_form": LiftForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
    }
    failed = next(iter(given.values()), None)
    page = render_template(
        "aanjaagteam/ladder/run.html",
        **{**forms, **given},
        failed=failed,
        run=run,
        report=report,
        row=row,
        reads_along=reads_along,
        reads_end=reads_along or run.level in asked,  # it was taken back from them
        stair=[step for step in stair_of(run, report) if reads_along or step["level"] in asked],
        words=words,
        names=people([run.opened_by_id, run.ended_by_id]),
        unit=unit_names([run.unit_id]).get(run.unit_id or 0, ""),
        may_act=row is not None and policy.may_act(user, run, asked),
        may_withdraw=run.state is RunState.OPEN and policy.may_withdraw(user, run, report),
        is_team=may_read_case(user, report),
        is_top=run.level == TOP,
        misses_meeting=row is not None and row.misses_meeting and not had_content_meeting(report),
        blocks=slots.blocks([one for one in slots.UNIT_VIEW if one is not UNIT_SLOT], report, user)
        if reads_along
        else [],
        at=now(),
        today=this_day(),
    )
    return page, 422 if failed is not None else 200


def _hand_on_form(report: Report, formdata: Any) -> HandOnForm:
    form = HandOnForm() if formdata else HandOnForm(formdata=None)
    form.fill(queries.staff_to_choose(report.municipality_id), person())
    return form


@bp.post("/aanjaagteam/opgeschaald/<int:escalation_id>/aannemen")
def accept_escalated(escalation_id: int) -> ResponseReturnValue:
    run, _report = _load(escalation_id)
    form = OnRungForm()
    require(policy.is_asked, _levels_of(run), form.seen)
    with committing():
        service.accept(run, form.seen, actor=person(), at=now())
    return _to_run(escalation_id, _("U hebt het aangenomen. Uw naam staat er nu bij."))


@bp.post("/aanjaagteam/opgeschaald/<int:escalation_id>/antwoord")
def answer_escalated(escalation_id: int) -> ResponseReturnValue:
    run, report = _load(escalation_id)
    form = AnswerForm()
    require(policy.is_asked, _levels_of(run), form.seen)
    if not form.validate():
        return _run_page(run, report, answer_form=form)
    with committing():
        service.answer(run, form.seen, form.answer.data or "", actor=person(), at=now())
    return _to_run(escalation_id, _("Uw antwoord is bewaard. Wie het vroeg, krijgt een mail."))


@bp.post("/aanjaagteam/opgeschaald/<int:escalation_id>/doorgeven")
def hand_on_escalated(escalation_id: int) -> ResponseReturnValue:
    run, report = _load(escalation_id)
    form = _hand_on_form(report, request.form)
    require(policy.is_asked, _levels_of(run), form.seen)
    is_fine = form.validate()
    to = db.session.get(User, number_or_none(form.to.data) or 0)
    if not is_fine:
        return _run_page(run, report, hand_on_form=form)
    try:
        with committing():
            service.hand_on(
                run, form.seen, service.Handing(to, form.why.data or ""), actor=person(), at=now()
            )
    except Invalid as error:
        put_errors(form, error.errors)
        return _run_page(*_load(escalation_id), hand_on_form=form)
    return _to_run(escalation_id, _("Doorgegeven. Uw collega krijgt een mail in werktijd."))


@bp.post("/aanjaagteam/opgeschaald/<int:escalation_id>/hoger")
def lift_escalated(escalation_id: int) -> ResponseReturnValue:
    """By who has it now, or by the team."""
    run, report = _load(escalation_id)
    form = LiftForm()
    require(policy.may_lift, report, _levels_of(run), form.seen)
    if not form.validate():
        return _run_page(run, report, lift_form=form)
    try:
        with committing():
            service.lift(run, form.seen, form.why_up.data or "", actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _run_page(*_load(escalation_id), lift_form=form)
    return _to_run(escalation_id, _("De melding ligt nu een trede hoger."))


@bp.post("/aanjaagteam/opgeschaald/<int:escalation_id>/terughalen")
def withdraw_escalated(escalation_id: int) -> ResponseReturnValue:
    run, report = _load(escalation_id)
    require(policy.may_withdraw, run, report)
    form = WithdrawForm()
    if not form.validate():
        return _run_page(run, report, withdraw_form=form)
    with committing():
        service.withdraw(run, form.withdraw.data or "", actor=person(), at=now())
    return _to_run(escalation_id, _("Teruggehaald. De ladder staat stil voor deze melding."))


# the list


@bp.get("/aanjaagteam/opgeschaald")
def escalations() -> ResponseReturnValue:
    require(policy.may_see_escalations)
    level = number_or_none(request.args.get("trede"))
    level = level if level in LEVELS else None
    page = lists.open_runs(person(), level, place_from_request(lists.BY_AGE.parse))
    kept = {"trede": str(level)} if level else {}
    return render_template(
        "aanjaagteam/ladder/index.html",
        page=page,
        links=place_links(page, kept),
        counts=lists.counts_per_level(person()),
        level=level,
        words=words,
        top=TOP,
        at=now(),
    )


# blocks on other pages


def stair_of(run: Escalation, report: Report) -> list[dict[str, Any]]:
    """The four rungs, the highest first, with who has it, since when and until when."""
    rungs = {row.level: row for row in queries.rungs_of(run)}
    asked = queries.asked_on(rungs.values())
    takers = people(row.accepted_by_id for row in rungs.values())
    stands_still = any(until is None or until > now() for _from, until in queries.reporter_waits(report.id))
    return [
        {
            "level": level,
            "row": (row := rungs.get(level)),
            "people": [one.display_name for one in asked.get(row.id, [])] if row else [],
            "taker": takers.get(row.accepted_by_id or 0, "") if row else "",
            "has_it": row is not None and row.state in (RungState.ASKED, RungState.ACCEPTED),
            "stands_still": stands_still,
        }
        for level in STAIR_FROM_TOP
    ]


def _on_case(report: Report, user: User | None) -> dict[str, Any]:
    run = queries.last_run(report.id)
    return {
        "run": run,
        "stair": stair_of(run, report) if run is not None else [],
        "nobody": run is not None and run.state is RunState.OPEN and queries.rung_in_hand(run) is None,
        "words": words,
        "at": now(),
        "may_escalate": policy.may_escalate(user, report) and report.state not in FINAL,
        "is_open": run is not None and run.state is RunState.OPEN,
    }


def _for_everybody(report: Report, _user: User | None) -> dict[str, Any]:
    """The rung and the day; never a name."""
    return {"run": lists.open_run_of(report.id), "words": words, "top": TOP}


def _for_reporter(report: Report, _user: User | None) -> dict[str, Any]:
    """An answer that is no decision yet is said as well."""
    block = _for_everybody(report, _user)
    is_due = block["run"] is None and report.state in BEFORE_DECISION
    return {**block, "answered": lists.last_answer_of(report.id) if is_due else None}


UNIT_SLOT = slots.Slot(60, "aanjaagteam/ladder/_on_unit.html", _for_everybody)
slots.CASE.append(slots.Slot(60, "aanjaagteam/ladder/_on_case.html", _on_case))
slots.UNIT_VIEW.append(UNIT_SLOT)
slots.FOLLOWED.append(slots.Slot(20, "aanjaagteam/ladder/_where.html", _for_reporter))
slots.PUBLIC.append(slots.Slot(20, "aanjaagteam/ladder/_where.html", _for_everybody))
