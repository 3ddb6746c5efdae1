"""Thinking along: about a case, or a quarter of an hour without one; and who knows about what."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.consults import (
    AnswerForm,
    AskForm,
    HandOnForm,
    NextStepForm,
    QuickForm,
    SpecialistForm,
    ThanksForm,
    whom_choices,
)
from civic.aanjaagteam.models import Consult, Report, Specialist
from civic.aanjaagteam.policy import consults as policy
from civic.aanjaagteam.queries import consults as queries
from civic.aanjaagteam.queries.units import active_units
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, load, this_day
from civic.aanjaagteam.service import consults as service
from civic.aanjaagteam.service import specialists as register
from civic.aanjaagteam.states.consults import ConsultAction, NextStep
from civic.aanjaagteam.wording import consults as words
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid, TooMany
from civic.keyset import place_from_request, place_links
from civic.limits import Limit, hit
from civic.messages import sentence_for
from civic.web import person, require

ASK_LIMIT = Limit("consult", 40, 3600)
FORMS = {
    ConsultAction.ANSWER: AnswerForm,
    ConsultAction.HAND_ON: HandOnForm,
    ConsultAction.CLOSE: ThanksForm,
}


# --- who knows about what -------------------------------------------------------------------------------


@bp.route("/aanjaagteam/specialisten", methods=["GET", "POST"])
def specialists() -> ResponseReturnValue:
    require(policy.may_consult)
    form = SpecialistForm()
    form.fill(active_units())
    if not form.validate_on_submit():
        return _register_page(form, 422 if form.is_submitted() else 200)
    who = _who(form)
    if who is None:
        put_errors(form, {"email": [_("Wij kennen geen collega met dit mailadres.")]})
        return _register_page(form, 422)
    with committing():
        register.add_specialist(who, form.what, actor=person(), at=now())
    flash(_("De collega staat in de lijst."), "positive")
    return redirect(url_for(".specialists"), code=303)


def _who(form: SpecialistForm) -> User | None:
    """Oneself; a member of the team may also add a colleague."""
    me: User = person()
    if not form.email.data or not policy.may_add_colleague(me):
        return me
    return queries.official_with(form.email.data)


def _register_page(form: SpecialistForm, status: int) -> ResponseReturnValue:
    lines = queries.specialists()
    page = render_template(
        "aanjaagteam/consults/specialists.html",
        form=form,
        lines=lines,
        words=words,
        may_confirm={
            one.id
            for one in lines
            if not one.is_confirmed and policy.may_confirm_specialist(person(), one.user_id)
        },
        may_remove={one.id for one in lines if policy.may_remove_specialist(person(), one.user_id)},
        may_add_colleague=policy.may_add_colleague(person()),
    )
    return page, status


@bp.post("/aanjaagteam/specialisten/<int:specialist_id>/weg")
def specialist_remove(specialist_id: int) -> ResponseReturnValue:
    row = db.session.get(Specialist, specialist_id)
    if row is None:  # pressed twice
        require(policy.may_consult)
        return redirect(url_for(".specialists"), code=303)
    require(policy.may_remove_specialist, row.user_id)
    with committing():
        register.remove_specialist(row, actor=person(), at=now())
    flash(_("De collega staat niet meer in de lijst."), "positive")
    return redirect(url_for(".specialists"), code=303)


@bp.post("/aanjaagteam/specialisten/<int:specialist_id>/bevestigen")
def specialist_confirm(specialist_id: int) -> ResponseReturnValue:
    row = db.get_or_404(Specialist, specialist_id)
    require(policy.may_confirm_specialist, row.user_id)
    with committing():
        register.confirm_specialist(row, actor=person(), at=now())
    flash(_("Bevestigd. Deze collega krijgt nu ook vragen aan wie er tijd voor heeft."), "positive")
    return redirect(url_for(".specialists"), code=303)


# --- lists and asking -----------------------------------------------------------------------------------


@bp.get("/aanjaagteam/meedenken")
def consults() -> ResponseReturnValue:
    require(policy.may_consult)
    page = queries.asked_by_me(person(), place_from_request(queries.BY_NUMBER.parse))
    return render_template(
        "aanjaagteam/consults/index.html",
        asked=queries.asked_of_me(person(), queries.reach_of(person(), this_day())),
        page=page,
        links=place_links(page, {}),
        answered=queries.answered_by_me(person()),
        words=words,
        today=this_day(),
    )


@bp.route("/aanjaagteam/meedenken/nieuw", methods=["GET", "POST"])
def consult_quick() -> ResponseReturnValue:
    require(policy.may_consult)
    form = QuickForm()
    form.fill(whom_choices(queries.specialists(), (), (person().id,)))
    if not form.validate_on_submit():
        return _quick_page(form, 422 if form.is_submitted() else 200)
    asked = service.QuickAsked(form.question.data or "", form.chosen, form.length)
    try:
        with committing():
            hit(ASK_LIMIT, str(person().id), now())
            row = service.ask_quick(asked, actor=person(), at=now())
            number = row.id
    except (Invalid, TooMany) as error:
        _put(form, error)
        return _quick_page(form, error.status)
    flash(_("Uw vraag is verstuurd."), "positive")
    return redirect(url_for(".consult", consult_id=number), code=303)


def _put(form: Any, error: Invalid | TooMany) -> None:
    """What was typed stays: somebody who asks a lot only has to wait."""
    if isinstance(error, Invalid):
        put_errors(form, error.errors)
    else:
        form.form_errors.append(sentence_for(error))


def _quick_page(form: QuickForm, status: int) -> ResponseReturnValue:
    return render_template("aanjaagteam/consults/quick.html", form=form), status


@bp.route("/aanjaagteam/meldingen/<int:report_id>/meedenken", methods=["GET", "POST"])
def consult_ask(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_ask_about, report)
    form = AskForm()
    form.fill(whom_choices(queries.specialists(), active_units(), (person().id,)))
    if not form.validate_on_submit():
        return _ask_page(report, form, 422 if form.is_submitted() else 200)
    asked = service.Asked(form.question.data or "", form.chosen, form.term.data or "")
    try:
        with committing():
            hit(ASK_LIMIT, str(person().id), now())
            service.ask(report, asked, actor=person(), at=now())
    except (Invalid, TooMany) as error:
        _put(form, error)
        return _ask_page(load(report_id), form, error.status)
    flash(_("Uw vraag is verstuurd. De melding blijft van u."), "positive")
    return redirect(url_for(".case", report_id=report_id), code=303)


def _ask_page(report: Report, form: AskForm, status: int) -> ResponseReturnValue:
    return render_template("aanjaagteam/consults/ask.html", report=report, form=form), status


# --- one ------------------------------------------------------------------------------------------------


def _load(consult_id: int) -> tuple[Consult, Report | None]:
    row: Consult = db.get_or_404(Consult, consult_id)
    return row, db.session.get(Report, row.report_id) if row.report_id else None


def _reach() -> policy.Reach:
    return queries.reach_of(person(), this_day())


@bp.get("/aanjaagteam/meedenken/<int:consult_id>")
def consult(consult_id: int) -> ResponseReturnValue:
    row, report = _load(consult_id)
    require(policy.may_read_consult, row, _reach(), report)
    return _page(row, report)


def _page(row: Consult, report: Report | None, status: int = 200, **given: Any) -> ResponseReturnValue:
    actions = policy.consult_actions(person(), row, _reach(), report)
    forms: dict[str, Any] = {action.value: _form(action, row, None) for action in actions if action in FORMS}
    page = render_template(
        "aanjaagteam/consults/show.html",
        view=queries.view_of(row),
        row=row,
        report=report,
        actions=actions,
        forms_of={**forms, **given},
        words=words,
        today=this_day(),
        ConsultAction=ConsultAction,
        NextStep=NextStep,
        is_asker=policy.is_asker(person(), row, report),
        may_read_case=report is not None and policy.may_ask_about(person(), report),
        may_read_summary=report is not None and policy.may_read_summary(person(), row, _reach(), report),
        may_say_called=row.called_at is None and policy.may_say_called(person(), row),
    )
    return page, status


_TYPED = object()


def _form(action: ConsultAction, row: Consult, formdata: Any = _TYPED) -> Any:
    kind: Any = FORMS[action]
    if action is ConsultAction.CLOSE and row.minutes is not None:
        kind = NextStepForm
    form = kind() if formdata is _TYPED else kind(formdata=formdata)
    if action is ConsultAction.HAND_ON:
        units = active_units() if row.report_id else ()
        left_out = (person().id, row.asked_by_id, row.user_id)
        form.fill(whom_choices(queries.specialists(), units, left_out))
    return form


def _checked(consult_id: int, action: ConsultAction) -> tuple[Consult, Report | None]:
    row, report = _load(consult_id)
    require(policy.may_move_consult, row, action, _reach(), report)
    return row, report


def _back(consult_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    row, report = _load(consult_id)
    may_read = policy.may_read_consult(person(), row, _reach(), report)
    return redirect(
        url_for(".consult", consult_id=consult_id) if may_read else url_for(".consults"), code=303
    )


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/oppakken")
def consult_take(consult_id: int) -> ResponseReturnValue:
    row, _report = _checked(consult_id, ConsultAction.TAKE)
    with committing():
        service.take(row, actor=person(), at=now())
    return _back(consult_id, _("U denkt mee. Uw collega ziet dat."))


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/antwoord")
def consult_answer(consult_id: int) -> ResponseReturnValue:
    row, report = _checked(consult_id, ConsultAction.ANSWER)
    form = _form(ConsultAction.ANSWER, row)
    if not form.validate():
        return _page(row, report, 422, answer=form)
    with committing():
        service.answer(row, form.answer.data or "", actor=person(), at=now())
    return _back(consult_id, _("Uw antwoord is verstuurd."))


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/doorgeven")
def consult_hand_on(consult_id: int) -> ResponseReturnValue:
    row, report = _checked(consult_id, ConsultAction.HAND_ON)
    form = _form(ConsultAction.HAND_ON, row)
    if not form.validate():
        return _page(row, report, 422, hand_on=form)
    try:
        with committing():
            service.hand_on(row, form.chosen, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _page(*_load(consult_id), status=422, hand_on=form)
    return _back(consult_id, _("De vraag is doorgegeven."))


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/sluiten")
def consult_close(consult_id: int) -> ResponseReturnValue:
    row, report = _checked(consult_id, ConsultAction.CLOSE)
    form = _form(ConsultAction.CLOSE, row)
    if not form.validate():
        return _page(row, report, 422, close=form)
    try:
        with committing():
            service.close(row, form.ending, actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error.errors)
        return _page(*_load(consult_id), status=422, close=form)
    return _back(consult_id, _("Klaar. Dit staat nu bij wat u vroeg."))


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/gebeld")
def consult_called(consult_id: int) -> ResponseReturnValue:
    row, _report = _load(consult_id)
    require(policy.may_say_called, row)
    with committing():
        service.say_called(row, actor=person(), at=now())
    return _back(consult_id, _("Fijn. Dit staat bij u beiden niet meer op de lijst."))


@bp.post("/aanjaagteam/meedenken/<int:consult_id>/intrekken")
def consult_withdraw(consult_id: int) -> ResponseReturnValue:
    row, _report = _checked(consult_id, ConsultAction.WITHDRAW)
    with committing():
        service.withdraw(row, actor=person(), at=now())
    return _back(consult_id, _("Uw vraag is ingetrokken."))


# --- on the case ----------------------------------------------------------------------------------------


def _on_case(report: Report, _user: User | None) -> dict[str, Any]:
    return {
        "consults": queries.consults_of(report),
        "words": words,
        "report_id": report.id,
        "is_open": report.closed_at is None,
    }


slots.CASE.append(slots.Slot(60, "aanjaagteam/consults/_on_case.html", _on_case))
