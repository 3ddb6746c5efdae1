"""Answering an invitation: behind the link of the mail, or with the code of a letter.

Who has the link may answer; there is no account and no session. A GET shows, a POST answers: programs that
scan mail follow links, but press nothing.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import NotAllowedNow, TooMany
from civic.limits import Limit, hit
from civic.mail.service import sender
from civic.panels.forms.registrations import LostForm
from civic.panels.forms.seats import NO, STOP, YES, InvitationForm
from civic.panels.models import Panel, ReserveOffer, Seat
from civic.panels.policy import seats as policy
from civic.panels.presentation import registrations as words
from civic.panels.presentation import seats as presentation
from civic.panels.queries import seats as queries
from civic.panels.queries.registrations import registration_of_letter
from civic.panels.routes.blueprint import registration_bp
from civic.panels.service import codes, seats_mail
from civic.panels.service import seats_answers as service
from civic.panels.service.registrations_rules import parse_birth_date
from civic.panels.states import SeatAction, SeatAnswer
from civic.web import public

TRIES_PER_CODE = Limit("seat-code", 20, 24 * 3600)
TRIES_PER_NETWORK = Limit("seat-code-network", 60, 15 * 60)
SURE = "afzeggen"  # in the address: the page that asks once more, before what cannot be undone
BY_CODE = "code"


@registration_bp.route("/plaats/<token>", methods=["GET", "POST"])
@public
def seat(token: str) -> ResponseReturnValue:
    """Being drawn: what it is, yes or no, thinking again. The same link works until the panel is there."""
    found = _load(token)
    form = InvitationForm()
    if not form.has_answer():
        return _page(found, form, token), 422 if form.is_submitted() else 200
    if form.answer.data == NO and policy.no(found, today(now())) is SeatAction.LEAVE:
        return redirect(_here(token, **{SURE: "1"}), code=303)
    try:
        with committing():
            _answer(found, str(form.answer.data))
    except (NotAllowedNow, TooMany) as error:
        return _refused(error, token)
    flash(_("Wij hebben uw antwoord. Bedankt."), "positive")
    return redirect(_here(token), code=303)


def _load(token: str) -> Seat:
    found = queries.seat_of_token(token)
    if found is None:
        abort(404)
    return found


def _kept() -> dict[str, str]:
    """Who came with the code of a letter is noted as such."""
    return {"met": BY_CODE} if request.args.get("met") == BY_CODE else {}


def _here(token: str, **more: str) -> str:
    values: dict[str, Any] = {"token": token, **_kept(), **more}
    return url_for(".seat", **values)


def _answer(found: Seat, said: str) -> None:
    act = service.Act(SeatAnswer.CODE if _kept() else SeatAnswer.LINK, None, now())
    verbs = {YES: service.accept, NO: service.decline, STOP: service.drop_out}
    verbs[said](found, act)


def _page(found: Seat, form: InvitationForm, token: str) -> str:
    panel, day = db.session.get_one(Panel, found.panel_id), today(now())
    is_open = policy.is_open(panel) and not policy.is_void(found)
    return render_template(
        "registrations/seat.html",
        seat=found,
        form=form,
        panel=panel,
        registration=found.registration,
        about=seats_mail.about(panel, found.public_draw),
        needs=words.needs_text(found.registration.needs),
        honorarium=words.honorarium_text(found.registration.honorarium),
        is_open=is_open,
        is_late=found.told_at is not None and day > found.answer_by,
        can_say_yes=is_open and policy.yes(found, is_free=queries.is_free(found)),
        no=policy.no(found, day) if is_open else None,
        is_minor=seats_mail.is_minor(found.registration, day),
        needs_consent=seats_mail.needs_consent(found.registration, day),
        is_asking_again=SURE in request.args,
        left=presentation.left_text(found),
        is_void=policy.is_void(found),
        token=token,
        kept=_kept(),
        SeatAction=SeatAction,
        sender=sender(),
    )


def _refused(error: NotAllowedNow | TooMany, token: str) -> ResponseReturnValue:
    """Says what happened, and whom to call; the seat itself tells the rest."""
    db.session.rollback()
    page = render_template("registrations/seat_closed.html", code=error.code, token=token, sender=sender())
    return page, error.status


# --- with the code of a letter ---------------------------------------------------------------------------


@registration_bp.route("/plaats", methods=["GET", "POST"])
@public
def seat_by_code() -> ResponseReturnValue:
    """By hand, for who got a letter: the code and the date of birth together. One answer for all mistakes."""
    form, status = LostForm(), 200
    if form.validate_on_submit():
        try:
            url = _url_by_letter(form)
        except TooMany:
            form.code.errors, status = [_("U probeerde dit te vaak. Probeer het morgen, of bel ons.")], 429
        else:
            if url is not None:
                return redirect(url, code=303)
            form.code.errors = [_("Bij deze code en geboortedatum vinden wij geen uitslag.")]
            status = 422
    elif form.errors:
        status = 422
    return render_template("registrations/seat_code.html", form=form, sender=sender()), status


def _url_by_letter(form: LostForm) -> str | None:
    text, birth_date = form.code.data or "", parse_birth_date(form.birth_date.data or "")
    code = codes.normalised(text)
    with committing():  # counted on its own, right or wrong
        hit(TRIES_PER_NETWORK, network_of(request.remote_addr), now())
        if code is not None:
            hit(TRIES_PER_CODE, code, now())
    if birth_date is None:
        return None
    invited = queries.seat_of_code(text, birth_date)
    if invited is not None:
        return url_for(".seat", token=queries.seat_token(invited), met=BY_CODE)
    registration = registration_of_letter(text, birth_date)
    if registration is None:
        return None
    found = queries.chosen(registration)
    if found.seat is not None:
        return url_for(".seat", token=queries.seat_token(found.seat), met=BY_CODE)
    if found.offer is not None:
        return url_for(".reserve", token=queries.offer_token(registration))
    return None


# --- who was not drawn -----------------------------------------------------------------------------------


@registration_bp.route("/reserve/<token>", methods=["GET", "POST"])
@public
def reserve(token: str) -> ResponseReturnValue:
    """Not drawn: thanks, how to check it, and staying available or not with one button."""
    offer = queries.offer_of_token(token)
    if offer is None:
        abort(404)
    drawn = queries.seat_of_registration(offer.registration_id)
    if drawn is not None and drawn.token_index is not None and not policy.is_void(drawn):
        return redirect(url_for(".seat", token=queries.seat_token(drawn)), code=303)
    form = InvitationForm()
    if form.has_answer():
        try:
            with committing():
                service.answer_offer(offer, is_available=form.answer.data == YES, actor=None, at=now())
        except (NotAllowedNow, TooMany) as error:
            return _refused(error, "")
        flash(_("Wij hebben uw antwoord. Bedankt."), "positive")
        return redirect(url_for(".reserve", token=token), code=303)
    return _offer_page(offer, form, token), 422 if form.is_submitted() else 200


def _offer_page(offer: ReserveOffer, form: InvitationForm, token: str) -> str:
    panel = db.session.get_one(Panel, offer.panel_id)
    return render_template(
        "registrations/seat_reserve.html",
        offer=offer,
        form=form,
        panel=panel,
        about=seats_mail.about(panel, seats_mail.first_draw(panel.id)),
        is_open=policy.is_open(panel),
        token=token,
        sender=sender(),
    )


def block_of(registration: Any) -> dict[str, Any]:
    """For somebody's own page: drawn, not drawn, on the reserve list; nothing before they were told."""
    found = queries.chosen(registration)
    block: dict[str, Any] = {"seat": found.seat, "offer": found.offer}
    if found.seat is not None:
        block["seat_badge"] = presentation.badge(found.seat)
        block["seat_url"] = url_for("registrations.seat", token=queries.seat_token(found.seat))
    elif found.offer is not None:
        block["seat_url"] = url_for("registrations.reserve", token=queries.offer_token(registration))
    return block
