"""Groups of like reports: the list, one group, putting together and taking out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.clusters import FindForm, ThresholdForm, TogetherForm
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy.clusters import may_group_reports, may_see_groups, may_set_threshold
from civic.aanjaagteam.queries import clusters as reads
from civic.aanjaagteam.queries import current_decision
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.service import clusters
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.keyset import place_from_request, place_links
from civic.regions import queries as regions
from civic.web import person, require

ONE = "/aanjaagteam/meldingen/<int:report_id>/groep"


@bp.get("/aanjaagteam/groepen")
def groups() -> ResponseReturnValue:
    require(may_see_groups)
    return _groups_page(ThresholdForm(formdata=None, threshold=reads.threshold()), 200)


def _groups_page(form: ThresholdForm, status: int) -> ResponseReturnValue:
    page = reads.groups(person(), place_from_request(reads.BY_SINCE.parse), now())
    html = render_template(
        "aanjaagteam/clusters/groups.html",
        page=page,
        links=place_links(page, {}, ngettext("%(num)d groep", "%(num)d groepen", page.total)),
        form=form,
        threshold=reads.threshold(),
        may_set=may_set_threshold(person()),
    )
    return html, status


@bp.post("/aanjaagteam/groepen/drempel")
def pattern_threshold() -> ResponseReturnValue:
    require(may_set_threshold)
    form = ThresholdForm()
    region = regions.the_region()
    if not form.validate() or region is None:
        return _groups_page(form, 422)
    with committing():
        clusters.set_threshold(form.threshold.data, region.id)
    flash(_("Bewaard."), "positive")
    return redirect(url_for(".groups"), code=303)


# --- one group ------------------------------------------------------------------------------------------


@bp.route(ONE, methods=["GET", "POST"])
def group(report_id: int) -> ResponseReturnValue:
    """The group of this report; with `?met=` what would be put together, before it is."""
    report = load(report_id)
    require(policy.may_read_case, report)
    if request.method == "POST":
        return _put_together(report)
    find = FindForm(request.args if "met" in request.args else None)
    if not find.met.data:
        return _group_page(report, find, 200)
    if not find.validate():
        return _group_page(report, find, 422)
    other = _other(report, find.number)
    if isinstance(other, str):
        put_errors(find, {"met": [other]})
        return _group_page(report, find, 422)
    return _preview(report, other, _together_form(report, other), 200)


def _group_page(report: Report, find: FindForm, status: int) -> ResponseReturnValue:
    shown = reads.group_of(report.id, person(), now())
    head = load(shown.head.id)
    decision = current_decision(head) if shown.head.is_mine else None
    untold = reads.untold(decision, shown) if decision is not None else []
    page = render_template(
        "aanjaagteam/clusters/group.html",
        report=report,
        group=shown,
        find=find,
        alike=reads.alike_for(report, person(), now()),
        decision=decision,
        untold=untold,
        has_expired=decision is not None and decision.has_expired(this_day()),
        can_tell=any(one.is_mine or head.is_public for one in untold),
        threshold=reads.threshold(),
    )
    return page, status


def _other(report: Report, number: int | None) -> Report | str:
    """The report with this number, or why it cannot be put together with this one."""
    other = db.session.get(Report, number) if number is not None else None
    if other is None or not policy.may_read_case(person(), other):
        return str(_("Wij kennen geen melding met dit nummer, of u mag hem niet zien."))
    heads = reads.head_of([report.id, other.id])
    if heads.get(report.id, report.id) == heads.get(other.id, other.id):
        return str(_("Deze melding zit al in dezelfde groep."))
    return other


def _together_form(report: Report, other: Report, **options: Any) -> TogetherForm:
    """The heavier one in front, unless somebody chooses otherwise."""
    ones = [reads.group_of(one.id, person(), now()) for one in (report, other)]
    form = TogetherForm(
        other=str(other.id), front=str(max(ones, key=lambda one: one.weight).head.id), **options
    )
    form.offer([(one.head.id, _offered(one.head)) for one in ones])
    return form


def _offered(head: reads.Member) -> str:
    """A report out of reach can be in front of one in reach: then its number, and no more."""
    if not head.is_mine:
        return str(_("Melding %(id)s van een andere gemeente", id=head.id))
    return f"{head.id}: {head.title or _('nog zonder titel')}"


def _preview(report: Report, other: Report, form: TogetherForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "aanjaagteam/clusters/preview.html",
        report=report,
        groups=[reads.group_of(one.id, person(), now()) for one in (report, other)],
        form=form,
    )
    return page, status


def _put_together(report: Report) -> ResponseReturnValue:
    number = request.form.get("other", "")
    other = _other(
        report, int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None
    )
    if isinstance(other, str):
        find = FindForm(formdata=None, met=number)
        put_errors(find, {"met": [other]})
        return _group_page(report, find, 422)
    form = _together_form(report, other)
    if not form.validate():
        return _preview(report, other, form, 422)
    heads = reads.head_of([report.id, other.id])
    tops = {heads.get(one.id, one.id) for one in (report, other)}
    front = load(int(form.front.data))
    behind = load((tops - {front.id}).pop())
    require(may_group_reports, front, behind)
    with committing():
        clusters.put_together(front, behind, actor=person(), at=now())
    flash(_("Deze meldingen staan nu bij elkaar. U kunt ze altijd weer uit elkaar halen."), "positive")
    return redirect(url_for(".group", report_id=report.id), code=303)


@bp.post(f"{ONE}/uit")
def ungroup(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_read_case, report)
    with committing():
        left = clusters.take_out(report, actor=person(), at=now())
    more = _("Wat er eerder onder hing, ging mee terug.") if len(left) > 1 else ""
    flash(f"{_('Deze melding staat weer los.')} {more}".strip(), "positive")
    return redirect(url_for(".group", report_id=report.id), code=303)


@bp.post(f"{ONE}/voorop")
def make_head(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(may_group_reports, report, load(reads.head_of([report_id]).get(report_id, report_id)))
    with committing():
        clusters.make_head(report, actor=person(), at=now())
    flash(_("Deze melding staat nu voorop."), "positive")
    return redirect(url_for(".group", report_id=report.id), code=303)


@bp.post(f"{ONE}/besluit-vertellen")
def share_decision(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_read_case, report)
    with committing():
        told = clusters.share_decision(report, actor=person(), at=now())
    if told:
        flash(_("De anderen lezen nu ook dit besluit. Hun meldingen houden hun eigen stand."), "positive")
    else:
        flash(_("Alle anderen wisten dit al."), "info")
    return redirect(url_for(".group", report_id=report.id), code=303)


# --- on other pages -------------------------------------------------------------------------------------


def _case_facts(report: Report, user: User | None) -> dict[str, Any]:
    if user is None:
        return {"group": None}
    return {"group": reads.group_of(report.id, user, now()), "threshold": reads.threshold()}


slots.CASE_ASIDE.append(slots.Slot(40, "aanjaagteam/clusters/_on_case.html", _case_facts))
