"""The forms of signing in and of the screens for roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from civic.accounts.service.second_factor import APP_DIGITS, RECOVERY_DIGITS
from civic.accounts.states import GIVEN_FOR, Role
from civic.accounts.wording import ROLE_NAMES
from civic.forms import EmailAddress
from civic.regions.models import Municipality

LONGEST_NAME = 100
WHOLE_REGION = "region"  # a choice of its own: forgetting to choose gives no rights everywhere
NOT_IN_A_CODE = re.compile(r"[\s\-.]+")
# control signs, and signs that turn the direction of the text around them
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
JOINERS = frozenset("\u200c\u200d")  # Persian and Indian names are written with them


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _only_digits(text: str | None) -> str:
    """People paste "123 456" or "1234-5678-9012"; keyboards of other scripts type other digits."""
    return NOT_IN_A_CODE.sub("", unicodedata.normalize("NFKC", text or ""))


def _one_line(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


class Digits:
    """Exactly so many digits."""

    def __init__(self, lengths: Iterable[int], message: Any) -> None:
        self.lengths, self.message = frozenset(lengths), message

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data) not in self.lengths or not (field.data.isascii() and field.data.isdigit()):
            raise ValidationError(self.message)


class Offered:
    """One of the choices; WTForms' own sentence is not Dutch."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(self.message)


class VisibleText:
    """No control signs: they can hide or turn around what a page shows."""

    def __call__(self, form: Any, field: Any) -> None:
        signs = set(field.data) - JOINERS
        if any(unicodedata.category(sign) in HIDDEN_CATEGORIES for sign in signs):
            raise ValidationError(_("In uw naam staat een teken dat niet kan. Typ uw naam opnieuw."))


class EmailForm(FlaskForm):
    email = StringField(
        _l("Uw mailadres"),
        filters=[_stripped],
        validators=[DataRequired(_l("Vul uw mailadres in.")), EmailAddress()],
    )


class CodeForm(FlaskForm):
    code = StringField(
        _l("Code uit de mail"),
        filters=[_only_digits],
        validators=[
            DataRequired(_l("Vul de code in die u per mail kreeg.")),
            Digits([6], _l("De code is 6 cijfers. Kijk in uw mail.")),
        ],
    )


class NameForm(FlaskForm):
    name = StringField(
        _l("Uw naam"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Vul uw naam in.")),
            Length(max=LONGEST_NAME, message=_l("Schrijf uw naam in maximaal 100 tekens.")),
            VisibleText(),
        ],
    )


class AppCodeForm(FlaskForm):
    code = StringField(
        _l("Code uit uw app"),
        filters=[_only_digits],
        validators=[
            DataRequired(_l("Vul de code uit uw app in.")),
            Digits([APP_DIGITS], _l("De code uit uw app is 6 cijfers.")),
        ],
    )


class SecondFactorForm(FlaskForm):
    code = StringField(
        _l("Code uit uw app, of een herstelcode"),
        filters=[_only_digits],
        validators=[
            DataRequired(_l("Vul de code uit uw app in.")),
            Digits(
                [APP_DIGITS, RECOVERY_DIGITS],
                _l("De code uit uw app is 6 cijfers. Een herstelcode is 12 cijfers."),
            ),
        ],
    )


class FindForm(FlaskForm):
    email = StringField(
        _l("Mailadres"),
        filters=[_stripped],
        validators=[DataRequired(_l("Vul het mailadres in.")), EmailAddress()],
    )


class RoleForm(FlaskForm):
    role = SelectField(
        _l("Rol"),
        default="",
        validate_choice=False,
        validators=[DataRequired(_l("Kies een rol.")), Offered(_l("Kies een rol uit de lijst."))],
    )
    municipality = SelectField(
        _l("Waar geldt de rol?"),
        default="",
        validate_choice=False,
        validators=[
            DataRequired(_l("Kies waar de rol geldt.")),
            Offered(_l("Kies een gemeente uit de lijst.")),
        ],
    )

    def offer(self, places: Iterable[Municipality]) -> None:
        """Fill the lists; the roles that everyone has already are not offered."""
        self.role.choices = [
            SelectChoice("", str(_("Kies een rol"))),
            *(SelectChoice(role.value, str(ROLE_NAMES[role]).capitalize()) for role in GIVEN_FOR),
        ]
        self.municipality.choices = [
            SelectChoice("", str(_("Kies waar"))),
            SelectChoice(WHOLE_REGION, str(_("De hele regio"))),
            *(SelectChoice(place.code, place.name) for place in places),
        ]

    def chosen_role(self) -> Role:
        return Role(self.role.data)


class InviteForm(RoleForm):
    email = StringField(
        _l("Mailadres"),
        filters=[_stripped],
        validators=[DataRequired(_l("Vul het mailadres in.")), EmailAddress()],
    )


def put_errors(form: FlaskForm, errors: dict[str, list[str]]) -> None:
    """Show what the database rules refused at the fields it is about."""
    for name, sentences in errors.items():
        field = form._fields.get(name)
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]
