"""The outbox for administrators, and the mailbox of a demo on one's own machine."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.db import committing, db, now
from civic.demo_access import is_demo_here
from civic.keyset import cursor_from_request, links
from civic.mail import policy, queries, service
from civic.mail.models import MailState, OutgoingMail
from civic.web import person, public, require

bp = Blueprint("mail", __name__)
BLUEPRINTS = (bp,)
ADMIN_LINKS.append(
    AdminLink(
        "mail.outbox",
        _l("Uitgaande post"),
        _l("Zie welke mail niet aankwam en stuur hem opnieuw."),
        policy.may_manage_mail,
    )
)

PROBLEMS = "problemen"
TABS = {
    PROBLEMS: (MailState.FAILED, MailState.BOUNCED),
    "wachten": (MailState.WAITING,),
    "verstuurd": (MailState.SENT,),
}


def _only_on_a_local_demo() -> None:
    """This page shows everyone's mail, with the codes in it: nobody but this machine may ask."""
    if not is_demo_here():
        abort(404)


@bp.get("/demo/postvak")
@public
def mailbox() -> ResponseReturnValue:
    _only_on_a_local_demo()
    address = request.args.get("adres", "").strip()[:254]
    return render_template("mailbox/list.html", mails=queries.mailbox(address or None), address=address)


@bp.get("/demo/postvak/<int:mail_id>")
@public
def mailbox_item(mail_id: int) -> ResponseReturnValue:
    _only_on_a_local_demo()
    mail = queries.mailbox_line(db.get_or_404(OutgoingMail, mail_id))
    return render_template("mailbox/item.html", mail=mail)


@bp.get("/beheer/post")
def outbox() -> ResponseReturnValue:
    require(policy.may_manage_mail)
    at = now()
    tab = request.args.get("toon", PROBLEMS)
    states = TABS.get(tab, TABS[PROBLEMS])
    part = queries.outbox_page(states, cursor_from_request())
    return render_template(
        "mailbox/outbox.html",
        mails=part.rows,
        page=links(part, lambda line: line.id),
        tab=tab if tab in TABS else PROBLEMS,
        counts=queries.counts(),
        oldest=queries.oldest_waiting(at),
        at=at,
    )


@bp.post("/beheer/post/<int:mail_id>/opnieuw")
def resend(mail_id: int) -> ResponseReturnValue:
    require(policy.may_manage_mail)
    mail = db.get_or_404(OutgoingMail, mail_id)
    with committing():
        service.resend(mail, actor=person(), at=now())
    flash(_("De mail staat in de rij en gaat zo opnieuw weg."), "positive")
    return redirect(url_for(".outbox", toon="wachten"), code=303)
