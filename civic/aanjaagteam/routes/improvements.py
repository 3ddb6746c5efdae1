"""Improvements: who may just do what, who did it, and what it brought. For officials."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam.forms import clean_line, number_or_none, put_errors
from civic.aanjaagteam.forms.improvements import (
    AgreeForm,
    BeginForm,
    ImprovementForm,
    RefuseForm,
    ResultForm,
)
from civic.aanjaagteam.models import Consult, Improvement, Report, Unit
from civic.aanjaagteam.policy import improvements as policy
from civic.aanjaagteam.policy.core import may_read_case
from civic.aanjaagteam.queries import improvements as queries
from civic.aanjaagteam.queries import people
from civic.aanjaagteam.queries.units import active_units, unit_ids_of, unit_names
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.service import improvements as service
from civic.aanjaagteam.states.improvements import ImprovementAction, Mandate
from civic.aanjaagteam.wording import improvements as words
from civic.accounts.models import User
from civic.calendar import add_months
from civic.db import committing, db, now
from civic.errors import Invalid, TooMany
from civic.keyset import place_from_request, place_links
from civic.limits import Limit, hit
from civic.messages import sentence_for
from civic.web import person, require

LIMIT = Limit("improvement", 30, 3600)
FILTERS = ("afdeling", "stand", "zoek", "van")
SEARCH_LENGTH = 100
FORMS: dict[ImprovementAction, Any] = {
    ImprovementAction.AGREE: AgreeForm,
    ImprovementAction.REFUSE: RefuseForm,
    ImprovementAction.START: BeginForm,
    ImprovementAction.FINISH: ResultForm,
}


@bp.get("/aanjaagteam/verbeteringen")
def improvements() -> ResponseReturnValue:
    require(policy.may_improve)
    wanted = _wanted()
    page = queries.improvements(wanted, place_from_request(queries.BY_NUMBER.parse))
    kept = {name: value for name, value in request.args.items() if name in FILTERS}
    return render_template(
        "aanjaagteam/improvements/index.html",
        page=page,
        links=place_links(page, kept),
        wanted=wanted,
        units=active_units(),
        words=words,
    )


def _wanted() -> queries.ImprovementFilter:
    args = request.args
    return queries.ImprovementFilter(
        unit_id=number_or_none(args.get("afdeling")),
        state=words.IMPROVEMENT_SLUGS.get(args.get("stand", "")),
        text=clean_line(args.get("zoek"))[:SEARCH_LENGTH],
        proposer_id=person().id if args.get("van") == "mij" else None,
    )


# --- proposing ------------------------------------------------------------------------------------------


@bp.route("/aanjaagteam/verbeteringen/nieuw", methods=["GET", "POST"])
def improvement_new() -> ResponseReturnValue:
    """First the answers, then who decides, then it is written down. Nothing is kept in between."""
    require(policy.may_improve)
    form = ImprovementForm(proposal=_from_consult())
    form.fill(active_units(), unit_ids_of(person(), this_day()))
    if not form.validate_on_submit():
        return _form_page(form, 422 if form.is_submitted() else 200)
    if request.form.get("stap") == "wijzigen":
        return _form_page(form, 200)
    if request.form.get("stap") != "vastleggen":
        return _verdict_page(form, 200)
    try:
        with committing():
            hit(LIMIT, str(person().id), now())
            row = service.propose(form.wanted, actor=person(), at=now())
            number, mandate = row.id, row.mandate
    except TooMany as error:
        form.form_errors.append(sentence_for(error))
        return _verdict_page(form, error.status)
    except Invalid as error:
        put_errors(form, error.errors)
        return _verdict_page(form, error.status) if "tell_on" in error.errors else _form_page(form, 422)
    flash(_said(mandate), "positive")
    return redirect(url_for(".improvement", improvement_id=number), code=303)


def _from_consult() -> str:
    """A talk that led to an idea: only whoever asked takes the question along."""
    row = db.session.get(Consult, number_or_none(request.args.get("vraag")) or 0)
    return row.question or "" if row is not None and row.asked_by_id == person().id else ""


def _said(mandate: Mandate) -> Any:
    if mandate is Mandate.SELF:
        return _("U bent begonnen. Vertel straks hoe het ging.")
    if mandate is Mandate.MANAGER:
        return _("De leidinggevende krijgt bericht.")
    return _("Het aanjaagteam legt uw voorstel op tafel bij het management.")


def _form_page(form: ImprovementForm, status: int) -> ResponseReturnValue:
    page = render_template("aanjaagteam/improvements/new.html", form=form, words=words)
    return page, status


def _verdict_page(form: ImprovementForm, status: int) -> ResponseReturnValue:
    wanted = form.wanted
    unit = db.get_or_404(Unit, wanted.unit_id)
    if form.tell_on.data is None and not form.tell_on.errors:
        form.tell_on.data, form.tell_on.raw_data = add_months(this_day(), 1), None
    form.tell_on.flags.required = True  # asked only where it is needed
    page = render_template(
        "aanjaagteam/improvements/verdict.html",
        form=form,
        unit=unit,
        verdict=service.verdict_for(wanted, actor=person(), at=now()),
        has_manager=queries.has_manager(unit.id, this_day()),
        words=words,
        Mandate=Mandate,
    )
    return page, status


# --- one ------------------------------------------------------------------------------------------------


def _load(improvement_id: int) -> Improvement:
    row: Improvement = db.get_or_404(Improvement, improvement_id)
    return row


def _standing(row: Improvement) -> policy.Standing:
    return queries.standing_of(person(), row.unit_id, this_day())


@bp.get("/aanjaagteam/verbeteringen/<int:improvement_id>")
def improvement(improvement_id: int) -> ResponseReturnValue:
    row = _load(improvement_id)
    require(policy.may_improve)
    return _page(row)


def _page(row: Improvement, status: int = 200, **given: Any) -> ResponseReturnValue:
    actions = policy.improvement_actions(person(), row, _standing(row))
    in_a_month = add_months(this_day(), 1)
    forms = {
        action.value: FORMS[action](formdata=None, tell_on=in_a_month)
        for action in actions
        if action in FORMS
    }
    thanks = queries.thanks_of(row)
    names = people({row.proposer_id, *thanks})
    report = db.session.get(Report, row.report_id) if row.report_id else None
    page = render_template(
        "aanjaagteam/improvements/show.html",
        row=row,
        unit=unit_names([row.unit_id]).get(row.unit_id, ""),
        proposer=names.get(row.proposer_id, ""),
        thanks=[names.get(one, "") for one in thanks],
        has_thanked=person().id in thanks,
        may_thank=policy.may_thank(person(), row),
        is_proposer=row.proposer_id == person().id,
        actions=actions,
        forms_of={**forms, **given},
        report=report,
        may_read_case=report is not None and may_read_case(person(), report),
        words=words,
        ImprovementAction=ImprovementAction,
    )
    return page, status


def _act(improvement_id: int, action: ImprovementAction, sentence: str) -> ResponseReturnValue:
    """One move with its one field; what the rules refuse comes back on the page."""
    row = _load(improvement_id)
    require(policy.may_move_improvement, row, action, _standing(row))
    form = FORMS[action]()
    if not form.validate():
        return _page(row, 422, **{action.value: form})
    try:
        with committing():
            _do(action)(row, _answer_of(form), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _page(_load(improvement_id), 422, **{action.value: form})
    return _back(improvement_id, sentence)


def _do(action: ImprovementAction) -> Any:
    return {
        ImprovementAction.AGREE: service.agree,
        ImprovementAction.REFUSE: service.refuse,
        ImprovementAction.START: service.start,
        ImprovementAction.FINISH: service.finish,
    }[action]


def _answer_of(form: Any) -> Any:
    return next(field.data for field in form if field.name != "csrf_token")


def _back(improvement_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    return redirect(url_for(".improvement", improvement_id=improvement_id), code=303)


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/ja")
def improvement_agree(improvement_id: int) -> ResponseReturnValue:
    return _act(improvement_id, ImprovementAction.AGREE, _("U zei ja. Uw collega krijgt bericht."))


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/nee")
def improvement_refuse(improvement_id: int) -> ResponseReturnValue:
    return _act(improvement_id, ImprovementAction.REFUSE, _("U zei nee. Uw collega leest waarom."))


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/begin")
def improvement_start(improvement_id: int) -> ResponseReturnValue:
    return _act(improvement_id, ImprovementAction.START, _("U bent begonnen. Vertel straks hoe het ging."))


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/klaar")
def improvement_finish(improvement_id: int) -> ResponseReturnValue:
    return _act(improvement_id, ImprovementAction.FINISH, _("Mooi. Uw collega’s lezen wat het opleverde."))


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/intrekken")
def improvement_withdraw(improvement_id: int) -> ResponseReturnValue:
    row = _load(improvement_id)
    require(policy.may_move_improvement, row, ImprovementAction.WITHDRAW, _standing(row))
    with committing():
        service.withdraw(row, actor=person(), at=now())
    return _back(improvement_id, _("Het voorstel is ingetrokken."))


@bp.post("/aanjaagteam/verbeteringen/<int:improvement_id>/bedankt")
def improvement_thank(improvement_id: int) -> ResponseReturnValue:
    row = _load(improvement_id)
    require(policy.may_thank, row)
    with committing():
        service.thank(row, actor=person(), at=now())
    return _back(improvement_id, _("U bedankte uw collega."))


# --- on the case ----------------------------------------------------------------------------------------


def _on_case(report: Report, _user: User | None) -> dict[str, Any]:
    return {"improvement": queries.improvement_of_report(report.id) if report.origin_id else None}


slots.CASE.append(slots.Slot(12, "aanjaagteam/improvements/_on_case.html", _on_case))
