"""What the forms to support share: consent to a name on the page, and for how long the form was open."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

STAMP_LENGTH = 90


class SupportingForm(FlaskForm):
    """`opened` is a moment that we signed; a script that never saw the form has none."""

    shows_name = BooleanField(
        _l("Mijn voornaam mag op de pagina staan."),
        description=_l("Dit hoeft niet. U kunt het later veranderen."),
    )
    opened = HiddenField(filters=[lambda text: (text or "")[:STAMP_LENGTH]])


class ShowNameForm(FlaskForm):
    """On the page behind the link: yes or no, as often as somebody likes."""

    shows_name = BooleanField(_l("Mijn voornaam mag op de pagina staan."))
