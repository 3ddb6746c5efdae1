"""The work of the team: the queue and one case."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, queries, service
from civic.aanjaagteam.forms import (
    AssignForm,
    NoteForm,
    TriageForm,
    number_or_none,
)
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.asked import may_look_back
from civic.aanjaagteam.queries.clocks import DECISION
from civic.aanjaagteam.queries.units import active_units
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.overview import overview, told
from civic.aanjaagteam.routes.shared import (
    bp,
    facts,
    load,
    this_day,
)
from civic.aanjaagteam.states import BEFORE_DECISION, Action
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.regions import queries as regions
from civic.web import logs_read, person, require

SEARCH_LENGTH = 100


@bp.get("/aanjaagteam/meldingen/<int:report_id>")
@logs_read
def case(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    if not policy.may_read_case(person(), report):
        # a mail about a promised day leads here too, also for who is not in the team
        require(may_look_back, report, this_day())
        return redirect(url_for(".asked", report_id=report_id))
    require(policy.may_read_case, report)
    with committing():
        return _case_page(report)


def _case_page(report: Report, status: int = 200, **given: Any) -> ResponseReturnValue:
    """The case with its story; reading it is logged in the same transaction."""
    service.log_read(report, actor=person(), at=now())
    forms = {
        "triage_form": _triage_form(report),
        "assign_form": _assign_form(report),
        "note_form": NoteForm(formdata=None),
    }
    shown = facts(report)
    timeline_part, shown["timeline"] = told(report)
    clocks = queries.clocks_of(report)
    page = render_template(
        "aanjaagteam/case.html",
        **shown,
        **{**forms, **given},
        blocks=slots.blocks(slots.CASE, report, person()),
        aside=slots.blocks(slots.CASE_ASIDE, report, person()),
        actions=policy.possible_actions(person(), report),
        notes=queries.notes_of(report),
        owner=queries.people([report.owner_id]).get(report.owner_id or 0, ""),
        first_answer=clocks.get("first_answer"),
        decide_by=clocks.get(DECISION),
        today=this_day(),
        case=overview(report, person()),
        timeline_part=timeline_part,
    )
    return page, status


def _triage_form(report: Report) -> TriageForm:
    form = TriageForm(
        formdata=None,
        revision=report.revision,
        public_title=report.public_title,
        is_public=report.is_public,
        decide_now=report.decide_now,
        municipality=str(report.municipality_id or ""),
        process_guess=report.process_guess,
        decision_owner=report.decision_owner.value if report.decision_owner else "",
        decision_owner_name=report.decision_owner_name,
        waiting_people=str(report.waiting_people or ""),
        unit=str(report.unit_id or ""),
    )
    form.fill(regions.municipalities(), active_units())
    return form


def _assign_form(report: Report) -> AssignForm:
    form = AssignForm(formdata=None, revision=report.revision, owner=str(report.owner_id or ""))
    form.fill(queries.members_for(report))
    return form


def _refused(report: Report, **given: Any) -> ResponseReturnValue:
    with committing():
        return _case_page(report, 422, **given)


def back_to(report_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    return redirect(url_for(".case", report_id=report_id), code=303)


@bp.post("/aanjaagteam/meldingen/<int:report_id>/beoordelen")
def triage(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_do, report, Action.TRIAGE)
    form = TriageForm()
    form.fill(regions.municipalities(), active_units())
    if not form.validate():
        return _refused(report, triage_form=form)
    wanted = service.Triage(
        public_title=form.public_title.data or "",
        is_public=form.is_public.data,
        decide_now=form.decide_now.data if report.state in BEFORE_DECISION else report.decide_now,
        municipality_id=number_or_none(form.municipality.data),
        process_guess=form.process_guess.data or "",
        decision_owner=form.who_decides,
        decision_owner_name=form.decision_owner_name.data or "",
        unit_id=number_or_none(form.unit.data) if form.unit.raw_data else report.unit_id,
        waiting_people=form.people_waiting,
    )
    with committing():
        service.triage(report, wanted, form.seen, actor=person(), at=now())
        is_still_mine = policy.may_read_case(person(), report)
    if not is_still_mine:
        flash(_("Bewaard. De melding ligt nu bij een andere gemeente."), "positive")
        return redirect(url_for(".queue"), code=303)
    return back_to(report_id, _("De beoordeling is bewaard."))


@bp.post("/aanjaagteam/meldingen/<int:report_id>/toewijzen")
def assign(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_do, report, Action.ASSIGN)
    form = AssignForm()
    form.fill(queries.members_for(report))
    if not form.validate():
        return _refused(report, assign_form=form)
    owner = db.get_or_404(User, number_or_none(form.owner.data))
    try:
        with committing():
            service.assign(report, owner, form.seen, actor=person(), at=now())
    except Invalid as error:
        form.owner.errors = error.errors["owner"]
        return _refused(load(report_id), assign_form=form)
    return back_to(report_id, _("De melding heeft nu een eigenaar."))


@bp.post("/aanjaagteam/meldingen/<int:report_id>/notitie")
def note(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_note, report)
    form = NoteForm()
    if not form.validate():
        return _refused(report, note_form=form)
    with committing():
        service.add_note(report, form.note.data or "", actor=person(), at=now())
    return back_to(report_id, _("De notitie is bewaard."))
