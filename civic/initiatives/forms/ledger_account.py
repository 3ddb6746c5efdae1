"""Supporting with an account: one button, and what we do not know yet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from civic.forms import Needed
from civic.initiatives.forms import at_most, clean_line, clean_postcode, is_postcode
from civic.initiatives.forms.ledger_public import SupportingForm
from civic.initiatives.models import NAME_LENGTH


class AccountSupportForm(SupportingForm):
    """A field that we know the answer to is taken out by the view."""

    name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw naam in.")), at_most(NAME_LENGTH)],
    )
    postcode = StringField(
        _l("Uw postcode"),
        filters=[clean_postcode],
        validators=[Needed(_l("Vul uw postcode in.")), at_most(20), is_postcode],
        description=_l("Bijvoorbeeld 8232 AB. We vragen dit één keer."),
    )
