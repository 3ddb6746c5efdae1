"""What the team reads of how a report came in, and of the steps that ask the same twice."""

from __future__ import annotations

from typing import Any

from flask import render_template

from civic.aanjaagteam import policy
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import intake as queries
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.origins import origin_name, origin_url
from civic.aanjaagteam.routes.shared import bp
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.intake import origin_of
from civic.aanjaagteam.wording.intake import KINDS, NEAR
from civic.accounts.models import User
from civic.web import person, require


@bp.get("/aanjaagteam/dubbele-vragen")
def double_questions() -> str:
    """Which two steps ask the same, and how often that was reported (S18a)."""
    require(policy.may_see_queue)
    return render_template("aanjaagteam/intake/double_questions.html", pairs=queries.pairs(person()))


def _came_in(report: Report, _user: User | None) -> dict[str, Any]:
    origin = origin_of(report.origin_type, report.origin_id)
    name = origin_name(origin) if origin else ""
    return {
        "report": report,
        "kind": KINDS[report.kind],
        "is_special": report.kind is not ReportKind.SLUGGISH,
        "unit": unit_names([report.unit_id]).get(report.unit_id or 0, ""),
        "origin": name,
        "origin_url": origin_url(origin) if origin and name else "",
    }


def _double(report: Report, user: User | None) -> dict[str, Any]:
    row = queries.double_of(report.id) if report.kind is ReportKind.DOUBLE_QUESTION else None
    return {"row": row, "others": queries.same_pair(row, user) if row and user else []}


def _near(report: Report, user: User | None) -> dict[str, Any]:
    return {"near": queries.near_on_case(report, user) if user else [], "reasons": NEAR}


slots.CASE.append(slots.Slot(5, "aanjaagteam/intake/_came_in.html", _came_in))
slots.CASE.append(slots.Slot(6, "aanjaagteam/intake/_double.html", _double))
slots.CASE.append(slots.Slot(80, "aanjaagteam/intake/_near.html", _near))
