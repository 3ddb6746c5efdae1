"""Freezing, taking it back, objecting and answering: shape and wording."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.forms import OneOf
from civic.mail.service import ADDRESS

AGREE, REFUSE = "agree", "refuse"
UPHELD, REJECTED = "upheld", "rejected"
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{7,20}")


def _clean(text: str | None) -> str:
    """Plain line ends, and no control signs: they can hide or turn around what a page shows."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in plain if _is_visible(one)).strip()


def _is_visible(sign: str) -> bool:
    return sign in "\n\t\u200c\u200d" or unicodedata.category(sign) not in {"Cc", "Cf"}


def _line(text: str | None) -> str:
    return " ".join(_clean(text).split())


class EachOne:
    """Says that the boxes are not optional; which ones there are is known to the service."""

    field_flags = {"required": True}

    def __call__(self, form: FlaskForm, field: SelectMultipleField) -> None:
        """Nothing to refuse here."""


class ProposeForm(FlaskForm):
    """One box per warning; whether all of them are ticked is a rule of the service."""

    acknowledged = SelectMultipleField(
        _l("Dit is nog niet zoals het hoort. Kruis elk punt aan dat u hebt gezien."),
        validators=[EachOne()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, warnings: list[tuple[str, str]]) -> None:
        self.acknowledged.choices = [SelectChoice(code, text) for code, text in warnings]


class DecideForm(FlaskForm):
    """`version` is the proposal that was on the screen: another one may have come in its place."""

    version = HiddenField()
    decision = RadioField(
        _l("Wat besluit u?"),
        choices=[
            SelectChoice(AGREE, _l("Ik ga akkoord. Zet de pool vast.")),
            SelectChoice(REFUSE, _l("Ik ga niet akkoord. De pool blijft open.")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Kies of u akkoord gaat."))],
    )
    reason = TextAreaField(
        _l("Waarom gaat u niet akkoord?"),
        filters=[_line],
        validators=[Length(max=1000, message=_l("Maak uw reden korter. Hij mag 1.000 tekens lang zijn."))],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.decision.data == REFUSE and len(field.data) < 10:
            raise ValidationError(_l("Schrijf in een zin waarom u niet akkoord gaat."))


class CorrectForm(FlaskForm):
    reason = TextAreaField(
        _l("Wat klopt er niet aan de pool?"),
        filters=[_line],
        validators=[
            InputRequired(_l("Schrijf in een zin wat er niet klopt.")),
            Length(10, 1000, _l("Gebruik voor de reden 10 tot 1.000 tekens.")),
        ],
    )


class ObjectionForm(FlaskForm):
    text = TextAreaField(
        _l("Wat klopt er volgens u niet?"),
        filters=[_clean],
        validators=[
            InputRequired(_l("Schrijf op wat er niet klopt.")),
            Length(10, 4000, _l("Gebruik 10 tot 4.000 tekens.")),
        ],
    )
    contact = StringField(
        _l("Uw mailadres of telefoonnummer"),
        filters=[_line],
        validators=[Length(max=200, message=_l("Gebruik hooguit 200 tekens."))],
    )

    def validate_contact(self, field: StringField) -> None:
        if field.data and not (ADDRESS.match(field.data) or TELEPHONE.fullmatch(field.data)):
            raise ValidationError(
                _l("Schrijf een mailadres, zoals naam@voorbeeld.nl, of een telefoonnummer.")
            )


class AnswerForm(FlaskForm):
    verdict = RadioField(
        _l("Heeft deze persoon gelijk?"),
        choices=[
            SelectChoice(UPHELD, _l("Ja, de pool klopt niet")),
            SelectChoice(REJECTED, _l("Nee, de pool klopt")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Kies of deze persoon gelijk heeft."))],
    )
    answer = TextAreaField(
        _l("Uw antwoord"),
        filters=[_clean],
        validators=[
            InputRequired(_l("Schrijf een antwoord.")),
            Length(10, 1000, _l("Gebruik voor het antwoord 10 tot 1.000 tekens.")),
        ],
    )
