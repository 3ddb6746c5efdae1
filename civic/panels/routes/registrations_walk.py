"""The pages of the form, one subject each, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.limits import Limit, hit
from civic.mail.service import sender
from civic.panels.forms import registrations as forms
from civic.panels.forms.registrations import PartForm, SendForm
from civic.panels.presentation import registrations as presentation
from civic.panels.queries import registrations as queries
from civic.panels.routes import registrations_draft as drafts
from civic.panels.routes.blueprint import registration_bp
from civic.panels.routes.registrations_draft import Draft
from civic.panels.routes.registrations_own import page_of
from civic.panels.service import registrations as service
from civic.panels.service.registrations import Entrance, Receipt
from civic.panels.service.registrations_rules import Asking
from civic.panels.states import Channel
from civic.web import public

WITHOUT_LETTER = Limit("registration-entrance", 30, 600)
# whoever opened a letter before its owner used it could try days of birth until the receipt appears
SENT_PER_LETTER = Limit("registration-letter", 20, 24 * 3600)
PARTS = "any(gegevens, vragen, wensen, contact)"


@dataclass(frozen=True)
class Walk:
    """Somebody's form, and what it is for."""

    draft: Draft
    entrance: Entrance
    asking: Asking

    @property
    def parts(self) -> list[str]:
        return forms.parts_of(self.asking)

    @property
    def missing(self) -> str | None:
        return next((one for one in self.parts if one not in self.draft.done), None)

    def before(self, part: str) -> str | None:
        place = self.parts.index(part)
        return self.parts[place - 1] if place else None


def _walk() -> Walk | None:
    draft = drafts.current(now())
    if draft is None:
        return None
    if draft.code_id is not None:
        entrance = service.entrance_of(draft.code_id, now())
    else:
        entrance = service.open_entrance(draft.panel_id, draft.source_id or 0, draft.municipality_id or 0)
    return Walk(draft, entrance, service.asking_of(entrance.panel.id, entrance.constituency))


def _to_start() -> ResponseReturnValue:
    flash(_("Vul eerst de code van uw brief in."), "info")
    return redirect(url_for(".start"), code=303)


def _to_part(part: str | None) -> ResponseReturnValue:
    if part is None:
        return redirect(url_for(".check"), code=303)
    return redirect(url_for(".step", part=part), code=303)


def _is_of_another_window(form: PartForm | SendForm, draft: Draft) -> bool:
    """Two people at one kitchen table: a page of the first form may not end up in the second."""
    if form.draft.data == draft.key:
        return False
    flash(_("In een ander venster is een nieuwe aanmelding begonnen. Daar bent u nu."), "warning")
    return True


@registration_bp.route(f"/aanmelding/<{PARTS}:part>", methods=["GET", "POST"])
@public
def step(part: str) -> ResponseReturnValue:
    walk = _walk()
    if walk is None:
        return _to_start()
    if part not in walk.parts:
        return _to_part(walk.missing)
    form = forms.form_of(part, walk.asking, by_letter=walk.draft.by_letter)(data=walk.draft.parts.get(part))
    form.ask(walk.asking, today(now()))
    if not form.is_submitted():
        return _step_page(walk, part, form)
    if _is_of_another_window(form, walk.draft):
        return _to_part(walk.missing)
    if "terug" in request.form:
        return _go_back(walk, part, form)
    return _answered(walk, part, form)


def _answered(walk: Walk, part: str, form: PartForm) -> ResponseReturnValue:
    if form.validate():
        walk.draft.answer(part, form.stored())
        if drafts.keep(walk.draft):
            return _to_part(walk.missing)
        form.form_errors.append(_("Uw antwoorden zijn samen te lang. Schrijf iets korter."))
    return _step_page(walk, part, form)


def _go_back(walk: Walk, part: str, form: PartForm) -> ResponseReturnValue:
    """What was typed goes along; what is too long to keep is the only thing that is lost."""
    walk.draft.remember(part, form.stored())
    drafts.keep(walk.draft)
    before = walk.before(part)
    return redirect(url_for(".step", part=before) if before else url_for(".start"), code=303)


def _step_page(walk: Walk, part: str, form: PartForm) -> ResponseReturnValue:
    form.draft.data = walk.draft.key
    page = render_template(
        "registrations/step.html",
        form=form,
        part=part,
        panel=walk.entrance.panel,
        asking=walk.asking,
        heading=presentation.titles()[part],
        steps=_steps(walk),
        current=walk.parts.index(part) + 1,
        by_letter=walk.draft.by_letter,
        sender=sender(),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _steps(walk: Walk) -> list[str]:
    names = presentation.short_titles()
    return [*(names[one] for one in walk.parts), _("Nakijken")]


@registration_bp.route("/aanmelding/controle", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    """Everything once more; the button here is the one that sends."""
    form = SendForm()
    if form.is_submitted():
        return _send(form)
    walk = _walk()
    if walk is None:
        return _to_start()
    return _to_part(walk.missing) if walk.missing else _check_page(walk, form)


def _check_page(walk: Walk, form: SendForm) -> ResponseReturnValue:
    form.draft.data = walk.draft.key
    application = forms.application_of(walk.draft.parts, walk.asking)
    page = render_template(
        "registrations/check.html",
        form=form,
        rows=presentation.rows(application, walk.asking),
        panel=walk.entrance.panel,
        asking=walk.asking,
        steps=_steps(walk),
        sender=sender(),
    )
    return page, 422 if form.form_errors else 200


def _send(form: SendForm) -> ResponseReturnValue:
    draft = drafts.current(now())
    if draft is None:  # pressed twice: the first time was enough
        return redirect(url_for(".receipt" if drafts.receipt() else ".start"), code=303)
    if _is_of_another_window(form, draft) or not form.validate():
        return redirect(url_for(".check"), code=303)
    try:
        token = _register(draft)
    except Invalid as error:
        walk = _walk()
        if walk is None:
            return _to_start()
        form.form_errors.extend(one for sentences in error.errors.values() for one in sentences)
        return _check_page(walk, form)
    drafts.drop()
    if not draft.by_letter:
        return redirect(url_for(".sent"), code=303)
    drafts.keep_receipt(token)
    return redirect(url_for(".receipt"), code=303)


def _register(draft: Draft) -> str:
    """The token of the own page. The service judges the code: it may have been used a moment ago."""
    at = now()
    if draft.code_id is not None:
        with committing():  # on its own: what follows may be refused
            hit(SENT_PER_LETTER, str(draft.code_id), at)
    with committing():
        if draft.code_id is not None:
            receipt = _with_letter(draft.code_id, draft)
        else:
            hit(WITHOUT_LETTER, network_of(request.remote_addr), at)
            receipt = _without_letter(draft)
        return receipt.token


def _with_letter(code_id: int, draft: Draft) -> Receipt:
    letter = queries.letter_of(code_id)
    if letter is None:
        raise NotAllowedNow("registration_closed")
    application = forms.application_of(draft.parts, service.asking_of(letter.panel.id, letter.constituency))
    application = replace(application, letter_code=draft.code)
    return service.register_with_code(letter.code, application, channel=Channel.WEB, actor=None, at=now())


def _without_letter(draft: Draft) -> Receipt:
    place = draft.municipality_id or 0
    door = service.open_entrance(draft.panel_id, draft.source_id or 0, place)
    application = forms.application_of(draft.parts, service.asking_of(door.panel.id, door.constituency))
    return service.register_at_entrance(
        door.panel, door.source, place, application, channel=Channel.WEB, actor=None, at=now()
    )


@registration_bp.get("/aanmelding/klaar")
@public
def receipt() -> ResponseReturnValue:
    """Straight after sending: the proof, the own link, and the secret; to print or to keep."""
    token = drafts.receipt()
    registration = queries.registration_of_token(token) if token else None
    if registration is None:
        return _to_start()
    return page_of(registration, "registrations/receipt.html")


@registration_bp.get("/aanmelding/mail")
@public
def sent() -> ResponseReturnValue:
    """The same page for a new, a known and a repeated registration without a letter."""
    return render_template("registrations/sent.html", sender=sender())


@registration_bp.post("/aanmelding/stoppen")
@public
def stop() -> ResponseReturnValue:
    """Wipe what was typed: the telephone may be somebody else's."""
    drafts.drop()
    drafts.drop_receipt()
    flash(_("Wat u typte, is gewist van dit apparaat."), "positive")
    return redirect(url_for(".start"), code=303)
