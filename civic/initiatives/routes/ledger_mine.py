"""What the page to support shows to who is signed in: the button, or that it was done already."""

from __future__ import annotations

from dataclasses import dataclass

from civic.db import now
from civic.initiatives.forms.ledger_account import AccountSupportForm
from civic.initiatives.models import Initiative
from civic.initiatives.service.ledger_account import postcode_of, support_of
from civic.initiatives.service.ledger_trace import opened_stamp
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import SupportState
from civic.web import person

PREFIX = "account-"  # the form for everybody stands on the same page


@dataclass(frozen=True)
class Mine:
    """`token` leads to one's own support; `form` asks only for what we do not know."""

    form: AccountSupportForm
    email: str
    postcode: str | None
    declares: str
    state: SupportState | None = None
    token: str | None = None


def account_form(initiative: Initiative) -> AccountSupportForm:
    """Without the fields whose answer we know."""
    form, user = AccountSupportForm(prefix=PREFIX), person()
    if user.name:
        del form.name
    if postcode_of(user):
        del form.postcode
    form.opened.data = form.opened.data or opened_stamp(initiative.id, now())
    return form


def mine_on_page(
    initiative: Initiative, declares: str, form: AccountSupportForm | None = None
) -> Mine | None:
    """None for who is not signed in, or whose account has no mail address any more."""
    user = person()
    if user is None or not user.email:
        return None
    support = support_of(initiative, user)
    return Mine(
        form=form or account_form(initiative),
        email=user.email,
        postcode=postcode_of(user),
        declares=declares,
        state=support.state if support else None,
        token=token_of(support) if support else None,
    )
