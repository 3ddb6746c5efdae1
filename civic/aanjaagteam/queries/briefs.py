"""The pages for an alderman, and the first words of a new one."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from civic.aanjaagteam.models import AldermanBrief, Decision, Report, ReportWait
from civic.aanjaagteam.models.briefs import FUNCTION_LENGTH, PART_LENGTH
from civic.aanjaagteam.queries.meetings import meetings_of, tables_of
from civic.aanjaagteam.queries.one import current_decision, waited_days
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.states.meetings import TableResult
from civic.calendar import Calendar, today
from civic.db import db


def alderman_briefs_of(report: Report) -> list[AldermanBrief]:
    """Newest version first."""
    statement = select(AldermanBrief).where(AldermanBrief.report_id == report.id)
    return list(db.session.scalars(statement.order_by(AldermanBrief.version.desc())))


def brief_version(report_id: int, version: int) -> AldermanBrief | None:
    statement = select(AldermanBrief).where(
        AldermanBrief.report_id == report_id, AldermanBrief.version == version
    )
    return db.session.scalar(statement)


def days_to_answer(brief: AldermanBrief) -> int | None:
    """Working days between giving it and hearing that it was read."""
    if brief.sent_on is None or brief.acknowledged_on is None:
        return None
    return Calendar().working_days_between(brief.sent_on, brief.acknowledged_on)


def draft(report: Report, on: date) -> dict[str, object]:
    """From the facts of the case; nothing of what the reporter wrote."""
    decision = current_decision(report)
    wanted = next((one for one in decision.options if one.cost_yes is not None), None) if decision else None
    return {
        "heading": report.public_title[:FUNCTION_LENGTH],
        "situation": _situation(report, on)[:PART_LENGTH],
        "tried": "\n".join(_tried(report, decision, on))[:PART_LENGTH],
        "cost": wanted.cost_yes if wanted else None,
        "cost_basis": wanted.cost_yes_basis if wanted else "",
        "asked": "",
    }


def _situation(report: Report, on: date) -> str:
    days = waited_days(report.since_on, report.closed_at, on)
    parts = [
        report.summary,
        ngettext("Dit duurt al %(num)d dag.", "Dit duurt al %(num)d dagen.", days) if days else "",
    ]
    if report.waiting_people:
        count = report.waiting_people
        parts.append(ngettext("%(num)d mens wacht hierop.", "%(num)d mensen wachten hierop.", count))
    return "\n".join(part for part in parts if part)


def _tried(report: Report, decision: Decision | None, on: date) -> list[str]:
    lines = [*_waits(report, on)]
    lines += [
        _("Gesprek over de zaak op %(day)s.", day=format_date(one.held_on, "long"))
        for one in meetings_of(report)
    ]
    lines += [
        _("Besproken op %(day)s: %(said)s", day=format_date(one.table_on, "long"), said=one.said)
        for one in tables_of(report)
        if one.result is TableResult.DISCUSSED
    ]
    if decision is not None:
        said = {"day": format_date(decision.decided_on, "long"), "decision": decision.decision}
        lines.append(_("Besloten op %(day)s: %(decision)s", **said))
    return lines


def _waits(report: Report, on: date) -> list[str]:
    statement = select(ReportWait).where(
        ReportWait.report_id == report.id, ReportWait.is_mistake.is_(False), ReportWait.unit_id.is_not(None)
    )
    rows = list(db.session.scalars(statement.order_by(ReportWait.id)))
    names = unit_names(row.unit_id for row in rows)
    return [
        ngettext(
            "Gevraagd aan %(unit)s: %(num)d dag gewacht.",
            "Gevraagd aan %(unit)s: %(num)d dagen gewacht.",
            ((today(row.ended_at) if row.ended_at else on) - today(row.began_at)).days,
            unit=names.get(row.unit_id or 0, ""),
        )
        for row in rows
    ]
