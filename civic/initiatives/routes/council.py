"""Handing in at a council, the desk of the griffie, and what people think of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.initiatives import policy, presentation
from civic.initiatives import service as supports
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.council import (
    AskRepairForm,
    DecideForm,
    OpinionForm,
    RefuseForm,
    RepairForm,
    ScheduleForm,
)
from civic.initiatives.models import AnswerOpinion, Initiative, InitiativePlace, Support
from civic.initiatives.policy import desk, ledger
from civic.initiatives.queries import council as queries
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.service import council as service
from civic.initiatives.service import news, stuck
from civic.initiatives.service.clock import standing_of
from civic.initiatives.states import PLACE_TRANSITIONS, PlaceAction, PlaceState, SupportState
from civic.web import person, public, require

PLACE = f"{ONE}/raad/<int(max=2147483647):place_id>"


def _load(initiative_id: int, place_id: int) -> tuple[Initiative, InitiativePlace]:
    """A place counts under its own initiative only."""
    initiative = load_visible(initiative_id)
    place = db.get_or_404(InitiativePlace, place_id)
    if place.initiative_id != initiative.id:
        abort(404)
    return initiative, place


def _refuse_now(found: InitiativePlace, action: PlaceAction) -> None:
    """A page with a button that would only say no says so before."""
    if (found.state, action) not in PLACE_TRANSITIONS:
        raise NotAllowedNow("not_in_this_state")


def _to_page(initiative: Initiative) -> ResponseReturnValue:
    return redirect(url_for(".show", initiative_id=initiative.id) + "#raad", code=303)


@bp.get("/initiatieven/plek/<int(max=2147483647):place_id>")
@public
def place(place_id: int) -> ResponseReturnValue:
    """Where links in the log and in mails about a place lead."""
    found = db.get_or_404(InitiativePlace, place_id)
    return _to_page(load_visible(found.initiative_id))


# --- the writer -----------------------------------------------------------------------------------------


@bp.route(f"{PLACE}/indienen", methods=["GET", "POST"])
def hand_in(initiative_id: int, place_id: int) -> ResponseReturnValue:
    initiative, found = _load(initiative_id, place_id)
    require(policy.may_hand_in, initiative)
    if found.submitted_at is not None:
        return _to_page(initiative)  # pressed twice, or it handed itself in
    _refuse_now(found, PlaceAction.SUBMIT)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template(
            "initiatives/council/hand_in.html", initiative=initiative, place=found, form=form
        )
    with committing():
        service.submit(found, actor=person(), at=now())
    flash(_("Uw voorstel ligt nu bij de raad van %(place)s.", place=found.municipality.name), "positive")
    return _to_page(initiative)


@bp.route(f"{PLACE}/aanvullen", methods=["GET", "POST"])
def repair(initiative_id: int, place_id: int) -> ResponseReturnValue:
    initiative, found = _load(initiative_id, place_id)
    require(policy.may_hand_in, initiative)
    _refuse_now(found, PlaceAction.REPAIR)
    form = RepairForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "initiatives/council/repair.html", initiative=initiative, place=found, form=form
        ), status
    with committing():
        service.repair(found, form.repair_answer.data, actor=person(), at=now())
    flash(_("Uw aanvulling is verstuurd."), "positive")
    return _to_page(initiative)


# --- the griffie ----------------------------------------------------------------------------------------


def _case(initiative_id: int, place_id: int) -> tuple[Initiative, InitiativePlace]:
    initiative, found = _load(initiative_id, place_id)
    require(policy.may_handle, found)
    return initiative, found


@bp.get(PLACE)
def council_case(initiative_id: int, place_id: int) -> ResponseReturnValue:
    """Who was asked to take over may read it; the steps are the griffie's own."""
    initiative, found = _load(initiative_id, place_id)
    require(desk.may_look_at_case, found)
    return _case_page(initiative, found)


def _case_page(
    initiative: Initiative, found: InitiativePlace, *, form: FlaskForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """The forms of the steps that can be taken now; `form` is the one that was sent and has errors."""
    sent = type(form)
    forms: dict[str, Any] = {}
    for name, action, kind in STEPS:
        if policy.can_take(person(), initiative, found, action):
            forms[name] = (
                form if form is not None and kind is sent else kind(formdata=None, data=_known(found))
            )
    if found.repair_text:
        forms.pop("ask_repair", None)
    return render_template(
        "initiatives/council/case.html",
        initiative=initiative,
        place=found,
        forms_of=forms,
        sent=form,
        clocks=[one for one in events.deadlines_of(found) if one.met_at is None],
        can_check_support=ledger.may_read_ledger(person(), initiative),
        day=today(now()),
        standing=standing_of(found, now()) if policy.may_handle(person(), found) else None,
        labels=presentation,
        entries=presentation.timeline(events.timeline(found)),
    ), status


STEPS: tuple[tuple[str, PlaceAction, type[FlaskForm]], ...] = (
    ("accept", PlaceAction.ACCEPT, ConfirmForm),
    ("ask_repair", PlaceAction.ASK_REPAIR, AskRepairForm),
    ("schedule", PlaceAction.SCHEDULE, ScheduleForm),
    ("decide", PlaceAction.DECIDE, DecideForm),
    ("refuse", PlaceAction.REFUSE, RefuseForm),
)


def _known(found: InitiativePlace) -> dict[str, Any]:
    return {"committee_on": found.committee_on, "council_on": found.council_on}


def _step(
    ids: tuple[int, int], form: FlaskForm, do: Callable[[InitiativePlace], None], said: str
) -> ResponseReturnValue:
    """One step of the griffie: judged, done, said; with errors the page comes back as it was typed."""
    initiative, found = _case(*ids)
    if not form.validate_on_submit():
        return _case_page(initiative, found, form=form, status=422)
    try:
        with committing():
            do(found)
    except Invalid as error:
        initiative, found = _case(*ids)
        put_errors(form, error)
        return _case_page(initiative, found, form=form, status=422)
    flash(said, "positive")
    return redirect(url_for(".council_case", initiative_id=ids[0], place_id=ids[1]), code=303)


@bp.post(f"{PLACE}/goedkeuren")
def council_accept(initiative_id: int, place_id: int) -> ResponseReturnValue:
    def _do(found: InitiativePlace) -> None:
        service.accept(found, actor=person(), at=now())

    return _step((initiative_id, place_id), ConfirmForm(), _do, _("De raad moet nu besluiten."))


@bp.post(f"{PLACE}/aanvulling-vragen")
def council_ask_repair(initiative_id: int, place_id: int) -> ResponseReturnValue:
    form = AskRepairForm()

    def _do(found: InitiativePlace) -> None:
        service.ask_repair(found, form.repair_text.data, actor=person(), at=now())

    return _step((initiative_id, place_id), form, _do, _("De schrijver krijgt uw vraag in een mail."))


@bp.post(f"{PLACE}/weigeren")
def council_refuse(initiative_id: int, place_id: int) -> ResponseReturnValue:
    form = RefuseForm()

    def _do(found: InitiativePlace) -> None:
        service.refuse(found, form.chosen(), form.answer.data, actor=person(), at=now())

    return _step((initiative_id, place_id), form, _do, _("Iedereen die steunde, krijgt uw uitleg."))


@bp.post(f"{PLACE}/agenda")
def council_schedule(initiative_id: int, place_id: int) -> ResponseReturnValue:
    form = ScheduleForm()

    def _do(found: InitiativePlace) -> None:
        days = form.committee_on.data, form.council_on.data
        service.schedule(found, *days, actor=person(), at=now())

    return _step((initiative_id, place_id), form, _do, _("De dag staat op de pagina."))


@bp.post(f"{PLACE}/besluit")
def council_decide(initiative_id: int, place_id: int) -> ResponseReturnValue:
    form = DecideForm()

    def _do(found: InitiativePlace) -> None:
        decision = service.Decision(form.chosen(), form.answer.data, form.decided_on.data)
        service.decide(found, decision, actor=person(), at=now())

    return _step((initiative_id, place_id), form, _do, _("Iedereen die steunde, krijgt het besluit."))


# --- everybody ------------------------------------------------------------------------------------------


@bp.route(f"{PLACE}/vast", methods=["GET", "POST"])
def report_stuck(initiative_id: int, place_id: int) -> ResponseReturnValue:
    """One button: what got stuck goes to the aanjaagteam."""
    initiative, found = _load(initiative_id, place_id)
    require(policy.may_report_stuck)
    if stuck.is_reported(found):
        return _to_page(initiative)  # by somebody else, or pressed twice
    stuck.refuse_where_nothing_lies(initiative, found)
    form, clock = ConfirmForm(), queries.clocks_of(initiative).get(found.id)
    due_on = clock.due_on if clock else None
    if not form.validate_on_submit():
        return render_template(
            "initiatives/council/stuck.html", initiative=initiative, place=found, form=form, due_on=due_on
        )
    with committing():
        stuck.report_stuck(found, due_on, actor=person(), at=now())
    flash(_("Het aanjaagteam heeft uw melding. U krijgt een mail met uw code."), "positive")
    return _to_page(initiative)


def _supporter(token: str) -> Support | None:
    return supports.find_by_token(token, at=now())


@bp.route("/steun/<token>/antwoord/<int(max=2147483647):place_id>", methods=["GET", "POST"])
@public
def opinion(token: str, place_id: int) -> ResponseReturnValue:
    """GET asks, POST answers: programs that scan mail follow links, but press no buttons."""
    support = _supporter(token)
    found = db.session.get(InitiativePlace, place_id)
    if support is None or found is None or found.initiative_id != support.initiative_id:
        return render_template("initiatives/link_unknown.html"), 404
    initiative = db.session.get_one(Initiative, support.initiative_id)
    form = OpinionForm(data={"verdict": _given(found, support)})
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        can_answer = found.state is PlaceState.DECIDED and support.state is SupportState.CONFIRMED
        return render_template(
            "initiatives/council/opinion.html",
            initiative=initiative,
            place=found,
            form=form,
            can_answer=can_answer,
            labels=presentation,
        ), status
    with committing():
        news.give_opinion(support, found, form.chosen(), at=now())
    flash(_("Dank u. Uw mening telt mee op de pagina."), "positive")
    return _to_page(initiative)


def _given(found: InitiativePlace, support: Support) -> str | None:
    known = db.session.get(AnswerOpinion, (found.id, support.id))
    return known.verdict.value if known else None


@bp.route("/steun/<token>/geen-mail", methods=["GET", "POST"])
@public
def stop_news(token: str) -> ResponseReturnValue:
    support = _supporter(token)
    if support is None:
        return render_template("initiatives/link_unknown.html"), 404
    initiative, form = db.session.get_one(Initiative, support.initiative_id), ConfirmForm()
    if not form.validate_on_submit():
        return render_template(
            "initiatives/council/stop_news.html",
            initiative=initiative,
            form=form,
            is_done=support.no_news_at is not None,
        )
    with committing():
        news.stop_news(support, at=now())
    flash(_("U krijgt geen mail meer over dit initiatief. Uw steun blijft tellen."), "positive")
    return redirect(url_for(".stop_news", token=token), code=303)
