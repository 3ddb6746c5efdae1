"""Letters made from an address file: placing it, following it, downloads, and destroying it all."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.events.models import Visibility
from civic.events.presentation import entries
from civic.limits import Limit, hit
from civic.panels.forms.letters import FROM_START, GO_ON, LetterOrderForm
from civic.panels.models import InvitationShare, LetterOrder
from civic.panels.models.invitations import KEEP_ADDRESSES
from civic.panels.policy import letters as policy
from civic.panels.presentation import letters as words
from civic.panels.queries import letters as queries
from civic.panels.queries.invitations import can_go_out
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.service import letters as service
from civic.panels.service.letters import BATCH, AllBatches, Request
from civic.panels.service.letters_addresses import MOST_ADDRESSES, read_addresses
from civic.panels.states import OPEN_ORDERS
from civic.panels.typeset import render
from civic.web import logs_read, person, require, require_step_up

UPLOADS = Limit("letter_addresses", 30, 900)
DOWNLOADS = Limit("letter_downloads", 400, 3600)
ERRORS_SHOWN = 100
GROUND = "Artikel 3.8 van de Wet BRP en het reglement van de gemeente"


def load_share(panel_id: int, share_id: int) -> InvitationShare:
    """The share, or 404: also for those of another municipality, who may not know that it exists."""
    share = queries.share_in(panel_id, share_id)
    if share is None or not policy.may_typeset(person(), share):
        abort(404)
    require(policy.may_typeset, share)
    return share


def _live_order(share: InvitationShare) -> LetterOrder:
    order = queries.live_order_of(share.id)
    if order is None:
        abort(404)
    return order


@bp.route("/<int:panel_id>/brieven/<int:share_id>/pdf", methods=["GET", "POST"])
def letter_order(panel_id: int, share_id: int) -> ResponseReturnValue:
    share = load_share(panel_id, share_id)
    form = _form(share)
    errors: list[str] = []
    if request.method == "POST":
        if not (policy.can_order(share) and can_go_out(share)):
            raise NotAllowedNow("not_in_this_state")
        if form.validate():
            errors = _take(form, share)
            if not errors and not form.errors:
                return redirect(url_for(".letter_order", panel_id=panel_id, share_id=share_id), code=303)
    return _page(form, panel_id, share_id, errors), 422 if form.errors or errors else 200


def _form(share: InvitationShare) -> LetterOrderForm:
    """Somebody who already has letters in hand says whether the new ones come in their place."""
    form = LetterOrderForm(data={"begin": FROM_START, "ground": GROUND})
    after = queries.next_code_of(share.id)
    form.begin.choices = [(FROM_START, _("Alle brieven opnieuw. De eerdere brieven gooi ik weg."))]
    if 0 < after < share.letters:
        going_on = _("De volgende brieven, vanaf brief %(number)s.", number=after + 1)
        form.begin.choices.append((GO_ON, going_on))
    return form


def _take(form: LetterOrderForm, share: InvitationShare) -> list[str]:
    """Order the letters; what is wrong with the file, or nothing. Parsing holds no transaction open."""
    share_id, panel_id = share.id, share.wave.panel_id
    first = queries.next_code_of(share_id) if form.begin.data == GO_ON else 0
    with committing():
        hit(UPLOADS, str(person().id), now())
    reading = read_addresses(form.addresses.data.read())
    if reading.errors:
        return reading.errors
    wanted = Request(reading.addresses, form.ground.data or "", first)
    try:
        with committing():
            again = queries.share_in(panel_id, share_id)
            if again is not None:
                service.request_letters(again, wanted, actor=person(), at=now())
    except Invalid as error:
        put_on_form(form, error)
    return []


def _page(form: LetterOrderForm, panel_id: int, share_id: int, errors: list[str]) -> str:
    share = load_share(panel_id, share_id)
    return render_template(
        "panels/letters/order.html",
        panel=load_panel(panel_id),
        share=share,
        form=form,
        errors=errors,
        errors_shown=errors[:ERRORS_SHOWN],
        most=min(MOST_ADDRESSES, share.letters),
        can_order=policy.can_order(share) and can_go_out(share),
        can_typeset=render.is_available(),
        **_order_context(share),
    )


def _order_context(share: InvitationShare) -> dict[str, Any]:
    order = queries.live_order_of(share.id)
    past = [one for one in queries.orders_of(share.id) if order is None or one.id != order.id]
    context: dict[str, Any] = {"order": order, "past": past, "words": words, "batch_size": BATCH}
    if order is not None:
        context |= {
            "is_open": order.state in OPEN_ORDERS,
            "batches": queries.batch_lines(order),
            "ends_at": order.requested_at + KEEP_ADDRESSES,
            "history": entries(events.timeline(order, tuple(Visibility)), names=True),
        }
    return context


@bp.get("/<int:panel_id>/brieven/<int:share_id>/pdf/voortgang")
def letters_progress(panel_id: int, share_id: int) -> ResponseReturnValue:
    """The block that htmx puts in place every second; without htmx the whole page."""
    share = load_share(panel_id, share_id)
    order = queries.live_order_of(share.id)
    if "HX-Request" not in request.headers:
        return redirect(url_for(".letter_order", panel_id=panel_id, share_id=share_id), code=303)
    if order is None or order.state not in OPEN_ORDERS:
        return "", 200, {"HX-Refresh": "true"}
    return render_template(
        "panels/letters/_progress.html", panel=load_panel(panel_id), share=share, order=order
    )


@bp.post("/<int:panel_id>/brieven/<int:share_id>/pdf/opnieuw")
def retry_letters(panel_id: int, share_id: int) -> ResponseReturnValue:
    order = _live_order(load_share(panel_id, share_id))
    with committing():
        service.retry_order(order, actor=person(), at=now())
    flash(_("Wij proberen het opnieuw."), "info")
    return redirect(url_for(".letter_order", panel_id=panel_id, share_id=share_id), code=303)


@bp.get("/<int:panel_id>/brieven/<int:share_id>/pdf/<int:number>.pdf")
@logs_read
def letters_batch(panel_id: int, share_id: int, number: int) -> ResponseReturnValue:
    """A hundred letters, numbered from 1 as on the page; a line in the log."""
    order = _live_order(load_share(panel_id, share_id))
    require_step_up()
    with committing():
        hit(DOWNLOADS, str(person().id), now())
        content = service.read_batch(order, number - 1, actor=person(), at=now())
    if content is None:
        abort(404)
    return pdf_response(content, _file_name(share_id, number))


def pdf_response(content: bytes, name: str, *, as_download: bool = True) -> Response:
    response = Response(content, mimetype="application/pdf")
    how = "attachment" if as_download else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


@bp.get("/<int:panel_id>/brieven/<int:share_id>/pdf/alle-brieven.zip")
@logs_read
def letters_zip(panel_id: int, share_id: int) -> ResponseReturnValue:
    order = _live_order(load_share(panel_id, share_id))
    require_step_up()
    with committing():
        hit(DOWNLOADS, str(person().id), now())
        batches = service.read_all_batches(order, actor=person(), at=now())
    response = Response(stream_with_context(_zip(batches, share_id)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="brieven-{share_id}.zip"'
    return response


class _Sink:
    """A file that only forgets: what was written is sent on, and never all of it in memory."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        content = b"".join(self._parts)
        self._parts.clear()
        return content


def _zip(batches: AllBatches, share_id: int) -> Iterator[bytes]:
    """PDF is compressed already, so it is stored as it is."""
    sink: Any = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number, content in batches:
            archive.writestr(_file_name(share_id, number + 1), content)
            yield sink.taken()
    yield sink.taken()


def _file_name(share_id: int, number: int) -> str:
    return f"brieven-{share_id}-deel-{number:03d}.pdf"


@bp.route("/<int:panel_id>/brieven/<int:share_id>/pdf/vernietigen", methods=["GET", "POST"])
def destroy_letters(panel_id: int, share_id: int) -> ResponseReturnValue:
    """Asks first. A second time there is nothing left, which is what was wanted."""
    share = load_share(panel_id, share_id)
    order = queries.live_order_of(share.id)
    if request.method == "POST":
        with committing():
            if order is not None:
                service.destroy_order(order, "asked", actor=person(), at=now())
        flash(_("De adressen en de brieven zijn vernietigd."), "positive")
    if request.method == "POST" or order is None:
        return redirect(url_for(".letter_order", panel_id=panel_id, share_id=share_id), code=303)
    return render_template(
        "panels/letters/destroy.html", panel=load_panel(panel_id), share=share, order=order, form=_form(share)
    )
