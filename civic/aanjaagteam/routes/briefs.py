"""The page for an alderman: write it, print it, say that it was given and read."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.meetings import AcknowledgeForm, BriefForm, SendForm
from civic.aanjaagteam.models import AldermanBrief, Report
from civic.aanjaagteam.onepage import OnePage, Part, onepage_pdf
from civic.aanjaagteam.policy.knots import may_check
from civic.aanjaagteam.queries import briefs as queries
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.routes.slots import Slot
from civic.aanjaagteam.routes.team import back_to
from civic.aanjaagteam.service import briefs
from civic.accounts.models import User
from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid
from civic.mail.service import sender
from civic.regions import queries as regions
from civic.theme import UnsafeTheme, brand_tokens
from civic.typesetting import engine
from civic.web import person, require

PAGES = "/aanjaagteam/meldingen/<int:report_id>/bestuursnotitie"
DEFAULT_COLOR = "#1d4f5c"


@bp.route(PAGES, methods=["GET", "POST"])
def brief(report_id: int) -> ResponseReturnValue:
    """Write the first version, or the next one."""
    report = load(report_id)
    require(may_check, report)
    form, versions = BriefForm(), queries.alderman_briefs_of(report)
    if not form.is_submitted():
        _fill(form, report, versions)
    elif form.validate():
        try:
            with committing():
                briefs.write_brief(report, form.text(), form.seen, actor=person(), at=now())
            return back_to(report_id, _("De bestuursnotitie is bewaard."))
        except Invalid as error:
            put_errors(form, error.errors)
    page = render_template("aanjaagteam/knots/brief.html", form=form, report=report, versions=versions)
    return page, 422 if form.errors else 200


def _fill(form: BriefForm, report: Report, versions: list[AldermanBrief]) -> None:
    """From the last version; without one from the facts of the case."""
    form.revision.data = str(len(versions))
    last = versions[0] if versions else None
    given = (
        {name: getattr(last, name) for name in briefs.FIELDS} if last else queries.draft(report, this_day())
    )
    for name, value in given.items():
        form[name].data = value


def _load_version(report_id: int, version: int) -> tuple[Report, AldermanBrief]:
    report = load(report_id)
    require(may_check, report)
    found = queries.brief_version(report_id, version)
    if found is None:
        abort(404)
    return report, found


@bp.get(f"{PAGES}/<int:version>.pdf")
def brief_pdf(report_id: int, version: int) -> ResponseReturnValue:
    report, found = _load_version(report_id, version)
    if not engine.is_available():
        abort(404)
    response = Response(onepage_pdf(_one_page(report, found)), mimetype="application/pdf")
    name = f"bestuursnotitie-{report.id}-{found.version}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _one_page(report: Report, found: AldermanBrief) -> OnePage:
    parts = [
        Part(_("Wat loopt er vast?"), found.situation),
        Part(_("Wat is al geprobeerd?"), found.tried),
        Part(_("Wat kost het?"), _cost(found)),
        Part(_("Wat vragen wij u?"), found.asked),
    ]
    facts = {"id": report.id, "version": found.version, "day": format_date(today(found.created_at), "long")}
    return OnePage(
        lang=str(get_locale() or "nl")[:2],
        sender=sender().name,
        color=_color(),
        heading=found.heading,
        parts=tuple(parts),
        foot=_("Bestuursnotitie bij melding %(id)s, versie %(version)s van %(day)s.", **facts),
    )


def _cost(found: AldermanBrief) -> str:
    if found.cost is None:
        return found.cost_basis or _("Dat is nog niet bekend.")
    return f"€ {format_decimal(found.cost)} ({found.cost_basis})"


def _color() -> str:
    """A dark shade of the region's own colour."""
    region = regions.the_region()
    try:
        return brand_tokens(region.brand_color)[0]["accent-1-color-document"] if region else DEFAULT_COLOR
    except UnsafeTheme:
        return DEFAULT_COLOR


@bp.route(f"{PAGES}/<int:version>/gegeven", methods=["GET", "POST"])
def send_brief(report_id: int, version: int) -> ResponseReturnValue:
    report, found = _load_version(report_id, version)
    form = SendForm()
    if not form.is_submitted():
        form.sent_on.data = this_day()
    elif form.validate():
        given = briefs.Given(form.sent_to.data or "", form.sent_on.data)
        try:
            with committing():
                briefs.send_brief(found, report, given, actor=person(), at=now())
            return back_to(report_id, _("Bewaard aan wie u de notitie gaf."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _step("brief_send", form, report, found)


@bp.route(f"{PAGES}/<int:version>/gelezen", methods=["GET", "POST"])
def acknowledge_brief(report_id: int, version: int) -> ResponseReturnValue:
    report, found = _load_version(report_id, version)
    form = AcknowledgeForm()
    if not form.is_submitted():
        form.acknowledged_on.data = this_day()
    elif form.validate():
        try:
            with committing():
                briefs.acknowledge_brief(found, report, form.acknowledged_on.data, actor=person(), at=now())
            return back_to(report_id, _("Bewaard dat de notitie is gelezen."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _step("brief_read", form, report, found)


def _step(name: str, form: Any, report: Report, found: AldermanBrief) -> ResponseReturnValue:
    page = render_template(f"aanjaagteam/knots/{name}.html", form=form, report=report, brief=found)
    return page, 422 if form.errors else 200


def _facts(report: Report, _user: User | None) -> dict[str, Any]:
    versions = queries.alderman_briefs_of(report)
    return {
        "versions": versions,
        "days": {one.version: queries.days_to_answer(one) for one in versions},
        "can_print": engine.is_available(),
    }


slots.CASE.append(Slot(45, "aanjaagteam/knots/_briefs_on_case.html", _facts))
