"""Asking others to write along, and saying yes or no to that; and the mail to a parent or guardian."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, StringField
from wtforms.validators import Email, InputRequired, Length, StopValidation

from civic.initiatives.forms import EMAIL_MESSAGE, at_most, clean_line
from civic.initiatives.models import NAME_LENGTH


def _email(label: Any, missing: Any, description: Any) -> EmailField:
    return EmailField(
        label,
        filters=[clean_line],
        validators=[
            InputRequired(missing),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=description,
    )


def _name(label: Any, description: Any = "") -> StringField:
    return StringField(
        label,
        filters=[clean_line],
        validators=[InputRequired(_l("Vul een naam in.")), at_most(NAME_LENGTH)],
        description=description,
    )


class InviteForm(FlaskForm):
    name = _name(_l("Naam"))
    email = _email(
        _l("Mailadres"),
        _l("Vul een mailadres in."),
        _l("We sturen een mail met een link. Wie ja zegt, logt in met dit adres."),
    )

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise StopValidation(_("Vul een naam in."))


class AcceptForm(FlaskForm):
    """What is asked of who says yes."""

    name = _name(_l("Uw naam"))
    shows_name = BooleanField(_l("Mijn naam mag op de site bij dit initiatief staan."))

    validate_name = InviteForm.validate_name


class ShowNameForm(FlaskForm):
    shows_name = BooleanField(_l("Mijn naam mag op de site bij dit initiatief staan."))


class TakeOverForm(FlaskForm):
    consents = BooleanField(
        _l("Ik word de schrijver. Mijn naam komt op de site bij dit initiatief te staan."),
        validators=[InputRequired(_l("Kruis aan dat u dit goed vindt."))],
    )
