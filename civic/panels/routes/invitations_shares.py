"""The letters of one municipality: what to do, codes to print, saying that they are posted, blocking one."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic import limits
from civic.calendar import today
from civic.db import committing, now
from civic.errors import NotAllowedNow
from civic.events import presentation as event_presentation
from civic.events.models import Visibility
from civic.events.queries import timeline
from civic.keyset import cursor_from_request, links
from civic.panels.csvfile import csv_text
from civic.panels.forms.invitations import BlockForm
from civic.panels.models import Constituency, InvitationShare, Panel
from civic.panels.policy import invitations as policy
from civic.panels.presentation import invitations as presentation
from civic.panels.queries import invitations as queries
from civic.panels.queries import invitations_extractions as extractions
from civic.panels.routes.blueprint import bp
from civic.panels.service import invitations as service
from civic.panels.service.letters_content import registration_url
from civic.panels.states import ShareState
from civic.web import logs_read, person, require, require_step_up

LETTERS_PAGE = "panels.letter_order"
HEADER = ("nummer", "code", "webadres", "groep", "geldig tot en met")


@bp.get("/brieven-van-mijn-gemeente")
def shares() -> ResponseReturnValue:
    require(policy.may_see_shares)
    places = policy.places_of(person())
    part = queries.shares_part(cursor_from_request(), places)
    return render_template(
        "panels/invitations/shares.html",
        lines=queries.lines_of(part.rows),
        page=links(part, lambda share: share.id),
        overdue=extractions.overdue_extractions(places, today(now())),
        shows_place=places is None or len(places) > 1,
        presentation=presentation,
    )


def _letters_url(share: InvitationShare) -> str | None:
    """The page where the platform typesets letters."""
    if LETTERS_PAGE not in current_app.view_functions:
        return None
    return url_for(LETTERS_PAGE, panel_id=share.wave.panel_id, share_id=share.id)


def load_share(share_id: int) -> InvitationShare:
    """The share, or 404: also for those of another municipality, who may not know that it exists."""
    share = queries.share_with(share_id)
    if share is None or not policy.may_handle_share(person(), share):
        abort(404)
    require(policy.may_handle_share, share)
    return share


def whereabouts(share: InvitationShare) -> tuple[Panel, Constituency]:
    line = queries.lines_of([share])[0]
    return line.panel, line.constituency


@bp.get("/brieven-van-mijn-gemeente/<int:share_id>")
def share(share_id: int) -> ResponseReturnValue:
    found = load_share(share_id)
    panel, constituency = whereabouts(found)
    logged = extractions.extractions_of_share(share_id)
    return render_template(
        "panels/invitations/share.html",
        share=found,
        panel=panel,
        constituency=constituency,
        label=presentation.envelope_label(found, constituency),
        extractions=logged,
        overdue={one.id for one in logged if extractions.is_overdue(one, today(now()))},
        downloads=queries.downloads_of(share_id),
        blocked=queries.blocked_in(share_id),
        letters_url=_letters_url(found),
        has_secret=found.secret_sealed is not None and queries.can_go_out(found),
        is_over=not queries.can_go_out(found),
        entries=event_presentation.entries(timeline(found, tuple(Visibility)), names=True),
        presentation=presentation,
        ShareState=ShareState,
    )


@bp.get("/brieven-van-mijn-gemeente/<int:share_id>/codes.csv")
@logs_read
def share_codes(share_id: int) -> ResponseReturnValue:
    found = load_share(share_id)
    require_step_up()  # who has these codes can register as somebody else
    label = presentation.envelope_label(found, whereabouts(found)[1])
    until = found.wave.closes_on.strftime("%d-%m-%Y")
    with committing():
        lines = service.lines_to_print(found, actor=person(), at=now())
    rows = ((number, code, registration_url(code), label, until) for number, code in lines)
    response = Response("\ufeff" + csv_text(HEADER, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="codes-{label.lower()}.csv"'
    return response


@bp.route("/brieven-van-mijn-gemeente/<int:share_id>/gepost", methods=["GET", "POST"])
def post_share(share_id: int) -> ResponseReturnValue:
    found = load_share(share_id)
    if request.method == "POST":
        with committing():
            service.report_posted(found, actor=person(), at=now())
        flash(_("Dank u wel. De brieven staan als gepost. De codes zijn hier weg."), "positive")
        return redirect(url_for(".share", share_id=share_id), code=303)
    if found.state is not ShareState.ISSUED:
        raise NotAllowedNow("not_in_this_state")
    panel, constituency = whereabouts(found)
    return render_template(
        "panels/invitations/post.html",
        share=found,
        panel=panel,
        constituency=constituency,
        has_open_order=service.has_open_order(found),
    )


@bp.route("/brieven-van-mijn-gemeente/<int:share_id>/code-blokkeren", methods=["GET", "POST"])
def block_code(share_id: int) -> ResponseReturnValue:
    found = load_share(share_id)
    if found.state is ShareState.PLANNED:
        raise NotAllowedNow("not_in_this_state")
    form = BlockForm()
    if form.validate_on_submit() and _blocked(form, found):
        return redirect(url_for(".share", share_id=share_id), code=303)
    panel, _constituency = whereabouts(load_share(share_id))
    page = render_template("panels/invitations/block.html", share=found, panel=panel, form=form)
    return page, 422 if form.errors else 200


def _blocked(form: BlockForm, share: InvitationShare) -> bool:
    """The same sentence for a code that does not exist and one of another municipality."""
    with committing():
        limits.hit(service.STAFF_TRIES, str(person().id), now())
    code = queries.code_of_share(share.id, form.code.data or "")
    if code is None:
        sentence = _("Deze code hoort niet bij deze brieven. Kijk of u alles goed overnam.")
        form.code.errors = [*form.code.errors, sentence]
        return False
    with committing():
        if form.action.data == "block":
            service.block_code(code, form.reason.data, actor=person(), at=now())
        else:
            service.unblock_code(code, actor=person(), at=now())
    is_block = form.action.data == "block"
    flash(_("De code is geblokkeerd.") if is_block else _("De code werkt weer."), "positive")
    return True
