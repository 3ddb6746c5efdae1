"""The mail address of a parent or guardian."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import Email, InputRequired, Length

from civic.initiatives.forms import EMAIL_MESSAGE, clean_line


class ConsentForm(FlaskForm):
    email = EmailField(
        _l("Mailadres van uw ouder of voogd"),
        filters=[clean_line],
        validators=[
            InputRequired(_l("Vul het mailadres van uw ouder of voogd in.")),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=_l("We sturen één mail met uitleg en een knop. Het adres komt nergens op de site."),
    )
