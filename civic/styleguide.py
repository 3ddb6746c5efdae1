"""What the style guide shows: one form with a field of every kind, without and with errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

OPTIONS = [
    SelectChoice("buurt", _l("Mijn buurt")),
    SelectChoice("gemeente", _l("De hele gemeente")),
    SelectChoice("regio", _l("De regio")),
]


class StyleForm(FlaskForm):
    """Never sent anywhere."""

    class Meta:
        csrf = False

    title = StringField(_l("Titel"), validators=[DataRequired(_l("Vul een titel in.")), Length(max=80)])
    email = EmailField(_l("E-mailadres"), validators=[DataRequired(_l("Vul uw e-mailadres in."))])
    plan = TextAreaField(
        _l("Uw plan"), validators=[DataRequired(_l("Schrijf uw plan op.")), Length(max=2000)]
    )
    people = IntegerField(_l("Aantal mensen"), validators=[Optional()])
    day = DateField(_l("Datum"), validators=[Optional()])
    place = SelectField(_l("Waar?"), choices=OPTIONS, validators=[Optional()])
    scope = RadioField(
        _l("Voor wie?"), choices=OPTIONS, validators=[DataRequired(_l("Kies voor wie het is."))]
    )
    themes = SelectMultipleField(_l("Waar gaat het over?"), choices=OPTIONS, validators=[Optional()])
    attachment = FileField(_l("Bestand"), validators=[Optional()])
    agrees = BooleanField(_l("Ik woon in deze gemeente."), validators=[DataRequired(_l("Kruis dit aan."))])


@dataclass(frozen=True)
class Entry:
    title: str
    at: datetime
    by: str = ""
    text: str = ""
    kind: str = "neutral"


def content() -> dict[str, Any]:
    good, bad = StyleForm(formdata=None, prefix="goed"), StyleForm(formdata=None, prefix="fout")
    bad.validate()
    return {"form": good, "bad_form": bad, "moments": _moments()}


def _moments() -> list[Entry]:
    return [
        Entry(_("Gepubliceerd"), datetime(2026, 9, 1, 8, 30, tzinfo=UTC), _("Fatma"), kind="info"),
        Entry(_("Genoeg steun"), datetime(2026, 10, 12, 12, 30, tzinfo=UTC), kind="positive"),
        Entry(
            _("De raad beslist later"),
            datetime(2026, 11, 3, 19, 0, tzinfo=UTC),
            text=_("Er is meer tijd nodig."),
            kind="warning",
        ),
    ]
