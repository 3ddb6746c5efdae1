"""The drawn, for staff: how many sit, who still has to answer, what to do next, and answering by telephone.

The list names nobody. Who it is, is read one by one, or as a list with a second factor; both are logged.
"""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.events.models import Visibility
from civic.events.presentation import entries
from civic.keyset import cursor_from_request, links
from civic.limits import Limit, hit
from civic.panels.forms.pool import FindForm
from civic.panels.forms.seats import NO, STOP, YES, FilterForm, PhoneForm, SeatTextForm
from civic.panels.models import Panel, ReserveOffer, Seat
from civic.panels.policy import may_manage
from civic.panels.policy import seats as policy
from civic.panels.presentation import pool_people as people
from civic.panels.presentation import seats as presentation
from civic.panels.queries import pool
from civic.panels.queries import seats as queries
from civic.panels.queries import seats_counts as counts
from civic.panels.queries.registrations import person_of
from civic.panels.queries.seats import Wanted
from civic.panels.routes import seats_lists, seats_own
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import seats as service
from civic.panels.service import seats_answers as answers
from civic.panels.service import seats_lists as reads
from civic.panels.states import DrawPurpose, SeatAction, SeatAnswer, SeatState
from civic.web import logs_read, person, require, require_step_up

__all__ = ["seats_lists", "seats_own"]
SEARCHES = Limit("seat_search", 120, 900)


@bp.get("/<int:panel_id>/leden")
def seats(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_see, panel)
    groups = counts.groups_of(panel.id)
    if not policy.may_work(person(), panel):
        lines = presentation.shown_by_place(groups, current_app.config["SMALL_NUMBER"])
        return render_template("panels/seats/counts.html", panel=panel, lines=lines)
    form, wanted = _filter(groups)
    part = queries.seats_part(panel.id, wanted, cursor_from_request())
    head, standing = counts.head_of(panel.id), presentation.standing(groups, panel)
    return render_template(
        "panels/seats/index.html",
        panel=panel,
        form=form,
        rows=part.rows,
        page=links(part, lambda one: int(one.id)),
        head=head,
        now=standing,
        tasks=presentation.tasks(standing, head),
        counts=presentation.counted(groups),
        by_place=presentation.by_place(groups),
        by_group=presentation.by_group(groups),
        is_filtered=wanted != Wanted(),
        is_open=policy.is_open(panel),
        presentation=presentation,
        replacement_url=url_for(".propose_draw", panel_id=panel.id, doel=DrawPurpose.REPLACEMENT.value),
    )


def _filter(groups: list[counts.Group]) -> tuple[FilterForm, Wanted]:
    """What cannot be read as a filter filters nothing."""
    form = FilterForm(request.args)
    form.stand.choices = presentation.state_choices()
    form.gemeente.choices = presentation.place_choices(groups)
    state, place = form.stand.data or "", form.gemeente.data or ""
    known_states = {one.value for one in SeatState}
    known_places = {value for value, _label in form.gemeente.choices if value}
    wanted = Wanted(
        SeatState(state) if state in known_states else None,
        int(place) if place in known_places else None,
        without_mail=bool(form.bellen.data),
    )
    return form, wanted


# --- one seat --------------------------------------------------------------------------------------------


@bp.get("/<int:panel_id>/leden/<int:seat_id>")
@logs_read
def seat(panel_id: int, seat_id: int) -> ResponseReturnValue:
    panel, found = _load(panel_id, seat_id)
    with committing():
        reads.log_seat(found, actor=person(), at=now())
    panel, found = _load(panel_id, seat_id)
    return render_template(
        "panels/seats/seat.html",
        panel=panel,
        seat=found,
        person=person_of(found.registration),
        registration=found.registration,
        people=people,
        presentation=presentation,
        can_answer=bool(_choices(panel, found)),
        history=entries(events.timeline(found, tuple(Visibility)), names=True),
    )


def _load(panel_id: int, seat_id: int) -> tuple[Panel, Seat]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    found = queries.seat_of(panel.id, seat_id)
    if found is None:
        abort(404)
    return panel, found


def _choices(panel: Panel, found: Seat) -> list[tuple[str, Any]]:
    """What somebody can still say, in words for the official who listens."""
    if not policy.is_open(panel) or policy.is_void(found) or not people_there(found):
        return []
    day, choices = today(now()), []
    if policy.yes(found, is_free=queries.is_free(found)):
        choices.append((YES, _("Ik doe mee")))
    if policy.no(found, day) is SeatAction.DECLINE:
        choices.append((NO, _("Ik doe niet mee. Tot de laatste dag kan ik nog terugkomen.")))
    if found.state is SeatState.ACCEPTED:
        choices.append((STOP, _("Ik stop voorgoed. Mijn plaats is meteen vrij.")))
    return choices


def people_there(found: Seat) -> bool:
    return found.registration.name_sealed is not None


@bp.route("/<int:panel_id>/leden/<int:seat_id>/antwoord", methods=["GET", "POST"])
def answer_seat(panel_id: int, seat_id: int) -> ResponseReturnValue:
    """What somebody said on the telephone: asked, chosen and confirmed on one page."""
    panel, found = _load(panel_id, seat_id)
    require_step_up()
    choices = _choices(panel, found)
    if not choices:
        raise NotAllowedNow("not_in_this_state")
    form = PhoneForm()
    form.offer(choices)
    if form.validate_on_submit():
        with committing():
            _note(found, str(form.answer.data))
        flash(_("Het antwoord staat erin. Deze persoon krijgt er een mail over, als dat kan."), "positive")
        return redirect(url_for(".seat", panel_id=panel_id, seat_id=seat_id), code=303)
    back = url_for(".seat", panel_id=panel_id, seat_id=seat_id)
    page = render_template("panels/seats/answer.html", panel=panel, seat=found, form=form, back=back)
    return page, 422 if form.errors else 200


def _note(found: Seat, said: str) -> None:
    act = answers.Act(SeatAnswer.PHONE, person(), now())
    {YES: answers.accept, NO: answers.decline, STOP: answers.drop_out}[said](found, act)


@bp.post("/<int:panel_id>/leden/<int:seat_id>/bericht")
def tell_seat(panel_id: int, seat_id: int) -> ResponseReturnValue:
    """Somebody who cannot be mailed was called or written to: their days to answer begin."""
    _panel, found = _load(panel_id, seat_id)
    require_step_up()
    try:
        how = answers.Told(request.form.get("how", ""))
    except ValueError:
        abort(400)
    with committing():
        answers.tell(found, how, actor=person(), at=now())
        last_day = found.answer_by
    flash(
        _(
            "Genoteerd. Deze persoon kan antwoorden tot en met %(day)s.",
            day=format_date(last_day, "d MMMM y"),
        ),
        "positive",
    )
    return redirect(url_for(".seat_list", panel_id=panel_id, soort=reads.Kind.CALL.value), code=303)


# --- the reserve list, and finding somebody --------------------------------------------------------------


@bp.route("/<int:panel_id>/leden/reserve/<int:offer_id>", methods=["GET", "POST"])
def answer_offer(panel_id: int, offer_id: int) -> ResponseReturnValue:
    """Somebody who was not drawn calls: stay available, or not."""
    panel, offer = _load_offer(panel_id, offer_id)
    require_step_up()
    form = PhoneForm()
    form.offer([(YES, _("Ik blijf op de reservelijst")), (NO, _("Haal mij van de reservelijst"))])
    if form.validate_on_submit():
        is_available = form.answer.data == YES
        with committing():
            answers.answer_offer(offer, is_available=is_available, actor=person(), at=now())
        flash(_("Het antwoord staat erin. Deze persoon krijgt er een mail over, als dat kan."), "positive")
        return redirect(url_for(".seats", panel_id=panel_id), code=303)
    back = url_for(".seats", panel_id=panel_id)
    page = render_template("panels/seats/answer.html", panel=panel, offer=offer, form=form, back=back)
    return page, 422 if form.errors else 200


def _load_offer(panel_id: int, offer_id: int) -> tuple[Panel, ReserveOffer]:
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    offer = queries.offer_of(panel.id, offer_id)
    if offer is None:
        abort(404)
    return panel, offer


@bp.route("/<int:panel_id>/leden/zoeken", methods=["GET", "POST"])
def find_seat(panel_id: int) -> ResponseReturnValue:
    """By number of the registration, code or mail address; posted, so that none of it is in an address."""
    panel = load_panel(panel_id)
    require(policy.may_work, panel)
    form, seats_found, offers_found = FindForm(), [], []
    if form.validate_on_submit():
        with committing():
            hit(SEARCHES, str(person().id), now())
        ids = pool.found_with(panel.id, form.wanted.data or "")
        seats_found = queries.seats_of_registrations(panel.id, ids)
        if len(seats_found) == 1:
            return redirect(url_for(".seat", panel_id=panel_id, seat_id=seats_found[0].id), code=303)
        seated = {one.registration_id for one in seats_found}
        offers_found = queries.offers_of_registrations(panel.id, [one for one in ids if one not in seated])
        if not seats_found and not offers_found:
            form.wanted.errors = [_("Wij vinden hiermee niemand in deze loting.")]
    page = render_template(
        "panels/seats/find.html", panel=panel, form=form, seats=seats_found, offers=offers_found
    )
    return page, 422 if form.errors else 200


# --- what an invitation says -----------------------------------------------------------------------------


@bp.route("/<int:panel_id>/leden/uitnodiging", methods=["GET", "POST"])
def seat_text(panel_id: int) -> ResponseReturnValue:
    """When, how long, what for and how many days to answer: best written before the draw."""
    panel = load_panel(panel_id)
    require(may_manage, panel)
    form = SeatTextForm(data=_kept_text(panel))
    if form.validate_on_submit():
        words = service.Words(
            form.meetings.data or "", form.honorarium.data or "", int(form.answer_days.data or 0)
        )
        try:
            with committing():
                service.save_text(panel, words, actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De uitnodiging is opgeslagen."), "positive")
            return redirect(url_for(".seats", panel_id=panel_id), code=303)
        panel = load_panel(panel_id)
    page = render_template("panels/seats/text.html", panel=panel, form=form)
    return page, 422 if form.errors else 200


def _kept_text(panel: Panel) -> dict[str, Any]:
    kept = queries.text_of(panel.id)
    if kept is None:
        return {"answer_days": str(service.ANSWER_DAYS)}
    return {
        "meetings": kept.meetings,
        "honorarium": kept.honorarium,
        "answer_days": str(kept.answer_days),
    }
