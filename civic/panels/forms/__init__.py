"""Shape and wording of the forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation, ValidationError

from civic.forms import squeezed
from civic.panels.models import LARGEST_PANEL, SMALLEST_PANEL


class WholeNumber(IntegerField):
    """An integer field whose complaint is one of our own sentences."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
            self.data = None
            raise ValueError(_l("Schrijf het aantal plaatsen met cijfers, bijvoorbeeld 150."))
        self.data = int(typed)


class PanelForm(FlaskForm):
    title = StringField(
        _l("Naam van het panel"),
        filters=[squeezed],
        validators=[
            InputRequired(_l("Geef het panel een naam.")),
            Length(3, 120, _l("Gebruik voor de naam 3 tot 120 tekens.")),
        ],
    )
    question = TextAreaField(
        _l("De vraag aan het panel"),
        filters=[squeezed],
        validators=[
            InputRequired(_l("Schrijf op welke vraag het panel beantwoordt.")),
            Length(10, 400, _l("Gebruik voor de vraag 10 tot 400 tekens.")),
        ],
    )
    size = WholeNumber(
        _l("Aantal plaatsen"),
        validators=[
            InputRequired(_l("Vul in hoeveel mensen in het panel komen.")),
            NumberRange(SMALLEST_PANEL, LARGEST_PANEL, _l("Kies een aantal van 2 tot 2.000 plaatsen.")),
        ],
    )

    def validate_title(self, field: StringField) -> None:
        if field.data and not any(sign.isalnum() for sign in field.data):
            raise ValidationError(_l("Gebruik in de naam ook letters of cijfers."))


class ChosenFile:
    """A file was chosen, and it is not empty."""

    field_flags = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: FlaskForm, field: FileField) -> None:
        if not field.data or not field.data.filename:
            field.errors = []
            raise StopValidation(self.message)


class FilesForm(FlaskForm):
    categories = FileField(
        _l("Bestand met quota (CSV of Excel)"),
        validators=[ChosenFile(_l("Kies het bestand met de quota."))],
    )
    respondents = FileField(
        _l("Bestand met aanmeldingen (CSV of Excel)"),
        validators=[ChosenFile(_l("Kies het bestand met de aanmeldingen."))],
    )
