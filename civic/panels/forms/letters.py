"""Shape and wording of the forms for letters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.forms import squeezed
from civic.panels.forms import ChosenFile

FROM_START, GO_ON = "start", "next"


def tidied(text: str | None) -> str | None:
    """One kind of line end, no blanks at the ends of lines."""
    if not text:
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


class LetterTextForm(FlaskForm):
    subject = StringField(
        _l("Onderwerp"),
        filters=[squeezed],
        validators=[
            InputRequired(_l("Geef de brief een onderwerp.")),
            Length(3, 120, _l("Gebruik voor het onderwerp 3 tot 120 tekens.")),
        ],
    )
    body = TextAreaField(
        _l("De brief"),
        filters=[tidied],
        validators=[
            InputRequired(_l("Schrijf de brief.")),
            Length(20, 4000, _l("Gebruik voor de brief 20 tot 4.000 tekens.")),
        ],
    )
    signed_by = TextAreaField(
        _l("Groet en naam"),
        filters=[tidied],
        validators=[
            InputRequired(_l("Schrijf van wie de brief komt.")),
            Length(2, 200, _l("Gebruik voor de groet 2 tot 200 tekens.")),
        ],
    )
    easy_read = TextAreaField(
        _l("Makkelijke versie"),
        filters=[tidied],
        validators=[Length(0, 2000, _l("Gebruik voor de makkelijke versie hooguit 2.000 tekens."))],
    )


class LetterInsertForm(FlaskForm):
    text = TextAreaField(
        _l("Tekst"),
        filters=[tidied],
        validators=[
            InputRequired(_l("Schrijf de tekst.")),
            Length(10, 1500, _l("Gebruik voor de tekst 10 tot 1.500 tekens.")),
        ],
    )


class LetterOrderForm(FlaskForm):
    addresses = FileField(
        _l("Bestand met adressen (CSV of Excel)"),
        validators=[ChosenFile(_l("Kies het bestand met de adressen."))],
    )
    begin = RadioField(_l("Welke brieven maakt u?"), default=FROM_START, validators=[])
    ground = StringField(
        _l("Op welke regel steunt dit gebruik van het register?"),
        filters=[squeezed],
        validators=[
            InputRequired(_l("Schrijf op welke regel het gebruik steunt.")),
            Length(5, 200, _l("Gebruik hiervoor 5 tot 200 tekens.")),
        ],
    )
