"""Talks about a report, and the agendas of the tables where is decided."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.meetings import MeetingForm, ResultForm, TableForm
from civic.aanjaagteam.models import Report, TableItem
from civic.aanjaagteam.policy.knots import may_check, may_see_agenda
from civic.aanjaagteam.queries import meetings as queries
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.slots import Slot
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.service import meetings
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.wording import meetings as meeting_words
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.keyset import place_from_request, place_links
from civic.web import person, require

ONE = "/aanjaagteam/meldingen/<int:report_id>"


@bp.app_context_processor
def _meeting_words() -> dict[str, Any]:
    return {"meeting_words": meeting_words}


def _page(name: str, form: FlaskForm, report: Report, **more: Any) -> ResponseReturnValue:
    page = render_template(f"aanjaagteam/knots/{name}.html", form=form, report=report, **more)
    return page, 422 if form.errors else 200


@bp.route(f"{ONE}/gesprek", methods=["GET", "POST"])
def content_meeting(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_check, report)
    form = MeetingForm()
    if not form.is_submitted():
        form.token.data = secrets.token_urlsafe(24)
    elif form.validate():
        try:
            with committing():
                meetings.log_meeting(report, _meeting(form), actor=person(), at=now())
            return back_to(report_id, _("Het gesprek is bewaard."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _page("meeting", form, report)


def _meeting(form: MeetingForm) -> meetings.Meeting:
    return meetings.Meeting(
        held_on=form.held_on.data,
        attendees=form.attendees.data or "",
        knows_case=bool(form.knows_case.data),
        outcome=form.outcome.data or "",
        token=form.token.data or "",
    )


@bp.route(f"{ONE}/agenda", methods=["GET", "POST"])
def put_on_table(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_check, report)
    if request.method == "GET" and report.state in FINAL:
        raise NotAllowedNow("is_closed")
    form = TableForm()
    if form.validate_on_submit():
        slot = meetings.Slot(form.chosen, form.table_on.data, form.asked.data or "")
        try:
            with committing():
                meetings.put_on_table(report, slot, actor=person(), at=now())
            return back_to(report_id, _("De melding staat op de agenda."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _page("table", form, report)


@bp.route(f"{ONE}/agenda/<int:item_id>", methods=["GET", "POST"])
def table_result(report_id: int, item_id: int) -> ResponseReturnValue:
    report, item = load(report_id), db.get_or_404(TableItem, item_id)
    if item.report_id != report.id:
        abort(404)
    require(may_check, report)
    if request.method == "GET" and (item.result is not None or item.table_on > this_day()):
        raise NotAllowedNow("not_in_this_state")
    form = ResultForm()
    if form.validate_on_submit():
        said = meetings.Said(form.chosen, form.said.data or "")
        try:
            with committing():
                meetings.note_result(item, report, said, actor=person(), at=now())
            return back_to(report_id, _("Bewaard wat eruit kwam."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _page("table_result", form, report, item=item)


@bp.get("/aanjaagteam/agenda")
def agenda() -> ResponseReturnValue:
    require(may_see_agenda)
    is_past = request.args.get("toon") == "geweest"
    order = queries.BY_DAY_BACK if is_past else queries.BY_DAY
    page = queries.agenda(person(), this_day(), place_from_request(order.parse), is_past=is_past)
    note = ngettext("%(num)d melding", "%(num)d meldingen", page.total) if page.total else ""
    links = place_links(page, {"toon": "geweest"} if is_past else {}, note)
    return render_template("aanjaagteam/knots/agenda.html", page=page, links=links, is_past=is_past)


@bp.get("/aanjaagteam/agenda/<organ>/<day>")
def table_agenda(organ: str, day: str) -> ResponseReturnValue:
    """One table on one day, to print."""
    require(may_see_agenda)
    body, on = meeting_words.BODY_SLUGS.get(organ), _day(day)
    if body is None or on is None:
        abort(404)
    rows = queries.table_agenda(person(), body, on)
    return render_template(
        "aanjaagteam/knots/table_agenda.html", rows=rows, body=body, on=on, today=this_day()
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _facts(report: Report, _user: User | None) -> dict[str, Any]:
    found, tables = queries.meetings_of(report), queries.tables_of(report)
    return {
        "meetings": found,
        "names": people(one.created_by_id for one in found),
        "tables": tables,
        "today": this_day(),
        "days_to_management": queries.days_to_management([report.id]).get(report.id) if tables else None,
        "reference": queries.REFERENCE_DAYS,
        "is_open": report.state not in FINAL,
    }


slots.CASE.append(Slot(40, "aanjaagteam/knots/_meetings_on_case.html", _facts))
