"""One click for who is signed in. The link to withdraw it stands on the page it leads to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import HOUSEHOLD, network_of
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import queries
from civic.initiatives.forms import SupportForm
from civic.initiatives.forms.ledger_account import AccountSupportForm
from civic.initiatives.models import Initiative
from civic.initiatives.routes.house import ONE, bp, load_visible, put_errors
from civic.initiatives.routes.ledger_mine import PREFIX, account_form, mine_on_page
from civic.initiatives.routes.supports import trace_of
from civic.initiatives.service.ledger_account import Click, postcode_of, support_of, support_with_account
from civic.initiatives.service.ledger_trace import opened_stamp
from civic.initiatives.service.supports import token_of
from civic.limits import Limit, hit
from civic.web import person, signed_in

CLICKS = Limit("support-account", 60, 3600)


@bp.post(f"{ONE}/steunen/account")
@signed_in
def support_account(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    if not person().email:
        return redirect(url_for(".support", initiative_id=initiative_id), code=303)
    form = account_form(initiative)
    if not form.validate_on_submit():
        return _again(initiative, form)
    try:
        with committing():
            hit(CLICKS, network_of(request.remote_addr, HOUSEHOLD), now())
            support = support_with_account(initiative, _click(initiative_id, form), actor=person(), at=now())
            token = token_of(support)
    except Invalid as error:
        return _refused(load_visible(initiative_id), form, error)
    except NotAllowedNow as error:
        return _to_own(initiative_id, error)
    flash(_("Bedankt. Uw steun telt mee."), "positive")
    return redirect(url_for(".confirm", token=token), code=303)


def _click(initiative_id: int, form: AccountSupportForm) -> Click:
    user = person()
    return Click(
        name=form.name.data if "name" in form else user.name,
        postcode=form.postcode.data if "postcode" in form else postcode_of(user) or "",
        shows_name=bool(form.shows_name.data),
        trace=trace_of(initiative_id, form.opened.data),
    )


def _refused(initiative: Initiative, form: AccountSupportForm, error: Invalid) -> ResponseReturnValue:
    """The postcode we knew may not count here: ask for it anew, for who moved house."""
    if "postcode" not in form:
        known = postcode_of(person())
        form = AccountSupportForm(formdata=None, prefix=PREFIX)
        if person().name:
            del form.name
        form.postcode.data = known
        form.opened.data = opened_stamp(initiative.id, now())
    form.form_errors = []
    put_errors(form, error)
    return _again(initiative, form)


def _again(initiative: Initiative, form: AccountSupportForm) -> ResponseReturnValue:
    ends_on = queries.collection_ends_on(initiative)
    other = SupportForm(formdata=None)
    other.ask_for([one.rules for one in initiative.places], queries.place_names(initiative, is_choice=True))
    other.opened.data = opened_stamp(initiative.id, now())
    return render_template(
        "initiatives/support.html",
        initiative=initiative,
        form=other,
        ends_on=ends_on,
        mine=mine_on_page(initiative, other.declares.label.text, form),
    ), 422


def _to_own(initiative_id: int, error: NotAllowedNow) -> ResponseReturnValue:
    """Made invalid: one's own page says why. Over: the page of the form says so."""
    support = support_of(load_visible(initiative_id), person())
    if error.code == "support_invalidated" and support is not None:
        return redirect(url_for(".confirm", token=token_of(support)), code=303)
    raise error
